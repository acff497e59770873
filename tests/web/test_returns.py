"""Goods that come back, told live to both sides."""

import re

from playwright.async_api import expect

from tests.web.conftest import Arrives
from tests.web.looking import check
from tests.web.people import Person


async def test_units_go_back_and_both_sides_see_each_step(arrives: Arrives, seller: Person) -> None:
    buyer = await (await arrives(viewport={"width": 320, "height": 800}, color_scheme="dark")).registers()
    order = await buyer.buys(seller, quantity=3)
    await seller.delivers(order)
    page = await buyer.opens(f"/orders/{order['id']}")
    await page.get_by_role("link", name="Return items").click()
    await page.get_by_label("Quantity").fill("4")
    await page.get_by_role("button", name="Request the return").click()
    await expect(page.get_by_label("Quantity")).to_be_focused()
    await expect(page.get_by_label("Quantity")).to_have_accessible_description("A whole number up to 3.")
    await page.get_by_label("Quantity").fill("2")
    await page.get_by_role("button", name="Request the return").click()
    await expect(page.get_by_label("Why")).to_be_focused()
    await check(page, "return-form-320-dark")
    await page.get_by_label("Why").select_option("damaged")
    await page.get_by_label("In your words").fill("The handle is off.")
    await page.get_by_role("button", name="Request the return").click()
    await expect(page.get_by_text("The seller decides about it.")).to_be_visible()
    number = re.sub(r"\D", "", await page.get_by_role("heading", level=1).inner_text())

    desk = await seller.opens("/seller/returns")
    await desk.get_by_role("link", name=f"RMA-{number}").click()
    await expect(desk.get_by_text("The handle is off.")).to_be_visible()
    await desk.get_by_role("button", name="Approve the return").click()
    await page.get_by_role("button", name="I have sent it").click()
    await expect(page.get_by_label("Tracking number")).to_be_focused()
    await check(page, "return-approved-320-dark")
    await page.get_by_label("Tracking number").fill("BACK-1")
    await page.get_by_role("button", name="I have sent it").click()
    await expect(desk.get_by_text("BACK-1")).to_be_visible()
    await desk.get_by_label("Arrived", exact=True).fill("1")
    await desk.get_by_label("As good as new").fill("2")
    await desk.get_by_role("button", name="Confirm receipt").click()
    await expect(desk.get_by_label("As good as new")).to_be_focused()
    await desk.get_by_label("As good as new").fill("1")
    await check(desk, "seller-return-sent")
    await desk.get_by_role("button", name="Confirm receipt").click()
    await expect(page.get_by_text("The goods have come.")).to_be_visible()
    await desk.get_by_label("Amount").fill("1.00")
    await desk.get_by_role("button", name=re.compile(r"Refund .+1\.00")).click()
    await expect(page.get_by_text("The money was given back the way you paid.")).to_be_visible()
    await expect(page.get_by_text(re.compile(r"^[^\d]+1\.00$"))).to_be_visible()
    await expect(desk.get_by_role("button", name=re.compile("back"))).to_have_count(0)


async def test_goods_are_exchanged_and_another_return_is_kept_after_all(arrives: Arrives, seller: Person) -> None:
    buyer = await (await arrives()).registers()
    order = await buyer.buys(seller, quantity=2)
    await seller.delivers(order)
    for choice in ("The same again", "A refund"):
        page = await buyer.opens(f"/orders/{order['id']}/return")
        await page.get_by_label("In exchange for").select_option(choice)
        await page.get_by_label("Why").select_option("defective")
        await page.get_by_role("button", name="Request the return").click()
        await expect(page.get_by_text("The seller decides about it.")).to_be_visible()
    await page.get_by_role("button", name="Cancel the return").click()
    await page.get_by_role("button", name="Yes, I keep the goods").click()
    await expect(page.get_by_text("You keep the goods.")).to_be_visible()

    await page.get_by_role("link", name="Returns", exact=True).click()
    await page.get_by_role("link", name="Requested").click()
    desk = await seller.opens(page.url.replace("/returns/", "/seller/returns/"))
    await desk.get_by_role("button", name="Approve the return").click()
    await desk.get_by_role("button", name="Confirm receipt").click()
    await desk.get_by_role("button", name="Exchange it").click()
    await desk.get_by_label("Tracking number").fill("NEW-1")
    await desk.get_by_role("button", name="They are on their way").click()
    await expect(page.get_by_text("The other goods are on their way: NEW-1.")).to_be_visible()
    await page.get_by_role("link", name="Return what came").click()
    again = page.get_by_role("group", name="what came in exchange")
    await again.get_by_label("Quantity").fill("1")
    await page.get_by_label("Why").select_option("defective")
    await page.get_by_role("button", name="Request the return").click()
    await expect(page.get_by_text("it came in an exchange")).to_be_visible()


async def test_a_rejected_return_says_why(arrives: Arrives, seller: Person) -> None:
    buyer = await (await arrives()).registers()
    order = await buyer.buys(seller)
    await seller.delivers(order)
    page = await buyer.opens(f"/orders/{order['id']}/return")
    await page.get_by_label("Why").select_option("unwanted")
    await page.get_by_role("button", name="Request the return").click()
    await expect(page.get_by_text("The seller decides about it.")).to_be_visible()
    desk = await seller.opens(page.url.replace("/returns/", "/seller/returns/"))
    await desk.get_by_role("button", name="Reject…").click()
    await desk.get_by_role("button", name="Reject the return").click()
    await expect(desk.get_by_label("Why")).to_be_focused()
    await desk.get_by_label("Why").fill("It was worn.")
    await desk.get_by_role("button", name="Reject the return").click()
    await expect(page.get_by_text("It was worn.")).to_be_visible()
    # Somebody else's is not there.
    stranger = await (await (await arrives(complains=True)).registers()).opens(page.url)
    await expect(stranger.get_by_text("It was worn.")).to_have_count(0)
    await expect(stranger.get_by_role("heading", level=1)).to_be_visible()
