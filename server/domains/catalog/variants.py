"""One variant of a product at a time: what the others have in stock meanwhile is nobody's business."""

from uuid import UUID

import asyncpg
import msgspec

from fastshop.contract.base import Done, IdReused
from fastshop.contract.catalog import (
    AddVariant,
    EditVariant,
    LastVariant,
    NewVariant,
    Price,
    Product,
    ProductNotFound,
    RemoveVariant,
    Variant,
    VariantNotFound,
)
from server.domains.catalog import alerts, announcing, conflicts
from server.domains.catalog.browsing import Browsing, may_edit
from server.domains.catalog.rules import check_variants, is_variant_made_by
from server.domains.catalog.writing import Locked, Writing
from server.kernel import audit
from server.kernel.caller import Caller
from server.kernel.clock import Clock
from server.kernel.database import Database, Transaction
from server.kernel.money import to_numeric

_PRODUCT_OF = "SELECT product_id FROM product_variants WHERE id = $1"
_ADD = """
INSERT INTO product_variants
    (id, product_id, seller_id, sku, options, price, compare_at_price, currency, gtin, position)
SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, coalesce(max(position) + 1, 0) FROM product_variants WHERE product_id = $2
ON CONFLICT (id) DO NOTHING RETURNING id
"""
_STOCK = "INSERT INTO inventory_levels (variant_id, on_hand) VALUES ($1, $2)"
_EDIT = "UPDATE product_variants SET sku = $2, options = $3, gtin = $4 WHERE id = $1"
_REMOVE = "DELETE FROM product_variants WHERE id = $1"


class Variants:
    """Adds, changes and removes variants. The product's row is locked first, as whoever edits it does."""

    def __init__(self, database: Database, browsing: Browsing, clock: Clock) -> None:
        self._database = database
        self._browsing = browsing
        self._clock = clock
        self._writing = Writing(browsing, clock)

    async def add(self, command: AddVariant, caller: Caller) -> Variant:
        """Add one."""
        new = command.variant
        try:
            async with self._database.transaction() as transaction:
                known, product = await self._own(transaction, command.product_id, caller)
                there = [each for each in product.variants if each.id == new.id]
                if there:
                    return await self._same(there[0], new)
                check_variants(product.options, [*map(as_new, product.variants), new])
                await self._insert(transaction, command.product_id, known.seller_id, new)
                told = await self._tell(transaction, known, command.product_id, new.id)
                await self._note(transaction, command, caller, known, new.id)
                return told
        except asyncpg.IntegrityConstraintViolationError as error:
            raise await conflicts.refusal(self._database, error, "") from None

    async def edit(self, command: EditVariant, caller: Caller) -> Variant:
        """Change what it is called."""
        try:
            async with self._database.transaction() as transaction:
                known, product = await self._own_of(transaction, command.variant_id, caller)
                changes = {"sku": command.sku, "options": command.options, "gtin": command.gtin}
                variants = [
                    msgspec.structs.replace(each, **changes) if each.id == command.variant_id else each
                    for each in map(as_new, product.variants)
                ]
                check_variants(product.options, variants)
                columns = command.sku, msgspec.json.encode(command.options).decode(), command.gtin
                await transaction.connection.execute(_EDIT, command.variant_id, *columns)
                told = await self._tell(transaction, known, product.id, command.variant_id)
                await self._note(transaction, command, caller, known, command.variant_id)
                return told
        except asyncpg.IntegrityConstraintViolationError as error:
            raise await conflicts.refusal(self._database, error, "") from None

    async def remove(self, command: RemoveVariant, caller: Caller) -> Done:
        """Remove one."""
        try:
            async with self._database.transaction() as transaction:
                known, product = await self._own_of(transaction, command.variant_id, caller)
                if len(product.variants) == 1:
                    raise LastVariant
                await transaction.connection.execute(_REMOVE, command.variant_id)
                changed = await self._browsing.get(product.id)
                announcing.of_product(transaction, self._clock.now(), changed, known.status)
                await self._note(transaction, command, caller, known, command.variant_id)
        except asyncpg.IntegrityConstraintViolationError as error:
            raise await conflicts.refusal(self._database, error, "") from None
        return Done()

    async def _insert(self, transaction: Transaction, product_id: UUID, seller_id: UUID, new: NewVariant) -> None:
        compare_at = to_numeric(new.compare_at_price) if new.compare_at_price else None
        price = to_numeric(new.price), compare_at, new.price.currency
        columns = new.sku, msgspec.json.encode(new.options).decode(), *price, new.gtin or ""
        if await transaction.connection.fetchval(_ADD, new.id, product_id, seller_id, *columns) is None:
            raise IdReused
        await transaction.connection.execute(_STOCK, new.id, new.stock or 0)

    async def _tell(self, transaction: Transaction, known: Locked, product_id: UUID, variant_id: UUID) -> Variant:
        product = await self._browsing.get(product_id)
        announcing.of_product(transaction, self._clock.now(), product, known.status)
        await alerts.tell(transaction, [variant_id], self._clock.now())
        return next(each for each in product.variants if each.id == variant_id)

    async def _note(
        self,
        transaction: Transaction,
        command: AddVariant | EditVariant | RemoveVariant,
        caller: Caller,
        known: Locked,
        variant_id: UUID,
    ) -> None:
        told = known.seller_id, command.tag(), f"variant:{variant_id}"
        await audit.note_foreign(transaction, self._clock.now(), caller, *told)

    async def _same(self, there: Variant, new: NewVariant) -> Variant:
        """The answer to an addition that was sent again; `IdReused` when it was another one."""
        if not is_variant_made_by(await announcing.as_made(self._database, there.id) or there, new):
            raise IdReused
        return there

    async def _own_of(self, transaction: Transaction, variant_id: UUID, caller: Caller) -> tuple[Locked, Product]:
        product_id = await transaction.connection.fetchval(_PRODUCT_OF, variant_id)
        try:
            known, product = await self._own(transaction, product_id, caller)
        except ProductNotFound:
            raise VariantNotFound from None
        if all(each.id != variant_id for each in product.variants):  # removed while we waited for the product
            raise VariantNotFound
        return known, product

    async def _own(self, transaction: Transaction, product_id: UUID, caller: Caller) -> tuple[Locked, Product]:
        known = (await self._writing.lock(transaction, [product_id])).get(product_id)
        if known is None or not may_edit(known.seller_id, caller):
            raise ProductNotFound
        return known, await self._browsing.get(product_id)


def as_new(variant: Variant) -> NewVariant:
    """A variant as it would be written."""
    compare_at = variant.compare_at_price
    return NewVariant(
        id=variant.id,
        sku=variant.sku,
        price=Price(variant.price.amount, variant.price.currency),
        options=variant.options,
        compare_at_price=Price(compare_at.amount, compare_at.currency) if compare_at else None,
        stock=variant.stock,
        gtin=variant.gtin,
    )
