"""Payments: asked for once, charged once, whatever is repeated.

A payment is ``pending`` from before the gateway is asked until its outcome is known. Failed is final; what succeeded
may be given back, once and whole. The gateway is never asked inside a transaction, and a card number never comes
further than through here.
"""

import asyncio
from collections.abc import Awaitable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import structlog
from msgspec.structs import replace

from fastshop.contract.accounts import Role
from fastshop.contract.base import IdReused, Money, Page
from fastshop.contract.flash_sales import USER
from fastshop.contract.payment_methods import MethodExpired, MethodNotFound
from fastshop.contract.payments import (
    GatewayUnavailable,
    ListPayments,
    Payment,
    PaymentNeedsAction,
    PaymentNotFound,
    PaymentRefunded,
    PaymentState,
    ShowPayment,
)
from fastshop.ids import new_id
from server.domains.payments.ports import METHOD_GONE, Charge, Gateway, Ledger, RefundState
from server.domains.payments.rules import TRIES, masked
from server.domains.payments.saved import Saved, label, saved_id
from server.kernel.caller import Caller
from server.kernel.clock import Clock
from server.kernel.database import Database
from server.kernel.keyed import Keyed
from server.kernel.money import from_numeric, to_numeric
from server.kernel.page import as_page, decode_cursor

logger = structlog.get_logger()

_INSERT = """
INSERT INTO payments
    (id, user_id, amount, currency, status, payment_method, reference, failure, created_at, updated_at, method_key,
        method_id, keep_method)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9, $10, $11, $12) ON CONFLICT (id) DO NOTHING RETURNING *
"""
# What arrives after the outcome changes nothing. A cast cuts what is longer than its column: an
# outcome that could not be written would be asked for for ever.
_RECORD = """
UPDATE payments SET status = $2, stripe_payment_id = $3::varchar(255), failure = $4::varchar(200), action_url = $5,
    updated_at = $6, awaited_until = coalesce(
        awaited_until,
        CASE WHEN $2 = 'needs_action' AND payment_method = 'bank_transfer' THEN created_at + $7::interval END
    )
WHERE id = $1 AND status IN ('pending', 'needs_action') AND status <> $2
RETURNING *
"""
_SAID = "UPDATE payments SET payment_method = $2 WHERE id = $1 AND status IN ('pending', 'needs_action')"
# Each try moves the payment to the end of those that are tried again, so that hopeless ones keep nobody waiting.
_GIVE_BACK = """
UPDATE payments SET status = 'refunding', refund_id = coalesce(refund_id, $2), updated_at = $3
WHERE id = $1 AND status IN ('succeeded', 'refunding') AND returned < amount
"""
# A refund that failed has failed for good: what comes after it is another one.
_GIVE_BACK_ANEW = """
UPDATE payments SET refund_id = $3, refund_tries = refund_tries + 1
WHERE id = $1 AND refund_id = $2 AND status = 'refunding'
"""
_GIVEN_BACK = """
UPDATE payments SET status = 'refunded', updated_at = $2
WHERE id = $1 AND status = 'refunding' AND refund_id = $3 AND returned < amount RETURNING *
"""
_REFUNDED_BY = "SELECT id FROM payments WHERE id = $1 AND refund_id = $2 AND status = 'refunding'"
_GIVING_BACK = f"""
SELECT id FROM payments WHERE status = 'refunding' AND returned < amount AND refund_tries < {TRIES}
    AND updated_at <= $1::timestamptz - (power(2, greatest(refund_tries, 1) - 1) - 1) * interval '30 seconds'
ORDER BY updated_at LIMIT 100
"""  # noqa: S608 - a constant
_HISTORY = """
SELECT * FROM payments
WHERE user_id = $1 AND ($2::text IS NULL OR status = $2)
    AND ($3::timestamptz IS NULL OR created_at >= $3) AND ($4::timestamptz IS NULL OR created_at < $4)
    AND ($5::timestamptz IS NULL OR (created_at, id) < ($5, $6))
ORDER BY created_at DESC, id DESC LIMIT $7
"""

# What stands where a payment method would: the browser chooses it.
BROWSER = "browser"

_UNDER_WAY = (PaymentState.PENDING, PaymentState.NEEDS_ACTION)

