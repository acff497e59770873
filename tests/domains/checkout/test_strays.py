"""Payments that nobody concludes: each ends in an order, at the gateway, or with the money back; whoever died when."""

import asyncio
from typing import Any
from uuid import UUID

import pytest

from fastshop.contract.base import IdReused, Refusal
from fastshop.contract.checkout import Checkout, CheckoutOutcome, CheckoutStatus
from fastshop.contract.payments import Payment, PaymentState
from fastshop.ids import new_id
from server.domains.payments.paying import Paying
from server.domains.payments.sweeping import Strays
from server.domains.payments.throttle import Throttle
from server.kernel.caller import GUEST
from tests.domains.checkout.desk import ANN, ASKS_THE_BANK, CUP, GOOD, STOCK, Desk

OPEN, PAYING, COMPLETED = CheckoutStatus.OPEN, CheckoutStatus.PAYING, CheckoutStatus.COMPLETED
SUCCEEDED, FAILED, REFUNDED = PaymentState.SUCCEEDED, PaymentState.FAILED, PaymentState.REFUNDED


def strays_of(desk: Desk) -> Strays:
    """As a process has it that has just started."""
    payables = {"checkout": desk.payable}
    paying = Paying(desk.payments, desk.gateway, payables, Throttle(desk.tries))
    return Strays(desk.database, desk.payments, paying.conclude, payables, desk.clock)


@pytest.fixture
def strays(desk: Desk) -> Strays:
    return strays_of(desk)


async def forgotten(desk: Desk, card: str = GOOD) -> tuple[Checkout, Payment]:
    """A payment under way of a checkout that has let it go.

    A guest's process dies between the two steps that begin it; signed in, they go on, so it is another person's
    payment, and the checkout is opened again. Their browser has the secret all the same.
    """
    checkout, payment_id = await desk.ready(GUEST, (CUP, 2)), new_id()
    await desk.payable.start(checkout.id, payment_id, GUEST)
    payment = await desk.payments.start(payment_id, ANN.user_id, checkout.total, "browser", f"checkout:{checkout.id}")
    await desk.payable.settle(checkout.id)
    assert (await desk.now(checkout)).status is OPEN
    await desk.gateway.charge(payment_id, checkout.total, card)
    return checkout, payment


async def now(desk: Desk, payment: Payment) -> PaymentState:
    return (await desk.payments.get(payment.id)).status


async def test_money_that_came_for_what_has_forgotten_it_goes_back(desk: Desk, strays: Strays) -> None:
    checkout, payment = await forgotten(desk)
    desk.clock.turn(minutes=59)
    await strays.round()
    assert await now(desk, payment) is PaymentState.PENDING, "its checkout has time to look after it"
    desk.clock.turn(minutes=1)
    await asyncio.gather(strays.round(), strays_of(desk).round())
    assert await now(desk, payment) is REFUNDED
    assert (await desk.now(checkout)).order_id is None
    assert await desk.count("SELECT count(*) FROM simulated_refunds WHERE status = 'succeeded'") == 1


async def test_what_a_message_tells_of_a_forgotten_payment_is_noted_and_goes_back(desk: Desk, strays: Strays) -> None:
    checkout, payment = await forgotten(desk)
    await strays._conclude(payment.id)
    assert await now(desk, payment) is SUCCEEDED
    desk.clock.turn(minutes=4)
    await strays.round()
    assert await now(desk, payment) is SUCCEEDED, "whoever orders with it has time to"
    desk.clock.turn(minutes=1)
    await strays.round()
    assert await now(desk, payment) is REFUNDED
    assert (await desk.pay(checkout)).checkout.status is COMPLETED, "another one pays as ever"


async def test_a_forgotten_payment_that_waits_for_its_bank_is_ended_there(desk: Desk, strays: Strays) -> None:
    _, payment = await forgotten(desk, ASKS_THE_BANK)
    desk.clock.turn(hours=1)
    await strays.round()
    assert await now(desk, payment) is FAILED
    await desk.gateway.decide(payment.id, approved=True)
    assert await desk.count("SELECT count(*) FROM simulated_charges WHERE status = 'succeeded'") == 1  # Bob's


async def test_a_process_that_dies_after_marking_is_followed_by_one_that_gives_back(desk: Desk, strays: Strays) -> None:
    _, payment = await forgotten(desk)
    await strays._conclude(payment.id)
    assert await strays._is_forsaken(payment.id)  # here it dies
    assert await now(desk, payment) is PaymentState.REFUNDING
    desk.clock.turn(minutes=1)
    await desk.payments.refund_on()
    assert await now(desk, payment) is REFUNDED


