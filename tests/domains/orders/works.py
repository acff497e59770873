"""What happens to orders after placing, on real PostgreSQL: with stock, books, and a gateway that was paid."""

from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID

import msgspec

from fastshop.contract.base import Money, Page
from fastshop.contract.carts import Cart, EditCart
from fastshop.contract.fulfilment import (
    AcceptOrder,
    CancelOrder,
    DeliverOrder,
    ListOrderEvents,
    RejectOrder,
    ShipOrder,
)
from fastshop.contract.ledger import ShowTotals, Totals
from fastshop.contract.orders import Order, OrderLine, OrderShipping
from fastshop.contract.seller_orders import LineUnits, OrderMoved, SellerOrder, TimelineEntry
from fastshop.ids import new_id
from server.adapters.payments.simulated import SimulatedGateway
from server.adapters.pricing.orders import OrderTaxes
from server.domains.catalog.stock import Stock
from server.domains.ledger.rates import Rates
from server.domains.ledger.reading import Reading
from server.domains.ledger.service import Ledger
from server.domains.orders.changing import Changing
from server.domains.orders.fulfilling import Fulfilling
from server.domains.orders.operations import operations
from server.domains.orders.queries import Performance
from server.domains.orders.reordering import Reordering
from server.domains.orders.rules import summed, tax_of
from server.domains.orders.taxing import Taxing
from server.domains.orders.timeline import Timeline
from server.domains.payments.disputes import Disputes
from server.domains.payments.ports import Gateway
from server.domains.payments.refunds import Refunds
from server.domains.payments.service import Payments
from server.domains.payments.throttle import Throttle
from server.domains.pricing.contained import ContainedTaxes
from server.domains.pricing.redeeming import Redeeming
from server.kernel import log
from server.kernel.caller import Caller
from server.kernel.keyed import Keyed
from server.kernel.operation import Operation
from tests.domains.orders.conftest import ADMIN, ANN, KETTLE, OURS, RIVAL, SELLER, TEAPOT, THEIRS, Desk, Draft, line
from tests.tries import Endless

PATIENCE = 20.0  # with a gateway that answers, on a busy machine too
BEGINNING = 100  # units of each variant in stock before anything happens
OF_SHOP = {OURS: SELLER, THEIRS: RIVAL}


class Carts:
    """Notes what is put in."""

    def __init__(self) -> None:
        self.asked: list[EditCart] = []

    async def edit(self, command: EditCart, caller: Caller) -> Cart:
        self.asked.append(command)
        return Cart(caller.person)


class SoldLine(NamedTuple):
    seller_id: UUID
    product_id: UUID
    total: Money
    tax: int
    line_id: UUID | None = None
    shop_discount: int = 0


class Sold(NamedTuple):
    order_id: UUID
    payment_id: UUID
    lines: Sequence[SoldLine]
    at: object


