"""Returns and disputes as who runs the shop watches them: how many are not over."""

from datetime import datetime

from fastshop.contract.disputes import MATTERS, MatterQueue
from server.kernel.database import Database, Transaction

# Whoever counts waits for those who have counted before and are not done: the last one told is right.
_COUNTING = "SELECT pg_advisory_xact_lock(7273118347)"
_COUNT = """
SELECT (
    SELECT count(*) FROM returns WHERE state IN ('requested', 'approved', 'sent', 'received', 'refunding')
) AS returns, (SELECT count(*) FROM order_disputes WHERE state IN ('open', 'refunding')) AS disputes
"""


async def queue(database: Database, now: datetime) -> MatterQueue:
    """How many there are, in the transaction or reading that is under way, if one is."""
    row = await database.fetch_one(_COUNT)
    assert row is not None
    return MatterQueue(time=now, returns=row["returns"], disputes=row["disputes"])


async def show(database: Database, transaction: Transaction, now: datetime) -> None:
    """Tell that something happened to a return or a dispute. After it a transaction waits for the audit log only."""
    await transaction.connection.execute(_COUNTING)
    transaction.show(MATTERS.of(), await queue(database, now))
