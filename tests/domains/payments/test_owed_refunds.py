"""Refunds that fail after they had succeeded, or again and again; refunds that are made at the gateway by hand."""

import asyncio
from typing import Any

import pytest

from fastshop.contract.base import Money
from fastshop.contract.flash_sales import USER
from fastshop.contract.payments import (
    DisputeState,
    GatewayUnavailable,
    ListRefunds,
    NotRefundable,
    Payment,
    PaymentNotFound,
    PaymentRefund,
    PaymentState,
    RefundTooLarge,
    SendRefundByHand,
    ShowReceipt,
)
from fastshop.ids import new_id
from server.domains.payments.ports import Questioned, RefundState, Returned
from tests.domains.payments.conftest import ADMIN, ANN, BOB, MANAGER, SLOW, TEN, Till
from tests.domains.payments.test_refunds import FAILED, PENDING, SUCCEEDED, Moody, asked, give_back

LATE = "expired_or_canceled_card"


def failed(refund: PaymentRefund) -> Returned:
    return Returned(refund.id, refund.amount, FAILED, LATE)


async def elsewhere(till: Till, payment: Payment, cents: int, state: RefundState = SUCCEEDED) -> Returned:
    """Somebody gives money back on the gateway's own pages."""
    made = Returned(new_id(), Money(cents, "EUR"), state)
    if state is SUCCEEDED:
        await till.gateway.refund(made.id, payment.id, made.amount)
    return made


async def receipt(till: Till, payment: Payment) -> tuple[PaymentRefund, ...]:
    return (await till.refunds.receipt(ShowReceipt(payment_id=payment.id), ADMIN)).refunds


async def told(till: Till) -> list[str]:
    rows = await till.database.fetch("SELECT type FROM event_log WHERE channel = $1 ORDER BY seq", USER.of(ANN.person))
    return [row["type"] for row in rows]


def by_hand(payment: Payment, refund: Any) -> SendRefundByHand:
    return SendRefundByHand(payment_id=payment.id, refund_id=refund.id, reference="SEPA 7")


async def test_n7_a_refund_that_failed_later_is_owed_to_the_customer_until_it_was_sent_by_hand(till: Till) -> None:
    payment, other = await till.paid(), await till.paid(BOB)
    refund = await give_back(till, payment, 300)
    for _ in range(3):  # told three times
        await till.following.follow(payment.id, (failed(refund),))
    (shown,) = await receipt(till, payment)
    assert (shown.state, shown.failure, shown.owed) == (FAILED, LATE, True)
    books = await till.books()
    assert (books.refunds, books.owed, books.unallocated) == (0, 300, 1700)
    assert (await till.refunds.list(ListRefunds(), MANAGER)).items == (shown,)
    with pytest.raises(RefundTooLarge) as refused:
        await give_back(till, payment, 701)
    assert refused.value.left == 700, "what is owed is nobody else's"
    for _ in range(2):
        sent = await till.owing.send_by_hand(by_hand(payment, refund), MANAGER)
        assert (sent.state, sent.owed) == (SUCCEEDED, False)
    await till.following.follow(payment.id, (failed(refund),))  # told once more, late
    books = await till.books()
    assert (books.refunds, books.owed, books.unallocated) == (300, 0, 1700)
    assert await told(till) == ["payments.part_refunded", "payments.refund_failed", "payments.part_refunded"]
    notes = await till.database.fetch("SELECT actor_id FROM audit_logs WHERE action = 'payments.send_by_hand'")
    assert [row["actor_id"] for row in notes] == [MANAGER.user_id]
    assert await till.now(other) == other


async def test_n7_a_whole_refund_that_failed_later_is_under_way_again_and_never_asked_for_twice(till: Till) -> None:
    payment = await till.paid()
    await till.payments.refund(payment.id)
    (row,) = await till.database.fetch("SELECT refund_id FROM payments WHERE id = $1", payment.id)
    late = Returned(row["refund_id"], TEN, FAILED, LATE)
    await asyncio.gather(*(till.following.follow(payment.id, (late,)) for _ in range(4)))
    assert (await till.now(payment)).status is PaymentState.REFUNDING
    till.clock.turn(hours=2)
    await till.payments.refund_on()
    await till.payments.refund(payment.id)
    assert len(await till.database.fetch("SELECT id FROM simulated_refunds")) == 1
    (owed,) = await receipt(till, payment)
    assert (owed.owed, owed.amount, (await till.books()).owed) == (True, TEN, 1000)
    await till.owing.send_by_hand(by_hand(payment, owed), ADMIN)
    books = await till.books()
    assert (books.refunds, books.owed, books.unallocated) == (1000, 0, 0)
    assert (await till.now(payment)).status is PaymentState.REFUNDED


async def test_n7_a_refund_made_at_the_gateway_is_booked_once_and_never_given_back_again(till: Till) -> None:
    payment = await till.paid()
    made = await elsewhere(till, payment, 400)
    await asyncio.gather(*(till.following.follow(payment.id, (made,)) for _ in range(5)))
    await till.following.follow(payment.id, (made,))
    assert (await till.books()).refunds == (await till.now(payment)).returned == 400
    assert await told(till) == ["payments.part_refunded"]
    with pytest.raises(RefundTooLarge):
        await give_back(till, payment, 601)
    await give_back(till, payment)
    assert ((await till.now(payment)).status, (await till.books()).refunds) == (PaymentState.REFUNDED, 1000)


