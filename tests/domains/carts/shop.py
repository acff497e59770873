"""Carts on real PostgreSQL: two shops' goods, people, a guest; other people's carts are always there."""

from typing import Any
from uuid import UUID

from actors.runtime.directory import Actors
from actors.user import KIND
from fastshop.contract.accounts import Role
from fastshop.contract.base import Page
from fastshop.contract.carts import AbandonedCart, AddToCart, Cart, ListAbandoned, ShowCart
from fastshop.ids import new_id
from server.background.reminders import Reminders
from server.domains.carts.editing import Editing
from server.domains.carts.reading import Reading
from server.domains.carts.sharing import Sharing
from server.domains.carts.store import UserStore
from server.domains.catalog.stock import Stock
from server.kernel import log
from server.kernel.caller import GUEST, Caller
from server.kernel.database import Database
from tests.support import ManualClock

ANN = Caller(UUID(int=1001), roles=frozenset({Role.CUSTOMER}))
BOB = Caller(UUID(int=1002), roles=frozenset({Role.CUSTOMER}))
CUP, POT = UUID(int=11), UUID(int=12)
MINE, OTHERS = UUID(int=501), UUID(int=502)  # guests' carts


class Runtime:
    """One process."""

    def __init__(self, database: Database, clock: ManualClock) -> None:
        goods = Stock(database, clock)
        self.actors = Actors({KIND: UserStore(database, goods)}, clock)
        self.reading = Reading(database, goods, clock)
        self.editing = Editing(self.actors, goods, clock)
        self.sharing = Sharing(database, self.reading, self.editing, goods, clock)
        self.reminders = Reminders(database, clock, self.actors.remind)

    async def add(
        self, who: Caller = ANN, variant_id: UUID = CUP, quantity: int = 1, cart_id: UUID | None = None
    ) -> Cart:
        command = AddToCart(edit_id=new_id(), variant_id=variant_id, quantity=quantity, cart_id=cart_id)
        return await self.editing.add(command, who)

    async def show(self, who: Caller = ANN, cart_id: UUID | None = None) -> Cart:
        return await self.reading.show(ShowCart(cart_id=cart_id), who)


class Shop:
    """The goods, and one process. Others are `Runtime`s on the same database."""

    def __init__(self, database: Database, clock: ManualClock) -> None:
        self.database, self.clock = database, clock
        self._runtimes: list[Runtime] = []
        self.main = self.runtime()

    def runtime(self) -> Runtime:
        self._runtimes.append(Runtime(self.database, self.clock))
        return self._runtimes[-1]

    async def close(self) -> None:
        for runtime in self._runtimes:
            await runtime.actors.stop()

    async def fill(self) -> None:
        now = self.clock.now()
        async with self.database.transaction() as transaction:
            connection = transaction.connection
            await connection.execute(
                "INSERT INTO sellers (id, name, slug, description, created_at) VALUES ($1, 'Ours', 'ours', '', $2)",
                UUID(int=1), now,
            )  # fmt: skip
            await connection.execute(
                "INSERT INTO users (id, email, name, password_hash, roles, created_at)"
                " SELECT id, id || '@people.test', 'Somebody', '', '{}', $2 FROM unnest($1::uuid[]) AS id",
                [ANN.person, BOB.person], now,
            )  # fmt: skip
            for variant_id, title, price in ((CUP, "Cup", "5.00"), (POT, "Pot", "30.00")):
                await self._sell(connection, variant_id, title, price)
        await self.main.add(BOB, POT, 9)
        await self.main.add(GUEST, POT, 8, OTHERS)

    async def _sell(self, connection: Any, variant_id: UUID, title: str, price: str) -> None:
        product, now = UUID(int=variant_id.int + 10), self.clock.now()
        await connection.execute(
            "INSERT INTO products (id, seller_id, slug, title, description, status, options, created_at, updated_at)"
            " VALUES ($1, $2, $3, $3, '', 'active', '{Colour}', $4, $4)", product, UUID(int=1), title, now,
        )  # fmt: skip
        await connection.execute(
            "INSERT INTO product_variants (id, product_id, seller_id, sku, options, price, currency, position)"
            """ VALUES ($1, $2, $3, $4, '{"Colour": "red"}', $5::text::numeric, 'EUR', 0)""",
            variant_id, product, UUID(int=1), title, price,
        )  # fmt: skip
        await connection.execute("INSERT INTO inventory_levels (variant_id, on_hand) VALUES ($1, 10)", variant_id)

    async def run(self, sql: str, *args: Any) -> None:
        async with self.database.transaction() as transaction:
            await transaction.connection.execute(sql, *args)

    async def logged(self, channel: str) -> list[bytes]:
        async with self.database.reading() as connection:
            return [each.data for each in await log.after(connection, channel, 0, 100)]

    async def abandoned(self, **fields: Any) -> Page[AbandonedCart]:
        return await self.main.reading.abandoned(ListAbandoned(**fields), ANN)
