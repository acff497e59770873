"""Disputes: both sides are heard, somebody who is no side of it decides, and the money goes back once."""

import asyncio
from uuid import UUID

import pytest
from msgspec.structs import replace

from fastshop.contract.base import IdReused
from fastshop.contract.disputes import (
    DISPUTE,
    AlreadyDisputed,
    DisputeMoved,
    DisputeNotFound,
    DisputeOpened,
    DisputeOver,
    DisputeReason,
    DisputeReplied,
    DisputeTooSoon,
    ListOrderDisputes,
    NotHeard,
    OpenDispute,
    Partial,
    RefundAboveStake,
    ReplyToDispute,
    ResolveDispute,
    ShowDispute,
    SubjectUnclear,
)
from fastshop.contract.ledger import Account
from fastshop.contract.orders import SELLER as SELLER_CHANNEL
from fastshop.contract.orders import OrderLine
from fastshop.contract.payments import RefundState
from fastshop.contract.returns import (
    ApproveReturn,
    CancelReturn,
    LineNotBought,
    RejectReturn,
    ReturnNotFound,
    ReturnSide,
    ReturnStands,
    ShowReturn,
    TooManyReturned,
)
from fastshop.ids import new_id
from server.domains.returns.channels import watches
from server.kernel.caller import Caller
from server.kernel.channel import ChannelNotFound
from tests.domains.returns.conftest import (
    ADMIN,
    ANN,
    BOB,
    MANAGER,
    OURS,
    PARTIAL,
    RED,
    RIVAL,
    SELLER,
    TEAPOT,
    THEIRS,
    Desk,
    euros,
    line,
    refused,
)


async def about_a_line(desk: Desk, *lines: OrderLine) -> UUID:
    """The first line of an order of Ann's."""
    line_id = (await desk.bought(*lines)).lines[0].id
    assert line_id is not None
    return line_id


async def test_both_sides_are_heard_a_manager_decides_and_everybody_sees_the_same(desk: Desk) -> None:
    line_id = await about_a_line(desk, line(RED, 2, 1190, tax=190), line(TEAPOT))
    dispute = await desk.dispute(line_id=line_id, words="It leaks.")
    assert (dispute.at_stake, dispute.waits_for, dispute.replies[0].words) == (euros(1190), "seller", "It leaks.")
    refusal = await refused(desk.resolve(dispute, 100))
    assert isinstance(refusal, NotHeard)
    assert refusal.until == dispute.answer_by
    heard = await desk.say(dispute)
    assert (heard.waits_for, heard.answer_by > dispute.answer_by) == ("customer", True)
    again = await desk.say(dispute, ANN, "It does.")
    assert again.waits_for == "seller"
    done = await desk.resolve(dispute, 595)
    assert (done.state, done.refund, done.decision, done.decided_by) == (
        "resolved", euros(595), "Both are right.", MANAGER.user_id,
    )  # fmt: skip
    assert [reply.side for reply in done.replies] == ["customer", "seller", "customer"]
    told = await desk.told(DISPUTE.of(dispute.id), DisputeOpened, DisputeReplied, DisputeMoved)
    assert [event.dispute.state for event in told] == ["open", "open", "open", "refunding", "resolved"]
    assert [reply.words for reply in done.replies] == ["It leaks.", "It does not.", "It does."]
    assert not [event for event in told if event.dispute.decision or event.dispute.replies]
    assert {event.reply.words for event in told if isinstance(event, DisputeReplied)} == {""}
    (opened,) = await desk.told(SELLER_CHANNEL.of(OURS), DisputeOpened)
    assert opened.dispute == replace(dispute, replies=())
    shares = await desk.shares(await desk.orders.get(dispute.order_id))
    assert (shares[Account.TAX, OURS], shares[Account.SELLER, OURS], shares[Account.SELLER, THEIRS]) == (95, 450, 450)
    assert await desk.database.fetch_one("SELECT FROM audit_logs WHERE action = 'disputes.resolve'") is not None


async def test_a_seller_who_says_nothing_in_time_is_judged_all_the_same(desk: Desk) -> None:
    line_id = await about_a_line(desk)
    dispute = await desk.dispute(line_id=line_id)
    desk.clock.turn(days=2)
    later = await desk.say(dispute, ANN, "Hello?")
    assert (later.answer_by, later.waits_for) == (dispute.answer_by, "seller")
    desk.clock.turn(days=1)
    assert (await desk.resolve(dispute, 900)).state == "resolved"
    assert (await desk.books()).refunds == 900


