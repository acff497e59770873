"""A cart over both transports, live on a person's other device, and a guest's that joins it."""

from contextlib import aclosing
from uuid import uuid4

import pytest

from fastshop import Happened, Shop, Snapshot, new_id
from fastshop.contract.carts import CART, AddToCart, CartNeeded, CartNotFound, CartState, MergeCart, ShowCart
from fastshop.contract.catalog import ListProducts, ShowProduct

pytestmark = pytest.mark.slow


async def test_a_cart_is_live_on_every_device_and_a_guest_s_joins_it(address: str) -> None:
    async with Shop(address) as phone, Shop(address, transport="live") as laptop, Shop(address) as guest:
        card = (await phone.call(ListProducts(limit=1))).items[0]
        variant = (await phone.call(ShowProduct(product=str(card.id)))).variants[0]
        guests = uuid4()
        await guest.call(AddToCart(edit_id=new_id(), variant_id=variant.id, quantity=3, cart_id=guests))
        with pytest.raises(CartNeeded):
            await guest.call(ShowCart())
        await phone.log_in("customer7@demo.fastshop.test", "fastshop-demo")
        await laptop.log_in("customer7@demo.fastshop.test", "fastshop-demo")
        mine = await laptop.call(ShowCart())
        with pytest.raises(CartNotFound):
            await guest.call(ShowCart(cart_id=mine.id))
        async with aclosing(laptop.watch(CART.of(mine.id))) as items:
            first = await anext(items)
            assert isinstance(first, Snapshot)
            assert isinstance(first.state, CartState)
            assert first.state.cart.lines == ()
            await phone.call(MergeCart(cart_id=guests))
            shown = await anext(items)
            assert isinstance(shown, Happened)
            assert isinstance(shown.event, CartState)
            assert shown.event.cart.units == 3
        cart = await laptop.call(ShowCart())
        assert [(line.variant_id, line.quantity) for line in cart.lines] == [(variant.id, 3)]
        assert (await guest.call(ShowCart(cart_id=guests))).moved
