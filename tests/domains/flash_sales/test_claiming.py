"""Claiming: many at once, never more than there is, each id once, each customer as much as allowed."""

import asyncio
from typing import Any

import asyncpg
import pytest

from fastshop.contract.base import IdReused, Refusal
from fastshop.contract.flash_sales import (
    Claim,
    ClaimNotFound,
    ClaimState,
    GiveBack,
    MyClaims,
    OverLimit,
    SaleNotFound,
    SaleNotOpen,
    SoldOut,
)
from fastshop.ids import new_id
from tests.domains.flash_sales.market import ANN, BOB, EUR_9, Market, customer


async def outcome(asked: Any) -> Any:
    try:
        return await asked
    except Refusal as refusal:
        return refusal


async def test_p2_two_hundred_people_want_ten_units_at_once_and_ten_get_one(market: Market) -> None:
    sale = await market.sale(quantity=10)
    answers = await asyncio.gather(*(outcome(market.shop.claim(sale, customer(n))) for n in range(200)))
    claims = [answer for answer in answers if isinstance(answer, Claim)]
    assert sorted(claim.place for claim in claims) == list(range(1, 11))
    assert await market.claims(sale) == tuple(sorted(claims, key=lambda claim: claim.place))
    refused = [answer for answer in answers if not isinstance(answer, Claim)]
    assert {(type(refusal), refusal.left, refusal.held) for refusal in refused} == {(SoldOut, 0, 10)}


async def test_p12_who_asks_first_comes_first(market: Market) -> None:
    sale = await market.sale(quantity=100)
    asked = [market.shop.claim(sale, customer(n)) for n in range(150)]
    answers = await asyncio.gather(*(outcome(each) for each in asked))
    assert [claim.place for claim in answers[:100]] == list(range(1, 101))
    assert {type(answer) for answer in answers[100:]} == {SoldOut}


async def test_a_claim_is_stored_as_it_was_answered(market: Market) -> None:
    sale = await market.sale(per_customer_limit=3)
    claim = await market.shop.claim(sale, ANN, 3)
    assert (claim.customer_id, claim.total) == (ANN.user_id, EUR_9.times(3))
    assert await market.claims(sale) == (claim,)
    assert await market.shop.buying.my_claims(MyClaims(sale_id=sale.id), ANN) == (claim,)
    assert await market.shop.buying.my_claims(MyClaims(sale_id=sale.id), BOB) == ()
    assert await market.shop.buying.holding(ANN.person) == (claim,)


async def test_p3_the_same_id_has_the_same_answer_and_another_content_is_refused(market: Market) -> None:
    sale = await market.sale(per_customer_limit=5)
    claim_id = new_id()
    answers = await asyncio.gather(*(market.shop.claim(sale, ANN, 2, claim_id) for _ in range(20)))
    assert len(set(map(repr, answers))) == 1
    before = await market.everything()
    for asked in (market.shop.claim(sale, ANN, 1, claim_id), market.shop.claim(sale, BOB, 2, claim_id)):
        with pytest.raises(IdReused):
            await asked
    assert await market.everything() == before


async def test_an_id_that_stands_in_another_sale_is_refused_and_hurts_nobody_else(market: Market) -> None:
    first, second = await market.sale(), await market.sale()
    taken = [await market.shop.claim(first, customer(n)) for n in (1, 2)]
    asked = [
        market.shop.claim(second, customer(3)),
        market.shop.claim(second, customer(1), claim_id=taken[0].id),
        market.shop.claim(second, customer(4)),
        market.shop.claim(second, customer(9), claim_id=taken[1].id),
        market.shop.claim(second, customer(5)),
    ]
    answers = await asyncio.gather(*(outcome(each) for each in asked))
    assert [type(answer) for answer in answers] == [Claim, IdReused, Claim, IdReused, Claim]
    assert [claim.customer_id for claim in await market.claims(second)] == [customer(n).user_id for n in (3, 4, 5)]
    assert await market.claims(first) == tuple(taken)


async def test_crossing_ids_in_two_sales_at_once_end_with_each_id_in_one_of_them(market: Market) -> None:
    sales = [await market.sale(quantity=50) for _ in range(2)]
    ids = [new_id() for _ in range(40)]
    there = [outcome(market.shop.claim(sales[0], customer(n), claim_id=key)) for n, key in enumerate(ids)]
    back = [outcome(market.shop.claim(sales[1], customer(n), claim_id=key)) for n, key in enumerate(reversed(ids))]
    answers = await asyncio.gather(*there, *back)
    assert {type(answer) for answer in answers} == {Claim, IdReused}
    stored = [claim.id for sale in sales for claim in await market.claims(sale)]
    assert sorted(stored) == sorted(ids)