async def test_a_checkout_that_is_gone_altogether_leaves_no_money_behind(desk: Desk, strays: Strays) -> None:
    checkout, payment = await forgotten(desk)
    await desk.run("UPDATE inventory_levels SET on_hand = on_hand + 2 WHERE variant_id = $1", CUP)
    await desk.run("DELETE FROM checkouts WHERE id = $1", checkout.id)
    desk.clock.turn(hours=1)
    await strays.round()
    assert await now(desk, payment) is REFUNDED
    assert await desk.left() == STOCK


async def test_what_was_ordered_or_is_being_paid_is_left_alone_for_ever(desk: Desk, strays: Strays) -> None:
    done = await desk.pay(await desk.ready(ANN), ANN)
    waits = await desk.pay(await desk.ready(), card=ASKS_THE_BANK)
    desk.clock.turn(minutes=16)
    await strays.round()
    assert (await desk.now(waits.checkout)).status is PAYING
    for _ in range(3):
        await strays.round()
        desk.clock.turn(days=1)
    assert await now(desk, done.payment) is SUCCEEDED
    await desk.run("DELETE FROM checkouts WHERE id = $1", done.checkout.id)  # as after a month
    desk.clock.turn(minutes=5)
    await strays_of(desk).round()
    assert await now(desk, done.payment) is SUCCEEDED


async def test_a_crash_between_payment_and_order_ends_in_the_order(desk: Desk, strays: Strays) -> None:
    checkout, payment_id = await desk.ready(ANN), new_id()
    await desk.payable.start(checkout.id, payment_id, ANN)
    payment = await desk.payments.start(payment_id, ANN.user_id, checkout.total, "browser", f"checkout:{checkout.id}")
    await desk.gateway.charge(payment_id, checkout.total, GOOD)
    desk.clock.turn(hours=1)  # nobody has looked after checkouts meanwhile
    await strays.round()
    assert await now(desk, payment) is SUCCEEDED
    assert (await desk.now(checkout, ANN)).status is COMPLETED


async def test_begun_anew_with_a_forgotten_payment_while_it_goes_back_it_is_ordered_or_goes_back_never_both(
    desk: Desk, strays: Strays
) -> None:
    for _ in range(5):
        checkout, payment = await forgotten(desk)
        await strays._conclude(payment.id)
        await desk.run("UPDATE payments SET user_id = NULL WHERE id = $1", payment.id)  # as the guest's own
        desk.clock.turn(minutes=5)
        await asyncio.gather(strays.round(), tried(desk.payable.start(checkout.id, payment.id, GUEST)))
        await desk.payable.settle(checkout.id)
        ended = await desk.now(checkout)
        assert (ended.status is COMPLETED) is (await now(desk, payment) is SUCCEEDED)


async def tried(work: Any) -> None:
    try:
        await work
    except Refusal:
        return


async def test_one_that_cannot_be_looked_after_does_not_keep_the_others_waiting(desk: Desk, strays: Strays) -> None:
    broken, fine = await forgotten(desk), await forgotten(desk)
    await desk.run("UPDATE payments SET reference = 'checkout:nobody' WHERE id = $1", broken[1].id)
    desk.clock.turn(hours=1)
    await strays.round()
    assert await now(desk, fine[1]) is REFUNDED
    await desk.run("DELETE FROM payments WHERE id = $1", broken[1].id)


async def test_what_a_newer_release_sells_is_not_given_back_by_this_one(desk: Desk, strays: Strays) -> None:
    payment = await desk.payments.start(new_id(), ANN.user_id, (await desk.ready()).total, GOOD, f"trip:{UUID(int=1)}")
    await desk.payments.charge(payment.id, GOOD)
    desk.clock.turn(hours=2)
    await strays_of(desk).round()
    assert await now(desk, payment) is SUCCEEDED
    await desk.payments.refund(payment.id)


async def test_the_same_id_with_another_sum_is_refused(desk: Desk) -> None:
    checkout, payment_id = await desk.ready(GUEST, (CUP, 2)), new_id()
    paid = await desk.pay(checkout, payment_id=payment_id)
    assert isinstance(paid, CheckoutOutcome)
    other = await desk.ready(GUEST, (CUP, 1))
    with pytest.raises(IdReused):
        await desk.pay(checkout, payment_id=payment_id, total=other.total)
