"""A return from the wish to the money: who may what when, and never more units than were delivered."""

import asyncio
from uuid import UUID

import msgspec
import pytest
from msgspec.structs import replace

from fastshop.contract.addresses import PostalAddress
from fastshop.contract.base import IdReused, NotAllowed
from fastshop.contract.catalog import NoShop
from fastshop.contract.disputes import MatterQueue
from fastshop.contract.orders import ORDER
from fastshop.contract.orders import SELLER as SELLER_CHANNEL
from fastshop.contract.returns import (
    RETURN,
    ApproveReturn,
    CancelReturn,
    LineNotBought,
    LinesUnclear,
    ListReturns,
    ReceivedUnits,
    ReceiveReturn,
    RejectReturn,
    Return,
    ReturnMoved,
    ReturnNotFound,
    ReturnReason,
    ReturnRequested,
    ReturnSide,
    ReturnStands,
    ReturnState,
    ReturnTooLate,
    SellersDiffer,
    SendReturn,
    ShowReturn,
    TooManyReturned,
    WantedReturn,
)
from fastshop.contract.seller_orders import OrderMoved
from fastshop.ids import new_id
from server.domains.returns.channels import watches
from server.kernel.caller import Caller
from server.kernel.channel import ChannelNotFound
from tests.domains.returns.conftest import (
    ADMIN,
    ANN,
    BLUE,
    BOB,
    MANAGER,
    RED,
    RIVAL,
    SELLER,
    TEAPOT,
    Desk,
    asked,
    line,
    refused,
)


async def test_the_way_of_a_return_from_the_wish_to_the_money_as_both_sides_see_it(desk: Desk) -> None:
    order = await desk.bought(line(RED, 3))
    rma = await desk.request(order, 2, words="It leaks.")
    assert (rma.state, rma.worth.amount, rma.seller_id, rma.words) == ("requested", 1800, SELLER.seller_id, "It leaks.")
    await desk.deciding.approve(ApproveReturn(return_id=rma.id), SELLER)
    await desk.asking.send(SendReturn(return_id=rma.id, tracking="1Z"), ANN)
    came = (ReceivedUnits(rma.lines[0].line_id, 2, 1),)
    got = await desk.deciding.receive(ReceiveReturn(return_id=rma.id, lines=came), SELLER)
    assert (got.state, got.lines[0].received, got.lines[0].resellable) == ("received", 2, 1)
    assert await desk.stock(RED) == 4
    (part,) = (await desk.orders.get(order.id)).parts
    assert (part.lines[0].delivered, part.lines[0].returned) == (3, 2)
    (moved,) = await desk.told(ORDER.of(order.id), OrderMoved)
    assert (moved.entry.kind, moved.entry.lines[0].quantity) == ("returned", 2)
    done = await desk.refund(rma)
    assert (done.state, done.refunded.amount, done.tracking) == ("refunded", 1800, "1Z")
    told = await desk.told(RETURN.of(rma.id), ReturnRequested, ReturnMoved)
    states = [event.rma.state for event in told]
    assert states == ["requested", "approved", "sent", "received", "refunding", "refunded"]
    assert told[-1].rma == replace(done, words="")
    assert done == await desk.asking.show(ShowReturn(return_id=rma.id), SELLER)
    assert [
        event.rma.id for event in await desk.told(SELLER_CHANNEL.of(order.lines[0].seller_id), ReturnRequested)
    ] == [rma.id]


@pytest.mark.parametrize("who", [BOB, RIVAL], ids=["another customer", "another seller"])
async def test_a_return_does_not_exist_for_others(desk: Desk, who: Caller) -> None:
    rma = await desk.request(await desk.bought())
    for asking in (
        desk.asking.show(ShowReturn(return_id=rma.id), who),
        desk.asking.cancel(CancelReturn(return_id=rma.id), who),
        desk.asking.send(SendReturn(return_id=rma.id, tracking="x"), who),
        desk.deciding.approve(ApproveReturn(return_id=rma.id), who),
        desk.deciding.reject(RejectReturn(return_id=rma.id, reason="x"), who),
        desk.deciding.receive(ReceiveReturn(return_id=rma.id), who),
        desk.refund(rma, who=who),
    ):
        assert isinstance(await refused(asking), ReturnNotFound)
    watch = watches(desk.asking, desk.disputes)[0]
    with pytest.raises(ChannelNotFound):
        await watch.permit(str(rma.id), who)
    for other in (ANN, SELLER, MANAGER, ADMIN):
        await watch.permit(str(rma.id), other)
    assert await watch.snapshot(str(rma.id)) == rma


