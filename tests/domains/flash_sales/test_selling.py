"""Selling: what may be put on sale, how it may be changed, what becomes of the units; for one's own shop only."""

import asyncio
from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from uuid import UUID

import msgspec
import pytest
from msgspec.structs import replace

from fastshop.contract.base import IdReused, Money, Refusal
from fastshop.contract.catalog import NoShop, Price, VariantNotFound
from fastshop.contract.flash_sales import (
    SALE,
    CancelSale,
    Claim,
    ClaimOver,
    ClaimState,
    CreateSale,
    EditSale,
    EndSale,
    FlashSale,
    NotEnoughStock,
    Phase,
    SaleNotFound,
    SaleOver,
    SaleState,
    SoldOut,
    TermsRefused,
)
from fastshop.ids import new_id
from server.kernel.caller import Caller
from server.kernel.log import Publication
from tests.domains.flash_sales.market import (
    ADMIN,
    ANN,
    BOB,
    KETTLE,
    MANAGER,
    PRODUCT_OF,
    RIVAL,
    SELLER,
    SLOW,
    STOCK,
    TEAPOT,
    Market,
    changed,
    customer,
)


async def outcome(asked: Any) -> Any:
    try:
        return await asked
    except Refusal as refusal:
        return type(refusal)


async def refused(market: Market, asked: Any, refusal: type[Refusal]) -> Any:
    """The refusal, after which every row is as it was."""
    before = await market.everything()
    with pytest.raises(refusal) as raised:
        await asked
    assert await market.everything() == before
    return raised.value


# --- setting up -----------------------------------------------------------------------------------------------------


async def test_a_new_sale_shows_its_goods_and_has_taken_its_units_out_of_stock(market: Market) -> None:
    command = market.new_sale(quantity=40, starts_in=5, per_customer_limit=2, hold_seconds=90)
    sale = await market.shop.selling.create(command, SELLER)
    assert (sale.id, sale.variant_id, sale.product_id) == (command.sale_id, KETTLE, PRODUCT_OF[KETTLE])
    assert (sale.seller_id, sale.title, sale.image_url) == (SELLER.seller_id, "Kettle · red", "")
    assert (sale.sale_price, sale.original_price) == (Money(900, "EUR"), Money(1500, "EUR"))
    assert (sale.start_time, sale.end_time) == (command.start_time, command.end_time)
    assert (sale.quantity_limit, sale.per_customer_limit, sale.hold_seconds) == (40, 2, 90)
    assert (sale.held_count, sale.sold_count, sale.left, sale.phase) == (0, 0, 40, Phase.UPCOMING)
    assert await market.in_stock() == STOCK - 40
    assert (await market.shop.selling.state(sale.id)).sale == sale


async def test_p3_the_same_sale_created_again_is_the_same_sale(market: Market) -> None:
    command = market.new_sale()
    first = await market.shop.selling.create(command, SELLER)
    before = await market.everything()
    assert await market.shop.selling.create(command, SELLER) == first
    assert await market.everything() == before


async def test_p3_the_same_sale_created_many_times_at_once_is_one_sale(market: Market) -> None:
    command = market.new_sale(quantity=7)
    answers = await asyncio.gather(*(market.shop.selling.create(command, SELLER) for _ in range(12)))
    assert len(set(map(repr, answers))) == 1
    assert await market.in_stock() == STOCK - 7


@pytest.mark.parametrize(
    "changes",
    [{"quantity_limit": 11}, {"sale_price": Price(901, "EUR")}, {"hold_seconds": 61}, {"variant_id": TEAPOT}],
)
async def test_an_id_that_is_another_sales_is_refused(market: Market, changes: dict[str, Any]) -> None:
    command = market.new_sale()
    await market.shop.selling.create(command, SELLER)
    await refused(market, market.shop.selling.create(replace(command, **changes), SELLER), IdReused)


