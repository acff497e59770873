"""Replay: the log of an eventful sale ends in what is stored, and whatever was tampered with is named."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from fastshop.contract.flash_sales import SALE_LEDGER, CancelSale, EndSale, FlashSale, GiveBack, LimitBy, Phase
from fastshop.contract.payments import PaymentDeclined
from fastshop.ids import new_id
from server.cli import app
from server.domains.flash_sales.replaying import Outcome, Step, replay
from server.kernel.caller import Caller
from tests.domains.flash_sales.lining import join, leave, position, until_quiet
from tests.domains.flash_sales.market import (
    ANN,
    ASKS_THE_BANK,
    BOB,
    DECLINED,
    RIVAL,
    SELLER,
    TEAPOT,
    Market,
    changed,
    customer,
)


async def eventful(market: Market) -> FlashSale:
    """A sale in which about everything happens: a lobby and late comers, payments good and bad, edits, lapses."""
    sale = await market.sale(quantity=6, starts_in=10, per_customer_limit=2, limit_by=(LimitBy.CARD,))
    for number in range(10, 30):
        await join(market.shop, sale, customer(number))
    await leave(market.shop, (await position(market.shop, sale, customer(13))).place, customer(13))
    await until_quiet(market, minutes=10)
    await join(market.shop, sale, ANN)
    claims = await market.claims(sale)
    by = [Caller(claim.customer_id) for claim in claims]  # as the draw would have it
    await market.shop.pay(claims[0], by[0])
    with pytest.raises(PaymentDeclined):
        await market.shop.pay(claims[1], by[1], DECLINED)
    await market.shop.pay(claims[1], by[1], ASKS_THE_BANK)
    await market.shop.buying.give_back(GiveBack(sale_id=sale.id, claim_id=claims[2].id), by[2])
    await market.shop.selling.edit(changed(sale, quantity_limit=8, limit_by=()), SELLER)
    await until_quiet(market, seconds=61)
    return sale


async def told(market: Market, sale: FlashSale, until: int | None = None) -> tuple[Outcome, list[Step]]:
    steps: list[Step] = []
    return await replay(market.database, sale.id, steps.append, until), steps


async def test_a_replay_of_an_eventful_sale_ends_in_what_is_stored(market: Market) -> None:
    sale = await eventful(market)
    outcome, steps = await told(market, sale)
    assert (outcome.differences, outcome.compared) == ((), True)
    assert outcome.events == len(steps) == len(await market.stream(SALE_LEDGER.of(sale.id)))
    assert outcome.claims == len(await market.claims(sale))
    assert outcome.places == 21
    assert {"created", "joined", "left", "drawn", "claimed", "payment_started", "paid", "payment_failed", "given_back",
            "edited", "lapsed"} <= {step.event for step in steps}  # fmt: skip
    stands = (await market.shop.selling.state(sale.id)).sale
    last = steps[-1]
    assert (last.held, last.sold, last.left) == (stands.held_count, stands.sold_count, stands.left)
    assert f"{customer(10).person}@people.test" in {step.who for step in steps}
    assert all(str(step).count("\n") == 0 for step in steps)


@pytest.mark.parametrize("over", ["ended", "cancelled"])
async def test_a_sale_that_is_over_replays_to_its_close(market: Market, over: str) -> None:
    sale = await eventful(market)
    if over == "ended":
        await market.shop.selling.end(EndSale(sale_id=sale.id), SELLER)
    else:
        await market.shop.selling.cancel(CancelSale(sale_id=sale.id), SELLER)
    await until_quiet(market, seconds=200)
    for claim in await market.shop.buying.paying():
        await market.shop.buying.settle(claim)
    await until_quiet(market, seconds=1)
    outcome, steps = await told(market, sale)
    assert (outcome.differences, steps[-1].event) == ((), "closed")
    assert (await market.shop.selling.state(sale.id)).sale.phase is Phase(over)


async def test_a_replay_stops_where_it_is_told_to(market: Market) -> None:
    sale = await eventful(market)
    outcome, steps = await told(market, sale, until=5)
    assert (outcome.events, outcome.compared, outcome.differences) == (5, False, ())
    assert [step.seq for step in steps] == [1, 2, 3, 4, 5]
    whole, _ = await told(market, sale, until=100_000)
    assert (whole.compared, whole.differences) == (True, ())


async def test_there_is_no_replay_of_no_sale(market: Market) -> None:
    with pytest.raises(LookupError):
        await replay(market.database, new_id(), print)


def test_a_replay_where_there_is_no_shop_says_so_and_makes_none(tmp_path: Path) -> None:
    nowhere = tmp_path / "nowhere"
    environment = {"FASTSHOP_DATA": str(nowhere), "DATABASE_URL": ""}
    result = CliRunner().invoke(app, ["replay", "sale", str(new_id())], env=environment)
    assert str(result.exception).startswith(f"There is no shop in {nowhere}.")
    assert not nowhere.exists()


async def test_a_sale_that_goes_on_meanwhile_is_no_difference(market: Market) -> None:
    sale = await market.sale(quantity=50)
    await join(market.shop, sale, ANN)

    joining = [join(market.shop, sale, customer(number)) for number in range(10, 40)]
    (outcome, _), _ = await asyncio.gather(told(market, sale), asyncio.gather(*joining))
    assert outcome.differences == ()


# --- tampering ------------------------------------------------------------------------------------------------------

CLAIM, PLACE = "UPDATE flash_sale_claims SET {} WHERE id = $1", "UPDATE flash_sale_places SET {} WHERE id = $1"
SALE = "UPDATE flash_sales SET {} WHERE id = $1"
EVENT = "UPDATE event_log SET data = jsonb_set(data, {}) WHERE channel = $1 AND seq = $2"


async def found(market: Market, sale: FlashSale, change: str, *args: Any) -> str:
    """What a replay says after a change behind the shop's back. The change is undone after."""
    outcome: Outcome | None = None
    with contextlib.suppress(Undone):
        async with market.database.transaction() as transaction:
            assert await transaction.connection.execute(change, *args) in ("UPDATE 1", "DELETE 1")
            outcome = await replay(_Inside(market), sale.id, lambda step: step)  # type: ignore[arg-type]
            raise Undone
    assert outcome is not None
    assert outcome.differences, "nothing was found"
    return "\n".join(outcome.differences)