async def test_nothing_may_be_the_decision(desk: Desk) -> None:
    line_id = await about_a_line(desk)
    dispute = await desk.say(await desk.dispute(line_id=line_id))
    done = await desk.resolve(dispute, 0)
    assert (done.state, done.refund, desk.gateway.asked) == ("resolved", euros(0), 0)
    assert isinstance(await refused(desk.say(dispute)), DisputeOver)
    assert isinstance(await refused(desk.resolve(dispute, 5)), DisputeOver)


@pytest.mark.parametrize("who", [BOB, RIVAL], ids=["another customer", "another seller"])
async def test_a_dispute_does_not_exist_for_others(desk: Desk, who: Caller) -> None:
    line_id = await about_a_line(desk)
    dispute = await desk.dispute(line_id=line_id)
    for asking in (
        desk.disputes.show(ShowDispute(dispute_id=dispute.id), who),
        desk.say(dispute, who),
        desk.resolve(dispute, 1, who),
    ):
        assert isinstance(await refused(asking), DisputeNotFound)
    watch = watches(desk.asking, desk.disputes)[1]
    with pytest.raises(ChannelNotFound):
        await watch.permit(str(dispute.id), who)
    for other in (ANN, SELLER, MANAGER, ADMIN):
        await watch.permit(str(dispute.id), other)
    assert await watch.snapshot(str(dispute.id)) == dispute


@pytest.mark.parametrize("who", [SELLER, PARTIAL, ANN], ids=["the seller", "a manager of the shop", "the customer"])
async def test_a_side_does_not_decide(desk: Desk, who: Caller) -> None:
    line_id = await about_a_line(desk)
    dispute = await desk.say(await desk.dispute(line_id=line_id))
    assert isinstance(await refused(desk.resolve(dispute, 900, who)), Partial)
    assert (await desk.books()).refunds == 0


async def test_a_manager_who_bought_it_does_not_decide(desk: Desk) -> None:
    order = await desk.bought(who=MANAGER)
    dispute = await desk.say(await desk.dispute(MANAGER, line_id=order.lines[0].id))
    assert isinstance(await refused(desk.resolve(dispute, 900)), Partial)
    assert (await desk.resolve(dispute, 900, ADMIN)).state == "resolved"


async def test_only_about_ones_own_and_once(desk: Desk) -> None:
    line_id = await about_a_line(desk)
    theirs = await desk.bought(who=BOB)
    rma = await desk.request(theirs, who=BOB)
    assert isinstance(await refused(desk.dispute(line_id=theirs.lines[0].id)), LineNotBought)
    assert isinstance(await refused(desk.dispute(return_id=rma.id)), ReturnNotFound)
    assert isinstance(await refused(desk.dispute(line_id=new_id())), LineNotBought)
    assert isinstance(await refused(desk.dispute()), SubjectUnclear)
    assert isinstance(await refused(desk.dispute(line_id=line_id, return_id=rma.id)), SubjectUnclear)
    dispute = await desk.dispute(line_id=line_id)
    refusal = await refused(desk.dispute(line_id=line_id))
    assert isinstance(refusal, AlreadyDisputed)
    assert refusal.dispute_id == dispute.id


async def test_p3_everything_sent_twice_counts_once(desk: Desk) -> None:
    line_id = await about_a_line(desk)
    opening = OpenDispute(dispute_id=new_id(), reason=DisputeReason.OTHER, words="Hm.", line_id=line_id)
    opened = await asyncio.gather(*(desk.disputes.open(opening, ANN) for _ in range(4)), return_exceptions=True)
    first = await desk.disputes.open(opening, ANN)
    assert all(answer == first or isinstance(answer, AlreadyDisputed | IdReused) for answer in opened)
    other = OpenDispute(dispute_id=first.id, reason=DisputeReason.OTHER, words="Other.", line_id=line_id)
    assert isinstance(await refused(desk.disputes.open(other, ANN)), IdReused)
    reply = ReplyToDispute(dispute_id=first.id, reply_id=new_id(), words="No.")
    said = await asyncio.gather(*(desk.disputes.reply(reply, SELLER) for _ in range(4)))
    assert {len(answer.replies) for answer in said} == {2}
    assert isinstance(await refused(desk.disputes.reply(reply, ANN)), IdReused)
    refund_id = new_id()
    done = await asyncio.gather(*(desk.resolve(first, 900, refund_id=refund_id) for _ in range(4)))
    assert {answer.refund for answer in done} == {euros(900)}
    assert isinstance(await refused(desk.resolve(first, 899, refund_id=refund_id)), IdReused)
    assert (await desk.books()).refunds == 900


