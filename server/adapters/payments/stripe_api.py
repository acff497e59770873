"""Stripe's API as far as the shop asks it, through the official SDK; its objects as frozen structs of ours."""

from typing import Any, TypeVar

import msgspec
import stripe
from msgspec import UNSET, Struct, UnsetType

from fastshop.contract.base import Money

Thing = TypeVar("Thing")

# In seconds, of one request. Whoever waits for an answer waits less, and asks again later.
_TIMEOUT = 20
# With the same idempotency key: after a cut line, a conflict with a request under way, a failure on their side.
_RETRIES = 2
# Two currencies have no decimals (ISO 4217), but Stripe counts them in hundredths; of one it is the other way round.
_IN_HUNDREDTHS = frozenset({"ISK", "UGX"})
_IN_WHOLE = frozenset({"MGA"})


class Trouble(Struct, frozen=True):
    """Why a payment was declined."""

    code: str = ""
    decline_code: str = ""

    @property
    def reason(self) -> str:
        """The most that they say; who was declined for no reason was just declined."""
        return self.code if self.decline_code in ("", "generic_decline") else self.decline_code


class Fee(Struct, frozen=True):
    """What Stripe keeps of a charge."""

    fee: int
    currency: str


class StripeCharge(Struct, frozen=True):
    """The charge of an intent."""

    id: str
    balance_transaction: Fee | str | None = None


class Intent(Struct, frozen=True):
    """A payment intent."""

    id: str
    status: str
    client_secret: str = ""
    currency: str = ""
    last_payment_error: Trouble | None = None
    next_action: dict[str, Any] | None = None
    latest_charge: StripeCharge | str | None = None
    payment_method: str | None = None

    @property
    def action_url(self) -> str:
        """Where the customer goes to confirm it, or learns where to transfer the money to."""
        return _url(self.next_action)

    @property
    def fee(self) -> int:
        """What Stripe keeps of it, where that is known and in the same currency; in minor units."""
        kept = self.latest_charge.balance_transaction if isinstance(self.latest_charge, StripeCharge) else None
        return kept.fee if isinstance(kept, Fee) and kept.currency == self.currency else 0


class SetupIntent(Struct, frozen=True):
    """The saving of a payment method."""

    id: str
    status: str
    client_secret: str = ""
    last_setup_error: Trouble | None = None
    next_action: dict[str, Any] | None = None
    payment_method: str | None = None

    @property
    def action_url(self) -> str:
        """Where the customer goes to confirm it."""
        return _url(self.next_action)


class StripeRefunded(Struct, frozen=True):
    """A refund."""

    id: str
    status: str
    amount: int
    currency: str
    failure_reason: str | UnsetType = UNSET
    metadata: dict[str, str] = {}


class StripeDispute(Struct, frozen=True):
    """A payment that the customer's bank questions."""

    id: str
    status: str
    amount: int
    currency: str
    reason: str
    payment_intent: str | None = None


class Method(Struct, frozen=True):
    """A payment method. ``card`` and ``sepa_debit`` have a fingerprint each; ``customer`` is who has saved it."""

    id: str
    type: str
    customer: str | None = None
    card: dict[str, Any] | None = None
    sepa_debit: dict[str, Any] | None = None

    @property
    def fingerprint(self) -> str:
        """The same for each method that stands for the same card or account."""
        return str((self.card or self.sepa_debit or {}).get("fingerprint") or "")


def _url(action: dict[str, Any] | None) -> str:
    """Where an action of the customer's is to be done."""
    details = (action or {}).get((action or {}).get("type", ""), {})
    return str(details.get("url") or details.get("hosted_instructions_url") or "")


def units(amount: Money) -> int:
    """An amount as Stripe counts it. Refused as they would where they count no parts: `stripe.InvalidRequestError`."""
    if amount.currency in _IN_WHOLE:
        whole, part = divmod(amount.amount, 100)
        if part:
            why = "They count no parts of it."
            raise stripe.InvalidRequestError(why, "amount", code="amount_not_whole")  # type: ignore[no-untyped-call]
        return whole
    return amount.amount * 100 if amount.currency in _IN_HUNDREDTHS else amount.amount


