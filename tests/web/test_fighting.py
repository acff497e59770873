"""Two people want the last unit."""

import asyncio

from playwright.async_api import Page, expect

from tests.web.conftest import Arrives
from tests.web.people import Person, new_sale

# Without waiting: whoever is slower may find the button gone already.
_CLICK = "[...document.querySelectorAll('button')].find((it) => it.textContent.includes('Claim yours'))?.click()"


async def test_one_gets_the_last_unit_and_the_other_when_it_is_given_back(arrives: Arrives, seller: Person) -> None:
    sale = await new_sale(seller, units=1)
    people = [await (await arrives()).registers(name) for name in ("Ada", "Ben")]
    pages = [await person.opens(f"/sales/{sale}") for person in people]
    buttons = [page.get_by_role("button", name="Claim yours") for page in pages]
    for button in buttons:
        await expect(button).to_be_enabled()

    await asyncio.gather(*(page.evaluate(_CLICK) for page in pages))
    winner, loser = await _winner_first(pages)

    await expect(loser.get_by_text("All on hold right now")).to_be_visible()
    await expect(loser.get_by_role("meter", name="Units left")).to_have_attribute("aria-valuenow", "0")
    await expect(loser.get_by_role("button", name="Stand in line")).to_be_enabled()

    await winner.get_by_role("button", name="Give it back").click()
    await loser.get_by_role("button", name="Claim yours").click()
    await expect(loser.get_by_text("1 unit on hold for you")).to_be_visible()
    await expect(winner.get_by_text("You gave it back")).to_be_visible()

    await loser.get_by_role("button", name="Pay").click()
    await expect(loser.get_by_text("It is yours.")).to_be_visible()
    await expect(winner.get_by_text("Every unit has been bought")).to_be_visible()


async def _winner_first(pages: list[Page]) -> tuple[Page, Page]:
    held = [page.get_by_text("1 unit on hold for you") for page in pages]
    await expect(held[0].or_(pages[0].get_by_text("All on hold right now")).first).to_be_visible()
    first, second = pages
    return (first, second) if await held[0].is_visible() else (second, first)


async def test_a_guest_sees_units_go_and_is_led_to_sign_in_and_back(arrives: Arrives, seller: Person) -> None:
    sale = await new_sale(seller, units=3)
    guest = await (await arrives()).opens(f"/sales/{sale}")
    await expect(guest.get_by_role("meter", name="Units left")).to_have_attribute("aria-valuenow", "3")
    buyer = await (await (await arrives()).registers()).opens(f"/sales/{sale}")
    await buyer.get_by_role("button", name="Claim yours").click()
    await expect(guest.get_by_role("meter", name="Units left")).to_have_attribute("aria-valuenow", "2")

    await guest.get_by_role("link", name="Sign in to claim").click()
    await guest.get_by_label("E-mail").fill("customer2@demo.fastshop.test")
    await guest.get_by_label("Password").fill("fastshop-demo")
    await guest.get_by_role("button", name="Sign in").click()
    await expect(guest).to_have_url(f"{guest.url.split('/sign-in')[0].split('/sales')[0]}/sales/{sale}")
    await expect(guest.get_by_role("button", name="Claim yours")).to_be_enabled()


async def test_the_limit_for_each_customer_is_told_with_its_facts(arrives: Arrives, seller: Person) -> None:
    sale = await new_sale(seller, units=5, per_customer_limit=2)
    page = await (await (await arrives()).registers()).opens(f"/sales/{sale}")
    await page.get_by_role("button", name="One more").click()
    await page.get_by_role("button", name="Claim 2").click()
    await expect(page.get_by_text("2 units on hold for you")).to_be_visible()
    await page.get_by_role("button", name="Pay").click()
    await expect(page.get_by_text("All 2 are yours.")).to_be_visible()
    await expect(page.get_by_text("That is the limit for each customer in this sale: 2.")).to_be_visible()
