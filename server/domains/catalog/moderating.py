"""What managers do: look through what waits, approve or reject it, and say whose products are reviewed at all."""

from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg

from fastshop.contract.base import Page
from fastshop.contract.catalog import CategoryNotFound, ProductNotFound, ProductStatus, SellerNotFound
from fastshop.contract.orders import SELLER
from fastshop.contract.publishing import (
    ApproveProduct,
    ListWaitingProducts,
    ModerationMode,
    ModerationPolicy,
    NotInReview,
    ProductReviewed,
    ProductStanding,
    ProductSubmission,
    RejectProduct,
    SellerModeration,
    SetModeration,
    SetSellerModeration,
    ShowModeration,
    ShowSellerModeration,
    SubmissionOutdated,
    SubmissionState,
    WaitingProduct,
)
from server.domains.catalog import announcing
from server.domains.catalog.browsing import Browsing
from server.domains.catalog.publishing import Publishing
from server.domains.catalog.submissions import Submissions, submission
from server.domains.catalog.writing import Locked, Writing
from server.kernel import audit
from server.kernel.caller import Caller
from server.kernel.clock import Clock
from server.kernel.database import Database, Transaction
from server.kernel.page import decode_cursor, page_of

_WAITING = """
SELECT * FROM product_submissions
WHERE state = 'waiting' AND ($1::timestamptz IS NULL OR (submitted_at, product_id) > ($1, $2::uuid))
ORDER BY submitted_at, product_id LIMIT $3
"""
_APPROVE = "UPDATE products SET approved = true WHERE id = $1 RETURNING publish_at"
_REJECT = "UPDATE products SET approved = false, publish_at = NULL WHERE id = $1"
_MODE = "SELECT mode FROM moderation"
_SET_MODE = "INSERT INTO moderation (mode) VALUES ($1) ON CONFLICT (one) DO UPDATE SET mode = excluded.mode"
_SET_SELLER = """
INSERT INTO moderated_sellers (seller_id, moderated) VALUES ($1, $2)
ON CONFLICT (seller_id) DO UPDATE SET moderated = excluded.moderated
"""
_OF_SELLER = "SELECT moderated FROM moderated_sellers WHERE seller_id = $1"
_UNSET_SELLER = "DELETE FROM moderated_sellers WHERE seller_id = $1"