def money(amount: int, currency: str) -> Money:
    """An amount as we count it."""
    currency = currency.upper()
    if currency in _IN_WHOLE:
        return Money(amount * 100, currency)
    return Money(amount // 100 if currency in _IN_HUNDREDTHS else amount, currency)


class StripeApi:
    """Stripe, asked. Raises the SDK's errors: a `stripe.InvalidRequestError` is a no, most others mean: not known."""

    def __init__(self, api_key: str, base: str = "", retries: int = _RETRIES) -> None:
        self._http = stripe.AIOHTTPClient(timeout=_TIMEOUT)
        self._client = stripe.StripeClient(
            api_key,
            base_addresses={"api": base} if base else None,
            http_client=self._http,
            max_network_retries=retries,
        )

    async def close(self) -> None:
        """Let go of its connections."""
        await self._http.close_async()  # type: ignore[no-untyped-call]

    async def create_intent(self, params: dict[str, Any], key: str) -> Intent:
        """Make an intent, or answer the one that was made with this key."""
        found = await self._client.v1.payment_intents.create_async(_any(params), _keyed(key))
        return _as(Intent, found)

    async def intent(self, intent_id: str) -> Intent:
        """How an intent stands."""
        params = {"expand": ["latest_charge.balance_transaction"]}
        return _as(Intent, await self._client.v1.payment_intents.retrieve_async(intent_id, _any(params)))

    async def name_customer(self, intent_id: str, customer: str) -> None:
        """Say whose an intent is that is nobody's yet."""
        await self._client.v1.payment_intents.update_async(intent_id, {"customer": customer})

    async def confirm(self, intent_id: str, params: dict[str, Any], key: str) -> None:
        """Charge it. `stripe.CardError` when the bank says no."""
        await self._client.v1.payment_intents.confirm_async(intent_id, _any(params), _keyed(key))

    async def cancel(self, intent_id: str) -> None:
        """End it."""
        await self._client.v1.payment_intents.cancel_async(intent_id)

    async def create_setup(self, params: dict[str, Any]) -> SetupIntent:
        """Begin to save a payment method."""
        return _as(SetupIntent, await self._client.v1.setup_intents.create_async(_any(params)))

    async def setup(self, setup_id: str) -> SetupIntent:
        """How the saving stands."""
        return _as(SetupIntent, await self._client.v1.setup_intents.retrieve_async(setup_id))

    async def confirm_setup(self, setup_id: str, params: dict[str, Any]) -> None:
        """Save it. `stripe.CardError` when the bank says no."""
        await self._client.v1.setup_intents.confirm_async(setup_id, _any(params))

    async def detach(self, method_id: str) -> None:
        """Save a payment method no more. `stripe.InvalidRequestError` when it was not."""
        await self._client.v1.payment_methods.detach_async(method_id)

    async def create_customer(self, key: str) -> str:
        """Make a customer of no name, or answer the one that was made with this key."""
        return (await self._client.v1.customers.create_async({}, _keyed(key))).id

    async def create_refund(self, params: dict[str, Any], key: str) -> StripeRefunded:
        """Give money of an intent back."""
        return _as(StripeRefunded, await self._client.v1.refunds.create_async(_any(params), _keyed(key)))

    async def refund(self, refund_id: str) -> StripeRefunded:
        """How a refund stands."""
        return _as(StripeRefunded, await self._client.v1.refunds.retrieve_async(refund_id))

    async def refunds(self, intent_id: str) -> list[StripeRefunded]:
        """The refunds of an intent, as far as one page shows them."""
        found = await self._client.v1.refunds.list_async({"payment_intent": intent_id, "limit": 100})
        return [_as(StripeRefunded, each) for each in found.data]

    async def dispute(self, dispute_id: str) -> StripeDispute:
        """How a dispute stands."""
        return _as(StripeDispute, await self._client.v1.disputes.retrieve_async(dispute_id))

    async def method(self, method_id: str) -> Method:
        """A payment method."""
        return _as(Method, await self._client.v1.payment_methods.retrieve_async(method_id))


def _as(kind: type[Thing], found: stripe.StripeObject) -> Thing:
    # Nulls stand where Stripe has nothing to say: the struct's defaults do too.
    said = {name: value for name, value in found.to_dict().items() if value is not None}
    return msgspec.convert(said, kind)


def _any(params: dict[str, Any]) -> Any:
    return params


def _keyed(key: str) -> Any:
    return {"idempotency_key": key}
