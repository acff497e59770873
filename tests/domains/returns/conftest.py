"""Returns on real PostgreSQL: an order of kettles and teapots from two shops, and somebody else's there always."""

from collections.abc import Awaitable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

import msgspec
import pytest
from msgspec import Struct

from fastshop.contract.accounts import Role
from fastshop.contract.base import Event, Money, Refusal
from fastshop.contract.disputes import DisputeReason, OpenDispute, OrderDispute, ReplyToDispute, ResolveDispute
from fastshop.contract.ledger import Account, ListMovements, Movement, ShowTotals, Totals
from fastshop.contract.orders import Order, OrderLine, OrderShipping
from fastshop.contract.pricing import Tax
from fastshop.contract.returns import (
    ApproveReturn,
    ExchangeReturn,
    ReceivedUnits,
    ReceiveReturn,
    RefundReturn,
    RequestReturn,
    Return,
    ReturnReason,
    WantedReturn,
)
from fastshop.ids import new_id
from server.adapters.payments.simulated import SimulatedGateway
from server.adapters.pricing.orders import OrderTaxes
from server.domains.catalog.stock import Stock
from server.domains.ledger.rates import Rates
from server.domains.ledger.reading import Reading
from server.domains.ledger.service import Ledger
from server.domains.orders.changing import Changing
from server.domains.orders.rules import tax_of
from server.domains.orders.service import Orders
from server.domains.orders.taxing import Taxing
from server.domains.payments.ports import Gateway, Refund, RefundState
from server.domains.payments.refunds import Refunds
from server.domains.payments.service import Payments
from server.domains.payments.throttle import Throttle
from server.domains.pricing.contained import ContainedTaxes
from server.domains.pricing.redeeming import Redeeming
from server.domains.returns.asking import Asking
from server.domains.returns.deciding import Deciding
from server.domains.returns.disputes import OrderDisputes
from server.domains.returns.giving_back import GivingBack
from server.domains.returns.moving import Moving
from server.kernel import log
from server.kernel.caller import Caller
from server.kernel.database import Database
from server.kernel.keyed import Keyed
from tests.support import ManualClock
from tests.tries import Endless

OURS, THEIRS = UUID(int=1), UUID(int=2)  # shops
KETTLES, TEAPOTS = UUID(int=21), UUID(int=22)  # products: ours, theirs
RED, BLUE, GOLD = (UUID(int=n) for n in (11, 12, 13))  # kettles
TEAPOT = UUID(int=15)
PRICES = {RED: 900, BLUE: 600, GOLD: 1500, TEAPOT: 500}

ANN = Caller(UUID(int=101), roles=frozenset({Role.CUSTOMER}))
BOB = Caller(UUID(int=102), roles=frozenset({Role.CUSTOMER}))
SELLER = Caller(UUID(int=103), roles=frozenset({Role.SELLER, Role.CUSTOMER}), seller_id=OURS)
RIVAL = Caller(UUID(int=104), roles=frozenset({Role.SELLER, Role.CUSTOMER}), seller_id=THEIRS)
MANAGER = Caller(UUID(int=105), roles=frozenset({Role.MANAGER}))
ADMIN = Caller(UUID(int=106), roles=frozenset({Role.ADMIN}))
PARTIAL = Caller(UUID(int=107), roles=frozenset({Role.MANAGER, Role.SELLER}), seller_id=OURS)
PEOPLE = (ANN, BOB, SELLER, RIVAL, MANAGER, ADMIN, PARTIAL)
WINDOW = timedelta(days=30)


def euros(cents: int) -> Money:
    return Money(cents, "EUR")


def line(variant: UUID = RED, quantity: int = 1, total: int | None = None, tax: int = 0) -> OrderLine:
    """A line; where ``total`` is less than its price a discount was taken off."""
    price = PRICES[variant]
    return OrderLine(
        variant_id=variant,
        product_id=TEAPOTS if variant == TEAPOT else KETTLES,
        seller_id=THEIRS if variant == TEAPOT else OURS,
        title="Teapot" if variant == TEAPOT else "Kettle",
        sku="SKU",
        options={},
        quantity=quantity,
        unit_price=euros(price),
        total=euros(price * quantity if total is None else total),
        taxes=(Tax("VAT", 190_000, euros(tax)),) if tax else (),
    )


