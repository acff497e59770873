"""The simulated gateway does what every gateway does, and keeps no card number."""

from datetime import datetime, timedelta
from uuid import UUID

import pytest

from fastshop.contract.base import Money
from fastshop.contract.payments import PaymentState
from fastshop.ids import new_id
from server.adapters.payments.simulated import SimulatedGateway
from server.adapters.payments.simulated_cards import SLOW
from server.kernel.clock import Clock
from server.kernel.database import Database
from tests.adapters.gateway_suite import TEN, Cards, GatewaySuite
from tests.support import ManualClock

CARDS = Cards(
    good="4242 4242 4242 4242",
    declined="4000 0000 0000 0002",
    without_money="4000 0000 0000 9995",
    needs_action="4000 0025 0000 3155",
    slow="4000 0000 0000 0259",
    unknown="4111 1111 1111 1111",
)


class SimulatedStage:
    """The gateway with its clock."""

    ends_slow = True

    def __init__(self, database: Database, clock: ManualClock) -> None:
        self.gateway = SimulatedGateway(database, clock)
        self.wallets = self.gateway.wallets
        self.cards = CARDS
        self._clock = clock

    async def let_slow_settle(self) -> None:
        self._clock.turn(seconds=SLOW.total_seconds())

    async def answer_bank(self, payment_id: UUID, *, approved: bool) -> None:
        await self.gateway.decide(payment_id, approved=approved)


@pytest.fixture
def stage(database: Database, clock: ManualClock) -> SimulatedStage:
    return SimulatedStage(database, clock)


class TestSimulatedGateway(GatewaySuite):
    """The suite."""


class SlowWatch:
    """The clock of somebody who looked at it a while before what they then do is done."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    def now(self) -> datetime:
        return self._clock.now() - timedelta(milliseconds=1)


async def test_a_slow_charge_that_somebody_saw_succeed_is_not_closed_by_who_looked_at_the_clock_before(
    database: Database, clock: ManualClock, stage: SimulatedStage
) -> None:
    charge = await stage.gateway.charge(new_id(), TEN, CARDS.slow)
    await stage.let_slow_settle()
    seen = await stage.gateway.find(charge.id)
    late = SimulatedGateway(database, SlowWatch(clock))
    assert await late.close(charge.id, TEN) == seen


async def test_an_approval_is_not_undone_by_who_looked_at_the_clock_before(
    database: Database, clock: ManualClock, stage: SimulatedStage
) -> None:
    charge = await stage.gateway.charge(new_id(), TEN, CARDS.needs_action)
    clock.turn(seconds=30)
    approved = await stage.gateway.decide(charge.id, approved=True)
    late = SimulatedGateway(database, SlowWatch(clock))
    closed = await late.close(charge.id, TEN)
    assert closed == approved
    assert closed.state is PaymentState.SUCCEEDED


async def test_nobody_answers_a_bank_that_asked_nothing(stage: SimulatedStage) -> None:
    assert await stage.gateway.decide(new_id(), approved=True) is None
    slow = await stage.gateway.charge(new_id(), TEN, CARDS.slow)
    assert await stage.gateway.decide(slow.id, approved=False) == slow
    declined = await stage.gateway.charge(new_id(), TEN, CARDS.declined)
    assert await stage.gateway.decide(declined.id, approved=True) == declined


async def test_its_books_outlive_it(database: Database, clock: ManualClock, stage: SimulatedStage) -> None:
    charge = await stage.gateway.charge(new_id(), TEN, CARDS.good)
    assert await SimulatedGateway(database, clock).find(charge.id) == charge


@pytest.mark.parametrize("amount", [Money(0, "EUR"), Money(5000, "JPY"), Money(10**14, "EUR")])
async def test_any_amount_a_shop_may_ask_is_charged_exactly(stage: SimulatedStage, amount: Money) -> None:
    charge = await stage.gateway.charge(new_id(), amount, CARDS.good)
    assert await stage.gateway.charge(charge.id, amount, CARDS.good) == charge


async def test_no_card_number_is_in_its_books(database: Database, stage: SimulatedStage) -> None:
    methods = [*CARDS, "4242424242424242", "4242-4242-4242-4242", "5555 5555 5555 4444 12/29 cvc 123"]
    for method in methods:
        await stage.gateway.charge(new_id(), TEN, method)
    rows = await database.fetch("SELECT payment_method FROM simulated_charges")
    assert len(rows) == len(methods)
    assert all(row["payment_method"].startswith("••••") for row in rows)
    assert all(len(row["payment_method"]) <= len("•••• 4242") for row in rows)
