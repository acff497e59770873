"""Money that comes when its units are lost goes back, once and whole; money that hangs is asked for again."""

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar
from uuid import UUID

import pytest

from actors.flash_sale import KIND, RecordPayment
from fastshop.contract.base import Money
from fastshop.contract.flash_sales import USER, Claim, ClaimState, PaymentStarted
from fastshop.contract.payments import Payment, PaymentRefunded, PaymentState, ShowPayment
from fastshop.ids import new_id
from server.adapters.payments.simulated import SimulatedGateway
from server.domains.flash_sales.buying import Buying
from server.domains.flash_sales.jobs import NoOutcomeYet, jobs
from server.domains.flash_sales.payable import PayableClaims
from server.domains.flash_sales.sweeping import Sweep
from server.domains.payments.paying import Paying
from server.domains.payments.ports import Charge, Refund, RefundState
from server.domains.payments.service import Payments
from server.domains.payments.sweeping import Strays
from server.domains.payments.throttle import Throttle
from tests.domains.flash_sales.lining import join, until_quiet
from tests.domains.flash_sales.market import ADMIN, ANN, BOB, EUR_9, GOOD, SLOW, Market
from tests.tries import Endless

REFUNDING, REFUNDED = PaymentState.REFUNDING, PaymentState.REFUNDED


Answer = TypeVar("Answer")


class Wayward(SimulatedGateway):
    """The simulated gateway on a bad day: each thing asked of it does the next thing on its list, then all is well."""

    def __init__(self, market: Market) -> None:
        super().__init__(market.database, market.clock)
        self.day: list[str] = []
        self.refunds: list[UUID] = []

    async def refund(self, refund_id: UUID, payment_id: UUID, amount: Money) -> Refund:
        self.refunds.append(refund_id)
        today = self.day.pop(0) if self.day else ""
        if today == "fails":
            return Refund(refund_id, RefundState.FAILED, "account_closed")
        if today == "pending":
            return Refund(refund_id, RefundState.PENDING)
        return await self._on(today, super().refund(refund_id, payment_id, amount))

    async def find(self, payment_id: UUID) -> Charge | None:
        return await self._on(self.day.pop(0) if self.day else "", super().find(payment_id))

    async def close(self, payment_id: UUID, amount: Money) -> Charge:
        return await self._on(self.day.pop(0) if self.day else "", super().close(payment_id, amount))

    async def _on(self, day: str, answer: Coroutine[Any, Any, Answer]) -> Answer:
        if day == "down":
            answer.close()
            raise ConnectionRefusedError
        if day == "hangs":
            answer.close()
            await asyncio.Event().wait()
        answered = await answer
        if day == "answer lost":
            raise ConnectionResetError
        return answered


class Office:
    """A process whose payments go through a wayward gateway."""

    def __init__(self, market: Market) -> None:
        self.market = market
        self.gateway = Wayward(market)
        self.waits(20.0)

    def waits(self, patience: float) -> None:
        """Wait for the gateway for so long, in seconds, from now on."""
        market = self.market
        self.payments = Payments(market.database, self.gateway, market.clock, market.keyed, market.ledger, patience)
        self.buying: Buying = market.buying(self.payments)
        self.sweep = Sweep(self.buying, market.proofs, market.clock)

    async def settle(self, claim: Claim) -> bool:
        return await self.buying.settle(claim)

    async def payment(self, claim: Claim) -> Payment:
        assert claim.payment_id is not None
        return await self.payments.show(ShowPayment(payment_id=claim.payment_id), ADMIN)


@pytest.fixture
def office(market: Market) -> Office:
    return Office(market)


async def paying(market: Market, **terms: Any) -> Claim:
    """Ann pays with a card that takes its time."""
    sale = await market.sale(**({"quantity": 1} | terms))
    claim = await market.shop.claim(sale, ANN)
    answer = await market.shop.pay(claim, card=SLOW)
    assert (answer.claim.state, answer.payment.status) == (ClaimState.PAYING, PaymentState.PENDING)
    return answer.claim


async def lost(market: Market) -> Claim:
    """A claim of Ann's that somebody gave up for lost while its payment was on its way. Bob has the unit by now."""
    claim = await paying(market)
    assert claim.payment_id is not None
    wrong = RecordPayment(claim.id, claim.payment_id, new_id(), PaymentState.FAILED, "given_up")
    await market.shop.actors.ask(KIND, claim.sale_id, wrong)
    await join(market.shop, (await market.shop.selling.state(claim.sale_id)).sale, BOB)
    await until_quiet(market, seconds=61)
    assert (await market.one(claim)).state is ClaimState.LAPSED
    return claim


async def refunds(market: Market) -> list[Any]:
    return await market.database.fetch(
        "SELECT charge_id, amount, currency FROM simulated_refunds WHERE status = 'succeeded'"
    )