async def test_who_runs_the_shop_sees_how_many_are_not_over_and_nobody_else_does(desk: Desk) -> None:
    watch = watches(desk.asking, desk.disputes)[2]
    before = await watch.snapshot("")
    order = await desk.bought(line(RED, 2))
    rma, kept = await desk.request(order), await desk.request(order)
    await desk.dispute(line_id=order.lines[0].id)
    await desk.asking.cancel(CancelReturn(return_id=kept.id), ANN)
    now = await watch.snapshot("")
    assert isinstance(before, MatterQueue)
    assert isinstance(now, MatterQueue)
    assert (now.returns - before.returns, now.disputes - before.disputes) == (1, 1)
    await desk.deciding.reject(RejectReturn(return_id=rma.id, reason="Worn."), MANAGER)
    assert await watch.snapshot("") == MatterQueue(time=desk.clock.now(), returns=before.returns, disputes=now.disputes)
    for who in (MANAGER, ADMIN):
        await watch.permit("", who)
    for who in (ANN, SELLER):
        with pytest.raises(ChannelNotFound):
            await watch.permit("", who)
    rows = await desk.database.fetch("SELECT actor_id, action FROM audit_logs WHERE subject = $1", f"return:{rma.id}")
    assert [tuple(row) for row in rows] == [(MANAGER.user_id, "returns.reject")]


async def test_the_goods_go_where_the_seller_said_once_it_is_approved(desk: Desk) -> None:
    home = PostalAddress(name="Ours Ltd", country="DE", street="Markt 1", postal_code="28195", city="Bremen")
    query = "UPDATE sellers SET invoice_address = $2 WHERE id = $1"
    await desk.database.fetch(query, SELLER.seller_id, msgspec.json.encode(home).decode())
    rma = await desk.request(await desk.bought())
    assert rma.send_to is None
    assert (await desk.deciding.approve(ApproveReturn(return_id=rma.id), SELLER)).send_to == home
    assert (await desk.asking.list(ListReturns(order_id=rma.order_id), ANN)).items[0].send_to == home
    moved = (await desk.told(RETURN.of(rma.id), ReturnMoved))[-1]
    assert moved.rma.send_to is None, "the log is never forgotten"


async def test_a_customer_does_not_decide_and_a_seller_does_not_cancel(desk: Desk) -> None:
    rma = await desk.request(await desk.bought())
    assert isinstance(await refused(desk.deciding.approve(ApproveReturn(return_id=rma.id), ANN)), ReturnNotFound)
    assert isinstance(await refused(desk.asking.cancel(CancelReturn(return_id=rma.id), SELLER)), ReturnNotFound)
    assert (await desk.deciding.approve(ApproveReturn(return_id=rma.id), MANAGER)).state == "approved"


async def test_everybody_lists_what_is_theirs(desk: Desk) -> None:
    order = await desk.bought(line(RED, 3))
    ours = [await desk.request(order) for _ in range(3)]

    async def ids(who: Caller, side: ReturnSide, **fields: object) -> list[UUID]:
        found: list[UUID] = []
        cursor = ""
        while True:
            page = await desk.asking.list(ListReturns(side=side, cursor=cursor, limit=1, **fields), who)  # type: ignore[arg-type]
            found += [each.id for each in page.items]
            if page.next is None:
                return found
            cursor = page.next

    newest = [each.id for each in reversed(ours)]
    assert await ids(ANN, ReturnSide.CUSTOMER) == await ids(SELLER, ReturnSide.SELLER) == newest
    assert len(await ids(MANAGER, ReturnSide.MANAGER)) == 4
    assert await ids(MANAGER, ReturnSide.MANAGER, order_id=order.id) == newest
    assert await ids(ANN, ReturnSide.CUSTOMER, state=ReturnState.APPROVED) == []
    assert isinstance(await refused(ids(ANN, ReturnSide.SELLER)), NoShop)
    assert isinstance(await refused(ids(SELLER, ReturnSide.MANAGER)), NotAllowed)


