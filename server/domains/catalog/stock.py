"""Units on hand, as others take them: one conditional UPDATE is the last word, so they never fall below zero."""

from collections.abc import Collection, Mapping
from typing import Any
from uuid import UUID

from msgspec import Struct

from fastshop.contract.base import Money
from server.domains.catalog import alerts, announcing, back_in_stock, rows
from server.kernel.clock import Clock
from server.kernel.database import Database, Transaction
from server.kernel.money import from_numeric

# The array in a query of its own, so that it is planned once: of a bare one the planner counts the values, and plans
# it anew each time, which takes longer than the reading.
_OFFERS = """
SELECT variant.id, variant.product_id, variant.seller_id, variant.sku, variant.options, variant.price,
    variant.currency, product.title, product.options AS option_names,
    product.status = 'active' AND seller.suspended_at IS NULL AS visible,
    coalesce(level.on_hand, 0) AS on_hand,
    (SELECT url FROM product_media media WHERE media.product_id = product.id ORDER BY position, id LIMIT 1) AS image
FROM product_variants variant JOIN products product ON product.id = variant.product_id
    JOIN sellers seller ON seller.id = variant.seller_id
    LEFT JOIN inventory_levels level ON level.variant_id = variant.id
WHERE variant.id = any((SELECT $1::uuid[])::uuid[])
"""
# Whoever tells of a variant holds its row: else two of them would each tell of what the other has just changed.
_LOCK = "SELECT FROM product_variants WHERE id = $1 FOR NO KEY UPDATE"
_TAKE = """
UPDATE inventory_levels SET on_hand = on_hand - $2, movement = '{"reason": "sold"}'
WHERE variant_id = $1 AND on_hand >= $2 RETURNING on_hand
"""
_PUT_BACK = """
INSERT INTO inventory_levels (variant_id, on_hand, movement) VALUES ($1, $2, '{"reason": "returned"}')
ON CONFLICT (variant_id) DO UPDATE
    SET on_hand = inventory_levels.on_hand + excluded.on_hand, movement = excluded.movement
RETURNING on_hand
"""


# In the order of ids: two that move several variants cannot wait for each other in a circle.
_LOCK_ALL = "SELECT FROM product_variants WHERE id = any((SELECT $1::uuid[])::uuid[]) ORDER BY id FOR NO KEY UPDATE"
_MOVE_ALL = """
UPDATE inventory_levels SET on_hand = on_hand + asked.delta,
    movement = jsonb_build_object('reason', CASE WHEN asked.delta < 0 THEN 'sold' ELSE 'returned' END)
FROM unnest((SELECT $1::uuid[]), (SELECT $2::int[])) AS asked (variant_id, delta)
WHERE inventory_levels.variant_id = asked.variant_id AND on_hand + asked.delta >= 0
RETURNING inventory_levels.variant_id
"""
_LEFT = "SELECT on_hand FROM inventory_levels WHERE variant_id = $1"
_OWN = "SELECT seller_id FROM product_variants WHERE id = $1 FOR NO KEY UPDATE"
_BEGIN = "INSERT INTO inventory_levels (variant_id, on_hand) VALUES ($1, 0) ON CONFLICT DO NOTHING"
_MOVE = """
UPDATE inventory_levels SET on_hand = on_hand + $2, movement = $3
WHERE variant_id = $1 AND on_hand + $2 BETWEEN 0 AND 1000000000 RETURNING on_hand
"""


class Offer(Struct, frozen=True):
    """A variant as it can be put on sale. ``title`` says which of its siblings it is."""

    variant_id: UUID
    product_id: UUID
    seller_id: UUID
    title: str
    image_url: str
    sku: str
    options: dict[str, str]
    price: Money
    stock: int
    visible: bool


class Short(Struct, frozen=True):
    """A variant of which there are fewer units than were asked for: ``left``."""

    variant_id: UUID
    left: int


