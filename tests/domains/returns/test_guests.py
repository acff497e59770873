"""A guest's returns and disputes: whoever has the order's key is its customer, and nobody else without an account."""

from typing import Any
from uuid import UUID, uuid4

import pytest

from fastshop.contract.base import IdReused
from fastshop.contract.disputes import (
    DisputeMoved,
    DisputeNotFound,
    DisputeOpened,
    DisputeReason,
    DisputeReplied,
    ListGuestDisputes,
    OpenDispute,
    Partial,
    ReplyToDispute,
    ShowDispute,
)
from fastshop.contract.orders import GUEST_ORDER, Order, OrderNotFound
from fastshop.contract.returns import (
    ApproveReturn,
    CancelReturn,
    LineNotBought,
    ListGuestReturns,
    ListReturns,
    ReceiveReturn,
    RejectReturn,
    ReturnMoved,
    ReturnNotFound,
    ReturnRequested,
    ReturnSide,
    SendReturn,
    ShowReturn,
)
from fastshop.contract.seller_orders import OrderMoved
from fastshop.ids import new_id
from server.domains.orders import channels as order_channels
from server.domains.returns import channels
from server.kernel.caller import GUEST, Caller
from server.kernel.channel import ChannelNotFound, logged
from tests.domains.returns.conftest import ADMIN, ANN, BOB, MANAGER, RIVAL, SELLER, Desk, asked, euros, line, refused

KEY, ANOTHER = uuid4(), uuid4()
# Everybody but the guest, the seller and the shop; each with and without the key of another guest's order.
STRANGERS = [(who, key) for who in (GUEST, ANN, BOB, RIVAL) for key in (None, ANOTHER)]


@pytest.fixture
async def order(desk: Desk) -> Order:
    """A guest's order, beside another guest's."""
    await desk.bought(line(), key=ANOTHER)
    return await desk.bought(line(quantity=3), key=KEY)


async def test_a_guest_returns_and_gets_their_money(desk: Desk, order: Order) -> None:
    rma = await desk.request(order, 2, who=GUEST, order_key=KEY)
    assert (rma.customer_id, rma.state) == (None, "requested")
    await desk.deciding.approve(ApproveReturn(return_id=rma.id), SELLER)
    sent = await desk.asking.send(SendReturn(return_id=rma.id, tracking="BACK", order_key=KEY), GUEST)
    assert sent.tracking == "BACK"
    await desk.deciding.receive(ReceiveReturn(return_id=rma.id), SELLER)
    done = await desk.refund(rma)
    assert (done.state, done.refunded) == ("refunded", euros(1800))
    assert await desk.asking.show(ShowReturn(return_id=rma.id, order_key=KEY), GUEST) == done
    # Somebody who is signed in and has the key is the guest as well.
    assert await desk.asking.show(ShowReturn(return_id=rma.id, order_key=KEY), BOB) == done
    assert (await desk.asking.list_guest(ListGuestReturns(order_key=KEY), GUEST)).items == (done,)
    assert (await desk.asking.list_guest(ListGuestReturns(order_key=ANOTHER), GUEST)).items == ()
    await desk.books()


async def test_asked_again_a_guest_is_answered_the_same_and_another_key_is_refused(desk: Desk, order: Order) -> None:
    wish = asked(order, order_key=KEY)
    first = await desk.asking.request(wish, GUEST)
    assert await desk.asking.request(wish, GUEST) == first
    for who, key in STRANGERS:
        again = asked(order, return_id=wish.return_id, order_key=key)
        assert isinstance(await refused(desk.asking.request(again, who)), IdReused)


@pytest.mark.parametrize(("who", "key"), STRANGERS)
async def test_strangers_have_no_part_in_a_guests_order(
    desk: Desk, order: Order, who: Caller, key: UUID | None
) -> None:
    rma = await desk.request(order, who=GUEST, order_key=KEY)
    dispute = await desk.dispute(GUEST, line_id=order.lines[0].id, order_key=KEY)
    subject: dict[str, Any] = {"dispute_id": new_id(), "reason": DisputeReason.OTHER, "words": "Mine."}
    for answer, refusal in (
        (desk.asking.request(asked(order, order_key=key), who), LineNotBought),
        (desk.asking.show(ShowReturn(return_id=rma.id, order_key=key), who), ReturnNotFound),
        (desk.asking.cancel(CancelReturn(return_id=rma.id, order_key=key), who), ReturnNotFound),
        (desk.asking.send(SendReturn(return_id=rma.id, tracking="X", order_key=key), who), ReturnNotFound),
        (desk.disputes.open(OpenDispute(**subject, return_id=rma.id, order_key=key), who), ReturnNotFound),
        (desk.disputes.open(OpenDispute(**subject, line_id=order.lines[0].id, order_key=key), who), LineNotBought),
        (desk.disputes.show(ShowDispute(dispute_id=dispute.id, order_key=key), who), DisputeNotFound),
        (
            desk.disputes.reply(
                ReplyToDispute(dispute_id=dispute.id, reply_id=new_id(), words="No.", order_key=key), who
            ),
            DisputeNotFound,
        ),
    ):
        assert isinstance(await refused(answer), refusal)
    for watch, key_ in zip(channels.watches(desk.asking, desk.disputes)[:2], (rma.id, dispute.id), strict=True):
        with pytest.raises(ChannelNotFound):
            await watch.permit(str(key_), who)
    assert await desk.asking.show(ShowReturn(return_id=rma.id, order_key=KEY), GUEST) == rma