async def test_two_managers_at_once_decide_once(desk: Desk) -> None:
    line_id = await about_a_line(desk)
    dispute = await desk.say(await desk.dispute(line_id=line_id))
    answers = await asyncio.gather(
        desk.resolve(dispute, 400), desk.resolve(dispute, 500, ADMIN), return_exceptions=True
    )
    assert sum(isinstance(answer, DisputeOver) for answer in answers) == 1
    assert (await desk.books()).refunds in (400, 500)


async def test_never_more_than_is_left_of_the_line_whatever_went_back_before(desk: Desk) -> None:
    order = await desk.bought(line(RED, 2), line(TEAPOT))
    await desk.refund(await desk.received(order), 700)
    dispute = await desk.say(await desk.dispute(line_id=order.lines[0].id))
    refusal = await refused(desk.resolve(dispute, 1101))
    assert isinstance(refusal, RefundAboveStake)
    assert (refusal.most, dispute.at_stake) == (1100, euros(1100))
    await desk.resolve(dispute, 1100)
    assert isinstance(await refused(desk.request(order)), TooManyReturned)
    assert (await desk.books()).refunds == 1800


async def test_what_was_not_sent_is_cancelled_not_disputed(desk: Desk) -> None:
    order = await desk.bought(line(RED, 3, 1000), delivered=False)
    await desk.deliver(order, order.lines[0], 1)
    dispute = await desk.say(await desk.dispute(line_id=order.lines[0].id))
    assert dispute.at_stake == euros(333)
    assert isinstance(await refused(desk.resolve(dispute, 334)), RefundAboveStake)


async def test_about_a_return_once_it_was_refused_or_has_lain_for_three_days(desk: Desk) -> None:
    order = await desk.bought(line(RED, 5))
    waiting, refused_one, kept = [await desk.request(order) for _ in range(3)]
    refusal = await refused(desk.dispute(return_id=waiting.id))
    assert isinstance(refusal, DisputeTooSoon)
    assert (refusal.until - waiting.updated_at).days == 3
    await desk.asking.cancel(CancelReturn(return_id=kept.id), ANN)
    assert isinstance(await refused(desk.dispute(return_id=kept.id)), ReturnStands)
    await desk.deciding.reject(RejectReturn(return_id=refused_one.id, reason="No."), SELLER)
    assert (await desk.dispute(return_id=refused_one.id)).at_stake == euros(900)
    desk.clock.turn(days=3)
    assert (await desk.dispute(return_id=waiting.id)).state == "open"


async def test_a_return_that_lay_ends_with_the_decision_and_its_units_are_gone(desk: Desk) -> None:
    order = await desk.bought(line(RED, 2))
    rma = await desk.request(order)
    desk.clock.turn(days=3)
    dispute = await desk.dispute(return_id=rma.id)
    await desk.say(dispute)
    assert isinstance(await refused(desk.resolve(dispute, 901)), RefundAboveStake)
    await desk.resolve(dispute, 900)
    now = await desk.asking.show(ShowReturn(return_id=rma.id), ANN)
    assert (now.state, now.refunded, now.decision) == ("refunded", euros(900), "Both are right.")
    assert isinstance(await refused(desk.request(order, 2)), TooManyReturned)


async def test_a_return_that_lay_is_refused_where_nothing_is_given_back(desk: Desk) -> None:
    order = await desk.bought(line(RED, 2))
    waiting, came = await desk.request(order), await desk.received(order)
    desk.clock.turn(days=3)
    for rma in (waiting, came):
        dispute = await desk.say(await desk.dispute(return_id=rma.id))
        await desk.resolve(dispute, 0)
        assert (await desk.asking.show(ShowReturn(return_id=rma.id), ANN)).state == "rejected"
    # What the seller has cannot be returned again; what the customer kept can.
    assert isinstance(await refused(desk.request(order, 2)), TooManyReturned)
    assert (await desk.request(order)).state == "requested"


