"""From the cart to the order: as a guest and signed in, with what goes wrong on the way."""

import re

from playwright.async_api import Page, expect

from fastshop.ids import new_id
from tests.web.conftest import Arrives
from tests.web.looking import findings
from tests.web.people import ADMIN, PASSWORD, Person, goods

_HOME = {"Name": "Kim", "Street and number": "Hauptstraße 5", "Postal code": "10115", "City": "Berlin"}


async def test_a_guest_buys_and_keeps_the_page_of_their_order(arrives: Arrives, seller: Person) -> None:
    guest = await arrives(complains=True)
    page = await _begins(guest, seller)
    await _types_home(page)
    await page.get_by_role("button", name="Deliver here").click()
    await expect(page.get_by_label("E-mail")).to_be_focused()
    await expect(page.get_by_label("E-mail")).to_have_accessible_description(re.compile("Say an e-mail"))
    await page.get_by_label("E-mail").fill("kim@web.test")
    await page.get_by_role("button", name="Deliver here").click()
    await expect(page.get_by_text("Hauptstraße 5")).to_be_visible()

    await page.get_by_label(re.compile("^Express")).check()
    await expect(
        page.get_by_role("complementary", name="Summary").locator("dl div", has_text="Shipping")
    ).to_be_visible()
    await page.get_by_label("Is declined").check()
    await page.get_by_role("button", name="Pay").click()
    await expect(page.get_by_role("alert")).to_contain_text("still reserved")
    await page.get_by_label("Works").first.check()
    await page.get_by_role("button", name="Pay").click()
    await expect(page.locator("main").get_by_text("Thank you for your order.")).to_be_in_viewport()
    assert await page.evaluate("scrollY") == 0
    await expect(page.get_by_role("link", name="Cart, empty")).to_be_visible()
    other = await (await arrives()).opens(page.url.partition("?")[0])
    await expect(other.get_by_text("Total, paid")).to_be_visible()
    await expect(other.get_by_text("Shipping, Express")).to_be_visible()


async def test_the_office_says_that_a_guests_transfer_came_and_sees_at_once_that_another_was_cancelled(
    arrives: Arrives, seller: Person
) -> None:
    page = await _begins(await arrives(), seller)
    await _types_home(page)
    await page.get_by_label("E-mail").fill("kim@web.test")
    await page.get_by_role("button", name="Deliver here").click()
    await page.get_by_label(re.compile("^Express")).check()
    await page.get_by_label("Bank transfer").check()
    await page.get_by_role("button", name="Order and transfer").click()
    await expect(page.get_by_role("heading", name="Bank transfer")).to_be_visible()
    await expect(page.get_by_text("DE89 3704 0044 0532 0130 00")).to_be_visible()
    await expect(page.get_by_role("link", name="Cart, empty")).to_be_visible()
    facts = page.locator("dl.facts div")
    purpose = await facts.filter(has_text="Purpose").locator("dd").inner_text()
    amount = re.sub(r"[^0-9.]", "", await facts.filter(has_text="Amount").locator("dd").inner_text())
    assert await findings(page) == []

    admin = await (await arrives(complains=True)).signs_in(ADMIN)
    office = await admin.opens("/manager/transfers")
    await office.get_by_label("Purpose").fill(purpose)
    row = office.get_by_role("article", name=f"Transfer {purpose}")
    await row.get_by_label("Amount that came").fill("0.01")
    await row.get_by_role("button", name="It came").click()
    await expect(row.get_by_role("alert")).to_contain_text("are awaited")
    assert await findings(office) == []
    await row.get_by_label("Amount that came").fill(amount)
    await row.get_by_role("button", name="It came").click()
    await expect(row).to_have_count(0)
    await page.get_by_role("link", name="To your order").click()
    await expect(page.get_by_text("Total, paid")).to_be_visible()

    await office.get_by_label("Purpose").fill("")
    person = await (await arrives()).registers()
    page = await _begins(person, seller)
    await _types_home(page)
    await page.get_by_role("button", name="Deliver here").click()
    await page.get_by_label(re.compile("^Express")).check()
    await page.get_by_label("Bank transfer").check()
    await page.get_by_role("button", name="Order and transfer").click()
    purpose = await page.locator("dl.facts div").filter(has_text="Purpose").locator("dd").inner_text()
    row = office.get_by_role("article", name=f"Transfer {purpose}")
    await expect(row).to_have_count(1)  # the office did nothing
    payments = await person.opens("/account/payments")
    assert await findings(payments) == []
    await payments.get_by_role("link", name="How to transfer it").click()
    await payments.get_by_role("button", name="Cancel this order").click()
    await payments.get_by_role("button", name="Cancel the order").click()
    for seen in (payments, page):
        await expect(seen.get_by_text("This transfer was cancelled")).to_be_visible()
    await expect(row).to_have_count(0)