class Moderating:
    """Decides what is seen."""

    def __init__(self, database: Database, browsing: Browsing, publishing: Publishing, clock: Clock) -> None:
        self._database = database
        self._browsing = browsing
        self._publishing = publishing
        self._clock = clock
        self._writing = Writing(browsing, clock)
        self._submissions = Submissions(database, clock)

    async def list_waiting(self, command: ListWaitingProducts, caller: Caller) -> Page[WaitingProduct]:  # noqa: ARG002
        """What waits."""
        after = decode_cursor(command.cursor, tuple[datetime, UUID]) or (None, None)
        found = await self._database.fetch(_WAITING, *after, command.limit + 1)
        shown, following = page_of(found, command.limit, _key)
        products = await self._browsing.get_many([row["product_id"] for row in shown])
        return Page(tuple(WaitingProduct(products[row["product_id"]], submission(row)) for row in shown), following)

    async def approve(self, command: ApproveProduct, caller: Caller) -> ProductStanding:
        """Let it be seen."""
        try:
            async with self._database.transaction() as transaction:
                known = await self._lock(transaction, command.product_id)
                sent = await self._sent(command.product_id, command.submission, SubmissionState.APPROVED)
                if sent.state is SubmissionState.WAITING:
                    await self._approve(transaction, command.product_id, known, sent, caller)
                return await self._publishing.standing(command.product_id)
        except asyncpg.ForeignKeyViolationError:
            raise CategoryNotFound from None

    async def reject(self, command: RejectProduct, caller: Caller) -> ProductStanding:
        """Do not let it be seen."""
        async with self._database.transaction() as transaction:
            known = await self._lock(transaction, command.product_id)
            sent = await self._sent(command.product_id, command.submission, SubmissionState.REJECTED)
            if sent.state is SubmissionState.WAITING:
                await self._decide(
                    transaction, command.product_id, known, caller, SubmissionState.REJECTED, command.reason
                )
                if sent.revision is None:
                    await transaction.connection.execute(_REJECT, command.product_id)
                    await self._publishing.become(transaction, command.product_id, known, ProductStatus.REJECTED)
            return await self._publishing.standing(command.product_id)

    async def show_policy(self, command: ShowModeration, caller: Caller) -> ModerationPolicy:  # noqa: ARG002
        """The marketplace's rule."""
        row = await self._database.fetch_one(_MODE)
        return ModerationPolicy(ModerationMode(row["mode"]) if row else ModerationMode.NONE)

    async def set_policy(self, command: SetModeration, caller: Caller) -> ModerationPolicy:
        """Change it."""
        async with self._database.transaction() as transaction:
            await transaction.connection.execute(_SET_MODE, command.mode.value)
            now = self._clock.now()
            await audit.note(transaction, now, caller, "catalog.set_moderation", "moderation", mode=command.mode)
        return ModerationPolicy(command.mode)

    async def show_seller(self, command: ShowSellerModeration, caller: Caller) -> SellerModeration:  # noqa: ARG002
        """What was said of one seller."""
        row = await self._database.fetch_one(_OF_SELLER, command.seller_id)
        return SellerModeration(command.seller_id, row["moderated"] if row else None)

    async def set_seller(self, command: SetSellerModeration, caller: Caller) -> SellerModeration:
        """Say it of one seller."""
        try:
            await self._set_seller(command, caller)
        except asyncpg.ForeignKeyViolationError:
            raise SellerNotFound from None
        return SellerModeration(command.seller_id, command.moderated)

    async def _set_seller(self, command: SetSellerModeration, caller: Caller) -> None:
        async with self._database.transaction() as transaction:
            if command.moderated is None:
                await transaction.connection.execute(_UNSET_SELLER, command.seller_id)
            else:
                await transaction.connection.execute(_SET_SELLER, command.seller_id, command.moderated)
            action, subject = "catalog.set_seller_moderation", f"seller:{command.seller_id}"
            await audit.note(transaction, self._clock.now(), caller, action, subject, moderated=command.moderated)

    async def _approve(
        self, transaction: Transaction, product_id: UUID, known: Locked, sent: ProductSubmission, caller: Caller
    ) -> None:
        await self._decide(transaction, product_id, known, caller, SubmissionState.APPROVED, "")
        if sent.revision is not None:
            await self._writing.revise(transaction, product_id, sent.revision)
            product = await self._browsing.get(product_id)
            announcing.of_product(transaction, self._clock.now(), product, known.status)
            return
        planned = await transaction.connection.fetchval(_APPROVE, product_id)
        status = ProductStatus.ACTIVE if planned is None else ProductStatus.UNPUBLISHED
        await self._publishing.become(transaction, product_id, known._replace(approved=True), status)

    async def _decide(
        self,
        transaction: Transaction,
        product_id: UUID,
        known: Locked,
        caller: Caller,
        state: SubmissionState,
        reason: str,
    ) -> None:
        now = await self._submissions.decide(transaction, product_id, caller, state, reason)
        told = ProductReviewed(time=now, product_id=product_id, title=known.content.title, state=state, reason=reason)
        transaction.emit(told, SELLER.of(known.seller_id))
        await audit.note(transaction, now, caller, f"catalog.{state}", f"product:{product_id}")

    async def _lock(self, transaction: Transaction, product_id: UUID) -> Locked:
        known = (await self._writing.lock(transaction, [product_id])).get(product_id)
        if known is None:
            raise ProductNotFound
        return known

    async def _sent(self, product_id: UUID, number: int, decided: SubmissionState) -> ProductSubmission:
        """What was sent, if it waits or was decided just so. Refused: `NotInReview`, `SubmissionOutdated`."""
        sent = await self._submissions.last(product_id)
        if sent is None or sent.state not in (SubmissionState.WAITING, decided):
            raise NotInReview
        if sent.number != number:
            raise SubmissionOutdated(sent.number)
        return sent


def _key(row: Any) -> tuple[datetime, UUID]:
    return row["submitted_at"], row["product_id"]
