"""What happens after a guest has ordered: sent, returned, disputed, decided; each side sees it live."""

import io
import re

from PIL import Image
from playwright.async_api import FilePayload, Page, expect

from tests.web.conftest import Arrives
from tests.web.looking import check
from tests.web.people import MANAGER, Person, goods

_HOME = {"Name": "Kim", "Street and number": "Hauptstraße 5", "Postal code": "10115", "City": "Berlin"}
_PHONE = {"viewport": {"width": 320, "height": 800}}


async def test_a_guest_is_sent_goods_returns_them_and_disputes_the_rest(arrives: Arrives, seller: Person) -> None:
    guest = await arrives(**_PHONE)
    page = await _buys(guest, seller)
    key = page.url.partition("?")[0]
    desk = await _ships(page, seller)
    await expect(page.get_by_text("2 delivered")).to_be_visible()
    await check(page, "guest-order-320")

    await page.get_by_role("link", name="Return items").click()
    await page.get_by_label("Quantity").fill("1")
    await page.get_by_label("Why").select_option("damaged")
    await page.get_by_label("In your words").fill("The handle is off.")
    await page.get_by_role("button", name="Request the return").click()
    await expect(page.get_by_text("The seller decides about it.")).to_be_visible()
    await desk.goto(page.url.replace(key, f"{seller.address}/seller"))
    await page.get_by_label("What is to be seen").fill("The handle")
    await page.get_by_label("Add pictures").set_input_files(picture())
    for each in (page, desk):
        shown = each.get_by_role("img", name="The handle")
        await expect(shown).to_be_visible()
        await shown.evaluate("image => image.decode()")
    await desk.get_by_role("button", name="Approve the return").click()
    await page.get_by_label("Tracking number").fill("BACK-1")
    await page.get_by_role("button", name="I have sent it").click()
    await desk.get_by_role("button", name="Confirm receipt").click()
    await expect(page.get_by_text("The goods have come.")).to_be_visible()
    await check(page, "guest-return-320")
    await desk.get_by_role("button", name=re.compile("^Refund .+")).click()
    await expect(page.get_by_text("The money was given back the way you paid.")).to_be_visible()
    letter = await guest.opens_letter("kim@web.test", "Send us your return")
    await expect(letter.get_by_text("The money was given back the way you paid.")).to_be_visible()

    await page.goto(key)
    await expect(page.get_by_role("link", name="RMA-")).to_be_visible()
    await expect(page.locator("dl").get_by_text("Refunded", exact=True)).to_be_visible()
    invoice = await page.get_by_role("link", name="Invoice").get_attribute("href")
    paper = await guest.context.request.get(f"{seller.address}{invoice}", headers={"accept": "text/html"})
    assert (await paper.body()).startswith(b"%PDF")
    await _disputes(arrives, page, desk)


def picture() -> FilePayload:
    """What a phone's camera sends."""
    file = io.BytesIO()
    Image.new("RGB", (640, 480), "#884422").save(file, "JPEG")
    return {"name": "handle.jpg", "mimeType": "image/jpeg", "buffer": file.getvalue()}