async def test_an_id_that_is_somebody_elses_sales_is_refused_and_tells_nothing(market: Market) -> None:
    command = market.new_sale()
    await market.shop.selling.create(command, SELLER)
    await refused(market, market.shop.selling.create(command, RIVAL), IdReused)
    racing = market.new_sale()
    theirs = replace(racing, variant_id=TEAPOT)
    answers = await asyncio.gather(
        outcome(market.shop.selling.create(racing, SELLER)), outcome(market.shop.selling.create(theirs, RIVAL))
    )
    assert sorted(str(type(a)) if isinstance(a, FlashSale) else str(a) for a in answers) == sorted(
        [str(FlashSale), str(IdReused)]
    )


@pytest.mark.parametrize(
    ("changes", "culprit"),
    [
        ({"sale_price": Price(1500, "EUR")}, "sale_price"),
        ({"sale_price": Price(2000, "EUR")}, "sale_price"),
        ({"sale_price": Price(900, "USD")}, "sale_price"),
        ({"per_customer_limit": 11}, "per_customer_limit"),
    ],
)
async def test_a_sale_that_makes_no_sense_is_refused(market: Market, changes: dict[str, Any], culprit: str) -> None:
    refusal = await refused(market, market.shop.selling.create(market.new_sale(**changes), SELLER), TermsRefused)
    assert refusal.field == culprit


@pytest.mark.parametrize(("starts", "ends"), [(-120, -60), (-60, 0), (0, 0), (10, 5), (0, 31 * 1440 + 1)], ids=str)
async def test_a_sale_at_an_impossible_time_is_refused(market: Market, starts: float, ends: float) -> None:
    now = market.clock.now()
    command = replace(
        market.new_sale(), start_time=now + timedelta(minutes=starts), end_time=now + timedelta(minutes=ends)
    )
    refusal = await refused(market, market.shop.selling.create(command, SELLER), TermsRefused)
    assert refusal.field == "end_time"


async def test_a_sale_at_the_end_of_all_time_is_refused(market: Market) -> None:
    far = timezone(timedelta(hours=-14))
    command = replace(
        market.new_sale(),
        start_time=datetime(9999, 12, 31, 20, tzinfo=far),
        end_time=datetime(9999, 12, 31, 23, tzinfo=far),
    )
    await refused(market, market.shop.selling.create(command, SELLER), TermsRefused)
    sale = await market.sale()
    edit = changed(sale, start_time=command.start_time, end_time=command.end_time)
    await refused(market, market.shop.selling.edit(edit, SELLER), TermsRefused)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("quantity_limit", 10**9),
        ("quantity_limit", 0),
        ("quantity_limit", -5),
        ("sale_price", {"amount": -1, "currency": "EUR"}),
        ("sale_price", {"amount": 1.5, "currency": "EUR"}),
        ("sale_price", {"amount": 900, "currency": "euro"}),
        ("per_customer_limit", 0),
        ("hold_seconds", 9),
        ("hold_seconds", 3601),
        ("start_time", "2026-11-21T12:00:00"),
        ("end_time", "tomorrow"),
    ],
)
def test_numbers_that_cannot_be_are_refused_by_the_contract(field: str, value: object) -> None:
    told = {
        "sale_id": str(new_id()), "variant_id": str(KETTLE), "sale_price": {"amount": 900, "currency": "EUR"},
        "start_time": "2026-11-21T12:00:00Z", "end_time": "2026-11-21T13:00:00+01:00", "quantity_limit": 10,
    }  # fmt: skip
    assert isinstance(msgspec.convert(told, CreateSale), CreateSale)
    with pytest.raises(msgspec.ValidationError, match=field):
        msgspec.convert(told | {field: value}, CreateSale)


@pytest.mark.parametrize("quantity", [STOCK + 1, 10**6, 10**9])
async def test_more_units_than_there_are_cannot_be_put_on_sale(market: Market, quantity: int) -> None:
    refusal = await refused(market, market.sale(quantity=quantity), NotEnoughStock)
    assert refusal.facts() == {"in_stock": STOCK, "field": "quantity_limit"}


