"""Reading the books: a seller's earnings and statement, everything for who answers for the shop."""

import csv
import io
from collections.abc import AsyncIterator, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from fastshop.contract.accounts import Role
from fastshop.contract.base import Money, Page
from fastshop.contract.ledger import (
    Account,
    Commission,
    Earning,
    Earnings,
    LedgerTotals,
    ListCommissions,
    ListEarnings,
    ListMovements,
    Movement,
    MovementEntry,
    MovementKind,
    SellerUnknown,
    ShowEarnings,
    ShowTotals,
    Totals,
)
from server.kernel.caller import Caller
from server.kernel.database import Database
from server.kernel.money import from_numeric, to_numeric
from server.kernel.page import as_page, decode_cursor

_BALANCES = """
SELECT currency, sum(balance) AS balance FROM ledger_balances WHERE account = 'seller' AND party_id = $1
GROUP BY currency ORDER BY currency
"""
_TOTALS = "SELECT account, currency, sum(balance) AS balance FROM ledger_balances GROUP BY account, currency"
_EARNINGS = """
SELECT moved.*, entry.party_id, entry.currency, sum(amount) FILTER (WHERE account = 'seller') AS amount,
    coalesce(sum(amount) FILTER (WHERE account = 'commission'), 0) AS commission,
    coalesce(sum(amount) FILTER (WHERE account = 'tax'), 0) AS tax,
    -coalesce(sum(amount) FILTER (WHERE account = 'discounts'), 0) AS shop_discount,
    coalesce(array_agg(DISTINCT rate ORDER BY rate) FILTER (WHERE rate IS NOT NULL), '{}') AS rates
FROM ledger_transactions moved JOIN ledger_entries entry ON entry.transaction_id = moved.id
WHERE entry.party_id = $1 AND ($2::timestamptz IS NULL OR at >= $2) AND ($3::timestamptz IS NULL OR at < $3)
    AND ($4::timestamptz IS NULL OR (moved.at, moved.id) < ($4, $5))
GROUP BY moved.id, entry.party_id, entry.currency HAVING bool_or(account = 'seller')
ORDER BY moved.at DESC, moved.id DESC LIMIT $6
"""
# A commission was taken of what it and the seller have of the same line. The newest movements are gone through first.
_COMMISSIONS = """
SELECT moved.id, moved.kind, moved.order_id, moved.at, kept.* FROM ledger_transactions moved, LATERAL (
    SELECT party_id, currency, rate, sum(base) AS base, sum(amount) AS amount FROM (
        SELECT party_id, currency, max(rate) AS rate, sum(amount) AS base,
            sum(amount) FILTER (WHERE account = 'commission') AS amount
        FROM ledger_entries WHERE transaction_id = moved.id AND account IN ('seller', 'commission')
        GROUP BY party_id, currency, line_id
    ) line
    WHERE amount IS NOT NULL AND ($1::uuid IS NULL OR party_id = $1) GROUP BY party_id, currency, rate
) kept
WHERE ($1::uuid IS NULL OR moved.id IN (SELECT transaction_id FROM ledger_entries WHERE party_id = $1))
    AND ($2::timestamptz IS NULL OR at >= $2) AND ($3::timestamptz IS NULL OR at < $3)
    AND ($4::timestamptz IS NULL OR (moved.at, moved.id) <= ($4, $5))
    AND ($4::timestamptz IS NULL OR (moved.at, moved.id, party_id, rate) < ($4, $5, $6, $7))
ORDER BY moved.at DESC, moved.id DESC, party_id DESC, rate DESC LIMIT $8
"""
_MOVEMENTS = """
SELECT * FROM ledger_transactions moved
WHERE ($1::text IS NULL OR EXISTS (SELECT FROM ledger_entries WHERE transaction_id = moved.id AND account = $1))
    AND ($2::uuid IS NULL OR payment_id = $2) AND ($3::uuid IS NULL OR order_id = $3)
    AND ($4::timestamptz IS NULL OR (at, id) < ($4, $5))
ORDER BY at DESC, id DESC LIMIT $6
"""
_ENTRIES = "SELECT * FROM ledger_entries WHERE transaction_id = any($1::uuid[]) ORDER BY id"

_PIECE = 500
_HEAD = (
    "time", "kind", "amount", "commission", "tax", "currency", "rates", "order", "payment", "movement", "shop_discount",
)  # fmt: skip


