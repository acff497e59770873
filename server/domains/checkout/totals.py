"""What a cart costs with the codes that were entered for it."""

from fastshop.contract.carts import Cart, CartEmpty, Notice, ShowCart
from fastshop.contract.checkout import CartTotals, EnterCoupon, RemoveCoupon, ShowCartTotals
from server.domains.checkout.codes import Codes
from server.domains.checkout.ports import Carts, Prices, Wish
from server.domains.checkout.service import Checkouts
from server.kernel.caller import Caller


class Totals:
    """Carts, priced; their codes entered and taken out."""

    def __init__(self, carts: Carts, codes: Codes, prices: Prices, checkouts: Checkouts) -> None:
        self._carts = carts
        self._codes = codes
        self._prices = prices
        self._checkouts = checkouts

    async def show(self, command: ShowCartTotals, caller: Caller) -> CartTotals:
        """What a cart costs."""
        cart = await self._carts.show(ShowCart(cart_id=command.cart_id), caller)
        return await self._totals(cart, caller, command.currency, command.country)

    async def enter(self, command: EnterCoupon, caller: Caller) -> CartTotals:
        """Enter a code."""
        cart, code = await self._carts.show(ShowCart(cart_id=command.cart_id), caller), _tidy(command.code)
        wish = _wish(cart, caller)
        if wish is None:
            raise CartEmpty
        await self._prices.check(code, wish, caller)
        await self._codes.add(cart.id, code)
        return await self._repriced(cart, caller)

    async def remove(self, command: RemoveCoupon, caller: Caller) -> CartTotals:
        """Take a code out."""
        cart = await self._carts.show(ShowCart(cart_id=command.cart_id), caller)
        await self._codes.remove(cart.id, _tidy(command.code))
        return await self._repriced(cart, caller)

    async def _repriced(self, cart: Cart, caller: Caller) -> CartTotals:
        await self._checkouts.reprice(cart.id, await self._codes.of(cart.id))
        return await self._totals(cart, caller)

    async def _totals(
        self, cart: Cart, caller: Caller, currency: str | None = None, country: str | None = None
    ) -> CartTotals:
        codes = await self._codes.of(cart.id)
        wish = _wish(cart, caller, codes, currency, country)
        return CartTotals(cart.id, codes, await self._prices.quote(wish) if wish else None)


def _wish(
    cart: Cart, caller: Caller, codes: tuple[str, ...] = (), currency: str | None = None, country: str | None = None
) -> Wish | None:
    """What of a cart is still sold; None where that is nothing."""
    lines = [line for line in cart.lines if Notice.GONE not in line.notices and line.price is not None]
    if not lines:
        return None
    assert lines[0].price is not None
    return Wish(
        lines=tuple((line.variant_id, line.quantity) for line in lines),
        currency=currency or lines[0].price.currency,
        user_id=caller.user_id,
        country=country or "",
        codes=codes,
    )


def _tidy(code: str) -> str:
    return code.strip().upper()