async def _disputes(arrives: Arrives, page: Page, desk: Page) -> None:
    """The other unit does not work either; the seller says it does, and a manager gives a part back."""
    await page.get_by_role("link", name="Report a problem").click()
    await page.get_by_role("button", name="Open the dispute").click()
    await expect(page.get_by_label("Why")).to_be_focused()
    await page.get_by_label("Why").select_option("defective")
    await page.get_by_label("What happened").fill("It leaks.")
    await check(page, "guest-dispute-form-320")
    await page.get_by_role("button", name="Open the dispute").click()
    await expect(page.get_by_text("The seller may answer until")).to_be_visible()

    manager = await (await arrives(**_PHONE)).signs_in(MANAGER)
    office = await manager.opens("/manager/returns")
    await office.get_by_label("State").select_option("refunded")
    await office.get_by_role("link", name="RMA-").first.click()
    await expect(office.get_by_role("img", name="The handle")).to_be_visible()
    await check(office, "office-return-320")
    await office.get_by_role("link", name="See the order").click()
    await expect(office.get_by_text("2 delivered")).to_be_visible()
    await check(office, "office-order-320")
    await office.goto("/manager/figures")
    await expect(office.get_by_text("Revenue").first).to_be_visible()
    await check(office, "figures-320")
    await office.goto("/manager/order-disputes")
    await office.get_by_role("link", name="It does not work").first.click()
    await expect(office.get_by_text("It leaks.")).to_be_visible()
    await office.get_by_label("Refund to the customer").fill("1.00")
    await office.get_by_label("Why").fill("Half each.")
    await office.get_by_role("button", name=re.compile("^Refund .+")).click()
    await expect(office.get_by_text("The seller has until")).to_be_visible()

    await desk.goto("/seller/disputes")
    await desk.get_by_role("link", name="It does not work").first.click()
    await desk.get_by_label("Your message").fill("It did not leak here.")
    await desk.get_by_role("button", name="Send").click()
    await expect(page.get_by_text("It did not leak here.")).to_be_visible()
    await page.get_by_label("Your message").fill("It does here.")
    await page.get_by_role("button", name="Send").click()
    await expect(desk.get_by_text("It does here.")).to_be_visible()
    await check(page, "guest-dispute-320")
    await check(desk, "seller-dispute")
    await expect(office.get_by_text("It does here.")).to_be_visible()
    await check(office, "office-dispute-320")
    await office.get_by_role("button", name=re.compile("^Refund .+")).click()
    for side in (page, desk, office):
        await expect(side.get_by_text("Half each.")).to_be_visible()
        await expect(side.get_by_text("Decided", exact=True)).to_be_visible()
        await expect(side.get_by_label("Your message")).to_have_count(0)


async def test_a_guest_corrects_the_address_then_cancels_and_sees_the_money_go_back(
    arrives: Arrives, seller: Person
) -> None:
    page = await _buys(await arrives(**_PHONE), seller)
    other = await (await arrives()).opens(page.url.partition("?")[0])
    await page.get_by_role("button", name="Correct the address").click()
    await check(page, "guest-address-320")
    await page.get_by_label("City", exact=True).fill("")
    await page.get_by_role("button", name="Correct the address").click()
    await expect(page.get_by_label("City", exact=True)).to_be_focused()
    await page.get_by_label("City", exact=True).fill("Berlin")
    await page.get_by_label("Street and number").fill("Nebenstraße 7")
    await page.get_by_role("button", name="Correct the address").click()
    for each in (page, other):
        await expect(each.get_by_role("region", name="Deliver to")).to_contain_text("Nebenstraße 7")
    await page.get_by_role("button", name="Cancel the order").click()
    await page.get_by_role("button", name="Yes, cancel it").click()
    await expect(page.locator("dl").get_by_text("Refunded", exact=True)).to_be_visible()
    await expect(page.get_by_text("Money went back")).to_be_visible()
    await expect(page.get_by_role("button", name="Cancel the order")).to_have_count(0)


async def _ships(page: Page, seller: Person) -> Page:
    """The seller accepts the newest order, sends it and says that it arrived, while the guest looks on."""
    desk = await seller.opens("/seller/orders")
    number = (await page.get_by_role("heading", level=1).inner_text()).removeprefix("Order ")
    await desk.get_by_role("link", name=number).click()
    await desk.get_by_role("button", name="Accept the order").click()
    await expect(page.get_by_text("Accepted: it is being packed")).to_be_visible()
    await expect(desk.get_by_role("link", name="Packing slip")).to_be_visible()
    await desk.get_by_label("Tracking number").fill("FS-77")
    await desk.get_by_role("button", name="Mark as sent").click()
    await expect(page.get_by_text("FS-77")).to_be_visible()
    await desk.get_by_role("button", name="Parcel FS-77 has arrived").click()
    return desk


async def _buys(guest: Person, seller: Person) -> Page:
    """Two units, as a guest: the page of the order."""
    await guest.puts_in_cart(await goods(seller, 2), 2)
    page = await guest.opens("/cart")
    await page.get_by_role("button", name="Go to checkout").click()
    await page.get_by_label("Country").select_option("DE")
    for label, value in _HOME.items():
        await page.get_by_label(label, exact=True).fill(value)
    await page.get_by_label("E-mail").fill("kim@web.test")
    await page.get_by_role("button", name="Deliver here").click()
    await page.get_by_label(re.compile("^Standard")).check()
    await page.get_by_label("Works").first.check()
    await page.get_by_role("button", name="Pay").click()
    await expect(page.locator("main").get_by_text("Thank you for your order.")).to_be_visible()
    return page