async def check_refunded(market: Market, office: Office, claim: Claim) -> None:
    """The money went back once, and Ann was told once."""
    payment = await office.payment(claim)
    assert (payment.status, payment.amount) == (REFUNDED, EUR_9)
    assert [tuple(row) for row in await refunds(market)] == [(claim.payment_id, 9, "EUR")]
    told = [event for event in await market.stream(USER.of(ANN.person)) if isinstance(event, PaymentRefunded)]
    assert [event.payment for event in told] == [payment]
    assert await market.orders.latest(ANN.person, 10) == ()


async def test_money_that_comes_when_the_unit_is_lost_goes_back_once_and_says_so(
    market: Market, office: Office
) -> None:
    claim = await lost(market)
    for _ in range(3):
        assert await office.settle(claim)
    await check_refunded(market, office, claim)
    assert len(office.gateway.refunds) == 1


async def test_who_asks_how_their_payment_went_is_told_that_it_went_back(market: Market, office: Office) -> None:
    claim = await lost(market)
    for _ in range(2):
        answer = await market.shop.pay(claim, card=SLOW, payment_id=claim.payment_id)
        assert (answer.claim.state, answer.payment.status) == (ClaimState.LAPSED, REFUNDED)
    await check_refunded(market, office, claim)


@pytest.mark.parametrize("day", ["down", "hangs", "answer lost", "pending", "fails"])
async def test_a_refund_that_does_not_go_through_at_once_is_asked_for_until_it_has(
    market: Market, office: Office, day: str
) -> None:
    claim = await lost(market)
    assert claim.payment_id is not None
    await office.payments.settle(claim.payment_id, give_up=False)
    office.gateway.day = [day, day]
    office.waits(0.05 if day == "hangs" else 20.0)
    assert not await office.settle(claim), "it has no end yet"
    assert (await office.payment(claim)).status is REFUNDING
    await office.payments.refund_on()
    assert len(office.gateway.refunds) == 1, "whoever began it is given a moment"
    market.clock.turn(seconds=31)
    await office.payments.refund_on()
    office.waits(20.0)
    market.clock.turn(seconds=61)
    await office.payments.refund_on()
    await check_refunded(market, office, claim)
    assert await office.settle(claim)
    assert len(office.gateway.refunds) == 3


async def test_a_refund_that_failed_for_good_is_tried_as_another_one(market: Market, office: Office) -> None:
    """A failed refund is final: asked for by its id again, it can only have failed again."""
    claim = await lost(market)
    office.gateway.day = ["", "fails"]
    await office.settle(claim)
    market.clock.turn(seconds=31)
    await office.payments.refund_on()
    await check_refunded(market, office, claim)
    assert len(set(office.gateway.refunds)) == 2


async def test_a_refund_whose_outcome_is_unknown_is_asked_for_by_the_same_id(market: Market, office: Office) -> None:
    claim = await lost(market)
    office.gateway.day = ["", "answer lost"]
    await office.settle(claim)
    market.clock.turn(seconds=31)
    await office.payments.refund_on()
    await check_refunded(market, office, claim)
    assert (len(office.gateway.refunds), len(set(office.gateway.refunds))) == (2, 1)


async def test_whoever_dies_between_money_and_refund_the_job_picks_it_up(market: Market, office: Office) -> None:
    claim = await lost(market)
    assert claim.payment_id is not None
    await office.payments.settle(claim.payment_id, give_up=False)  # the money is noted, and its process dies
    assert (await office.payment(claim)).status is PaymentState.SUCCEEDED
    (settling,) = jobs(office.buying)
    office.gateway.day = ["down"]
    event = PaymentStarted(time=claim.claimed_at, claim=claim)
    with pytest.raises(NoOutcomeYet):
        await settling.run(event)
    market.clock.turn(seconds=31)
    await office.payments.refund_on()
    await settling.run(event)
    await check_refunded(market, office, claim)


async def test_ten_processes_that_give_back_at_once_give_back_once(market: Market, office: Office) -> None:
    claim = await lost(market)
    offices = [office, *(Office(market) for _ in range(9))]
    await asyncio.gather(*(each.settle(claim) for each in offices))
    market.clock.turn(seconds=31)
    await asyncio.gather(*(each.payments.refund_on() for each in offices))
    await check_refunded(market, office, claim)


async def test_refunds_that_never_go_through_do_not_keep_the_others_waiting(market: Market, office: Office) -> None:
    hopeless = [await office.payments.start(new_id(), ANN.person, EUR_9, GOOD, f"nothing:{n}") for n in range(100)]
    office.gateway.day = ["down"] * 100
    for payment in hopeless:
        await office.payments.charge(payment.id, GOOD)
        assert (await office.payments.refund(payment.id)).status is REFUNDING
    claim = await lost(market)
    office.gateway.day = ["", "down", *["down"] * 100]
    await office.settle(claim)
    for _ in range(2):
        market.clock.turn(seconds=31)
        await office.payments.refund_on()
    assert (await office.payment(claim)).status is REFUNDED
    market.clock.turn(seconds=31)
    await office.payments.refund_on()
    assert await market.number("SELECT count(*) FROM payments WHERE status = 'refunding'") == 0


