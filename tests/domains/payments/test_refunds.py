"""Refunds in full and in part: once for each id, never more than came, with the reason kept."""

import asyncio
from uuid import UUID

import pytest

from fastshop.contract.base import IdReused, Money, NotAllowed, RateLimited
from fastshop.contract.payments import (
    DisputeState,
    ListRefunds,
    NotRefundable,
    Payment,
    PaymentNotFound,
    PaymentRefund,
    PaymentState,
    RefundPayment,
    RefundTooLarge,
    ShowReceipt,
)
from fastshop.ids import new_id
from server.domains.payments.operations import operations
from server.domains.payments.ports import Questioned, Refund, RefundState
from server.kernel.caller import Caller
from tests.domains.payments.conftest import ADMIN, AGENT, ANN, BOB, DECLINED, GOOD, MANAGER, SELLER, SLOW, Till

PENDING, SUCCEEDED, FAILED = RefundState.PENDING, RefundState.SUCCEEDED, RefundState.FAILED


class Moody:
    """A gateway whose refunds go as its mood is: a state, or an error."""

    def __init__(self, till: Till) -> None:
        self._till = till
        self.mood: RefundState | type[Exception] | None = None

    def __getattr__(self, name: str) -> object:
        return getattr(self._till.gateway, name)

    async def refund(self, refund_id: UUID, payment_id: UUID, amount: Money) -> Refund:
        if self.mood is None:
            return await self._till.gateway.refund(refund_id, payment_id, amount)
        if isinstance(self.mood, RefundState):
            return Refund(refund_id, self.mood, "account_closed" if self.mood is FAILED else "")
        await self._till.gateway.refund(refund_id, payment_id, amount)  # it is done, but nobody hears of it
        raise self.mood


def asked(payment: Payment, cents: int | None = None, refund_id: UUID | None = None) -> RefundPayment:
    amount = None if cents is None else Money(cents, "EUR")
    return RefundPayment(payment_id=payment.id, refund_id=refund_id or new_id(), reason="broken", amount=amount)


async def give_back(till: Till, payment: Payment, cents: int | None = None) -> PaymentRefund:
    return await till.refunds.refund(asked(payment, cents), ADMIN)


async def test_a_part_goes_back_then_another_until_all_of_it_has(till: Till) -> None:
    payment = await till.paid()
    first = await give_back(till, payment, 300)
    assert (first.state, first.amount, first.reason) == (SUCCEEDED, Money(300, "EUR"), "broken")
    now = await till.now(payment)
    assert (now.status, now.returned) == (PaymentState.SUCCEEDED, 300)
    rest = await give_back(till, payment)
    assert rest.amount == Money(700, "EUR")
    now = await till.now(payment)
    assert (now.status, now.returned) == (PaymentState.REFUNDED, 1000)
    receipt = await till.refunds.receipt(ShowReceipt(payment_id=payment.id), ANN)
    assert (receipt.payment, receipt.pays_for, receipt.refunds) == (now, "a", (first, rest))
    books = await till.books()
    assert (books.paid, books.refunds, books.unallocated) == (1000, 1000, 0)
    with pytest.raises(NotRefundable):
        await give_back(till, payment)


async def test_n7_a_refund_asked_for_many_times_at_once_goes_back_once(till: Till) -> None:
    payment = await till.paid()
    command = asked(payment, 300)
    answers = await asyncio.gather(*(till.refunds.refund(command, ADMIN) for _ in range(8)))
    assert {answer.id for answer in answers} == {command.refund_id}
    assert (await till.now(payment)).returned == (await till.books()).refunds == 300


async def test_n7_refunds_at_once_never_exceed_what_came(till: Till) -> None:
    payment = await till.paid()
    answers = await asyncio.gather(*(give_back(till, payment, 300) for _ in range(6)), return_exceptions=True)
    assert sum(isinstance(answer, RefundTooLarge) for answer in answers) == 3
    assert (await till.now(payment)).returned == (await till.books()).refunds == 900