class Stock:
    """Takes units out of stock and puts them back, in the transaction of whoever needs them."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def offer(self, variant_id: UUID) -> Offer | None:
        """The variant as it is offered now; None when there is none."""
        return (await self.offers([variant_id])).get(variant_id)

    async def offers(self, variant_ids: Collection[UUID]) -> dict[UUID, Offer]:
        """Variants as they are offered now, by id; those that are not there are left out."""
        found = await self._database.fetch(_OFFERS, list(variant_ids)) if variant_ids else ()
        return {row["id"]: _offer(row) for row in found}

    async def gone(self, variant_ids: Collection[UUID]) -> UUID | None:
        """One of these that is not sold any more, if there is any."""
        offers = await self.offers(variant_ids)
        return next((each for each in variant_ids if each not in offers or not offers[each].visible), None)

    async def take(self, transaction: Transaction, variant_id: UUID, quantity: int) -> bool:
        """Take units; False, and nothing taken, when there are fewer."""
        await transaction.connection.execute(_LOCK, variant_id)
        taken = await transaction.connection.fetchval(_TAKE, variant_id, quantity)
        if taken is None:
            return False
        await self._tell(transaction, variant_id)
        return True

    async def put_back(self, transaction: Transaction, variant_id: UUID, quantity: int) -> None:
        """Put units back."""
        if quantity:
            await transaction.connection.execute(_LOCK, variant_id)
            await transaction.connection.execute(_PUT_BACK, variant_id, quantity)
            await self._tell(transaction, variant_id)
            await back_in_stock.tell(transaction, [variant_id], self._clock.now())

    async def move_all(self, transaction: Transaction, deltas: Mapping[UUID, int]) -> Short | None:
        """Take units (below zero) and put units back, of many variants.

        Where there are fewer of one, that is answered, and the transaction must be given up.
        """
        steps = {variant_id: delta for variant_id, delta in sorted(deltas.items()) if delta}
        if not steps:
            return None
        connection = transaction.connection
        await connection.execute(_LOCK_ALL, list(steps))
        moved = {row["variant_id"] for row in await connection.fetch(_MOVE_ALL, list(steps), list(steps.values()))}
        for variant_id in steps:
            if variant_id not in moved:
                return Short(variant_id, await connection.fetchval(_LEFT, variant_id) or 0)
        await self._tell(transaction, *steps)
        if came := [variant_id for variant_id, delta in steps.items() if delta > 0]:
            await back_in_stock.tell(transaction, came, self._clock.now())
        return None

    async def lock(self, transaction: Transaction, variant_id: UUID) -> UUID | None:
        """Whose the variant is; its level stays as it is until the transaction ends, but for who locked it."""
        seller_id: UUID | None = await transaction.connection.fetchval(_OWN, variant_id)
        if seller_id is not None:
            await transaction.connection.execute(_BEGIN, variant_id)
        return seller_id

    async def move(self, transaction: Transaction, variant_id: UUID, quantity: int, why: bytes) -> bool:
        """Add units or, below zero, take them; ``why`` is what the ledger says of it. False: there are fewer."""
        moved = await transaction.connection.fetchval(_MOVE, variant_id, quantity, why.decode())
        if moved is None:
            return False
        await self._tell(transaction, variant_id)
        await back_in_stock.tell(transaction, [variant_id], self._clock.now())
        return True

    async def alert(self, transaction: Transaction, variant_id: UUID) -> None:
        """Tell the seller when the variant is low now and was not before."""
        await alerts.tell(transaction, [variant_id], self._clock.now())

    async def _tell(self, transaction: Transaction, *variant_ids: UUID) -> None:
        now = self._clock.now()
        for row in await transaction.connection.fetch(rows.VARIANTS_BY_ID, list(variant_ids)):
            announcing.of_row(transaction, now, row)
        await alerts.tell(transaction, variant_ids, now)


def _offer(row: Any) -> Offer:
    options = rows.options(row)
    return Offer(
        variant_id=row["id"],
        product_id=row["product_id"],
        seller_id=row["seller_id"],
        title=" · ".join([row["title"], *options.values()])[:200],
        image_url=row["image"] or "",
        sku=row["sku"],
        options=options,
        price=from_numeric(row["price"], row["currency"]),
        stock=row["on_hand"],
        visible=row["visible"],
    )
