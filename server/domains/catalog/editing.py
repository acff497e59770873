"""What sellers do with their products. The product's row is locked first, so that two editors take turns."""

from collections.abc import Collection, Mapping, Sequence
from uuid import UUID

import asyncpg
import msgspec

from fastshop.contract.base import IdReused, Refusal
from fastshop.contract.catalog import (
    PRODUCT,
    PRODUCT_DESK,
    CreateProduct,
    EditProduct,
    NoShop,
    Product,
    ProductChanged,
    ProductNotFound,
    SlugTaken,
    StatusUnclear,
    VariantsUnclear,
)
from server.domains.catalog import conflicts
from server.domains.catalog.adjusting import Adjusting
from server.domains.catalog.attributes import Attributes
from server.domains.catalog.browsing import Browsing, may_edit
from server.domains.catalog.rules import check_variants, is_made_by, safe
from server.domains.catalog.states import Known, asked, resolve, settle
from server.domains.catalog.submissions import Submissions
from server.domains.catalog.writing import Asked, Locked, Order, Writing
from server.kernel import audit, log
from server.kernel.caller import Caller
from server.kernel.clock import Clock
from server.kernel.database import Database, Transaction


class Editing(Adjusting):
    """Creating and changing products, and what they cost."""

    def __init__(self, database: Database, browsing: Browsing, clock: Clock) -> None:
        super().__init__(database, clock)
        self._browsing = browsing
        self._writing = Writing(browsing, clock)
        self._submissions = Submissions(database, clock)
        self._attributes = Attributes(database, clock)

    async def create_product(self, command: CreateProduct, caller: Caller) -> Product:
        """Add a product to the caller's shop."""
        if caller.seller_id is None:
            raise NoShop
        check_variants(command.options, command.variants)
        command = safe(command)
        try:
            async with self._database.transaction() as transaction:
                moderated = await self._submissions.moderated(caller.seller_id, caller)
                orders = [_new(command, moderated=moderated)]
                if not await self._writing.insert(transaction, orders, caller.seller_id):
                    return await self._same(transaction, command, caller.seller_id)
                await self._attributes.check(command, None)
                return await self._finish(transaction, orders[0], caller.seller_id, {})
        except asyncpg.IntegrityConstraintViolationError as error:
            raise await conflicts.refusal(self._database, error, command.slug) from None

    async def edit_product(self, command: EditProduct, caller: Caller) -> Product:
        """Replace a product of the caller's shop."""
        check_variants(command.options, command.variants)
        command = safe(command)
        try:
            async with self._database.transaction() as transaction:
                there = await self._writing.lock(transaction, [command.product_id])
                known = there.get(command.product_id)
                if known is None or not may_edit(known.seller_id, caller):
                    raise ProductNotFound
                await self._attributes.check(command, known)
                moderated = await self._submissions.moderated(known.seller_id, caller)
                (order,) = await self._orders(transaction, [command], there, moderated=moderated)
                await self._writing.update(transaction, [order])
                product = await self._finish(transaction, order, known.seller_id, there)
                told = known.seller_id, command.tag(), f"product:{product.id}"
                await audit.note_foreign(transaction, self._clock.now(), caller, *told)
                return product
        except asyncpg.IntegrityConstraintViolationError as error:
            raise await conflicts.refusal(self._database, error, command.slug) from None

    async def put(
        self, transaction: Transaction, commands: Sequence[CreateProduct], seller_id: UUID, kept: Collection[UUID] = ()
    ) -> Mapping[UUID, Refusal]:
        """Write products whether they are there or not, in a transaction that goes on; why some are not, by product.

        Variants in ``kept`` are there and stay as they are. Refused are another seller's ids: `IdReused`; else what
        creating and editing refuse.
        """
        moderated = await self._submissions.moderated(seller_id)
        refused: dict[UUID, Refusal] = await self._attributes.refusals(commands)
        clear = []
        for command in commands:
            try:
                check_variants(command.options, command.variants)
                resolve(command.status, None, cleared=not moderated)
                clear.append(safe(command))
            except (VariantsUnclear, StatusUnclear) as unclear:
                refused[command.product_id] = unclear
        clear = [command for command in clear if command.product_id not in refused]
        return refused | await self._put(transaction, clear, seller_id, kept, moderated=moderated) if clear else refused

    async def _put(
        self,
        transaction: Transaction,
        commands: Sequence[CreateProduct],
        seller_id: UUID,
        kept: Collection[UUID],
        *,
        moderated: bool,
    ) -> dict[UUID, Refusal]:
        """Write all at once; when one of them cannot be, each half by itself, until it stands alone."""
        try:
            async with transaction.connection.transaction():  # a savepoint
                return await self._put_all(transaction, commands, seller_id, kept, moderated=moderated)
        except (asyncpg.IntegrityConstraintViolationError, IdReused) as error:
            if len(commands) == 1:
                return {commands[0].product_id: await self._why(error, commands[0])}
        half = len(commands) // 2
        refused = await self._put(transaction, commands[:half], seller_id, kept, moderated=moderated)
        return refused | await self._put(transaction, commands[half:], seller_id, kept, moderated=moderated)

    async def _put_all(
        self,
        transaction: Transaction,
        commands: Sequence[CreateProduct],
        seller_id: UUID,
        kept: Collection[UUID],
        *,
        moderated: bool,
    ) -> dict[UUID, Refusal]:
        """Write those that can be had; the others, and why."""
        new = [_new(command, moderated=moderated) for command in commands]
        inserted = await self._writing.insert(transaction, new, seller_id)
        others = [command for command in commands if command.product_id not in inserted]
        there = await self._writing.lock(transaction, [command.product_id for command in others]) if others else {}
        refused = {
            command.product_id: refusal
            for command in others
            if (refusal := _not_own(command, there.get(command.product_id), seller_id))
        }
        ours = [command for command in others if command.product_id not in refused]
        known = await self._orders(transaction, ours, there, moderated=moderated)
        if known:
            await self._writing.update(transaction, known)
        orders = [order for order in new if order.command.product_id in inserted] + known
        await self._finish_all(transaction, orders, seller_id, kept, there)
        return refused

    async def _orders(
        self, transaction: Transaction, commands: Sequence[Asked], there: Mapping[UUID, Locked], *, moderated: bool
    ) -> list[Order]:
        """What becomes of products that are there. Their pictures matter where they are moderated, or to be kept."""
        kept = [command.product_id for command in commands if moderated or command.images is None]
        images = await self._writing.images(transaction, kept) if kept else {}
        waiting = await self._submissions.waiting(kept) if moderated else {}
        uploaded = await self._writing.uploaded(transaction, kept) if moderated else frozenset()
        orders = []
        for command in commands:
            each, shown = there[command.product_id], images.get(command.product_id, ())
            known = Known(each.status, each.approved, msgspec.structs.replace(each.content, images=shown))
            revision = waiting.get(command.product_id, known.content)
            content = asked(command, known.content, revision.images, uploaded)
            orders.append(Order(command, settle(command.status, content, known, moderated=moderated)))
        return orders

    async def _finish(
        self, transaction: Transaction, order: Order, seller_id: UUID, there: Mapping[UUID, Locked]
    ) -> Product:
        products = await self._finish_all(transaction, [order], seller_id, (), there)
        return products[order.command.product_id]

    async def _finish_all(
        self,
        transaction: Transaction,
        orders: Sequence[Order],
        seller_id: UUID,
        kept: Collection[UUID],
        there: Mapping[UUID, Locked],
    ) -> Mapping[UUID, Product]:
        """Write the parts of products that are written themselves, and send to review what is to be reviewed."""
        settled = {order.command.product_id: order.settled for order in orders}
        before = {product_id: each.status for product_id, each in there.items()}
        products = await self._writing.save_parts(transaction, orders, seller_id, kept, before)
        # Last, for all wait here for each other: nobody who waits for a constraint may keep the others.
        await self._submissions.settle(transaction, settled, [its_id for its_id in settled if its_id in there])
        return products

    async def _same(self, transaction: Transaction, command: CreateProduct, seller_id: UUID) -> Product:
        """The answer to a creation that was sent again; `IdReused` when it is another one."""
        there = await self._writing.lock(transaction, [command.product_id])
        if refusal := _not_own(command, there.get(command.product_id), seller_id):
            raise refusal
        known = await self._browsing.get(command.product_id)
        if not is_made_by(await _as_created(transaction, known), command):
            raise IdReused
        return known

    async def _why(
        self, error: asyncpg.IntegrityConstraintViolationError | IdReused, command: CreateProduct
    ) -> Refusal:
        return error if isinstance(error, IdReused) else await conflicts.refusal(self._database, error, command.slug)


async def _as_created(transaction: Transaction, known: Product) -> Product:
    """The product as the first event tells of it, before it was changed."""
    connection = transaction.connection
    told = [await log.after(connection, channel.of(known.id), 0, 1) for channel in (PRODUCT, PRODUCT_DESK)]
    first = [msgspec.json.decode(each[0].data, type=ProductChanged) for each in told if each]
    return min(first, key=lambda event: event.time).product if first else known


def _new(command: Asked, *, moderated: bool) -> Order:
    return Order(command, settle(command.status, asked(command, None), None, moderated=moderated))


def _not_own(command: CreateProduct, known: Locked | None, seller_id: UUID) -> Refusal | None:
    """Why a product could not be inserted, if it is not the seller's with that id."""
    if known is None:
        return SlugTaken(command.slug)
    return IdReused() if known.seller_id != seller_id else None