async def test_sales_set_up_at_once_share_what_is_in_stock(market: Market) -> None:
    answers = await asyncio.gather(*(outcome(market.sale(quantity=300)) for _ in range(6)))
    assert sum(isinstance(answer, FlashSale) for answer in answers) == 3
    assert {answer for answer in answers if not isinstance(answer, FlashSale)} == {NotEnoughStock}
    assert await market.in_stock() == STOCK - 900


@pytest.mark.parametrize("variant_id", [TEAPOT, UUID(int=404)], ids=["another shop's", "nobody's"])
async def test_only_ones_own_goods_can_be_put_on_sale(market: Market, variant_id: UUID) -> None:
    await refused(market, market.sale(variant_id=variant_id), VariantNotFound)


async def test_a_caller_without_a_shop_cannot_sell_but_an_admin_can_for_anybody(market: Market) -> None:
    await refused(market, market.sale(ANN), VariantNotFound)
    assert (await market.sale(ADMIN, variant_id=TEAPOT)).seller_id == RIVAL.seller_id


@pytest.mark.parametrize("status", ["draft", "archived"])
async def test_what_is_not_for_sale_cannot_be_put_on_sale(market: Market, status: str) -> None:
    await market.database.fetch("UPDATE products SET status = $2 WHERE id = $1", PRODUCT_OF[KETTLE], status)
    refusal = await refused(market, market.sale(), TermsRefused)
    assert refusal.field == "variant_id"


async def test_times_are_answered_in_utc_wherever_the_seller_is(market: Market) -> None:
    here = timezone(timedelta(hours=5, minutes=30))
    command = market.new_sale()
    told = replace(command, start_time=command.start_time.astimezone(here), end_time=command.end_time.astimezone(here))
    first = await market.shop.selling.create(told, SELLER)
    assert (first.start_time, first.start_time.tzinfo) == (command.start_time, UTC)
    assert msgspec.json.encode(await market.shop.selling.create(command, SELLER)) == msgspec.json.encode(first)
    moved = await market.shop.selling.edit(
        changed(first, end_time=(first.end_time + timedelta(hours=1)).astimezone(here)), SELLER
    )
    assert (moved.end_time, moved.end_time.tzinfo) == (command.end_time + timedelta(hours=1), UTC)


# --- changing -------------------------------------------------------------------------------------------------------


async def test_more_and_fewer_units_move_between_sale_and_stock(market: Market) -> None:
    sale = await market.sale(quantity=10)
    for quantity in (25, 25, 4, 10):
        shown = await market.shop.selling.edit(changed(sale, quantity_limit=quantity), SELLER)
        assert (shown.quantity_limit, shown.left) == (quantity, quantity)
        assert await market.in_stock() == STOCK - quantity
    shown = await market.shop.selling.edit(changed(sale, quantity_limit=STOCK), SELLER)
    assert await market.in_stock() == 0


async def test_units_that_are_not_in_stock_refuse_only_the_edit_that_wants_them(market: Market) -> None:
    sale = await market.sale(quantity=5)
    edits = [changed(sale, quantity_limit=STOCK + 1), changed(sale, quantity_limit=8)]
    answers = await asyncio.gather(
        outcome(market.shop.claim(sale, ANN)),
        outcome(market.shop.selling.edit(edits[0], SELLER)),
        outcome(market.shop.claim(sale, BOB)),
        outcome(market.shop.selling.edit(edits[1], SELLER)),
        outcome(market.shop.claim(sale, customer(3))),
    )
    assert [type(answer) if isinstance(answer, Claim) else answer for answer in answers[::2]] == [Claim] * 3
    assert answers[1] is NotEnoughStock
    assert answers[3].quantity_limit == 8
    assert await market.in_stock() == STOCK - 8
    refusal = await refused(market, market.shop.selling.edit(edits[0], SELLER), NotEnoughStock)
    assert refusal.in_stock == STOCK - 8


