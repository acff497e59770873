"""Paying for a checkout, and what becomes of it: one order, or the money goes back.

Paying touches two parties that cannot share a transaction, so it goes in steps that may each be repeated. First the
price is fixed, coupons are used and the payment is noted, in one transaction; then the gateway is asked; then the order
is placed together with all that it makes due. Whoever dies in between, `settle` picks it up (promises P1, P8).

Units are held until the end of the bank's time. Should the money come later, they are taken again where they are still
there; where they are not, it goes back.

Who transfers the money themselves has days for it: the checkout's end moves, and the cart is free for something else.
"""

from contextlib import suppress
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import structlog
from msgspec.structs import replace

from fastshop.contract.base import IdReused, Refusal
from fastshop.contract.carts import CartMoved, CartNotFound, ClearCart
from fastshop.contract.checkout import (
    CheckoutOutcome,
    CheckoutStatus,
    CompleteCheckout,
    PriceChanged,
)
from fastshop.contract.payments import BANK_TRANSFER, Payment, PaymentDeclined, PaymentState
from fastshop.contract.transfers import TransferNotOffered
from fastshop.ids import new_id
from server.domains.checkout.codes import Codes
from server.domains.checkout.limits import Limits
from server.domains.checkout.ports import CartEditing, Ledger, Orders, Payments, Prices, Stock
from server.domains.checkout.rows import Rows, owned, taken_over
from server.domains.checkout.rules import Kept, check_complete, check_open, draft, moved, sold
from server.domains.checkout.service import Checkouts
from server.domains.checkout.tries import Tries
from server.kernel.caller import Caller
from server.kernel.clock import Clock
from server.kernel.database import Database, Transaction

logger = structlog.get_logger()

# A customer who is sent to their bank has until the checkout's end and this long; then the payment is ended for good.
BANK_GRACE = timedelta(minutes=2)

_EMPTIED = "UPDATE checkouts SET emptied = true WHERE id = $1"


class Lost(Exception):
    """The money came, but what it is for is gone."""


