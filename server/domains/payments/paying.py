"""Payments that the customer's browser completes with the gateway: begun here, concluded here.

What is paid for is kept by its own domain for the very payment, which says what it costs; nobody else says a price.
A guest's payment is whose its random id is known to.
"""

import asyncio
from collections.abc import Mapping
from uuid import UUID

import structlog

from fastshop.contract.base import IdReused
from fastshop.contract.payments import (
    BANK_TRANSFER,
    ConfirmPayment,
    CreateIntent,
    GatewayUnavailable,
    NotPayable,
    Payment,
    PaymentDeclined,
    PaymentIntent,
    PaymentNotFound,
    PaymentState,
    ShowGateway,
    ShownGateway,
)
from fastshop.contract.transfers import TransferNotOffered
from server.domains.payments.ports import Intents, Payable
from server.domains.payments.service import BROWSER, Payments
from server.domains.payments.throttle import Throttle
from server.kernel.caller import Caller

logger = structlog.get_logger()


class Paying:
    """Begins and concludes. ``payables`` are the kinds of things that are paid for, by name."""

    def __init__(
        self,
        payments: Payments,
        gateway: Intents,
        payables: Mapping[str, Payable],
        throttle: Throttle,
        public_key: str = "",
        patience: float = 3.0,
        gateway_name: str = "simulated",
        *,
        transfers: bool = False,
    ) -> None:
        self._payments = payments
        self._gateway = gateway
        self._payables = payables
        self._throttle = throttle
        self._shown = ShownGateway(gateway_name, public_key, transfers)
        self._patience = patience

    async def show_gateway(self, command: ShowGateway, caller: Caller) -> ShownGateway:  # noqa: ARG002
        """How one pays here."""
        return self._shown

    async def create_intent(self, command: CreateIntent, caller: Caller) -> PaymentIntent:
        """Begin a payment."""
        await self._throttle.spend(caller)
        payable, thing_id = self._payable(command.pays_for)
        amount = await payable.start(thing_id, command.payment_id, caller)
        try:
            payment = await self._payments.start(
                command.payment_id, caller.user_id, amount, BROWSER, command.pays_for, keep=command.keep_method
            )
        except IdReused:
            await payable.settle(thing_id)  # another's payment pays for nothing here
            raise
        wallet = caller.user_id if command.keep_method else None
        secret = await self._intent(payment, wallet) if payment.status is PaymentState.PENDING else ""
        return PaymentIntent(payment, secret, self._shown.public_key)

    async def confirm(self, command: ConfirmPayment, caller: Caller) -> Payment:
        """Conclude a payment."""
        await self._throttle.spend(caller)
        payment = await self._payments.get(command.payment_id)
        if payment.user_id != caller.user_id:
            raise PaymentNotFound
        if command.payment_method is not None:
            # What is promised by transfer is paid in no other way, and the other way round: never both.
            if BANK_TRANSFER in (command.payment_method, payment.payment_method):
                raise TransferNotOffered
            charged = await self._payments.charge(payment.id, command.payment_method)
            if charged.status is PaymentState.PENDING and charged.failure:
                raise PaymentDeclined(charged.failure)
        await self.conclude(payment.id)
        payment = await self._payments.get(payment.id)
        if payment.status is PaymentState.FAILED:
            raise PaymentDeclined(payment.failure)
        return payment

    async def conclude(self, payment_id: UUID) -> None:
        """A payment may have an outcome now: whatever it pays for is settled. Nothing for a stranger's.

        The outcome is noted as well where what it was for has forgotten it: `Strays` has it go back.
        """
        reference = await self._payments.reference_of(payment_id)
        kind, _, thing_id = (reference or "").partition(":")
        if kind in self._payables:
            await self._payables[kind].settle(UUID(thing_id))
            await self._payments.settle(payment_id, give_up=False)

    def _payable(self, pays_for: str) -> tuple[Payable, UUID]:
        kind, _, thing_id = pays_for.partition(":")
        if kind not in self._payables:
            raise NotPayable
        return self._payables[kind], UUID(thing_id)

    async def _intent(self, payment: Payment, wallet: UUID | None) -> str:
        try:
            async with asyncio.timeout(self._patience):
                return await self._gateway.intent(payment.id, payment.amount, wallet)
        except Exception as error:
            logger.warning("the gateway begins no payment", payment=str(payment.id), error=type(error).__name__)
            raise GatewayUnavailable from None
