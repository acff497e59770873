"""What was sent to review: one row a product, numbered, so that a manager decides about just what they have seen.

Whoever changes what waits shows the new count, one after another, so that the last count shown is the right one.
"""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from fastshop.contract.accounts import Role
from fastshop.contract.catalog import ProductStatus
from fastshop.contract.publishing import (
    MODERATION,
    ModerationQueue,
    ProductRevision,
    ProductSubmission,
    SubmissionState,
)
from server.domains.catalog.states import Settled
from server.kernel.caller import Caller
from server.kernel.clock import Clock
from server.kernel.database import Database, Transaction

# Any number nobody else uses.
_LOCK = 7_273_118_222
# A seller is known once something of theirs was on show; an offer of what others sell says nothing of theirs.
_MODERATED = """
SELECT coalesce((SELECT moderated FROM moderated_sellers WHERE seller_id = $1), (
    SELECT mode = 'all' OR mode = 'new_sellers' AND NOT EXISTS (
        SELECT FROM products WHERE seller_id = $1 AND offer_of IS NULL AND (status = 'active' OR approved))
    FROM moderation), false)
"""
# The same revision sent again is the same submission.
_SUBMIT = """
INSERT INTO product_submissions AS known (product_id, number, state, content, reason, submitted_at)
SELECT product_id, 1, 'waiting', content, '', $2
FROM jsonb_to_recordset($1::jsonb) AS new (product_id uuid, content jsonb) ORDER BY product_id
ON CONFLICT (product_id) DO UPDATE SET number = known.number + 1, state = 'waiting', content = excluded.content,
    reason = '', submitted_at = excluded.submitted_at, decided_at = NULL, decided_by = NULL
    WHERE known.state <> 'waiting' OR excluded.content IS NULL OR known.content IS DISTINCT FROM excluded.content
"""
_WITHDRAW = """
UPDATE product_submissions SET state = 'withdrawn' WHERE product_id = any($1::uuid[]) AND state = 'waiting'
RETURNING product_id
"""
_LAST = "SELECT * FROM product_submissions WHERE product_id = $1"
_REVISIONS = """
SELECT product_id, content FROM product_submissions
WHERE product_id = any($1::uuid[]) AND state = 'waiting' AND content IS NOT NULL
"""
_DECIDE = """
UPDATE product_submissions SET state = $2, reason = $3, decided_at = $4, decided_by = $5 WHERE product_id = $1
"""
_COUNT = "SELECT count(*) FROM product_submissions WHERE state = 'waiting'"


class Submissions:
    """Keeps what waits for review."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def moderated(self, seller_id: UUID, caller: Caller | None = None) -> bool:
        """Whether a seller's products are reviewed; what an admin does for them is not, see `is_exempt`."""
        if caller is not None and is_exempt(caller):
            return False
        row = await self._database.fetch_one(_MODERATED, seller_id)
        return row is not None and bool(row[0])

    async def settle(self, transaction: Transaction, settled: Mapping[UUID, Settled], there: Collection[UUID]) -> None:
        """Send to review what is to be reviewed of products that were written; no other of those ``there`` waits."""
        sent = {
            product_id: each.waiting
            for product_id, each in settled.items()
            if each.waiting or each.status is ProductStatus.IN_REVIEW
        }
        await self.send(transaction, sent)
        await self.withdraw(transaction, [product_id for product_id in there if product_id not in sent])

    async def send(self, transaction: Transaction, revisions: Mapping[UUID, ProductRevision | None]) -> None:
        """Send products to review: a revision of each, or with None the product itself."""
        if revisions:
            new = [{"product_id": product_id, "content": content} for product_id, content in revisions.items()]
            await transaction.connection.execute(_SUBMIT, msgspec.json.encode(new).decode(), self._clock.now())
            await self._show(transaction)

    async def withdraw(self, transaction: Transaction, product_ids: Iterable[UUID]) -> None:
        """Have nothing of these products wait any more."""
        if (ids := list(product_ids)) and await transaction.connection.fetch(_WITHDRAW, ids):
            await self._show(transaction)

    async def last(self, product_id: UUID) -> ProductSubmission | None:
        """What was last sent of a product."""
        row = await self._database.fetch_one(_LAST, product_id)
        return submission(row) if row else None

    async def waiting(self, product_ids: Iterable[UUID]) -> Mapping[UUID, ProductRevision]:
        """The revisions of these products that wait."""
        found = await self._database.fetch(_REVISIONS, list(product_ids))
        return {row["product_id"]: _revision(row["content"]) for row in found}

    async def decide(
        self, transaction: Transaction, product_id: UUID, caller: Caller, state: SubmissionState, reason: str
    ) -> datetime:
        """Note what a manager decided; when."""
        now = self._clock.now()
        await transaction.connection.execute(_DECIDE, product_id, state.value, reason, now, caller.user_id)
        await self._show(transaction)
        return now

    async def queue(self) -> ModerationQueue:
        """How many wait."""
        row = await self._database.fetch_one(_COUNT)
        assert row is not None
        return ModerationQueue(time=self._clock.now(), waiting=row[0])

    async def _show(self, transaction: Transaction) -> None:
        await transaction.connection.execute("SELECT pg_advisory_xact_lock($1)", _LOCK)
        transaction.show(MODERATION.of(), await self.queue())


def is_exempt(caller: Caller) -> bool:
    """Whether what the caller does needs no review: an admin's, but not theirs who count as one by a grant."""
    return caller.is_any(Role.ADMIN) and not caller.is_granted


def submission(row: Any) -> ProductSubmission:
    """A submission, from its row."""
    return ProductSubmission(
        number=row["number"],
        state=SubmissionState(row["state"]),
        revision=_revision(row["content"]) if row["content"] else None,
        reason=row["reason"],
        submitted_at=row["submitted_at"],
        decided_at=row["decided_at"],
    )


def _revision(content: str) -> ProductRevision:
    return msgspec.json.decode(content, type=ProductRevision)
