"""From a cart to a paid order."""

import asyncio
from contextvars import Context
from uuid import UUID, uuid4

import pytest
from msgspec.structs import replace

from fastshop.contract.accounts import EmailInvalid, Role
from fastshop.contract.addresses import AddAddress, AddressInvalid, AddressNotFound, RemoveAddress
from fastshop.contract.base import IdReused, Money
from fastshop.contract.carts import CartEmpty, CartNeeded
from fastshop.contract.catalog import NoShop, Price
from fastshop.contract.checkout import (
    AddressMissing,
    CancelCheckout,
    CheckoutNotFound,
    CheckoutOver,
    CheckoutStatus,
    EmailNeeded,
    GoodsGone,
    NotEnoughUnits,
    RemoveShippingRate,
    SetCheckoutAddress,
    SetCheckoutShipping,
    SetShippingRate,
    ShippingUnknown,
    StepMissing,
)
from fastshop.contract.orders import OrderNotFound, ShowGuestOrder, ShowOrder
from fastshop.contract.prices import Rate, SaveTaxZone
from fastshop.ids import new_id
from server.kernel.caller import GUEST, Caller
from server.kernel.database import Transaction
from tests.domains.checkout.desk import ADMIN, ANN, BERLIN, BOB, CUP, OURS, POT, SHIPPING, STOCK, THEIRS, Desk
from tests.support import eventually


async def test_a_guest_without_an_account_gets_an_order(desk: Desk) -> None:
    checkout = await desk.ready(GUEST, (CUP, 2), (POT, 1))
    assert checkout.total == Money(2 * 500 + 3000 + 2 * SHIPPING, "EUR")
    outcome = await desk.pay(checkout)
    assert outcome.checkout.status is CheckoutStatus.COMPLETED
    order = await desk.order(outcome.checkout)
    assert (order.customer_id, order.email, order.address) == (None, "guest@people.test", BERLIN)
    assert (order.total, order.payment_id) == (checkout.total, outcome.payment.id)
    assert [(each.seller_id, each.total.amount) for each in order.shipping] == [(OURS, SHIPPING), (THEIRS, SHIPPING)]
    assert await desk.cart(GUEST, checkout.cart_id) == {}
    assert await desk.left(CUP) == 8


async def test_a_person_gets_an_order_and_what_came_into_the_cart_since_stays(desk: Desk) -> None:
    checkout = await desk.ready(ANN, (CUP, 2))
    await desk.add(ANN, CUP, 3)
    await desk.add(ANN, POT, 1)
    done = (await desk.pay(checkout, ANN)).checkout
    assert (await desk.order(done)).customer_id == ANN.user_id
    assert await desk.cart(ANN) == {CUP: 3, POT: 1}


async def test_what_is_said_again_is_answered_the_same(desk: Desk) -> None:
    checkout, cart_id = await desk.begun(GUEST, (CUP, 2)), uuid4()
    again = await desk.begin(GUEST, checkout.cart_id, checkout_id=checkout.id)
    assert again == checkout
    with pytest.raises(IdReused):
        await desk.begin(GUEST, cart_id, checkout_id=checkout.id)
    with pytest.raises(IdReused):
        await desk.begin(ANN, checkout_id=checkout.id)
    assert await desk.left(CUP) == 8


async def test_a_person_s_checkout_is_theirs_alone(desk: Desk) -> None:
    checkout = await desk.ready(ANN, (CUP, 2))
    for other in (BOB, GUEST, ADMIN):
        for ask in (desk.now(checkout, other), desk.pay(checkout, other), desk.addressed(checkout, other)):
            with pytest.raises(CheckoutNotFound):
                await ask
        with pytest.raises(CheckoutNotFound):
            await desk.checkouts.cancel(CancelCheckout(checkout_id=checkout.id), other)
    assert await desk.now(checkout, ANN) == checkout


async def test_beginning_anew_from_the_same_cart_reserves_once(desk: Desk) -> None:
    first = await desk.begun(ANN, (CUP, 6))
    await desk.add(ANN, CUP, 2)
    second, third = await asyncio.gather(desk.begin(ANN), desk.begin(ANN))
    assert await desk.left(CUP) == 2
    states = {(await desk.now(each, ANN)).status for each in (second, third)}
    assert states == {CheckoutStatus.OPEN, CheckoutStatus.REPLACED}
    assert (await desk.now(first, ANN)).status is CheckoutStatus.REPLACED
    with pytest.raises(CheckoutOver):
        await desk.addressed(first, ANN)


