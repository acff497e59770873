"""Writing reviews, voting, reporting, moderating. The product's row is locked before the review's, always."""

from collections.abc import Collection
from uuid import UUID

from fastshop.contract.accounts import Role
from fastshop.contract.base import Done, IdReused
from fastshop.contract.reviews import (
    AlreadyReviewed,
    EditReview,
    ModerateReview,
    OwnProduct,
    OwnReview,
    RemoveReview,
    ReportReview,
    Review,
    ReviewHidden,
    ReviewNotFound,
    ReviewState,
    VoteHelpful,
    WriteReview,
)
from server.domains.reviews import rows
from server.domains.reviews.ports import Purchases, Ratings
from server.kernel import audit
from server.kernel.caller import Caller
from server.kernel.clock import Clock
from server.kernel.database import Database, Transaction

_OF_CUSTOMER = "SELECT id FROM reviews WHERE product_id = any($1::uuid[]) AND customer_id = $2"
_INSERT = """
INSERT INTO reviews (id, product_id, customer_id, stars, text, verified, created_at, updated_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $7) ON CONFLICT (id) DO NOTHING RETURNING id
"""
_EDIT = "UPDATE reviews SET stars = $2, text = $3, verified = $4, updated_at = $5 WHERE id = $1"
_REMOVE = "DELETE FROM reviews WHERE id = $1"
_MODERATE = "UPDATE reviews SET state = $2, reason = $3, moderated_by = $4, moderated_at = $5 WHERE id = $1"
_DECIDE = "UPDATE review_reports SET decided_at = $2 WHERE review_id = $1 AND decided_at IS NULL"
_VOTE = "INSERT INTO review_votes (review_id, voter_id) VALUES ($1, $2) ON CONFLICT DO NOTHING RETURNING 1"
_TAKE_BACK = "DELETE FROM review_votes WHERE review_id = $1 AND voter_id = $2 RETURNING 1"
_COUNT_VOTE = "UPDATE reviews SET helpful = helpful + $2 WHERE id = $1"
# What was decided about an older text can be reported anew.
_REPORT = """
INSERT INTO review_reports (review_id, reporter_id, reason, created_at) VALUES ($1, $2, $3, $4)
ON CONFLICT (review_id, reporter_id) DO UPDATE
    SET reason = excluded.reason, created_at = excluded.created_at, decided_at = NULL
WHERE review_reports.decided_at < $5
"""


