"""Cards that Stripe saves for people: by setup intents, or with the payment that was made with them.

A person is a customer of no name there. A setup intent is made, its id noted, and only then confirmed: one whose id was
lost was never confirmed and saves nothing. So neither it nor a customer needs an idempotency key of ours.
"""

from uuid import UUID, uuid4

import stripe

from server.adapters.payments.stripe_api import Method, SetupIntent, StripeApi
from server.domains.payments.ports import Card, Setup
from server.kernel.database import Database

# The customer is there whenever it is used: their bank asks for less than for payments without them.
ON_SESSION = "on_session"

_CUSTOMER = "SELECT customer_id FROM stripe_customers WHERE wallet = $1"
_NEW_CUSTOMER = "INSERT INTO stripe_customers (wallet, customer_id) VALUES ($1, $2) ON CONFLICT (wallet) DO NOTHING"
_SETUP = "SELECT setup_id FROM stripe_setups WHERE method_id = $1"
_NEW_SETUP = "INSERT INTO stripe_setups (method_id, setup_id) VALUES ($1, $2) ON CONFLICT (method_id) DO NOTHING"
_METHOD_OF = "SELECT method_id FROM stripe_setups WHERE setup_id = $1"
_INTENT_OF = "SELECT intent_id FROM stripe_intents WHERE payment_id = $1"

_METHOD = "pm_"


class StripeWallets:
    """A `server.domains.payments.ports.Wallets` at Stripe. ``back`` is where a customer returns to from their bank."""

    def __init__(self, database: Database, api: StripeApi, back: str) -> None:
        self._database = database
        self._api = api
        self._back = back

    async def set_up(self, method_id: UUID, wallet: UUID, method: str | None) -> Setup:
        """See the port."""
        if method is not None and not method.startswith(_METHOD):
            return Setup(failure="invalid_method")  # it may be a card's number: that is not for us to hand on
        setup = await self._setup(method_id, wallet)
        is_new = setup.status == "requires_payment_method" and setup.last_setup_error is None
        if method is not None and is_new:
            return await self._confirmed(setup, method)
        return await self._standing(setup, given_to_us=method is not None)

    async def kept(self, payment_id: UUID) -> Card | None:
        """See the port."""
        row = await self._database.fetch_one(_INTENT_OF, payment_id)
        if row is None or row["intent_id"] is None:
            return None
        method = (await self._api.intent(row["intent_id"])).payment_method
        return await self.card(method) if method else None

    async def card(self, reference: str) -> Card | None:
        """See the port. What is saved and no card, as a direct debit, is none of ours."""
        try:
            found = await self._api.method(reference)
        except stripe.InvalidRequestError:
            return None
        return _card(found) if found.customer and found.card else None

    async def forget(self, reference: str) -> None:
        """See the port."""
        try:
            await self._api.detach(reference)
        except stripe.InvalidRequestError:
            if await self.card(reference) is not None:
                raise

    async def customer(self, wallet: UUID) -> str:
        """Who a person is at Stripe."""
        row = await self._database.fetch_one(_CUSTOMER, wallet)
        if row is None:
            made = await self._api.create_customer(f"wallet:{wallet}:{uuid4()}")
            await self._database.fetch(_NEW_CUSTOMER, wallet, made)
            row = await self._database.fetch_one(_CUSTOMER, wallet)
            assert row is not None
        return str(row["customer_id"])

    async def method_of(self, setup_id: str) -> UUID | None:
        """The method that a setup intent saves; None for a stranger's."""
        row = await self._database.fetch_one(_METHOD_OF, setup_id)
        return row["method_id"] if row else None

    async def _setup(self, method_id: UUID, wallet: UUID) -> SetupIntent:
        row = await self._database.fetch_one(_SETUP, method_id)
        if row is None:
            params = {
                "customer": await self.customer(wallet),
                "payment_method_types": ["card"],
                "usage": ON_SESSION,
                "metadata": {"method_id": str(method_id)},
            }
            made = await self._api.create_setup(params)
            await self._database.fetch(_NEW_SETUP, method_id, made.id)
            row = await self._database.fetch_one(_SETUP, method_id)
            assert row is not None
        return await self._api.setup(row["setup_id"])

    async def _confirmed(self, setup: SetupIntent, method: str) -> Setup:
        try:
            await self._api.confirm_setup(setup.id, {"payment_method": method, "return_url": self._back})
        except stripe.CardError:
            pass  # the intent says why
        except stripe.InvalidRequestError as error:
            if error.code != "setup_intent_unexpected_state":  # somebody was quicker: it says how it stands
                return Setup(failure=error.code or "refused")
        return await self._standing(await self._api.setup(setup.id), given_to_us=True)

    async def _standing(self, setup: SetupIntent, *, given_to_us: bool) -> Setup:
        """How it stands. In the browser another card may be tried; what we were given and was declined is over."""
        if setup.status == "succeeded" and setup.payment_method:
            card = await self.card(setup.payment_method)
            return Setup(card, failure="" if card else "not_kept")
        trouble = setup.last_setup_error
        declined = setup.status == "requires_payment_method" and trouble is not None and given_to_us
        if declined or setup.status == "canceled":
            return Setup(failure=(trouble.reason if trouble else "") or "declined")
        url = setup.action_url if setup.status == "requires_action" else ""
        return Setup(action_url=url, client_secret=setup.client_secret)


def _card(found: Method) -> Card:
    card = found.card or {}
    expiry = (int(card.get("exp_month") or 0), int(card.get("exp_year") or 0))
    return Card(found.id, str(card.get("brand") or "card"), str(card.get("last4") or ""), *expiry, found.fingerprint)
