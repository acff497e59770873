"""Putting products on show and off, now or at a moment. A plan is two columns of the product: no crash forgets it."""

from datetime import datetime
from uuid import UUID

from fastshop.contract.catalog import ProductNotFound, ProductStatus
from fastshop.contract.publishing import (
    ArchiveProduct,
    PlanUnclear,
    ProductStanding,
    PublishProduct,
    ShowStanding,
    UnpublishProduct,
)
from server.domains.catalog import announcing, back_in_stock, states
from server.domains.catalog.attributes import Attributes
from server.domains.catalog.browsing import Browsing, may_edit
from server.domains.catalog.submissions import Submissions
from server.domains.catalog.writing import Locked, Writing
from server.kernel import audit
from server.kernel.caller import Caller
from server.kernel.clock import Clock
from server.kernel.database import Database, Transaction

# A plan that was just made is noticed within so many seconds; one that was known is carried out at its moment.
_LOOK = 1.0
# Somebody else is at what is due: so long until it is looked at again.
_SOON = 0.05

_PLANS = "SELECT publish_at, unpublish_at FROM products WHERE id = $1"
_NEXT = """
SELECT least(publish_at, unpublish_at) AS at FROM products WHERE least(publish_at, unpublish_at) IS NOT NULL
ORDER BY least(publish_at, unpublish_at) LIMIT 1
"""
_TAKE = """
SELECT id, publish_at, unpublish_at FROM products WHERE least(publish_at, unpublish_at) <= $1
ORDER BY least(publish_at, unpublish_at), id LIMIT 1 FOR NO KEY UPDATE SKIP LOCKED
"""
_PLAN = "UPDATE products SET publish_at = $2, unpublish_at = $3 WHERE id = $1"
_BECOME = "UPDATE products SET status = $2, stage = $3, approved = $4, updated_at = $5 WHERE id = $1"
# Whoever takes units tells the channel of the product as it is: they wait until it is clear which one that is.
_LOCK_VARIANTS = "SELECT FROM product_variants WHERE product_id = $1 ORDER BY id FOR NO KEY UPDATE"