async def test_somebody_with_a_saved_address_confirms_with_the_bank_keeps_the_card_and_orders_again(
    arrives: Arrives, seller: Person
) -> None:
    person = await (await arrives()).registers()
    address = {"name": "Kim", "country": "DE", "street": "Lindenweg 1", "city": "Berlin", "postal_code": "10115"}
    await person.does("POST", "/me/addresses", address_id=new_id(), address=address)
    page = await _begins(person, seller)
    await _chooses_delivery(page)
    await page.get_by_label("Asks you to confirm").check()
    await page.get_by_label("Keep this card").check()
    await page.get_by_role("button", name="Pay").click()
    async with person.context.expect_page() as opened:
        await page.get_by_role("link", name="Confirm with the bank").click()
    bank = await opened.value
    await bank.get_by_role("button").first.click()
    await expect(page.locator("main").get_by_text("Thank you for your order.")).to_be_visible()
    await expect(page.get_by_text("Lindenweg 1")).to_be_visible()
    await page.get_by_role("button", name="Order it again").click()
    await expect(page.locator(".cart-lines output")).to_have_text("2")

    cards = await person.opens("/account/cards")
    await expect(cards.get_by_role("listitem").filter(has_text="Visa •••• 3155")).to_contain_text("Default")
    await page.get_by_role("button", name="Go to checkout").click()
    await _chooses_delivery(page)
    await expect(page.get_by_label("Visa •••• 3155")).to_be_checked()
    await expect(page.get_by_label("Keep this card")).to_have_count(0)
    await cards.get_by_role("button", name="Add a card").click()
    await cards.get_by_role("button", name="Save the card").click()
    await page.get_by_label("Visa •••• 4242").check()
    await cards.get_by_role("button", name="Make default Visa •••• 4242").click()
    await expect(cards.get_by_role("listitem").first).to_contain_text("Visa •••• 4242 Default")
    assert await findings(cards) == []
    assert await findings(page) == []
    await page.get_by_role("button", name="Pay").click()
    await expect(page.locator("main").get_by_text("Thank you for your order.")).to_be_visible()
    for card in ("4242", "3155"):
        await cards.get_by_role("button", name=f"Remove Visa •••• {card}").click()
        await cards.get_by_role("button", name="Remove it").click()
    await expect(cards.get_by_text("No cards yet")).to_be_visible()


async def test_what_is_sold_out_by_now_is_said_before_the_checkout_begins(arrives: Arrives, seller: Person) -> None:
    product = await goods(seller, 2)
    guest = await arrives(complains=True)
    await guest.puts_in_cart(product, 2)
    await seller.does("PUT", f"/inventory/{product['variants'][0]['id']}", stock=1)
    cart = await guest.opens("/cart")
    await cart.get_by_role("button", name="Go to checkout").click()
    await expect(cart.get_by_role("alert")).to_contain_text("only 1")


async def test_who_signs_in_on_the_way_goes_on_with_the_same_checkout_and_has_bought_the_cart(
    arrives: Arrives, seller: Person
) -> None:
    known = f"{new_id()}@web.test"
    registered = {"user_id": new_id(), "email": known, "password": PASSWORD, "name": "Kim"}
    await (await arrives()).does("POST", "/auth/register", **registered)
    guest = await arrives(complains=True)
    page = await _begins(guest, seller)
    checkout = page.url
    await page.locator("main").get_by_role("link", name="Sign in").click()
    await page.get_by_label("E-mail").fill(known)
    await page.get_by_label("Password", exact=True).fill(PASSWORD)
    await page.locator("main").get_by_role("button", name="Sign in").click()
    await expect(page.get_by_text("Reserved for")).to_be_visible()
    assert page.url == checkout
    await _types_home(page)
    await page.get_by_role("button", name="Deliver here").click()
    await page.get_by_label(re.compile("^Standard")).check()
    await page.get_by_label("Works").first.check()
    await page.get_by_role("button", name="Pay").click()
    await expect(page.locator("main").get_by_text("Thank you for your order.")).to_be_visible()
    assert "/guest/" not in page.url
    await expect(page.get_by_role("link", name="Cart, empty")).to_be_visible()


async def _begins(person: Person, seller: Person) -> Page:
    await person.puts_in_cart(await goods(seller, 2), 2)
    page = await person.opens("/cart")
    await page.get_by_role("button", name="Go to checkout").click()
    await expect(page.get_by_text("Reserved for")).to_be_visible()
    return page


async def _chooses_delivery(page: Page) -> None:
    await page.get_by_role("button", name="Deliver here").click()
    await page.get_by_label(re.compile("^Standard")).check()


async def _types_home(page: Page) -> None:
    await page.get_by_label("Country").select_option("DE")
    for label, value in _HOME.items():
        await page.get_by_label(label, exact=True).fill(value)
