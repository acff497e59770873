"""From a cart to what can be paid: begun with its units reserved, then address and shipping, each step priced anew.

Lock order: the checkout's row, then variants by id, then coupons by id, then what the order writes.
"""

from datetime import timedelta
from uuid import UUID

import asyncpg
from msgspec.structs import replace

from fastshop.contract.addresses import PostalAddress, ShowAddress
from fastshop.contract.base import Busy, IdReused
from fastshop.contract.carts import Cart, CartEmpty, ShowCart
from fastshop.contract.catalog import VariantNotFound
from fastshop.contract.checkout import (
    AddressMissing,
    BeginCheckout,
    CancelCheckout,
    Checkout,
    CheckoutPaying,
    CheckoutStatus,
    EmailNeeded,
    GoodsGone,
    NotEnoughUnits,
    SetCheckoutAddress,
    SetCheckoutShipping,
    ShowCheckout,
)
from server.domains.checkout.codes import Codes
from server.domains.checkout.limits import Limits
from server.domains.checkout.ports import AddressBook, Carts, Emails, Prices, ShippingOptions, Stock, Wish
from server.domains.checkout.rows import Rows, owned, taken_over
from server.domains.checkout.rules import Kept, check_open, lines_of, moved, priced, short, with_shipping
from server.domains.checkout.tries import Tries
from server.kernel.caller import Caller
from server.kernel.clock import Clock
from server.kernel.database import Database, Transaction
from server.kernel.postal import checked

# How often two that begin from one cart at the same moment are told apart.
_TRIES = 5