@pytest.mark.parametrize("amount", [Money(0, "EUR"), Money(-1, "EUR"), Money(1001, "EUR"), Money(5, "USD")])
async def test_what_is_not_left_does_not_go_back(till: Till, amount: Money) -> None:
    payment = await till.paid()
    before = await till.rows()
    command = RefundPayment(payment_id=payment.id, refund_id=new_id(), reason="broken", amount=amount)
    with pytest.raises(RefundTooLarge):
        await till.refunds.refund(command, ADMIN)
    assert await till.rows() == before


@pytest.mark.parametrize("card", [DECLINED, SLOW])
async def test_what_did_not_come_does_not_go_back(till: Till, card: str) -> None:
    payment = await till.paid(card=card)
    with pytest.raises(NotRefundable):
        await give_back(till, payment)
    with pytest.raises(PaymentNotFound):
        await till.refunds.refund(RefundPayment(payment_id=new_id(), refund_id=new_id(), reason="x"), ADMIN)


async def test_p3_the_id_of_a_refund_is_good_for_no_other(till: Till) -> None:
    payment, other = await till.paid(), await till.paid()
    refund = await give_back(till, payment, 300)
    for wrong in (asked(other, 300, refund.id), asked(payment, 301, refund.id)):
        with pytest.raises(IdReused):
            await till.refunds.refund(wrong, ADMIN)
    assert await till.refunds.refund(asked(payment, None, refund.id), ADMIN) == refund
    assert (await till.now(other)).returned == 0


async def test_p10_a_refund_whose_answer_was_lost_is_concluded_by_the_next_round(till: Till) -> None:
    payment = await till.paid()
    moody = Moody(till)
    refunds = till.refunds_through(moody)  # type: ignore[arg-type]
    moody.mood = ConnectionResetError
    refund = await refunds.refund(asked(payment, 300), ADMIN)
    assert (refund.state, (await till.now(payment)).returned) == (PENDING, 300)
    moody.mood = PENDING
    till.clock.turn(seconds=30)
    await refunds.round()
    assert (await till.refunds.receipt(ShowReceipt(payment_id=payment.id), ANN)).refunds[0].state is PENDING
    moody.mood = None
    await refunds.round()
    assert (await till.refunds.receipt(ShowReceipt(payment_id=payment.id), ANN)).refunds[0].state is PENDING
    till.clock.turn(seconds=30)
    await refunds.round()
    assert (await till.refunds.receipt(ShowReceipt(payment_id=payment.id), ANN)).refunds[0].state is SUCCEEDED
    assert (await till.books()).refunds == 300


async def test_a_refund_that_failed_leaves_the_money_to_another(till: Till) -> None:
    payment = await till.paid()
    moody = Moody(till)
    moody.mood = FAILED
    failed = await till.refunds_through(moody).refund(asked(payment), ADMIN)  # type: ignore[arg-type]
    assert (failed.state, failed.failure) == (FAILED, "account_closed")
    assert ((await till.now(payment)).returned, (await till.books()).refunds) == (0, 0)
    assert (await give_back(till, payment)).state is SUCCEEDED


async def test_units_lost_after_a_part_went_back_give_back_the_rest(till: Till) -> None:
    payment = await till.paid()
    await give_back(till, payment, 300)
    assert (await till.payments.refund(payment.id)).status is PaymentState.REFUNDED
    assert (await till.books()).refunds == 1000


async def test_only_admins_give_back_and_only_so_often(till: Till) -> None:
    (operation,) = [
        each
        for each in operations(till.payments, till.paying, till.refunds, till.disputes, till.methods, till.owing)
        if each.tag == "payments.refund"
    ]
    for who in (ANN, SELLER, AGENT, MANAGER):
        with pytest.raises(NotAllowed):
            operation.permission.check(who)
    operation.permission.check(ADMIN)
    assert operation.command.http.path == "/payments/{payment_id}/refund"
    payment = await till.paid()
    for _ in range(20):
        await give_back(till, payment, 1)
    with pytest.raises(RateLimited):
        await give_back(till, payment, 1)
    assert (await till.now(payment)).returned == 20


@pytest.mark.parametrize("who", [BOB, SELLER, AGENT])
async def test_a_receipt_does_not_exist_for_others(till: Till, who: Caller) -> None:
    payment = await till.paid(card=GOOD)
    with pytest.raises(PaymentNotFound):
        await till.refunds.receipt(ShowReceipt(payment_id=payment.id), who)
    for office in (MANAGER, ADMIN):
        assert (await till.refunds.receipt(ShowReceipt(payment_id=payment.id), office)).payment == payment