async def test_a_key_that_opens_nothing_is_not_found_and_lists_of_people_stay_theirs(desk: Desk, order: Order) -> None:
    await desk.request(order, who=GUEST, order_key=KEY)
    nothing = uuid4()
    assert isinstance(await refused(desk.asking.list_guest(ListGuestReturns(order_key=nothing), GUEST)), OrderNotFound)
    assert isinstance(
        await refused(desk.disputes.list_guest(ListGuestDisputes(order_key=nothing), GUEST)), OrderNotFound
    )
    assert (await desk.asking.list(ListReturns(order_id=order.id), ANN)).items == ()
    assert len((await desk.asking.list(ListReturns(order_id=order.id, side=ReturnSide.SELLER), SELLER)).items) == 1
    assert len((await desk.asking.list(ListReturns(order_id=order.id, side=ReturnSide.MANAGER), MANAGER)).items) == 1


async def test_a_guest_disputes_a_rejected_return_is_heard_and_gets_a_part(desk: Desk, order: Order) -> None:
    rma = await desk.request(order, 2, who=GUEST, order_key=KEY)
    await desk.deciding.reject(RejectReturn(return_id=rma.id, reason="It was worn."), SELLER)
    dispute = await desk.dispute(GUEST, return_id=rma.id, order_key=KEY)
    assert (dispute.customer_id, [reply.author_id for reply in dispute.replies]) == (None, [None])
    await desk.say(dispute, SELLER)
    desk.clock.turn(seconds=1)
    reply = ReplyToDispute(dispute_id=dispute.id, reply_id=new_id(), words="It was not.", order_key=KEY)
    heard = await desk.disputes.reply(reply, GUEST)
    assert await desk.disputes.reply(reply, GUEST) == heard
    assert [(each.side, each.words) for each in heard.replies] == [
        ("customer", "It leaks."), ("seller", "It does not."), ("customer", "It was not."),
    ]  # fmt: skip
    done = await desk.resolve(dispute, 700)
    assert (done.state, done.refund) == ("resolved", euros(700))
    assert await desk.disputes.show(ShowDispute(dispute_id=dispute.id, order_key=KEY), GUEST) == done
    assert [each.id for each in (await desk.disputes.list_guest(ListGuestDisputes(order_key=KEY), GUEST)).items] == [
        dispute.id
    ]
    assert (await desk.disputes.list_guest(ListGuestDisputes(order_key=ANOTHER), GUEST)).items == ()
    await desk.books()


async def test_who_bought_as_a_guest_does_not_decide_as_a_manager(desk: Desk, order: Order) -> None:
    dispute = await desk.say(await desk.dispute(GUEST, line_id=order.lines[0].id, order_key=KEY))
    await desk.database.fetch("UPDATE orders SET email = $2 WHERE id = $1", order.id, f"{MANAGER.user_id}@people.test")
    assert isinstance(await refused(desk.resolve(dispute, 900)), Partial)
    assert (await desk.resolve(dispute, 900, ADMIN)).state == "resolved"


async def test_a_guest_watches_all_of_it_in_one_channel_that_only_the_key_opens(desk: Desk, order: Order) -> None:
    rma = await desk.request(order, who=GUEST, order_key=KEY)
    await desk.deciding.approve(ApproveReturn(return_id=rma.id), SELLER)
    await desk.deciding.receive(ReceiveReturn(return_id=rma.id), SELLER)
    dispute = await desk.dispute(GUEST, line_id=order.lines[0].id, order_key=KEY)
    await desk.resolve(await desk.say(dispute), 0)
    kinds = (OrderMoved, ReturnRequested, ReturnMoved, DisputeOpened, DisputeReplied, DisputeMoved)
    told = await desk.told(logged(GUEST_ORDER, KEY), *kinds)
    assert [type(event) for event in told] == [
        ReturnRequested, ReturnMoved, OrderMoved, ReturnMoved, DisputeOpened, DisputeReplied, DisputeMoved,
    ]  # fmt: skip
    assert await desk.told(logged(GUEST_ORDER, ANOTHER), *kinds) == []
    for table in ("event_log", "channel_heads", "outbox"):
        kept = await desk.database.fetch(f"SELECT FROM {table} one WHERE one::text LIKE $1", f"%{KEY}%")
        assert kept == [], "whoever reads the log must not win the key with it"
    (watch,) = (each for each in order_channels.watches(desk.orders) if each.channel is GUEST_ORDER)
    await watch.permit(str(KEY), GUEST)
    assert (await watch.snapshot(str(KEY))) == await desk.orders.get(order.id)
    for stranger in (uuid4(), order.id):
        with pytest.raises(ChannelNotFound):
            await watch.permit(str(stranger), MANAGER)
