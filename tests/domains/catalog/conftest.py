"""A marketplace of two shops on real PostgreSQL. The other shop's goods are always there: they look like ours."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import msgspec
import pytest

from fastshop.contract.accounts import Role
from fastshop.contract.base import Channel, Page, Refusal
from fastshop.contract.catalog import (
    PRODUCT,
    CreateBrand,
    CreateCategory,
    CreateProduct,
    EditProduct,
    ListProducts,
    NewVariant,
    Price,
    Product,
    ProductCard,
    ProductChanged,
    ProductStatus,
    ShowProduct,
    VariantChanged,
)
from fastshop.contract.publishing import RejectProduct, SetSellerModeration
from fastshop.ids import new_id
from server.domains.catalog.browsing import Browsing
from server.domains.catalog.channels import watches
from server.domains.catalog.editing import Editing
from server.domains.catalog.moderating import Moderating
from server.domains.catalog.publishing import Publishing
from server.domains.catalog.stock import Stock
from server.domains.catalog.submissions import Submissions
from server.domains.catalog.taxonomy import Taxonomy
from server.kernel import log
from server.kernel.caller import GUEST, Caller
from server.kernel.channel import Watch
from server.kernel.database import Database
from tests.support import ManualClock

ADMIN = Caller(user_id=UUID(int=1), roles=frozenset({Role.ADMIN}))
MANAGER = Caller(user_id=UUID(int=2), roles=frozenset({Role.MANAGER}))
CUSTOMER = Caller(user_id=UUID(int=3), roles=frozenset({Role.CUSTOMER}))
OURS = Caller(user_id=UUID(int=4), roles=frozenset({Role.SELLER}), seller_id=UUID(int=14))
THEIRS = Caller(user_id=UUID(int=5), roles=frozenset({Role.SELLER}), seller_id=UUID(int=15))
SHOPLESS = Caller(user_id=UUID(int=6), roles=frozenset({Role.SELLER}))

NOBODYS = UUID(int=999)


@dataclass
class Market:
    """The services of the catalog, and the other shop's teapot."""

    database: Database
    clock: ManualClock
    taxonomy: Taxonomy
    browsing: Browsing
    editing: Editing
    stock: Stock
    publishing: Publishing
    moderating: Moderating
    teapot: Product

    async def create(self, caller: Caller = OURS, **fields: Any) -> Product:
        """Put a product up; what is not told is some jumper in two sizes."""
        self.clock.turn(seconds=1)
        return await self.editing.create_product(jumper(**fields), caller)

    async def edit(self, product: Product, caller: Caller = OURS, **changes: Any) -> Product:
        """Edit a product: these fields, and nothing else."""
        self.clock.turn(seconds=1)
        return await self.editing.edit_product(edited(product, **changes), caller)

    async def in_state(self, status: ProductStatus, caller: Caller = OURS) -> Product:
        """A product of this status, put there as it is in life."""
        if status not in (ProductStatus.IN_REVIEW, ProductStatus.REJECTED):
            return await self.create(caller, status=status)
        await self.moderate(caller)
        product = await self.create(caller)
        if status is ProductStatus.REJECTED:
            command = RejectProduct(product_id=product.id, submission=1, reason="Blurred pictures")
            await self.moderating.reject(command, MANAGER)
        return await self.browsing.get(product.id)

    async def moderate(self, caller: Caller = OURS, *, moderated: bool | None = True) -> None:
        """Have a shop's products reviewed."""
        assert caller.seller_id is not None
        await self.moderating.set_seller(SetSellerModeration(seller_id=caller.seller_id, moderated=moderated), MANAGER)

    async def category(self, slug: str, parent_id: UUID | None = None) -> UUID:
        """Add a category."""
        command = CreateCategory(category_id=new_id(), name=slug.title(), slug=slug, parent_id=parent_id)
        return (await self.taxonomy.create_category(command, ADMIN)).id

    async def brand(self, slug: str) -> UUID:
        """Add a brand."""
        command = CreateBrand(brand_id=new_id(), name=slug.title(), slug=slug)
        return (await self.taxonomy.create_brand(command, ADMIN)).id

    async def show(self, product: object, caller: Caller = GUEST) -> Product:
        """A product's page."""
        return await self.browsing.show_product(ShowProduct(product=str(product)), caller)

    async def page(self, caller: Caller = GUEST, **fields: Any) -> Page[ProductCard]:
        """A page of the list."""
        return await self.browsing.list_products(ListProducts(**fields), caller)

    async def titles(self, **fields: Any) -> list[str]:
        """The titles of all pages of a list, each page as small as it can be."""
        titles: list[str] = []
        cursor = ""
        while True:
            page = await self.page(**fields, cursor=cursor, limit=1)
            titles.extend(card.title for card in page.items)
            if page.next is None:
                return titles
            cursor = page.next

    async def events(self, product_id: UUID, after: int = 0) -> Sequence[ProductChanged | VariantChanged]:
        """What the watchers of a product were told."""
        found = await self.told(PRODUCT.of(product_id), after)
        return [msgspec.json.decode(each, type=ProductChanged | VariantChanged) for each in found]

    async def told(self, channel: str, after: int = 0) -> list[bytes]:
        """What was told in a channel."""
        async with self.database.reading() as connection:
            return [each.data for each in await log.after(connection, channel, after, 10_000)]

    async def kinds(self, channel: str) -> list[str]:
        """The kinds of events that were told in a channel."""
        return [msgspec.json.decode(each)["type"].removeprefix("catalog.") for each in await self.told(channel)]

    async def goods(self) -> dict[str, list[tuple[Any, ...]]]:
        """Every row of the catalog and every event: equal before and after what changes nothing."""
        names = ("products", "product_variants", "inventory_levels", "product_media", "categories", "brands")
        queries = {name: f"SELECT * FROM {name} ORDER BY 1" for name in names}
        queries["event_log"] = "SELECT * FROM event_log ORDER BY channel, seq"
        return {name: [tuple(row) for row in await self.database.fetch(query)] for name, query in queries.items()}

    def watch(self) -> Watch:
        """The channel of a product."""
        return self.watches()[PRODUCT]

    def watches(self) -> dict[Channel, Watch]:
        """All channels."""
        return {watch.channel: watch for watch in watches(self.browsing, Submissions(self.database, self.clock))}