async def test_the_limit_of_a_customer_counts_in_each_sale_for_itself(market: Market) -> None:
    one, other = await market.sale(per_customer_limit=2), await market.sale(per_customer_limit=1)
    answers = await asyncio.gather(*(outcome(market.shop.claim(one, ANN)) for _ in range(5)))
    assert [type(answer) for answer in answers] == [Claim, Claim, OverLimit, OverLimit, OverLimit]
    assert answers[-1].facts() == {"limit": 2, "have": 2, "by": "customer"}
    assert (await market.shop.claim(other, ANN)).place == 1


@pytest.mark.parametrize(("starts_in", "minutes"), [(1, 60), (-60, 60)])
async def test_a_sale_that_is_not_open_refuses_and_keeps_its_units(
    market: Market, starts_in: float, minutes: float
) -> None:
    sale = await market.sale(starts_in=max(starts_in, 0), minutes=minutes)
    if starts_in < 0:
        await market.turn(minutes=60)
    before = await market.everything()
    with pytest.raises(SaleNotOpen) as refused:
        await market.shop.claim(sale)
    assert (refused.value.now, refused.value.start_time) == (market.clock.now(), sale.start_time)
    assert await market.everything() == before


async def test_a_sale_that_never_was_is_not_found_and_not_kept_awake(market: Market) -> None:
    sale = await market.sale()
    awake = len(market.shop.actors)
    missing = type(sale)(**{**{f: getattr(sale, f) for f in sale.__struct_fields__}, "id": new_id()})
    with pytest.raises(SaleNotFound):
        await market.shop.claim(missing)
    await asyncio.sleep(0)
    assert len(market.shop.actors) == awake


async def test_units_given_back_go_to_the_next_and_only_their_customer_gives_them_back(market: Market) -> None:
    sale = await market.sale(quantity=1)
    claim = await market.shop.claim(sale, ANN)
    give_back = GiveBack(sale_id=sale.id, claim_id=claim.id)
    with pytest.raises(ClaimNotFound):
        await market.shop.buying.give_back(give_back, BOB)
    assert (await market.shop.buying.give_back(give_back, ANN)).state is ClaimState.GIVEN_BACK
    assert (await market.shop.claim(sale, BOB)).place == 2
    assert (await market.shop.buying.give_back(give_back, ANN)).state is ClaimState.GIVEN_BACK
    assert await market.shop.buying.holding(ANN.person) == ()


async def test_a_hold_lapses_by_its_reminder_and_a_crash_forgets_no_reminder(market: Market) -> None:
    sale = await market.sale(quantity=1)
    claim = await market.shop.claim(sale, ANN)
    await market.shop.actors.stop()
    market.shop = market.runtime()
    await market.turn(seconds=59)
    assert (await market.one(claim)).state is ClaimState.HELD
    await market.turn(seconds=1)
    assert (await market.one(claim)).state is ClaimState.LAPSED
    assert (await market.shop.selling.state(sale.id)).sale.left == 1


async def test_asking_inside_a_transaction_that_fails_leaves_the_claim_which_was_answered(market: Market) -> None:
    sale = await market.sale()

    async def claim_and_fail() -> None:
        async with market.database.transaction():
            claims.append(await market.shop.claim(sale))
            raise ZeroDivisionError

    claims: list[Claim] = []
    with pytest.raises(ZeroDivisionError):
        await claim_and_fail()
    assert await market.claims(sale) == tuple(claims)


# --- the database says no by itself ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "bypass",
    [
        "UPDATE flash_sales SET held_count = 11",
        "UPDATE flash_sales SET sold_count = quantity_limit - held_count + 1",
        "UPDATE flash_sales SET held_count = -1",
        "UPDATE flash_sales SET quantity_limit = held_count + sold_count - 1 WHERE held_count > 0",
        "UPDATE flash_sales SET sale_price = -0.01",
        "UPDATE flash_sale_claims SET quantity = 0",
        "UPDATE inventory_levels SET on_hand = -1",
    ],
)
async def test_p2_whoever_goes_past_the_actor_is_stopped_by_the_database(market: Market, bypass: str) -> None:
    sale = await market.sale(quantity=10)
    await market.shop.claim(sale)
    before = await market.everything()
    with pytest.raises(asyncpg.CheckViolationError):
        await market.database.fetch(bypass)
    assert await market.everything() == before


async def test_a_place_is_given_once_even_past_the_actor(market: Market) -> None:
    sale = await market.sale()
    for who in (ANN, BOB):
        await market.shop.claim(sale, who)
    with pytest.raises(asyncpg.UniqueViolationError):
        await market.database.fetch("UPDATE flash_sale_claims SET place = 1 WHERE sale_id = $1", sale.id)