async def test_a_refund_in_part_leaves_the_rest_to_a_dispute(desk: Desk) -> None:
    rma = await desk.refund(await desk.received(await desk.bought(line(RED, 2)), 1), 500)
    dispute = await desk.say(await desk.dispute(return_id=rma.id, reason=DisputeReason.RETURN))
    assert dispute.at_stake == euros(400)
    await desk.resolve(dispute, 400)
    now = await desk.asking.show(ShowReturn(return_id=rma.id), ANN)
    assert (now.state, now.refunded, (await desk.books()).refunds) == ("refunded", euros(500), 900)


async def test_p8_a_decision_whose_refund_has_no_outcome_is_concluded_by_the_rounds(desk: Desk) -> None:
    order = await desk.bought()
    rma = await desk.request(order)
    desk.clock.turn(days=3)
    dispute = await desk.say(await desk.dispute(return_id=rma.id))
    desk.gateway.mood = ConnectionResetError
    refund_id = new_id()
    assert (await desk.resolve(dispute, 900, refund_id=refund_id)).state == "refunding"
    desk.gateway.mood = None
    desk.clock.turn(seconds=60)
    await desk.refunds.round()
    await desk.giving_back.round()
    assert (await desk.disputes.show(ShowDispute(dispute_id=dispute.id), ANN)).state == "resolved"
    assert (await desk.asking.show(ShowReturn(return_id=rma.id), ANN)).state == "refunded"
    assert (await desk.books()).refunds == 900


async def test_a_decision_whose_refund_failed_is_taken_anew(desk: Desk) -> None:
    order = await desk.bought()
    rma = await desk.request(order)
    await desk.deciding.approve(ApproveReturn(return_id=rma.id), SELLER)
    desk.clock.turn(days=3)
    dispute = await desk.say(await desk.dispute(return_id=rma.id))
    desk.gateway.mood = RefundState.FAILED
    failed = await desk.resolve(dispute, 900)
    assert (failed.state, failed.failure, failed.refund) == ("open", "account_closed", euros(0))
    assert (await desk.asking.show(ShowReturn(return_id=rma.id), ANN)).state == "approved"
    desk.gateway.mood = None
    assert (await desk.resolve(dispute, 900)).state == "resolved"
    assert (await desk.asking.show(ShowReturn(return_id=rma.id), ANN)).state == "refunded"


async def test_everybody_lists_what_is_theirs(desk: Desk) -> None:
    order = await desk.bought(line(RED), line(TEAPOT))
    first, second = [await desk.dispute(line_id=each.id) for each in order.lines]

    async def ids(who: Caller, side: ReturnSide) -> list[UUID]:
        return [each.id for each in (await desk.disputes.list(ListOrderDisputes(side=side), who)).items]

    assert await ids(ANN, ReturnSide.CUSTOMER) == [second.id, first.id]
    mine = first if order.lines[0].seller_id == OURS else second
    assert await ids(SELLER, ReturnSide.SELLER) == [mine.id]
    assert len(await ids(MANAGER, ReturnSide.MANAGER)) == 3
    page = await desk.disputes.list(ListOrderDisputes(limit=1), ANN)
    assert page.next is not None
    rest = await desk.disputes.list(ListOrderDisputes(limit=1, cursor=page.next), ANN)
    assert [each.id for each in (*page.items, *rest.items)] == [second.id, first.id]


async def test_the_id_of_a_decision_is_good_for_no_other(desk: Desk) -> None:
    disputes = []
    for _ in range(2):
        line_id = await about_a_line(desk)
        disputes.append(await desk.say(await desk.dispute(line_id=line_id)))
    done = await desk.resolve(disputes[0], 100)
    assert isinstance(await refused(desk.resolve(disputes[1], 100, refund_id=done.refund_id)), IdReused)
    command = ResolveDispute(dispute_id=new_id(), refund_id=new_id(), amount=euros(1), decision="x")
    assert isinstance(await refused(desk.disputes.resolve(command, MANAGER)), DisputeNotFound)