def sending(seller_id: UUID = OURS, price: int = 1290) -> OrderShipping:
    """How a seller's part was sent, where the cheapest way would have cost 4.90."""
    return OrderShipping(seller_id, "express", "Express", euros(price), euros(price), standard=euros(490))


class SoldLine(NamedTuple):
    """A line as the ledger is told of it."""

    seller_id: UUID
    product_id: UUID | None
    total: Money
    tax: int
    line_id: UUID | None = None
    shop_discount: int = 0


class Placed(Struct, frozen=True):
    """An order to be placed, and to be put into the books."""

    id: UUID
    order_id: UUID
    customer_id: UUID | None
    payment_id: UUID
    lines: Any
    placed_at: datetime
    at: datetime
    shipping: tuple[Any, ...] = ()
    taxes_included: bool = True
    address: None = None
    email: str = ""
    guest_key: UUID | None = None
    address_fixed: bool = False


class Moody:
    """A gateway whose refunds go as its mood is: a state, or an error after it was done."""

    def __init__(self, gateway: SimulatedGateway) -> None:
        self._gateway = gateway
        self.mood: RefundState | type[Exception] | None = None
        self.asked = 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self._gateway, name)

    async def refund(self, refund_id: UUID, payment_id: UUID, amount: Money) -> Refund:
        self.asked += 1
        if isinstance(self.mood, RefundState):
            return Refund(refund_id, self.mood, "account_closed")
        done = await self._gateway.refund(refund_id, payment_id, amount)
        if self.mood is not None:
            raise self.mood
        return done


