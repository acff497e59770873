"""Reading: lists and ledgers page by page, each stream for those it concerns, and snapshots that fit them."""

import asyncio
from collections.abc import Callable
from typing import Any
from uuid import UUID

import msgspec
import pytest

from fastshop.contract.base import BadInput, Refusal
from fastshop.contract.catalog import NoShop
from fastshop.contract.flash_sales import (
    SALE,
    SALE_LEDGER,
    CancelSale,
    FlashSale,
    GiveBack,
    ListSales,
    Phase,
    SaleLedger,
    SaleNotFound,
    SaleState,
    ShowLedger,
    ShowSale,
)
from fastshop.ids import new_id
from server.domains.flash_sales.channels import watches
from server.domains.flash_sales.operations import operations
from server.kernel.caller import GUEST, Caller
from server.kernel.channel import ChannelNotFound, Watch, Watches
from server.kernel.operation import Operations
from server.kernel.page import encode_cursor
from tests.domains.flash_sales.market import (
    ADMIN,
    ANN,
    BOB,
    DECLINED,
    KETTLE,
    MANAGER,
    OURS,
    PRODUCT_OF,
    RIVAL,
    SELLER,
    TEAPOT,
    Market,
)


async def pages(ask: Callable[[str], Any]) -> list[Any]:
    """All items of a list, page after page; each page but the last is full."""
    items: list[Any] = []
    cursor = ""
    while True:
        page = await ask(cursor)
        items.extend(page.items)
        if page.next is None:
            return items
        cursor = page.next


async def a_few_sales(market: Market) -> dict[str, FlashSale]:
    """Two of each phase."""
    over = [await market.sale(minutes=minutes) for minutes in (10, 5)]
    await market.turn(minutes=15)
    cancelled = [await market.sale(starts_in=minutes) for minutes in (90, 20)]
    for sale in cancelled:
        await market.shop.selling.cancel(CancelSale(sale_id=sale.id), SELLER)
    upcoming = [await market.sale(starts_in=minutes) for minutes in (30, 10)]
    running = [await market.sale(starts_in=minutes) for minutes in (-1, -2)]
    named = {"ended": over, "cancelled": cancelled, "upcoming": upcoming, "open": running}
    return {f"{name} {number}": sale for name, sales in named.items() for number, sale in enumerate(sales, 1)}


async def test_sales_are_listed_open_then_upcoming_the_soonest_first_then_over_the_latest_first(market: Market) -> None:
    sales = await a_few_sales(market)
    names = {sale.id: name for name, sale in sales.items()}

    async def listed(limit: int, **only: Any) -> list[str]:
        def ask(cursor: str) -> Any:
            return market.shop.selling.list(ListSales(cursor=cursor, limit=limit, **only), GUEST)

        return [names.get(sale.id, "the other") for sale in await pages(ask)]

    ended = sorted(("ended 1", "ended 2"), key=lambda name: sales[name].id, reverse=True)  # begun at the same moment
    everything = [
        "the other", "open 2", "open 1", "upcoming 2", "upcoming 1", "cancelled 1", "cancelled 2", *ended,
    ]  # fmt: skip
    for limit in (1, 2, 3, 100):
        assert await listed(limit) == everything
        assert await listed(limit, seller_id=OURS) == everything[1:]
        assert await listed(limit, product_id=PRODUCT_OF[KETTLE]) == everything[1:]
        assert await listed(limit, product_id=PRODUCT_OF[TEAPOT]) == everything[:1]
        for phase in Phase:
            expected = [name for name in everything[1:] if name.startswith(phase)]
            assert await listed(limit, phase=phase, seller_id=OURS) == expected
    assert await listed(10, seller_id=new_id()) == []
    assert await listed(10, seller_id=OURS, product_id=PRODUCT_OF[TEAPOT]) == []


async def test_a_listed_sale_is_as_it_is_shown(market: Market) -> None:
    sale = await market.sale()
    await market.shop.pay(await market.shop.claim(sale, ANN))
    await market.shop.claim(sale, BOB)
    shown = await market.shop.selling.show(ShowSale(sale_id=sale.id), GUEST)
    assert (shown.held_count, shown.sold_count, shown.left) == (1, 1, 8)
    page = await market.shop.selling.list(ListSales(seller_id=OURS), GUEST)
    assert page.items == (shown,)
    with pytest.raises(SaleNotFound):
        await market.shop.selling.show(ShowSale(sale_id=new_id()), GUEST)


@pytest.mark.parametrize(
    "cursor",
    [
        "x",
        "%%%",
        "bm90IGpzb24",
        encode_cursor((1,)),
        encode_cursor((1, "2026-11-21T12:00:00", UUID(int=7))),
        encode_cursor((1, "9999-12-31T23:59:59-14:00", UUID(int=7))),
        encode_cursor((10**12, "2026-11-21T12:00:00Z", UUID(int=7))),
        encode_cursor((10**40, "2026-11-21T12:00:00Z", UUID(int=7))),
    ],
)
async def test_a_cursor_that_is_none_is_refused(market: Market, cursor: str) -> None:
    with pytest.raises(BadInput) as refused:
        await market.shop.selling.list(ListSales(cursor=cursor), GUEST)
    assert refused.value.field == "cursor"


@pytest.mark.parametrize("cursor", ["x", encode_cursor((10**19,)), encode_cursor((10**12,)), encode_cursor(("1",))])
async def test_a_ledgers_cursor_that_is_none_is_refused(market: Market, cursor: str) -> None:
    sale = await market.sale()
    with pytest.raises(BadInput):
        await market.shop.selling.ledger(ShowLedger(sale_id=sale.id, cursor=cursor), SELLER)


