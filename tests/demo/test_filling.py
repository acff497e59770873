"""Filling the shop: quick, once, and at every start with a sale open and one about to open."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
import redis.asyncio as redis

from fastshop.contract.accounts import LogIn, Role
from fastshop.contract.catalog import ListProducts, SetStock, ShowProduct
from fastshop.contract.flash_sales import CancelSale, ClaimUnits, EditSale, FlashSale, ListSales, Phase
from fastshop.ids import new_id
from server.background.reminders import Reminders
from server.demo.accounts import PASSWORD, people
from server.demo.filling import Demo, Yesterday
from server.demo.generator import demo_id, products
from server.demo.goods import SHELVES
from server.domains.flash_sales.selling import Selling
from server.kernel.caller import GUEST, Caller
from server.kernel.database import Database
from server.services import Domains
from server.settings import Settings
from tests.support import ManualClock, eventually

SELLER = Caller(demo_id("user", "seller"), roles=frozenset({Role.SELLER}), seller_id=demo_id("seller", "Pixelwerk"))


@dataclass
class Stage:
    """A shop, and its demo."""

    database: Database
    clock: ManualClock
    domains: Domains

    async def fill(self, clock: ManualClock | None = None) -> None:
        """What every start does, by this node's clock."""
        domains, clock = self.domains, clock or self.clock
        yesterday = Selling(self.database, domains.owners.actors, domains.goods.stock, Yesterday(clock))
        demo = Demo(
            self.database,
            clock,
            domains.people.passwords,
            domains.people.accounts,
            domains.goods.taxonomy,
            domains.goods.editing,
            domains.sales.selling,
            yesterday,
        )
        await demo.fill()

    async def sales(self, phase: Phase | None = None) -> Sequence[FlashSale]:
        """The sales there are."""
        return (await self.domains.sales.selling.list(ListSales(phase=phase, limit=100), GUEST)).items

    async def counts(self) -> dict[str, int]:
        """How many rows the tables have."""
        tables = (
            "sellers",
            "brands",
            "categories",
            "products",
            "product_variants",
            "users",
            "flash_sales",
            "event_log",
        )
        rows = [await self.database.fetch_one(f"SELECT count(*) FROM {table}") for table in tables]
        return {table: row[0] if row else 0 for table, row in zip(tables, rows, strict=True)}

    async def turn(self, **delta: float) -> None:
        """Turn the clock; sales that are over by then are closed."""
        self.clock.turn(**delta)
        reminders = Reminders(self.database, self.clock, self.domains.owners.actors.remind)
        for _ in range(3):
            await reminders.deliver_due()


@pytest.fixture
async def stage(database: Database, clock: ManualClock, valkey: "redis.Redis", tmp_path: Path) -> AsyncIterator[Stage]:
    domains = Domains(Settings(data=tmp_path), database, clock, valkey)
    yield Stage(database, clock, domains)
    await domains.owners.actors.stop()
    await domains.close()


async def test_an_empty_shop_is_filled(stage: Stage) -> None:
    await stage.fill()
    counts = await stage.counts()
    assert (counts["sellers"], counts["products"], counts["users"]) == (6, 228, 13)


async def test_everybody_can_sign_in_and_is_what_their_name_says(stage: Stage) -> None:
    await stage.fill()
    names = ["admin", "manager", "agent", "seller", "customer", *(f"customer{number}" for number in range(2, 10))]
    assert [person.email for person in people()] == [f"{name}@demo.fastshop.test" for name in names]
    roles = {}
    for name in ("admin", "manager", "agent", "seller", "customer9"):
        command = LogIn(email=f"{name}@demo.fastshop.test", password=PASSWORD)
        signed_in = await stage.domains.people.accounts.log_in(command, GUEST)
        roles[name] = set(signed_in.me.roles)
        if name == "seller":
            assert signed_in.me.seller_id == SELLER.seller_id
    assert roles["admin"] == {Role.ADMIN}
    assert roles["manager"] == {Role.MANAGER}
    assert Role.AGENT in roles["agent"]
    assert roles["seller"] == {Role.SELLER}
    assert roles["customer9"] == {Role.CUSTOMER}


async def test_one_sale_is_open_for_hours_one_opens_in_minutes_and_one_is_over(stage: Stage) -> None:
    await stage.fill()
    now = stage.clock.now()
    (running,), (coming,), (over,) = [await stage.sales(phase) for phase in (Phase.OPEN, Phase.UPCOMING, Phase.ENDED)]
    assert running.end_time - now > timedelta(hours=2)
    assert timedelta(minutes=1) < coming.start_time - now < timedelta(minutes=5)
    assert over.end_time < now
    for sale in (running, coming, over):
        assert sale.seller_id == SELLER.seller_id
        assert 0 < sale.sale_price.amount < sale.original_price.amount
        assert sale.image_url.startswith("/demo-images/")