@pytest.fixture
async def market(database: Database, clock: ManualClock) -> Market:
    browsing = Browsing(database)
    editing = Editing(database, browsing, clock)
    for caller, name in ((OURS, "Ours"), (THEIRS, "Theirs")):
        query = "INSERT INTO sellers (id, name, slug, description, created_at) VALUES ($1, $2, $3, '', now())"
        await database.fetch(query, caller.seller_id, name, name.lower())
    teapot = await editing.create_product(jumper(title="Teapot", slug="teapot"), THEIRS)
    publishing = Publishing(database, browsing, clock)
    return Market(
        database,
        clock,
        Taxonomy(database, clock),
        browsing,
        editing,
        Stock(database, clock),
        publishing,
        Moderating(database, browsing, publishing, clock),
        teapot,
    )


def jumper(**fields: Any) -> CreateProduct:
    """A product in two sizes, with what is told instead."""
    title = fields.pop("title", "Jumper")
    told: dict[str, Any] = {
        "product_id": new_id(),
        "title": title,
        "slug": title.lower().replace(" ", "-"),
        "options": ("Size",),
        "variants": (variant("S"), variant("M")),
    }
    return CreateProduct(**{**told, "title": title, **fields})


def plain(price: int = 1000, currency: str = "EUR", **fields: Any) -> dict[str, Any]:
    """The fields of a product without options."""
    new = NewVariant(id=new_id(), sku=str(new_id()), price=Price(price, currency), **fields)
    return {"options": (), "variants": (new,)}


def variant(size: str, price: int = 5000, currency: str = "EUR", **fields: Any) -> NewVariant:
    """A variant of a jumper, with five units in stock."""
    told: dict[str, Any] = {"id": new_id(), "sku": f"J-{size}", "options": {"Size": size}, "stock": 5}
    return NewVariant(price=Price(price, currency), **(told | fields))


def edited(product: Product, **changes: Any) -> EditProduct:
    """The command that changes this of a product, and nothing else."""
    kept: dict[str, Any] = {
        name: getattr(product, name)
        for name in ("title", "slug", "description", "status", "category_id", "options", "images")
    }
    kept["brand_id"] = product.brand.id if product.brand else None
    kept["variants"] = tuple(as_new(product, number) for number in range(len(product.variants)))
    return EditProduct(product_id=product.id, **(kept | changes))


def as_new(product: Product, number: int, **changes: Any) -> NewVariant:
    """A variant that is there, as it is said in a command, with these changes."""
    fields = msgspec.to_builtins(product.variants[number]) | msgspec.to_builtins(changes)
    del fields["product_id"]
    return msgspec.convert(fields, NewVariant)


async def refused(coroutine: Any) -> Refusal:
    """The refusal that something ends with."""
    with pytest.raises(Refusal) as caught:
        await coroutine
    return caught.value


async def put_on_sale(market: Market, product: Product, number: int) -> None:
    await market.database.fetch(
        "INSERT INTO flash_sales (id, product_id, variant_id, seller_id, title, sale_price, original_price, currency,"
        " start_time, end_time, quantity_limit, per_customer_limit, hold_seconds, created_at)"
        " VALUES ($1, $2, $3, $4, '', 1, 2, 'EUR', $5, $5, 1, 1, 60, $5)",
        new_id(),
        product.id,
        product.variants[number].id,
        product.seller.id,
        market.clock.now(),
    )