async def test_never_more_units_than_came_and_are_not_on_their_way_back(desk: Desk) -> None:
    order = await desk.bought(line(RED, 5), delivered=False)
    assert await refused_left(desk, order, 1) == 0
    await desk.deliver(order, order.lines[0], 3)
    assert await refused_left(desk, order, 4) == 3
    first = await desk.request(order, 2)
    assert await refused_left(desk, order, 2) == 1
    await desk.asking.cancel(CancelReturn(return_id=first.id), ANN)
    await desk.received(order, 3)
    assert await refused_left(desk, order, 1) == 0


async def refused_left(desk: Desk, order: object, count: int) -> int:
    refusal = await refused(desk.request(order, count))  # type: ignore[arg-type]
    assert isinstance(refusal, TooManyReturned)
    return refusal.left


async def test_what_did_not_come_may_be_returned_anew(desk: Desk) -> None:
    order = await desk.bought(line(RED, 3))
    rma = await desk.request(order, 3)
    await desk.deciding.approve(ApproveReturn(return_id=rma.id), SELLER)
    came = (ReceivedUnits(rma.lines[0].line_id, 1),)
    got = await desk.deciding.receive(ReceiveReturn(return_id=rma.id, lines=came), SELLER)
    assert got.worth.amount == 900
    assert await refused_left(desk, order, 3) == 2
    assert (await desk.request(order, 2)).state == "requested"


async def test_many_devices_at_once_return_no_more_than_there_is(desk: Desk) -> None:
    order = await desk.bought(line(RED, 3))
    answers = await asyncio.gather(*(desk.asking.request(asked(order), ANN) for _ in range(8)), return_exceptions=True)
    assert sum(isinstance(answer, Return) for answer in answers) == 3
    assert sum(isinstance(answer, TooManyReturned) for answer in answers) == 5


async def test_p3_a_wish_sent_twice_is_one_return_and_its_id_is_good_for_no_other(desk: Desk) -> None:
    order, other = await desk.bought(line(RED, 3)), await desk.bought(line(RED, 3), who=BOB)
    command = asked(order)
    answers = await asyncio.gather(*(desk.asking.request(command, ANN) for _ in range(4)))
    assert len({answer.number for answer in answers}) == 1
    for wrong, who in (
        (asked(order, 2, return_id=command.return_id), ANN),
        (asked(order, return_id=command.return_id, reason=ReturnReason.UNWANTED), ANN),
        (asked(other, return_id=command.return_id), BOB),
        (command, BOB),
    ):
        assert isinstance(await refused(desk.asking.request(wrong, who)), IdReused)


async def test_only_ones_own_lines_of_one_seller_each_once(desk: Desk) -> None:
    order = await desk.bought(line(RED), line(TEAPOT))
    theirs = await desk.bought(who=BOB)
    first, second = (WantedReturn(each.id or new_id(), 1) for each in order.lines)
    assert isinstance(await refused(desk.request(order, lines=(first, second))), SellersDiffer)
    assert isinstance(await refused(desk.request(order, lines=(first, first))), LinesUnclear)
    assert isinstance(await refused(desk.request(order, lines=(WantedReturn(new_id(), 1),))), LineNotBought)
    assert isinstance(await refused(desk.request(theirs)), LineNotBought)
    mixed = (first, WantedReturn(theirs.lines[0].id or new_id(), 1))
    assert isinstance(await refused(desk.request(order, lines=mixed)), LineNotBought)
    assert isinstance(await refused(desk.request(order, who=BOB)), LineNotBought)


async def test_after_thirty_days_it_is_too_late(desk: Desk) -> None:
    order = await desk.bought(line(RED, 2))
    desk.clock.turn(days=29)
    await desk.request(order)
    desk.clock.turn(days=1)
    refusal = await refused(desk.request(order))
    assert isinstance(refusal, ReturnTooLate)
    assert (refusal.until - order.placed_at).days == 30


async def test_the_time_for_returns_begins_with_the_last_parcel_of_what_was_ordered_from_a_seller(desk: Desk) -> None:
    order = await desk.bought(line(RED), line(BLUE), line(TEAPOT), delivered=False)
    red, blue, teapot = order.lines
    await desk.deliver(order, red, 1)
    await desk.deliver(order, teapot, 1)
    desk.clock.turn(days=40)
    assert (await desk.request(order)).lines[0].line_id == red.id, "the other kettle is still to come"
    assert teapot.id is not None
    other_seller = asked(order, lines=(WantedReturn(teapot.id, 1),))
    assert isinstance(await refused(desk.asking.request(other_seller, ANN)), ReturnTooLate)
    await desk.deliver(order, blue, 1)
    assert blue.id is not None
    desk.clock.turn(days=31)
    assert isinstance(await refused(desk.request(order, lines=(WantedReturn(blue.id, 1),))), ReturnTooLate)


