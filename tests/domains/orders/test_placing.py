"""Placing orders: all of them or none, each once, and everybody told who must be."""

import asyncio
import re
from typing import Any

import asyncpg
import msgspec
import pytest

from fastshop.contract.base import Money
from fastshop.contract.flash_sales import USER
from fastshop.contract.orders import ORDER, SELLER, OrderNotFound, OrderState, ShowOrder
from fastshop.ids import new_id
from tests.domains.orders import conftest
from tests.domains.orders.conftest import ANN, BOB, KETTLE, OURS, RIVAL, TEAPOT, THEIRS, Desk, Draft, asked, line


async def test_an_order_is_as_it_was_asked_for(desk: Desk) -> None:
    lines = (line(KETTLE, 900, 2), line(TEAPOT, 1550, 1, options={}), line(KETTLE, 1, 3, title="Ümlaut 'quote' \\"))
    draft = await desk.draft(ANN, *lines)
    await desk.place(draft)
    order = await desk.orders.get(draft.id)
    assert asked(order) == lines
    assert (order.customer_id, order.payment_id, order.placed_at) == (ANN.user_id, draft.payment_id, draft.placed_at)
    assert (order.state, order.total) == (OrderState.PAID, Money(3353, "EUR"))
    assert re.fullmatch(r"FS-1\d{5}", order.number)


async def test_what_is_told_is_what_is_read_afterwards(desk: Desk) -> None:
    lines = [line(TEAPOT if n % 3 else KETTLE, 100 + n) for n in range(40)]
    order = await desk.placed(ANN, *lines)
    assert await desk.told(ORDER.of(order.id)) == [order]
    assert await desk.told(USER.of(ANN.person)) == [order]
    for seller in (conftest.SELLER, RIVAL):
        read = await desk.orders.show(ShowOrder(order_id=order.id), seller)
        assert [each for each in await desk.told(SELLER.of(seller.seller_id)) if each.id == order.id] == [read]


async def test_a_seller_is_told_of_their_own_lines_and_nobody_elses(desk: Desk) -> None:
    before = await desk.told(SELLER.of(THEIRS))
    order = await desk.placed(ANN, line(KETTLE, 900), line(TEAPOT, 500), line(KETTLE, 1))
    (ours,) = await desk.told(SELLER.of(OURS))
    assert (ours.id, ours.number) == (order.id, order.number)
    assert [each.unit_price.amount for each in ours.lines] == [900, 1]
    assert ours.total == Money(901, "EUR")
    (theirs,) = (await desk.told(SELLER.of(THEIRS)))[len(before) :]
    assert ([each.seller_id for each in theirs.lines], theirs.total) == ([THEIRS], Money(500, "EUR"))
    await desk.placed(ANN, line(KETTLE))
    assert len(await desk.told(SELLER.of(THEIRS))) == len(before) + 1


async def test_p3_an_order_placed_again_is_written_and_told_once(desk: Desk) -> None:
    draft = await desk.draft()
    await desk.place(draft)
    before, order = await desk.counted(), await desk.orders.get(draft.id)
    await desk.place(draft)
    await desk.place(draft, draft)
    assert await desk.counted() == before
    assert await desk.orders.get(draft.id) == order


async def test_p3_an_order_asked_for_twice_at_once_is_written_and_told_once(desk: Desk) -> None:
    draft = await desk.draft(ANN, line(), line())
    before = await desk.counted()
    await desk.place(draft, draft)
    assert await desk.counted() == (before[0] + 1, before[1] + 2, before[2] + 3)
    rest = await desk.drafts(3)
    await asyncio.gather(*(desk.place(*rest) for _ in range(5)))
    assert await desk.counted() == (before[0] + 4, before[1] + 5, before[2] + 12)


async def test_of_old_and_new_orders_only_the_new_are_written(desk: Desk) -> None:
    old, new = await desk.drafts(2)
    await desk.place(old)
    before = await desk.counted()
    await desk.place(old, new)
    assert await desk.counted() == (before[0] + 1, before[1] + 1, before[2] + 3)
    assert await desk.told(SELLER.of(OURS)) == [await desk.orders.get(old.id), await desk.orders.get(new.id)]


async def test_two_hundred_orders_in_one_transaction_have_numbers_and_streams_in_their_order(desk: Desk) -> None:
    drafts = await desk.drafts(200, ANN, line(KETTLE), line(TEAPOT))
    await desk.place(*drafts)
    told = await desk.told(USER.of(ANN.person))
    assert [order.id for order in told] == [draft.id for draft in drafts]
    numbers = [int(order.number.removeprefix("FS-")) for order in told]
    assert numbers == list(range(numbers[0], numbers[0] + 200))
    assert [order.id for order in await desk.told(SELLER.of(OURS))] == [draft.id for draft in drafts]
    assert told == list(reversed(await desk.orders.latest(ANN.person, 200)))


async def test_p1_a_transaction_that_fails_leaves_no_order_and_tells_nobody(desk: Desk) -> None:
    draft = await desk.draft()
    before = await desk.counted()
    with pytest.raises(ZeroDivisionError):
        await _fails_after_placing(desk, draft)
    assert await desk.counted() == before
    with pytest.raises(OrderNotFound):
        await desk.orders.get(draft.id)


async def _fails_after_placing(desk: Desk, draft: Draft) -> None:
    async with desk.database.transaction() as transaction:
        await desk.orders.place(transaction, [draft])
        raise ZeroDivisionError


async def test_n7_a_payment_buys_one_order(desk: Desk) -> None:
    first = await desk.draft()
    await desk.place(first)
    before = await desk.counted()
    second = msgspec.structs.replace(first, id=new_id())
    with pytest.raises(asyncpg.UniqueViolationError):
        await desk.place(second)
    assert await desk.counted() == before


@pytest.mark.parametrize(
    "change",
    [{"customer_id": new_id()}, {"payment_id": new_id()}, {"lines": (line(seller_id=new_id()),)}],
    ids=["customer", "payment", "seller"],
)
async def test_an_order_of_what_does_not_exist_is_not_written(desk: Desk, change: dict[str, Any]) -> None:
    draft = msgspec.structs.replace(await desk.draft(), **change)
    before = await desk.counted()
    with pytest.raises(asyncpg.ForeignKeyViolationError):
        await desk.place(draft)
    assert await desk.counted() == before


async def test_placing_nothing_does_nothing(desk: Desk) -> None:
    before = await desk.counted()
    await desk.place()
    assert await desk.counted() == before


async def test_an_order_stays_as_it_was_bought_when_the_goods_change(desk: Desk) -> None:
    order = await desk.placed(BOB)
    async with desk.database.transaction() as transaction:
        await transaction.connection.execute("UPDATE products SET title = 'Other'")
        await transaction.connection.execute("UPDATE product_variants SET price = 1, sku = 'OTHER'")
    assert await desk.orders.get(order.id) == order


async def test_money_without_cents_is_kept_exactly(desk: Desk) -> None:
    yen = line(unit_price=Money(1500, "JPY"), total=Money(4500, "JPY"), quantity=3)
    assert asked(await desk.placed(ANN, yen)) == (yen,)