# So long after it was started a charge has reached the gateway or never will: many times our patience.
_UNHEARD = timedelta(seconds=20)
# How often payments that are to be given back are looked for, in seconds; and how long one is left to who began it.
_LOOK = 30.0
_LEFT_ALONE = timedelta(seconds=30)


class Payments:
    """Charges through a gateway, and remembers. ``patience`` is how long an answer waits for it, in seconds.

    A transfer is waited for ``transfers_last``: as long as it was when it was promised, whatever is set later.
    """

    def __init__(
        self,
        database: Database,
        gateway: Gateway,
        clock: Clock,
        keyed: Keyed,
        ledger: Ledger,
        patience: float = 3.0,
        transfers_last: timedelta = timedelta(days=7),
    ) -> None:
        self._database = database
        self._gateway = gateway
        self._clock = clock
        self._keyed = keyed
        self._ledger = ledger
        self._patience = patience
        self._transfers_last = transfers_last
        self._saved = Saved(database, clock)

    async def start(
        self,
        payment_id: UUID,
        user_id: UUID | None,
        amount: Money,
        method: str,
        reference: str,
        *,
        keep: bool = False,
    ) -> Payment:
        """Note a payment to be made; the same again is the same payment. Refused for another: `IdReused`.

        Another card makes it another payment. Where nothing is to be paid the gateway is not asked: it has succeeded.
        A ``method`` that is an id is one that the payer has saved: `MethodNotFound`, `MethodExpired`.
        """
        state = PaymentState.PENDING if amount.amount else PaymentState.SUCCEEDED
        key, method_id = self._key(method), saved_id(method)
        shown = masked(method) if method_id is None else await self._label(payment_id, method_id, user_id)
        keep = keep and method_id is None and user_id is not None
        row = await self._insert(payment_id, user_id, amount, state, shown, reference, "", key, method_id, keep)
        return payment_of(row) if row else await self._same(payment_id, user_id, amount, reference, key)

    async def refuse(self, payment_id: UUID, user_id: UUID | None, amount: Money, reference: str) -> Payment:
        """Rule out that a payment starts; one that did stays as it is. Refused for another: `IdReused`."""
        failed = PaymentState.FAILED
        row = await self._insert(payment_id, user_id, amount, failed, "none", reference, "not_started")
        return payment_of(row) if row else await self._same(payment_id, user_id, amount, reference)

    async def charge(self, payment_id: UUID, method: str) -> Payment:
        """Have a payment charged. It stays pending when the gateway takes longer than our patience, or is down.

        What the browser was to complete may be charged with a saved method: `MethodNotFound`, `MethodExpired`.
        """
        row = await self._row(payment_id)
        payment, saved, keep = payment_of(row), row["method_id"], row["keep_method"]
        if payment.status not in _UNDER_WAY:
            return payment
        if row["method_key"] == self._key(BROWSER):
            saved = await self._said(payment, method)
        method = method if saved is None else await self._saved.token(saved)
        wallet = payment.user_id if saved or keep else None
        charging = self._gateway.charge(payment_id, payment.amount, method, wallet, keep=keep)
        payment = await self._ask(payment, charging)
        if saved is not None and payment.failure == METHOD_GONE:
            await self._saved.lose(saved)
        return payment

    async def settle(self, payment_id: UUID, *, give_up: bool) -> Payment:
        """Ask the gateway how a payment went. With ``give_up`` one without an outcome is ended."""
        payment = await self.get(payment_id)
        if payment.status not in _UNDER_WAY:
            return payment
        if give_up:
            return await self._ask(payment, self._gateway.close(payment_id, payment.amount))
        return await self._ask(payment, self._found(payment))

    async def mark_back(self, payment_id: UUID) -> None:
        """Have the money of a payment go back, if it succeeded; in the transaction that is under way, if one is."""
        await self._database.fetch(_GIVE_BACK, payment_id, new_id(), self._clock.now())

    async def refund(self, payment_id: UUID) -> Payment:
        """Give the money of a payment that succeeded back, whole; ``refunding`` until the gateway has done it."""
        await self.mark_back(payment_id)
        row = await self._row(payment_id)
        is_due = row["status"] == PaymentState.REFUNDING and row["returned"] < row["amount"]
        if is_due and row["refund_tries"] < TRIES and await self._refunded(row):
            return await self.get(payment_id)
        return payment_of(row)

    async def conclude_refund(self, payment_id: UUID, refund_id: UUID) -> None:
        """The gateway has told that it gave the money of a payment back, by this refund."""
        if await self._database.fetch_one(_REFUNDED_BY, payment_id, refund_id) is not None:
            await self.refund(payment_id)

    async def refund_on(self) -> float:
        """One round: move on with what is to be given back and was not yet. Answers how long to rest, in seconds."""
        due = await self._database.fetch(_GIVING_BACK, self._clock.now() - _LEFT_ALONE)
        for row in due:
            try:
                await self.refund(row["id"])
            except Exception:  # the others must not wait for it
                logger.exception("a payment could not be given back", payment=str(row["id"]))
        return _LOOK

    async def fingerprint(self, method: str, user_id: UUID | None) -> str:
        """What is the same for the same card, saved or not; of what is no card, the method itself.

        Refused while nobody knows: `GatewayUnavailable`; `MethodNotFound`, `MethodExpired`.
        """
        method_id = saved_id(method)
        if method_id is not None:
            method = str((await self._saved.usable(method_id, user_id))["reference"])
        try:
            async with asyncio.timeout(self._patience):
                return await self._gateway.fingerprint(method) or method
        except Exception as error:
            logger.warning("the gateway knows no card", error=type(error).__name__)
            raise GatewayUnavailable from None

    async def reference_of(self, payment_id: UUID) -> str | None:
        """What a payment is for; None when there is no such payment."""
        row = await self._database.fetch_one("SELECT reference FROM payments WHERE id = $1", payment_id)
        return str(row["reference"]) if row else None

    async def show(self, command: ShowPayment, caller: Caller) -> Payment:
        """One payment."""
        payment = await self.get(command.payment_id)
        if payment.user_id != caller.person and not caller.is_any(Role.ADMIN, Role.MANAGER):
            raise PaymentNotFound
        return payment

    async def list(self, command: ListPayments, caller: Caller) -> Page[Payment]:
        """The caller's payments."""
        after = decode_cursor(command.cursor, tuple[datetime, UUID]) or (None, None)
        asked = (command.status, command.since, command.until, *after, command.limit + 1)
        payments = [payment_of(row) for row in await self._database.fetch(_HISTORY, caller.person, *asked)]
        return as_page(payments, command.limit, lambda payment: (payment.created_at, payment.id))

    async def _found(self, payment: Payment) -> Charge | None:
        """How the charge stands. One that the gateway has not heard of by now is ended there: it is not on its way."""
        charge = await self._gateway.find(payment.id)
        if charge is None and payment.created_at <= self._clock.now() - _UNHEARD:
            return await self._gateway.close(payment.id, payment.amount)
        return charge

    async def _ask(self, payment: Payment, asking: Awaitable[Charge | None]) -> Payment:
        try:
            async with asyncio.timeout(self._patience):
                charge = await asking
        except Exception as error:  # whatever it is, the outcome is unknown, and asked for again later
            # Not what it says: it may quote the card.
            logger.warning("the gateway gave no outcome", payment=str(payment.id), error=type(error).__name__)
            return payment
        return payment if charge is None else await self._record(payment, charge)

    async def _record(self, payment: Payment, charge: Charge) -> Payment:
        now, details = self._clock.now(), (charge.state, charge.gateway_id, _reason(charge), charge.action_url)
        async with self._database.transaction() as transaction:
            row = await transaction.connection.fetchrow(_RECORD, payment.id, *details, now, self._transfers_last)
            if row is not None and charge.state is PaymentState.SUCCEEDED:
                await self._ledger.paid(transaction, payment.id, payment.amount, now, charge.fee)
                if row["keep_method"]:
                    await self._saved.keep(transaction, row)
            if row is not None and charge.state is PaymentState.NEEDS_ACTION:
                transaction.emit(PaymentNeedsAction(time=now, payment=payment_of(row)), *payer(payment.user_id))
        stands = payment_of(row) if row is not None else await self.get(payment.id)
        # What the bank declined in the browser is open for another card, and says why that one was declined.
        return replace(stands, failure=charge.failure) if stands.status is PaymentState.PENDING else stands

    async def _refunded(self, row: Any) -> bool:
        """Have the gateway give the money back; False while it is not known whether it has."""
        amount = from_numeric(row["amount"] - row["returned"], row["currency"])
        try:
            async with asyncio.timeout(self._patience):
                refund = await self._gateway.refund(row["refund_id"], row["id"], amount)
        except Exception as error:
            logger.warning("the gateway gave nothing back", payment=str(row["id"]), error=type(error).__name__)
            return False
        if refund.state is RefundState.FAILED:  # tried again, later each time; in the end it is for people
            logger.error("a refund failed", payment=str(row["id"]), failure=refund.failure)
            await self._database.fetch(_GIVE_BACK_ANEW, row["id"], refund.id, new_id())
        if refund.state is not RefundState.SUCCEEDED:
            return False
        now = self._clock.now()
        async with self._database.transaction() as transaction:
            done = await transaction.connection.fetchrow(_GIVEN_BACK, row["id"], now, refund.id)
            if done is not None:
                await self._ledger.refunded(transaction, refund.id, row["id"], amount, now)
                transaction.emit(PaymentRefunded(time=now, payment=payment_of(done)), *payer(done["user_id"]))
        return True

    async def _insert(
        self,
        payment_id: UUID,
        user_id: UUID | None,
        amount: Money,
        state: PaymentState,
        method: str,
        reference: str,
        why: str,
        key: str = "",
        method_id: UUID | None = None,
        keep: bool = False,
    ) -> Any:
        """The new row; None where there is one of this id."""
        now, numeric = self._clock.now(), to_numeric(amount)
        values = (payment_id, user_id, numeric, amount.currency, state, method, reference, why, now, key)
        return await self._database.fetch_one(_INSERT, *values, method_id, keep)

    async def _label(self, payment_id: UUID, method_id: UUID, user_id: UUID | None) -> str:
        """A saved method as its owner knows it. A payment that was started with it before needs it no more."""
        try:
            return label(await self._saved.usable(method_id, user_id))
        except (MethodNotFound, MethodExpired):
            if await self.reference_of(payment_id) is None:
                raise
            return ""

    async def _said(self, payment: Payment, method: str) -> UUID | None:
        """Note what a payment is made with after all that the browser was to complete; its id where that is saved."""
        method_id = saved_id(method)
        shown = masked(method) if method_id is None else label(await self._saved.usable(method_id, payment.user_id))
        await self._database.fetch(_SAID, payment.id, shown)
        return method_id

    def _key(self, method: str) -> str:
        return self._keyed.of("payment method", "".join(method.split()))

    async def _same(
        self, payment_id: UUID, user_id: UUID | None, amount: Money, reference: str, key: str = ""
    ) -> Payment:
        row = await self._database.fetch_one("SELECT * FROM payments WHERE id = $1", payment_id)
        if row is None or row["reference"] != reference:
            raise IdReused
        if key and row["method_key"] and row["method_key"] != key:
            raise IdReused
        payment = payment_of(row)
        if (payment.user_id, payment.amount) != (user_id, amount):
            raise IdReused
        return payment

    async def get(self, payment_id: UUID) -> Payment:
        """A payment. Refused when there is none: `PaymentNotFound`."""
        return payment_of(await self._row(payment_id))

    async def _row(self, payment_id: UUID) -> Any:
        row = await self._database.fetch_one("SELECT * FROM payments WHERE id = $1", payment_id)
        if row is None:
            raise PaymentNotFound
        return row


def _reason(charge: Charge) -> str:
    """Why a charge failed: never nothing, for that means to others that the money came."""
    return charge.failure or "declined" if charge.state is PaymentState.FAILED else ""


def payer(user_id: UUID | None) -> tuple[str, ...]:
    """The channel of who pays; a guest has none."""
    return () if user_id is None else (USER.of(user_id),)


def payment_of(row: Any) -> Payment:
    """The payment in a row."""
    return Payment(
        id=row["id"],
        user_id=row["user_id"],
        amount=from_numeric(row["amount"], row["currency"]),
        status=PaymentState(row["status"]),
        payment_method=row["payment_method"],
        failure=row["failure"],
        action_url=row["action_url"],
        created_at=row["created_at"],
        updated_at=row["updated_at"],
        returned=from_numeric(row["returned"], row["currency"]).amount,
        awaited_until=row["awaited_until"],
    )
