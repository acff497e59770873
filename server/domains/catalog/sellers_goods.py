"""What a seller sells, for who decides about sellers."""

from uuid import UUID

from fastshop.contract.base import Page
from fastshop.contract.catalog import ListProducts, ProductCard, Rating
from server.domains.catalog import announcing, back_in_stock, rows
from server.domains.catalog.browsing import Browsing
from server.domains.catalog.ratings import Ratings
from server.kernel.caller import GUEST
from server.kernel.clock import Clock
from server.kernel.database import Database

_AT_ONCE = 100
# Locked, so that whoever edits one of them tells of it before or after.
_NEXT = """
SELECT id FROM products WHERE seller_id = $1 AND id > $2 AND status = 'active' ORDER BY id LIMIT $3 FOR NO KEY UPDATE
"""


class SellersGoods:
    """Reads and tells of it."""

    def __init__(self, database: Database, browsing: Browsing, ratings: Ratings, clock: Clock) -> None:
        self._database = database
        self._browsing = browsing
        self._ratings = ratings
        self._clock = clock

    async def rating(self, seller_id: UUID) -> Rating:
        """What reviews say of all its products."""
        return await self._ratings.of_seller(seller_id)

    async def for_sale(self, seller_id: UUID, cursor: str, limit: int) -> Page[ProductCard]:
        """What it has for sale now, the newest first."""
        return await self._browsing.list_products(ListProducts(seller_id=seller_id, cursor=cursor, limit=limit), GUEST)

    async def tell(self, seller_id: UUID) -> None:
        """Tell of every product that is for sale, or was until the seller was suspended: a few in each transaction."""
        last: UUID | None = UUID(int=0)
        while last is not None:
            last = await self._tell_after(seller_id, last)

    async def _tell_after(self, seller_id: UUID, last: UUID) -> UUID | None:
        async with self._database.transaction() as transaction:
            found = await transaction.connection.fetch(_NEXT, seller_id, last, _AT_ONCE)
            products = await rows.products(self._database, [row["id"] for row in found])
            for product in products.values():
                announcing.of_product(transaction, self._clock.now(), product, product.status)
            await back_in_stock.tell_of(transaction, list(products), self._clock.now())
        return max(products) if products else None
