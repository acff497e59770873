"""How the shop does, over orders, books and accounts."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from fastshop.contract.base import Money
from fastshop.contract.figures import Figures, FiguresOfDay, ShowFigures
from server.kernel.caller import Caller
from server.kernel.clock import Clock
from server.kernel.database import Database
from server.kernel.money import from_numeric

_DAY = timedelta(days=1)
# How long a seller has to send: a younger part does not count as unsent.
_TO_SEND = timedelta(days=5)

_ORDERS = """
SELECT date_trunc('day', placed_at, 'UTC') AS day, currency, count(*) AS orders, sum(total) AS revenue
FROM orders WHERE placed_at >= $1 GROUP BY 1, 2
"""
_BOOKS = """
SELECT date_trunc('day', moved.at, 'UTC') AS day, entry.currency,
    coalesce(sum(amount) FILTER (WHERE account = 'refunds'), 0) AS refunded,
    coalesce(sum(amount) FILTER (WHERE account = 'commission'), 0) AS commission
FROM ledger_transactions moved JOIN ledger_entries entry ON entry.transaction_id = moved.id
WHERE moved.at >= $1 AND entry.account IN ('refunds', 'commission') GROUP BY 1, 2
"""
_PEOPLE = """
SELECT date_trunc('day', created_at, 'UTC') AS day, count(*) AS people FROM users WHERE created_at >= $1 GROUP BY 1
"""
# A part that others than its seller cancelled whole says nothing of how sellers send.
_FULFILLED = """
WITH part AS (
    SELECT part.state, orders.placed_at, part.state IN ('shipped', 'delivered') AS sent
    FROM orders JOIN seller_orders part ON part.order_id = orders.id
    WHERE orders.placed_at >= $1 AND (part.state <> 'cancelled' OR EXISTS (
        SELECT FROM order_entries entry WHERE entry.order_id = part.order_id AND entry.seller_id = part.seller_id
            AND entry.side = 'seller' AND entry.kind = 'cancelled'
    ))
)
SELECT count(*) FILTER (WHERE sent) AS sent,
    count(*) FILTER (WHERE sent OR state IN ('rejected', 'cancelled') OR placed_at <= $2) AS due FROM part
"""

Sums = Mapping[str, int]


class ShopFigures:
    """Counts."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def show(self, command: ShowFigures, caller: Caller) -> Figures:  # noqa: ARG002 - any who may
        """How the shop did in the last days."""
        now = self._clock.now()
        first = now.replace(hour=0, minute=0, second=0, microsecond=0) - _DAY * (command.days - 1)
        begins = [first + _DAY * number for number in range(command.days)]
        orders, revenue = await self._orders(first)
        refunded, commission = await self._books(first)
        people = {row["day"]: row["people"] for row in await self._database.fetch(_PEOPLE, first)}
        days = tuple(
            FiguresOfDay(
                day,
                orders[day],
                people.get(day, 0),
                _money(revenue[day]),
                _money(refunded[day]),
                _money(commission[day]),
            )
            for day in begins
        )
        return Figures(
            asked_at=now,
            people=await self._everybody(),
            orders=sum(orders.values()),
            new_people=sum(people.values()),
            revenue=_money(_added(revenue.values())),
            refunded=_money(_added(refunded.values())),
            commission=_money(_added(commission.values())),
            fulfilled=await self._fulfilled(first, now - _TO_SEND),
            days=days,
        )

    async def _orders(self, since: datetime) -> tuple[Counter[datetime], dict[datetime, Counter[str]]]:
        rows = await self._database.fetch(_ORDERS, since)
        orders = Counter[datetime]()
        for row in rows:
            orders[row["day"]] += row["orders"]
        return orders, _by_day(rows, "revenue")

    async def _books(self, since: datetime) -> tuple[dict[datetime, Counter[str]], dict[datetime, Counter[str]]]:
        rows = await self._database.fetch(_BOOKS, since)
        return _by_day(rows, "refunded"), _by_day(rows, "commission")

    async def _everybody(self) -> int:
        row: Any = await self._database.fetch_one("SELECT count(*) AS people FROM users")
        return int(row["people"])

    async def _fulfilled(self, since: datetime, due: datetime) -> int | None:
        """A share in basis points, rounded down; None of nothing."""
        row: Any = await self._database.fetch_one(_FULFILLED, since, due)
        return row["sent"] * 10_000 // row["due"] if row["due"] else None


def _by_day(rows: Sequence[Any], name: str) -> dict[datetime, Counter[str]]:
    """Sums in minor units, by day and currency."""
    found: dict[datetime, Counter[str]] = defaultdict(Counter)
    for row in rows:
        found[row["day"]][row["currency"]] += from_numeric(row[name], row["currency"]).amount
    return found


def _added(sums: Any) -> Counter[str]:
    whole = Counter[str]()
    for each in sums:
        for currency, amount in each.items():
            whole[currency] += amount
    return whole


def _money(sums: Sums) -> tuple[Money, ...]:
    return tuple(Money(amount, currency) for currency, amount in sorted(sums.items()) if amount)
