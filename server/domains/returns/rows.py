"""Between a return's rows and the contract's struct."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any
from uuid import UUID

import msgspec

from fastshop.contract.addresses import PostalAddress
from fastshop.contract.base import Money
from fastshop.contract.returns import Return, ReturnLine, ReturnNotFound, ReturnReason, ReturnState
from server.kernel.database import Database
from server.kernel.money import from_numeric

_LINES = "SELECT * FROM return_lines WHERE return_id = any($1::uuid[]) ORDER BY return_id, line_id"
SELECT = "SELECT returns.*, seller.invoice_address FROM returns JOIN sellers seller ON seller.id = returns.seller_id"
_FIND = f"{SELECT} WHERE returns.id = $1"
# From when on the goods may be on their way.
_SENT = frozenset({ReturnState.APPROVED, ReturnState.SENT, ReturnState.RECEIVED})


async def find(database: Database, return_id: UUID, *, lock: bool = False) -> Return | None:
    """One return; with ``lock`` nobody else changes it until the transaction under way ends."""
    row = await database.fetch_one(f"{_FIND} FOR NO KEY UPDATE OF returns" if lock else _FIND, return_id)
    return (await whole(database, [row]))[0] if row else None


async def get(database: Database, return_id: UUID, *, lock: bool = False) -> Return:
    """One return. Refused when there is none: `ReturnNotFound`."""
    rma = await find(database, return_id, lock=lock)
    if rma is None:
        raise ReturnNotFound
    return rma


async def whole(database: Database, found: Sequence[Any]) -> list[Return]:
    """The returns in these rows of `SELECT`, with their lines."""
    lines = defaultdict(list)
    for line in await database.fetch(_LINES, [row["id"] for row in found]):
        lines[line["return_id"]].append(line)
    return [_return(row, lines[row["id"]]) for row in found]


def _return(row: Any, its_lines: Sequence[Any]) -> Return:
    currency = row["currency"]
    lines = tuple(_line(line, currency) for line in its_lines)
    state, said = ReturnState(row["state"]), row["invoice_address"]
    return Return(
        id=row["id"],
        number=row["number"],
        order_id=row["order_id"],
        seller_id=row["seller_id"],
        customer_id=row["customer_id"],
        state=state,
        reason=ReturnReason(row["reason"]),
        words=row["words"],
        lines=lines,
        decision=row["decision"],
        tracking=row["tracking"],
        replacement_tracking=row["replacement_tracking"],
        worth=Money(sum(line.worth.amount for line in lines), currency),
        refunded=from_numeric(row["refunded"], currency),
        refund_id=row["refund_id"],
        failure=row["failure"],
        requested_at=row["requested_at"],
        updated_at=row["updated_at"],
        send_to=msgspec.json.decode(said, type=PostalAddress) if said and state in _SENT else None,
    )


def _line(row: Any, currency: str) -> ReturnLine:
    return ReturnLine(
        line_id=row["line_id"],
        variant_id=row["variant_id"],
        title=row["title"],
        quantity=row["quantity"],
        exchange_for=row["exchange_for"],
        worth=from_numeric(row["worth"], currency),
        received=row["received"],
        resellable=row["resellable"],
        replaced_in=row["replaced_in"],
    )
