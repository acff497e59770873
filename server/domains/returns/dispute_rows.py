"""Between a dispute's rows and the contract's structs."""

from typing import Any
from uuid import UUID

from msgspec.structs import replace

from fastshop.contract.disputes import (
    DISPUTE,
    DisputeMoved,
    DisputeNotFound,
    DisputeReason,
    DisputeReply,
    OrderDispute,
    OrderDisputeState,
)
from fastshop.contract.orders import SELLER
from fastshop.contract.returns import ReturnSide
from server.domains.returns import matters
from server.domains.returns.asker import guests_channels
from server.kernel.database import Database, Transaction
from server.kernel.money import from_numeric

_FIND = "SELECT * FROM order_disputes WHERE id = $1"
_REPLIES = "SELECT * FROM dispute_replies WHERE dispute_id = $1 ORDER BY at, id"


async def find(database: Database, dispute_id: UUID) -> OrderDispute | None:
    """One dispute, with all that was said."""
    row = await database.fetch_one(_FIND, dispute_id)
    if row is None:
        return None
    return dispute(row, tuple(reply(each) for each in await database.fetch(_REPLIES, dispute_id)))


async def get(database: Database, dispute_id: UUID) -> OrderDispute:
    """One dispute. Refused when there is none: `DisputeNotFound`."""
    found = await find(database, dispute_id)
    if found is None:
        raise DisputeNotFound
    return found


async def bare(database: Database, dispute_id: UUID) -> OrderDispute:
    """A dispute that there is, as the log has it: without anybody's words, for the log is never forgotten."""
    return replace(dispute(await database.fetch_one(_FIND, dispute_id)), decision="")


async def tell(database: Database, transaction: Transaction, dispute_id: UUID) -> None:
    """Tell how a dispute is now."""
    now = await bare(database, dispute_id)
    guests = await guests_channels(database, now)
    told = DisputeMoved(time=now.updated_at, dispute=now)
    transaction.emit(told, DISPUTE.of(dispute_id), SELLER.of(now.seller_id), *guests)
    await matters.show(database, transaction, now.updated_at)


def dispute(row: Any, replies: tuple[DisputeReply, ...] = ()) -> OrderDispute:
    """The dispute in a row."""
    currency = row["currency"]
    return OrderDispute(
        id=row["id"],
        order_id=row["order_id"],
        line_id=row["line_id"],
        return_id=row["return_id"],
        seller_id=row["seller_id"],
        customer_id=row["customer_id"],
        state=OrderDisputeState(row["state"]),
        reason=DisputeReason(row["reason"]),
        waits_for=ReturnSide(row["waits_for"]),
        answer_by=row["answer_by"],
        at_stake=from_numeric(row["at_stake"], currency),
        refund=from_numeric(row["refund"], currency),
        refund_id=row["refund_id"],
        decision=row["decision"],
        decided_by=row["decided_by"],
        failure=row["failure"],
        opened_at=row["opened_at"],
        updated_at=row["updated_at"],
        replies=replies,
    )


def reply(row: Any) -> DisputeReply:
    """What was said, in a row."""
    return DisputeReply(row["id"], ReturnSide(row["side"]), row["author_id"], row["words"], row["at"])
