"""The pictures that visitors see of a product. Its row is locked first, so that who changes them take turns."""

from collections.abc import Sequence
from uuid import UUID

from fastshop.contract.base import Event
from server.domains.catalog import announcing
from server.domains.catalog.browsing import Browsing
from server.kernel.clock import Clock
from server.kernel.database import Database, Transaction

_OWNER = "SELECT seller_id FROM products WHERE id = $1"
_STATUS = "SELECT status FROM products WHERE id = $1"
_HANG = """
INSERT INTO product_media (id, product_id, url, alt, position)
SELECT $2, $1, $3, $4, coalesce(max(position) + 1, 0) FROM product_media WHERE product_id = $1
"""
_TAKE_DOWN = """
DELETE FROM product_media WHERE product_id = $1 AND (id = $2 OR url = $3 AND $3 <> '') RETURNING id
"""
_ARRANGE = """
UPDATE product_media SET position = placed.position, alt = placed.alt FROM (
    SELECT shown.id, row_number() OVER (ORDER BY named.number, shown.position, shown.id) - 1 AS position,
        coalesce(named.alt, shown.alt) AS alt
    FROM product_media shown LEFT JOIN unnest($2::uuid[], $3::text[]) WITH ORDINALITY AS named (id, alt, number)
        ON named.id = shown.id
    WHERE shown.product_id = $1
) placed WHERE placed.id = product_media.id
"""


class Pictures:
    """Hangs pictures up and takes them down."""

    def __init__(self, database: Database, browsing: Browsing, clock: Clock) -> None:
        self._database = database
        self._browsing = browsing
        self._clock = clock

    async def owner(self, product_id: UUID) -> UUID | None:
        """The product's seller; None when there is no such product."""
        row = await self._database.fetch_one(_OWNER, product_id)
        return row["seller_id"] if row else None

    async def lock(self, transaction: Transaction, product_id: UUID) -> bool:
        """Nobody else edits the product until the transaction ends; False when it is gone."""
        query = "SELECT 1 FROM products WHERE id = $1 FOR NO KEY UPDATE"
        return await transaction.connection.fetchval(query, product_id) is not None

    async def tell(self, transaction: Transaction, product_id: UUID, event: Event) -> None:
        """Tell those who may see the product of something about its pictures."""
        status = await transaction.connection.fetchval(_STATUS, product_id)
        announcing.of_part(transaction, event, product_id, status)

    async def hang(self, transaction: Transaction, product_id: UUID, picture_id: UUID, url: str, alt: str) -> None:
        """Show a picture after the others."""
        await transaction.connection.execute(_HANG, product_id, picture_id, url, alt)
        await self._tell(transaction, product_id)

    async def take_down(self, transaction: Transaction, product_id: UUID, picture_id: UUID, url: str) -> bool:
        """Show a picture no longer, by its id or its address; whether it was shown."""
        gone = await transaction.connection.fetch(_TAKE_DOWN, product_id, picture_id, url)
        if gone:
            await self._tell(transaction, product_id)
        return bool(gone)

    async def arrange(
        self, transaction: Transaction, product_id: UUID, picture_ids: Sequence[UUID], alts: Sequence[str]
    ) -> None:
        """Show these pictures first, in this order and with these texts; the others follow as they were."""
        await transaction.connection.execute(_ARRANGE, product_id, list(picture_ids), list(alts))
        await self._tell(transaction, product_id)

    async def _tell(self, transaction: Transaction, product_id: UUID) -> None:
        product = await self._browsing.get(product_id)
        announcing.of_product(transaction, self._clock.now(), product, product.status)
