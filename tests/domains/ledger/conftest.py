"""The books on real PostgreSQL: two sellers, a category within another, somebody else's sale always there."""

from collections.abc import Callable, Coroutine, Sequence
from datetime import datetime
from typing import Any, NamedTuple, TypeVar
from uuid import UUID

import pytest
from msgspec import Struct

from fastshop.contract.accounts import Role
from fastshop.contract.base import Money
from fastshop.contract.ledger import Earning, Earnings, ListEarnings, ShowEarnings, ShowTotals, Totals
from fastshop.ids import new_id
from server.domains.ledger.payouts import Payouts
from server.domains.ledger.rates import Rates
from server.domains.ledger.reading import Reading
from server.domains.ledger.service import Ledger
from server.kernel.caller import Caller
from server.kernel.database import Database, Transaction
from server.kernel.money import LineRefund
from tests.support import ManualClock

OURS, THEIRS = UUID(int=1), UUID(int=2)
WIDE, NARROW = UUID(int=11), UUID(int=12)  # categories
PLAIN, KETTLE = UUID(int=21), UUID(int=22)  # products: of no category, of the narrow one
SELLER = Caller(UUID(int=31), roles=frozenset({Role.SELLER}), seller_id=OURS)
RIVAL = Caller(UUID(int=32), roles=frozenset({Role.SELLER}), seller_id=THEIRS)
ANN = Caller(UUID(int=33), roles=frozenset({Role.CUSTOMER}))
MANAGER = Caller(UUID(int=34), roles=frozenset({Role.MANAGER}))
ADMIN = Caller(UUID(int=35), roles=frozenset({Role.ADMIN}))
_TWELVE = 1200

Answer = TypeVar("Answer")


def euros(cents: int) -> Money:
    return Money(cents, "EUR")


class Line(Struct, frozen=True):
    seller_id: UUID
    total: Money
    product_id: UUID | None = PLAIN
    tax: int = 0
    line_id: UUID | None = None
    shop_discount: int = 0


class Sold(Struct, frozen=True):
    order_id: UUID
    payment_id: UUID
    lines: Sequence[Line]
    at: datetime


class Office(NamedTuple):
    """The ledger, and who reads it."""

    database: Database
    clock: ManualClock
    rates: Rates
    ledger: Ledger
    reading: Reading
    payouts: Payouts

    async def post(self, write: Callable[[Transaction], Coroutine[Any, Any, None]]) -> None:
        """Post in a transaction of its own."""
        async with self.database.transaction() as transaction:
            await write(transaction)

    async def paid(self, cents: int, payment_id: UUID | None = None, fee: int = 0) -> UUID:
        payment_id = payment_id or new_id()
        now = self.clock.now()
        await self.post(lambda t: self.ledger.paid(t, payment_id, euros(cents), now, fee))
        return payment_id

    async def sold(self, payment_id: UUID, *lines: Line, order_id: UUID | None = None) -> UUID:
        order_id = order_id or new_id()
        sale = Sold(order_id, payment_id, lines, self.clock.now())
        await self.post(lambda t: self.ledger.sold(t, [sale]))
        return order_id

    async def bought(self, *lines: Line) -> UUID:
        """A payment, and the sale that it paid for."""
        payment_id = await self.paid(sum(line.total.amount for line in lines))
        await self.sold(payment_id, *lines)
        return payment_id

    async def refunded(
        self,
        payment_id: UUID,
        cents: int,
        refund_id: UUID | None = None,
        seller: UUID | None = None,
        tax: int = 0,
        lines: Sequence[LineRefund] = (),
    ) -> None:
        refund_id, now, whose = refund_id or new_id(), self.clock.now(), (seller, tax, lines)
        await self.post(lambda t: self.ledger.refunded(t, refund_id, payment_id, euros(cents), now, *whose))

    async def totals(self, currency: str = "EUR") -> Totals:
        """The balances, after the one equation was checked."""
        found = {each.currency: each for each in (await self.reading.totals(ShowTotals(), ADMIN)).totals}
        totals = found[currency]
        assert totals.paid == sum(
            (
                totals.unallocated, totals.sellers, totals.paid_out, totals.platform,
                totals.tax, totals.refunds, totals.disputed,
            )
        )  # fmt: skip
        return totals

    async def balance(self, seller_id: UUID = OURS) -> int:
        earnings: Earnings = await self.reading.show_earnings(ShowEarnings(seller_id=seller_id), ADMIN)
        return sum(each.amount for each in earnings.balances)

    async def statement(self, seller_id: UUID = OURS) -> tuple[Earning, ...]:
        page = await self.reading.list_earnings(ListEarnings(seller_id=seller_id, limit=100), ADMIN)
        assert page.next is None
        return page.items


@pytest.fixture
async def office(database: Database, clock: ManualClock) -> Office:
    rates = Rates(database, clock, _TWELVE)
    office = Office(database, clock, rates, Ledger(rates), Reading(database), Payouts(database, clock))
    await add_goods(database, clock)
    await office.bought(Line(THEIRS, euros(7777)))
    return office


async def add_goods(database: Database, clock: ManualClock) -> None:
    """The sellers, and what they sell."""
    now = clock.now()
    async with database.transaction() as transaction:
        await transaction.connection.execute(
            "INSERT INTO sellers (id, name, slug, description, created_at)"
            " VALUES ($1, 'Ours', 'ours', '', $3), ($2, 'Theirs', 'theirs', '', $3)",
            OURS, THEIRS, now,
        )  # fmt: skip
        await transaction.connection.execute(
            "INSERT INTO categories (id, name, slug, parent_id, path)"
            " VALUES ($1, 'Home', 'home', NULL, '{home}'), ($2, 'Kitchen', 'kitchen', $1, '{home,kitchen}')",
            WIDE, NARROW,
        )  # fmt: skip
        await transaction.connection.executemany(
            "INSERT INTO products (id, seller_id, category_id, slug, title, description, status, options, created_at,"
            " updated_at) VALUES ($1, $2, $3, $4, $4, '', 'active', '{}', $5, $5)",
            [(PLAIN, OURS, None, "plain", now), (KETTLE, OURS, NARROW, "kettle", now)],
        )