@pytest.mark.parametrize("anew", [False, True], ids=["none before", "one before"])
async def test_two_that_begin_at_the_same_moment_take_the_units_of_one(desk: Desk, anew: bool) -> None:
    cart = await desk.add(ANN, CUP, 6)
    first = await desk.begin(ANN) if anew else None
    await desk.add(ANN, CUP, 2)
    held = first.id if first else CUP
    table = "checkouts" if first else "product_variants"
    async with desk.database.transaction() as transaction:
        await transaction.connection.execute(f"SELECT FROM {table} WHERE id = $1 FOR UPDATE", held)
        begun = [asyncio.Task(desk.begin(ANN), context=Context()) for _ in range(2)]
        await eventually(lambda: _waiting(transaction, 2))
    found = await asyncio.gather(*begun)
    assert {(await desk.now(each, ANN)).status for each in found} == {CheckoutStatus.OPEN, CheckoutStatus.REPLACED}
    assert (await desk.cart(ANN), await desk.left(CUP)) == ({CUP: 8}, 2)
    assert cart.id == found[0].cart_id


async def _waiting(transaction: Transaction, many: int) -> bool:
    """Whether so many wait for a lock in the database."""
    query = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    await transaction.connection.execute("SELECT pg_stat_clear_snapshot()")  # else it says the same until the end
    return bool(await transaction.connection.fetchval(query) == many)


async def test_left_it_gives_its_units_back_at_once(desk: Desk) -> None:
    checkout = await desk.begun(ANN, (CUP, 6))
    for _ in range(2):
        left = await desk.checkouts.cancel(CancelCheckout(checkout_id=checkout.id), ANN)
        assert left.status is CheckoutStatus.EXPIRED
        assert await desk.left(CUP) == STOCK


async def test_what_is_not_there_is_refused_and_nothing_is_held(desk: Desk) -> None:
    other = await desk.begun(GUEST, (CUP, 7))
    with pytest.raises(NotEnoughUnits) as short:
        await desk.begun(GUEST, (POT, 1), (CUP, 4))
    assert (short.value.variant_id, short.value.left) == (CUP, 3)
    assert (await desk.left(CUP), await desk.left(POT)) == (3, STOCK - 1)
    with pytest.raises(CartEmpty):
        await desk.begin(ANN)
    with pytest.raises(CartNeeded):
        await desk.begin(GUEST)
    await desk.add(ANN, POT)
    await desk.run("UPDATE products SET status = 'archived' WHERE slug = 'Pot'")
    with pytest.raises(GoodsGone):
        await desk.begin(ANN)
    assert (await desk.now(other)).status is CheckoutStatus.OPEN


async def test_it_lapses_and_then_nothing_can_be_said_or_paid(desk: Desk) -> None:
    checkout, other = await desk.ready(GUEST, (CUP, 2)), await desk.ready(ANN, (CUP, 1))
    desk.clock.turn(minutes=14, seconds=59)
    await desk.lapsing.round()
    assert await desk.now(checkout) == checkout
    desk.clock.turn(seconds=1)
    with pytest.raises(CheckoutOver):  # before anybody has looked
        await desk.pay(checkout)
    await asyncio.gather(desk.lapsing.round(), desk.lapsing.round())
    assert [(await desk.now(checkout)).status, (await desk.now(other, ANN)).status] == [CheckoutStatus.EXPIRED] * 2
    assert await desk.left(CUP) == STOCK
    with pytest.raises(CheckoutOver):
        await desk.pay(checkout)
    assert await desk.cart(ANN) == {CUP: 1}  # it can be begun again
    assert (await desk.begin(ANN)).status is CheckoutStatus.OPEN


async def test_the_steps_come_in_order_and_say_what_is_missing(desk: Desk) -> None:
    checkout = await desk.begun()
    with pytest.raises(StepMissing, match="address"):
        await desk.pay(checkout)
    with pytest.raises(StepMissing, match="address"):
        await desk.checkouts.set_shipping(SetCheckoutShipping(checkout_id=checkout.id, option="standard"), GUEST)
    for fields, refusal in (
        ({"address": BERLIN}, EmailNeeded),
        ({"address": BERLIN, "email": "no address"}, EmailInvalid),
        ({"email": "guest@people.test"}, AddressMissing),
        ({"address_id": uuid4(), "email": "guest@people.test"}, AddressMissing),
        ({"address": replace(BERLIN, postal_code="1"), "email": "guest@people.test"}, AddressInvalid),
    ):
        with pytest.raises(refusal):
            await desk.checkouts.set_address(SetCheckoutAddress(checkout_id=checkout.id, **fields), GUEST)
    addressed = await desk.checkouts.set_address(
        SetCheckoutAddress(checkout_id=checkout.id, address=BERLIN, email=" Guest@People.test "), GUEST
    )
    assert (addressed.email, [each.code for each in addressed.options]) == (
        "guest@people.test", ["standard", "express"],
    )  # fmt: skip
    with pytest.raises(StepMissing, match="shipping"):
        await desk.pay(addressed)
    with pytest.raises(ShippingUnknown):
        await desk.checkouts.set_shipping(SetCheckoutShipping(checkout_id=checkout.id, option="drone"), GUEST)


