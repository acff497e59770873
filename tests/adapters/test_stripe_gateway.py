"""Stripe's gateway does what every gateway does, against a fake that holds us to Stripe's documented rules."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from uuid import UUID

import pytest
import stripe

from fastshop.contract.base import Money
from fastshop.contract.payments import PaymentState
from fastshop.ids import new_id
from server.adapters.payments.stripe_api import StripeApi
from server.adapters.payments.stripe_gateway import StripeGateway
from server.domains.payments.ports import BANK_TRANSFER, RefundState
from server.kernel.database import Database
from server.settings import SettingsError, Stripe, read_settings
from tests.adapters.gateway_suite import TEN, Cards, GatewaySuite
from tests.stripe.fake import KEY, FakeStripe, Refused

CARDS = Cards(
    good="pm_card_visa",
    declined="pm_card_visa_chargeDeclined",
    without_money="pm_card_visa_chargeDeclinedInsufficientFunds",
    needs_action="pm_card_authenticationRequired",
    slow="pm_sepa_slow",
    unknown="pm_nobodys",
)


class StripeStage:
    """The gateway, and Stripe."""

    ends_slow = False

    def __init__(self, database: Database, fake: FakeStripe, api: StripeApi) -> None:
        self.gateway = StripeGateway(database, api, "https://shop.test/")
        self.wallets = self.gateway.wallets
        self.fake = fake
        self.cards = CARDS

    async def let_slow_settle(self) -> None:
        self.fake.settle()

    async def answer_bank(self, payment_id: UUID, *, approved: bool) -> None:
        for intent in list(self.fake.intents.values()):
            if intent["metadata"]["payment_id"] == str(payment_id):
                self.fake.answer_bank(intent["id"], approved=approved)


@pytest.fixture
async def stage(database: Database) -> AsyncIterator[StripeStage]:
    fake = FakeStripe()
    await fake.start()
    api = StripeApi(KEY, fake.url)
    yield StripeStage(database, fake, api)
    await api.close()
    await fake.stop()


class TestStripeGateway(GatewaySuite):
    """The suite."""


async def test_what_they_keep_of_a_charge_is_told(stage: StripeStage) -> None:
    assert (await stage.gateway.charge(new_id(), TEN, CARDS.good)).fee == 40


@pytest.mark.parametrize("weather", ["lost", "cut", "500", "busy"])
@pytest.mark.parametrize("nth", range(4))
async def test_n7_whatever_is_lost_on_the_way_asking_again_charges_once(
    stage: StripeStage, weather: str, nth: int
) -> None:
    payment_id = new_id()
    # Each try of the SDK's meets the same weather.
    stage.fake.weather.extend([""] * nth + [weather] * 3)
    try:
        first = await stage.gateway.charge(payment_id, TEN, CARDS.good)
    except stripe.StripeError:
        first = None
    stage.fake.weather.clear()
    again = await stage.gateway.charge(payment_id, TEN, CARDS.good)
    assert again.state is PaymentState.SUCCEEDED
    assert first is None or first == again
    assert stage.fake.taken(payment_id) == TEN.amount


async def test_n7_a_charge_asked_for_again_when_their_keys_have_expired_is_the_same(stage: StripeStage) -> None:
    payment_id = new_id()
    first = await stage.gateway.charge(payment_id, TEN, CARDS.good)
    stage.fake.forget_keys()
    assert await stage.gateway.charge(payment_id, TEN, CARDS.good) == first
    assert stage.fake.taken(payment_id) == TEN.amount


@pytest.mark.parametrize("weather", ["lost", "cut", "500"])
async def test_n7_a_refund_whose_answer_was_lost_is_made_once_even_when_their_keys_have_expired(
    stage: StripeStage, weather: str
) -> None:
    charge, refund_id, part = await stage.gateway.charge(new_id(), TEN, CARDS.good), new_id(), Money(300, "EUR")
    stage.fake.weather.extend([weather] * 3)
    with pytest.raises(stripe.StripeError):
        await stage.gateway.refund(refund_id, charge.id, part)
    stage.fake.weather.clear()
    stage.fake.forget_keys()
    for _ in range(2):
        assert (await stage.gateway.refund(refund_id, charge.id, part)).state is RefundState.SUCCEEDED
    assert stage.fake.taken(charge.id) == 700


async def test_a_refund_that_is_on_its_way_is_asked_for_until_it_has_arrived(stage: StripeStage) -> None:
    charge, refund_id = await stage.gateway.charge(new_id(), TEN, CARDS.good), new_id()
    await stage.gateway.refund(refund_id, charge.id, TEN)
    other = await stage.gateway.charge(new_id(), TEN, CARDS.good)
    stage.fake.weather.append("lost")
    stage.fake.weather.extend(["lost"] * 2)
    with pytest.raises(stripe.APIConnectionError):
        await stage.gateway.refund(other.id, other.id, TEN)
    (on_its_way,) = [each for each in stage.fake.refunds.values() if each["metadata"]["refund_id"] == str(other.id)]
    on_its_way["status"] = "pending"
    assert (await stage.gateway.refund(other.id, other.id, TEN)).state is RefundState.PENDING
    on_its_way.update(status="failed", failure_reason="expired_or_canceled_card")
    failed = await stage.gateway.refund(other.id, other.id, TEN)
    assert (failed.state, failed.failure) == (RefundState.FAILED, "expired_or_canceled_card")


@pytest.mark.parametrize("number", ["4242424242424242", "4242 4242 4242 4242", "tok_visa"])
async def test_a_cards_number_is_neither_kept_nor_handed_on(
    stage: StripeStage, database: Database, number: str
) -> None:
    charge = await stage.gateway.charge(new_id(), TEN, number)
    assert (charge.state, charge.failure) == (PaymentState.FAILED, "invalid_method")
    assert await stage.gateway.fingerprint(number) == ""
    assert stage.fake.asked == []
    assert number not in repr(await database.fetch("SELECT * FROM stripe_intents"))


async def test_a_browser_saves_a_card_by_the_secret_it_was_given_and_another_one_may_be_tried(
    stage: StripeStage,
) -> None:
    method_id, wallet = new_id(), new_id()
    begun = await stage.wallets.set_up(method_id, wallet, None)
    assert ("_secret_" in begun.client_secret, begun.card, begun.failure) == (True, None, "")
    assert await stage.wallets.set_up(method_id, wallet, None) == begun
    (setup,) = stage.fake.setups.values()
    with pytest.raises(Refused):
        stage.fake.complete_setup(setup["id"], CARDS.declined)
    assert await stage.wallets.set_up(method_id, wallet, None) == begun
    stage.fake.complete_setup(setup["id"], "pm_card_mastercard")
    card = (await stage.wallets.set_up(method_id, wallet, None)).card
    assert card is not None
    assert (card.brand, card.last4, card.exp_month) == ("mastercard", "4444", 8)
    assert setup["customer"] == stage.fake.methods[card.reference]["customer"]


@pytest.mark.parametrize("approved", [True, False])
async def test_a_bank_that_asks_when_a_card_is_saved_is_answered_once(stage: StripeStage, approved: bool) -> None:
    method_id, wallet = new_id(), new_id()
    asked = await stage.wallets.set_up(method_id, wallet, CARDS.needs_action)
    assert asked.action_url.startswith("https://hooks.stripe.test/")
    (setup,) = stage.fake.setups.values()
    stage.fake.answer_setup(setup["id"], approved=approved)
    told = await stage.wallets.set_up(method_id, wallet, CARDS.needs_action)
    assert (told.card is not None, bool(told.failure)) == (approved, not approved)
    assert await stage.wallets.set_up(method_id, wallet, CARDS.needs_action) == told


@pytest.mark.parametrize("weather", ["lost", "cut", "500", "busy"])
@pytest.mark.parametrize("nth", range(6))
async def test_n7_whatever_is_lost_on_the_way_asking_again_saves_a_card_once_and_for_its_owner(
    stage: StripeStage, weather: str, nth: int
) -> None:
    method_id, wallet = new_id(), new_id()
    stage.fake.weather.extend([""] * nth + [weather] * 3)
    with suppress(stripe.StripeError):
        await stage.wallets.set_up(method_id, wallet, CARDS.good)
    stage.fake.weather.clear()
    stage.fake.forget_keys()
    card = (await stage.wallets.set_up(method_id, wallet, CARDS.good)).card
    assert card is not None
    saved = [each for each in stage.fake.methods.values() if each["customer"]]
    assert [each["id"] for each in saved] == [card.reference]
    assert (await stage.gateway.charge(new_id(), TEN, card.reference, wallet)).state is PaymentState.SUCCEEDED


async def test_a_persons_methods_and_payments_at_once_are_one_customers(stage: StripeStage) -> None:
    wallet = new_id()
    setups = await asyncio.gather(*(stage.wallets.set_up(new_id(), wallet, CARDS.good) for _ in range(5)))
    payment_id = new_id()
    await stage.gateway.intent(payment_id, TEN, wallet)
    (intent,) = stage.fake.intents.values()
    stage.fake.confirm_in_browser(intent["id"], CARDS.good)
    kept = await stage.wallets.kept(payment_id)
    cards = [setup.card for setup in setups] + [kept]
    owners = {stage.fake.methods[card.reference]["customer"] for card in cards if card}
    assert (len(owners), None in cards) == (1, False)


async def test_what_was_paid_with_and_not_kept_is_good_for_nothing_more(stage: StripeStage) -> None:
    await stage.gateway.charge(new_id(), TEN, CARDS.good)
    (used,) = stage.fake.methods
    assert await stage.wallets.card(used) is None
    charge = await stage.gateway.charge(new_id(), TEN, used, new_id())
    assert (charge.state, charge.failure) == (PaymentState.FAILED, "method_gone")
    await stage.wallets.forget(used)


async def test_money_is_debited_from_an_account_but_no_account_is_saved_as_a_card(stage: StripeStage) -> None:
    payment_id = new_id()
    await stage.gateway.charge(payment_id, TEN, CARDS.slow, new_id(), keep=True)
    await stage.let_slow_settle()
    assert await stage.wallets.kept(payment_id) is None


async def test_money_that_is_transferred_has_instructions_and_then_comes(stage: StripeStage) -> None:
    payment_id = new_id()
    charge = await stage.gateway.charge(payment_id, TEN, BANK_TRANSFER)
    assert charge.state is PaymentState.NEEDS_ACTION
    assert charge.action_url.startswith("https://payments.stripe.test/")
    await stage.answer_bank(payment_id, approved=True)
    found = await stage.gateway.find(payment_id)
    assert found is not None
    assert found.state is PaymentState.SUCCEEDED


async def test_a_browsers_intent_stays_open_for_another_card_until_it_is_closed(stage: StripeStage) -> None:
    payment_id = new_id()
    secret = await stage.gateway.intent(payment_id, TEN)
    assert secret == await stage.gateway.intent(payment_id, TEN)
    assert "_secret_" in secret
    assert (await stage.gateway.charge(payment_id, TEN, CARDS.declined)).state is PaymentState.PENDING
    assert (await stage.gateway.charge(payment_id, TEN, CARDS.good)).state is PaymentState.SUCCEEDED
    other = new_id()
    await stage.gateway.intent(other, TEN)
    assert (await stage.gateway.close(other, TEN)).state is PaymentState.FAILED
    assert (await stage.gateway.charge(other, TEN, CARDS.good)).state is PaymentState.FAILED
    assert (stage.fake.taken(payment_id), stage.fake.taken(other)) == (TEN.amount, 0)


@pytest.mark.parametrize(
    ("amount", "why"), [(Money(0, "EUR"), "amount_too_small"), (Money(10**9, "EUR"), "amount_too_large")]
)
async def test_an_amount_that_they_do_not_take_fails_the_payment(stage: StripeStage, amount: Money, why: str) -> None:
    for _ in range(2):
        charge = await stage.gateway.charge(new_id(), amount, CARDS.good)
        assert (charge.state, charge.failure) == (PaymentState.FAILED, why)
        assert await stage.gateway.find(charge.id) == charge
        assert await stage.gateway.close(charge.id, amount) == charge


async def test_currencies_that_they_count_in_hundredths_are_charged_exactly(stage: StripeStage) -> None:
    charge = await stage.gateway.charge(new_id(), Money(500, "ISK"), CARDS.good)
    assert stage.fake.taken(charge.id) == 50_000
    assert (await stage.gateway.refund(new_id(), charge.id, Money(500, "ISK"))).state is RefundState.SUCCEEDED
    assert stage.fake.taken(charge.id) == 0


def test_stripe_is_chosen_by_its_key_and_not_without_the_secret_of_its_messages() -> None:
    assert read_settings({"STRIPE_WEBHOOK_SECRET": "whsec_1"}).stripe is None
    for name in ("STRIPE_SECRET_KEY", "STRIPE_API_KEY"):
        environ = {name: "sk_1", "STRIPE_WEBHOOK_SECRET": "whsec_1", "STRIPE_PUBLIC_KEY": "pk_1"}
        assert read_settings(environ).stripe == Stripe("sk_1", "whsec_1", "pk_1")
        with pytest.raises(SettingsError):
            read_settings({name: "sk_1"})


@pytest.mark.parametrize("said", ["10001", "-1", "10 %"])
def test_a_commission_is_between_nothing_and_all(said: str) -> None:
    with pytest.raises(SettingsError):
        read_settings({"FASTSHOP_COMMISSION": said})


async def test_a_browsers_intent_is_paid_with_a_saved_card_of_the_payers_and_of_nobody_else(stage: StripeStage) -> None:
    wallet, other, payment_id = new_id(), new_id(), new_id()
    mine, bobs = [await stage.wallets.set_up(new_id(), who, "pm_card_visa") for who in (wallet, other)]
    assert mine.card is not None
    assert bobs.card is not None
    await stage.gateway.intent(payment_id, TEN)
    refused = await stage.gateway.charge(payment_id, TEN, bobs.card.reference, wallet)
    assert refused.state is PaymentState.PENDING
    assert refused.failure
    paid = await stage.gateway.charge(payment_id, TEN, mine.card.reference, wallet)
    assert (paid.state, paid.failure) == (PaymentState.SUCCEEDED, "")
    assert stage.fake.taken(payment_id) == TEN.amount


async def test_a_card_declined_for_a_browsers_intent_says_so_and_leaves_it_open(stage: StripeStage) -> None:
    payment_id = new_id()
    await stage.gateway.intent(payment_id, TEN)
    for method in ("pm_card_visa_chargeDeclinedInsufficientFunds", "pm_nobodys"):
        declined = await stage.gateway.charge(payment_id, TEN, method)
        assert declined.state is PaymentState.PENDING
        assert declined.failure
    assert (await stage.gateway.charge(payment_id, TEN, "pm_card_visa")).state is PaymentState.SUCCEEDED


async def test_a_currency_that_they_count_whole_is_charged_exactly_or_not_at_all(stage: StripeStage) -> None:
    whole, parts = new_id(), new_id()
    assert (await stage.gateway.charge(whole, Money(500_000, "MGA"), "pm_card_visa")).state is PaymentState.SUCCEEDED
    assert stage.fake.taken(whole) == 5_000
    refund = await stage.gateway.refund(new_id(), whole, Money(100_000, "MGA"))
    assert (refund.state, stage.fake.taken(whole)) == (RefundState.SUCCEEDED, 4_000)
    failed = await stage.gateway.charge(parts, Money(500_050, "MGA"), "pm_card_visa")
    assert (failed.state, failed.failure) == (PaymentState.FAILED, "amount_not_whole")