async def test_a_refund_that_cannot_be_booked_does_not_keep_the_others_waiting(till: Till) -> None:
    moody = Moody(till)
    refunds = till.refunds_through(moody)  # type: ignore[arg-type]
    broken, fine = await till.paid(), await till.paid()
    moody.mood = PENDING
    for payment in (broken, fine):
        await refunds.refund(asked(payment, 300), ADMIN)
    await till.database.fetch("UPDATE payment_refunds SET lines = '7' WHERE payment_id = $1", broken.id)
    moody.mood = None
    till.clock.turn(seconds=31)
    await refunds.round()
    receipt = await till.refunds.receipt(ShowReceipt(payment_id=fine.id), ANN)
    assert [each.state for each in receipt.refunds] == [SUCCEEDED]
    await till.database.fetch("DELETE FROM payment_refunds WHERE payment_id = $1", broken.id)


async def test_what_went_nowhere_is_listed_for_who_runs_the_shop_the_newest_first(till: Till) -> None:
    moody = Moody(till)
    refunds, payment = till.refunds_through(moody), await till.paid()  # type: ignore[arg-type]
    await give_back(till, payment, 100)
    moody.mood, failed = FAILED, []
    for _ in range(3):
        till.clock.turn(seconds=1)
        failed.append(await refunds.refund(asked(payment, 200), ADMIN))
    first = await refunds.list(ListRefunds(limit=2), MANAGER)
    assert first.items == (failed[2], failed[1])
    assert (await refunds.list(ListRefunds(limit=2, cursor=first.next or ""), MANAGER)).items == (failed[0],)
    operation = next(
        each
        for each in operations(till.payments, till.paying, refunds, till.disputes, till.methods, till.owing)
        if each.tag == "payments.list_refunds"
    )
    for who in (ANN, SELLER, AGENT):
        with pytest.raises(NotAllowed):
            operation.admit(who)
    operation.admit(MANAGER)


async def test_p3_one_id_for_refunds_of_two_payments_at_once_is_one_refund(till: Till) -> None:
    for _ in range(5):
        one, other, refund_id = await till.paid(), await till.paid(), new_id()
        answers = await asyncio.gather(
            *(till.refunds.refund(asked(payment, 300, refund_id), ADMIN) for payment in (one, other)),
            return_exceptions=True,
        )
        assert sorted(type(answer).__name__ for answer in answers) == ["IdReused", "PaymentRefund"]
        assert (await till.now(one)).returned + (await till.now(other)).returned == 300


async def test_sec14_who_gave_money_back_is_written_down_once(till: Till) -> None:
    payment = await till.paid()
    command = asked(payment, 300)
    for _ in range(2):
        await till.refunds.refund(command, ADMIN)
    with pytest.raises(RefundTooLarge):
        await give_back(till, payment, 701)
    (entry,) = await till.database.fetch("SELECT actor_id, action, subject FROM audit_logs")
    assert tuple(entry) == (ADMIN.user_id, "payments.refund", f"payment:{payment.id}")


@pytest.mark.parametrize("state", [DisputeState.OPEN, DisputeState.LOST])
async def test_what_a_bank_took_back_does_not_go_back_a_second_time(till: Till, state: DisputeState) -> None:
    payment, other = await till.paid(), await till.paid()

    def questioned(now: DisputeState, withdrawn: bool = True) -> Questioned:
        return Questioned("dp_1", payment.id, Money(600, "EUR"), now, "fraudulent", withdrawn)

    await till.disputes.follow(questioned(DisputeState.OPEN, withdrawn=False))
    await give_back(till, payment, 100)  # an inquiry took nothing
    await till.disputes.follow(questioned(state))
    with pytest.raises(RefundTooLarge) as refused:
        await give_back(till, payment, 400)
    assert refused.value.left == 300
    assert (await give_back(till, payment)).amount.amount == 300
    with pytest.raises(NotRefundable):
        await give_back(till, payment)
    if state is DisputeState.OPEN:
        await till.disputes.follow(questioned(DisputeState.WON))
        assert (await give_back(till, payment)).amount.amount == 600
    assert (await give_back(till, other)).amount.amount == 1000