async def test_a_refund_made_at_the_gateway_while_all_was_to_go_back_leaves_the_rest_to_us(till: Till) -> None:
    payment, moody = await till.paid(), Moody(till)
    through = till.through(moody)  # type: ignore[arg-type]
    moody.mood = FAILED
    await through.refund(payment.id)
    made = await elsewhere(till, payment, 400)
    await till.following.follow(payment.id, (made,))
    moody.mood = None
    assert (await through.refund(payment.id)).status is PaymentState.REFUNDED
    assert (await till.books()).refunds == 1000


async def test_what_was_owed_and_is_given_back_at_the_gateway_is_owed_no_more(till: Till) -> None:
    payment = await till.paid()
    refund = await give_back(till, payment, 300)
    await till.following.follow(payment.id, (failed(refund),))
    made = await elsewhere(till, payment, 300)
    for messages in ((made, failed(refund)), (failed(refund),), (made,)):
        await till.following.follow(payment.id, messages)
    books = await till.books()
    assert (books.refunds, books.owed, (await till.now(payment)).returned) == (300, 0, 300)
    with pytest.raises(NotRefundable):
        await till.owing.send_by_hand(by_hand(payment, refund), MANAGER)
    await till.following.follow(payment.id, (Returned(made.id, made.amount, FAILED, LATE),))
    assert (await till.books()).owed == 300, "that one did not arrive either"


async def test_more_than_is_left_by_our_books_is_set_aside_when_others_give_back_meanwhile(till: Till) -> None:
    payment, moody = await till.paid(), Moody(till)
    moody.mood = PENDING
    by_admin = asked(payment, 700)
    await till.refunds_through(moody).refund(by_admin, ADMIN)  # type: ignore[arg-type]
    made = await elsewhere(till, payment, 500)
    await till.following.follow(payment.id, (made,))
    assert (await till.now(payment)).returned == 1000
    assert (await till.refunds.refund(by_admin, ADMIN)).state is FAILED, "the gateway has less left than that"
    assert (await till.now(payment)).returned == (await till.books()).refunds == 500


async def test_messages_about_nothing_of_ours_or_before_its_time_change_nothing(till: Till) -> None:
    paid, slow = await till.paid(), await till.paid(card=SLOW)
    before = await till.rows()
    made = Returned(new_id(), TEN, SUCCEEDED)
    await till.following.follow(new_id(), (made,))
    await till.following.follow(paid.id, (Returned(new_id(), TEN, FAILED, LATE),))
    with pytest.raises(GatewayUnavailable):  # they tell it again when its money has come to our books
        await till.following.follow(slow.id, (made,))
    assert await till.rows() == before
    assert await receipt(till, paid) == ()


async def test_only_what_is_owed_is_sent_by_hand(till: Till) -> None:
    payment, other = await till.paid(), await till.paid()
    done = await give_back(till, payment, 100)
    moody = Moody(till)
    moody.mood = FAILED
    failed_at_once = await till.refunds_through(moody).refund(asked(payment, 100), ADMIN)  # type: ignore[arg-type]
    for refund in (done, failed_at_once):
        with pytest.raises(NotRefundable):
            await till.owing.send_by_hand(by_hand(payment, refund), ADMIN)
    await till.following.follow(payment.id, (failed(done),))
    with pytest.raises(PaymentNotFound):
        await till.owing.send_by_hand(by_hand(other, done), ADMIN)
    bank = Questioned("dp_1", payment.id, Money(950, "EUR"), DisputeState.LOST, "fraudulent", withdrawn=True)
    await till.disputes.follow(bank)
    with pytest.raises(NotRefundable, match="disputed"):
        await till.owing.send_by_hand(by_hand(payment, done), ADMIN)
    assert (await till.books()).owed == 100


async def test_what_the_gateway_cannot_give_back_is_tried_twice_as_late_each_time_and_then_left_to_people(
    till: Till,
) -> None:
    payment, moody = await till.paid(), Moody(till)
    through = till.through(moody)  # type: ignore[arg-type]
    moody.mood = FAILED
    await through.refund(payment.id)
    waited = []
    for _ in range(7):
        seconds, before = 0, await tries(till, payment)
        while await tries(till, payment) == before:
            till.clock.turn(seconds=30)
            seconds += 30
            await through.refund_on()
            await till.owing.round()
        waited.append(seconds)
    assert waited == [30, 60, 120, 240, 480, 960, 1920]
    moody.mood = None
    till.clock.turn(hours=2)
    await through.refund_on()
    assert await through.refund(payment.id) == await till.now(payment)
    for _ in range(2):
        await till.owing.round()
    (owed,) = (await till.refunds.list(ListRefunds(), MANAGER)).items
    books = await till.books()
    assert (owed.payment_id, owed.amount, owed.owed) == (payment.id, TEN, True)
    assert (books.owed, books.unallocated, books.refunds) == (1000, 0, 0)
    await till.owing.send_by_hand(by_hand(payment, owed), MANAGER)
    assert (await till.now(payment)).status is PaymentState.REFUNDED
    assert (await till.books()).refunds == 1000
    assert not await till.database.fetch("SELECT id FROM simulated_refunds"), "the gateway gave nothing back"


async def tries(till: Till, payment: Payment) -> int:
    (row,) = await till.database.fetch("SELECT refund_tries FROM payments WHERE id = $1", payment.id)
    return int(row["refund_tries"])
