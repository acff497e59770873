"""The books: what buyers paid is somebody's at every moment, and is moved once for each reason.

Whoever makes money due posts it in that very transaction. A refund takes back from the very sale, in the proportion of
what is left of it: from the seller, the commission, the tax. What the shop itself took off comes back to it.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import islice
from uuid import UUID

import asyncpg

from fastshop.contract.base import Money
from fastshop.contract.ledger import Account, MovementKind
from server.domains.ledger.ports import Sale
from server.domains.ledger.posting import post
from server.domains.ledger.rates import Rates
from server.domains.ledger.rules import (
    DISPUTED,
    LOSSES,
    OWED,
    PAYMENTS,
    REFUNDS,
    UNALLOCATED,
    OutOf,
    Posting,
    Share,
    all_taken_back,
    negated,
    shares,
    taken_back,
    taken_back_from,
    taxed,
)
from server.kernel.database import Transaction
from server.kernel.money import LineRefund, from_numeric

# Whoever takes back from one payment takes turns, so that each sees what the others have left.
_TURN = "SELECT pg_advisory_xact_lock(hashtextextended('ledger:' || $1, 0))"
_LEFT = """
SELECT account, party_id, rate, line_id, currency, sum(amount) AS amount
FROM ledger_transactions moved JOIN ledger_entries entry ON entry.transaction_id = moved.id
WHERE moved.payment_id = $1 AND account IN ('unallocated', 'seller', 'commission', 'tax', 'discounts', 'losses')
GROUP BY account, party_id, rate, line_id, currency ORDER BY account, party_id, rate, line_id
"""
_ORDER = "SELECT order_id FROM ledger_transactions WHERE payment_id = $1 AND kind = 'sale'"
_POSTED = """
SELECT account, party_id, rate, line_id, currency, amount, order_id
FROM ledger_transactions moved JOIN ledger_entries entry ON entry.transaction_id = moved.id WHERE moved.source = $1
"""


class Ledger:
    """Posts. Every method may be called again for the same thing, and then changes nothing."""

    def __init__(self, rates: Rates) -> None:
        self._rates = rates

    async def paid(self, transaction: Transaction, payment_id: UUID, amount: Money, at: datetime, fee: int = 0) -> None:
        """A buyer paid; of it the gateway keeps a fee, in minor units."""
        came = {PAYMENTS: -amount.amount, UNALLOCATED: amount.amount}
        kept = {Share(Account.FEES): -fee, Share(Account.GATEWAY): fee}
        await post(
            transaction,
            [
                Posting(f"payment:{payment_id}", MovementKind.PAYMENT, at, amount.currency, came, None, payment_id),
                Posting(f"fee:{payment_id}", MovementKind.FEE, at, amount.currency, kept, None, payment_id),
            ],
        )

    async def sold(self, transaction: Transaction, sales: Sequence[Sale]) -> None:
        """Orders were paid: what came for them is divided, at the commission of this moment."""
        rates = iter(await self._rates.of(transaction, [line for sale in sales for line in sale.lines]))
        postings = [_sale(sale, list(islice(rates, len(sale.lines)))) for sale in sales]
        await post(transaction, postings)

    async def taxed(
        self,
        transaction: Transaction,
        order_id: UUID,
        payment_id: UUID,
        currency: str,
        taxes: Mapping[UUID, int],
        at: datetime,
    ) -> None:
        """It became known what of a sale is tax, in minor units by line: its price had contained it all along."""
        source, parts = f"sale_tax:{order_id}", taxed(await _left(transaction, payment_id), taxes)
        await post(transaction, [Posting(source, MovementKind.SALE, at, currency, parts, order_id, payment_id)])

    async def refunded(
        self,
        transaction: Transaction,
        refund_id: UUID,
        payment_id: UUID,
        amount: Money,
        at: datetime,
        seller_id: UUID | None = None,
        tax: int = 0,
        lines: Sequence[LineRefund] = (),
    ) -> None:
        """Money of a payment went back to the buyer: out of all shares of the sale, or a seller's, for these lines."""
        source = f"refund:{refund_id}"
        out_of = None if seller_id is None else OutOf(seller_id, tax, lines)
        await self._take_back(transaction, source, MovementKind.REFUND, payment_id, amount, at, REFUNDS, out_of)

    async def came_back(
        self, transaction: Transaction, refund_id: UUID, payment_id: UUID, amount: Money, at: datetime
    ) -> None:
        """A refund did not arrive: it is owed to the buyer. What it was taken out of stays as it is."""
        source, kind = f"refund_failed:{refund_id}", MovementKind.REFUND_FAILED
        await self._owe(transaction, source, kind, payment_id, -amount.amount, amount.currency, at)

    async def sent(
        self, transaction: Transaction, refund_id: UUID, payment_id: UUID, amount: Money, at: datetime
    ) -> None:
        """What was owed to a buyer went back after all."""
        source, kind = f"refund_sent:{refund_id}", MovementKind.REFUND
        await self._owe(transaction, source, kind, payment_id, amount.amount, amount.currency, at)

    async def disputed(
        self, transaction: Transaction, dispute: str, payment_id: UUID, amount: Money, at: datetime
    ) -> None:
        """A bank took money of a payment back until it has decided."""
        source = f"dispute:{dispute}"
        await self._take_back(transaction, source, MovementKind.DISPUTE, payment_id, amount, at, DISPUTED)

    async def decided(
        self, transaction: Transaction, dispute: str, payment_id: UUID, at: datetime, *, won: bool
    ) -> None:
        """The bank has decided: it gave back what it took, or the buyer keeps it. Nothing where it took nothing."""
        rows = await transaction.connection.fetch(_POSTED, f"dispute:{dispute}")
        if not rows:
            return
        taken = {_share(row): from_numeric(row["amount"], row["currency"]).amount for row in rows}
        lost = {DISPUTED: -taken[DISPUTED], REFUNDS: taken[DISPUTED]}
        kind, parts = (MovementKind.DISPUTE_WON, negated(taken)) if won else (MovementKind.DISPUTE_LOST, lost)
        currency, order_id = rows[0]["currency"], rows[0]["order_id"]
        # One source for both: a bank decides once.
        posting = Posting(f"dispute_decided:{dispute}", kind, at, currency, parts, order_id, payment_id)
        await post(transaction, [posting])

    async def _owe(
        self,
        transaction: Transaction,
        source: str,
        kind: MovementKind,
        payment_id: UUID,
        back: int,
        currency: str,
        at: datetime,
    ) -> None:
        order_id = await transaction.connection.fetchval(_ORDER, payment_id)
        posting = Posting(source, kind, at, currency, {REFUNDS: back, OWED: -back}, order_id, payment_id)
        await post(transaction, [posting])

    async def _take_back(
        self,
        transaction: Transaction,
        source: str,
        kind: MovementKind,
        payment_id: UUID,
        amount: Money,
        at: datetime,
        into: Share,
        out_of: OutOf | None = None,
    ) -> None:
        left = await _left(transaction, payment_id)
        order_id = await transaction.connection.fetchval(_ORDER, payment_id)
        borne = -left.pop(LOSSES, 0)
        # Who gives back a seller's lines may keep others that the shop has paid for.
        if amount.amount == sum(left.values()) - borne and (out_of is None or borne):
            parts = all_taken_back(left, borne, into)
        elif out_of is not None:
            parts = taken_back_from(out_of, left, amount.amount, into)
        else:
            parts = taken_back(left, amount.amount, into)
        await post(transaction, [Posting(source, kind, at, amount.currency, parts, order_id, payment_id)])


async def _left(transaction: Transaction, payment_id: UUID) -> dict[Share, int]:
    """What is left of a payment, by share. Nobody else takes of it until the transaction ends."""
    await transaction.connection.execute(_TURN, str(payment_id))
    rows = await transaction.connection.fetch(_LEFT, payment_id)
    return {_share(row): from_numeric(row["amount"], row["currency"]).amount for row in rows}


def _sale(sale: Sale, rates: Sequence[int]) -> Posting:
    currency = sale.lines[0].total.currency
    parts = shares(sale.lines, rates)
    source = f"sale:{sale.order_id}"
    return Posting(source, MovementKind.SALE, sale.at, currency, parts, sale.order_id, sale.payment_id)


def _share(row: asyncpg.Record) -> Share:
    return Share(Account(row["account"]), row["party_id"], row["rate"], row["line_id"])
