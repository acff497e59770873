"""Reviews on real PostgreSQL: a kettle, and a teapot of another shop that somebody else has reviewed."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import msgspec
import pytest

from fastshop.contract.accounts import Role
from fastshop.contract.base import Page, Refusal
from fastshop.contract.catalog import PRODUCT, ProductRated, Rating
from fastshop.contract.reviews import ListReviews, Review, ReviewSort, SummarizeReviews, WriteReview
from fastshop.ids import new_id
from server.domains.catalog.ratings import Ratings
from server.domains.orders.service import Orders
from server.domains.reviews.reading import Reading
from server.domains.reviews.service import Reviews
from server.kernel import log
from server.kernel.caller import GUEST, Caller
from server.kernel.database import Database
from tests.support import ManualClock

OURS, THEIRS = UUID(int=1), UUID(int=2)  # shops
KETTLE, TEAPOT = UUID(int=11), UUID(int=12)  # products: ours, theirs
ANN, BOB, CAT, DAN = (Caller(UUID(int=100 + n), roles=frozenset({Role.CUSTOMER})) for n in range(4))
SELLER = Caller(UUID(int=110), roles=frozenset({Role.SELLER}), seller_id=OURS)
MANAGER = Caller(UUID(int=111), roles=frozenset({Role.MANAGER}))
CROWD = tuple(Caller(UUID(int=200 + n), roles=frozenset({Role.CUSTOMER})) for n in range(20))


@dataclass
class Desk:
    """Reviews, and what they stand on."""

    database: Database
    clock: ManualClock
    reviews: Reviews
    reading: Reading

    async def write(self, who: Caller = ANN, stars: int = 4, text: str = "Boils.", **fields: Any) -> Review:
        """A review of the kettle."""
        self.clock.turn(seconds=1)
        told = {"product_id": KETTLE, "review_id": new_id()} | fields
        return await self.reviews.write(WriteReview(stars=stars, text=text, **told), who)

    async def page(self, sort: ReviewSort = ReviewSort.NEWEST, **fields: Any) -> Page[Review]:
        return await self.reading.list(ListReviews(product_id=KETTLE, sort=sort, **fields), GUEST)

    async def all(self, sort: ReviewSort) -> list[UUID]:
        """The ids of all pages, each as small as it can be."""
        ids: list[UUID] = []
        cursor = ""
        while True:
            page = await self.page(sort, cursor=cursor, limit=1)
            ids += [review.id for review in page.items]
            if page.next is None:
                return ids
            cursor = page.next

    async def rating(self) -> Rating:
        return await self.reading.summary(SummarizeReviews(product_id=KETTLE), GUEST)

    async def told(self) -> list[Rating]:
        """What the watchers of the kettle were told."""
        async with self.database.reading() as connection:
            found = await log.after(connection, PRODUCT.of(KETTLE), 0, 1000)
        return [msgspec.json.decode(each.data, type=ProductRated).rating for each in found]

    async def buy(self, who: Caller, product_id: UUID = KETTLE, status: str = "paid") -> None:
        """An order with the product in it."""
        order_id = new_id()
        await self.database.fetch(
            "INSERT INTO orders (id, number, customer_id, status, total, currency, placed_at)"
            " VALUES ($1, $2, $3, $4, 9, 'EUR', now())",
            order_id,
            str(order_id)[-20:],
            who.person,
            status,
        )
        await self.database.fetch(
            "INSERT INTO order_items (id, order_id, seller_id, product_id, variant_id, title, sku, options, quantity,"
            " unit_price, total) SELECT $1, $2, seller_id, product_id, id, '', sku, '{}', 1, 9, 9"
            " FROM product_variants WHERE product_id = $3",
            new_id(),
            order_id,
            product_id,
        )


@pytest.fixture
async def desk(database: Database, clock: ManualClock) -> Desk:
    for shop, product in ((OURS, KETTLE), (THEIRS, TEAPOT)):
        await database.fetch(
            "INSERT INTO sellers (id, name, slug, description, created_at) VALUES ($1, 'S', $2, '', now())",
            shop,
            f"shop-{shop.int}",
        )
        await database.fetch(
            "INSERT INTO products (id, seller_id, slug, title, description, status, options, created_at, updated_at)"
            " VALUES ($1, $2, $3, 'P', '', 'active', '{}', now(), now())",
            product,
            shop,
            f"product-{product.int}",
        )
        await database.fetch(
            "INSERT INTO product_variants (id, product_id, seller_id, sku, options, price, currency, position)"
            " VALUES ($1, $2, $3, 'A', '{}', 9, 'EUR', 0)",
            new_id(),
            product,
            shop,
        )
    for who in (ANN, BOB, CAT, DAN, SELLER, MANAGER, *CROWD):
        await database.fetch(
            "INSERT INTO users (id, email, name, password_hash, roles, created_at)"
            " VALUES ($1, $2, $2, '!', '{customer}', now())",
            who.person,
            f"{who.person.int}@reviews.test",
        )
    ratings = Ratings(database, clock)
    desk = Desk(database, clock, Reviews(database, ratings, Orders(database), clock), Reading(database, ratings))
    await desk.write(DAN, 1, "Leaks.", product_id=TEAPOT)
    return desk


async def refused(coroutine: Any) -> Refusal:
    """The refusal that something ends with."""
    with pytest.raises(Refusal) as caught:
        await coroutine
    return caught.value
