"""Payments through Stripe, by its payment intents.

Idempotency keys outlive no day, so what was asked is noted here first: an intent is made, its id noted, and only then
confirmed. Whoever comes later, after whatever crash, finds the one intent, which can succeed once. How it stands is
always asked, never concluded from what arrived.
"""

from typing import Any
from uuid import UUID

import stripe
from msgspec.structs import replace

from fastshop.contract.base import IdReused, Money
from fastshop.contract.payments import PaymentState
from server.adapters.payments.stripe_api import Intent, StripeApi, units
from server.adapters.payments.stripe_refunds import StripeRefunds
from server.adapters.payments.stripe_wallets import ON_SESSION, StripeWallets
from server.domains.payments.ports import BANK_TRANSFER, METHOD_GONE, Charge, Refund, Returned
from server.kernel.database import Database
from server.kernel.money import from_numeric, to_numeric

_NOTE = """
INSERT INTO stripe_intents (payment_id, use, amount, currency, payment_method, wallet, keep_method)
VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (payment_id) DO NOTHING
"""
_FIND = "SELECT * FROM stripe_intents WHERE payment_id = $1"
_MADE = "UPDATE stripe_intents SET intent_id = $2 WHERE payment_id = $1 AND intent_id IS NULL"
_FAILED = "UPDATE stripe_intents SET failure = $2 WHERE payment_id = $1 AND failure = ''"
_TRY_ANEW = "UPDATE stripe_intents SET attempt = attempt + 1 WHERE payment_id = $1 AND attempt = $2"
_OWNED = "UPDATE stripe_intents SET wallet = $2 WHERE payment_id = $1"
_OF_INTENT = "SELECT payment_id FROM stripe_intents WHERE intent_id = $1"

_CHARGE, _INTENT, _CLOSED = "charge", "intent", "closed"
# Anything else may be a card's number: that is not for us to hand on (PCI DSS).
_METHOD = "pm_"

_STATES = {
    "succeeded": PaymentState.SUCCEEDED,
    "requires_action": PaymentState.NEEDS_ACTION,
    "canceled": PaymentState.FAILED,
}