class Paying:
    """Payments of checkouts. ``transfers``: they may be paid by bank transfer."""

    def __init__(
        self,
        database: Database,
        rows: Rows,
        checkouts: Checkouts,
        carts: CartEditing,
        codes: Codes,
        prices: Prices,
        stock: Stock,
        payments: Payments,
        orders: Orders,
        ledger: Ledger,
        limits: Limits,
        tries: Tries,
        clock: Clock,
        *,
        transfers: bool = False,
    ) -> None:
        self._database = database
        self._rows = rows
        self._checkouts = checkouts
        self._carts = carts
        self._codes = codes
        self._prices = prices
        self._stock = stock
        self._payments = payments
        self._orders = orders
        self._ledger = ledger
        self._limits = limits
        self._tries = tries
        self._clock = clock
        self._transfers = transfers

    async def complete(self, command: CompleteCheckout, caller: Caller) -> CheckoutOutcome:
        """Pay for it."""
        async with self._tries.paying(caller):
            if command.payment_method == BANK_TRANSFER:
                await self._check_transfer(caller)
            kept, begun = await self.start(command.checkout_id, command.payment_id, caller, command)
            outcome = await self._conclude(kept, await self._charged(kept, begun, command))
        if begun is not None and outcome.checkout.status is CheckoutStatus.COMPLETED:
            await self._tries.bought(caller)  # once, however often it is sent
        return outcome

    async def start(
        self, checkout_id: UUID, payment_id: UUID, caller: Caller, command: CompleteCheckout | None = None
    ) -> tuple[Kept, Payment | None]:
        """Fix the price for this payment, and use the coupons. The same payment again is as it stands.

        With a ``command`` the payment is noted with its method, and answered; its total is the sum that the customer
        saw. Without one that is what the checkout says.
        """
        async with self._database.transaction() as transaction:
            kept = owned(await self._rows.lock(transaction, checkout_id), caller)
            if kept.checkout.payment_id == payment_id:
                if command is not None and command.total != kept.checkout.total:
                    raise IdReused
                return kept, None
            check_open(kept.checkout, self._clock.now())
            kept = taken_over(kept, caller)
            check_complete(kept.checkout)
            await self._limits.check(kept)
            now_costs = await self._checkouts.quoted(kept)
            if now_costs.checkout.total == (command or kept.checkout).total:
                return await self._begin(transaction, now_costs, payment_id, command)
            await self._rows.save(transaction, now_costs)
        raise PriceChanged(now_costs.checkout.total)

    async def settle(self, checkout_id: UUID) -> None:
        """Find out how the payment went, and conclude it. One that was never started is ruled out."""
        kept = await self._rows.find(checkout_id)
        if kept is None or kept.checkout.status is not CheckoutStatus.PAYING:
            return
        payment_id, total = kept.checkout.payment_id, kept.checkout.total
        assert payment_id is not None
        try:
            payment = await self._payments.refuse(payment_id, kept.user_id, total, kept.reference)
        except IdReused:
            await self._fail(checkout_id, payment_id, "id_reused")
            return
        payment = await self._payments.settle(payment.id, give_up=self._late(kept))
        with suppress(PaymentDeclined):
            await self._conclude(kept, payment)

    async def waits_for(self, transaction: Transaction, checkout_id: UUID, payment_id: UUID) -> bool:
        """Whether this payment is to pay for it. Nobody changes that until the transaction ends."""
        kept = await self._rows.lock(transaction, checkout_id)
        return kept is not None and kept.awaits(payment_id)

    async def lapse(self, checkout_id: UUID) -> None:
        """Its time has run out: what it holds goes back. A payment without an outcome is ended where that can be."""
        await self.settle(checkout_id)
        async with self._database.transaction() as transaction:
            kept = await self._rows.lock(transaction, checkout_id)
            if kept is None or not kept.held:
                return
            if kept.checkout.status is CheckoutStatus.OPEN and kept.checkout.expires_at <= self._clock.now():
                await self._checkouts.release(transaction, kept.seen(status=CheckoutStatus.EXPIRED))
            elif kept.checkout.status is CheckoutStatus.PAYING and self._late(kept):
                await self._checkouts.release(transaction, await self._give_back(transaction, kept))

    async def empty_cart(self, kept: Kept) -> None:
        """Take what was ordered out of the cart; what came in since stays. The sweep does what fails here."""
        if kept.emptied:
            return
        checkout = kept.checkout
        command = ClearCart(edit_id=checkout.id, seen=kept.revision, cart_id=checkout.cart_id)
        try:
            await self._clear(command, kept)
        except Exception:
            logger.exception("a cart could not be emptied", checkout=str(checkout.id))
            return
        await self._database.fetch(_EMPTIED, checkout.id)

    async def _clear(self, command: ClearCart, kept: Kept) -> None:
        try:
            await self._carts.clear(command, Caller(kept.user_id))
        except (CartMoved, CartNotFound):
            # The guest has signed in on the way: the goods are in the account's cart.
            if kept.user_id is not None:
                await self._carts.take_out(kept.units, kept.checkout.id, kept.user_id)

    async def _check_transfer(self, caller: Caller) -> None:
        if not self._transfers:
            raise TransferNotOffered
        await self._tries.transferring(caller)

    async def _charged(self, kept: Kept, payment: Payment | None, command: CompleteCheckout) -> Payment:
        if payment is None:
            payment = await self._noted(kept, command)
        if payment.status is PaymentState.PENDING:
            return await self._payments.charge(payment.id, command.payment_method)
        if payment.status is PaymentState.NEEDS_ACTION:
            return await self._payments.settle(payment.id, give_up=False)
        return payment

    async def _noted(self, kept: Kept, command: CompleteCheckout) -> Payment:
        total, method, keep = kept.checkout.total, command.payment_method, command.keep_method
        return await self._payments.start(command.payment_id, kept.user_id, total, method, kept.reference, keep=keep)

    async def _begin(
        self, transaction: Transaction, kept: Kept, payment_id: UUID, command: CompleteCheckout | None
    ) -> tuple[Kept, Payment | None]:
        order_id = new_id()
        await self._prices.redeem(transaction, order_id, kept.user_id, kept.checkout.quote)
        payment = None if command is None else await self._noted(kept, command)
        paying = kept.seen(status=CheckoutStatus.PAYING, payment_id=payment_id, failure="")
        paying = replace(paying, order_id=order_id, paying_since=self._clock.now())
        await self._rows.save(transaction, paying)
        return paying, payment

    async def _conclude(self, kept: Kept, payment: Payment) -> CheckoutOutcome:
        if payment.status is PaymentState.FAILED:
            await self._fail(kept.checkout.id, payment.id, payment.failure)
            raise PaymentDeclined(payment.failure)
        if payment.status is PaymentState.NEEDS_ACTION and payment.awaited_until is not None:
            kept = await self._await_transfer(kept, payment, payment.awaited_until)
        if payment.status in (PaymentState.PENDING, PaymentState.NEEDS_ACTION):
            return CheckoutOutcome(kept.checkout, payment)
        return await self._paid(kept.checkout.id, payment)

    async def _await_transfer(self, kept: Kept, payment: Payment, until: datetime) -> Kept:
        """Hold what is bought until the transfer's time is over. Nobody needs to ask how it went before."""
        async with self._database.transaction() as transaction:
            kept = await self._locked(transaction, kept.checkout.id)
            waits = kept.awaits(payment.id)
            if waits and kept.checkout.expires_at < until:
                kept = replace(kept.seen(expires_at=until), paying_since=until)
                await self._rows.save(transaction, kept)
        if waits:
            await self.empty_cart(kept)
        return kept

    async def _paid(self, checkout_id: UUID, payment: Payment) -> CheckoutOutcome:
        """The money came: it is ordered, unless it has gone back. What is lost, whatever for, is given back."""
        try:
            kept = await self._order(checkout_id, payment.id, lost=payment.status is not PaymentState.SUCCEEDED)
        except Lost:
            kept = await self._order(checkout_id, payment.id, lost=True)
        if kept.checkout.status is CheckoutStatus.COMPLETED and kept.checkout.payment_id == payment.id:
            await self.empty_cart(kept)
            return CheckoutOutcome(kept.checkout, payment)
        payment = await self._payments.refund(payment.id)
        return CheckoutOutcome((await self._end(checkout_id, payment.id)).checkout, payment)

    async def _order(self, checkout_id: UUID, payment_id: UUID, *, lost: bool) -> Kept:
        """Place the order, once. ``lost``: there will be none, which is written before any money goes back."""
        async with self._database.transaction() as transaction:
            kept = await self._locked(transaction, checkout_id)
            if not kept.awaits(payment_id) or kept.checkout.refunded:
                return kept
            if lost:
                kept = kept.seen(refunded=True)
            else:
                kept = await self._place(transaction, kept if kept.held else await self._take_again(transaction, kept))
            await self._rows.save(transaction, kept)
            return kept

    async def _place(self, transaction: Transaction, kept: Kept) -> Kept:
        now, checkout = self._clock.now(), kept.checkout
        assert kept.order_id is not None
        assert checkout.payment_id is not None
        key = uuid4() if kept.user_id is None else None
        done = replace(kept.seen(status=CheckoutStatus.COMPLETED, order_id=kept.order_id, order_key=key), held=False)
        order = draft(done, kept.order_id, checkout.payment_id, now)
        await self._orders.place(transaction, [order])
        if checkout.codes:
            await self._codes.forget(checkout.cart_id)
        await self._ledger.sold(transaction, [sold(order)])
        return done

    async def _take_again(self, transaction: Transaction, kept: Kept) -> Kept:
        """What had been given back, once more. Where it is gone: `Lost`."""
        order_id = new_id()
        if await self._stock.move_all(transaction, moved(kept.units, -1)) is not None:
            raise Lost
        try:
            await self._prices.redeem(transaction, order_id, kept.user_id, kept.checkout.quote)
        except Refusal:
            raise Lost from None
        return replace(kept, held=True, order_id=order_id)

    async def _fail(self, checkout_id: UUID, payment_id: UUID, reason: str) -> None:
        """The payment failed: another may be tried while there is time."""
        async with self._database.transaction() as transaction:
            kept = await self._locked(transaction, checkout_id)
            checkout = kept.checkout
            if not kept.awaits(payment_id) or checkout.refunded:
                return
            over = checkout.expires_at <= self._clock.now() or self._waits_for_days(kept)
            kept = replace(await self._give_back(transaction, kept), paying_since=None)
            status = CheckoutStatus.EXPIRED if over else CheckoutStatus.OPEN
            failed = kept.seen(status=status, payment_id=None, failure=reason)
            if over:
                await self._checkouts.release(transaction, failed)
            else:
                await self._rows.save(transaction, failed)

    async def _end(self, checkout_id: UUID, payment_id: UUID) -> Kept:
        """The money is on its way back: that was all."""
        async with self._database.transaction() as transaction:
            kept = await self._locked(transaction, checkout_id)
            if kept.awaits(payment_id):
                ended = kept.seen(status=CheckoutStatus.EXPIRED, refunded=True)
                kept = await self._checkouts.release(transaction, await self._give_back(transaction, ended))
        return kept

    async def _give_back(self, transaction: Transaction, kept: Kept) -> Kept:
        if kept.order_id is not None:
            await self._prices.give_back(transaction, kept.order_id)
        return replace(kept, order_id=None)

    async def _locked(self, transaction: Transaction, checkout_id: UUID) -> Kept:
        kept = await self._rows.lock(transaction, checkout_id)
        assert kept is not None  # none is ever deleted while it is paid
        return kept

    def _waits_for_days(self, kept: Kept) -> bool:
        """Whether it waits for a transfer: its cart is free for something else, so it is not gone on with."""
        return kept.paying_since is not None and kept.paying_since > self._clock.now()

    def _late(self, kept: Kept) -> bool:
        return self._clock.now() >= kept.checkout.expires_at + BANK_GRACE
