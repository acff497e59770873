"""What a cart costs: the engine, fed with what holds at a moment."""

from collections.abc import Collection, Sequence
from uuid import UUID

from msgspec import Struct
from msgspec.structs import replace

from fastshop.contract.accounts import Role
from fastshop.contract.catalog import VariantNotFound
from fastshop.contract.pricing import Quote
from fastshop.contract.promotions import (
    CouponUnknown,
    FindBestCoupons,
    SimulatePromotions,
    TooManyCodes,
    ValidateCoupon,
    Wanted,
)
from server.domains.pricing import queries, taxes
from server.domains.pricing.engine.quoting import price
from server.domains.pricing.engine.words import Basket, Customer, FlashPrice, Item, Shipment
from server.domains.pricing.ports import Attempts, Customers
from server.domains.pricing.queries import Goods, Sight
from server.kernel.caller import Caller
from server.kernel.clock import Clock
from server.kernel.database import Database

# Who enters codes of their own needs few of them; who guesses needs many.
_TRIES, _SECONDS = 20, 60


class CartLine(Struct, frozen=True):
    """A line to be priced. ``flash`` is the price of units that the customer holds in a flash sale."""

    id: UUID
    variant_id: UUID
    quantity: int
    flash: FlashPrice | None = None


class Cart(Struct, frozen=True):
    """What is to be priced, for whom. ``customer`` is everything about the person, with where the goods go."""

    lines: tuple[CartLine, ...]
    currency: str
    customer: Customer
    user_id: UUID | None = None
    codes: frozenset[str] = frozenset()
    shipments: tuple[Shipment, ...] = ()


class Pricing:
    """Quotes: for carts, for codes, for moments that have not come."""

    def __init__(self, database: Database, clock: Clock, customers: Customers, attempts: Attempts) -> None:
        self._database = database
        self._clock = clock
        self._customers = customers
        self._attempts = attempts

    async def quote(self, cart: Cart, sight: Sight | None = None) -> Quote:
        """What a cart costs now or at another moment. Refused: `VariantNotFound`, `NoPrice`, `CartTooLarge`.

        A code that cannot be used (any more) is as if it had not been entered.
        """
        sight = sight or Sight(self._clock.now(), self._clock.now())
        wanted, customer = {line.variant_id for line in cart.lines}, cart.customer
        # Who has not said where it goes is in no tax zone.
        placed = bool(customer.country)
        facts = await queries.facts(self._database, sight, cart.codes, cart.user_id, wanted, with_zones=placed)
        basket = Basket(
            currency=cart.currency,
            at=sight.at,
            items=tuple(_item(line, facts.goods.get(line.variant_id)) for line in cart.lines),
            customer=replace(customer, exemptions=facts.exemptions),
            codes=cart.codes,
            shipments=cart.shipments,
            zones=tuple(map(taxes.in_engine, facts.zones)),
            untaxed_sellers=facts.untaxed,
            used=facts.used,
        )
        return price(basket, facts.book)

    async def validate(self, command: ValidateCoupon, caller: Caller) -> Quote:
        """What the lines cost with a code."""
        code = command.code.strip().upper()
        key = await self._spend(caller)
        now = self._clock.now()
        facts = await queries.facts(self._database, Sight(now, now), [code], caller.user_id)
        if not facts.book.has(code):
            raise CouponUnknown
        await self._attempts.give_back(key)
        customer = await self._customer(caller, command.country)
        return await self.quote(_cart(command.lines, command.currency, customer, [code], caller.user_id))

    async def best(self, command: FindBestCoupons, caller: Caller) -> Quote:
        """What the lines cost with all that may be had."""
        if command.codes:
            await self._spend(caller)
        customer = await self._customer(caller, command.country)
        return await self.quote(_cart(command.lines, command.currency, customer, command.codes, caller.user_id))

    async def simulate(self, command: SimulatePromotions, caller: Caller) -> Quote:
        """What the lines would cost at a moment. A seller sees of what has not begun only their own."""
        everything = caller.is_any(Role.ADMIN, Role.MANAGER)
        if command.codes and not everything:
            await self._spend(caller)
        sight = Sight(command.at, self._clock.now(), everything, caller.seller_id)
        customer = Customer(groups=frozenset(command.groups), country=command.country or "", newcomer=command.newcomer)
        return await self.quote(_cart(command.lines, command.currency, customer, command.codes, None), sight)

    async def _spend(self, caller: Caller) -> str:
        """One more code is tried. Refused when there were too many: `TooManyCodes`."""
        key = f"coupon:{caller.user_id or caller.address}"
        if wait := await self._attempts.spend(key, _TRIES, _SECONDS):
            raise TooManyCodes(wait)
        return key

    async def _customer(self, caller: Caller, country: str | None) -> Customer:
        return replace(await self._customers.customer(caller.user_id), country=country or "")


def _cart(
    lines: Sequence[Wanted], currency: str, customer: Customer, codes: Collection[str], user_id: UUID | None
) -> Cart:
    """Lines without ids are numbered from 1."""
    numbered = (CartLine(UUID(int=number), each.variant_id, each.quantity) for number, each in enumerate(lines, 1))
    entered = frozenset(code.strip().upper() for code in codes)
    return Cart(tuple(numbered), currency, customer, user_id, entered)


def _item(line: CartLine, goods: Goods | None) -> Item:
    if goods is None:
        raise VariantNotFound
    return Item(id=line.id, variant_id=line.variant_id, quantity=line.quantity, flash=line.flash, **goods._asdict())
