"""The pricing engine as checkouts ask it."""

from uuid import UUID

from msgspec.structs import replace

from fastshop.contract.base import SignInNeeded
from fastshop.contract.checkout import AccountNeeded
from fastshop.contract.pricing import Quote
from fastshop.contract.promotions import ValidateCoupon, Wanted
from server.domains.checkout.ports import Wish
from server.domains.pricing.engine.words import Shipment
from server.domains.pricing.ports import Customers
from server.domains.pricing.redeeming import Redeeming
from server.domains.pricing.service import Cart, CartLine, Pricing
from server.kernel.caller import Caller
from server.kernel.database import Transaction


class CheckoutPrices:
    """See `server.domains.checkout.ports.Prices`. A line has its variant's id."""

    def __init__(self, pricing: Pricing, customers: Customers, redeeming: Redeeming) -> None:
        self._pricing = pricing
        self._customers = customers
        self._redeeming = redeeming

    async def quote(self, wish: Wish) -> Quote:
        """See the port."""
        customer = await self._customers.customer(wish.user_id)
        cart = Cart(
            lines=tuple(CartLine(variant_id, variant_id, quantity) for variant_id, quantity in wish.lines),
            currency=wish.currency,
            customer=replace(customer, country=wish.country, region=wish.region),
            user_id=wish.user_id,
            codes=frozenset(wish.codes),
            shipments=tuple(Shipment(seller_id, amount) for seller_id, amount in wish.shipping.items()),
        )
        return await self._pricing.quote(cart)

    async def check(self, code: str, wish: Wish, caller: Caller) -> None:
        """See the port."""
        lines = tuple(Wanted(variant_id, quantity) for variant_id, quantity in wish.lines)
        await self._pricing.validate(ValidateCoupon(code=code, lines=lines, currency=wish.currency), caller)

    async def redeem(self, transaction: Transaction, order_id: UUID, user_id: UUID | None, quote: Quote) -> None:
        """See the port."""
        try:
            await self._redeeming.redeem_quoted(transaction, order_id, user_id, quote)
        except SignInNeeded:
            raise AccountNeeded from None

    async def give_back(self, transaction: Transaction, order_id: UUID) -> None:
        """See the port."""
        await self._redeeming.give_back(transaction, order_id)