async def test_a_sale_is_edited_and_sold_at_once_without_a_unit_lost_or_made(market: Market) -> None:
    sale = await market.sale(quantity=20)
    twin = market.runtime()

    async def resize() -> None:
        for quantity in (30, 5, 40, 25, 60, 33):
            shop = twin if quantity % 2 else market.shop
            await outcome(shop.selling.edit(changed(sale, quantity_limit=quantity), SELLER))

    async def buy(number: int) -> None:
        claim = await outcome(market.shop.claim(sale, customer(number)))
        if isinstance(claim, Claim) and number % 2:
            await outcome(market.shop.pay(claim, customer(number)))

    await asyncio.gather(resize(), *(buy(number) for number in range(60)))
    shown = (await market.shop.selling.state(sale.id)).sale
    assert shown.held_count + shown.sold_count <= shown.quantity_limit


@pytest.mark.parametrize(
    ("changes", "culprit"),
    [
        ({"quantity_limit": 1}, "quantity_limit"),
        ({"sale_price": Price(800, "EUR")}, "sale_price"),
        ({"sale_price": Price(900, "USD")}, "sale_price"),
        ({"per_customer_limit": 11}, "per_customer_limit"),
    ],
)
async def test_terms_that_do_not_fit_what_was_claimed_are_refused(
    market: Market, changes: dict[str, Any], culprit: str
) -> None:
    sale = await market.sale()
    for who in (ANN, BOB):
        await market.shop.claim(sale, who)
    refusal = await refused(market, market.shop.selling.edit(changed(sale, **changes), SELLER), TermsRefused)
    assert refusal.field == culprit


@pytest.mark.parametrize(
    ("who", "refusal"),
    [(RIVAL, SaleNotFound), (ANN, NoShop), (MANAGER, NoShop), (Caller(SELLER.user_id), NoShop)],
    ids=["another seller", "a customer", "a manager", "nobody's seller"],
)
async def test_a_sale_is_changed_by_its_own_shop_only(market: Market, who: Caller, refusal: type[Refusal]) -> None:
    sale = await market.sale()
    await refused(market, market.shop.selling.edit(changed(sale, quantity_limit=11), who), refusal)
    await refused(market, market.shop.selling.cancel(CancelSale(sale_id=sale.id), who), refusal)


async def test_an_admin_may_change_any_sale_and_what_is_not_there_is_not_found(market: Market) -> None:
    sale = await market.sale()
    assert (await market.shop.selling.edit(changed(sale, quantity_limit=11), ADMIN)).quantity_limit == 11
    missing: EditSale = replace(changed(sale), sale_id=new_id())
    await refused(market, market.shop.selling.edit(missing, SELLER), SaleNotFound)
    await refused(market, market.shop.selling.cancel(CancelSale(sale_id=new_id()), ADMIN), SaleNotFound)


# --- stopping and ending --------------------------------------------------------------------------------------------


async def test_what_an_admin_does_to_a_sellers_sale_is_in_the_audit_log_and_what_its_seller_does_is_not(
    market: Market,
) -> None:
    mine, theirs = await market.sale(), await market.sale(ADMIN)
    for sale, who in ((mine, SELLER), (theirs, ADMIN)):
        await market.shop.selling.edit(changed(sale, quantity_limit=11), who)
        await market.shop.selling.end(EndSale(sale_id=sale.id), who)
    with pytest.raises(SaleOver):
        await market.shop.selling.cancel(CancelSale(sale_id=theirs.id), ADMIN)
    noted = await market.database.fetch("SELECT actor_id, action, subject FROM audit_logs ORDER BY number")
    asked = ("flash_sales.create", "flash_sales.edit", "flash_sales.end")
    assert [tuple(row) for row in noted] == [(ADMIN.user_id, each, f"sale:{theirs.id}") for each in asked]