class Works(NamedTuple):
    """The services, and what they stand on."""

    desk: Desk
    gateway: SimulatedGateway
    ledger: Ledger
    payments: Payments
    refunds: Refunds
    stock: Stock
    fulfilling: Fulfilling
    timeline: Timeline
    reordering: Reordering
    performance: Performance
    disputes: Disputes
    carts: Carts

    @classmethod
    def of(cls, desk: Desk, through: Gateway | None = None) -> "Works":
        database, clock, orders = desk.database, desk.clock, desk.orders
        gateway, ledger = SimulatedGateway(database, clock), Ledger(Rates(database, clock, 1000))
        payments = Payments(database, gateway, clock, Keyed("a secret of this shop"), ledger)
        refunds = Refunds(database, through or gateway, clock, ledger, Throttle(Endless()), PATIENCE)
        stock, carts = Stock(database, clock), Carts()
        taxing = Taxing(OrderTaxes(ContainedTaxes(database)), ledger, clock)
        changing = Changing(database, orders, stock, Redeeming(clock), refunds, taxing, clock)
        return cls(
            desk,
            gateway,
            ledger,
            payments,
            refunds,
            stock,
            Fulfilling(orders, changing, clock),
            Timeline(database, orders, clock),
            Reordering(orders, carts, clock),
            Performance(database, clock),
            Disputes(database, clock, ledger),
            carts,
        )

    def operations(self) -> dict[str, Operation]:
        found = operations(self.desk.orders, self.fulfilling, self.timeline, self.reordering, self.performance)
        return {operation.tag: operation for operation in found}

    async def fill_stock(self) -> None:
        async with self.desk.database.transaction() as transaction:
            for variant_id in (KETTLE, TEAPOT):
                await self.stock.put_back(transaction, variant_id, BEGINNING)

    async def bought(
        self,
        *lines: OrderLine,
        who: Caller | None = ANN,
        shipping: Sequence[OrderShipping] = (),
        taxes_included: bool = False,
    ) -> Order:
        """An order that was really paid: the gateway has the money, the books and the stock know."""
        lines = tuple(
            msgspec.structs.replace(each, id=new_id()) for each in lines or (line(KETTLE, 900, 3), line(TEAPOT, 500, 2))
        )
        total, _, _ = summed(lines, shipping)
        payment_id, user_id = new_id(), None if who is None else who.user_id
        await self.payments.start(payment_id, user_id, total, "4242 4242 4242 4242", "")
        await self.payments.charge(payment_id, "4242 4242 4242 4242")
        key = None if user_id else new_id()
        told = (self.desk.clock.now(), tuple(shipping), taxes_included)
        draft = Draft(new_id(), user_id, payment_id, lines, *told, guest_key=key)
        parts: list[OrderLine | OrderShipping] = [*lines, *shipping]
        async with self.desk.database.transaction() as transaction:
            for variant_id, quantity in sorted((each.variant_id, each.quantity) for each in lines):
                assert await self.stock.take(transaction, variant_id, quantity)
            await self.desk.orders.place(transaction, [draft])
            sold = [
                SoldLine(
                    each.seller_id,
                    lines[0].product_id,
                    each.total,
                    tax_of(each),
                    getattr(each, "id", None),
                    each.shop_discount,
                )
                for each in parts
            ]
            await self.ledger.sold(transaction, [Sold(draft.id, payment_id, sold, draft.placed_at)])  # type: ignore[list-item]
        return await self.desk.orders.get(draft.id)

    async def now(self, order: Order) -> Order:
        return await self.desk.orders.get(order.id)

    async def part(self, order: Order, seller_id: UUID = OURS) -> SellerOrder:
        parts = (await self.now(order)).parts
        return next(part for part in parts if part.seller_id == seller_id)

    async def accept(self, order: Order, seller_id: UUID = OURS) -> Order:
        version = (await self.part(order, seller_id)).version
        command = AcceptOrder(order_id=order.id, change_id=new_id(), version=version)
        return await self.fulfilling.accept(command, OF_SHOP[seller_id])

    async def reject(self, order: Order, seller_id: UUID = OURS) -> Order:
        version = (await self.part(order, seller_id)).version
        command = RejectOrder(order_id=order.id, change_id=new_id(), version=version, note="Broken.")
        return await self.fulfilling.reject(command, OF_SHOP[seller_id])

    async def ship(self, order: Order, *units: LineUnits, seller_id: UUID = OURS) -> Order:
        version = (await self.part(order, seller_id)).version
        command = ShipOrder(
            order_id=order.id,
            shipment_id=new_id(),
            version=version,
            lines=units,
            carrier="DHL",
            tracking_number="JJD01",
        )
        return await self.fulfilling.ship(command, OF_SHOP[seller_id])

    async def deliver(self, order: Order, parcel_id: UUID | None = None, seller_id: UUID = OURS) -> Order:
        version = (await self.part(order, seller_id)).version
        command = DeliverOrder(order_id=order.id, change_id=new_id(), version=version, parcel_id=parcel_id)
        return await self.fulfilling.deliver(command, OF_SHOP[seller_id])

    async def cancel(self, order: Order, *units: LineUnits, who: Caller = ANN) -> Order:
        version = (await self.now(order)).version
        command = CancelOrder(order_id=order.id, change_id=new_id(), version=version, lines=units)
        return await self.fulfilling.cancel(command, who)

    async def on_hand(self, variant_id: UUID) -> int:
        offer = await self.stock.offer(variant_id)
        assert offer is not None
        return offer.stock

    async def books(self) -> Totals:
        """The balances in EUR, after the one equation was checked."""
        found = (await Reading(self.desk.database).totals(ShowTotals(), ADMIN)).totals
        totals = next(each for each in found if each.currency == "EUR")
        assert totals.paid == sum(
            (totals.unallocated, totals.sellers, totals.paid_out, totals.platform, totals.tax)
        ) + (totals.refunds + totals.disputed)
        return totals

    async def given_back(self, order: Order) -> int:
        """What the gateway really gave back, in cents."""
        row = await self.desk.database.fetch_one(
            "SELECT coalesce(sum(amount), 0) AS amount FROM simulated_refunds"
            " WHERE charge_id = $1 AND status = 'succeeded'",
            order.payment_id,
        )
        assert row is not None
        return int(row["amount"] * 100)

    async def events(self, order: Order, who: Caller = ANN) -> Page[TimelineEntry]:
        return await self.timeline.list(ListOrderEvents(order_id=order.id), who)

    async def told(self, channel: str) -> list[OrderMoved]:
        """What happened to orders, as the channel told it."""
        async with self.desk.database.reading() as connection:
            found = await log.after(connection, channel, 0, 10_000)
        return [
            msgspec.json.decode(publication.data, type=OrderMoved)
            for publication in found
            if b'"orders.moved"' in publication.data
        ]


def units(order: Order, variant_id: UUID, quantity: int) -> LineUnits:
    """So many units of the order's first line of a variant."""
    found = next(each for each in order.lines if each.variant_id == variant_id)
    assert found.id is not None
    return LineUnits(found.id, quantity)