class Reading:
    """What the books say."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def show_earnings(self, command: ShowEarnings, caller: Caller) -> Earnings:
        """A seller's balances."""
        _check(caller, command.seller_id)
        return await self.earnings(command.seller_id)

    async def earnings(self, seller_id: UUID) -> Earnings:
        """What the shop owes a seller. Refused when there is none: `SellerUnknown`."""
        if await self._database.fetch_one("SELECT id FROM sellers WHERE id = $1", seller_id) is None:
            raise SellerUnknown
        rows = await self._database.fetch(_BALANCES, seller_id)
        return Earnings(seller_id, tuple(from_numeric(row["balance"], row["currency"]) for row in rows))

    async def list_earnings(self, command: ListEarnings, caller: Caller) -> Page[Earning]:
        """A seller's statement."""
        _check(caller, command.seller_id)
        after = decode_cursor(command.cursor, tuple[datetime, UUID]) or (None, None)
        asked = (command.seller_id, command.since, command.until, *after, command.limit + 1)
        return as_page(await self._earnings(*asked), command.limit, lambda earning: (earning.at, earning.id))

    async def statement(self, seller_id: UUID, caller: Caller) -> AsyncIterator[bytes]:
        """A seller's statement as CSV (RFC 4180), the newest first, by the permission of `ledger.earnings`."""
        _check(caller, seller_id)
        await self.earnings(seller_id)
        return self._pieces(seller_id)

    async def list_commissions(self, command: ListCommissions, caller: Caller) -> Page[Commission]:
        """The commission of each sale."""
        whose = command.seller_id
        if not caller.is_any(Role.ADMIN, Role.MANAGER):
            whose = whose or caller.seller_id
            if whose is None:
                raise SellerUnknown
            _check(caller, whose)
        after = decode_cursor(command.cursor, tuple[datetime, UUID, UUID, int]) or (None,) * 4
        rows = await self._database.fetch(_COMMISSIONS, whose, command.since, command.until, *after, command.limit + 1)
        kept = [_commission(row) for row in rows]
        return as_page(kept, command.limit, lambda each: (each.at, each.id, each.seller_id, each.rate))

    async def list_movements(self, command: ListMovements, caller: Caller) -> Page[Movement]:  # noqa: ARG002 - any
        """The books."""
        after = decode_cursor(command.cursor, tuple[datetime, UUID]) or (None, None)
        asked = (command.account, command.payment_id, command.order_id, *after, command.limit + 1)
        rows = await self._database.fetch(_MOVEMENTS, *asked)
        entries = await self._database.fetch(_ENTRIES, [row["id"] for row in rows])
        movements = [_movement(row, [each for each in entries if each["transaction_id"] == row["id"]]) for row in rows]
        return as_page(movements, command.limit, lambda movement: (movement.at, movement.id))

    async def totals(self, command: ShowTotals, caller: Caller) -> LedgerTotals:  # noqa: ARG002
        """Where all money is."""
        rows = await self._database.fetch(_TOTALS)
        currencies = sorted({row["currency"] for row in rows})
        return LedgerTotals(tuple(_totals(currency, rows) for currency in currencies))

    async def _earnings(self, *asked: Any) -> list[Earning]:
        return [_earning(row) for row in await self._database.fetch(_EARNINGS, *asked)]

    async def _pieces(self, seller_id: UUID) -> AsyncIterator[bytes]:
        yield _written([_HEAD])
        last: tuple[Any, Any] = (None, None)
        while found := await self._earnings(seller_id, None, None, *last, _PIECE):
            yield _written([_line(earning) for earning in found])
            last = (found[-1].at, found[-1].id)


def _check(caller: Caller, seller_id: UUID) -> None:
    if caller.seller_id != seller_id and not caller.is_any(Role.ADMIN, Role.MANAGER):
        raise SellerUnknown


def _earning(row: Any) -> Earning:
    currency = row["currency"]
    return Earning(
        id=row["id"],
        seller_id=row["party_id"],
        kind=MovementKind(row["kind"]),
        amount=from_numeric(row["amount"], currency),
        commission=from_numeric(row["commission"], currency),
        tax=from_numeric(row["tax"], currency),
        rates=tuple(row["rates"]),
        order_id=row["order_id"],
        payment_id=row["payment_id"],
        at=row["at"],
        shop_discount=from_numeric(row["shop_discount"], currency).amount,
    )


def _commission(row: Any) -> Commission:
    currency = row["currency"]
    return Commission(
        id=row["id"],
        kind=MovementKind(row["kind"]),
        seller_id=row["party_id"],
        order_id=row["order_id"],
        rate=row["rate"],
        base=from_numeric(row["base"], currency),
        amount=from_numeric(row["amount"], currency),
        at=row["at"],
    )


def _movement(row: Any, entries: Sequence[Any]) -> Movement:
    return Movement(
        id=row["id"],
        kind=MovementKind(row["kind"]),
        at=row["at"],
        order_id=row["order_id"],
        payment_id=row["payment_id"],
        entries=tuple(
            MovementEntry(
                Account(entry["account"]),
                from_numeric(entry["amount"], entry["currency"]),
                entry["party_id"],
                entry["rate"],
                entry["line_id"],
            )
            for entry in entries
        ),
    )


def _totals(currency: str, rows: Sequence[Any]) -> Totals:
    kept = {row["account"]: row["balance"] for row in rows if row["currency"] == currency}

    def held(*accounts: Account) -> int:
        return sum(from_numeric(kept[account], currency).amount for account in accounts if account in kept)

    return Totals(
        currency=currency,
        paid=-held(Account.PAYMENTS),
        unallocated=held(Account.UNALLOCATED),
        sellers=held(Account.SELLER),
        paid_out=held(Account.PAYOUTS),
        platform=held(Account.COMMISSION, Account.LOSSES, Account.DISCOUNTS),
        tax=held(Account.TAX),
        refunds=held(Account.REFUNDS),
        disputed=held(Account.DISPUTED),
        fees=held(Account.GATEWAY),
        discounts=-held(Account.DISCOUNTS),
        owed=held(Account.OWED),
    )


def _line(earning: Earning) -> tuple[object, ...]:
    amounts = [_figure(amount) for amount in (earning.amount, earning.commission, earning.tax)]
    rates = " ".join(str(rate / 10_000) for rate in earning.rates)
    ids = [number or "" for number in (earning.order_id, earning.payment_id, earning.id)]
    added = _figure(Money(earning.shop_discount, earning.amount.currency))
    return (earning.at.isoformat(), earning.kind, *amounts, earning.amount.currency, rates, *ids, added)


def _figure(amount: Money) -> str:
    return str(to_numeric(amount))


def _written(lines: Sequence[tuple[object, ...]]) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerows(lines)
    return text.getvalue().encode()