async def test_what_was_never_charged_or_is_paid_for_is_not_refunded(market: Market, office: Office) -> None:
    claim = await paying(market)
    assert claim.payment_id is not None
    assert (await office.payments.refund(claim.payment_id)).status is PaymentState.PENDING
    market.clock.turn(seconds=5)
    assert await office.settle(claim)
    assert (await market.one(claim)).state is ClaimState.PAID
    market.clock.turn(hours=1)
    await office.payments.refund_on()
    assert await office.settle(claim)
    assert (office.gateway.refunds, await refunds(market)) == ([], [])


def strays(market: Market, office: Office) -> Strays:
    claims = {"claim": PayableClaims(market.database, market.shop.actors, office.buying)}
    paying = Paying(office.payments, office.gateway, claims, Throttle(Endless()))
    return Strays(market.database, office.payments, paying.conclude, claims, market.clock)


@pytest.mark.parametrize("noted", [True, False], ids=["noted", "known to the gateway alone"])
async def test_money_whose_claim_and_job_are_both_lost_is_found_and_goes_back(
    market: Market, office: Office, noted: bool
) -> None:
    claim = await lost(market)
    assert claim.payment_id is not None
    if noted:
        await office.payments.settle(claim.payment_id, give_up=False)  # its process dies, and the queue with it
    market.clock.turn(hours=1)
    office.gateway.day = ["down"]
    for _ in range(2):
        await strays(market, office).round()
        market.clock.turn(minutes=1)
    await office.payments.refund_on()
    await check_refunded(market, office, claim)


async def test_a_second_payment_of_a_claim_that_was_given_up_for_lost_goes_back(market: Market, office: Office) -> None:
    first = await paying(market, hold_seconds=3600)
    assert first.payment_id is not None
    wrong = RecordPayment(first.id, first.payment_id, new_id(), PaymentState.FAILED, "given_up")
    await market.shop.actors.ask(KIND, first.sale_id, wrong)
    second = await market.shop.pay(first)
    assert second.claim.state is ClaimState.PAID
    market.clock.turn(hours=1)
    await strays(market, office).round()
    assert (await office.payment(first)).status is REFUNDED
    assert (await office.payment(second.claim)).status is PaymentState.SUCCEEDED
    assert [tuple(row) for row in await refunds(market)] == [(first.payment_id, 9, "EUR")]


# --- payments under way ---------------------------------------------------------------------------------------------


async def test_a_payment_whose_job_was_lost_is_swept_up(market: Market, office: Office) -> None:
    claim = await paying(market)
    assert await office.sweep.round() == 30
    market.clock.turn(seconds=59)
    await office.sweep.round()
    assert (await market.one(claim)).state is ClaimState.PAYING, "it is left to its job for a minute"
    market.clock.turn(seconds=1)
    await office.sweep.round()
    assert (await market.one(claim)).state is ClaimState.PAID


async def test_a_payment_that_was_kept_for_and_never_started_is_swept_up(market: Market, office: Office) -> None:
    sale = await market.sale(quantity=1)
    claim = await market.shop.claim(sale, ANN)
    await market.shop.start_payment(claim, new_id())  # and its process dies
    await join(market.shop, sale, BOB)
    await office.sweep.round()
    market.clock.turn(seconds=60)
    await office.sweep.round()
    assert (await market.one(claim)).state is ClaimState.LAPSED
    (_, next_in_line) = await market.claims(sale)
    assert next_in_line.customer_id == BOB.person


async def test_one_payment_that_cannot_be_settled_does_not_keep_the_others(market: Market, office: Office) -> None:
    broken, fine = await paying(market), await paying(market, per_customer_limit=1)
    await office.sweep.round()
    market.clock.turn(seconds=60)
    await market.database.fetch("UPDATE payments SET reference = 'other' WHERE id = $1", broken.payment_id)
    await office.sweep.round()
    assert (await market.one(fine)).state is ClaimState.PAID
    assert (await market.one(broken)).state is ClaimState.LAPSED
    await market.database.fetch("DELETE FROM simulated_charges WHERE id = $1", broken.payment_id)


@pytest.mark.parametrize("day", ["hangs", "down", "answer lost"])
async def test_a_payment_that_hangs_is_asked_for_again_and_never_guessed(
    market: Market, office: Office, day: str
) -> None:
    claim = await paying(market)
    for delta in ({"seconds": 61}, {"hours": 5}):  # past the hold, past the grace: even closing it has no answer
        market.clock.turn(**delta)
        office.gateway.day = [day]
        office.waits(0.05 if day == "hangs" else 20.0)
        assert not await office.settle(claim)
        assert (await market.one(claim)).state is ClaimState.PAYING
    office.waits(20.0)
    assert await office.settle(claim)
    assert (await market.one(claim)).state is ClaimState.PAID
    assert await market.charged(claim.payment_id or new_id())