class StripeGateway:
    """A `server.domains.payments.ports.Gateway` at Stripe. ``back`` is where a customer returns to from their bank."""

    def __init__(self, database: Database, api: StripeApi, back: str) -> None:
        self._database = database
        self._api = api
        self._back = back
        self._refunds = StripeRefunds(database, api)
        self.wallets = StripeWallets(database, api, back)

    async def charge(
        self, payment_id: UUID, amount: Money, method: str, wallet: UUID | None = None, *, keep: bool = False
    ) -> Charge:
        """See the port. The same id with another amount is refused: `IdReused`."""
        row = await self._noted(payment_id, amount, _CHARGE, method, wallet, keep=keep)
        if row["use"] == _CLOSED or row["failure"]:
            return await self._ended(row)
        method = row["payment_method"] or method
        if method != BANK_TRANSFER and not method.startswith(_METHOD):
            return await self._fail(row, "invalid_method")
        row = await self._made(row)
        refused = ""
        if row["intent_id"] is not None:
            refused = await self._confirm(await self._owned(row, wallet), method)
        charge = await self._standing(row)
        return replace(charge, failure=refused) if refused and charge.state is PaymentState.PENDING else charge

    async def intent(self, payment_id: UUID, amount: Money, wallet: UUID | None = None) -> str:
        """See the port."""
        row = await self._made(await self._noted(payment_id, amount, _INTENT, "", wallet, keep=wallet is not None))
        return (await self._api.intent(row["intent_id"])).client_secret if row["intent_id"] else ""

    async def find(self, payment_id: UUID) -> Charge | None:
        """See the port."""
        row = await self._row(payment_id)
        # What has no intent was not confirmed: no money can have moved.
        if row is None or (row["intent_id"] is None and not row["failure"]):
            return None
        return await self._standing(row)

    async def close(self, payment_id: UUID, amount: Money) -> Charge:
        """See the port. What a bank is at work on, as a direct debit, cannot be ended: it stays pending."""
        return await self._ended(await self._noted(payment_id, amount, _CLOSED, ""))

    async def refund(self, refund_id: UUID, payment_id: UUID, amount: Money) -> Refund:
        """See the port."""
        row = await self._row(payment_id)
        charged = from_numeric(row["amount"], row["currency"]) if row else None
        return await self._refunds.refund(refund_id, payment_id, amount, charged, row["intent_id"] if row else None)

    async def returned(self, payment_id: UUID, intent_id: str) -> tuple[Returned, ...]:
        """All that went back of a payment, as it stands now."""
        return await self._refunds.returned(payment_id, intent_id)

    async def fingerprint(self, method: str) -> str:
        """See the port."""
        if not method.startswith(_METHOD):
            return ""
        try:
            return (await self._api.method(method)).fingerprint
        except stripe.InvalidRequestError:
            return ""

    async def payment_of(self, intent_id: str) -> UUID | None:
        """The payment that an intent is for; None for a stranger's."""
        row = await self._database.fetch_one(_OF_INTENT, intent_id)
        return row["payment_id"] if row else None

    async def _noted(
        self, payment_id: UUID, amount: Money, use: str, method: str, wallet: UUID | None = None, *, keep: bool = False
    ) -> Any:
        """What is to be done, as the first who asked said it."""
        numeric = to_numeric(amount)
        # A card's number is not ours to keep.
        kept = method if method.startswith(_METHOD) or method in ("", BANK_TRANSFER) else "?"
        await self._database.fetch(_NOTE, payment_id, use, numeric, amount.currency, kept, wallet, keep)
        row = await self._row(payment_id)
        if row is None or (row["amount"], row["currency"]) != (numeric, amount.currency):
            raise IdReused
        return row

    async def _made(self, row: Any) -> Any:
        """The row with the id of its intent, which is made when there is none yet; or with why there is none."""
        if row["intent_id"] is not None or row["failure"]:
            return row
        payment_id = row["payment_id"]
        try:
            params = await self._params(row)
            intent = await self._api.create_intent(params, f"intent:{payment_id}:{row['attempt']}")
        except stripe.InvalidRequestError as error:
            await self._database.fetch(_FAILED, payment_id, error.code or "refused")
        except stripe.APIError:
            await self._try_anew(row)
            raise
        else:
            await self._database.fetch(_MADE, payment_id, intent.id)
        return await self._row(payment_id)

    async def _params(self, row: Any) -> dict[str, Any]:
        amount = from_numeric(row["amount"], row["currency"])
        params: dict[str, Any] = {
            "amount": units(amount),
            "currency": amount.currency.lower(),
            "metadata": {"payment_id": str(row["payment_id"])},
        }
        if row["wallet"] is not None:
            # A saved method pays only where its customer is named.
            params["customer"] = await self.wallets.customer(row["wallet"])
        if row["keep_method"]:
            params["setup_future_usage"] = ON_SESSION
        if row["payment_method"] != BANK_TRANSFER:
            return params | {"automatic_payment_methods": {"enabled": True}}
        # Money that is transferred comes to a customer's balance first.
        customer = await self._api.create_customer(f"customer:{row['payment_id']}")
        return params | {"customer": customer, "payment_method_types": ["customer_balance"]}

    async def _owned(self, row: Any, wallet: UUID | None) -> Any:
        """What a browser was to complete names no customer, but a saved method pays only where its own is named."""
        if wallet is None or row["wallet"] is not None:
            return row
        await self._api.name_customer(row["intent_id"], await self.wallets.customer(wallet))
        await self._database.fetch(_OWNED, row["payment_id"], wallet)
        return await self._row(row["payment_id"])

    async def _confirm(self, row: Any, method: str) -> str:
        """Have it charged. Why not, where it is not asked of the bank and may be tried with another method.

        A browser's intent may be confirmed with one card after another.
        """
        params: dict[str, Any] = {"payment_method": method, "return_url": self._back}
        if method == BANK_TRANSFER:
            params = {"payment_method_data": {"type": "customer_balance"}, "payment_method_options": _TRANSFER}
        key, is_open = f"confirm:{row['payment_id']}:{row['attempt']}", row["use"] == _INTENT
        try:
            await self._api.confirm(row["intent_id"], params, f"{key}:{method}" if is_open else key)
        except stripe.CardError:
            pass  # the intent says why
        except stripe.InvalidRequestError as error:
            if error.code == "payment_intent_unexpected_state":  # somebody was quicker: it says how it stands
                return ""
            why = await self._why(row, method, error)
            if is_open:
                return why
            await self._database.fetch(_FAILED, row["payment_id"], why)
        except stripe.APIError:
            await self._try_anew(row)
            raise
        return ""

    async def _why(self, row: Any, method: str, error: stripe.InvalidRequestError) -> str:
        """Why they do not charge a method: that of a person may be saved no more."""
        is_saved = row["wallet"] is not None and not row["keep_method"]
        if is_saved and await self.wallets.card(method) is None:
            return METHOD_GONE
        return error.code or "refused"

    async def _standing(self, row: Any) -> Charge:
        """How it stands. What we were to charge and the bank declined is over, so that no other card can succeed."""
        row = await self._row(row["payment_id"])
        if row["intent_id"] is None:
            return _charge(row, None)
        intent = await self._api.intent(row["intent_id"])
        declined = intent.status == "requires_payment_method" and (intent.last_payment_error or row["failure"])
        if row["use"] == _CLOSED or (declined and row["use"] == _CHARGE):
            intent = await self._cancelled(intent)
        return _charge(row, intent)

    async def _ended(self, row: Any) -> Charge:
        row = await self._made(row)
        if row["intent_id"] is None:
            return _charge(row, None)
        return _charge(row, await self._cancelled(await self._api.intent(row["intent_id"])))

    async def _cancelled(self, intent: Intent) -> Intent:
        if intent.status in ("succeeded", "canceled"):
            return intent
        try:
            await self._api.cancel(intent.id)
        except stripe.InvalidRequestError as error:
            if error.code != "payment_intent_unexpected_state":
                raise
        return await self._api.intent(intent.id)

    async def _fail(self, row: Any, why: str) -> Charge:
        await self._database.fetch(_FAILED, row["payment_id"], why)
        return await self._standing(row)

    async def _try_anew(self, row: Any) -> None:
        """The next try has keys of its own: to the same ones Stripe would repeat its failure."""
        await self._database.fetch(_TRY_ANEW, row["payment_id"], row["attempt"])

    async def _row(self, payment_id: UUID) -> Any:
        return await self._database.fetch_one(_FIND, payment_id)


_TRANSFER = {
    "customer_balance": {
        "funding_type": "bank_transfer",
        "bank_transfer": {"type": "eu_bank_transfer", "eu_bank_transfer": {"country": "DE"}},
    }
}


def _charge(row: Any, intent: Intent | None) -> Charge:
    if intent is None:
        return Charge(row["payment_id"], "", PaymentState.FAILED, row["failure"])
    state = _STATES.get(intent.status, PaymentState.PENDING)
    declined = intent.last_payment_error.reason if intent.last_payment_error else ""
    failure = declined if intent.status == "requires_payment_method" else ""
    if state is PaymentState.FAILED:
        failure = row["failure"] or declined or "closed"
    url = intent.action_url if state is PaymentState.NEEDS_ACTION else ""
    return Charge(row["payment_id"], intent.id, state, failure, url, intent.fee)