async def test_an_address_of_one_s_book_is_copied(desk: Desk) -> None:
    address_id = new_id()
    await desk.addresses.add(AddAddress(address_id=address_id, address=BERLIN), ANN)
    checkout, others = await desk.begun(ANN), await desk.begun(BOB)
    with pytest.raises(AddressNotFound):
        await desk.checkouts.set_address(SetCheckoutAddress(checkout_id=others.id, address_id=address_id), BOB)
    said = await desk.checkouts.set_address(SetCheckoutAddress(checkout_id=checkout.id, address_id=address_id), ANN)
    await desk.addresses.remove(RemoveAddress(address_id=address_id), ANN)
    assert said.address == (await desk.now(checkout, ANN)).address == BERLIN


async def test_taxes_are_those_of_where_it_goes_and_the_order_keeps_them(desk: Desk) -> None:
    zone = SaveTaxZone(
        zone_id=new_id(), name="Germany", places=("DE",), rates=(Rate(name="VAT", rate=190_000),), inclusive=True
    )
    await desk.taxes.save_zone(zone, ADMIN)
    begun = await desk.begun(GUEST, (CUP, 2), (POT, 1))
    assert begun.quote.totals.tax.amount == 0
    checkout = await desk.addressed(begun)
    order = await desk.order((await desk.pay(checkout)).checkout)
    assert order.taxes_included
    assert (order.total, order.tax) == (checkout.total, checkout.quote.totals.tax.amount)
    assert order.tax == round(4980 * 19 / 119)
    assert {tax.name for line in order.lines for tax in line.taxes} == {"VAT"}


async def test_each_seller_sends_at_their_own_rate(desk: Desk) -> None:
    def rate(code: str, amount: int) -> SetShippingRate:
        return SetShippingRate(code=code, name=code.title(), price=Price(amount, "EUR"), days_least=1, days_most=2)

    ours = replace_caller(ANN, OURS)
    await desk.rates.set(rate("standard", 100), ours)
    await desk.rates.set(rate("drone", 1), ours)  # which the others do not have
    await desk.rates.set(rate("express", 700), ADMIN)
    checkout = await desk.ready(GUEST, (CUP, 1), (POT, 1))
    assert [(each.code, each.price.amount) for each in checkout.options] == [("standard", 590), ("express", 1400)]
    assert checkout.total.amount == 3500 + 100 + 490
    with pytest.raises(NoShop):
        await desk.rates.set(rate("standard", 1), BOB)
    await desk.rates.remove(RemoveShippingRate(code="express", currency="EUR"), ADMIN)
    noted = [row["action"] for row in await desk.database.fetch("SELECT action FROM audit_logs ORDER BY number")]
    assert noted == ["shipping.set_rate", "shipping.remove_rate"], "the shop's own, which hold for all"


def replace_caller(who: Caller, seller_id: UUID) -> Caller:
    return Caller(who.user_id, roles=frozenset({Role.SELLER}), seller_id=seller_id)


async def test_a_guest_s_order_is_shown_by_its_key_and_tells_sellers_no_e_mail(desk: Desk) -> None:
    done = (await desk.pay(await desk.ready(GUEST, (CUP, 1), (POT, 1)))).checkout
    assert done.order_key is not None
    assert done.order_id is not None
    order = await desk.orders.show_guest(ShowGuestOrder(order_key=done.order_key), GUEST)
    assert (order.id, order.email) == (done.order_id, "guest@people.test")
    for key in (done.order_id, done.id, uuid4()):
        with pytest.raises(OrderNotFound):
            await desk.orders.show_guest(ShowGuestOrder(order_key=key), GUEST)
    part = await desk.orders.show(ShowOrder(order_id=done.order_id), replace_caller(ANN, OURS))
    assert (part.email, part.address, part.total.amount) == ("", BERLIN, 500 + SHIPPING)
    assert {each.seller_id for each in part.lines} == {each.seller_id for each in part.shipping} == {OURS}
    logged = await desk.count("SELECT count(*) FROM event_log WHERE data::text LIKE '%people.test%'")
    assert logged == await desk.count("SELECT count(*) FROM event_log WHERE data::text LIKE '%Torstr%'") == 0