async def test_a_second_start_changes_nothing(stage: Stage) -> None:
    await stage.fill()
    before = await stage.counts()
    stage.clock.turn(seconds=30)
    await stage.fill()
    assert await stage.counts() == before


async def test_what_people_changed_stays_changed(stage: Stage) -> None:
    await stage.fill()
    product = await stage.domains.goods.browsing.show_product(
        ShowProduct(product=str(next(products(SHELVES[0])).product_id)), GUEST
    )
    (admin,) = [person for person in people() if person.name == "Ada Admin"]
    caller = Caller(admin.id, roles=frozenset({Role.ADMIN}))
    await stage.domains.goods.editing.set_stock(SetStock(variant_id=product.variants[0].id, stock=7), caller)
    await stage.fill()
    shown = await stage.domains.goods.browsing.show_product(ShowProduct(product=product.slug), GUEST)
    assert shown.variants[0].stock == 7


async def test_a_start_that_was_killed_in_the_middle_is_finished_by_the_next(stage: Stage) -> None:
    filling = asyncio.create_task(stage.fill())
    await eventually(lambda: _half_full(stage))
    filling.cancel()
    await asyncio.wait([filling])
    assert 20 <= (await stage.counts())["products"] < 228
    await stage.fill()
    counts = await stage.counts()
    assert (counts["products"], counts["users"], counts["flash_sales"]) == (228, 13, 3)


async def test_two_nodes_that_start_together_fill_it_once(stage: Stage) -> None:
    other = ManualClock(stage.clock.now() - timedelta(milliseconds=40))
    await asyncio.gather(stage.fill(), stage.fill(other))
    counts = await stage.counts()
    assert (counts["products"], counts["users"]) == (228, 13)
    await _assert_sales_run(stage)


async def test_every_start_for_weeks_finds_or_makes_a_sale_open_and_one_about_to_open(stage: Stage) -> None:
    """More starts than the seller has products: each must come up, and show something to buy."""
    await stage.fill()
    for _ in range(60):
        await stage.turn(hours=13)
        await stage.fill()
        await _assert_sales_run(stage)


@pytest.mark.parametrize("happened", ["sold out", "cancelled", "about to end", "put off"])
async def test_sales_that_offer_nothing_any_more_are_followed_by_new_ones(stage: Stage, happened: str) -> None:
    await stage.fill()
    (running,), (coming,) = await stage.sales(Phase.OPEN), await stage.sales(Phase.UPCOMING)
    match happened:
        case "sold out":
            for _ in range(running.quantity_limit // 2):
                command = ClaimUnits(sale_id=running.id, claim_id=new_id(), quantity=2)
                await stage.domains.sales.buying.claim(command, Caller(await _customer(stage)))
        case "cancelled":
            for sale in (running, coming):
                await stage.domains.sales.selling.cancel(CancelSale(sale_id=sale.id), SELLER)
        case "about to end":
            stage.clock.turn(hours=11, minutes=50)
        case _:
            await stage.domains.sales.selling.edit(_put_off(coming), SELLER)
    await stage.fill()
    await _assert_sales_run(stage)


async def test_the_shelves_are_full_when_one_looks(stage: Stage) -> None:
    await stage.fill()
    page = await stage.domains.goods.browsing.list_products(ListProducts(category="electronics"), GUEST)
    assert len(page.items) == 24
    assert all(card.image is not None for card in page.items)


async def _assert_sales_run(stage: Stage) -> None:
    now = stage.clock.now()
    running, coming = await stage.sales(Phase.OPEN), await stage.sales(Phase.UPCOMING)
    assert any(sale.left > 0 and sale.end_time - now > timedelta(minutes=30) for sale in running)
    assert any(sale.start_time - now < timedelta(minutes=5) for sale in coming)


async def _half_full(stage: Stage) -> bool:
    return (await stage.counts())["products"] >= 20


async def _customer(stage: Stage) -> UUID:
    user_id = new_id()
    await stage.domains.people.accounts.write(user_id, f"{user_id}@people.test", "", "Somebody", [Role.CUSTOMER], None)
    return user_id


def _put_off(sale: FlashSale) -> EditSale:
    kept = {name: getattr(sale, name) for name in EditSale.__struct_fields__ if name != "sale_id"}
    times = {"start_time": sale.start_time + timedelta(days=3), "end_time": sale.end_time + timedelta(days=3)}
    return EditSale(sale_id=sale.id, **(kept | times))