@dataclass
class Desk:
    """Returns and disputes, and what they stand on."""

    database: Database
    clock: ManualClock
    gateway: Moody
    payments: Payments
    ledger: Ledger
    orders: Orders
    refunds: Refunds
    asking: Asking
    deciding: Deciding
    disputes: OrderDisputes
    giving_back: GivingBack
    changing: Changing

    async def bought(
        self,
        *lines: OrderLine,
        who: Caller = ANN,
        delivered: bool = True,
        key: UUID | None = None,
        shipping: tuple[OrderShipping, ...] = (),
    ) -> Order:
        """An order that is paid, in the books, and delivered: a guest's with this key, or somebody's."""
        buyer = None if key else who.user_id
        lines = tuple(msgspec.structs.replace(each, id=new_id()) for each in lines or (line(),))
        parts: list[OrderLine | OrderShipping] = [*lines, *shipping]
        total = Money(sum(each.total.amount for each in parts), parts[0].total.currency)
        payment = await self.payments.start(new_id(), buyer, total, "4242424242424242", str(new_id()))
        await self.payments.charge(payment.id, "4242424242424242")
        order_id, now = new_id(), self.clock.now()
        draft = Placed(
            order_id,
            order_id,
            buyer,
            payment.id,
            lines,
            now,
            now,
            shipping,
            email="guest@shop.test" if key else "",
            guest_key=key,
        )
        told = [
            SoldLine(
                each.seller_id,
                getattr(each, "product_id", None),
                each.total,
                tax_of(each),
                getattr(each, "id", None),
                each.shop_discount,
            )
            for each in parts
        ]
        async with self.database.transaction() as transaction:
            await self.orders.place(transaction, [draft])
            await self.ledger.sold(transaction, [msgspec.structs.replace(draft, lines=told)])
        order = await self.orders.get(order_id)
        if delivered:
            for each in order.lines:
                await self.deliver(order, each, each.quantity)
        return order

    async def deliver(self, order: Order, of: OrderLine, count: int) -> None:
        """So many units of a line arrive in a parcel."""
        parcel, now = new_id(), self.clock.now()
        await self.database.fetch(
            "UPDATE order_items SET shipped = shipped + $2, delivered = delivered + $2 WHERE id = $1", of.id, count
        )
        await self.database.fetch(
            "INSERT INTO shipments (id, order_id, seller_id, shipped_at, delivered_at) VALUES ($1, $2, $3, $4, $4)",
            parcel, order.id, of.seller_id, now,
        )  # fmt: skip
        await self.database.fetch("INSERT INTO shipment_items VALUES ($1, $2, $3)", parcel, of.id, count)

    async def request(self, order: Order, count: int = 1, who: Caller = ANN, **fields: Any) -> Return:
        """A return of so many units of the order's first line."""
        self.clock.turn(seconds=1)
        return await self.asking.request(asked(order, count, **fields), who)

    async def received(self, order: Order, count: int = 1, resellable: int = 0, **fields: Any) -> Return:
        """A return whose goods are there."""
        rma = await self.request(order, count, **fields)
        await self.deciding.approve(ApproveReturn(return_id=rma.id), SELLER)
        came = tuple(ReceivedUnits(each.line_id, each.quantity, resellable) for each in rma.lines)
        return await self.deciding.receive(ReceiveReturn(return_id=rma.id, lines=came), SELLER)

    async def refund(
        self, rma: Return, cents: int | None = None, who: Caller = SELLER, refund_id: UUID | None = None
    ) -> Return:
        amount = None if cents is None else euros(cents)
        command = RefundReturn(return_id=rma.id, refund_id=refund_id or new_id(), amount=amount)
        return await self.deciding.refund(command, who)

    async def exchange(self, rma: Return, refund_id: UUID | None = None) -> Return:
        return await self.deciding.exchange(ExchangeReturn(return_id=rma.id, refund_id=refund_id or new_id()), SELLER)

    async def dispute(self, who: Caller = ANN, **subject: Any) -> OrderDispute:
        self.clock.turn(seconds=1)
        told: dict[str, Any] = {"dispute_id": new_id(), "reason": DisputeReason.OTHER, "words": "It leaks."} | subject
        return await self.disputes.open(OpenDispute(**told), who)

    async def say(self, dispute: OrderDispute, who: Caller = SELLER, words: str = "It does not.") -> OrderDispute:
        self.clock.turn(seconds=1)
        return await self.disputes.reply(ReplyToDispute(dispute_id=dispute.id, reply_id=new_id(), words=words), who)

    async def resolve(
        self, dispute: OrderDispute, cents: int, who: Caller = MANAGER, refund_id: UUID | None = None
    ) -> OrderDispute:
        return await self.decide(dispute, euros(cents), who, refund_id)

    async def decide(
        self, dispute: OrderDispute, amount: Money, who: Caller = MANAGER, refund_id: UUID | None = None
    ) -> OrderDispute:
        command = ResolveDispute(
            dispute_id=dispute.id, refund_id=refund_id or new_id(), amount=amount, decision="Both are right."
        )
        return await self.disputes.resolve(command, who)

    async def stock(self, variant_id: UUID) -> int:
        row = await self.database.fetch_one("SELECT on_hand FROM inventory_levels WHERE variant_id = $1", variant_id)
        return row["on_hand"] if row else 0

    async def books(self) -> Totals:
        """The balances, after the one equation was checked."""
        (totals,) = (await Reading(self.database).totals(ShowTotals(), ADMIN)).totals
        assert totals.paid == (
            totals.unallocated + totals.sellers + totals.paid_out + totals.platform + totals.tax + totals.refunds
        )
        return totals

    async def shares(self, order: Order) -> dict[tuple[Account, UUID | None], int]:
        """What of the order is whose now."""
        found: dict[tuple[Account, UUID | None], int] = {}
        page = await Reading(self.database).list_movements(ListMovements(payment_id=order.payment_id, limit=100), ADMIN)
        movements: tuple[Movement, ...] = page.items
        for entry in (entry for movement in movements for entry in movement.entries):
            key = (entry.account, entry.party_id)
            found[key] = found.get(key, 0) + entry.amount.amount
        return {key: amount for key, amount in found.items() if amount}

    async def told(self, channel: str, *events: type[Event]) -> list[Any]:
        """What watchers of a channel were told."""
        async with self.database.reading() as connection:
            found = await log.after(connection, channel, 0, 1000)
        kinds = {event.tag(): event for event in events}
        tagged = [(msgspec.json.decode(each.data)["type"], each.data) for each in found]
        return [msgspec.json.decode(data, type=kinds[tag]) for tag, data in tagged if tag in kinds]


