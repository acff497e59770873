"""The pictures of a product. Its row is locked first, so that who changes them take turns.

Where a product on show is moderated, what changes of its pictures becomes part of the revision that waits for review,
and is told to its seller alone; taking one away is not reviewed, since nothing unseen is shown by that.
"""

from collections.abc import Callable, Sequence
from typing import NamedTuple
from uuid import UUID

from msgspec.structs import replace

from fastshop.contract.base import Event
from fastshop.contract.catalog import Image, ProductStatus
from fastshop.contract.orders import SELLER
from fastshop.contract.publishing import ProductRevision
from server.domains.catalog import announcing
from server.domains.catalog.browsing import Browsing
from server.domains.catalog.states import says_the_same
from server.domains.catalog.submissions import Submissions, is_exempt
from server.domains.catalog.writing import Locked, Writing
from server.kernel.caller import Caller
from server.kernel.clock import Clock
from server.kernel.database import Database, Transaction

Images = tuple[Image, ...]

_OWNER = "SELECT seller_id FROM products WHERE id = $1"
_HANG = """
INSERT INTO product_media (id, product_id, url, alt, position)
SELECT $2, $1, $3, $4, coalesce(max(position) + 1, 0) FROM product_media WHERE product_id = $1
"""
_TAKE_DOWN = """
DELETE FROM product_media WHERE product_id = $1 AND (id = $2 OR url = $3 AND $3 <> '') RETURNING url
"""
_ARRANGE = """
UPDATE product_media SET position = placed.position, alt = placed.alt FROM (
    SELECT shown.id, row_number() OVER (ORDER BY named.number, shown.position, shown.id) - 1 AS position,
        coalesce(named.alt, shown.alt) AS alt
    FROM product_media shown LEFT JOIN unnest($2::text[], $3::text[]) WITH ORDINALITY AS named (url, alt, number)
        ON named.url = shown.url
    WHERE shown.product_id = $1
) placed WHERE placed.id = product_media.id
"""
_UNAPPROVE = "UPDATE products SET approved = false WHERE id = $1 AND approved"


class _Desk(NamedTuple):
    """What a seller has before them: a locked product, its pictures on show, and the revision that waits, if any."""

    product: Locked
    shown: Images
    waiting: ProductRevision | None

    @property
    def is_on_show(self) -> bool:
        return self.product.status is ProductStatus.ACTIVE

    @property
    def content(self) -> ProductRevision:
        """What the product says on show."""
        return replace(self.product.content, images=self.shown)


class Pictures:
    """Hangs pictures up and takes them down."""

    def __init__(self, database: Database, browsing: Browsing, clock: Clock) -> None:
        self._database = database
        self._browsing = browsing
        self._clock = clock
        self._writing = Writing(browsing, clock)
        self._submissions = Submissions(database, clock)

    async def owner(self, product_id: UUID) -> UUID | None:
        """The product's seller; None when there is no such product."""
        row = await self._database.fetch_one(_OWNER, product_id)
        return row["seller_id"] if row else None

    def is_exempt(self, caller: Caller) -> bool:
        """Whether what the caller does needs no review."""
        return is_exempt(caller)

    async def lock(self, transaction: Transaction, product_id: UUID) -> bool:
        """Nobody else edits the product until the transaction ends; False when it is gone."""
        return product_id in await self._writing.lock(transaction, [product_id])

    async def waiting(self, product_id: UUID) -> Images:
        """The pictures as they are to be when a manager lets what waits be seen; none where nothing waits."""
        revision = (await self._submissions.waiting([product_id])).get(product_id)
        return revision.images if revision else ()

    async def tell(self, transaction: Transaction, product_id: UUID, event: Event, *, exempt: bool) -> None:
        """Tell of a picture that was sent: those who may see the product, or its seller alone while it is to wait."""
        desk = await self._desk(transaction, product_id)
        if await self._waits(desk, exempt=exempt):
            transaction.emit(event, SELLER.of(desk.product.seller_id))
        else:
            status = ProductStatus.ACTIVE if desk.is_on_show else ProductStatus.DRAFT
            announcing.of_part(transaction, event, product_id, status)

    async def hang(
        self, transaction: Transaction, product_id: UUID, picture_id: UUID, picture: Image, *, exempt: bool
    ) -> None:
        """Show a picture after the others, once it may be seen."""
        desk = await self._desk(transaction, product_id)
        if await self._waits(desk, exempt=exempt):
            await self._revise(transaction, product_id, desk, lambda images: (*images, picture))
            return
        await transaction.connection.execute(_HANG, product_id, picture_id, picture.url, picture.alt)
        await self._changed(transaction, product_id, desk, exempt=exempt)

    async def take_down(self, transaction: Transaction, product_id: UUID, picture_id: UUID, url: str) -> bool:
        """Show a picture no longer, by its id or its address, now or once it would be seen; whether it was shown."""
        gone = await transaction.connection.fetch(_TAKE_DOWN, product_id, picture_id, url)
        urls = {url, *(row["url"] for row in gone)}
        desk = await self._desk(transaction, product_id)
        if desk.waiting is not None:
            await self._revise(
                transaction, product_id, desk, lambda images: tuple(each for each in images if each.url not in urls)
            )
        if gone:
            await self._changed(transaction, product_id, desk, exempt=True)
        return bool(gone)

    async def arrange(
        self, transaction: Transaction, product_id: UUID, pictures: Sequence[Image], *, exempt: bool
    ) -> None:
        """Show these pictures first, in this order and with these texts; the others follow as they were."""
        desk = await self._desk(transaction, product_id)
        if await self._waits(desk, exempt=exempt):
            named = {picture.url for picture in pictures}
            await self._revise(
                transaction,
                product_id,
                desk,
                lambda images: (*pictures, *(each for each in images if each.url not in named)),
            )
            return
        urls, alts = [picture.url for picture in pictures], [picture.alt for picture in pictures]
        await transaction.connection.execute(_ARRANGE, product_id, urls, alts)
        await self._changed(transaction, product_id, desk, exempt=exempt)

    async def _desk(self, transaction: Transaction, product_id: UUID) -> _Desk:
        product = (await self._writing.lock(transaction, [product_id]))[product_id]
        shown = (await self._writing.images(transaction, [product_id])).get(product_id, ())
        return _Desk(product, shown, (await self._submissions.waiting([product_id])).get(product_id))

    async def _waits(self, desk: _Desk, *, exempt: bool) -> bool:
        """Whether what a seller changes is not seen before a manager has."""
        return desk.is_on_show and not exempt and await self._submissions.moderated(desk.product.seller_id)

    async def _revise(
        self, transaction: Transaction, product_id: UUID, desk: _Desk, change: Callable[[Images], Images]
    ) -> None:
        """Send to review what waits, or else what is on show, with other pictures; unless it is on show just so."""
        revision = desk.waiting or desk.content
        revision = replace(revision, images=change(revision.images))
        if says_the_same(revision, desk.content):
            await self._submissions.withdraw(transaction, [product_id])
        else:
            await self._submissions.send(transaction, {product_id: revision})

    async def _changed(self, transaction: Transaction, product_id: UUID, desk: _Desk, *, exempt: bool) -> None:
        """Tell of a product whose pictures changed. Off show it says what nobody has approved; in review, it is new."""
        if not desk.is_on_show and not exempt:
            await transaction.connection.execute(_UNAPPROVE, product_id)
            if desk.product.status is ProductStatus.IN_REVIEW:
                await self._submissions.send(transaction, {product_id: None})
        product = await self._browsing.get(product_id)
        announcing.of_product(transaction, self._clock.now(), product, product.status)