class Checkouts:
    """Checkouts until they are paid. ``lasts`` is how long units are reserved."""

    def __init__(
        self,
        database: Database,
        rows: Rows,
        carts: Carts,
        codes: Codes,
        addresses: AddressBook,
        emails: Emails,
        prices: Prices,
        stock: Stock,
        shipping: ShippingOptions,
        limits: Limits,
        tries: Tries,
        clock: Clock,
        lasts: timedelta,
    ) -> None:
        self._database = database
        self._rows = rows
        self._carts = carts
        self._codes = codes
        self._addresses = addresses
        self._emails = emails
        self._prices = prices
        self._stock = stock
        self._shipping = shipping
        self._limits = limits
        self._tries = tries
        self._clock = clock
        self._lasts = lasts

    async def begin(self, command: BeginCheckout, caller: Caller) -> Checkout:
        """Begin one, and reserve its units."""
        for _ in range(_TRIES):
            known = await self._rows.find(command.checkout_id)
            if known is not None:
                return _same(known, command, caller)
            kept = await self._drawn_up(command, caller)
            try:
                async with self._tries.holding(caller):
                    await self._reserve(kept)
            except asyncpg.UniqueViolationError:
                continue  # the same command, or another from the same cart, at the same moment
            return kept.checkout
        raise Busy

    async def show(self, command: ShowCheckout, caller: Caller) -> Checkout:
        """One as it stands."""
        return (await self._rows.own(command.checkout_id, caller)).checkout

    async def set_address(self, command: SetCheckoutAddress, caller: Caller) -> Checkout:
        """Say where it goes."""
        address = await self._address(command, caller)
        email = self._emails(command.email) if command.email is not None and caller.user_id is None else ""
        async with self._database.transaction() as transaction:
            kept = await self._open(transaction, command.checkout_id, caller)
            checkout = kept.checkout
            if kept.user_id is None and not (email or checkout.email):
                raise EmailNeeded
            sellers = {line.seller_id for line in checkout.lines}
            options = await self._shipping.options(address, checkout.total.currency, sellers)
            shipping = checkout.shipping if checkout.shipping in {option.code for option in options} else ""
            said = kept.seen(address=address, email=email or checkout.email, options=options, shipping=shipping)
            return await self._price(transaction, said)

    async def set_shipping(self, command: SetCheckoutShipping, caller: Caller) -> Checkout:
        """Choose how it is sent."""
        async with self._database.transaction() as transaction:
            kept = await self._open(transaction, command.checkout_id, caller)
            chosen = replace(kept, checkout=with_shipping(kept.checkout, command.option))
            return await self._price(transaction, chosen)

    async def cancel(self, command: CancelCheckout, caller: Caller) -> Checkout:
        """Leave it; its units go back. One that is over stays as it is."""
        async with self._database.transaction() as transaction:
            kept = owned(await self._rows.lock(transaction, command.checkout_id), caller)
            if kept.checkout.status is CheckoutStatus.OPEN:
                kept = await self.release(transaction, kept.seen(status=CheckoutStatus.EXPIRED))
            elif kept.checkout.status is CheckoutStatus.PAYING and kept.checkout.payment_id is not None:
                raise CheckoutPaying(kept.checkout.payment_id)
        return kept.checkout

    async def reprice(self, cart_id: UUID, codes: tuple[str, ...]) -> None:
        """The cart's codes are others now: so are those of its checkout, unless that is being paid."""
        async with self._database.transaction() as transaction:
            kept = await self._rows.lock_of_cart(transaction, cart_id)
            if kept is not None and kept.checkout.status is CheckoutStatus.OPEN:
                await self._price(transaction, kept.seen(codes=codes))

    async def quoted(self, kept: Kept) -> Kept:
        """The checkout at the price of now. Refused: `GoodsGone`, `VariantNotFound`, `NoPrice`, `CartTooLarge`."""
        try:
            return priced(kept, await self._prices.quote(kept.wish))
        except VariantNotFound:
            gone = await self._stock.gone(kept.units)
            if gone is None:
                raise
            raise GoodsGone(gone) from None

    async def release(self, transaction: Transaction, kept: Kept) -> Kept:
        """Put back what it holds, if it does."""
        if kept.held:
            await self._stock.move_all(transaction, moved(kept.units, 1))
        kept = replace(kept, held=False)
        await self._rows.save(transaction, kept)
        return kept

    async def _drawn_up(self, command: BeginCheckout, caller: Caller) -> Kept:
        cart = await self._carts.show(ShowCart(cart_id=command.cart_id), caller)
        lines = lines_of(cart)
        await self._check_stock(cart)
        codes, now = await self._codes.of(cart.id), self._clock.now()
        currency = command.currency or _currency(cart)
        wish = Wish(tuple((line.variant_id, line.quantity) for line in lines), currency, caller.user_id, codes=codes)
        quote = await self._prices.quote(wish)
        checkout = Checkout(
            id=command.checkout_id,
            cart_id=cart.id,
            status=CheckoutStatus.OPEN,
            lines=lines,
            codes=codes,
            email="",
            address=None,
            options=(),
            shipping="",
            quote=quote,
            total=quote.totals.gross,
            expires_at=now + self._lasts,
        )
        kept = Kept(checkout, caller.user_id, cart.revision, held=True, created_at=now)
        await self._limits.check(kept)
        return kept

    async def _check_stock(self, cart: Cart) -> None:
        """Refuse at once what the lock would refuse too, so that a crowd that comes too late does not queue for it.

        What another checkout of this cart holds comes back with it.
        """
        refusal = short(cart)
        if refusal is not None:
            before = await self._rows.of_cart(cart.id)
            if before is None or not before.held:
                raise refusal

    async def _reserve(self, kept: Kept) -> None:
        """Take the units. What another checkout of the same cart held is given back with it, so none waits for itself.

        It is written before the units are taken: two that begin from one cart at once are told apart by the unique
        index there (`UniqueViolationError`), not by who finds the units of the other gone.
        Refused: `CheckoutPaying`, `NotEnoughUnits`.
        """
        async with self._database.transaction() as transaction:
            before = await self._rows.lock_of_cart(transaction, kept.checkout.cart_id)
            deltas = moved(kept.units, -1)
            if before is not None:
                if before.checkout.status is CheckoutStatus.PAYING and before.checkout.payment_id is not None:
                    raise CheckoutPaying(before.checkout.payment_id)
                for variant_id, quantity in before.units.items() if before.held else ():
                    deltas[variant_id] = deltas.get(variant_id, 0) + quantity
                await self._rows.save(transaction, replace(before.seen(status=CheckoutStatus.REPLACED), held=False))
            await self._rows.add(transaction, kept)
            lacking = await self._stock.move_all(transaction, deltas)
            if lacking is not None:
                raise NotEnoughUnits(lacking.variant_id, _title(kept, lacking.variant_id), lacking.left)

    async def _open(self, transaction: Transaction, checkout_id: UUID, caller: Caller) -> Kept:
        kept = taken_over(await self._rows.lock(transaction, checkout_id), caller)
        check_open(kept.checkout, self._clock.now())
        return kept

    async def _price(self, transaction: Transaction, kept: Kept) -> Checkout:
        kept = await self.quoted(kept)
        await self._rows.save(transaction, kept)
        return kept.checkout

    async def _address(self, command: SetCheckoutAddress, caller: Caller) -> PostalAddress:
        if (command.address is None) is (command.address_id is None):
            raise AddressMissing
        if command.address is not None:
            return await checked(command.address)
        assert command.address_id is not None
        if caller.user_id is None:
            raise AddressMissing
        return (await self._addresses.show(ShowAddress(address_id=command.address_id), caller)).address


def _same(known: Kept, command: BeginCheckout, caller: Caller) -> Checkout:
    """The checkout that was begun by this very command. Refused where it was another: `IdReused`."""
    if known.user_id != caller.user_id or known.checkout.cart_id != (command.cart_id or caller.user_id):
        raise IdReused
    return known.checkout


def _title(kept: Kept, variant_id: UUID) -> str:
    return next(line.title for line in kept.checkout.lines if line.variant_id == variant_id)


def _currency(cart: Cart) -> str:
    """What the first of the goods is priced in. Refused where there are none: `CartEmpty`."""
    for line in cart.lines:
        return line.noted.currency if line.price is None else line.price.currency
    raise CartEmpty
