"""An order on its way, told live to the customer as its seller goes on."""

from playwright.async_api import expect

from tests.web.conftest import Arrives
from tests.web.people import Person


async def test_the_seller_sends_in_two_parcels_and_the_customer_sees_each_step(
    arrives: Arrives, seller: Person
) -> None:
    desk = await seller.opens("/seller/orders")
    await expect(desk.get_by_role("heading", name="Orders")).to_be_visible()
    buyer = await (await arrives()).registers()
    order = await buyer.buys(seller, quantity=2)
    await desk.get_by_role("link", name=order["number"]).click()
    page = await buyer.opens(f"/orders/{order['id']}")
    part = page.get_by_role("region", name="Delivery")
    await expect(part).to_contain_text("2 to be sent")
    await desk.get_by_role("button", name="Accept the order").click()
    await expect(part).to_contain_text("Being packed")
    await expect(page.get_by_role("button", name="Cancel the order")).to_have_count(0)

    await desk.get_by_label("Units of").fill("3")
    await desk.get_by_role("button", name="Mark as sent").click()
    await expect(desk.get_by_label("Units of")).to_be_focused()
    await desk.get_by_label("Units of").fill("1")
    await desk.get_by_label("Tracking number").fill("TRACK-1")
    await desk.get_by_role("button", name="Mark as sent").click()
    await expect(part).to_contain_text("1 on the way · 1 to be sent")
    await expect(part.get_by_text("TRACK-1")).to_be_visible()
    await expect(desk.get_by_label("Units of")).to_have_value("1")
    await expect(desk.get_by_label("Tracking number")).to_have_value("")
    await desk.get_by_role("button", name="Mark as sent").click()
    await expect(part).to_contain_text("2 on the way")
    await desk.get_by_role("button", name="Parcel TRACK-1 has arrived").click()
    await expect(part).to_contain_text("1 delivered")
    await desk.get_by_role("button", name="Parcel 1 has arrived").click()
    await expect(part).to_contain_text("2 delivered")
    await expect(page.get_by_text("Accepted: it is being packed")).to_be_visible()


async def test_a_customer_cancels_what_nobody_has_packed(arrives: Arrives, seller: Person) -> None:
    buyer = await (await arrives()).registers()
    order = await buyer.buys(seller)
    page = await buyer.opens(f"/orders/{order['id']}")
    await page.get_by_role("button", name="Cancel the order").click()
    await page.get_by_role("button", name="Yes, cancel it").click()
    await expect(page.get_by_text("Refunded", exact=True)).to_be_visible()
    await expect(page.get_by_role("button", name="Cancel the order")).to_have_count(0)