async def eventful(market: Market) -> FlashSale:
    """A sale in which everything happened that can happen to a claim."""
    sale = await market.sale(per_customer_limit=3)
    bought = await market.shop.claim(sale, ANN)
    with pytest.raises(Refusal):
        await market.shop.pay(bought, card=DECLINED)
    await market.shop.pay(bought)
    back = await market.shop.claim(sale, BOB, 2)
    await market.shop.buying.give_back(GiveBack(sale_id=sale.id, claim_id=back.id), BOB)
    await market.shop.claim(sale, BOB)
    await market.turn(seconds=60)
    return sale


async def test_the_ledger_tells_everything_that_happened_to_claims_in_order(market: Market) -> None:
    sale = await eventful(market)

    def ask(limit: int) -> Callable[[str], Any]:
        return lambda cursor: market.shop.selling.ledger(
            ShowLedger(sale_id=sale.id, cursor=cursor, limit=limit), SELLER
        )

    entries = await pages(ask(100))
    assert [(entry.type.removeprefix("flash_sales."), entry.claim.place) for entry in entries] == [
        ("claimed", 1), ("payment_started", 1), ("payment_failed", 1), ("payment_started", 1), ("paid", 1),
        ("claimed", 2), ("given_back", 2), ("claimed", 3), ("lapsed", 3),
    ]  # fmt: skip
    for limit in (1, 2, 4, 9):
        assert await pages(ask(limit)) == entries
    assert {entry.claim.id: entry.claim for entry in entries} == {c.id: c for c in await market.claims(sale)}


async def test_a_ledger_is_for_its_shop_managers_and_admins(market: Market) -> None:
    sale = await eventful(market)
    ask = ShowLedger(sale_id=sale.id)
    expected = await market.shop.selling.ledger(ask, SELLER)
    for who in (MANAGER, ADMIN):
        assert await market.shop.selling.ledger(ask, who) == expected
    with pytest.raises(SaleNotFound):
        await market.shop.selling.ledger(ask, RIVAL)
    with pytest.raises(NoShop):
        await market.shop.selling.ledger(ask, ANN)
    with pytest.raises(SaleNotFound):
        await market.shop.selling.ledger(ShowLedger(sale_id=new_id()), ADMIN)


def channels(market: Market) -> Watches:
    return Watches(watches(market.shop.selling, market.shop.buying))


async def snapshot(market: Market, name: str) -> Any:
    watch, key = channels(market).find(name)
    async with market.database.reading():
        return await watch.snapshot(key)


@pytest.mark.parametrize("who", [GUEST, ANN, RIVAL, SELLER], ids=["guest", "customer", "other seller", "seller"])
async def test_anybody_may_watch_a_sale(market: Market, who: Caller) -> None:
    sale = await market.sale()
    watch, key = channels(market).find(SALE.of(sale.id))
    await watch.permit(key, who)
    shown = await snapshot(market, SALE.of(sale.id))
    assert isinstance(shown, SaleState)
    assert (shown.sale, shown.time) == (sale, market.clock.now())


@pytest.mark.parametrize(
    ("who", "may"),
    [(SELLER, True), (ADMIN, True), (MANAGER, True), (RIVAL, False), (ANN, False), (GUEST, False)],
    ids=["seller", "admin", "manager", "other seller", "customer", "guest"],
)
async def test_a_ledger_is_watched_by_whom_it_concerns(market: Market, who: Caller, may: bool) -> None:
    sale = await market.sale()
    watch, key = channels(market).find(SALE_LEDGER.of(sale.id))
    if may:
        await watch.permit(key, who)
    else:
        with pytest.raises(ChannelNotFound):
            await watch.permit(key, who)


async def admitted(watch: Watch, key: str, who: Caller) -> Any:
    """Where a watcher of a channel starts."""
    await watch.permit(key, who)
    return await watch.snapshot(key)


@pytest.mark.parametrize("key", [str(UUID(int=5)), "x", str(UUID(int=5)).upper() + " ", "0" * 32, "' OR 1=1 --"])
async def test_a_channel_of_no_sale_is_not_found(market: Market, key: str) -> None:
    for channel in (SALE, SALE_LEDGER):
        watch, key = channels(market).find(channel.of(key))
        with pytest.raises(ChannelNotFound):
            await admitted(watch, key, ADMIN)


async def test_a_ledger_starts_with_the_latest_claims_however_many_there_were(market: Market) -> None:
    sale = await market.sale(quantity=510, per_customer_limit=510)
    await asyncio.gather(*(market.shop.claim(sale) for _ in range(510)))
    shown = await snapshot(market, SALE_LEDGER.of(sale.id))
    assert isinstance(shown, SaleLedger)
    assert [claim.place for claim in shown.claims] == list(range(11, 511))


async def test_p5_the_ledgers_snapshot_is_the_sale_and_its_claims_as_the_events_leave_them(market: Market) -> None:
    sale = await eventful(market)
    shown = await snapshot(market, SALE_LEDGER.of(sale.id))
    assert isinstance(shown, SaleLedger)
    assert shown.sale == await market.folded(sale.id)
    assert shown.claims == await market.claims(sale)
    assert msgspec.json.decode(msgspec.json.encode(shown), type=SaleLedger) == shown


async def test_every_operation_of_the_domain_can_be_offered(market: Market) -> None:
    offered = Operations(operations(market.shop.selling, market.shop.buying, market.shop.queueing, market.reminding))
    assert len(offered) == 18
    assert offered.find("flash_sales.claim") is not None
