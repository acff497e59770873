"""Prices and stock, which wait for nobody's approval. Whoever changes a variant holds its row, so they take turns."""

from uuid import UUID

from fastshop.contract.catalog import Price, SetPrice, SetStock, Variant, VariantNotFound, VariantsUnclear
from server.domains.catalog import alerts, announcing, back_in_stock, rows
from server.domains.catalog.browsing import may_edit
from server.kernel import audit
from server.kernel.caller import Caller
from server.kernel.clock import Clock
from server.kernel.database import Database, Transaction
from server.kernel.money import to_numeric

# The lowest price of the product follows from it: its row comes first, as whoever edits products takes the two.
_LOCK_PRODUCT = """
SELECT FROM products WHERE id = (SELECT product_id FROM product_variants WHERE id = $1) FOR NO KEY UPDATE
"""
_OWNER = "SELECT seller_id FROM product_variants WHERE id = $1 FOR NO KEY UPDATE"
_SET_PRICE = "UPDATE product_variants SET price = $2, compare_at_price = $3 WHERE id = $1"
_SET_STOCK = """
INSERT INTO inventory_levels (variant_id, on_hand) VALUES ($1, $2)
ON CONFLICT (variant_id) DO UPDATE SET on_hand = excluded.on_hand
"""


class Adjusting:
    """Changes what a variant costs, and how many units there are."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def set_price(self, command: SetPrice, caller: Caller) -> Variant:
        """Change a variant's price."""
        async with self._database.transaction() as transaction:
            await transaction.connection.execute(_LOCK_PRODUCT, command.variant_id)
            known, seller_id = await self._own_variant(transaction, command.variant_id, caller)
            _check_currency(known, command.price, command.compare_at_price)
            compare_at = command.compare_at_price
            numeric = to_numeric(compare_at) if compare_at else None
            await transaction.connection.execute(_SET_PRICE, known.id, to_numeric(command.price), numeric)
            return await self._finished(transaction, command, caller, seller_id)

    async def set_stock(self, command: SetStock, caller: Caller) -> Variant:
        """Say how many units are on hand."""
        async with self._database.transaction() as transaction:
            known, seller_id = await self._own_variant(transaction, command.variant_id, caller)
            await transaction.connection.execute(_SET_STOCK, known.id, command.stock)
            return await self._finished(transaction, command, caller, seller_id)

    async def _own_variant(self, transaction: Transaction, variant_id: UUID, caller: Caller) -> tuple[Variant, UUID]:
        """A variant that the caller may change, and its seller. Refused otherwise: `VariantNotFound`."""
        seller_id = await transaction.connection.fetchval(_OWNER, variant_id)
        if seller_id is None or not may_edit(seller_id, caller):
            raise VariantNotFound
        return rows.variant(await transaction.connection.fetchrow(rows.VARIANT, variant_id)), seller_id

    async def _finished(
        self, transaction: Transaction, command: SetPrice | SetStock, caller: Caller, seller_id: UUID
    ) -> Variant:
        variant_id, now = command.variant_id, self._clock.now()
        variant = await announcing.of_variant(transaction, now, variant_id)
        await alerts.tell(transaction, [variant_id], now)
        await back_in_stock.tell(transaction, [variant_id], now)
        await audit.note_foreign(transaction, now, caller, seller_id, command.tag(), f"variant:{variant_id}")
        return variant


def _check_currency(known: Variant, price: Price, compare_at_price: Price | None) -> None:
    for given in (price, compare_at_price):
        if given is not None and given.currency != known.price.currency:
            raise VariantsUnclear(f"The price must be in {known.price.currency}, like the product's others.")
