"""Payments on real PostgreSQL and the simulated gateway, with somebody else's payment always there."""

from typing import Any, NamedTuple
from uuid import UUID

import pytest

from fastshop.contract.accounts import Role
from fastshop.contract.base import Money
from fastshop.contract.ledger import ShowTotals, Totals
from fastshop.contract.payments import NotPayable, Payment, ShowPayment
from fastshop.ids import new_id
from server.adapters.payments.simulated import SimulatedGateway
from server.domains.ledger.rates import Rates
from server.domains.ledger.reading import Reading
from server.domains.ledger.service import Ledger
from server.domains.payments.disputes import Disputes
from server.domains.payments.following import Following
from server.domains.payments.methods import Methods
from server.domains.payments.owing import Owing
from server.domains.payments.paying import Paying
from server.domains.payments.ports import Gateway, Wallets
from server.domains.payments.refunds import Refunds
from server.domains.payments.service import Payments
from server.domains.payments.throttle import Throttle
from server.kernel.caller import Caller
from server.kernel.database import Database, Transaction
from server.kernel.keyed import Keyed
from tests.support import ManualClock
from tests.tries import Counted

GOOD = "4242 4242 4242 4242"
DECLINED = "4000 0000 0000 0002"
ASKS_THE_BANK = "4000 0025 0000 3155"
SLOW = "4000 0000 0000 0259"
TEN = Money(1000, "EUR")
KEYED = Keyed("the secret of this till")
PATIENCE = 20.0  # with a gateway that answers, on a busy machine too

ANN = Caller(UUID(int=1), roles=frozenset({Role.CUSTOMER}))
BOB = Caller(UUID(int=2), roles=frozenset({Role.CUSTOMER}))
SELLER = Caller(UUID(int=3), roles=frozenset({Role.SELLER, Role.CUSTOMER}), seller_id=UUID(int=30))
AGENT = Caller(UUID(int=4), roles=frozenset({Role.AGENT}))
MANAGER = Caller(UUID(int=5), roles=frozenset({Role.MANAGER}))
ADMIN = Caller(UUID(int=6), roles=frozenset({Role.ADMIN}))
EVERYBODY = (ANN, BOB, SELLER, AGENT, MANAGER, ADMIN)


class Things:
    """Things that cost ten euros each, one payment each."""

    def __init__(self) -> None:
        self.kept: dict[UUID, UUID] = {}
        self.settled: list[UUID] = []

    async def start(self, thing_id: UUID, payment_id: UUID, caller: Caller) -> Money:
        if self.kept.setdefault(thing_id, payment_id) != payment_id:
            raise NotPayable
        return TEN

    async def settle(self, thing_id: UUID) -> None:
        self.settled.append(thing_id)

    async def waits_for(self, transaction: Transaction, thing_id: UUID, payment_id: UUID) -> bool:
        return self.kept.get(thing_id) == payment_id


class Till(NamedTuple):
    """The service, and what it stands on."""

    database: Database
    clock: ManualClock
    gateway: SimulatedGateway
    payments: Payments
    attempts: Counted
    things: "Things"

    @property
    def refunds(self) -> Refunds:
        return self.refunds_through(self.gateway)

    def refunds_through(self, gateway: Gateway, patience: float = PATIENCE) -> Refunds:
        books = ledger(self.database, self.clock)
        return Refunds(self.database, gateway, self.clock, books, Throttle(self.attempts), patience)

    @property
    def paying(self) -> Paying:
        return Paying(self.payments, self.gateway, {"thing": self.things}, Throttle(self.attempts), "pk_1", PATIENCE)

    @property
    def owing(self) -> Owing:
        return Owing(self.database, self.clock, ledger(self.database, self.clock))

    @property
    def following(self) -> Following:
        return Following(self.database, self.refunds, self.payments, self.owing)

    @property
    def disputes(self) -> Disputes:
        return Disputes(self.database, self.clock, ledger(self.database, self.clock))

    @property
    def methods(self) -> Methods:
        return self.methods_through(self.gateway.wallets)

    def methods_through(self, wallets: Wallets) -> Methods:
        return Methods(self.database, wallets, self.clock, KEYED, Throttle(self.attempts), "pk_1", PATIENCE)

    async def books(self) -> Totals:
        """The balances in EUR."""
        found = (await Reading(self.database).totals(ShowTotals(), ADMIN)).totals
        return next(each for each in found if each.currency == "EUR")

    def through(self, gateway: Gateway, patience: float = PATIENCE) -> Payments:
        """The same payments through another gateway."""
        return Payments(self.database, gateway, self.clock, KEYED, ledger(self.database, self.clock), patience)

    async def start(self, who: Caller = ANN, amount: Money = TEN, method: str = GOOD, reference: str = "a") -> Payment:
        return await self.payments.start(new_id(), who.person, amount, method, reference)

    async def paid(self, who: Caller = ANN, card: str = GOOD) -> Payment:
        payment = await self.start(who, method=card)
        return await self.payments.charge(payment.id, card)

    async def now(self, payment: Payment) -> Payment:
        """The payment as it is stored."""
        return await self.payments.show(ShowPayment(payment_id=payment.id), ADMIN)

    async def rows(self) -> list[Any]:
        return [tuple(row) for row in await self.database.fetch("SELECT * FROM payments ORDER BY id")]


@pytest.fixture
async def till(database: Database, clock: ManualClock) -> Till:
    gateway = SimulatedGateway(database, clock)
    payments = Payments(database, gateway, clock, KEYED, ledger(database, clock))
    till = Till(database, clock, gateway, payments, Counted(), Things())
    await add_people(database, clock)
    await till.start(BOB, Money(777, "EUR"), SLOW, "bobs")
    return till


def ledger(database: Database, clock: ManualClock) -> Ledger:
    return Ledger(Rates(database, clock, 1000))


async def add_people(database: Database, clock: ManualClock) -> None:
    """The rows of everybody who pays."""
    async with database.transaction() as transaction:
        await transaction.connection.executemany(
            "INSERT INTO users (id, email, name, password_hash, roles, created_at)"
            " VALUES ($1, $2, 'Somebody', '', '{}', $3)",
            [(who.user_id, f"{who.user_id}@people.test", clock.now()) for who in EVERYBODY],
        )
