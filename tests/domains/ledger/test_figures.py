"""How the shop does: orders, books and accounts by day and currency."""

from uuid import UUID

import pytest

from fastshop.contract.base import Money
from fastshop.contract.figures import Figures, ShowFigures
from server.domains.ledger.queries import ShopFigures
from tests.domains.orders.conftest import ADMIN, KETTLE, OURS, SELLER, TEAPOT, THEIRS, Desk, desk, line
from tests.domains.orders.works import Works

__all__ = ["desk"]


@pytest.fixture
async def works(desk: Desk) -> Works:
    made = Works.of(desk)
    await made.fill_stock()
    return made


async def figures(works: Works, days: int) -> Figures:
    return await ShopFigures(works.desk.database, works.desk.clock).show(ShowFigures(days=days), ADMIN)


async def test_days_have_their_orders_revenue_refunds_commission_and_new_people_by_currency(works: Works) -> None:
    clock, eur, jpy = works.desk.clock, Money(2000, "EUR"), Money(700, "JPY")
    before = await figures(works, 1)
    assert (before.orders, before.revenue) == (1, (Money(500, "EUR"),)), "somebody else's"
    clock.turn(days=5)
    first = await works.bought(line(KETTLE, 1000, 2))
    await works.bought(line(KETTLE, unit_price=jpy, total=jpy))
    clock.turn(days=2)
    await works.cancel(first)
    await works.bought(line(TEAPOT, 500))
    await works.desk.database.fetch(
        "INSERT INTO users (id, email, name, password_hash, roles, created_at) VALUES ($1, 'n@x.y', '', '', '{}', $2)",
        UUID(int=999), clock.now(),
    )  # fmt: skip
    found = await figures(works, 3)
    assert [(day.orders, day.new_people) for day in found.days] == [(2, 0), (0, 0), (1, 1)]
    assert found.days[2].begins == clock.now().replace(hour=0, minute=0, second=0, microsecond=0)
    assert (found.days[0].revenue, found.days[0].commission) == ((eur, jpy), (Money(200, "EUR"), Money(70, "JPY")))
    assert (found.days[2].refunded, found.days[2].commission) == ((eur,), (Money(-150, "EUR"),))
    assert (found.revenue, found.refunded) == ((Money(2500, "EUR"), jpy), (eur,))
    assert found.commission == (Money(50, "EUR"), Money(70, "JPY"))
    assert (found.orders, found.new_people, found.people) == (3, 1, before.people + 1)


async def test_parts_that_had_to_be_sent_and_were_are_the_share_that_is_fulfilled(works: Works) -> None:
    assert (await figures(works, 30)).fulfilled is None, "nobody's time is over"
    sent, rejected, withdrawn, given_up = [await works.bought(line(KETTLE, 900)) for _ in range(4)]
    both = await works.bought()
    await works.accept(sent)
    await works.ship(sent)
    await works.reject(rejected)
    await works.cancel(withdrawn)
    await works.accept(given_up)
    await works.cancel(given_up, who=SELLER)
    assert (await figures(works, 30)).fulfilled == 3333, "one of three: what its customer cancelled does not count"
    works.desk.clock.turn(days=6)
    await works.accept(both, THEIRS)
    await works.ship(both, seller_id=THEIRS)
    assert (await works.part(both, OURS)).state == "placed"
    assert (await figures(works, 30)).fulfilled == 3333, "two of six: what nobody sent in time counts"