async def test_a_cancelled_sale_sells_to_who_pays_already_and_returns_the_rest_once(market: Market) -> None:
    sale = await market.sale(quantity=10)
    claims = [await market.shop.claim(sale, customer(n)) for n in range(3)]
    paying = await market.shop.pay(claims[0], customer(0), SLOW)
    shown = await market.shop.selling.cancel(CancelSale(sale_id=sale.id), SELLER)
    assert shown.phase is Phase.CANCELLED
    assert await market.shop.selling.cancel(CancelSale(sale_id=sale.id), SELLER) == shown
    await refused(market, market.shop.pay(claims[1], customer(1)), ClaimOver)
    await market.turn(seconds=5)
    assert [claim.state for claim in await market.claims(sale)] == ["paying", "withdrawn", "withdrawn"]
    assert await market.in_stock() == STOCK - 10
    await market.shop.buying.settle(paying.claim)
    assert (await market.one(claims[0])).state is ClaimState.PAID
    await market.turn(seconds=1)
    for _ in range(2):
        await market.shop.actors.remind("flash_sale", sale.id, "wake")
        await market.runtime().actors.remind("flash_sale", sale.id, "wake")
        assert await market.in_stock() == STOCK - 1
    await refused(market, market.shop.selling.edit(changed(sale, quantity_limit=12), SELLER), SaleOver)


async def test_a_sale_nobody_claimed_in_returns_all_when_it_is_cancelled_or_over(market: Market) -> None:
    cancelled, over = await market.sale(quantity=10, starts_in=10), await market.sale(quantity=20)
    await market.shop.selling.cancel(CancelSale(sale_id=cancelled.id), SELLER)
    await market.turn(seconds=1)
    assert await market.in_stock() == STOCK - 20
    await market.turn(minutes=60)
    assert await market.in_stock() == STOCK
    await refused(market, market.shop.selling.cancel(CancelSale(sale_id=over.id), SELLER), SaleOver)
    assert await market.number("SELECT count(*) FROM actor_reminders WHERE actor_id = $1", over.id) == 0


async def test_two_owners_close_a_sale_once(market: Market) -> None:
    sale = await market.sale(quantity=10)
    twins = [market.shop, market.runtime()]
    for twin, who in zip(twins, (ANN, BOB), strict=True):
        await twin.claim(sale, who)
    market.clock.turn(minutes=61)
    await asyncio.gather(*(twin.actors.remind("flash_sale", sale.id, "wake") for twin in twins * 3))
    assert await market.in_stock() == STOCK


async def test_watchers_of_a_sale_see_it_open_sell_and_end(market: Market) -> None:
    seen: list[Publication] = []
    market.database.on_commit(seen.extend)
    sale = await market.sale(quantity=2, starts_in=1)
    await market.turn(minutes=1)
    claim = await market.shop.claim(sale, ANN)
    await market.shop.pay(claim)
    await market.turn(minutes=60)
    shown = [publication for publication in seen if publication.channel == SALE.of(sale.id)]
    states = [msgspec.json.decode(publication.data, type=SaleState) for publication in shown]
    assert {publication.seq for publication in shown} == {0}, "a state channel keeps no log"
    told = [(state.sale.phase, state.sale.held_count, state.sale.sold_count, state.sale.left) for state in states]
    assert told == [
        (Phase.UPCOMING, 0, 0, 2),
        (Phase.OPEN, 0, 0, 2),
        (Phase.OPEN, 1, 0, 1),
        (Phase.OPEN, 1, 0, 1),
        (Phase.OPEN, 0, 1, 1),
        (Phase.ENDED, 0, 1, 1),
    ]
    versions = [state.version for state in states]
    assert versions == sorted(set(versions))
    assert states[-1] == await market.shop.selling.state(sale.id)


async def test_a_sold_out_sale_stays_sold_out_for_who_has_none(market: Market) -> None:
    sale = await market.sale(quantity=1)
    await market.shop.pay(await market.shop.claim(sale, ANN))
    refusal = await refused(market, market.shop.claim(sale, BOB), SoldOut)
    assert refusal.facts() == {"left": 0, "held": 0, "waiting": 0}