class Undone(Exception):
    """Nothing of it shall stay."""


class _Inside:
    """The database as the transaction under way sees it."""

    def __init__(self, market: Market) -> None:
        self._market = market

    def reading(self) -> Any:

        @contextlib.asynccontextmanager
        async def current() -> AsyncIterator[Any]:
            yield _Fetching(self._market)

        return current()


class _Fetching:
    def __init__(self, market: Market) -> None:
        self._database = market.database

    async def fetch(self, query: str, *args: Any) -> Any:
        return await self._database.fetch(query, *args)

    async def fetchrow(self, query: str, *args: Any) -> Any:
        return await self._database.fetch_one(query, *args)

    async def fetchval(self, query: str, *args: Any) -> Any:
        row = await self._database.fetch_one(query, *args)
        return row[0] if row else None


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ("state = 'given_back'", "state is paid by the log, given_back as stored"),
        ("quantity = 1 + quantity % 2", "quantity"),
        ("total = 1", "total"),
        ("customer_id = gen_random_uuid()", "customer_id"),
        ("place = 1000", "place"),
        ("claimed_at = claimed_at - interval '1 second'", "claimed_at"),
        ("expires_at = expires_at + interval '1 second'", "expires_at"),
        ("payment_id = NULL", "payment_id"),
        ("order_id = gen_random_uuid()", "order_id"),
        ("place_id = NULL", "place_id"),
        ("limit_keys = 'card:0'", "limit keys"),
        ("sale_id = gen_random_uuid()", "not stored"),
    ],
)
async def test_a_claim_that_was_changed_is_named(market: Market, change: str, named: str) -> None:
    sale = await eventful(market)
    claim = (await market.claims(sale))[0]
    said = await found(market, sale, CLAIM.format(change), claim.id)
    assert named in said
    assert str(claim.id) in said or "limit keys" in said


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ("state = 'left'", "state is waiting by the log, left as stored"),
        ("number = 1000", "number"),
        ("quantity = 9", "quantity"),
        ("customer_id = gen_random_uuid()", "customer_id"),
        ("joined = 1000", "joined"),
        ("joined_at = now()", "joined_at"),
        ("claim_id = gen_random_uuid()", "claim_id"),
        ("reason = 'limit'", "reason"),
        ("sale_id = gen_random_uuid()", "not stored"),
    ],
)
async def test_a_place_that_was_changed_is_named(market: Market, change: str, named: str) -> None:
    sale = await eventful(market)
    place = (await position(market.shop, sale, ANN)).place
    said = await found(market, sale, PLACE.format(change), place.id)
    assert named in said
    assert str(place.id) in said


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ("held_count = held_count + 1, quantity_limit = quantity_limit + 1", "held"),
        ("sold_count = sold_count - 1", "sold"),
        ("last_place = 0", "last_place"),
        ("quantity_limit = 100", "quantity_limit"),
        ("sale_price = 1", "sale_price"),
        ("end_time = end_time + interval '1 hour'", "end_time"),
        ("per_customer_limit = 9", "per_customer_limit"),
        ("hold_seconds = 11", "hold_seconds"),
        ("limit_by = 'address'", "limit_by"),
        ("proof_of_work = true", "proof_of_work"),
        ("cancelled_at = now()", "cancelled"),
        ("closed_at = now()", "closed"),
        ("seed = repeat('0', 64)", "seed"),
        ("drawn_count = 3", "drawn"),
        ("secret = 'another'", "commitment"),
        ("title = 'Another kettle'", "title"),
        ("""line = jsonb_set(line, '{waiting}', '77')""", "waiting"),
        ("""line = jsonb_set(line, '{front}', '1')""", "front"),
        ("""line = jsonb_set(line, '{marks}', '[]')""", "marks"),
    ],
)
async def test_a_sale_that_was_changed_is_named(market: Market, change: str, named: str) -> None:
    sale = await eventful(market)
    assert named in await found(market, sale, SALE.format(change), sale.id)


