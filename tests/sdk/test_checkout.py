"""A whole checkout through the SDK against the shop as it is run: both transports, watched, a guest and somebody."""

from contextlib import aclosing
from uuid import UUID, uuid4

import pytest

from fastshop import Happened, Shop, Snapshot, new_id
from fastshop.contract.addresses import PostalAddress
from fastshop.contract.base import Money
from fastshop.contract.carts import AddToCart, ShowCart
from fastshop.contract.catalog import ListProducts, ShowProduct
from fastshop.contract.checkout import (
    CHECKOUT,
    BeginCheckout,
    Checkout,
    CheckoutNotFound,
    CheckoutState,
    CheckoutStatus,
    CompleteCheckout,
    PriceChanged,
    SetCheckoutAddress,
    SetCheckoutShipping,
    ShowCheckout,
)
from fastshop.contract.orders import ListOrders, ShowGuestOrder
from fastshop.contract.payments import ConfirmPayment, CreateIntent

pytestmark = pytest.mark.slow

BERLIN = PostalAddress(name="Ann Smith", country="DE", street="Torstr. 1", city="Berlin", postal_code="10119")
GOOD = "4242 4242 4242 4242"


async def ready(shop: Shop, cart_id: UUID | None, email: str | None) -> Checkout:
    card = next(each for each in (await shop.call(ListProducts(limit=50))).items if each.in_stock)
    variant = next(each for each in (await shop.call(ShowProduct(product=str(card.id)))).variants if each.stock)
    await shop.call(AddToCart(edit_id=new_id(), variant_id=variant.id, cart_id=cart_id))
    checkout = await shop.call(BeginCheckout(checkout_id=uuid4(), cart_id=cart_id))
    await shop.call(SetCheckoutAddress(checkout_id=checkout.id, address=BERLIN, email=email))
    return await shop.call(SetCheckoutShipping(checkout_id=checkout.id, option="standard"))


@pytest.mark.parametrize("transport", ["http", "live"])
async def test_a_guest_buys_and_sees_the_order_by_its_key(address: str, transport: str) -> None:
    async with Shop(address, transport=transport) as guest, Shop(address, transport="live") as other:  # type: ignore[arg-type]
        checkout = await ready(guest, uuid4(), "guest@people.test")
        async with aclosing(other.watch(CHECKOUT.of(checkout.id))) as items:
            first = await anext(items)
            assert isinstance(first, Snapshot)
            assert isinstance(first.state, CheckoutState)
            assert first.state.checkout == checkout
            command = CompleteCheckout(
                checkout_id=checkout.id, payment_id=new_id(), payment_method=GOOD, total=checkout.total
            )
            with pytest.raises(PriceChanged) as changed:
                await guest.call(
                    CompleteCheckout(
                        checkout_id=checkout.id, payment_id=new_id(), payment_method=GOOD, total=Money(1, "EUR")
                    )
                )
            assert changed.value.total == checkout.total
            done = (await guest.call(command)).checkout
            async for item in items:
                assert isinstance(item, Happened)
                assert isinstance(item.event, CheckoutState)
                if item.event.checkout == done:
                    break
        assert (await guest.call(command)).checkout == done
        assert done.order_key is not None
        order = await guest.call(ShowGuestOrder(order_key=done.order_key))
        assert (order.id, order.total, order.address) == (done.order_id, checkout.total, BERLIN)
        assert (await guest.call(ShowCart(cart_id=checkout.cart_id))).lines == ()


async def test_somebody_pays_in_the_browser_and_nobody_else_sees_it(address: str) -> None:
    async with Shop(address) as person, Shop(address) as guest:
        await person.log_in("customer8@demo.fastshop.test", "fastshop-demo")
        checkout = await ready(person, None, None)
        with pytest.raises(CheckoutNotFound):
            await guest.call(ShowCheckout(checkout_id=checkout.id))
        with pytest.raises(CheckoutNotFound):
            await guest.call(CreateIntent(payment_id=new_id(), pays_for=f"checkout:{checkout.id}"))
        begun = await person.call(CreateIntent(payment_id=new_id(), pays_for=f"checkout:{checkout.id}"))
        assert begun.payment.amount == checkout.total
        await person.call(ConfirmPayment(payment_id=begun.payment.id, payment_method=GOOD))
        done = await person.call(ShowCheckout(checkout_id=checkout.id))
        assert done.status is CheckoutStatus.COMPLETED
        assert done.order_id in {order.id for order in (await person.call(ListOrders())).items}
