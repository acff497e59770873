"""What Stripe tells by itself: its webhooks, believed only with its signature."""

from typing import Any

import msgspec
import stripe

from fastshop.contract.payments import DisputeState, SignatureWrong
from server.adapters.payments.stripe_api import StripeApi, money
from server.adapters.payments.stripe_gateway import StripeGateway
from server.domains.payments.ports import MethodMoved, Moved, PaymentMoved, Questioned, RefundsMoved, SetupMoved

# How old a signature may be, in seconds: who has recorded a message cannot send it again tomorrow.
_TOLERANCE = 300

_STATES = {"won": DisputeState.WON, "warning_closed": DisputeState.WON, "lost": DisputeState.LOST}


class StripeMessages:
    """Reads `server.domains.payments.ports.Messages`."""

    def __init__(self, secret: str, api: StripeApi, gateway: StripeGateway) -> None:
        self._secret = secret
        self._api = api
        self._gateway = gateway

    async def read(self, body: bytes, signature: str) -> Moved | None:
        """See the port."""
        kind, thing = self._believed(body, signature)
        if kind.startswith("charge.dispute."):
            return await self._dispute(str(thing.get("id")))
        if kind.startswith(("refund.", "charge.refund")):
            return await self._refunds(str(thing.get("payment_intent")))
        if kind.startswith(("payment_intent.", "charge.")):
            intent_id = thing.get("id") if kind.startswith("payment_intent.") else thing.get("payment_intent")
            payment_id = await self._gateway.payment_of(str(intent_id))
            return PaymentMoved(payment_id) if payment_id else None
        if kind.startswith("setup_intent."):
            method_id = await self._gateway.wallets.method_of(str(thing.get("id")))
            return SetupMoved(method_id) if method_id else None
        if kind.startswith("payment_method."):
            return MethodMoved(str(thing.get("id")))
        return None

    def _believed(self, body: bytes, signature: str) -> tuple[str, dict[str, Any]]:
        try:
            stripe.WebhookSignature.verify_header(body, signature, self._secret, _TOLERANCE)
            event = msgspec.json.decode(body)
            return str(event["type"]), dict(event["data"]["object"])
        except (stripe.SignatureVerificationError, ValueError, KeyError, TypeError):
            raise SignatureWrong from None

    async def _refunds(self, intent_id: str) -> RefundsMoved | None:
        """All of the payment as they stand now, with those that were made on Stripe's own pages."""
        payment_id = await self._gateway.payment_of(intent_id)
        return RefundsMoved(payment_id, await self._gateway.returned(payment_id, intent_id)) if payment_id else None

    async def _dispute(self, dispute_id: str) -> Questioned | None:
        """How it stands now, whatever the message said."""
        found = await self._api.dispute(dispute_id)
        payment_id = await self._gateway.payment_of(found.payment_intent or "")
        if payment_id is None:
            return None
        state = _STATES.get(found.status, DisputeState.OPEN)
        # An inquiry moves no money, unless it becomes a dispute.
        withdrawn = not found.status.startswith("warning")
        amount = money(found.amount, found.currency)
        return Questioned(found.id, payment_id, amount, state, found.reason, withdrawn)