def asked(
    order: Order, count: int = 1, exchange_for: UUID | None = None, return_id: UUID | None = None, **fields: Any
) -> RequestReturn:
    """A wish to give so many units of the order's first line back."""
    first = order.lines[0].id
    assert first is not None
    told = {"lines": (WantedReturn(first, count, exchange_for),), "reason": ReturnReason.DEFECTIVE} | fields
    return RequestReturn(return_id=return_id or new_id(), order_id=order.id, **told)


async def refused(coroutine: Awaitable[Any]) -> Refusal:
    """The refusal that something ends with."""
    with pytest.raises(Refusal) as caught:
        await coroutine
    return caught.value


def refunds_through(database: Database, gateway: Gateway, clock: ManualClock, ledger: Ledger) -> Refunds:
    return Refunds(database, gateway, clock, ledger, Throttle(Endless()))


@pytest.fixture
async def desk(database: Database, clock: ManualClock) -> Desk:
    await _fill(database, clock.now())
    gateway, ledger = Moody(SimulatedGateway(database, clock)), Ledger(Rates(database, clock, 1000))
    refunds = refunds_through(database, gateway, clock, ledger)
    payments = Payments(database, gateway, clock, Keyed("a secret"), ledger)
    stock, moving = Stock(database, clock), Moving(database, clock)
    orders = Orders(database)
    taxing = Taxing(OrderTaxes(ContainedTaxes(database)), ledger, clock)
    changing = Changing(database, orders, stock, Redeeming(clock), refunds, taxing, clock)
    giving_back = GivingBack(database, refunds, moving, clock)
    desk = Desk(
        database,
        clock,
        gateway,
        payments,
        ledger,
        orders,
        refunds,
        Asking(database, stock, moving, clock, WINDOW.days),
        Deciding(database, changing, stock, moving, giving_back, clock),
        OrderDisputes(database, moving, giving_back, clock),
        giving_back,
        changing,
    )
    others = await desk.bought(line(TEAPOT, 3), who=BOB)
    await desk.request(others, 2, who=BOB)
    first = others.lines[0].id
    await desk.dispute(BOB, line_id=first)
    return desk


async def _fill(database: Database, now: datetime) -> None:
    async with database.transaction() as transaction:
        connection = transaction.connection
        await connection.execute(
            "INSERT INTO sellers (id, name, slug, description, created_at)"
            " VALUES ($1, 'Ours', 'ours', '', $3), ($2, 'Theirs', 'theirs', '', $3)",
            OURS, THEIRS, now,
        )  # fmt: skip
        await connection.executemany(
            "INSERT INTO users (id, email, name, password_hash, roles, seller_id, created_at)"
            " VALUES ($1, $2, 'Somebody', '', '{}', $3, $4)",
            [(who.user_id, f"{who.user_id}@people.test", who.seller_id, now) for who in PEOPLE],
        )
        for product, shop in ((KETTLES, OURS), (TEAPOTS, THEIRS)):
            await connection.execute(
                "INSERT INTO products (id, seller_id, slug, title, description, status, options, created_at,"
                " updated_at) VALUES ($1, $2, $3, $3, '', 'active', '{Colour}', $4, $4)",
                product, shop, f"product-{product.int}", now,
            )  # fmt: skip
        for number, (variant, price) in enumerate(PRICES.items()):
            product, shop = (TEAPOTS, THEIRS) if variant == TEAPOT else (KETTLES, OURS)
            await connection.execute(
                "INSERT INTO product_variants (id, product_id, seller_id, sku, options, price, currency, position)"
                " VALUES ($1, $2, $3, $4, $5, $6, 'EUR', 0)",
                variant, product, shop, f"SKU-{number}", f'{{"Colour": "{number}"}}', price / 100,
            )  # fmt: skip
            await connection.execute("INSERT INTO inventory_levels (variant_id, on_hand) VALUES ($1, 3)", variant)
