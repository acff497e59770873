"""A market to sell in: two shops, their goods, people, a clock turned by hand; all on real PostgreSQL.

There is always another sale with another customer's claims and orders in it, so that whatever forgets whose it is
shows. `Market.check` says what must hold after anything that happened.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, TypeVar
from uuid import UUID

import msgspec
from msgspec.structs import replace

from actors.flash_sale import KIND, StartPayment
from actors.runtime.directory import Actors
from actors.runtime.ports import Limits
from fastshop.contract.accounts import Role
from fastshop.contract.addresses import PostalAddress
from fastshop.contract.base import Busy, Money, Refusal
from fastshop.contract.catalog import PRODUCT, Price, VariantChanged
from fastshop.contract.flash_sales import (
    CLAIM_EVENTS,
    SALE_LEDGER,
    USER,
    Claim,
    ClaimState,
    ClaimUnits,
    CreateSale,
    EditSale,
    FlashSale,
    Pay,
    PayAnswer,
    ReminderAsked,
    ReminderDropped,
    SaleDrawn,
    SaleEvent,
    SaleStartsSoon,
)
from fastshop.contract.ledger import ShowTotals
from fastshop.contract.lines import PLACE_EVENTS
from fastshop.contract.orders import Order, OrderPlaced
from fastshop.contract.payment_methods import MethodsChanged
from fastshop.contract.payments import PaymentNeedsAction, PaymentRefunded, PaymentState
from fastshop.contract.tax_exemptions import ExemptionChanged
from fastshop.ids import new_id
from server.adapters.payments.simulated import SimulatedGateway
from server.adapters.pricing.sales import SaleTaxes
from server.background.reminders import Reminders
from server.domains.addresses.service import Addresses
from server.domains.catalog.stock import Stock
from server.domains.flash_sales import rows
from server.domains.flash_sales.buying import Buying
from server.domains.flash_sales.delivering import Delivering
from server.domains.flash_sales.exporting import Exporting
from server.domains.flash_sales.proofs import Proofs
from server.domains.flash_sales.queueing import Queueing
from server.domains.flash_sales.reminding import Reminding
from server.domains.flash_sales.selling import Selling
from server.domains.flash_sales.store import SaleStore
from server.domains.flash_sales.tries import Tries
from server.domains.ledger.rates import Rates
from server.domains.ledger.reading import Reading
from server.domains.ledger.service import Ledger
from server.domains.orders.service import Orders
from server.domains.payments.service import Payments
from server.domains.pricing.contained import ContainedTaxes
from server.kernel import log
from server.kernel.caller import Caller
from server.kernel.database import Database
from server.kernel.keyed import Keyed
from tests.support import ManualClock
from tests.tries import Counted

Kind = TypeVar("Kind", bound=SaleStore)

GOOD = "4242 4242 4242 4242"
DECLINED = "4000 0000 0000 0002"
ASKS_THE_BANK = "4000 0025 0000 3155"
SLOW = "4000 0000 0000 0259"

OURS, THEIRS = UUID(int=1), UUID(int=2)
KETTLE, TEAPOT = UUID(int=11), UUID(int=12)  # variants: ours, theirs
PRODUCT_OF = {KETTLE: UUID(int=21), TEAPOT: UUID(int=22)}
STOCK = 1000
OTHER = UUID(int=99)

SELLER = Caller(UUID(int=31), roles=frozenset({Role.SELLER, Role.CUSTOMER}), seller_id=OURS)
RIVAL = Caller(UUID(int=32), roles=frozenset({Role.SELLER, Role.CUSTOMER}), seller_id=THEIRS)
MANAGER = Caller(UUID(int=33), roles=frozenset({Role.MANAGER}))
ADMIN = Caller(UUID(int=34), roles=frozenset({Role.ADMIN}))

_ANY_EVENT = (
    SaleEvent
    | OrderPlaced
    | MethodsChanged
    | PaymentNeedsAction
    | PaymentRefunded
    | ReminderAsked
    | ReminderDropped
    | SaleStartsSoon
    | ExemptionChanged
)


def customer(number: int) -> Caller:
    """One of 250 customers."""
    return Caller(UUID(int=1000 + number), roles=frozenset({Role.CUSTOMER}))


ANN, BOB = customer(1), customer(2)


class Runtime:
    """One process: its actors, and the services in front of them."""

    def __init__(self, market: "Market", store: SaleStore, limits: Limits | None = None) -> None:
        self.actors = Actors({KIND: store}, market.clock, limits)
        self.selling = Selling(market.database, self.actors, market.stock, market.clock)
        self.buying = market.buying(market.payments, self.actors)
        self.queueing = Queueing(market.database, self.actors, market.proofs)
        self.reminders = Reminders(market.database, market.clock, self.actors.remind)

    async def claim(self, sale: FlashSale, who: Caller = ANN, quantity: int = 1, claim_id: UUID | None = None) -> Claim:
        command = ClaimUnits(sale_id=sale.id, claim_id=claim_id or new_id(), quantity=quantity)
        return await self.buying.claim(command, who)

    async def claim_until_answered(self, sale: FlashSale, who: Caller, claim_id: UUID) -> Claim | Refusal:
        """As the SDK does it: whatever is temporary is sent again with the same id."""
        while True:
            try:
                return await self.claim(sale, who, claim_id=claim_id)
            except Busy:
                continue
            except Refusal as refusal:
                return refusal

    async def pay(
        self,
        claim: Claim,
        who: Caller = ANN,
        card: str = GOOD,
        payment_id: UUID | None = None,
        address: PostalAddress | None = None,
    ) -> PayAnswer:
        command = Pay(
            sale_id=claim.sale_id,
            claim_id=claim.id,
            payment_id=payment_id or new_id(),
            payment_method=card,
            delivery_address=address,
        )
        return await self.buying.pay(command, who)

    async def start_payment(self, claim: Claim, payment_id: UUID) -> Claim:
        """The first step of paying, after which the process dies."""
        return await self.actors.ask(KIND, claim.sale_id, StartPayment(claim.id, claim.customer_id, payment_id))


class Market:
    """Everything a sale touches, and one process that runs it. Further ones are `Runtime`s on the same."""

    def __init__(self, database: Database, clock: ManualClock) -> None:
        self.database = database
        self.clock = clock
        self.gateway = SimulatedGateway(database, clock)
        self.keyed = Keyed("the secret of this market")
        self.ledger = Ledger(Rates(database, clock, 1000))
        self.payments = Payments(database, self.gateway, clock, self.keyed, self.ledger)
        self.proofs = Proofs(database, clock, self.keyed)
        self.reminding = Reminding(database, clock)
        self.orders = Orders(database)
        self.stock = Stock(database, clock)
        self.delivering = Delivering(database, Addresses(database, clock))
        self.attempts = Counted()
        self.shop = Runtime(self, self.store())
        self.exporting = Exporting(database, self.shop.selling)
        self._runtimes = [self.shop]

    def store(self) -> SaleStore:
        return self.store_of(SaleStore)

    def store_of(self, kind: type[Kind]) -> Kind:
        taxes = SaleTaxes(ContainedTaxes(self.database))
        return kind(self.database, self.orders, self.stock, self.ledger, self.delivering, taxes)

    def runtime(self, store: SaleStore | None = None, limits: Limits | None = None) -> Runtime:
        """Another process on the same database."""
        runtime = Runtime(self, store or self.store(), limits)
        self._runtimes.append(runtime)
        return runtime

    def buying(self, payments: Payments, actors: Actors | None = None) -> Buying:
        """Buying through these payments, in this very process unless told otherwise."""
        return Buying(
            self.database,
            self.shop.actors if actors is None else actors,
            payments,
            self.proofs,
            self.delivering,
            Tries(self.attempts),
            self.clock,
            self.keyed,
        )

    async def close(self) -> None:
        for runtime in self._runtimes:
            await runtime.actors.stop()

    async def fill(self) -> None:
        now = self.clock.now()
        people = [SELLER, RIVAL, MANAGER, ADMIN, Caller(OTHER), *(customer(number) for number in range(250))]
        async with self.database.transaction() as transaction:
            connection = transaction.connection
            await connection.execute(
                "INSERT INTO sellers (id, name, slug, description, created_at)"
                " VALUES ($1, 'Ours', 'ours', '', $3), ($2, 'Theirs', 'theirs', '', $3)",
                OURS, THEIRS, now,
            )  # fmt: skip
            await connection.execute(
                "INSERT INTO users (id, email, name, password_hash, roles, seller_id, created_at)"
                " SELECT id, id || '@people.test', 'Somebody', '', '{}', seller_id, $3"
                " FROM unnest($1::uuid[], $2::uuid[]) AS person (id, seller_id)",
                [who.user_id for who in people], [who.seller_id for who in people], now,
            )  # fmt: skip
            for variant, seller, title in ((KETTLE, OURS, "Kettle"), (TEAPOT, THEIRS, "Teapot")):
                await self._put_up(connection, variant, seller, title, now)

    async def _put_up(self, connection: Any, variant: UUID, seller: UUID, title: str, now: datetime) -> None:
        product = PRODUCT_OF[variant]
        await connection.execute(
            "INSERT INTO products (id, seller_id, slug, title, description, status, options, created_at, updated_at)"
            " VALUES ($1, $2, $3, $3, '', 'active', '{Colour}', $4, $4)", product, seller, title, now,
        )  # fmt: skip
        await connection.execute(
            "INSERT INTO product_variants (id, product_id, seller_id, sku, options, price, currency, position)"
            """ VALUES ($1, $2, $3, 'SKU-1', '{"Colour": "red"}', 15, 'EUR', 0)""", variant, product, seller,
        )  # fmt: skip
        await connection.execute("INSERT INTO inventory_levels (variant_id, on_hand) VALUES ($1, $2)", variant, STOCK)

    async def add_others(self) -> None:
        """The other sale: one unit held, one bought, one given back, by somebody who is in no test."""
        sale = await self.sale(RIVAL, variant_id=TEAPOT, per_customer_limit=5, hold_seconds=3600, days=30)
        who = Caller(OTHER)
        await self.shop.claim(sale, who)
        await self.shop.pay(await self.shop.claim(sale, who), who)

    async def sale(
        self,
        who: Caller = SELLER,
        *,
        quantity: int = 10,
        price: int = 900,
        starts_in: float = 0,
        minutes: float = 60,
        days: float = 0,
        **terms: Any,
    ) -> FlashSale:
        """A sale of kettles at 9.00 instead of 15.00 EUR, that opens now and ends in an hour unless told otherwise."""
        return await self.shop.selling.create(self.new_sale(quantity, price, starts_in, minutes, days, **terms), who)

    def new_sale(
        self,
        quantity: int = 10,
        price: int = 900,
        starts_in: float = 0,
        minutes: float = 60,
        days: float = 0,
        **terms: Any,
    ) -> CreateSale:
        start = self.clock.now() + timedelta(minutes=starts_in)
        told: dict[str, Any] = {
            "sale_id": new_id(),
            "variant_id": KETTLE,
            "sale_price": Price(price, "EUR"),
            "start_time": start,
            "end_time": start + timedelta(minutes=minutes, days=days),
            "quantity_limit": quantity,
            "hold_seconds": 60,
        }
        return CreateSale(**(told | terms))

    async def turn(self, **delta: float) -> None:
        """Turn the clock and deliver the reminders that are due then, until none is."""
        self.clock.turn(**delta)
        for _ in range(5):
            await self.shop.reminders.deliver_due()

    async def in_stock(self, variant_id: UUID = KETTLE) -> int:
        return await self.number("SELECT on_hand FROM inventory_levels WHERE variant_id = $1", variant_id)

    async def number(self, query: str, *args: Any) -> int:
        row = await self.database.fetch_one(query, *args)
        return int(row[0]) if row else 0

    async def claims(self, sale: FlashSale) -> tuple[Claim, ...]:
        return await self._claims_of(sale.id)

    async def one(self, claim: Claim) -> Claim:
        """The claim as it is stored now."""
        (found,) = [c for c in await self._claims_of(claim.sale_id) if c.id == claim.id]
        return found

    async def _claims_of(self, sale_id: UUID) -> tuple[Claim, ...]:
        return tuple(rows.claim(row) for row in await self.database.fetch(rows.CLAIMS_OF_SALE, sale_id))

    async def charged(self, payment_id: UUID) -> bool:
        """Whether the gateway took money for it."""
        charge = await self.gateway.find(payment_id)
        return charge is not None and charge.state is PaymentState.SUCCEEDED

    async def everything(self) -> dict[str, list[tuple[Any, ...]]]:
        """Every row there is: equal before and after what changes nothing."""
        names = await self.database.fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1")
        return {
            row[0]: sorted((tuple(each) for each in await self.database.fetch(f'SELECT * FROM "{row[0]}"')), key=repr)
            for row in names
        }

    # --- what must hold -----------------------------------------------------------------------------------------

    async def check(self) -> None:
        for row in await self.database.fetch("SELECT * FROM flash_sales"):
            await self._check_sale(row)
        await self._check_money()
        for row in await self.database.fetch("SELECT DISTINCT customer_id FROM flash_sale_claims"):
            await self._check_stream_of(row["customer_id"])
        for variant_id in PRODUCT_OF:
            await self._check_stock(variant_id)

    async def _check_sale(self, row: Any) -> None:
        claims = await self._claims_of(row["id"])
        assert row["held_count"] == units(claims, ClaimState.HELD, ClaimState.PAYING)
        assert row["sold_count"] == units(claims, ClaimState.PAID)
        assert row["held_count"] + row["sold_count"] <= row["quantity_limit"]
        assert [claim.place for claim in claims] == list(range(1, row["last_place"] + 1))
        assert await self.folded(row["id"]) == (await self.shop.selling.state(row["id"])).sale
        events = [event for event in await self.stream(SALE_LEDGER.of(row["id"])) if isinstance(event, CLAIM_EVENTS)]
        assert {event.claim.id: event.claim for event in events} == {claim.id: claim for claim in claims}  # type: ignore[attr-defined]

    async def folded(self, sale_id: UUID) -> FlashSale:
        """The sale that its ledger tells of, from the first event to the last."""
        sale: FlashSale | None = None
        claims: dict[UUID, Claim] = {}
        for event in await self.stream(SALE_LEDGER.of(sale_id)):
            if isinstance(event, CLAIM_EVENTS):
                claims[event.claim.id] = event.claim  # type: ignore[attr-defined]
            elif isinstance(event, SaleDrawn):
                sale = replace(sale, seed=event.seed) if sale else None
            elif not isinstance(event, PLACE_EVENTS):
                sale = event.sale
                assert counted(sale, claims.values()) == sale, f"{event.tag()} tells other numbers than the claims"
        assert sale is not None
        phase = (await self.shop.selling.state(sale_id)).sale.phase  # a matter of the clock
        return replace(counted(sale, claims.values()), phase=phase)

    async def _check_stream_of(self, user_id: UUID) -> None:
        claims: dict[UUID, Claim] = {}
        orders: dict[UUID, Order] = {}
        for event in await self.stream(USER.of(user_id)):
            if isinstance(event, OrderPlaced):
                orders[event.order.id] = event.order
            elif isinstance(event, CLAIM_EVENTS):
                claims[event.claim.id] = event.claim  # type: ignore[attr-defined]
        holding = {c.id: c for c in claims.values() if c.state in (ClaimState.HELD, ClaimState.PAYING)}
        assert holding == {claim.id: claim for claim in await self.shop.buying.holding(user_id)}
        # The log is never forgotten, so it does not say where anything goes.
        assert orders == {each.id: replace(each, address=None) for each in await self.orders.latest(user_id, 1000)}

    async def _check_money(self) -> None:
        """Each paid claim has its one order and its one charge; nobody else was charged."""
        claims = await self.database.fetch("SELECT * FROM flash_sale_claims")
        orders = {row["id"]: row for row in await self.database.fetch("SELECT * FROM orders")}
        charges = await self.database.fetch(
            "SELECT * FROM simulated_charges WHERE status = 'succeeded'"
            " AND id NOT IN (SELECT charge_id FROM simulated_refunds WHERE status = 'succeeded')"
        )
        charged = {row["id"]: row for row in charges if row["settles_at"] <= self.clock.now()}
        paid = [claim for claim in claims if claim["state"] == "paid"]
        assert sorted(claim["order_id"] for claim in paid) == sorted(orders)
        for claim in paid:
            order, charge = orders[claim["order_id"]], charged.pop(claim["payment_id"])
            assert (order["payment_id"], order["customer_id"]) == (claim["payment_id"], claim["customer_id"])
            assert (order["total"], charge["amount"]) == (claim["total"], claim["total"])
        paying = {claim["payment_id"] for claim in claims if claim["state"] == "paying"}
        assert charged.keys() <= paying, "somebody was charged for nothing"
        await self._check_books(sum(int(claim["total"] * 100) for claim in paid))

    async def _check_books(self, sold: int) -> None:
        """What was paid for is the sellers' and the shop's; what is not sold yet is nobody's; the rest went back."""
        (totals,) = (await Reading(self.database).totals(ShowTotals(), ADMIN)).totals
        states = "SELECT coalesce(sum(amount), 0) * 100 FROM payments WHERE status = any($1)"
        came = await self.number(states, ["succeeded", "refunding", "refunded"])
        back = await self.number(states, ["refunded"])
        assert (totals.paid, totals.refunds) == (came, back)
        assert totals.sellers + totals.platform + totals.tax == sold
        assert totals.unallocated == came - back - sold

    async def _check_stock(self, variant_id: UUID) -> None:
        """No unit is lost or made: on hand, in a sale, or sold."""
        out = await self.number(
            "SELECT coalesce(sum(CASE WHEN closed_at IS NULL THEN quantity_limit ELSE sold_count END), 0)"
            " FROM flash_sales WHERE variant_id = $1", variant_id,
        )  # fmt: skip
        assert await self.in_stock(variant_id) + out == STOCK
        told = await self.stream(PRODUCT.of(PRODUCT_OF[variant_id]), VariantChanged)
        assert not told or told[-1].variant.stock == await self.in_stock(variant_id)

    async def stream(self, channel: str, kind: Any = _ANY_EVENT) -> Sequence[Any]:
        """All events of a channel, whose places have no gap."""
        async with self.database.reading() as connection:
            found = await log.after(connection, channel, 0, 100_000)
        assert [publication.seq for publication in found] == list(range(1, len(found) + 1))
        return [msgspec.json.decode(publication.data, type=kind) for publication in found]


def changed(sale: FlashSale, **changes: Any) -> EditSale:
    """The edit that changes this, and nothing else."""
    kept: dict[str, Any] = {
        name: getattr(sale, name) for name in EditSale.__struct_fields__ if name not in ("sale_id", "sale_price")
    }
    price = Price(sale.sale_price.amount, sale.sale_price.currency)
    told: dict[str, Any] = {"sale_id": sale.id, "sale_price": price, **kept, **changes}
    return EditSale(**told)


def units(claims: Any, *states: ClaimState) -> int:
    return sum(claim.quantity for claim in claims if claim.state in states)


def counted(sale: FlashSale, claims: Any) -> FlashSale:
    """The sale with the numbers that its claims add up to."""
    held, sold = units(claims, ClaimState.HELD, ClaimState.PAYING), units(claims, ClaimState.PAID)
    return replace(sale, held_count=held, sold_count=sold, left=sale.quantity_limit - held - sold)


EUR_9 = Money(900, "EUR")
