"""Who may see which order, and how much of it; who may watch."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID

import pytest

from fastshop.contract.base import BadInput, Money, NotAllowed, Refusal, SignInNeeded
from fastshop.contract.catalog import NoShop, Seller
from fastshop.contract.orders import (
    ORDER,
    SELLER,
    ListAllOrders,
    ListOrders,
    ListSellerOrders,
    Order,
    OrderNotFound,
    ShowOrder,
)
from fastshop.contract.seller_orders import SellerOrderState
from fastshop.ids import new_id
from server.domains.orders.channels import watches
from server.kernel.caller import GUEST, Caller
from server.kernel.channel import ChannelNotFound, Watches
from server.kernel.database import Database
from tests.domains.orders import conftest
from tests.domains.orders.conftest import (
    ADMIN,
    AGENT,
    ANN,
    BOB,
    KETTLE,
    MANAGER,
    OURS,
    RIVAL,
    SHOPLESS,
    TEAPOT,
    THEIRS,
    Desk,
    line,
)
from tests.domains.orders.works import Works

OUR_SELLER = conftest.SELLER


async def seen(asked: Any) -> Any:
    try:
        return await asked
    except Refusal as refusal:
        return type(refusal)


@pytest.mark.parametrize("who", [ANN, MANAGER, ADMIN], ids=["customer", "manager", "admin"])
async def test_an_order_is_shown_whole_to_its_customer_to_managers_and_admins(desk: Desk, who: Caller) -> None:
    order = await desk.placed(ANN, line(KETTLE), line(TEAPOT))
    assert await desk.orders.show(ShowOrder(order_id=order.id), who) == order
    assert len(order.lines) == 2


@pytest.mark.parametrize("who", [BOB, RIVAL, SHOPLESS, AGENT], ids=["customer", "seller", "without a shop", "agent"])
async def test_an_order_does_not_exist_for_others(desk: Desk, who: Caller) -> None:
    order = await desk.placed(ANN, line(KETTLE))
    for order_id in (order.id, new_id()):
        with pytest.raises(OrderNotFound):
            await desk.orders.show(ShowOrder(order_id=order_id), who)
    assert order not in (await desk.orders.list_own(ListOrders(), who)).items


async def test_a_seller_sees_their_lines_and_their_total(desk: Desk) -> None:
    order = await desk.placed(ANN, line(KETTLE, 900), line(TEAPOT, 500), line(KETTLE, 50))
    shown = await desk.orders.show(ShowOrder(order_id=order.id), OUR_SELLER)
    assert [each.unit_price.amount for each in shown.lines] == [900, 50]
    assert shown.total == Money(950, "EUR")
    assert (shown.id, shown.number, shown.placed_at) == (order.id, order.number, order.placed_at)
    assert (await desk.orders.list_for_seller(ListSellerOrders(), OUR_SELLER)).items == (shown,)


async def test_a_seller_lists_what_stands_in_a_state(desk: Desk) -> None:
    works = Works.of(desk)
    waiting, taken = await desk.placed(ANN, line(KETTLE)), await desk.placed(BOB, line(KETTLE), line(TEAPOT))
    await works.accept(taken)
    for state, order in ((SellerOrderState.PLACED, waiting), (SellerOrderState.ACCEPTED, taken)):
        found = await desk.orders.list_for_seller(ListSellerOrders(state=state), OUR_SELLER)
        assert [each.id for each in found.items] == [order.id]


async def test_who_runs_the_shop_lists_all_orders_the_newest_first_and_finds_one_by_its_number(desk: Desk) -> None:
    first, second = await desk.placed(ANN, line(KETTLE)), await desk.placed(BOB, line(TEAPOT))
    page = await desk.orders.list_all(ListAllOrders(limit=2), MANAGER)
    assert [each.id for each in page.items] == [second.id, first.id]
    rest = await desk.orders.list_all(ListAllOrders(limit=2, cursor=page.next or ""), MANAGER)
    assert (len(rest.items), rest.next) == (1, None), "somebody else's"
    assert (await desk.orders.list_all(ListAllOrders(number=first.number), ADMIN)).items == (first,)
    assert (await desk.orders.list_all(ListAllOrders(number="FS-0"), ADMIN)).items == ()
    assert (await desk.orders.list_all(ListAllOrders(customer_id=ANN.user_id), ADMIN)).items == (first,)
    operation = Works.of(desk).operations()["orders.list_all"]
    for who in (ANN, OUR_SELLER, AGENT):
        with pytest.raises(NotAllowed):
            operation.admit(who)


async def test_a_seller_who_buys_sees_their_own_order_whole(desk: Desk) -> None:
    order = await desk.placed(OUR_SELLER, line(TEAPOT), line(KETTLE))
    assert await desk.orders.show(ShowOrder(order_id=order.id), OUR_SELLER) == order
    assert (await desk.orders.list_own(ListOrders(), OUR_SELLER)).items == (order,)


async def test_lists_are_of_ones_own_even_for_an_admin(desk: Desk) -> None:
    await desk.placed(ANN)
    for who in (ADMIN, MANAGER, AGENT, SHOPLESS):
        assert (await desk.orders.list_own(ListOrders(), who)).items == ()


async def test_without_a_shop_there_are_no_orders_of_it(desk: Desk) -> None:
    with pytest.raises(NoShop):
        await desk.orders.list_for_seller(ListSellerOrders(), SHOPLESS)


async def test_who_may_ask_at_all(desk: Desk) -> None:
    own, show, of_guest, of_shop, *_ = Works.of(desk).operations().values()
    of_guest.admit(GUEST)
    for operation in (own, show, of_shop):
        with pytest.raises(SignInNeeded):
            operation.admit(GUEST)
    for who in (ANN, AGENT, MANAGER, ADMIN):
        own.admit(who)
        show.admit(who)
        with pytest.raises(NotAllowed):
            of_shop.admit(who)
    of_shop.admit(OUR_SELLER)


async def test_lists_go_page_by_page_the_newest_first(desk: Desk) -> None:
    placed = []
    for number in range(7):
        desk.clock.turn(seconds=number % 2)  # two at the same moment each
        placed.append(await desk.placed(ANN, line(KETTLE, 100 + number), line(TEAPOT)))
        await desk.placed(BOB, line(TEAPOT))
    expected = sorted(placed, key=lambda order: (order.placed_at, order.id), reverse=True)
    assert await _own(desk, limit=3) == expected
    of_shop = await _of_shop(desk, limit=2)
    assert [order.id for order in of_shop] == [order.id for order in expected]
    assert all(each.seller_id == OURS for order in of_shop for each in order.lines)
    assert await desk.orders.latest(ANN.person, 3) == tuple(expected[:3])
    assert await desk.orders.latest(MANAGER.person, 3) == ()


async def _own(desk: Desk, limit: int) -> list[Order]:
    found: list[Order] = []
    cursor: str | None = ""
    while cursor is not None:
        page = await desk.orders.list_own(ListOrders(cursor=cursor, limit=limit), ANN)
        assert len(page.items) <= limit
        found.extend(page.items)
        cursor = page.next
    return found


async def _of_shop(desk: Desk, limit: int) -> list[Order]:
    found: list[Order] = []
    cursor: str | None = ""
    while cursor is not None:
        page = await desk.orders.list_for_seller(ListSellerOrders(cursor=cursor, limit=limit), OUR_SELLER)
        found.extend(page.items)
        cursor = page.next
    return found


async def test_a_page_costs_the_same_number_of_queries_however_long(desk: Desk) -> None:
    await desk.place(*await desk.drafts(50))
    for limit in (1, 50):
        async with queries_counted(desk.database) as counted:
            page = await desk.orders.list_own(ListOrders(limit=limit), ANN)
        assert (len(page.items), len(counted)) == (limit, 5)


@asynccontextmanager
async def queries_counted(database: Database) -> AsyncIterator[list[str]]:
    """What is asked of the connection in the meantime."""
    asked: list[str] = []
    async with database.reading() as connection:
        with connection.query_logger(lambda record: asked.append(record.query)):
            yield asked


@pytest.mark.parametrize("cursor", ["nonsense", "W10", "bnVsbA"])
async def test_a_cursor_of_something_else_is_refused(desk: Desk, cursor: str) -> None:
    with pytest.raises(BadInput):
        await desk.orders.list_own(ListOrders(cursor=cursor), ANN)
    with pytest.raises(BadInput):
        await desk.orders.list_for_seller(ListSellerOrders(cursor=cursor), OUR_SELLER)


@pytest.mark.parametrize(
    ("who", "may"),
    [
        (ANN, True), (MANAGER, True), (ADMIN, True),
        (BOB, False), (OUR_SELLER, False), (RIVAL, False), (AGENT, False), (GUEST, False),
    ],
)  # fmt: skip
async def test_who_may_watch_an_order(desk: Desk, who: Caller, may: bool) -> None:
    order = await desk.placed(ANN, line(KETTLE))
    watch, key = Watches(watches(desk.orders)).find(ORDER.of(order.id))
    assert await seen(watch.permit(key, who)) == (None if may else ChannelNotFound)
    assert await watch.snapshot(key) == order


@pytest.mark.parametrize("who", [ANN, ADMIN, GUEST])
@pytest.mark.parametrize("key", [str(UUID(int=7)), "nonsense", "0" * 32, "'", "\0"])
async def test_an_order_that_is_none_cannot_be_watched(desk: Desk, key: str, who: Caller) -> None:
    watch, key = Watches(watches(desk.orders)).find(ORDER.of(key))
    assert await seen(watch.permit(key, who)) is ChannelNotFound
    assert await seen(watch.snapshot(key)) is ChannelNotFound


@pytest.mark.parametrize("who", [ANN, RIVAL, SHOPLESS, AGENT, MANAGER, ADMIN, GUEST, OUR_SELLER])
async def test_only_who_acts_for_a_seller_watches_their_channel(desk: Desk, who: Caller) -> None:
    watch, key = Watches(watches(desk.orders)).find(SELLER.of(OURS))
    assert await seen(watch.permit(key, who)) == (None if who is OUR_SELLER else ChannelNotFound)
    assert await watch.snapshot(key) == Seller(OURS, "Ours", "ours", "We sell kettles.")


async def test_the_channel_of_a_seller_that_is_none_has_no_start(desk: Desk) -> None:
    watch, _ = Watches(watches(desk.orders)).find(SELLER.of(THEIRS))
    for key in (str(new_id()), "nonsense"):
        assert await seen(watch.snapshot(key)) is ChannelNotFound
        assert await seen(watch.permit(key, RIVAL)) is ChannelNotFound
