"""Lobby, line and turn: who waits, how it is told, and that it is the same on every tab and after every cut."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from playwright.async_api import Page, expect

from tests.web.conftest import Arrives
from tests.web.people import Person, new_sale, starts
from tests.web.server import Line

# Not what who listens is told of it.
_HELD = re.compile("^1 unit on hold for you")


async def test_the_lobby_is_drawn_and_who_comes_next_pays(arrives: Arrives, seller: Person) -> None:
    sale = await new_sale(seller, units=1, opens_in=290)
    pages = [await (await (await arrives()).registers(name)).opens(f"/sales/{sale}") for name in ("Ada", "Ben")]
    for page in pages:
        await page.get_by_role("button", name="Join the lobby").click()
        await expect(page.get_by_text("You are in the lobby", exact=True)).to_be_visible()
    await expect(pages[0].get_by_text("1 other is here with you")).to_be_visible()
    await starts(seller, sale, datetime.now(UTC) + timedelta(seconds=2))

    first, second = await _served_first(pages)
    await expect(second.get_by_text("You are next")).to_be_visible()
    await second.get_by_text("The draw, to check for yourself").click()
    await second.get_by_role("button", name="Check the draw").click()
    await expect(second.get_by_text("The order of all 2 places follows from the secret")).to_be_visible()
    await expect(second.get_by_text("Yours was drawn number 2.")).to_be_visible()

    await first.get_by_role("button", name="Give it back").click()
    await expect(second.get_by_text(_HELD)).to_be_visible()
    await expect(second).to_have_title(re.compile("^● Your turn"))
    await second.get_by_role("button", name="Pay").click()
    await expect(second.get_by_text("It is yours.")).to_be_visible()
    await expect(first.get_by_text("Every unit has been bought")).to_be_visible()


async def test_a_place_is_one_on_every_tab_and_stays_over_a_reload(arrives: Arrives, seller: Person) -> None:
    sale = await _taken(arrives, seller)
    person = await (await arrives()).registers()
    tab, other = await person.opens(f"/sales/{sale}"), await person.opens(f"/sales/{sale}")
    await tab.get_by_role("button", name="Stand in line").click()
    for page in (tab, other):
        await expect(page.get_by_text("You are next")).to_be_visible()
    await other.reload()
    await expect(other.get_by_text("You are next")).to_be_visible()
    assert (await person.does("GET", f"/flash-sales/{sale}/position"))["place"]["number"] == 1

    await other.get_by_role("button", name="Leave the line").click()
    await other.get_by_role("button", name="Yes, give up my place").click()
    for page in (tab, other):
        await expect(page.get_by_role("button", name="Stand in line")).to_be_enabled()


async def test_ones_turn_comes_while_the_line_is_cut_and_is_there_afterwards(
    arrives: Arrives, seller: Person, line: Line
) -> None:
    sale, holder, claim = await _held(arrives, seller)
    page = await (await (await arrives(address=line.address, complains=True)).registers()).opens(f"/sales/{sale}")
    await page.get_by_role("button", name="Stand in line").click()
    await expect(page.get_by_text("You are next")).to_be_visible()
    line.cut()
    await expect(page.get_by_text("Your place is kept")).to_be_visible()
    await holder.does("DELETE", f"/flash-sales/{sale}/claim?claim_id={claim}")
    line.mend()
    await expect(page.get_by_text(_HELD)).to_be_visible()
    await page.get_by_role("button", name="Pay").click()
    await expect(page.get_by_text("It is yours.")).to_be_visible()


async def test_a_robot_check_is_done_unseen(arrives: Arrives, seller: Person) -> None:
    sale = await new_sale(seller, units=2, proof_of_work=True)
    person = await (await arrives()).registers()
    page = await person.opens(f"/sales/{sale}")
    await page.get_by_role("button", name="Claim yours").click()
    await expect(page.get_by_text(_HELD)).to_be_visible()


async def test_a_parcel_for_a_household_that_has_its_share_is_refused(arrives: Arrives, seller: Person) -> None:
    sale = await new_sale(seller, units=5, limit_by=["address"])
    for name, street, outcome in (
        ("Ada", "Hauptstraße 5", "It is yours."),
        ("Ben", "HAUPTSTR. 5", "This sale has at most 1 for each address"),
    ):
        page = await (await (await arrives()).registers(name)).opens(f"/sales/{sale}")
        await page.get_by_role("button", name="Claim yours").click()
        await page.get_by_label("Country", exact=True).select_option("DE")
        for label, value in (
            ("Name", name),
            ("Street and number", street),
            ("Postal code", "10115"),
            ("City", "Berlin"),
        ):
            await page.get_by_label(label, exact=True).fill(value)
        await page.get_by_role("button", name="Deliver here").click()
        await expect(page.get_by_text(f"Goes to {name}, {street}")).to_be_visible()
        await page.get_by_role("button", name="Pay").click()
        await expect(page.get_by_text(outcome)).to_be_visible()


async def test_a_reminder_is_asked_for_and_dropped_and_ends_with_its_sale(arrives: Arrives, seller: Person) -> None:
    sale = await new_sale(seller, units=2, opens_in=3600)
    person = await (await arrives()).registers()
    page = await person.opens(f"/sales/{sale}")
    await page.get_by_role("button", name="Remind me 5 minutes before").click()
    reminded = page.get_by_role("button", name="You are reminded 5 minutes before")
    await expect(reminded).to_be_visible()
    await page.reload()
    await reminded.click()
    await page.get_by_role("button", name="Remind me 5 minutes before").click()
    await expect(reminded).to_be_visible()
    elsewhere = await person.opens("/orders")
    await seller.does("POST", f"/flash-sales/{sale}/cancel")
    # The shop looks every few seconds for whom it has to tell.
    await expect(elsewhere.get_by_text("was called off by its seller")).to_be_visible()


async def test_who_is_reminded_is_told_on_whatever_page_they_are(arrives: Arrives, seller: Person) -> None:
    sale = await new_sale(seller, units=2, opens_in=290)
    person = await (await arrives()).registers()
    elsewhere = await person.opens("/orders")
    await person.does("POST", f"/flash-sales/{sale}/remind")
    await elsewhere.get_by_role("link", name="Go to its lobby").click()
    await expect(elsewhere).to_have_url(f"{person.address}/sales/{sale}")
    await expect(elsewhere.get_by_role("button", name="Join the lobby")).to_be_enabled()
    await expect(elsewhere.get_by_text("Go to its lobby")).to_have_count(0)


@pytest.mark.parametrize(
    ("button", "story"),
    [
        ("End it now", "The sale ended before your turn came"),
        ("Call it off", "The seller called the sale off"),
    ],
)
async def test_who_waits_is_told_that_the_sale_is_stopped(
    arrives: Arrives, seller: Person, button: str, story: str
) -> None:
    sale = await _taken(arrives, seller)
    page = await (await (await arrives()).registers()).opens(f"/sales/{sale}")
    await page.get_by_role("button", name="Stand in line").click()
    await expect(page.get_by_text("You are next")).to_be_visible()
    desk = await seller.opens(f"/seller/sales/{sale}")
    await expect(desk.locator("dl.counters div", has_text="In line").locator("dd")).to_have_text("1")
    await desk.get_by_role("button", name=button).click()
    await desk.get_by_role("button", name=re.compile("^Yes,")).click()
    await expect(page.get_by_text(story)).to_be_visible()


async def test_the_seller_takes_the_ledger_home(arrives: Arrives, seller: Person) -> None:
    sale = await _taken(arrives, seller)
    page = await seller.opens(f"/seller/sales/{sale}")
    async with page.expect_download() as download:
        await page.get_by_role("link", name="Download as CSV").click()
    text = (await (await download.value).path()).read_text()
    assert "flash_sales.claimed" in text
    assert text.startswith("number,time,event,customer")


async def _taken(arrives: Arrives, seller: Person) -> str:
    """A sale whose only unit somebody holds."""
    sale, _, _ = await _held(arrives, seller)
    return sale


async def _held(arrives: Arrives, seller: Person) -> tuple[str, Person, str]:
    sale = await new_sale(seller, units=1)
    holder = await (await arrives()).registers()
    claim = "01900000-0000-7000-8000-" + sale[-12:]
    await holder.does("POST", f"/flash-sales/{sale}/claim", claim_id=claim)
    return sale, holder, claim


async def _served_first(pages: list[Page]) -> tuple[Page, Page]:
    held = [page.get_by_text(_HELD) for page in pages]
    waits = pages[0].get_by_text("You are next")
    await expect(held[0].or_(waits).first).to_be_visible()
    first, second = pages
    return (first, second) if await held[0].is_visible() else (second, first)