STEPS = ("approve", "reject", "cancel", "send", "receive", "refund", "exchange")
ALLOWED = {
    "requested": {"approve", "reject", "cancel"},
    "approved": {"approve", "reject", "cancel", "send", "receive"},
    "sent": {"send", "reject", "cancel", "receive"},
    "received": {"receive", "refund"},
    "rejected": {"reject"},
    "cancelled": {"cancel"},
    "refunded": set[str](),
}


async def step(desk: Desk, rma: Return, name: str) -> Return:
    match name:
        case "approve":
            return await desk.deciding.approve(ApproveReturn(return_id=rma.id), SELLER)
        case "reject":
            return await desk.deciding.reject(RejectReturn(return_id=rma.id, reason="No."), SELLER)
        case "cancel":
            return await desk.asking.cancel(CancelReturn(return_id=rma.id), ANN)
        case "send":
            return await desk.asking.send(SendReturn(return_id=rma.id, tracking="1Z"), ANN)
        case "receive":
            return await desk.deciding.receive(ReceiveReturn(return_id=rma.id), SELLER)
        case "refund":
            return await desk.refund(rma)
    return await desk.exchange(rma)


@pytest.mark.parametrize("state", ALLOWED)
async def test_what_may_follow_on_what(desk: Desk, state: str) -> None:
    ways = {
        "requested": (), "approved": ("approve",), "sent": ("approve", "send"), "received": ("approve", "receive"),
        "rejected": ("reject",), "cancelled": ("cancel",), "refunded": ("approve", "receive", "refund"),
    }  # fmt: skip
    order = await desk.bought(line(RED, 50))
    for name in STEPS:
        rma = await desk.request(order)
        for before in ways[state]:
            rma = await step(desk, rma, before)
        assert rma.state == state
        if name in ALLOWED[state]:
            assert (await step(desk, rma, name)).state != "requested"
        else:
            refusal = await refused(step(desk, rma, name))
            assert isinstance(refusal, ReturnStands) or (state, name) == ("received", "exchange")
            assert await desk.asking.show(ShowReturn(return_id=rma.id), ANN) == rma


async def test_a_rejection_is_repeated_only_in_the_same_words(desk: Desk) -> None:
    rma = await step(desk, await desk.request(await desk.bought()), "reject")
    assert (await step(desk, rma, "reject"), rma.decision) == (rma, "No.")
    other = desk.deciding.reject(RejectReturn(return_id=rma.id, reason="Never."), SELLER)
    assert isinstance(await refused(other), ReturnStands)


@pytest.mark.parametrize(
    ("quantity", "resellable"), [(3, 0), (1, 2), (0, 0)], ids=["more than sent", "more resellable", "nothing"]
)
async def test_what_cannot_have_come_is_refused_and_changes_nothing(desk: Desk, quantity: int, resellable: int) -> None:
    rma = await desk.request(await desk.bought(line(RED, 3)), 2)
    rma = await step(desk, rma, "approve")
    line_id = rma.lines[0].line_id
    for lines in (
        (ReceivedUnits(line_id, quantity, resellable),),
        (ReceivedUnits(line_id, 1), ReceivedUnits(line_id, 1)),
        (ReceivedUnits(new_id(), 1),),
    ):
        command = ReceiveReturn(return_id=rma.id, lines=lines)
        assert isinstance(await refused(desk.deciding.receive(command, SELLER)), LinesUnclear)
    assert (await desk.asking.show(ShowReturn(return_id=rma.id), ANN), await desk.stock(RED)) == (rma, 3)


async def test_goods_received_by_two_at_once_go_into_stock_once(desk: Desk) -> None:
    rma = await step(desk, await desk.request(await desk.bought(line(RED, 2)), 2), "approve")
    command = ReceiveReturn(return_id=rma.id, lines=(ReceivedUnits(rma.lines[0].line_id, 2, 2),))
    answers = await asyncio.gather(*(desk.deciding.receive(command, SELLER) for _ in range(5)))
    assert {answer.state for answer in answers} == {ReturnState.RECEIVED}
    assert await desk.stock(RED) == 5
