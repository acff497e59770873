"""What the shop keeps of a sale: the rates, and which of them a line is sold under."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg

from fastshop.contract.base import IdReused, Page
from fastshop.contract.ledger import (
    CategoryUnknown,
    ChangeCommissionRate,
    CommissionRate,
    CommissionRateNotFound,
    ListCommissionRates,
    SellerUnknown,
    SetCommissionRate,
)
from fastshop.ids import new_id
from server.domains.ledger.ports import SaleLine
from server.kernel.audit import note
from server.kernel.caller import Caller
from server.kernel.clock import Clock
from server.kernel.database import Database, Transaction
from server.kernel.page import as_page, decode_cursor

# A seller's own rate comes before a category's, a narrow category before a wide one, then the newest.
_RATES = """
SELECT line.number, (
    SELECT set.rate FROM commission_rates set LEFT JOIN categories wide ON wide.id = set.category_id
    WHERE (set.seller_id IS NULL OR set.seller_id = line.seller_id)
        AND (set.category_id IS NULL OR own.path[1:cardinality(wide.path)] = wide.path)
    ORDER BY set.seller_id IS NULL, coalesce(cardinality(wide.path), 0) DESC, set.since DESC, set.id DESC LIMIT 1
) AS rate
FROM unnest($1::uuid[], $2::uuid[]) WITH ORDINALITY AS line (seller_id, product_id, number)
    LEFT JOIN products ON products.id = line.product_id LEFT JOIN categories own ON own.id = products.category_id
ORDER BY line.number
"""
_SET = """
INSERT INTO commission_rates (id, seller_id, category_id, rate, since) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (id) DO NOTHING RETURNING id
"""
# The rate that holds for the same seller and category as another. Its row is held, so that changes take turns.
_NAMED = "SELECT id, rate, seller_id, category_id, since FROM commission_rates WHERE id = $1 FOR UPDATE"
_HOLDS = """
SELECT id, rate, seller_id, category_id, since FROM commission_rates
WHERE seller_id IS NOT DISTINCT FROM $1 AND category_id IS NOT DISTINCT FROM $2 ORDER BY since DESC, id DESC LIMIT 1
"""
_LIST = """
SELECT id, rate, seller_id, category_id, since FROM commission_rates
WHERE $1::timestamptz IS NULL OR (since, id) < ($1, $2) ORDER BY since DESC, id DESC LIMIT $3
"""


class Rates:
    """Commission rates. ``otherwise`` is what is kept where none is set, in basis points."""

    def __init__(self, database: Database, clock: Clock, otherwise: int) -> None:
        self._database = database
        self._clock = clock
        self._otherwise = otherwise

    async def of(self, transaction: Transaction, lines: Sequence[SaleLine]) -> list[int]:
        """The rates that these lines are sold under now, in basis points."""
        sellers, products = [line.seller_id for line in lines], [line.product_id for line in lines]
        found = await transaction.connection.fetch(_RATES, sellers, products)
        return [self._otherwise if row["rate"] is None else row["rate"] for row in found]

    async def set(self, command: SetCommissionRate, caller: Caller) -> CommissionRate:
        """Set a rate."""
        asked = (command.seller_id, command.category_id, command.rate)
        wanted = CommissionRate(command.rate_id, command.rate, *asked[:2], self._clock.now())
        try:
            async with self._database.transaction() as transaction:
                await _hold(transaction, wanted, caller, command.tag())
        except asyncpg.ForeignKeyViolationError as error:
            raise (SellerUnknown if "seller" in (error.constraint_name or "") else CategoryUnknown) from None
        query = "SELECT id, rate, seller_id, category_id, since FROM commission_rates WHERE id = $1"
        rate = _rate(await self._database.fetch_one(query, command.rate_id))
        if (rate.seller_id, rate.category_id, rate.rate) != asked:
            raise IdReused
        return rate

    async def change(self, command: ChangeCommissionRate, caller: Caller) -> CommissionRate:
        """Put another rate in the place of one."""
        async with self._database.transaction() as transaction:
            named = await transaction.connection.fetchrow(_NAMED, command.rate_id)
            if named is None:
                raise CommissionRateNotFound
            of = (named["seller_id"], named["category_id"])
            holds = _rate(await transaction.connection.fetchrow(_HOLDS, *of))
            if holds.rate == command.rate:
                return holds
            now_holds = CommissionRate(new_id(), command.rate, *of, self._clock.now())
            await _hold(transaction, now_holds, caller, command.tag())
        return now_holds

    async def list(self, command: ListCommissionRates, caller: Caller) -> Page[CommissionRate]:  # noqa: ARG002
        """All rates."""
        after = decode_cursor(command.cursor, tuple[datetime, UUID]) or (None, None)
        rates = [_rate(row) for row in await self._database.fetch(_LIST, *after, command.limit + 1)]
        return as_page(rates, command.limit, lambda rate: (rate.since, rate.id))


async def _hold(transaction: Transaction, rate: CommissionRate, caller: Caller, action: str) -> None:
    """A rate holds from now on; one that is known changes nothing."""
    row = (rate.id, rate.seller_id, rate.category_id, rate.rate, rate.since)
    if await transaction.connection.fetchval(_SET, *row) is None:
        return
    facts = {"rate": rate.rate, "seller": _text(rate.seller_id), "category": _text(rate.category_id)}
    await note(transaction, rate.since, caller, action, f"commission_rate:{rate.id}", **facts)


def _text(of: UUID | None) -> str | None:
    return None if of is None else str(of)


def _rate(row: Any) -> CommissionRate:
    return CommissionRate(**row)