class Publishing:
    """Shows products, and takes them off show."""

    def __init__(self, database: Database, browsing: Browsing, clock: Clock) -> None:
        self._database = database
        self._browsing = browsing
        self._clock = clock
        self._writing = Writing(browsing, clock)
        self._submissions = Submissions(database, clock)
        self._attributes = Attributes(database, clock)

    async def show_standing(self, command: ShowStanding, caller: Caller) -> ProductStanding:
        """How a product stands."""
        await self._browsing.insight(command.product_id, caller)
        return await self.standing(command.product_id)

    async def publish(self, command: PublishProduct, caller: Caller) -> ProductStanding:
        """Put a product on show."""
        at = self._to_come(command.at)
        async with self._database.transaction() as transaction:
            known = await self._own(transaction, command.product_id, caller)
            _, unpublish_at = await self._plans(command.product_id)
            if unpublish_at is not None and unpublish_at <= (at or self._clock.now()):
                raise PlanUnclear
            await self._attributes.check_complete(known)
            cleared = _cleared(known) or not await self._submissions.moderated(known.seller_id, caller)
            status = states.resolve(ProductStatus.ACTIVE, known.status, cleared=cleared)
            if at is not None and status is ProductStatus.ACTIVE:
                status = known.status
            plan = None if status is ProductStatus.ACTIVE else at
            await transaction.connection.execute(_PLAN, command.product_id, plan, unpublish_at)
            await self.become(transaction, command.product_id, known, status)
            return await self._finished(transaction, command, caller, known)

    async def unpublish(self, command: UnpublishProduct, caller: Caller) -> ProductStanding:
        """Take a product off show."""
        at = self._to_come(command.at)
        async with self._database.transaction() as transaction:
            known = await self._own(transaction, command.product_id, caller)
            publish_at, _ = await self._plans(command.product_id) if at else (None, None)
            if at is not None and publish_at is not None and at <= publish_at:
                raise PlanUnclear
            await transaction.connection.execute(_PLAN, command.product_id, publish_at, at)
            if at is None and states.is_wanted(known.status):
                await self.become(transaction, command.product_id, known, ProductStatus.UNPUBLISHED)
            return await self._finished(transaction, command, caller, known)

    async def archive(self, command: ArchiveProduct, caller: Caller) -> ProductStanding:
        """Put a product away."""
        async with self._database.transaction() as transaction:
            known = await self._own(transaction, command.product_id, caller)
            await transaction.connection.execute(_PLAN, command.product_id, None, None)
            await self._submissions.withdraw(transaction, [command.product_id])
            await self.become(transaction, command.product_id, known, ProductStatus.ARCHIVED)
            return await self._finished(transaction, command, caller, known)

    async def round(self) -> float:
        """Carry out one plan that is due. Answers how long to rest, in seconds.

        Whoever else does the same takes another one; what was due while nobody was there is made good.
        """
        now = self._clock.now()
        upcoming = await self._database.fetch_one(_NEXT)
        if upcoming is None or upcoming["at"] > now:
            return min(_LOOK, max((upcoming["at"] - now).total_seconds(), _SOON)) if upcoming else _LOOK
        async with self._database.transaction() as transaction:
            row = await transaction.connection.fetchrow(_TAKE, now)
            if row is None:
                return _SOON
            await self._carry_out(transaction, row["id"], row["publish_at"], row["unpublish_at"], now)
        return 0

    async def become(self, transaction: Transaction, product_id: UUID, known: Locked, status: ProductStatus) -> None:
        """Give a locked product another status, and tell of it. What is in review waits, what is not does not."""
        if status is known.status:
            return
        await transaction.connection.execute(_LOCK_VARIANTS, product_id)
        now = self._clock.now()
        await transaction.connection.execute(_BECOME, product_id, *states.columns(status), _cleared(known), now)
        if status is ProductStatus.IN_REVIEW:
            await self._submissions.send(transaction, {product_id: None})
        elif known.status is ProductStatus.IN_REVIEW:
            await self._submissions.withdraw(transaction, [product_id])
        announcing.of_product(transaction, now, await self._browsing.get(product_id), known.status)
        await back_in_stock.tell_of(transaction, [product_id], now)

    async def standing(self, product_id: UUID) -> ProductStanding:
        """How a product that is there stands."""
        product = await self._browsing.get(product_id)
        publish_at, unpublish_at = await self._plans(product_id)
        return ProductStanding(
            product_id=product_id,
            status=product.status,
            moderated=await self._submissions.moderated(product.seller.id),
            publish_at=publish_at,
            unpublish_at=unpublish_at,
            submission=await self._submissions.last(product_id),
        )

    async def _finished(
        self,
        transaction: Transaction,
        command: PublishProduct | UnpublishProduct | ArchiveProduct,
        caller: Caller,
        known: Locked,
    ) -> ProductStanding:
        told = known.seller_id, command.tag(), f"product:{command.product_id}"
        await audit.note_foreign(transaction, self._clock.now(), caller, *told)
        return await self.standing(command.product_id)

    async def _carry_out(
        self,
        transaction: Transaction,
        product_id: UUID,
        publish_at: datetime | None,
        unpublish_at: datetime | None,
        now: datetime,
    ) -> None:
        known = (await self._writing.lock(transaction, [product_id]))[product_id]
        left = [at if at is not None and at > now else None for at in (publish_at, unpublish_at)]
        await transaction.connection.execute(_PLAN, product_id, *left)
        status = known.status
        if states.is_due_on(status, publish_at, unpublish_at, now):
            cleared = _cleared(known) or not await self._submissions.moderated(known.seller_id)
            status = states.resolve(ProductStatus.ACTIVE, status, cleared=cleared)
        elif states.is_wanted(status):
            status = ProductStatus.UNPUBLISHED
        await self.become(transaction, product_id, known, status)

    async def _own(self, transaction: Transaction, product_id: UUID, caller: Caller) -> Locked:
        known = (await self._writing.lock(transaction, [product_id])).get(product_id)
        if known is None or not may_edit(known.seller_id, caller):
            raise ProductNotFound
        return known

    async def _plans(self, product_id: UUID) -> tuple[datetime | None, datetime | None]:
        row = await self._database.fetch_one(_PLANS, product_id)
        return (row["publish_at"], row["unpublish_at"]) if row else (None, None)

    def _to_come(self, at: datetime | None) -> datetime | None:
        """The moment of a plan; None: now."""
        return at if at is not None and at > self._clock.now() else None


def _cleared(known: Locked) -> bool:
    """Whether what the product says was on show or was approved."""
    return known.approved or known.status is ProductStatus.ACTIVE
