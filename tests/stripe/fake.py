"""A Stripe of our own, over HTTP, that holds us to the rules its documentation states.

What it knows: payment intents and their states, the documented test payment methods, refunds (never more than came),
disputes, customers and what is saved for them (setup intents, ``setup_future_usage``), their balances; idempotency keys
with the saved first answer, the refusal of another body and the conflict while the first is under way; events, signed,
delivered by whoever holds the fake: late, twice, in any order. ``weather`` says what goes wrong with the next requests.
"""

import asyncio
import hashlib
import hmac
import json
import time
from collections import deque
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from itertools import count
from typing import Any
from urllib.parse import parse_qsl

from aiohttp import web

KEY = "sk_test_fake"
WEBHOOK_SECRET = "whsec_fake"

Params = dict[str, Any]
Object = dict[str, Any]

# What the documented test methods do: (card's number, code and decline code of the refusal, or what it asks for).
METHODS: dict[str, tuple[str, str, str]] = {
    "pm_card_visa": ("4242424242424242", "", ""),
    "pm_card_mastercard": ("5555555555554444", "", ""),
    "pm_card_visa_chargeDeclined": ("4000000000000002", "card_declined", "generic_decline"),
    "pm_card_visa_chargeDeclinedInsufficientFunds": ("4000000000009995", "card_declined", "insufficient_funds"),
    "pm_card_chargeDeclinedExpiredCard": ("4000000000000069", "expired_card", ""),
    "pm_card_authenticationRequired": ("4000002760003184", "", "authentication"),
    "pm_card_createDispute": ("4000000000000259", "", "dispute"),
    # The test IBAN whose debit is at work first, and succeeds after minutes.
    "pm_sepa_slow": ("DE89370400440532013000", "", "processing"),
}

_LEAST = 50  # minor units
_MOST = 99_999_999
_CANCELLABLE = ("requires_payment_method", "requires_confirmation", "requires_action", "requires_capture")


class Refused(Exception):
    """An error of the API."""

    def __init__(self, status: int, kind: str, message: str, **facts: Any) -> None:
        super().__init__(message)
        self.status = status
        self.body = {"error": {"type": kind, "message": message, **facts}}


def invalid(message: str, code: str | None = None, status: int = 400, **facts: Any) -> Refused:
    return Refused(status, "invalid_request_error", message, **({"code": code} if code else {}), **facts)


