"""What reviews say of a product, counted with the one that was bought.

Of what several sellers offer all offers show the sums of all; what is said of a seller is of their own alone. The
product that the others offer is locked first, so that reviews of any of them take turns.
"""

from collections.abc import Collection
from uuid import UUID

from fastshop.contract.catalog import ProductNotFound, ProductRated, Rating
from server.domains.catalog import announcing, rows
from server.kernel.clock import Clock
from server.kernel.database import Database, Transaction

_LOCK_WHOLE = """
SELECT FROM products WHERE id = (SELECT offer_of FROM products WHERE id = $1) FOR NO KEY UPDATE
"""
_LOCK = "SELECT status FROM products WHERE id = $1 FOR NO KEY UPDATE"
_COUNT = "UPDATE products SET stars[$2] = stars[$2] + $3 WHERE id = $1"
_OF_SELLER = f"SELECT {rows.SUMS} AS stars FROM products family WHERE seller_id = $1"  # noqa: S608 - constants
_FOR_SALE = """
SELECT FROM products JOIN sellers ON sellers.id = products.seller_id
WHERE products.id = $1 AND products.status = 'active' AND sellers.suspended_at IS NULL
"""
_SUM = f"SELECT {rows.SUMS} AS stars FROM ({rows.FAMILY}) family"  # noqa: S608 - constants


class Ratings:
    """Counts stars."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def lock(self, transaction: Transaction, product_id: UUID) -> None:
        """Nobody else rates or edits the product until the transaction ends, nor rates another offer of it."""
        await transaction.connection.execute(_LOCK_WHOLE, product_id)
        await transaction.connection.execute(_LOCK, product_id)

    async def lock_for_sale(self, transaction: Transaction, product_id: UUID) -> Collection[UUID]:
        """The same for a product that is for sale; whoever offers it. Refused otherwise: `ProductNotFound`."""
        await self.lock(transaction, product_id)
        await self._check_for_sale(product_id)
        return {row["seller_id"] for row in await transaction.connection.fetch(rows.FAMILY, product_id)}

    async def family(self, product_id: UUID) -> Collection[UUID]:
        """The product with all others that offer the same."""
        return [row["id"] for row in await self._database.fetch(rows.FAMILY, product_id)]

    async def count(self, transaction: Transaction, product_id: UUID, was: int | None, now: int | None) -> None:
        """One review moved from so many stars to so many; None where it did not count, or counts no more."""
        if was == now:
            return
        for stars, step in ((was, -1), (now, 1)):
            if stars is not None:
                await transaction.connection.execute(_COUNT, product_id, stars, step)
        rating = await self._sum(product_id)
        for row in await transaction.connection.fetch(rows.FAMILY, product_id):
            event = ProductRated(time=self._clock.now(), product_id=row["id"], rating=rating)
            announcing.of_part(transaction, event, row["id"], row["status"])

    async def of(self, product_id: UUID) -> Rating:
        """What reviews say of a product that is for sale. Refused otherwise: `ProductNotFound`."""
        await self._check_for_sale(product_id)
        return await self._sum(product_id)

    async def of_seller(self, seller_id: UUID) -> Rating:
        """What reviews say of all products of a seller."""
        row = await self._database.fetch_one(_OF_SELLER, seller_id)
        assert row is not None
        return rows.rating(row["stars"])

    async def _check_for_sale(self, product_id: UUID) -> None:
        if await self._database.fetch_one(_FOR_SALE, product_id) is None:
            raise ProductNotFound

    async def _sum(self, product_id: UUID) -> Rating:
        row = await self._database.fetch_one(_SUM, product_id)
        assert row is not None
        return rows.rating(row["stars"])
