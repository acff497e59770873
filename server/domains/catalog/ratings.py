"""What reviews say of a product, kept with it. The product's row is locked first, so that reviews of it take turns."""

from typing import Any
from uuid import UUID

from fastshop.contract.catalog import ProductNotFound, ProductRated, ProductStatus, Rating
from server.domains.catalog import announcing, rows
from server.kernel.clock import Clock
from server.kernel.database import Database, Transaction

_LOCK = "SELECT seller_id, status FROM products WHERE id = $1 FOR NO KEY UPDATE"
_COUNT = "UPDATE products SET stars[$2] = stars[$2] + $3 WHERE id = $1"
_SUMS = ", ".join(f"coalesce(sum(stars[{number}]), 0)" for number in range(1, 6))
_OF_SELLER = f"SELECT ARRAY[{_SUMS}] AS stars FROM products WHERE seller_id = $1"  # noqa: S608 - constants
_STARS = "SELECT stars, status FROM products WHERE id = $1"


class Ratings:
    """Counts stars."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def lock(self, transaction: Transaction, product_id: UUID) -> None:
        """Nobody else rates or edits the product until the transaction ends."""
        await transaction.connection.fetchrow(_LOCK, product_id)

    async def lock_for_sale(self, transaction: Transaction, product_id: UUID) -> UUID:
        """The same for a product that is for sale; its seller. Refused otherwise: `ProductNotFound`."""
        row = await transaction.connection.fetchrow(_LOCK, product_id)
        if row is None or row["status"] != ProductStatus.ACTIVE:
            raise ProductNotFound
        return UUID(str(row["seller_id"]))

    async def count(self, transaction: Transaction, product_id: UUID, was: int | None, now: int | None) -> None:
        """One review moved from so many stars to so many; None where it did not count, or counts no more."""
        if was == now:
            return
        for stars, step in ((was, -1), (now, 1)):
            if stars is not None:
                await transaction.connection.execute(_COUNT, product_id, stars, step)
        row: Any = await transaction.connection.fetchrow(_STARS, product_id)
        event = ProductRated(time=self._clock.now(), product_id=product_id, rating=rows.rating(row["stars"]))
        announcing.of_part(transaction, event, product_id, row["status"])

    async def of(self, product_id: UUID) -> Rating:
        """What reviews say of a product that is for sale. Refused otherwise: `ProductNotFound`."""
        row = await self._database.fetch_one(_STARS, product_id)
        if row is None or row["status"] != ProductStatus.ACTIVE:
            raise ProductNotFound
        return rows.rating(row["stars"])

    async def of_seller(self, seller_id: UUID) -> Rating:
        """What reviews say of all products of a seller."""
        row = await self._database.fetch_one(_OF_SELLER, seller_id)
        assert row is not None
        return rows.rating(row["stars"])
