"""An order that was placed before anybody had said where it goes: the taxes in its price, once it is said."""

import pytest

from fastshop.contract.addresses import PostalAddress
from fastshop.contract.base import Money
from fastshop.contract.fulfilment import EditOrder, NewQuantity, NotInThisState
from fastshop.contract.ledger import Account, ListMovements
from fastshop.contract.orders import Order
from fastshop.contract.prices import Rate, SaveTaxZone
from fastshop.contract.pricing import Tax
from fastshop.ids import new_id
from server.domains.ledger.reading import Reading
from server.domains.pricing.taxes import Taxes
from server.kernel.caller import Caller
from tests.domains.orders.conftest import ADMIN, ANN, BOB, KETTLE, MANAGER, OURS, TEAPOT, Desk, line
from tests.domains.orders.works import Works, units

BERLIN = PostalAddress(name="Ann", country="DE", street="Hauptstr. 1", postal_code="10115", city="Berlin")
ZURICH = PostalAddress(name="Ann", country="CH", street="Bahnhofstr. 1", postal_code="8001", city="Zürich")


@pytest.fixture
async def works(desk: Desk) -> Works:
    """A shop in whose one zone the tax is added to prices, which does not matter to a price that contains it."""
    zone = SaveTaxZone(
        zone_id=new_id(), name="Germany", places=("DE",), rates=(Rate(name="VAT", rate=190_000),), inclusive=False
    )
    await Taxes(desk.database, desk.clock).save_zone(zone, ADMIN)
    made = Works.of(desk)
    await made.fill_stock()
    await made.bought(line(TEAPOT, 500), who=BOB, taxes_included=True)
    return made


async def bought(works: Works, quantity: int = 1) -> Order:
    return await works.bought(line(KETTLE, 1190, quantity), taxes_included=True)


async def say(works: Works, order: Order, address: PostalAddress = BERLIN, who: Caller = ANN) -> Order:
    version = (await works.now(order)).version
    command = EditOrder(order_id=order.id, change_id=new_id(), version=version, address=address)
    return await works.fulfilling.edit(command, who)


async def shares(works: Works, order: Order) -> dict[Account, int]:
    """What of the order is whose now."""
    found: dict[Account, int] = {}
    asked = ListMovements(payment_id=order.payment_id, limit=100)
    for movement in (await Reading(works.desk.database).list_movements(asked, ADMIN)).items:
        for entry in movement.entries:
            found[entry.account] = found.get(entry.account, 0) + entry.amount.amount
    return {account: amount for account, amount in found.items() if amount}


async def test_the_taxes_in_its_price_are_shown_and_in_the_books_once_it_is_said_where_it_goes(works: Works) -> None:
    order = await bought(works)
    assert (order.tax, (await works.books()).tax) == (0, 0)
    told = await say(works, order)
    assert (told.total, told.tax, told.lines[0].taxes) == (
        order.total, 190, (Tax("VAT", 190_000, Money(190, "EUR")),),
    )  # fmt: skip
    assert await shares(works, order) == {
        Account.PAYMENTS: -1190, Account.TAX: 190, Account.COMMISSION: 100, Account.SELLER: 900,
    }  # fmt: skip
    assert (await works.books()).tax == 190


async def test_a_correction_of_the_address_and_a_place_without_taxes_change_nothing_in_the_books(works: Works) -> None:
    at_home, abroad = await bought(works), await bought(works)
    await say(works, at_home)
    before = await works.books()
    await say(works, at_home, PostalAddress(**{**_fields(BERLIN), "street": "Hauptstr. 2"}), MANAGER)
    assert (await say(works, abroad, ZURICH)).tax == 0
    assert await works.books() == before


def _fields(address: PostalAddress) -> dict[str, str]:
    return {name: getattr(address, name) for name in address.__struct_fields__}


async def test_it_may_be_said_until_something_is_sent(works: Works) -> None:
    accepted, sent = await bought(works), await bought(works)
    for order in (accepted, sent):
        await works.accept(order)
    assert (await say(works, accepted)).tax == 190
    await works.ship(sent)
    with pytest.raises(NotInThisState):
        await say(works, sent)


async def test_units_that_were_cancelled_before_have_no_tax_and_the_others_give_theirs_back_to_the_cent(
    works: Works,
) -> None:
    order = await bought(works, 3)
    await works.cancel(order, units(order, KETTLE, 1))
    assert (await say(works, order)).tax == 570
    assert (await shares(works, order))[Account.TAX] == 380
    await works.cancel(order)
    assert await shares(works, order) == {Account.PAYMENTS: -3570, Account.REFUNDS: 3570}


async def test_one_change_may_cancel_units_and_say_where_the_others_go(works: Works) -> None:
    order = await bought(works, 2)
    kettle = units(order, KETTLE, 1).line_id
    lines = (NewQuantity(kettle, 1),)
    command = EditOrder(order_id=order.id, change_id=new_id(), version=1, lines=lines, address=BERLIN)
    for _ in range(2):
        assert (await works.fulfilling.edit(command, ANN)).tax == 380
    found = await shares(works, order)
    assert (found[Account.TAX], found[Account.SELLER], found[Account.REFUNDS]) == (190, 900, 1190)
    await works.reject(order, OURS)
    assert await shares(works, order) == {Account.PAYMENTS: -2380, Account.REFUNDS: 2380}


async def test_what_went_back_meanwhile_has_no_tax(works: Works) -> None:
    order = await bought(works)
    await works.cancel(order)
    with pytest.raises(NotInThisState):
        await say(works, order)
    assert (await works.books()).tax == 0
