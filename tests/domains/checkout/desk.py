"""A shop to check out in: two sellers' goods, people, guests, all on real PostgreSQL; others' orders always there."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import msgspec

from actors.runtime.directory import Actors
from actors.user import KIND
from fastshop.contract.accounts import Role
from fastshop.contract.addresses import PostalAddress
from fastshop.contract.base import Money, Refusal
from fastshop.contract.carts import AddToCart, Cart, ShowCart
from fastshop.contract.checkout import (
    BeginCheckout,
    Checkout,
    CheckoutOutcome,
    CompleteCheckout,
    SetCheckoutAddress,
    SetCheckoutShipping,
    ShowCheckout,
)
from fastshop.contract.ledger import ShowTotals
from fastshop.contract.orders import Order
from fastshop.contract.pricing import Reward
from fastshop.contract.promotions import Coupon, CreateCoupon, Terms
from fastshop.ids import new_id
from server.adapters.payments.simulated import SimulatedGateway
from server.adapters.pricing.checkout import CheckoutPrices
from server.composition.prices import Buyers
from server.domains.addresses.service import Addresses
from server.domains.carts.editing import Editing
from server.domains.carts.reading import Reading
from server.domains.carts.store import UserStore
from server.domains.catalog.limits import PurchaseLimits
from server.domains.catalog.stock import Stock
from server.domains.checkout.codes import Codes
from server.domains.checkout.lapsing import Lapsing
from server.domains.checkout.limits import Limits
from server.domains.checkout.payable import PayableCheckouts
from server.domains.checkout.paying import Paying
from server.domains.checkout.rates import FlatRates
from server.domains.checkout.rows import Rows
from server.domains.checkout.service import Checkouts
from server.domains.checkout.totals import Totals
from server.domains.checkout.tries import Tries
from server.domains.groups.service import Groups
from server.domains.ledger.rates import Rates
from server.domains.ledger.reading import Reading as LedgerReading
from server.domains.ledger.service import Ledger
from server.domains.orders.service import Orders
from server.domains.payments.ports import Gateway
from server.domains.payments.service import Payments
from server.domains.pricing.coupons import Coupons
from server.domains.pricing.exemptions import Exemptions
from server.domains.pricing.redeeming import Redeeming
from server.domains.pricing.service import Pricing
from server.domains.pricing.taxes import Taxes
from server.kernel.caller import GUEST, Caller
from server.kernel.database import Database
from server.kernel.emails import normalised
from server.kernel.keyed import Keyed
from tests.support import ManualClock

GOOD = "4242 4242 4242 4242"
DECLINED = "4000 0000 0000 0002"
ASKS_THE_BANK = "4000 0025 0000 3155"
SLOW = "4000 0000 0000 0259"

OURS, THEIRS = UUID(int=1), UUID(int=2)
CUP, POT = UUID(int=11), UUID(int=12)  # variants: ours at 5.00, theirs at 30.00
SELLER_OF = {CUP: OURS, POT: THEIRS}
STOCK = 10
ANN = Caller(UUID(int=1001), roles=frozenset({Role.CUSTOMER}))
BOB = Caller(UUID(int=1002), roles=frozenset({Role.CUSTOMER}))
ADMIN = Caller(UUID(int=1003), roles=frozenset({Role.ADMIN}))
BERLIN = PostalAddress(name="Ann Smith", country="DE", street="Torstr. 1", city="Berlin", postal_code="10119")
SHIPPING = 490


class Counted:
    """Counts what was not given back."""

    def __init__(self) -> None:
        self.spent: list[str] = []

    async def spend(self, what: str, allowed: int, seconds: int) -> int:
        self.spent.append(what)
        return 0 if self.spent.count(what) <= allowed else seconds

    async def give_back(self, what: str) -> None:
        if what in self.spent:
            self.spent.remove(what)


class Desk:
    """One process. Others are further ones on the same database."""

    def __init__(self, database: Database, clock: ManualClock, gateway: Gateway | None = None) -> None:
        self.database, self.clock = database, clock
        self.gateway = SimulatedGateway(database, clock)
        self.stock = Stock(database, clock)
        self.actors = Actors({KIND: UserStore(database, self.stock)}, clock)
        self.carts = Reading(database, self.stock, clock)
        self.editing = Editing(self.actors, self.stock, clock)
        self.orders, self.addresses = Orders(database), Addresses(database, clock)
        self.rates = FlatRates(database, clock)
        self.taxes, self.coupons, self.tries = Taxes(database, clock), Coupons(database, clock), Counted()
        buyers = Buyers(self.orders, Groups(database, clock))
        pricing = Pricing(database, clock, buyers, self.tries)
        self.prices = prices = CheckoutPrices(pricing, buyers, Redeeming(clock))
        self.exemptions = Exemptions(database, clock)
        ledger = Ledger(Rates(database, clock, 1000))
        self.payments = Payments(database, gateway or self.gateway, clock, Keyed("test"), ledger, patience=20)
        self.codes = codes = Codes(database)
        self.rows, quarter = Rows(database, clock), timedelta(minutes=15)
        limits, tries = Limits(database, PurchaseLimits(database)), Tries(self.tries)
        self.checkouts = Checkouts(
            database, self.rows, self.carts, codes, self.addresses, normalised, prices, self.stock, self.rates, limits,
            tries, clock, quarter,
        )  # fmt: skip
        self.paying = Paying(
            database, self.rows, self.checkouts, self.editing, codes, prices, self.stock, self.payments, self.orders,
            ledger, limits, tries, clock,
        )  # fmt: skip
        self.totals = Totals(self.carts, codes, prices, self.checkouts)
        self.payable = PayableCheckouts(self.paying)
        self.lapsing = Lapsing(database, self.rows, self.paying, clock)

    async def add(self, who: Caller, variant: UUID = CUP, quantity: int = 1, cart_id: UUID | None = None) -> Cart:
        command = AddToCart(edit_id=new_id(), variant_id=variant, quantity=quantity, cart_id=cart_id)
        return await self.editing.add(command, who)

    async def cart(self, who: Caller, cart_id: UUID | None = None) -> dict[UUID, int]:
        found = await self.carts.show(ShowCart(cart_id=cart_id), who)
        return {line.variant_id: line.quantity for line in found.lines}

    async def begun(self, who: Caller = GUEST, *goods: tuple[UUID, int]) -> Checkout:
        """A checkout of a cart with these goods; a guest's cart is new."""
        cart_id = uuid4() if who.user_id is None else None
        for variant, quantity in goods or ((CUP, 1),):
            await self.add(who, variant, quantity, cart_id)
        return await self.begin(who, cart_id)

    async def begin(self, who: Caller = GUEST, cart_id: UUID | None = None, **fields: Any) -> Checkout:
        fields.setdefault("checkout_id", uuid4())
        return await self.checkouts.begin(BeginCheckout(cart_id=cart_id, **fields), who)

    async def ready(self, who: Caller = GUEST, *goods: tuple[UUID, int]) -> Checkout:
        """One that only has to be paid."""
        return await self.addressed(await self.begun(who, *goods), who)

    async def addressed(self, checkout: Checkout, who: Caller = GUEST) -> Checkout:
        email = "guest@people.test" if who.user_id is None else None
        command = SetCheckoutAddress(checkout_id=checkout.id, address=BERLIN, email=email)
        await self.checkouts.set_address(command, who)
        return await self.checkouts.set_shipping(SetCheckoutShipping(checkout_id=checkout.id, option="standard"), who)

    async def pay(
        self, checkout: Checkout, who: Caller = GUEST, card: str = GOOD, payment_id: UUID | None = None,
        total: Money | None = None,
    ) -> CheckoutOutcome:  # fmt: skip
        command = CompleteCheckout(
            checkout_id=checkout.id,
            payment_id=payment_id or new_id(),
            payment_method=card,
            total=total or checkout.total,
        )
        return await self.paying.complete(command, who)

    async def bought(self, who: Caller = GUEST, *goods: tuple[UUID, int]) -> Checkout | Refusal:
        """All of it, or what it was refused with."""
        try:
            return (await self.pay(await self.ready(who, *goods), who)).checkout
        except Refusal as refusal:
            return refusal

    async def now(self, checkout: Checkout, who: Caller = GUEST) -> Checkout:
        return await self.checkouts.show(ShowCheckout(checkout_id=checkout.id), who)

    async def left(self, variant: UUID = CUP) -> int:
        offer = await self.stock.offer(variant)
        assert offer is not None
        return offer.stock

    async def order(self, checkout: Checkout) -> Order:
        assert checkout.order_id is not None
        return await self.orders.get(checkout.order_id)

    async def coupon(self, code: str, reward: Reward, **fields: Any) -> Coupon:
        command = CreateCoupon(coupon_id=new_id(), code=code, name=code, terms=Terms(reward=reward), **fields)
        return await self.coupons.create(command, ADMIN)

    async def run(self, sql: str, *args: Any) -> None:
        async with self.database.transaction() as transaction:
            await transaction.connection.execute(sql, *args)

    async def count(self, sql: str) -> int:
        row = await self.database.fetch_one(sql)
        assert row is not None
        return int(row[0])

    async def check(self) -> None:
        """What always holds: no unit is lost or sold twice, the money is where the orders say."""
        for variant in SELLER_OF:
            held = await self._units("SELECT checkout::text AS data FROM checkouts WHERE held", variant)
            sold = await self.count(
                f"SELECT coalesce(sum(quantity), 0) FROM order_items WHERE variant_id = '{variant}'"
            )
            assert await self.left(variant) + held + sold == STOCK
        paid = await self.count("SELECT count(*) FROM payments WHERE status = 'succeeded'")
        assert paid == await self.count("SELECT count(*) FROM orders")
        wrong = (
            "SELECT count(*) FROM orders JOIN payments ON payments.id = payment_id WHERE orders.total <> amount"
            " OR payments.status <> 'succeeded'"
        )
        assert await self.count(wrong) == 0
        totals = (await LedgerReading(self.database).totals(ShowTotals(), ADMIN)).totals
        assert all(each.unallocated == 0 for each in totals)

    async def _units(self, query: str, variant: UUID) -> int:
        found = [msgspec.json.decode(row["data"], type=Checkout) for row in await self.database.fetch(query)]
        return sum(line.quantity for checkout in found for line in checkout.lines if line.variant_id == variant)

    async def fill(self) -> None:
        now = self.clock.now()
        async with self.database.transaction() as transaction:
            connection = transaction.connection
            await connection.execute(
                "INSERT INTO sellers (id, name, slug, description, created_at)"
                " VALUES ($1, 'Ours', 'ours', '', $3), ($2, 'Theirs', 'theirs', '', $3)", OURS, THEIRS, now,
            )  # fmt: skip
            await connection.execute(
                "INSERT INTO users (id, email, name, password_hash, roles, created_at)"
                " SELECT id, id || '@people.test', 'Somebody', '', '{}', $2 FROM unnest($1::uuid[]) AS id",
                [ANN.person, BOB.person, ADMIN.person], now,
            )  # fmt: skip
            for variant, title, price in ((CUP, "Cup", "5.00"), (POT, "Pot", "30.00")):
                product, seller = UUID(int=variant.int + 10), SELLER_OF[variant]
                await connection.execute(
                    "INSERT INTO products (id, seller_id, slug, title, description, status, options, created_at,"
                    " updated_at) VALUES ($1, $2, $3, $3, '', 'active', '{}', $4, $4)", product, seller, title, now,
                )  # fmt: skip
                await connection.execute(
                    "INSERT INTO product_variants (id, product_id, seller_id, sku, options, price, currency, position)"
                    " VALUES ($1, $2, $3, $4, '{}', $5::text::numeric, 'EUR', 0)",
                    variant, product, seller, title, price,
                )  # fmt: skip
                await connection.execute("INSERT INTO inventory_levels VALUES ($1, $2)", variant, STOCK)