class Reviews:
    """Reviews as they are changed."""

    def __init__(self, database: Database, ratings: Ratings, purchases: Purchases, clock: Clock) -> None:
        self._database = database
        self._ratings = ratings
        self._purchases = purchases
        self._clock = clock

    async def write(self, command: WriteReview, caller: Caller) -> Review:
        """Review a product."""
        async with self._database.transaction() as transaction:
            sellers = await self._ratings.lock_for_sale(transaction, command.product_id)
            if caller.seller_id in sellers:
                raise OwnProduct
            family = await self._ratings.family(command.product_id)
            if known := await self._known(command, caller.person, family):
                return known
            bought = await self._purchases.bought(caller.person, family, command.product_id)
            product_id = bought or command.product_id
            if not await self._insert(transaction, command, caller.person, product_id, verified=bought is not None):
                raise IdReused  # meanwhile, for another product
            await self._ratings.count(transaction, product_id, None, command.stars)
            return await self._get(command.review_id)

    async def edit(self, command: EditReview, caller: Caller) -> Review:
        """Replace one's own review."""
        async with self._database.transaction() as transaction:
            known = await self._locked(transaction, command.review_id, caller, own=True)
            family = await self._ratings.family(known.product_id)
            verified = await self._purchases.bought(caller.person, family, known.product_id) is not None
            args = (known.id, command.stars, command.text, verified, self._clock.now())
            await transaction.connection.execute(_EDIT, *args)
            if known.state is ReviewState.SHOWN:
                await self._ratings.count(transaction, known.product_id, known.stars, command.stars)
            return await self._get(known.id)

    async def remove(self, command: RemoveReview, caller: Caller) -> Done:
        """Take one's own review back."""
        async with self._database.transaction() as transaction:
            known = await self._locked(transaction, command.review_id, caller, own=True)
            if known.state is ReviewState.HIDDEN:
                raise ReviewHidden(known.reason)
            await transaction.connection.execute(_REMOVE, known.id)
            await self._ratings.count(transaction, known.product_id, known.stars, None)
        return Done()

    async def vote(self, command: VoteHelpful, caller: Caller) -> Review:
        """Say that a review helped, or take that back."""
        async with self._database.transaction() as transaction:
            known = await self._others(command.review_id, caller)
            query, step = (_VOTE, 1) if command.helpful else (_TAKE_BACK, -1)
            if await transaction.connection.fetchval(query, known.id, caller.person):
                await transaction.connection.execute(_COUNT_VOTE, known.id, step)
            return await self._get(known.id)

    async def report(self, command: ReportReview, caller: Caller) -> Done:
        """Tell moderators."""
        async with self._database.transaction() as transaction:
            known = await self._others(command.review_id, caller)
            args = (known.id, caller.person, command.reason, self._clock.now(), known.updated_at)
            await transaction.connection.execute(_REPORT, *args)
        return Done()

    async def moderate(self, command: ModerateReview, caller: Caller) -> Review:
        """Hide or restore, and decide about the reports."""
        async with self._database.transaction() as transaction:
            known, now = await self._locked(transaction, command.review_id, caller, own=False), self._clock.now()
            args = (known.id, command.state, command.reason, caller.person, now)
            await transaction.connection.execute(_MODERATE, *args)
            await transaction.connection.execute(_DECIDE, known.id, now)
            was, counts = (_counted(state, known.stars) for state in (known.state, command.state))
            await self._ratings.count(transaction, known.product_id, was, counts)
            await audit.note(transaction, now, caller, command.tag(), f"review:{known.id}", state=command.state)
            return await self._get(known.id)

    async def _known(self, command: WriteReview, person: UUID, family: Collection[UUID]) -> Review | None:
        """The answer to a review that was sent again, as it is now."""
        known = await rows.find(self._database, command.review_id)
        if known is not None:
            if known.customer_id != person or known.product_id not in family:
                raise IdReused
            if known.created_at == known.updated_at and (known.stars, known.text) != (command.stars, command.text):
                raise IdReused
            return known
        other = await self._database.fetch_one(_OF_CUSTOMER, family, person)
        if other is not None:
            raise AlreadyReviewed(other["id"])
        return None

    async def _insert(
        self, transaction: Transaction, command: WriteReview, person: UUID, product_id: UUID, *, verified: bool
    ) -> bool:
        args = (command.review_id, product_id, person, command.stars, command.text, verified)
        return await transaction.connection.fetchval(_INSERT, *args, self._clock.now()) is not None

    async def _locked(self, transaction: Transaction, review_id: UUID, caller: Caller, *, own: bool) -> Review:
        """A review, with its product: nobody else changes either until the transaction ends."""
        before = await self._get(review_id)
        await self._ratings.lock(transaction, before.product_id)
        review = await rows.find(self._database, review_id, lock=True)
        if review is None or (own and review.customer_id != caller.person):
            raise ReviewNotFound
        return review

    async def _others(self, review_id: UUID, caller: Caller) -> Review:
        """Somebody else's review that the caller sees; nobody else changes it until the transaction ends."""
        review = await rows.find(self._database, review_id, lock=True)
        if review is None:
            raise ReviewNotFound
        if review.customer_id == caller.person:
            raise OwnReview
        if review.state is ReviewState.HIDDEN and not caller.is_any(Role.MANAGER, Role.ADMIN):
            raise ReviewNotFound
        return review

    async def _get(self, review_id: UUID) -> Review:
        review = await rows.find(self._database, review_id)
        if review is None:
            raise ReviewNotFound
        return review


def _counted(state: ReviewState, stars: int) -> int | None:
    return stars if state is ReviewState.SHOWN else None
