"""Each way a payment can go, and everywhere it shows."""

from playwright.async_api import Page, expect

from tests.web.conftest import Arrives
from tests.web.people import Person, new_sale


async def test_a_card_that_works_buys_and_the_order_shows_everywhere(arrives: Arrives, seller: Person) -> None:
    sale = await new_sale(seller)
    person = await (await arrives()).registers()
    orders = await person.opens("/orders")
    await expect(orders.get_by_text("No orders yet")).to_be_visible()
    page = await _holding(person, sale)
    await page.get_by_role("button", name="Pay").click()
    await expect(page.get_by_text("It is yours.")).to_be_visible()
    await expect(orders.get_by_role("link", name="Paid")).to_be_visible()
    await page.get_by_role("link", name="See the order").click()
    await expect(page.get_by_role("heading", name="Order")).to_be_visible()
    await expect(page.get_by_text("Total, paid")).to_be_visible()


async def test_a_declined_card_keeps_the_hold_and_another_card_buys(arrives: Arrives, seller: Person) -> None:
    page = await _holding(await (await arrives()).registers(), await new_sale(seller))
    await page.get_by_label("Is declined").check()
    await page.get_by_role("button", name="Pay").click()
    await expect(page.get_by_role("alert")).to_contain_text("Nothing was charged")
    await page.get_by_label("Works").first.check()
    await page.get_by_role("button", name="Pay").click()
    await expect(page.get_by_text("It is yours.")).to_be_visible()


async def test_a_slow_card_shows_that_the_bank_takes_its_time(arrives: Arrives, seller: Person) -> None:
    page = await _holding(await (await arrives()).registers(), await new_sale(seller))
    await page.get_by_label("takes a while").check()
    await page.get_by_role("button", name="Pay").click()
    await expect(page.get_by_text("Waiting for the bank")).to_be_visible()
    await expect(page.get_by_text("It is yours.")).to_be_visible(timeout=30_000)


async def test_a_bank_that_asks_is_answered_and_the_page_goes_on_by_itself(arrives: Arrives, seller: Person) -> None:
    person = await (await arrives()).registers()
    page = await _holding(person, await new_sale(seller))
    await page.get_by_label("Asks you to confirm").check()
    await page.get_by_role("button", name="Pay").click()
    async with person.context.expect_page() as opened:
        await page.get_by_role("link", name="Confirm with the bank").click()
    bank = await opened.value
    await bank.get_by_role("button", name="Approve").click()
    await expect(page.get_by_text("It is yours.")).to_be_visible()
    await expect(bank.get_by_text("It is yours.")).to_be_visible()


async def test_a_payment_declined_at_the_bank_leaves_the_hold(arrives: Arrives, seller: Person) -> None:
    person = await (await arrives()).registers()
    page = await _holding(person, await new_sale(seller))
    await page.get_by_label("Asks you to confirm").check()
    await page.get_by_role("button", name="Pay").click()
    async with person.context.expect_page() as opened:
        await page.get_by_role("link", name="Confirm with the bank").click()
    await (await opened.value).get_by_role("button", name="Decline").click()
    await expect(page.get_by_role("alert")).to_contain_text("Nothing was charged")
    await expect(page.get_by_role("button", name="Pay")).to_be_enabled()


async def test_a_reload_in_the_middle_loses_nothing(arrives: Arrives, seller: Person) -> None:
    page = await _holding(await (await arrives()).registers(), await new_sale(seller))
    await page.reload()
    await expect(page.get_by_text("1 unit on hold for you")).to_be_visible()
    await page.get_by_label("Asks you to confirm").check()
    await page.get_by_role("button", name="Pay").click()
    await expect(page.get_by_role("link", name="Confirm with the bank")).to_be_visible()
    await page.reload()
    await expect(page.get_by_role("link", name="Confirm with the bank")).to_be_visible()


async def test_every_device_of_a_person_shows_the_same_claim(arrives: Arrives, seller: Person) -> None:
    sale = await new_sale(seller)
    phone = await (await arrives()).registers()
    laptop = await arrives(storage_state=await phone.context.storage_state(), viewport={"width": 1280, "height": 900})
    other = await laptop.opens(f"/sales/{sale}")
    await expect(other.get_by_role("button", name="Claim yours")).to_be_enabled()
    page = await _holding(phone, sale)
    await expect(other.get_by_text("1 unit on hold for you")).to_be_visible()
    await other.get_by_role("button", name="Pay").click()
    await expect(page.get_by_text("It is yours.")).to_be_visible()


async def test_a_hold_that_is_not_paid_for_runs_out(arrives: Arrives, seller: Person) -> None:
    page = await _holding(await (await arrives()).registers(), await new_sale(seller, hold_seconds=10))
    await expect(page.get_by_text("Your hold ran out")).to_be_visible()
    await expect(page.get_by_role("button", name="Claim yours")).to_be_enabled()


async def _holding(person: Person, sale: str) -> Page:
    page = await person.opens(f"/sales/{sale}")
    await page.get_by_role("button", name="Claim yours").click()
    await expect(page.get_by_text("1 unit on hold for you")).to_be_visible()
    return page
