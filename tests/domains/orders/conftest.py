"""Orders on real PostgreSQL: two shops, their goods, customers, and somebody else's order always there."""

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

import msgspec
import pytest
from msgspec import Struct

from fastshop.contract.accounts import Role
from fastshop.contract.addresses import PostalAddress
from fastshop.contract.base import Money
from fastshop.contract.orders import Order, OrderLine, OrderPlaced, OrderShipping
from fastshop.ids import new_id
from server.domains.orders.service import Orders
from server.kernel import log
from server.kernel.caller import Caller
from server.kernel.database import Database
from tests.support import ManualClock

OURS, THEIRS = UUID(int=1), UUID(int=2)  # shops
KETTLE, TEAPOT = UUID(int=11), UUID(int=12)  # variants: ours, theirs
PRODUCT_OF = {KETTLE: UUID(int=21), TEAPOT: UUID(int=22)}
SHOP_OF = {KETTLE: OURS, TEAPOT: THEIRS}

ANN = Caller(UUID(int=101), roles=frozenset({Role.CUSTOMER}))
BOB = Caller(UUID(int=102), roles=frozenset({Role.CUSTOMER}))
SELLER = Caller(UUID(int=103), roles=frozenset({Role.SELLER, Role.CUSTOMER}), seller_id=OURS)
RIVAL = Caller(UUID(int=104), roles=frozenset({Role.SELLER, Role.CUSTOMER}), seller_id=THEIRS)
SHOPLESS = Caller(UUID(int=105), roles=frozenset({Role.SELLER}))
AGENT = Caller(UUID(int=106), roles=frozenset({Role.AGENT}))
MANAGER = Caller(UUID(int=107), roles=frozenset({Role.MANAGER}))
ADMIN = Caller(UUID(int=108), roles=frozenset({Role.ADMIN}))
PEOPLE = (ANN, BOB, SELLER, RIVAL, SHOPLESS, AGENT, MANAGER, ADMIN)


class Draft(Struct, frozen=True):
    """An order to be placed."""

    id: UUID
    customer_id: UUID | None
    payment_id: UUID
    lines: tuple[OrderLine, ...]
    placed_at: datetime
    shipping: tuple[OrderShipping, ...] = ()
    taxes_included: bool = False
    address: PostalAddress | None = None
    email: str = ""
    guest_key: UUID | None = None
    address_fixed: bool = False


def line(variant: UUID = KETTLE, price: int = 900, quantity: int = 1, **changes: object) -> OrderLine:
    """A line of so many units at so many cents."""
    return msgspec.structs.replace(
        OrderLine(
            variant_id=variant,
            product_id=PRODUCT_OF[variant],
            seller_id=SHOP_OF[variant],
            title="Kettle" if variant == KETTLE else "Teapot",
            sku="SKU-1",
            options={"Colour": "red"},
            quantity=quantity,
            unit_price=Money(price, "EUR"),
            total=Money(price * quantity, "EUR"),
        ),
        **changes,
    )


def asked(order: Order) -> tuple[OrderLine, ...]:
    """An order's lines without the ids that they were given."""
    return tuple(msgspec.structs.replace(each, id=None) for each in order.lines)


class Desk(NamedTuple):
    """Orders, and what they stand on."""

    database: Database
    clock: ManualClock
    orders: Orders

    async def draft(self, who: Caller = ANN, *lines: OrderLine, order_id: UUID | None = None) -> Draft:
        """An order of that person, paid for."""
        (draft,) = await self.drafts(1, who, *lines)
        return msgspec.structs.replace(draft, id=order_id or draft.id)

    async def drafts(self, count: int, who: Caller = ANN, *lines: OrderLine) -> list[Draft]:
        made = [Draft(new_id(), who.person, new_id(), lines or (line(),), self.clock.now()) for _ in range(count)]
        async with self.database.transaction() as transaction:
            await transaction.connection.executemany(
                "INSERT INTO payments (id, user_id, amount, currency, status, payment_method, created_at, updated_at)"
                " VALUES ($1, $2, 9, 'EUR', 'succeeded', '', $3, $3)",
                [(draft.payment_id, draft.customer_id, draft.placed_at) for draft in made],
            )
        return made

    async def place(self, *drafts: Draft) -> None:
        async with self.database.transaction() as transaction:
            await self.orders.place(transaction, drafts)

    async def placed(self, who: Caller = ANN, *lines: OrderLine) -> Order:
        draft = await self.draft(who, *lines)
        await self.place(draft)
        return await self.orders.get(draft.id)

    async def told(self, channel: str) -> list[Order]:
        """The orders that the channel told of, in order."""
        async with self.database.reading() as connection:
            found = await log.after(connection, channel, 0, 10_000)
        events = [msgspec.json.decode(publication.data, type=OrderPlaced) for publication in found]
        return [event.order for event in events]

    async def counted(self) -> tuple[int, ...]:
        """How many orders, lines, events there are."""
        row = await self.database.fetch_one(
            "SELECT (SELECT count(*) FROM orders), (SELECT count(*) FROM order_items), (SELECT count(*) FROM event_log)"
        )
        assert row is not None
        return tuple(row)


@pytest.fixture
async def desk(database: Database, clock: ManualClock) -> Desk:
    await fill(database, clock.now())
    desk = Desk(database, clock, Orders(database))
    await desk.placed(BOB, line(TEAPOT, 500))
    return desk


async def fill(database: Database, now: datetime) -> None:
    async with database.transaction() as transaction:
        connection = transaction.connection
        await connection.execute(
            "INSERT INTO sellers (id, name, slug, description, created_at)"
            " VALUES ($1, 'Ours', 'ours', 'We sell kettles.', $3), ($2, 'Theirs', 'theirs', '', $3)",
            OURS, THEIRS, now,
        )  # fmt: skip
        await connection.executemany(
            "INSERT INTO users (id, email, name, password_hash, roles, seller_id, created_at)"
            " VALUES ($1, $2, 'Somebody', '', '{}', $3, $4)",
            [(who.user_id, f"{who.user_id}@people.test", who.seller_id, now) for who in PEOPLE],
        )
        for variant, product in PRODUCT_OF.items():
            await connection.execute(
                "INSERT INTO products (id, seller_id, slug, title, description, status, options, created_at,"
                " updated_at) VALUES ($1, $2, $3, $3, '', 'active', '{Colour}', $4, $4)",
                product, SHOP_OF[variant], f"product-{product}", now,
            )  # fmt: skip
            await connection.execute(
                "INSERT INTO product_variants (id, product_id, seller_id, sku, options, price, currency, position)"
                " VALUES ($1, $2, $3, 'SKU-1', '{}', 15, 'EUR', 0)", variant, product, SHOP_OF[variant],
            )  # fmt: skip
