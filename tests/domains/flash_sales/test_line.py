"""The line: drawn as was committed to, served in order, one place a customer, and an end with a reason."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from actors.flash_sale import WaitingLine
from actors.runtime.ports import Limits
from fastshop.contract.base import BadInput, IdReused, Refusal
from fastshop.contract.flash_sales import (
    SALE_LEDGER,
    USER,
    CancelSale,
    Claim,
    ClaimState,
    EndSale,
    FlashSale,
    GiveBack,
    OverLimit,
    Phase,
    SaleDrawn,
    SaleNotFound,
    SaleNotOpen,
    SoldOut,
    UnitsClaimed,
)
from fastshop.contract.lines import (
    EndReason,
    LineJoined,
    NotDrawn,
    Place,
    PlaceEnded,
    PlaceNotFound,
    PlaceOver,
    PlaceState,
    SaleLine,
    ShowDraw,
)
from fastshop.contract.payments import PaymentDeclined
from fastshop.fairness import ahead_of, drawn_order, verify_draw, verify_pages
from fastshop.ids import new_id
from server.kernel.caller import GUEST, Caller
from tests.domains.flash_sales.lining import join, leave, pages_of_draw, position, stored_places, until_quiet
from tests.domains.flash_sales.market import (
    ANN,
    ASKS_THE_BANK,
    BOB,
    DECLINED,
    SELLER,
    Market,
    changed,
    customer,
)
from tests.domains.flash_sales.test_owners import Cut

LOBBY, WAITING, SERVED = PlaceState.LOBBY, PlaceState.WAITING, PlaceState.SERVED
CARL = customer(3)
NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)


async def outcome(asked: Any) -> Any:
    try:
        return await asked
    except Refusal as refusal:
        return type(refusal)


async def crowded(market: Market, count: int, **terms: Any) -> tuple[FlashSale, Claim]:
    """A sale of one unit, which Ann holds, and a line of customers 10, 11 and so on."""
    sale = await market.sale(**({"quantity": 1} | terms))
    claim = await market.shop.claim(sale, ANN)
    for number in range(count):
        await join(market.shop, sale, customer(10 + number))
    return sale, claim


async def lobby(market: Market, count: int, **terms: Any) -> tuple[FlashSale, list[Place]]:
    """A sale that starts in ten minutes, and a lobby of customers 10, 11 and so on."""
    sale = await market.sale(starts_in=10, **terms)
    return sale, [await join(market.shop, sale, customer(10 + number)) for number in range(count)]


async def served(market: Market, sale: FlashSale) -> list[UUID]:
    """The customers whose place was served, in the order of their claims."""
    return [claim.customer_id for claim in await market.claims(sale) if claim.place_id is not None]


def people(*numbers: int) -> list[UUID]:
    return [customer(number).person for number in numbers]


async def shown_line(market: Market, sale: FlashSale) -> SaleLine:
    return (await market.shop.selling.state(sale.id)).line


# --- the lobby and its draw -----------------------------------------------------------------------------------------


async def test_p12_the_lobby_is_drawn_at_the_start_in_the_order_of_the_seed_committed_to(market: Market) -> None:
    sale, places = await lobby(market, 40, quantity=7)
    assert {place.state for place in places} == {LOBBY}
    assert [place.joined for place in places] == list(range(1, 41))
    assert (await shown_line(market, sale)).lobby == 40
    with pytest.raises(NotDrawn):
        await market.shop.queueing.draw(ShowDraw(sale_id=sale.id), GUEST)
    await until_quiet(market, minutes=10)
    seed = (await market.shop.selling.state(sale.id)).sale.seed
    order = drawn_order(bytes.fromhex(seed), [place.id for place in places])
    assert verify_draw(sale.commitment, seed, order)
    stored = await stored_places(market, sale.id)
    assert sorted(stored, key=lambda place_id: stored[place_id].number) == order
    assert await served(market, sale) == [stored[place_id].customer_id for place_id in order[:7]]
    assert [stored[place_id].state for place_id in order] == [SERVED] * 7 + [WAITING] * 33


async def test_the_seed_is_no_secret_of_the_order_of_joining_and_another_for_every_sale(market: Market) -> None:
    first, second = await market.sale(starts_in=10), await market.sale(starts_in=10)
    assert first.commitment != second.commitment
    assert (first.seed, second.seed) == ("", "")
    same = new_id()
    assert (await join(market.shop, first, ANN, place_id=same)).id == same
    with pytest.raises(IdReused):
        await join(market.shop, second, ANN, place_id=same)
    await join(market.shop, second, ANN)
    await until_quiet(market, minutes=10)
    seeds = {(await market.shop.selling.state(sale.id)).sale.seed for sale in (first, second)}
    assert len(seeds) == 2


async def test_anybody_can_check_the_draw_page_by_page_and_finds_whatever_was_changed(market: Market) -> None:
    sale, places = await lobby(market, 25)
    await leave(market.shop, places[4], customer(14))
    await until_quiet(market, minutes=10)
    await join(market.shop, sale, customer(99))  # is not of the lobby
    pages = await pages_of_draw(market.shop, sale, limit=7)
    assert [(page.first, len(page.places)) for page in pages] == [(1, 7), (8, 7), (15, 7), (22, 3)]
    assert {page.commitment for page in pages} == {sale.commitment}
    assert verify_pages(sale.commitment, pages)
    assert pages_say(pages) == {place.id for place in places if place.id != places[4].id}
    assert not verify_pages("00" * 32, pages), "another commitment"
    assert not verify_pages(sale.commitment, pages[:-1]), "a page is missing"
    assert not verify_pages(sale.commitment, [pages[1], pages[0], *pages[2:]]), "in another order"
    swapped = (pages[0].places[1], pages[0].places[0], *pages[0].places[2:])
    assert not verify_pages(sale.commitment, [replace(pages[0], places=swapped), *pages[1:]])
    assert not verify_pages(sale.commitment, [replace(page, seed="11" * 32) for page in pages])
    assert not verify_pages(sale.commitment, [replace(pages[0], seed="not hex"), *pages[1:]])
    assert not verify_pages(sale.commitment, [])


def pages_say(pages: Sequence[Any]) -> set[UUID]:
    return {place_id for page in pages for place_id in page.places}


@pytest.mark.parametrize("cursor", ["rubbish", "W251bGxd", "WyJhIl0", "Wzk5OTk5OTk5OTk5OTk5OTk5OV0", "é", "W10"])
async def test_a_page_of_the_draw_that_nobody_was_given_is_refused(market: Market, cursor: str) -> None:
    sale, _ = await lobby(market, 2)
    await until_quiet(market, minutes=10)
    with pytest.raises(BadInput) as refused:
        await market.shop.queueing.draw(ShowDraw(sale_id=sale.id, cursor=cursor), GUEST)
    assert refused.value.field == "cursor"


async def test_there_is_no_draw_of_no_sale_or_of_an_empty_lobby(market: Market) -> None:
    sale = await market.sale()
    await join(market.shop, sale)
    with pytest.raises(NotDrawn):
        await market.shop.queueing.draw(ShowDraw(sale_id=sale.id), GUEST)
    with pytest.raises(SaleNotFound):
        await market.shop.queueing.draw(ShowDraw(sale_id=new_id()), GUEST)
    with pytest.raises(SaleNotFound):
        await join(market.shop, replace(sale, id=new_id()))


async def test_who_joins_after_the_start_is_behind_the_whole_lobby_even_before_it_was_drawn(market: Market) -> None:
    sale, _ = await lobby(market, 5, quantity=2)
    market.clock.turn(minutes=10)
    late = await join(market.shop, sale, ANN)
    assert (late.state, late.number) == (WAITING, 6)
    assert (await outcome(market.shop.claim(sale, BOB))) is SoldOut, "nobody jumps the line"
    events = [type(event) for event in await market.stream(SALE_LEDGER.of(sale.id))]
    assert events.index(SaleDrawn) == len(events) - 2, "the draw comes first"
    await until_quiet(market)
    assert (await join(market.shop, sale, BOB)).number == 7
    assert (await position(market.shop, sale, ANN)).ahead == 3
    assert (await position(market.shop, sale, BOB)).ahead == 4


async def test_nobody_claims_past_a_lobby_that_was_not_drawn_yet(market: Market) -> None:
    sale, _ = await lobby(market, 3, quantity=10)
    market.clock.turn(minutes=10)
    with pytest.raises(SoldOut) as refused:
        await market.shop.claim(sale, ANN)
    assert refused.value.facts() == {"left": 10, "held": 0, "waiting": 3}
    await until_quiet(market)
    assert len(await served(market, sale)) == 3
    assert (await market.shop.claim(sale, ANN)).place == 4


async def test_a_start_that_is_moved_draws_the_lobby_at_the_new_one(market: Market) -> None:
    sale, places = await lobby(market, 6)
    await market.shop.selling.edit(changed(sale, start_time=sale.start_time + timedelta(minutes=5)), SELLER)
    await until_quiet(market, minutes=12)
    assert {place.state for place in (await stored_places(market, sale.id)).values()} == {LOBBY}
    assert (await position(market.shop, sale, customer(10))).ahead is None
    await until_quiet(market, minutes=3)
    pages = await pages_of_draw(market.shop, sale)
    assert verify_pages(sale.commitment, pages)
    assert pages_say(pages) == {place.id for place in places}


async def test_who_is_not_served_before_an_early_end_is_told_so(market: Market) -> None:
    sale, _ = await lobby(market, 60, quantity=20)
    await until_quiet(market, minutes=10)
    assert len(await served(market, sale)) == 20
    await market.shop.selling.end(EndSale(sale_id=sale.id), SELLER)
    await until_quiet(market)
    ended = [place for place in (await stored_places(market, sale.id)).values() if place.state is PlaceState.ENDED]
    assert len(ended) == 40


async def test_the_ids_of_claims_made_for_places_cannot_be_taken_by_others_first(market: Market) -> None:
    sale, _ = await lobby(market, 1)
    await until_quiet(market, minutes=10)
    (claim,) = await market.claims(sale)
    assert claim.id.version == 7
    other = await market.sale()
    with pytest.raises(IdReused):
        await market.shop.claim(other, BOB, claim_id=claim.id)
    with pytest.raises(IdReused):
        await market.shop.claim(sale, BOB, claim_id=claim.id)


# --- who is served --------------------------------------------------------------------------------------------------


async def test_where_units_are_free_and_nobody_waits_joining_holds_them_at_once(market: Market) -> None:
    sale = await market.sale(quantity=5, per_customer_limit=3)
    place = await join(market.shop, sale, ANN, 2)
    (claim,) = await market.claims(sale)
    assert (place.state, place.claim_id, place.number) == (SERVED, claim.id, 1)
    assert (claim.quantity, claim.state, claim.place_id) == (2, ClaimState.HELD, place.id)
    assert (await join(market.shop, sale, BOB, 9)).claim_id is not None
    assert [claim.quantity for claim in await market.claims(sale)] == [2, 3], "what is left, within the limit"
    assert (await join(market.shop, sale, CARL)).state is WAITING


async def test_a_hold_that_lapses_goes_to_the_first_in_line(market: Market) -> None:
    sale, _ = await crowded(market, 3)
    await until_quiet(market, seconds=60)
    assert await served(market, sale) == people(10)
    (_, claim) = await market.claims(sale)
    assert claim.expires_at == claim.claimed_at + timedelta(seconds=60), "who is next has the whole time to pay"
    await until_quiet(market, seconds=61)
    assert await served(market, sale) == people(10, 11)


async def test_units_given_back_go_to_the_first_in_line_at_once(market: Market) -> None:
    sale, claim = await crowded(market, 2)
    await market.shop.buying.give_back(GiveBack(sale_id=sale.id, claim_id=claim.id), ANN)
    assert await served(market, sale) == people(10)
    assert await outcome(market.shop.claim(sale, BOB)) is SoldOut


async def test_units_of_a_payment_that_fails_too_late_go_to_the_first_in_line(market: Market) -> None:
    sale, claim = await crowded(market, 2)
    paying = await market.shop.pay(claim, card=ASKS_THE_BANK)
    await until_quiet(market, seconds=90)
    assert await served(market, sale) == []
    await market.gateway.decide(paying.payment.id, approved=False)
    assert await market.shop.buying.settle(await market.one(claim))
    assert await served(market, sale) == people(10)


async def test_a_payment_that_fails_in_time_leaves_the_hold_and_the_line(market: Market) -> None:
    sale, claim = await crowded(market, 1)
    with pytest.raises(PaymentDeclined):
        await market.shop.pay(claim, card=DECLINED)
    assert await served(market, sale) == []
    assert (await market.shop.pay(claim)).claim.state is ClaimState.PAID


async def test_units_that_are_added_go_down_the_line_at_once(market: Market) -> None:
    sale, _ = await crowded(market, 4)
    await market.shop.selling.edit(changed(sale, quantity_limit=4), SELLER)
    assert await served(market, sale) == people(10, 11, 12)
    assert (await shown_line(market, sale)).waiting == 1


async def test_who_left_is_passed_over(market: Market) -> None:
    sale, claim = await crowded(market, 3)
    first = (await position(market.shop, sale, customer(10))).place
    await leave(market.shop, first, customer(10))
    await market.shop.buying.give_back(GiveBack(sale_id=sale.id, claim_id=claim.id), ANN)
    assert await served(market, sale) == people(11)


async def test_a_place_gets_what_there_is_up_to_what_it_asked_for_and_the_rest_goes_on(market: Market) -> None:
    sale = await market.sale(quantity=5, per_customer_limit=5)
    claim = await market.shop.claim(sale, ANN, 5)
    for number, quantity in ((10, 3), (11, 4), (12, 1)):
        await join(market.shop, sale, customer(number), quantity)
    await market.shop.buying.give_back(GiveBack(sale_id=sale.id, claim_id=claim.id), ANN)
    made = await market.claims(sale)
    assert [(claim.customer_id, claim.quantity) for claim in made[1:]] == [
        (customer(10).person, 3),
        (customer(11).person, 2),
    ]
    assert (await position(market.shop, sale, customer(12))).ahead == 0


async def test_who_has_all_they_may_when_their_turn_comes_is_told_so_and_the_next_is_served(market: Market) -> None:
    sale = await market.sale(quantity=3, per_customer_limit=2)
    one, two = await market.shop.claim(sale, ANN), await market.shop.claim(sale, BOB, 2)
    place = await join(market.shop, sale, ANN)
    await join(market.shop, sale, CARL)
    await market.shop.pay(one, ANN)
    await market.shop.selling.edit(changed(sale, per_customer_limit=1), SELLER)
    await market.shop.buying.give_back(GiveBack(sale_id=sale.id, claim_id=two.id), BOB)
    over = (await stored_places(market, sale.id))[place.id]
    assert (over.state, over.reason) == (PlaceState.ENDED, EndReason.LIMIT)
    assert await served(market, sale) == [CARL.person]
    told = await market.stream(USER.of(ANN.person))
    assert isinstance(told[-1], PlaceEnded)


async def test_units_of_ones_own_that_come_back_count_when_it_is_ones_turn(market: Market) -> None:
    sale = await market.sale(quantity=2, per_customer_limit=2)
    first, second = await market.shop.claim(sale, ANN), await market.shop.claim(sale, BOB)
    await join(market.shop, sale, ANN, 2)
    await market.shop.buying.give_back(GiveBack(sale_id=sale.id, claim_id=first.id), ANN)
    assert await served(market, sale) == [ANN.person]
    await market.shop.buying.give_back(GiveBack(sale_id=sale.id, claim_id=second.id), BOB)
    assert (await join(market.shop, sale, ANN)).state is SERVED


async def test_who_is_served_is_told_on_their_own_stream(market: Market) -> None:
    sale, claim = await crowded(market, 1)
    await market.shop.buying.give_back(GiveBack(sale_id=sale.id, claim_id=claim.id), ANN)
    joined, claimed = await market.stream(USER.of(customer(10).person))
    assert isinstance(joined, LineJoined)
    assert isinstance(claimed, UnitsClaimed)
    assert claimed.claim.place_id == joined.place.id
    assert [type(event) for event in await market.stream(USER.of(OTHER_PERSON))] == [], "and nobody else"


OTHER_PERSON = customer(200).person


async def test_nobody_past_the_line_gets_a_unit_however_many_try_while_units_come_back(market: Market) -> None:
    sale = await market.sale(quantity=10, per_customer_limit=1)
    claims = [await market.shop.claim(sale, customer(number)) for number in range(10)]
    order = [(await join(market.shop, sale, customer(number))).customer_id for number in range(20, 60)]
    twins = [market.shop, market.runtime(limits=Limits(batch=5))]
    asked: list[Any] = [
        twins[number % 2].buying.give_back(GiveBack(sale_id=sale.id, claim_id=claim.id), customer(number))
        for number, claim in enumerate(claims)
    ]
    jumping = [outcome(twins[number % 2].claim(sale, customer(number))) for number in range(100, 140)]
    answers = await asyncio.gather(*asked, *jumping)
    assert not [answer for answer in answers[10:] if isinstance(answer, Claim)]
    assert await served(market, sale) == order[:10]


# --- one place a customer -------------------------------------------------------------------------------------------


async def test_p3_a_place_asked_for_again_is_answered_as_it_is_now(market: Market) -> None:
    sale, claim = await crowded(market, 0)
    place = await join(market.shop, sale, BOB)
    assert await join(market.shop, sale, BOB, place_id=place.id) == place
    with pytest.raises(IdReused):
        await join(market.shop, sale, CARL, place_id=place.id)
    with pytest.raises(IdReused):
        await join(market.shop, sale, BOB, 2, place_id=place.id)
    await market.shop.buying.give_back(GiveBack(sale_id=sale.id, claim_id=claim.id), ANN)
    again = await join(market.shop, sale, BOB, place_id=place.id)
    assert (again.id, again.state) == (place.id, SERVED)


@pytest.mark.parametrize("starts_in", [10, 0])
async def test_fifty_tabs_of_one_customer_have_one_place(market: Market, starts_in: float) -> None:
    sale = await market.sale(quantity=1, starts_in=starts_in)
    if not starts_in:
        await market.shop.claim(sale, ANN)
    twins = [market.shop, market.runtime(limits=Limits(batch=3))]
    answers = await asyncio.gather(*(joined_until_answered(twins[n % 2], sale, BOB) for n in range(50)))
    assert len({place.id for place in answers}) == 1
    assert len(await market.shop.queueing.active(BOB.person)) == 1
    assert await market.number("SELECT count(*) FROM flash_sale_places WHERE sale_id = $1", sale.id) == 1


async def joined_until_answered(runtime: Any, sale: FlashSale, who: Caller) -> Place:
    place_id = new_id()
    while True:
        try:
            return await join(runtime, sale, who, place_id=place_id)
        except Refusal as refusal:
            if not refusal.temporary:
                raise


async def test_a_place_in_each_sale_and_a_new_one_after_the_old_is_over(market: Market) -> None:
    one, _ = await crowded(market, 0)
    two, _ = await crowded(market, 0)
    first, second = await join(market.shop, one, BOB), await join(market.shop, two, BOB)
    assert first.id != second.id
    await leave(market.shop, first, BOB)
    third = await join(market.shop, one, BOB)
    assert (third.number, third.joined) == (2, 2)
    assert {place.id for place in await market.shop.queueing.active(BOB.person)} == {second.id, third.id}
    assert (await position(market.shop, one, BOB)).place == third


async def test_who_has_all_units_they_may_takes_no_place(market: Market) -> None:
    sale = await market.sale(quantity=2, per_customer_limit=1)
    await market.shop.claim(sale, ANN)
    with pytest.raises(OverLimit):
        await join(market.shop, sale, ANN)


# --- leaving --------------------------------------------------------------------------------------------------------


async def test_leaving_twice_is_leaving_once_and_only_ones_own_place_can_be_left(market: Market) -> None:
    sale, _ = await crowded(market, 3)
    place = (await position(market.shop, sale, customer(11))).place
    with pytest.raises(PlaceNotFound):
        await leave(market.shop, place, customer(12))
    left = await leave(market.shop, place, customer(11))
    assert left.state is PlaceState.LEFT
    count = len(await market.stream(SALE_LEDGER.of(sale.id)))
    assert await leave(market.shop, place, customer(11)) == left
    assert len(await market.stream(SALE_LEDGER.of(sale.id))) == count
    assert (await position(market.shop, sale, customer(12))).ahead == 1
    with pytest.raises(PlaceNotFound):
        await leave(market.shop, replace(place, id=new_id()), customer(11))


async def test_leaving_and_coming_back_in_one_commit_is_two_places_one_after_the_other(market: Market) -> None:
    sale, _ = await crowded(market, 1)
    first = (await position(market.shop, sale, customer(10))).place
    asked = [
        asyncio.ensure_future(leave(market.shop, first, customer(10))),
        asyncio.ensure_future(join(market.shop, sale, customer(10))),
        asyncio.ensure_future(join(market.shop, sale, BOB)),
    ]
    left, back, other = await asyncio.gather(*asked)
    assert [place.number for place in (left, back, other)] == [1, 2, 3]
    assert [place.state for place in (left, back)] == [PlaceState.LEFT, WAITING]


async def test_who_was_served_cannot_leave_any_more_but_give_back(market: Market) -> None:
    sale = await market.sale(quantity=1)
    place = await join(market.shop, sale, ANN)
    with pytest.raises(PlaceOver) as refused:
        await leave(market.shop, place, ANN)
    assert refused.value.state is SERVED


async def test_who_leaves_the_lobby_is_not_drawn(market: Market) -> None:
    sale, places = await lobby(market, 4)
    await leave(market.shop, places[1], customer(11))
    back = await join(market.shop, sale, customer(11))
    await leave(market.shop, places[2], customer(12))
    await until_quiet(market, minutes=10)
    assert pages_say(await pages_of_draw(market.shop, sale)) == {places[0].id, places[3].id, back.id}


# --- the end of the line --------------------------------------------------------------------------------------------


async def ended_with(market: Market, sale: FlashSale) -> set[EndReason | None]:
    await until_quiet(market)
    places = (await stored_places(market, sale.id)).values()
    assert not [place for place in places if place.state in (LOBBY, WAITING)]
    assert (await shown_line(market, sale)) == SaleLine()
    return {place.reason for place in places if place.state is PlaceState.ENDED}


async def test_the_line_ends_with_the_sale(market: Market) -> None:
    sale, _ = await crowded(market, 3, hold_seconds=3600, minutes=30)
    await until_quiet(market, minutes=30)
    assert await ended_with(market, sale) == {EndReason.ENDED}
    with pytest.raises(SaleNotOpen):
        await join(market.shop, sale, BOB)


async def test_the_line_ends_when_its_seller_ends_the_sale(market: Market) -> None:
    sale, claim = await crowded(market, 3)
    shown = await market.shop.selling.end(EndSale(sale_id=sale.id), SELLER)
    assert (shown.phase, shown.end_time) == (Phase.ENDED, market.clock.now())
    assert await ended_with(market, sale) == {EndReason.ENDED}
    assert (await market.shop.pay(claim)).claim.state is ClaimState.PAID, "a hold may still be paid for in time"


async def test_the_line_ends_when_the_sale_is_cancelled(market: Market) -> None:
    sale, _ = await crowded(market, 3)
    await market.shop.selling.cancel(CancelSale(sale_id=sale.id), SELLER)
    assert await ended_with(market, sale) == {EndReason.CANCELLED}


async def test_the_lobby_ends_when_the_sale_is_cancelled(market: Market) -> None:
    sale, _ = await lobby(market, 3)
    await market.shop.selling.cancel(CancelSale(sale_id=sale.id), SELLER)
    assert await ended_with(market, sale) == {EndReason.CANCELLED}
    with pytest.raises(NotDrawn):
        await market.shop.queueing.draw(ShowDraw(sale_id=sale.id), GUEST)


async def test_the_line_ends_when_the_last_unit_is_paid_for(market: Market) -> None:
    sale, claim = await crowded(market, 3)
    await market.shop.pay(claim)
    assert await ended_with(market, sale) == {EndReason.SOLD_OUT}
    with pytest.raises(SoldOut):
        await join(market.shop, sale, BOB)


async def test_the_line_ends_when_the_seller_takes_back_what_was_not_sold(market: Market) -> None:
    sale = await market.sale(quantity=3)
    claims = [await market.shop.claim(sale, customer(number)) for number in range(10, 13)]
    await join(market.shop, sale, BOB)
    for claim in claims[:2]:
        await market.shop.pay(claim, Caller(claim.customer_id))
    await until_quiet(market, seconds=61)
    (_, _, _, served_to_bob) = await market.claims(sale)
    await market.shop.buying.give_back(GiveBack(sale_id=sale.id, claim_id=served_to_bob.id), BOB)
    await market.shop.selling.edit(changed(sale, quantity_limit=2), SELLER)
    assert await outcome(join(market.shop, sale, BOB)) is SoldOut


async def test_a_lobby_that_nobody_woke_before_the_sale_was_over_ends_undrawn(market: Market) -> None:
    sale, _ = await lobby(market, 3)
    market.clock.turn(hours=3)
    assert await ended_with(market, sale) == {EndReason.ENDED}


# --- where one is ---------------------------------------------------------------------------------------------------


async def test_positions_are_exact_whoever_leaves(market: Market) -> None:
    sale, _ = await crowded(market, 100)
    for number in (3, 50, 51, 99):
        place = (await position(market.shop, sale, customer(10 + number))).place
        await leave(market.shop, place, customer(10 + number))
    waiting = [number for number in range(100) if number not in (3, 50, 51, 99)]
    line = await shown_line(market, sale)
    assert (line.waiting, line.front) == (96, 1)
    for ahead, number in enumerate(waiting):
        told = await position(market.shop, sale, customer(10 + number))
        assert told.ahead == ahead
        assert abs(ahead_of(line, told.place.number) - ahead) <= 4
    with pytest.raises(PlaceNotFound):
        await position(market.shop, sale, BOB)
    gone = await position(market.shop, sale, customer(13))
    assert (gone.place.state, gone.ahead, gone.estimate) == (PlaceState.LEFT, None, None)


@settings(max_examples=60)
@given(st.integers(1, 400), st.data())
def test_what_everybody_computes_from_the_marks_is_within_the_gap_between_two(count: int, data: st.DataObject) -> None:

    gone = data.draw(st.sets(st.integers(1, count)))
    at = (Place(UUID(int=n), UUID(int=0), UUID(int=n), 1, WAITING, n, NOON, n) for n in range(1, count + 1))
    line = WaitingLine()
    for place in at:
        line.put(place)
    for number in gone:
        line.put(replace(line.places[UUID(int=number)], state=PlaceState.LEFT))
    waiting = [number for number in range(1, count + 1) if number not in gone]
    assert [place.number for place in line.in_order()] == waiting
    assert line.front == (waiting[0] if waiting else 0)
    shown = SaleLine(waiting=line.waiting, front=line.front, marks=line.marks())
    marks = {mark.number: mark.ahead for mark in shown.marks}
    assert len(marks) <= 32
    assert not waiting or {waiting[0], waiting[-1]} <= marks.keys()
    gap = -(-len(waiting) // 31)
    told = [ahead_of(shown, number) for number in range(1, count + 1)]
    assert told == sorted(told), "nobody computes to be further ahead than who is in front of them"
    for exact, number in enumerate(waiting):
        assert line.ahead_of(line.places[UUID(int=number)]) == exact
        assert abs(told[number - 1] - exact) <= gap
        assert number not in marks or told[number - 1] == exact == marks[number]
    assert ahead_of(shown, count + 1) == len(waiting)


async def test_the_estimate_says_when_enough_holds_can_have_lapsed(market: Market) -> None:
    sale = await market.sale(quantity=4, hold_seconds=60)
    start = market.clock.now()
    for number in range(4):
        await market.shop.claim(sale, customer(number))
        market.clock.turn(seconds=5)
    for number in range(10, 15):
        await join(market.shop, sale, customer(number))
    told = [(await position(market.shop, sale, customer(number))).estimate for number in range(10, 15)]
    assert all(estimate is not None for estimate in told)
    moments = [estimate.earliest for estimate in told if estimate is not None]
    assert moments == [start + timedelta(seconds=60 + 5 * nth) for nth in range(4)] + [None]
    likely = [estimate.likely for estimate in told if estimate is not None]
    assert likely == sorted(likely, reverse=True)
    assert 1 > likely[0] > likely[3] > 0 == likely[4]


async def test_the_estimate_learns_from_who_paid_and_who_did_not(market: Market) -> None:
    paid, not_paid = await learned(market, pay=True), await learned(market, pay=False)
    assert paid < 0.5 < not_paid


async def learned(market: Market, *, pay: bool) -> float:
    sale = await market.sale(quantity=12, per_customer_limit=1)
    claims = [await market.shop.claim(sale, customer(number)) for number in range(12)]
    for number in range(8):
        if pay:
            await market.shop.pay(claims[number], customer(number))
        else:
            await market.shop.buying.give_back(GiveBack(sale_id=sale.id, claim_id=claims[number].id), customer(number))
            await market.shop.claim(sale, customer(20 + number))
    await join(market.shop, sale, customer(100))
    market.clock.turn(seconds=1)
    return (await market.store().load(sale.id)).actor.shown_line(market.clock.now()).unpaid


# --- crashes --------------------------------------------------------------------------------------------------------


async def test_another_process_finds_the_very_same_line(market: Market) -> None:
    sale, _ = await lobby(market, 30, quantity=5)
    twin = market.runtime()
    assert (await position(twin, sale, customer(12))).place.state is LOBBY
    await until_quiet(market, minutes=10)
    for number in range(10, 40):
        mine = await position(market.shop, sale, customer(number))
        assert await position(market.runtime(), sale, customer(number)) == mine
    late = await join(twin, sale, ANN)
    assert late.number == 31
    assert (await position(market.shop, sale, ANN)).ahead == 25


async def test_p1_an_answer_that_is_lost_leaves_one_place_whoever_asks_again(market: Market) -> None:
    store = market.store_of(Cut)
    dying = market.runtime(store, Limits(attempts=1))
    sale, _ = await crowded(market, 2)
    store.lost, place_id = 1, new_id()
    assert isinstance(await outcome(join(dying, sale, BOB, place_id=place_id)), type)
    place = await join(market.shop, sale, BOB, place_id=place_id)
    assert (place.number, (await position(market.shop, sale, BOB)).ahead) == (3, 2)


async def test_a_crash_right_after_the_draw_serves_who_was_drawn(market: Market) -> None:
    store = market.store_of(Cut)
    dying = market.runtime(store, Limits(attempts=1))
    sale, places = await lobby(market, 10, quantity=4)
    market.clock.turn(minutes=10)
    store.lost = 1
    await dying.reminders.deliver_due()
    assert {place.state for place in (await stored_places(market, sale.id)).values()} == {WAITING}
    await until_quiet(market)
    stored = await stored_places(market, sale.id)
    first = sorted(places, key=lambda place: stored[place.id].number)[:4]
    assert await served(market, sale) == [place.customer_id for place in first]


async def test_two_processes_are_reminded_at_once_and_draw_and_serve_once(market: Market) -> None:
    sale, _ = await lobby(market, 20, quantity=5)
    twin = market.runtime()
    for _ in range(6):
        market.clock.turn(minutes=2)
        await asyncio.gather(market.shop.reminders.deliver_due(), twin.reminders.deliver_due())
    events = await market.stream(SALE_LEDGER.of(sale.id))
    assert len([event for event in events if isinstance(event, SaleDrawn)]) == 1
    order = sorted((await stored_places(market, sale.id)).values(), key=lambda place: place.number)
    assert await served(market, sale) == [place.customer_id for place in order[: len(await served(market, sale))]]


async def test_a_sale_that_is_asked_all_the_time_still_serves_its_line(market: Market) -> None:
    """What there is to do at once is done at once, and not put off by each question that comes in the meantime."""
    sale, _ = await lobby(market, 5)
    market.clock.turn(minutes=10)
    for _ in range(100):
        market.clock.turn(milliseconds=20)
        await position(market.shop, sale, customer(10))
        if await served(market, sale):
            return
        await market.shop.reminders.deliver_due()
    raise AssertionError("two seconds after the start nobody was served")