class FakeStripe:
    """The books of Stripe, and its API."""

    def __init__(self) -> None:
        self.intents: dict[str, Object] = {}
        self.setups: dict[str, Object] = {}
        self.customers: dict[str, Object] = {}
        # Payment methods that are somebody's: what was used or attached once is no more a test method's name.
        self.methods: dict[str, Object] = {}
        self.charges: dict[str, Object] = {}
        self.refunds: dict[str, Object] = {}
        self.disputes: dict[str, Object] = {}
        self.events: list[Object] = []
        self.asked: list[str] = []
        # What happens to the next requests: "", "lost" (done, unanswered), "cut" (not done), "500" (done, and the
        # failure saved), "busy" (429).
        self.weather: deque[str] = deque()
        self._saved: dict[str, tuple[str, int, Object]] = {}
        self._under_way: set[str] = set()
        self._numbers = count(1)
        self._runner: web.AppRunner | None = None
        self.url = ""

    async def start(self) -> None:
        app = web.Application()
        app.router.add_route("*", "/v1/{path:.+}", self._serve)
        self._runner = web.AppRunner(app, access_log=None)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"

    async def stop(self) -> None:
        assert self._runner is not None
        await self._runner.cleanup()

    def forget_keys(self) -> None:
        """A day and more has passed: idempotency keys are forgotten."""
        self._saved.clear()

    # --- what the world does ------------------------------------------------------------------------------------

    def taken(self, payment_id: object) -> int:
        """What a payment of ours has moved: what was charged less what went back."""
        of_it = [each for each in self.intents.values() if each["metadata"].get("payment_id") == str(payment_id)]
        return sum(each["amount_received"] - self._gone_back(each["id"]) for each in of_it)

    def answer_bank(self, intent_id: str, *, approved: bool) -> None:
        """The customer answers their bank, or transfers the money."""
        intent = self.intents[intent_id]
        if intent["status"] != "requires_action":
            return
        if approved:
            self._succeed(intent)
        else:
            self._decline(intent, "payment_intent_authentication_failure", "")

    def confirm_in_browser(self, intent_id: str, method: str) -> None:
        """The customer completes an intent with the elements on the page."""
        self._confirm(self.intents[intent_id], {"payment_method": method, "return_url": "https://shop.test/"})

    def complete_setup(self, setup_id: str, method: str) -> None:
        """The customer completes a setup with the elements on the page."""
        self._confirm_setup(self.setups[setup_id], {"payment_method": method, "return_url": "https://shop.test/"})

    def answer_setup(self, setup_id: str, *, approved: bool) -> None:
        """The customer answers their bank."""
        setup = self.setups[setup_id]
        if setup["status"] != "requires_action":
            return
        if approved:
            self._set_up(setup)
        else:
            self._decline_setup(setup, "setup_intent_authentication_failure", "")

    def renew(self, method_id: str, year: int) -> None:
        """The bank has sent the customer a new card, and told Stripe of it."""
        self.methods[method_id]["card"]["exp_year"] = year
        self._tell("payment_method.automatically_updated", self.methods[method_id])

    def settle(self) -> None:
        """The banks have done what they were at work on."""
        for intent in self.intents.values():
            if intent["status"] == "processing":
                self._succeed(intent)

    def decide(self, dispute_id: str, *, won: bool) -> None:
        dispute = self.disputes[dispute_id]
        dispute["status"] = "won" if won else "lost"
        if won:
            self._tell("charge.dispute.funds_reinstated", dispute)
        self._tell("charge.dispute.closed", dispute)

    def refund_in_dashboard(self, intent_id: str, amount: int) -> str:
        """Somebody refunds on Stripe's own pages. Refused as by the API."""
        return str(self._create_refund({"payment_intent": intent_id, "amount": str(amount)})["id"])

    def send_back(self, refund_id: str) -> None:
        """The customer's bank sends a refund back: it has failed, and its money is Stripe's and ours again."""
        refund = self.refunds[refund_id]
        refund.update(status="failed", failure_reason="expired_or_canceled_card")
        for kind in ("charge.refund.updated", "refund.updated", "refund.failed"):
            self._tell(kind, refund)

    def dispute(self, intent_id: str, amount: int | None = None) -> str:
        """A customer questions a payment at their bank, which takes the money back until it has decided."""
        intent = self.intents[intent_id]
        dispute = {
            "id": self._id("dp"), "object": "dispute", "status": "needs_response", "reason": "fraudulent",
            "amount": amount or intent["amount"], "currency": intent["currency"], "payment_intent": intent_id,
            "charge": intent["latest_charge"],
        }  # fmt: skip
        self.disputes[dispute["id"]] = dispute
        self._tell("charge.dispute.created", dispute)
        self._tell("charge.dispute.funds_withdrawn", dispute)
        return str(dispute["id"])

    # --- the API ------------------------------------------------------------------------------------------------

    async def _serve(self, request: web.Request) -> web.StreamResponse:
        weather = self.weather.popleft() if self.weather else ""
        self.asked.append(f"{request.method} {request.path}")
        if weather == "cut":
            return _cut(request)
        try:
            status, body = await self._answer(request, weather)
        except Refused as refused:
            status, body = refused.status, refused.body
        if weather == "lost":
            return _cut(request)
        return web.json_response(body, status=status, headers={"request-id": self._id("req")})

    async def _answer(self, request: web.Request, weather: str) -> tuple[int, Object]:
        if request.headers.get("authorization") != f"Bearer {KEY}":
            raise Refused(401, "invalid_request_error", "Invalid API Key provided.")
        if weather == "busy":
            raise Refused(429, "invalid_request_error", "Too many requests.", code="rate_limit")
        text = (await request.text()) if request.method == "POST" else request.query_string
        params = nested(text)
        key = request.headers.get("idempotency-key") if request.method == "POST" else None
        act = self._find(request.method, request.match_info["path"])
        if key is None:
            return 200, act(params)
        return await self._once(key, f"{request.path}?{sorted(parse_qsl(text))}", lambda: act(params), weather)

    async def _once(self, key: str, asked: str, act: Callable[[], Object], weather: str) -> tuple[int, Object]:
        if key in self._under_way:
            raise invalid("Another request with this key is under way.", "idempotency_key_in_use", 409)
        if key in self._saved:
            first, status, body = self._saved[key]
            if first != asked:
                raise Refused(
                    400, "idempotency_error", "Keys can only be used with the parameters they were first with."
                )
            return status, body
        self._under_way.add(key)
        try:
            await asyncio.sleep(0)
            status, body = self._execute(act, weather)
        finally:
            self._under_way.discard(key)
        self._saved[key] = (asked, status, json.loads(json.dumps(body)))
        return status, body

    def _execute(self, act: Callable[[], Object], weather: str) -> tuple[int, Object]:
        """What an endpoint does once it has begun. What fails before (validation) is not saved: `Refused` flies on."""
        try:
            body = act()
        except Refused as refused:
            if refused.status != 402:
                raise
            return refused.status, refused.body
        if weather == "500":
            return 500, {"error": {"type": "api_error", "message": "Something went wrong on Stripe's end."}}
        return 200, body

    def _find(self, verb: str, path: str) -> Callable[[Params], Object]:
        match [verb, *path.split("/")]:
            case ["POST", "payment_intents"]:
                return self._create_intent
            case ["GET", "payment_intents", number]:
                return lambda params: self._shown(self._get(self.intents, number), params)
            case ["POST", "payment_intents", number]:
                return lambda params: self._name_customer(self._get(self.intents, number), params)
            case ["POST", "payment_intents", number, "confirm"]:
                return lambda params: self._confirm(self._get(self.intents, number), params)
            case ["POST", "payment_intents", number, "cancel"]:
                return lambda _: self._cancel(self._get(self.intents, number))
            case ["POST", "refunds"]:
                return self._create_refund
            case ["GET", "refunds"]:
                return self._list_refunds
            case ["GET", "refunds", number]:
                return lambda _: self._get(self.refunds, number)
            case ["GET", "disputes", number]:
                return lambda _: self._get(self.disputes, number)
            case ["GET", "payment_methods", number]:
                return lambda _: self._method(number)
            case ["POST", "payment_methods", number, "detach"]:
                return lambda _: self._detach(number)
            case ["POST", "setup_intents"]:
                return self._create_setup
            case ["GET", "setup_intents", number]:
                return lambda _: self._get(self.setups, number)
            case ["POST", "setup_intents", number, "confirm"]:
                return lambda params: self._confirm_setup(self._get(self.setups, number), params)
            case ["POST", "customers"]:
                return lambda _: self._create_customer()
        raise invalid(f"Unrecognized request URL ({verb}: /v1/{path}).", status=404)

    def _create_intent(self, params: Params) -> Object:
        known = {"amount", "currency", "metadata", "automatic_payment_methods", "customer", "payment_method_types"}
        _only(params, {*known, "setup_future_usage"})
        if params.get("customer"):
            self._get(self.customers, params["customer"])
        if not params.get("amount", "").isdecimal() or not params.get("currency"):
            raise invalid("Missing required param.", "parameter_missing")
        amount = int(params["amount"])
        if amount < _LEAST:
            raise invalid("Amount must convert to at least 50 cents.", "amount_too_small", param="amount")
        if amount > _MOST:
            raise invalid("Amount must be no more than 999,999.99.", "amount_too_large", param="amount")
        number = self._id("pi")
        intent: Object = {
            "id": number, "object": "payment_intent", "status": "requires_payment_method", "amount": amount,
            "currency": params["currency"], "client_secret": f"{number}_secret_{self._id('s')}", "amount_received": 0,
            "metadata": params.get("metadata", {}), "last_payment_error": None, "next_action": None,
            "latest_charge": None, "customer": params.get("customer"), "canceled_at": None,
            "payment_method": None, "setup_future_usage": params.get("setup_future_usage"),
            "payment_method_types": list(params.get("payment_method_types", {"0": "card", "1": "sepa_debit"}).values()),
        }  # fmt: skip
        self.intents[number] = intent
        self._tell("payment_intent.created", intent)
        return intent

    def _name_customer(self, intent: Object, params: Params) -> Object:
        _only(params, {"customer"})
        self._get(self.customers, params["customer"])
        if intent["status"] not in ("requires_payment_method", "requires_confirmation", "requires_action"):
            raise self._unexpected(intent, "update")
        if intent["customer"] not in (None, params["customer"]):
            raise invalid("The customer of a PaymentIntent cannot be changed.", param="customer")
        intent["customer"] = params["customer"]
        return intent

    def _confirm(self, intent: Object, params: Params) -> Object:
        _only(params, {"payment_method", "payment_method_data", "payment_method_options", "return_url"})
        if intent["status"] not in ("requires_payment_method", "requires_confirmation"):
            raise self._unexpected(intent, "confirm")
        if params.get("payment_method_data", {}).get("type") == "customer_balance":
            return self._await_transfer(intent)
        method = params.get("payment_method", "")
        _, code, more = self._usable(method, intent["customer"])
        if code:
            self._decline(intent, code, more)
            error = intent["last_payment_error"]
            raise Refused(402, "card_error", "Your card was declined.", payment_intent=intent, **error)
        intent["payment_method"] = self._instance(method)
        if more == "authentication":
            self._act(intent, _redirect(intent, params))
        elif more == "processing":
            intent["status"] = "processing"
            self._tell("payment_intent.processing", intent)
        else:
            self._succeed(intent)
        if more == "dispute":
            self.dispute(intent["id"])
        return intent

    def _await_transfer(self, intent: Object) -> Object:
        if "customer_balance" not in intent["payment_method_types"] or not intent["customer"]:
            raise invalid("A bank transfer needs a customer.", "parameter_missing")
        details = {"hosted_instructions_url": f"https://payments.stripe.test/{intent['id']}", "currency": "eur"}
        self._act(intent, {"type": "display_bank_transfer_instructions", "display_bank_transfer_instructions": details})
        return intent

    def _act(self, intent: Object, action: Object) -> None:
        intent.update(status="requires_action", next_action=action)
        self._tell("payment_intent.requires_action", intent)

    def _cancel(self, intent: Object) -> Object:
        if intent["status"] not in _CANCELLABLE:
            raise self._unexpected(intent, "cancel")
        intent.update(status="canceled", next_action=None, canceled_at=int(time.time()))
        self._tell("payment_intent.canceled", intent)
        return intent

    def _unexpected(self, intent: Object, verb: str) -> Refused:
        message = f"You cannot {verb} this PaymentIntent because it has a status of {intent['status']}."
        return invalid(message, "payment_intent_unexpected_state", payment_intent=intent)

    def _create_customer(self) -> Object:
        customer = {"id": self._id("cus"), "object": "customer"}
        self.customers[customer["id"]] = customer
        return customer

    def _create_setup(self, params: Params) -> Object:
        _only(params, {"customer", "payment_method_types", "usage", "metadata"})
        self._get(self.customers, params.get("customer", ""))
        number = self._id("seti")
        setup: Object = {
            "id": number, "object": "setup_intent", "status": "requires_payment_method", "next_action": None,
            "client_secret": f"{number}_secret_{self._id('s')}", "customer": params["customer"],
            "metadata": params.get("metadata", {}), "last_setup_error": None, "payment_method": None,
        }  # fmt: skip
        self.setups[number] = setup
        self._tell("setup_intent.created", setup)
        return setup

    def _confirm_setup(self, setup: Object, params: Params) -> Object:
        _only(params, {"payment_method", "return_url"})
        if setup["status"] != "requires_payment_method":
            raise invalid(f"It has a status of {setup['status']}.", "setup_intent_unexpected_state", setup_intent=setup)
        method = params.get("payment_method", "")
        _, code, more = self._usable(method, setup["customer"])
        if code:
            self._decline_setup(setup, code, more)
            raise Refused(402, "card_error", "Your card was declined.", **setup["last_setup_error"])
        setup["payment_method"] = self._instance(method)
        if more == "authentication":
            setup.update(status="requires_action", next_action=_redirect(setup, params))
            self._tell("setup_intent.requires_action", setup)
        else:
            self._set_up(setup)
        return setup

    def _set_up(self, setup: Object) -> None:
        self._attach(setup["payment_method"], setup["customer"])
        setup.update(status="succeeded", next_action=None, last_setup_error=None)
        self._tell("setup_intent.succeeded", setup)

    def _decline_setup(self, setup: Object, code: str, decline_code: str) -> None:
        error = {"code": code, **({"decline_code": decline_code} if decline_code else {})}
        setup.update(
            status="requires_payment_method", last_setup_error=error, next_action=None, payment_method=None
        )  # fmt: skip
        self._tell("setup_intent.setup_failed", setup)

    def _usable(self, method: str, customer: str | None) -> tuple[str, str, str]:
        """What a method does. A saved one is its customer's alone; one used without being saved is never good again."""
        if method not in self.methods:
            self._method(method)
            return METHODS[method]
        owner = self.methods[method]["customer"]
        if owner is None:
            message = "This PaymentMethod was previously used without being attached to a Customer or was detached."
            raise invalid(message, "payment_method_unexpected_state")
        if owner != customer:
            raise invalid("The PaymentMethod belongs to another Customer.", param="payment_method")
        return METHODS[self.methods[method]["test_method"]]

    def _instance(self, method: str) -> str:
        """A payment method of its own, where a test method's name was given."""
        if method in self.methods:
            return method
        number = self._id("pm")
        self.methods[number] = {**self._method(method), "id": number, "customer": None, "test_method": method}
        return number

    def _attach(self, number: str, customer: str) -> None:
        self.methods[number]["customer"] = customer
        self._tell("payment_method.attached", self.methods[number])

    def _detach(self, number: str) -> Object:
        found = self._get(self.methods, number)
        if found["customer"] is None:
            raise invalid("The payment method is not attached to a customer so detachment is impossible.")
        found["customer"] = None
        self._tell("payment_method.detached", found)
        return found

    def _succeed(self, intent: Object) -> None:
        charge = {"id": self._id("ch"), "object": "charge", "payment_intent": intent["id"], "amount": intent["amount"]}
        fee = {"id": self._id("txn"), "object": "balance_transaction", "currency": intent["currency"]}
        self.charges[charge["id"]] = {
            **charge,
            "balance_transaction": {**fee, "fee": 25 + intent["amount"] * 15 // 1000},
        }
        intent.update(
            status="succeeded", amount_received=intent["amount"], next_action=None, latest_charge=charge["id"],
            last_payment_error=None,
        )  # fmt: skip
        if intent["setup_future_usage"] and intent["customer"]:
            self._attach(intent["payment_method"], intent["customer"])
        self._tell("payment_intent.succeeded", intent)
        self._tell("charge.succeeded", self.charges[charge["id"]])

    def _decline(self, intent: Object, code: str, decline_code: str) -> None:
        error = {"code": code, **({"decline_code": decline_code} if decline_code else {})}
        intent.update(status="requires_payment_method", last_payment_error=error, next_action=None)
        self._tell("payment_intent.payment_failed", intent)

    def _create_refund(self, params: Params) -> Object:
        _only(params, {"payment_intent", "amount", "metadata", "reason"})
        intent = self._get(self.intents, params.get("payment_intent", ""))
        if intent["status"] != "succeeded":
            raise invalid("This PaymentIntent does not have a successful charge to refund.", "charge_not_refundable")
        left = intent["amount_received"] - self._gone_back(intent["id"])
        amount = int(params.get("amount", left))
        if not left:
            raise invalid("The charge has already been refunded.", "charge_already_refunded")
        if amount > left or amount < 1:
            raise invalid("Refund amount is greater than unrefunded amount on charge.", param="amount")
        number = self._id("re")
        self.refunds[number] = {
            "id": number, "object": "refund", "status": "succeeded", "amount": amount, "currency": intent["currency"],
            "payment_intent": intent["id"], "metadata": params.get("metadata", {}),
        }  # fmt: skip
        self._tell("refund.created", self.refunds[number])
        self._tell("charge.refunded", self.charges[intent["latest_charge"]])
        return self.refunds[number]

    def _list_refunds(self, params: Params) -> Object:
        found = [each for each in self.refunds.values() if each["payment_intent"] == params.get("payment_intent")]
        return {"object": "list", "data": found, "has_more": False, "url": "/v1/refunds"}

    def _gone_back(self, intent_id: str) -> int:
        back = [each for each in self.refunds.values() if each["payment_intent"] == intent_id]
        return sum(each["amount"] for each in back if each["status"] in ("succeeded", "pending"))

    def _method(self, number: str) -> Object:
        if number in self.methods:
            return self.methods[number]
        if number not in METHODS:
            raise invalid(f"No such PaymentMethod: '{number}'", "resource_missing", 404, param="payment_method")
        account = METHODS[number][0]
        facts: Object = {"fingerprint": hashlib.sha256(account.encode()).hexdigest()[:16], "last4": account[-4:]}
        kind = "card" if account.isdecimal() else "sepa_debit"
        if kind == "card":
            brand = "mastercard" if account.startswith("5") else "visa"
            facts |= {"brand": brand, "exp_month": 8, "exp_year": datetime.now(UTC).year + 3}
        return {"id": number, "object": "payment_method", "type": kind, kind: facts, "customer": None}

    def _shown(self, intent: Object, params: Params) -> Object:
        if "latest_charge.balance_transaction" not in params.get("expand", {}).values() or not intent["latest_charge"]:
            return intent
        return {**intent, "latest_charge": self.charges[intent["latest_charge"]]}

    def _get(self, things: Mapping[str, Object], number: str) -> Object:
        if number not in things:
            raise invalid(f"No such object: '{number}'", "resource_missing", 404)
        return things[number]

    def _tell(self, kind: str, thing: Object) -> None:
        """An event has the object as it is now, whenever it arrives."""
        data = {"object": json.loads(json.dumps(thing))}
        event = {"id": self._id("evt"), "object": "event", "type": kind, "created": int(time.time()), "data": data}
        self.events.append(event)

    def _id(self, prefix: str) -> str:
        return f"{prefix}_{next(self._numbers):06}"


def signed(event: Object, secret: str = WEBHOOK_SECRET, at: float | None = None) -> tuple[bytes, str]:
    """An event as it is delivered: its body and the Stripe-Signature header."""
    body = json.dumps(event).encode()
    moment = int(time.time() if at is None else at)
    mac = hmac.new(secret.encode(), f"{moment}.".encode() + body, hashlib.sha256).hexdigest()
    return body, f"t={moment},v1={mac}"


def nested(text: str) -> Params:
    """Form-encoded ``a[b][c]=d`` as nested dictionaries."""
    found: Params = {}
    for name, value in parse_qsl(text):
        first, *rest = name.replace("]", "").split("[")
        here = found
        for step in (first, *rest)[:-1]:
            here = here.setdefault(step, {})
        here[(first, *rest)[-1]] = value
    return found


def _redirect(intent: Object, params: Params) -> Object:
    """What the customer is to do whose bank asks."""
    if not params.get("return_url"):
        raise invalid("A return_url must be given for this method.", "parameter_missing")
    url = f"https://hooks.stripe.test/{intent['id']}"
    return {"type": "redirect_to_url", "redirect_to_url": {"url": url, "return_url": params["return_url"]}}


def _only(params: Params, known: set[str]) -> None:
    unknown = params.keys() - known - {"expand"}
    if unknown:
        raise invalid(f"Received unknown parameter: {unknown.pop()}", "parameter_unknown")


def _cut(request: web.Request) -> web.StreamResponse:
    """The line is cut: nobody is answered."""
    if request.transport is not None:
        request.transport.abort()
    return web.Response()
