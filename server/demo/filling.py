"""Fills an empty shop with the demo, and sees to it that there is always a sale open and one about to open."""

import contextlib
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Protocol
from uuid import UUID

from fastshop.contract.accounts import Role
from fastshop.contract.base import IdReused, Page
from fastshop.contract.catalog import CreateBrand, CreateCategory, CreateProduct, Price
from fastshop.contract.flash_sales import CreateSale, FlashSale, ListSales, Phase
from server.demo.accounts import PASSWORD, SELLER, people
from server.demo.generator import brands, categories, demo_id, half, products, sellers
from server.demo.goods import SHELVES
from server.kernel.caller import Caller
from server.kernel.clock import Clock
from server.kernel.database import Database

_INSERT_SELLER = """
INSERT INTO sellers (id, name, slug, description, created_at) VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING
"""
_OPENS_IN = timedelta(minutes=3)
_LASTS = timedelta(hours=12)
# A sale with less time left is nothing to show.
_SHORT = timedelta(hours=1)
# One variant each of products that had the fewest sales, the best stocked first; dear enough to be halved.
_ON_SALE_NEXT = """
SELECT variant.id, variant.price, variant.currency,
    (SELECT count(*) FROM flash_sales sale WHERE sale.product_id = variant.product_id) AS sales
FROM product_variants variant JOIN products product ON product.id = variant.product_id
    JOIN inventory_levels level ON level.variant_id = variant.id
WHERE variant.seller_id = $1 AND product.status = 'active' AND variant.currency = 'EUR' AND variant.price >= 10
    AND level.on_hand >= $2
ORDER BY sales, level.on_hand DESC, variant.id LIMIT 1
"""


class Yesterday:
    """A clock that is a day behind."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    def now(self) -> datetime:
        """This moment, a day ago."""
        return self._clock.now() - timedelta(days=1)


class Passwords(Protocol):
    """Hashes passwords."""

    async def hash(self, password: str) -> str:
        """What is stored of a password."""
        ...


class Accounts(Protocol):
    """Writes accounts."""

    async def write(
        self, user_id: UUID, email: str, password_hash: str, name: str, roles: Iterable[Role], seller_id: UUID | None
    ) -> None:
        """Write an account, unless it is there."""
        ...


class Taxonomy(Protocol):
    """Writes categories and brands."""

    async def create_category(self, command: CreateCategory, caller: Caller) -> object:
        """See the domain."""
        ...

    async def create_brand(self, command: CreateBrand, caller: Caller) -> object:
        """See the domain."""
        ...


class Editing(Protocol):
    """Writes products."""

    async def create_product(self, command: CreateProduct, caller: Caller) -> object:
        """See the domain."""
        ...


class Selling(Protocol):
    """Sets sales up."""

    async def create(self, command: CreateSale, caller: Caller) -> FlashSale:
        """See the domain."""
        ...

    async def list(self, command: ListSales, caller: Caller) -> Page[FlashSale]:
        """See the domain."""
        ...


class Demo:
    """The demo shop."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        passwords: Passwords,
        accounts: Accounts,
        taxonomy: Taxonomy,
        editing: Editing,
        selling: Selling,
        yesterday: Selling,
    ) -> None:
        self._database = database
        self._clock = clock
        self._passwords = passwords
        self._accounts = accounts
        self._taxonomy = taxonomy
        self._editing = editing
        self._selling = selling
        # A seller whose clock is a day behind: who sets up the sale that is over.
        self._yesterday = yesterday

    async def fill(self) -> None:
        """Fill the shop if it is empty; see that sales run."""
        if await self._database.fetch_one("SELECT 1 FROM users WHERE id = $1", demo_id("user", "customer9")) is None:
            await self._goods()
            await self._people()
            # So many new rows at once: without statistics the first visitors' queries are planned for empty tables.
            await self._database.fetch("ANALYZE")
        await self._sales()

    async def _goods(self) -> None:
        for seller in sellers():
            await self._database.fetch(
                _INSERT_SELLER, seller.id, seller.name, seller.slug, seller.description, self._clock.now()
            )
        admin = Caller(roles=frozenset({Role.ADMIN}))
        for brand in brands():
            await self._taxonomy.create_brand(brand, admin)
        for category in categories():
            await self._taxonomy.create_category(category, admin)
        for shelf in SHELVES:
            seller_caller = Caller(roles=frozenset({Role.SELLER}), seller_id=demo_id("seller", shelf.seller))
            for product in products(shelf):
                await self._editing.create_product(product, seller_caller)

    async def _people(self) -> None:
        password_hash = await self._passwords.hash(PASSWORD)
        for person in people():
            await self._accounts.write(
                person.id, person.email, password_hash, person.name, person.roles, person.seller_id
            )

    async def _sales(self) -> None:
        now = self._clock.now()
        if not await self._in(Phase.ENDED):
            await self._sale(self._yesterday, now - timedelta(hours=20), now - timedelta(hours=8), 25)
        if not any(sale.left and sale.end_time - now > _SHORT for sale in await self._in(Phase.OPEN)):
            await self._sale(self._selling, now, now + _LASTS, 40)
        if not any(sale.start_time - now <= _OPENS_IN for sale in await self._in(Phase.UPCOMING)):
            await self._sale(self._selling, now + _OPENS_IN, now + _OPENS_IN + _LASTS, 10)

    async def _in(self, phase: Phase) -> Sequence[FlashSale]:
        command = ListSales(phase=phase, seller_id=demo_id("seller", SELLER), limit=100)
        return (await self._selling.list(command, Caller())).items

    async def _sale(self, selling: Selling, start: datetime, end: datetime, quantity: int) -> None:
        """Put on sale what is next, unless another node that starts just now did already."""
        seller_id = demo_id("seller", SELLER)
        row = await self._database.fetch_one(_ON_SALE_NEXT, seller_id, quantity)
        if row is None:
            return
        command = CreateSale(
            sale_id=demo_id("sale", str(row["id"]), str(row["sales"])),
            variant_id=row["id"],
            sale_price=half(Price(int(row["price"] * 100), row["currency"])),
            start_time=start,
            end_time=end,
            quantity_limit=quantity,
            per_customer_limit=2,
            hold_seconds=120,
        )
        with contextlib.suppress(IdReused):
            await selling.create(command, Caller(roles=frozenset({Role.SELLER}), seller_id=seller_id))