async def test_what_is_missing_from_the_log_is_named(market: Market) -> None:
    sale = await eventful(market)
    channel = SALE_LEDGER.of(sale.id)
    count = len(await market.stream(channel))
    missing = "DELETE FROM event_log WHERE channel = $1 AND seq = $2"
    assert "event 1 is missing" in await found(market, sale, missing, channel, 1)
    assert "event 7 is missing" in await found(market, sale, missing, channel, 7)
    assert f"should go on to event {count}" in await found(market, sale, missing, channel, count)


@pytest.mark.parametrize(
    ("kind", "change"),
    [
        ("claimed", """'{claim,quantity}', '2'"""),
        ("claimed", """'{claim,customer_id}', '"00000000-0000-0000-0000-000000000000"'"""),
        ("claimed", """'{claim,place_id}', 'null'"""),
        ("joined", """'{place,quantity}', '7'"""),
        ("joined", """'{place,id}', '"00000000-0000-0000-0000-000000000000"'"""),
        ("drawn", """'{seed}', '"00"'"""),
        ("drawn", """'{seed}', '"not hex"'"""),
        ("drawn", """'{count}', '3'"""),
        ("paid", """'{claim,quantity}', '100'"""),
        ("edited", """'{sale,quantity_limit}', '9'"""),
        ("created", """'{sale,commitment}', '"00"'"""),
        ("left", """'{type}', '"flash_sales.nonsense"'"""),
        ("left", """'{place}', '5'"""),
        ("payment_started", """'{limit_keys}', '[]'"""),
    ],
)
async def test_an_event_that_was_changed_is_named(market: Market, kind: str, change: str) -> None:
    sale = await eventful(market)
    channel = SALE_LEDGER.of(sale.id)
    query = "SELECT min(seq) FROM event_log WHERE channel = $1 AND type = $2"
    if kind == "claimed":  # of a unit that is one: the first may be two
        query += " AND (data->'claim'->>'quantity')::int = 1"
    seq = await market.number(query, channel, f"flash_sales.{kind}")
    await found(market, sale, EVENT.format(change), channel, seq)


async def test_another_sale_is_no_part_of_it(market: Market) -> None:
    sale = await eventful(market)
    other = await market.sale(RIVAL, variant_id=TEAPOT)
    claim = await market.shop.claim(other, BOB)
    with pytest.raises(AssertionError, match="nothing was found"):
        await found(market, sale, CLAIM.format("total = 1"), claim.id)
