"""Writing into the books. What is posted again under the same source changes nothing."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import msgspec

from fastshop.contract.base import Money
from fastshop.contract.ledger import EARNINGS, Account, Earning, EarningsMoved
from fastshop.ids import new_id
from server.domains.ledger.rules import Posting, Share, money
from server.kernel.database import Transaction
from server.kernel.money import to_numeric

# One statement for any number of postings; its triggers see to the balance of each and to the balances of accounts.
_POST = """
WITH told AS (
    SELECT * FROM jsonb_to_recordset($1::jsonb) AS told
        (id uuid, source text, kind text, order_id uuid, payment_id uuid, at timestamptz, parts jsonb)
), posted AS (
    INSERT INTO ledger_transactions (id, source, kind, order_id, payment_id, at)
    SELECT id, source, kind, order_id, payment_id, at FROM told ORDER BY source
    ON CONFLICT (source) DO NOTHING RETURNING id
), entered AS (
    INSERT INTO ledger_entries (transaction_id, account, party_id, currency, amount, rate, line_id)
    SELECT told.id, part.* FROM posted JOIN told USING (id), LATERAL jsonb_to_recordset(told.parts) AS part
        (account text, party_id uuid, currency text, amount numeric, rate integer, line_id uuid)
)
SELECT id FROM posted
"""


async def post(transaction: Transaction, postings: Sequence[Posting]) -> None:
    """Post in the transaction that makes it due, and tell the sellers whose earnings it moves."""
    numbered = {new_id(): posting for posting in postings if any(posting.parts.values())}
    if not numbered:
        return
    told = msgspec.json.encode([_row(number, posting) for number, posting in numbered.items()]).decode()
    for row in await transaction.connection.fetch(_POST, told):
        _tell(transaction, row["id"], numbered[row["id"]])


def _row(number: UUID, posting: Posting) -> dict[str, Any]:
    parts = [_part(share, Money(part, posting.currency)) for share, part in posting.parts.items() if part]
    names = ("source", "kind", "order_id", "payment_id", "at")
    return {"id": number, "parts": parts, **{name: getattr(posting, name) for name in names}}


def _part(share: Share, amount: Money) -> dict[str, Any]:
    return {
        "account": share.account,
        "party_id": share.party_id,
        "currency": amount.currency,
        "amount": str(to_numeric(amount)),
        "rate": share.rate,
        "line_id": share.line_id,
    }


def _tell(transaction: Transaction, number: UUID, posting: Posting) -> None:
    sellers = {share.party_id for share in posting.parts if share.account is Account.SELLER}
    for seller_id in sorted(seller_id for seller_id in sellers if seller_id is not None):
        moved = EarningsMoved(time=posting.at, earning=_earning(number, posting, seller_id))
        transaction.emit(moved, EARNINGS.of(seller_id))


def _earning(number: UUID, posting: Posting, seller_id: UUID) -> Earning:
    rates = {share.rate for share in posting.parts if share.party_id == seller_id and share.rate is not None}
    return Earning(
        id=number,
        seller_id=seller_id,
        kind=posting.kind,
        amount=money(posting, Account.SELLER, party_id=seller_id),
        commission=money(posting, Account.COMMISSION, party_id=seller_id),
        tax=money(posting, Account.TAX, party_id=seller_id),
        rates=tuple(sorted(rates)),
        order_id=posting.order_id,
        payment_id=posting.payment_id,
        at=posting.at,
        shop_discount=-money(posting, Account.DISCOUNTS, party_id=seller_id).amount,
    )
