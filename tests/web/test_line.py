"""The line is cut, and comes back."""

import json
import re

from playwright.async_api import Page, Route, expect

from tests.support import eventually
from tests.web.conftest import Arrives
from tests.web.people import Person, new_sale
from tests.web.server import Line

# Longer than the page asks for one thing, and than it waits for one answer over HTTP; in milliseconds.
_GIVEN_UP = 31_000
_HANGS = 15_000


async def test_a_cut_line_is_told_and_what_was_missed_is_there_afterwards(
    arrives: Arrives, seller: Person, line: Line
) -> None:
    sale = await new_sale(seller, units=3)
    page = await (await (await arrives(address=line.address, complains=True)).registers()).opens(f"/sales/{sale}")
    meter = page.get_by_role("meter", name="Units left")
    await expect(page.get_by_role("button", name="Claim yours")).to_be_enabled()
    line.cut()
    await expect(page.get_by_text("No connection right now")).to_be_visible()
    other = await (await arrives()).registers()
    await other.does("POST", f"/flash-sales/{sale}/claim", claim_id="01900000-0000-7000-8000-000000000001")
    await expect(meter).to_have_attribute("aria-valuenow", "3")
    line.mend()
    await expect(meter).to_have_attribute("aria-valuenow", "2")
    await expect(page.get_by_text("No connection right now")).to_have_count(0)


async def test_a_claim_whose_answer_was_lost_is_sent_again_with_the_same_id(
    arrives: Arrives, seller: Person, line: Line
) -> None:
    sale = await new_sale(seller, units=3)
    person = await (await arrives(address=line.address, complains=True)).registers()
    page = await person.opens(f"/sales/{sale}")
    button = page.get_by_role("button", name="Claim yours")
    await expect(button).to_be_enabled()
    line.cut()
    await button.click()
    await expect(page.get_by_role("button", name="Claiming…")).to_be_visible()
    kept = await page.evaluate("(sale) => sessionStorage.getItem('claim ' + sale)", sale)
    line.mend()
    await expect(page.get_by_text("1 unit on hold for you")).to_be_visible()
    claims = await person.does("GET", f"/flash-sales/{sale}/claims")
    assert [claim["id"] for claim in claims] == [json.loads(kept)["claimId"]]
    await eventually(lambda: _forgotten(page, sale))  # the hold may be told before the answer comes


async def _forgotten(page: Page, sale: str) -> bool:
    return await page.evaluate("(sale) => sessionStorage.getItem('claim ' + sale)", sale) is None


async def test_a_reload_while_a_claim_has_no_answer_goes_on_with_the_same_claim(
    arrives: Arrives, seller: Person, line: Line
) -> None:
    sale = await new_sale(seller, units=3)
    person = await (await arrives(address=line.address, complains=True)).registers()
    page = await person.opens(f"/sales/{sale}")
    await expect(page.get_by_role("button", name="Claim yours")).to_be_enabled()
    line.cut()
    await page.get_by_role("button", name="Claim yours").click()
    await expect(page.get_by_role("button", name="Claiming…")).to_be_visible()
    line.mend()
    await page.reload()
    await expect(page.get_by_text("1 unit on hold for you")).to_be_visible()
    assert len(await person.does("GET", f"/flash-sales/{sale}/claims")) == 1


async def test_what_the_page_had_given_up_asking_for_is_asked_for_again_when_the_line_is_back(
    arrives: Arrives, seller: Person, line: Line
) -> None:
    sale, later = await new_sale(seller, units=3), await new_sale(seller, units=3, opens_in=600)
    person = await (await arrives(address=line.address, complains=True)).registers()
    await person.context.clock.install()
    page, lobby = await person.opens(f"/sales/{sale}"), await person.opens(f"/sales/{later}")
    claim, join = page.get_by_role("button", name="Claim yours"), lobby.get_by_role("button", name="Join the lobby")
    await expect(claim).to_be_enabled()
    await expect(join).to_be_enabled()
    line.cut()
    await claim.click()
    await expect(page.get_by_role("button", name="Claiming…")).to_be_visible()
    kept = json.loads(await page.evaluate("(sale) => sessionStorage.getItem('claim ' + sale)", sale))
    await join.click()
    await expect(lobby.get_by_role("button", name="Joining…")).to_be_visible()
    await person.context.clock.fast_forward(_GIVEN_UP)
    await expect(page.get_by_text("No answer yet")).to_be_visible()
    await expect(lobby.get_by_text("No answer yet")).to_be_visible()
    line.mend()
    await expect(page.get_by_text("1 unit on hold for you")).to_be_visible()
    await expect(page.get_by_text("No answer yet")).to_have_count(0)
    await expect(lobby.get_by_role("button", name="Leave the lobby")).to_be_visible()
    claims = await person.does("GET", f"/flash-sales/{sale}/claims")
    assert [claim["id"] for claim in claims] == [kept["claimId"]]


async def test_a_request_that_hangs_and_an_answer_that_is_cut_off_are_asked_for_again(
    arrives: Arrives, seller: Person
) -> None:
    sale = await new_sale(seller, units=2, per_customer_limit=2)
    person = await (await arrives(complains=True)).registers()
    await person.context.clock.install()
    await person.context.route_web_socket(re.compile("/ws$"), lambda socket: socket.close())
    page = await person.opens(f"/sales/{sale}")
    asked: list[str] = []

    async def claims(route: Route) -> None:
        asked.append(str(route.request.post_data))
        if len(asked) == 2:
            await route.fulfill(response=await route.fetch(), body='{"id": ')
        elif len(asked) == 3:
            await route.continue_()

    await page.route(re.compile("/claim$"), claims)
    await page.get_by_role("button", name="Claim yours").click()
    await expect(page.get_by_role("button", name="Claiming…")).to_be_visible()
    await eventually(lambda: len(asked) == 1)
    await page.clock.fast_forward(_HANGS)
    await expect(page.get_by_text("1 unit on hold for you")).to_be_visible()
    assert len(asked) == 3
    assert len(set(asked)) == 1
    assert len(await person.does("GET", f"/flash-sales/{sale}/claims")) == 1


async def test_where_no_socket_gets_through_one_still_buys(arrives: Arrives, seller: Person) -> None:
    sale = await new_sale(seller, units=2)
    person = await (await arrives(complains=True)).registers()
    await person.context.route_web_socket(re.compile("/ws$"), lambda socket: socket.close())
    page = await person.opens(f"/sales/{sale}")
    await page.get_by_role("button", name="Claim yours").click()
    await expect(page.get_by_text("1 unit on hold for you")).to_be_visible()
    await page.get_by_role("button", name="Pay").click()
    await expect(page.get_by_text("It is yours.")).to_be_visible()
