"""Payments: asked for once, charged once, whatever is repeated.

A payment is ``pending`` from before the gateway is asked until its outcome is known; succeeded and failed are final.
The gateway is never asked inside a transaction, and a card number never comes further than through here.
"""

import asyncio
from collections.abc import Awaitable
from datetime import datetime
from typing import Any
from uuid import UUID

import structlog

from fastshop.contract.accounts import Role
from fastshop.contract.base import IdReused, Money, Page
from fastshop.contract.payments import ListPayments, Payment, PaymentNotFound, PaymentState, ShowPayment
from server.domains.payments.ports import Charge, Gateway
from server.domains.payments.rules import masked
from server.kernel.caller import Caller
from server.kernel.clock import Clock
from server.kernel.database import Database
from server.kernel.money import from_numeric, to_numeric
from server.kernel.page import as_page, decode_cursor

logger = structlog.get_logger()

_INSERT = """
INSERT INTO payments
    (id, user_id, amount, currency, status, payment_method, reference, failure, created_at, updated_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9) ON CONFLICT (id) DO NOTHING
"""
# Succeeded and failed are final: what arrives later changes nothing. A cast cuts what is longer than its column: an
# outcome that could not be written would be asked for for ever.
_RECORD = """
UPDATE payments SET status = $2, stripe_payment_id = $3::varchar(255), failure = $4::varchar(200), action_url = $5,
    updated_at = $6
WHERE id = $1 AND status NOT IN ('succeeded', 'failed')
"""
_HISTORY = """
SELECT * FROM payments
WHERE user_id = $1 AND ($2::text IS NULL OR status = $2)
    AND ($3::timestamptz IS NULL OR (created_at, id) < ($3, $4))
ORDER BY created_at DESC, id DESC LIMIT $5
"""

_OUTCOMES = (PaymentState.SUCCEEDED, PaymentState.FAILED)


class Payments:
    """Charges through a gateway, and remembers. ``patience`` is how long an answer waits for it, in seconds."""

    def __init__(self, database: Database, gateway: Gateway, clock: Clock, patience: float = 3.0) -> None:
        self._database = database
        self._gateway = gateway
        self._clock = clock
        self._patience = patience

    async def start(self, payment_id: UUID, user_id: UUID, amount: Money, method: str, reference: str) -> Payment:
        """Note a payment to be made; the same again is the same payment. Refused for another: `IdReused`."""
        await self._insert(payment_id, user_id, amount, PaymentState.PENDING, masked(method), reference, "")
        return await self._same(payment_id, user_id, amount, reference)

    async def refuse(self, payment_id: UUID, user_id: UUID, amount: Money, reference: str) -> Payment:
        """Rule out that a payment starts; one that did stays as it is. Refused for another: `IdReused`."""
        await self._insert(payment_id, user_id, amount, PaymentState.FAILED, "none", reference, "not_started")
        return await self._same(payment_id, user_id, amount, reference)

    async def charge(self, payment_id: UUID, method: str) -> Payment:
        """Have a payment charged. It stays pending when the gateway takes longer than our patience, or is down."""
        payment = await self._get(payment_id)
        if payment.status in _OUTCOMES:
            return payment
        return await self._ask(payment, self._gateway.charge(payment_id, payment.amount, method))

    async def settle(self, payment_id: UUID, *, give_up: bool) -> Payment:
        """Ask the gateway how a payment went. With ``give_up`` one without an outcome is ended."""
        payment = await self._get(payment_id)
        if payment.status in _OUTCOMES:
            return payment
        if give_up:
            return await self._ask(payment, self._gateway.close(payment_id, payment.amount))
        return await self._ask(payment, self._gateway.find(payment_id))

    async def reference_of(self, payment_id: UUID) -> str | None:
        """What a payment is for; None when there is no such payment."""
        row = await self._database.fetch_one("SELECT reference FROM payments WHERE id = $1", payment_id)
        return str(row["reference"]) if row else None

    async def show(self, command: ShowPayment, caller: Caller) -> Payment:
        """One payment."""
        payment = await self._get(command.payment_id)
        if payment.user_id != caller.person and not caller.is_any(Role.ADMIN, Role.MANAGER):
            raise PaymentNotFound
        return payment

    async def list(self, command: ListPayments, caller: Caller) -> Page[Payment]:
        """The caller's payments."""
        after = decode_cursor(command.cursor, tuple[datetime, UUID]) or (None, None)
        rows = await self._database.fetch(_HISTORY, caller.person, command.status, *after, command.limit + 1)
        payments = [_payment(row) for row in rows]
        return as_page(payments, command.limit, lambda payment: (payment.created_at, payment.id))

    async def _ask(self, payment: Payment, asking: Awaitable[Charge | None]) -> Payment:
        try:
            async with asyncio.timeout(self._patience):
                charge = await asking
        except Exception as error:  # whatever it is, the outcome is unknown, and asked for again later
            # Not what it says: it may quote the card.
            logger.warning("the gateway gave no outcome", payment=str(payment.id), error=type(error).__name__)
            return payment
        if charge is None:
            return payment
        details = (charge.state, charge.gateway_id, _reason(charge), charge.action_url)
        await self._database.fetch(_RECORD, payment.id, *details, self._clock.now())
        return await self._get(payment.id)

    async def _insert(
        self, payment_id: UUID, user_id: UUID, amount: Money, state: PaymentState, method: str, reference: str, why: str
    ) -> None:
        now = self._clock.now()
        numeric = to_numeric(amount)
        await self._database.fetch(
            _INSERT, payment_id, user_id, numeric, amount.currency, state, method, reference, why, now
        )

    async def _same(self, payment_id: UUID, user_id: UUID, amount: Money, reference: str) -> Payment:
        row = await self._database.fetch_one("SELECT * FROM payments WHERE id = $1", payment_id)
        if row is None or row["reference"] != reference:
            raise IdReused
        payment = _payment(row)
        if (payment.user_id, payment.amount) != (user_id, amount):
            raise IdReused
        return payment

    async def _get(self, payment_id: UUID) -> Payment:
        row = await self._database.fetch_one("SELECT * FROM payments WHERE id = $1", payment_id)
        if row is None:
            raise PaymentNotFound
        return _payment(row)


def _reason(charge: Charge) -> str:
    """Why a charge failed: never nothing, for that means to others that the money came."""
    return charge.failure or "declined" if charge.state is PaymentState.FAILED else ""


def _payment(row: Any) -> Payment:
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
    )
