"""A marketplace of two shops on real PostgreSQL, with goods, promotions and taxes of its own and of the other shop."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest

from fastshop.contract.accounts import Role
from fastshop.contract.catalog import Product
from fastshop.contract.pricing import Percent, Quote, Reward
from fastshop.contract.promotions import (
    Coupon,
    CreateCampaign,
    CreateCoupon,
    FindBestCoupons,
    SimulatePromotions,
    Terms,
    ValidateCoupon,
    Wanted,
)
from fastshop.ids import new_id
from server.domains.catalog.browsing import Browsing
from server.domains.catalog.editing import Editing
from server.domains.pricing.campaigns import Campaigns
from server.domains.pricing.coupons import Coupons
from server.domains.pricing.engine.words import Customer
from server.domains.pricing.lists import PriceLists
from server.domains.pricing.redeeming import Redeeming, Redemption
from server.domains.pricing.service import Pricing
from server.domains.pricing.taxes import Taxes
from server.kernel.caller import GUEST, Caller
from server.kernel.database import Database
from tests.domains.catalog.conftest import ADMIN, CUSTOMER, MANAGER, OURS, SHOPLESS, THEIRS, jumper, plain
from tests.domains.pricing.shop import HOUR, NOW, eur
from tests.support import ManualClock

OTHER = Caller(user_id=UUID(int=7), roles=frozenset({Role.CUSTOMER}))
TEN = Percent(1000)


class Known:
    """People of whom the test says what is known."""

    def __init__(self) -> None:
        self.people: dict[UUID, Customer] = {}

    async def customer(self, user_id: UUID | None) -> Customer:
        return self.people.get(user_id or UUID(int=0), Customer(guest=user_id is None))


class Tries:
    """So many tries, whoever makes them."""

    def __init__(self) -> None:
        self.used = 0

    async def spend(self, what: str, allowed: int, seconds: int) -> int:
        self.used += 1
        return seconds if self.used > allowed else 0

    async def give_back(self, what: str) -> None:
        self.used -= 1


@dataclass
class Shop:
    """The services; our kettle costs 10.00 EUR, their teapot 20.00."""

    database: Database
    clock: ManualClock
    editing: Editing
    coupons: Coupons
    campaigns: Campaigns
    lists: PriceLists
    taxes: Taxes
    redeeming: Redeeming
    pricing: Pricing
    known: Known
    kettle: Product
    teapot: Product

    async def coupon(self, caller: Caller = ADMIN, reward: Reward = TEN, **fields: Any) -> Coupon:
        """A coupon that takes a tenth off."""
        told: dict[str, Any] = {"coupon_id": new_id(), "code": "TENTH", "name": "A tenth", "terms": Terms(reward)}
        return await self.coupons.create(CreateCoupon(**(told | fields)), caller)

    async def campaign(self, caller: Caller = ADMIN, reward: Reward = TEN, **fields: Any) -> Any:
        """A campaign that has begun."""
        told: dict[str, Any] = {
            "campaign_id": new_id(),
            "name": "Week",
            "terms": Terms(reward),
            "start_date": NOW - HOUR,
            "end_date": NOW + HOUR,
        }
        return await self.campaigns.create(CreateCampaign(**(told | fields)), caller)

    async def redeem(
        self, *coupons: Coupon, user_id: UUID | None = CUSTOMER.user_id, order_id: UUID | None = None
    ) -> UUID:
        """An order of somebody uses coupons."""
        order = order_id or new_id()
        uses = [Redemption(coupon.id, eur(100)) for coupon in coupons]
        async with self.database.transaction() as transaction:
            await self.redeeming.redeem(transaction, order, user_id, uses)
        return order

    async def give_back(self, order_id: UUID) -> None:
        """An order is cancelled."""
        async with self.database.transaction() as transaction:
            await self.redeeming.give_back(transaction, order_id)

    async def best(self, caller: Caller = GUEST, *codes: str, **fields: Any) -> Quote:
        """What a kettle and a teapot cost."""
        told: dict[str, Any] = {"lines": self.both, "currency": "EUR", "codes": codes}
        return await self.pricing.best(FindBestCoupons(**(told | fields)), caller)

    async def validate(self, code: str, caller: Caller = GUEST) -> Quote:
        """What they cost with a code."""
        return await self.pricing.validate(ValidateCoupon(code=code, lines=self.both, currency="EUR"), caller)

    async def simulate(self, caller: Caller = ADMIN, **fields: Any) -> Quote:
        """What they cost at some moment."""
        told: dict[str, Any] = {"lines": self.both, "currency": "EUR", "at": NOW}
        return await self.pricing.simulate(SimulatePromotions(**(told | fields)), caller)

    @property
    def both(self) -> tuple[Wanted, ...]:
        """One of each."""
        return tuple(Wanted(product.variants[0].id) for product in (self.kettle, self.teapot))


@pytest.fixture
async def shop(database: Database, clock: ManualClock) -> Shop:
    editing = Editing(database, Browsing(database), clock)
    await database.fetch("INSERT INTO customer_groups (name, title) VALUES ('trade', 'Trade')")
    for caller, name in ((OURS, "Ours"), (THEIRS, "Theirs")):
        query = "INSERT INTO sellers (id, name, slug, description, created_at) VALUES ($1, $2, $3, '', now())"
        await database.fetch(query, caller.seller_id, name, name.lower())
    for caller in (CUSTOMER, OTHER):
        query = """INSERT INTO users (id, email, name, password_hash, roles, created_at)
            VALUES ($1, $2, '', '', '{}', now())"""
        await database.fetch(query, caller.user_id, f"{caller.user_id}@example.com")
    kettle, teapot = [
        await editing.create_product(jumper(title=title, **plain(price)), caller)
        for title, price, caller in (("Kettle", 1000, OURS), ("Teapot", 2000, THEIRS))
    ]
    taxes, known = Taxes(database, clock), Known()
    return Shop(
        database=database,
        clock=clock,
        editing=editing,
        coupons=Coupons(database, clock),
        campaigns=Campaigns(database, clock),
        lists=PriceLists(database, clock),
        taxes=taxes,
        redeeming=Redeeming(clock),
        pricing=Pricing(database, clock, known, Tries()),
        known=known,
        kettle=kettle,
        teapot=teapot,
    )


__all__ = ["ADMIN", "CUSTOMER", "MANAGER", "OURS", "SHOPLESS", "THEIRS"]
