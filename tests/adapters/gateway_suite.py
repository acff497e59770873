"""What every payment gateway must do. An adapter is proven by subclassing the suite with a `stage` of its own."""

import asyncio
from typing import NamedTuple, Protocol
from uuid import UUID

import pytest

from fastshop.contract.base import IdReused, Money
from fastshop.contract.payments import PaymentState
from fastshop.ids import new_id
from server.domains.payments.ports import METHOD_GONE, Card, Gateway, RefundState, Wallets

TEN = Money(1000, "EUR")


class Cards(NamedTuple):
    """Payment methods of a gateway's test mode, by what they do."""

    good: str
    declined: str
    without_money: str
    needs_action: str
    slow: str
    unknown: str


class Stage(Protocol):
    """A gateway, and the world around it turned by hand."""

    gateway: Gateway
    wallets: Wallets
    cards: Cards
    # Whether the slow card's charge can be ended while it is under way.
    ends_slow: bool

    async def let_slow_settle(self) -> None:
        """Let the time pass that the slow card takes."""
        ...

    async def answer_bank(self, payment_id: UUID, *, approved: bool) -> None:
        """The customer answers their bank."""
        ...


class GatewaySuite:
    """The behaviour that payments rest on."""

    @pytest.fixture
    async def other(self, stage: Stage) -> UUID:
        """Somebody else's payment, which nothing here may touch."""
        return (await stage.gateway.charge(new_id(), Money(777, "EUR"), stage.cards.slow)).id

    async def test_a_good_card_is_charged(self, stage: Stage) -> None:
        payment_id = new_id()
        charge = await stage.gateway.charge(payment_id, TEN, stage.cards.good)
        assert (charge.id, charge.state, charge.failure) == (payment_id, PaymentState.SUCCEEDED, "")
        assert charge.gateway_id
        assert await stage.gateway.find(payment_id) == charge

    async def test_a_payment_asked_for_again_has_its_first_outcome_whatever_the_card(self, stage: Stage) -> None:
        good, bad = new_id(), new_id()
        first = await stage.gateway.charge(good, TEN, stage.cards.good)
        refused = await stage.gateway.charge(bad, TEN, stage.cards.declined)
        assert await stage.gateway.charge(good, TEN, stage.cards.declined) == first
        assert await stage.gateway.charge(bad, TEN, stage.cards.good) == refused

    async def test_a_payment_asked_for_many_times_at_once_has_one_outcome(self, stage: Stage) -> None:
        payment_id = new_id()
        cards = [stage.cards.good, stage.cards.declined] * 8
        charges = await asyncio.gather(*(stage.gateway.charge(payment_id, TEN, card) for card in cards))
        assert set(charges) == {await stage.gateway.find(payment_id)}

    async def test_an_id_is_not_good_for_another_amount(self, stage: Stage) -> None:
        payment_id = new_id()
        charge = await stage.gateway.charge(payment_id, TEN, stage.cards.good)
        for other in (Money(1001, "EUR"), Money(1000, "USD")):
            with pytest.raises(IdReused):
                await stage.gateway.charge(payment_id, other, stage.cards.good)
        assert await stage.gateway.find(payment_id) == charge

    async def test_a_card_that_is_declined_says_why(self, stage: Stage) -> None:
        reasons = {
            stage.cards.declined: "card_declined",
            stage.cards.without_money: "insufficient_funds",
        }
        for card, reason in reasons.items():
            charge = await stage.gateway.charge(new_id(), TEN, card)
            assert (charge.state, charge.failure) == (PaymentState.FAILED, reason)
        unknown = await stage.gateway.charge(new_id(), TEN, stage.cards.unknown)
        assert (unknown.state, bool(unknown.failure)) == (PaymentState.FAILED, True)

    @pytest.mark.parametrize("method", ["", " ", "hello", "4242", "••••", "'; DROP TABLE payments", "4" * 255])
    async def test_a_method_it_does_not_know_fails_the_payment(self, stage: Stage, method: str) -> None:
        charge = await stage.gateway.charge(new_id(), TEN, method)
        assert charge.state is PaymentState.FAILED
        assert charge.failure

    async def test_a_slow_card_has_its_outcome_later(self, stage: Stage, other: UUID) -> None:
        payment_id = new_id()
        charge = await stage.gateway.charge(payment_id, TEN, stage.cards.slow)
        assert charge.state is PaymentState.PENDING
        assert await stage.gateway.find(payment_id) == charge
        await stage.let_slow_settle()
        found = await stage.gateway.find(payment_id)
        assert found is not None
        assert (found.state, found.failure) == (PaymentState.SUCCEEDED, "")
        assert await stage.gateway.charge(payment_id, TEN, stage.cards.slow) == found

    @pytest.mark.parametrize("approved", [True, False])
    async def test_the_customer_confirms_with_their_bank_or_declines(
        self, stage: Stage, other: UUID, approved: bool
    ) -> None:
        payment_id = new_id()
        charge = await stage.gateway.charge(payment_id, TEN, stage.cards.needs_action)
        assert charge.state is PaymentState.NEEDS_ACTION
        assert charge.action_url
        await stage.answer_bank(payment_id, approved=approved)
        found = await stage.gateway.find(payment_id)
        assert found is not None
        assert found.state is (PaymentState.SUCCEEDED if approved else PaymentState.FAILED)
        assert bool(found.failure) is not approved
        assert found.action_url == ""
        await stage.answer_bank(payment_id, approved=not approved)
        assert await stage.gateway.find(payment_id) == found
        untouched = await stage.gateway.find(other)
        assert untouched is not None
        assert untouched.state is PaymentState.PENDING

    async def test_a_payment_it_never_heard_of_is_not_found(self, stage: Stage, other: UUID) -> None:
        assert await stage.gateway.find(new_id()) is None

    async def test_a_payment_closed_before_it_was_heard_of_can_never_succeed(self, stage: Stage) -> None:
        payment_id = new_id()
        closed = await stage.gateway.close(payment_id, TEN)
        assert closed.state is PaymentState.FAILED
        assert closed.failure
        assert await stage.gateway.charge(payment_id, TEN, stage.cards.good) == closed
        assert await stage.gateway.find(payment_id) == closed

    async def test_a_slow_payment_that_is_closed_stays_so(self, stage: Stage, other: UUID) -> None:
        payment_id = new_id()
        await stage.gateway.charge(payment_id, TEN, stage.cards.slow)
        closed = await stage.gateway.close(payment_id, TEN)
        assert closed.state is (PaymentState.FAILED if stage.ends_slow else PaymentState.PENDING)
        assert bool(closed.failure) is stage.ends_slow
        await stage.let_slow_settle()
        found = await stage.gateway.find(payment_id)
        assert found is not None
        assert found == closed if stage.ends_slow else found.state is PaymentState.SUCCEEDED
        untouched = await stage.gateway.find(other)
        assert untouched is not None
        assert untouched.state is PaymentState.SUCCEEDED

    async def test_a_payment_closed_before_the_customer_answers_stays_so(self, stage: Stage) -> None:
        payment_id = new_id()
        await stage.gateway.charge(payment_id, TEN, stage.cards.needs_action)
        closed = await stage.gateway.close(payment_id, TEN)
        assert closed.state is PaymentState.FAILED
        assert closed.failure
        await stage.answer_bank(payment_id, approved=True)
        assert await stage.gateway.find(payment_id) == closed

    async def test_closing_what_has_an_outcome_answers_it(self, stage: Stage) -> None:
        for card in (stage.cards.good, stage.cards.declined):
            charge = await stage.gateway.charge(new_id(), TEN, card)
            assert await stage.gateway.close(charge.id, TEN) == charge
        slow = await stage.gateway.charge(new_id(), TEN, stage.cards.slow)
        await stage.let_slow_settle()
        assert (await stage.gateway.close(slow.id, TEN)).state is PaymentState.SUCCEEDED

    async def test_closing_while_it_is_charged_and_approved_leaves_one_outcome(self, stage: Stage) -> None:
        for _ in range(10):
            payment_id = new_id()
            await asyncio.gather(
                stage.gateway.charge(payment_id, TEN, stage.cards.needs_action),
                stage.answer_bank(payment_id, approved=True),
                stage.gateway.close(payment_id, TEN),
                stage.answer_bank(payment_id, approved=True),
                stage.gateway.close(payment_id, TEN),
            )
            ended = await stage.gateway.find(payment_id)
            assert ended is not None
            assert ended.state in (PaymentState.SUCCEEDED, PaymentState.FAILED)
            await stage.answer_bank(payment_id, approved=True)
            assert await stage.gateway.close(payment_id, TEN) == ended

    async def test_a_refund_gives_back_once_however_often_it_is_asked_for(self, stage: Stage) -> None:
        charge, refund_id = await stage.gateway.charge(new_id(), TEN, stage.cards.good), new_id()
        refunds = await asyncio.gather(*(stage.gateway.refund(refund_id, charge.id, TEN) for _ in range(8)))
        (refund,) = set(refunds)
        assert (refund.id, refund.state, refund.failure) == (refund_id, RefundState.SUCCEEDED, "")
        again = await stage.gateway.refund(new_id(), charge.id, TEN)
        assert (again.state, bool(again.failure)) == (RefundState.FAILED, True), "all of it went back already"

    async def test_never_more_goes_back_than_came(self, stage: Stage) -> None:
        charge = await stage.gateway.charge(new_id(), TEN, stage.cards.good)
        half = Money(500, "EUR")
        assert (await stage.gateway.refund(new_id(), charge.id, Money(1001, "EUR"))).state is RefundState.FAILED
        assert (await stage.gateway.refund(new_id(), charge.id, Money(500, "USD"))).state is RefundState.FAILED
        refunds = await asyncio.gather(*(stage.gateway.refund(new_id(), charge.id, half) for _ in range(5)))
        assert [refund.state for refund in refunds].count(RefundState.SUCCEEDED) == 2

    async def test_what_did_not_come_does_not_go_back(self, stage: Stage, other: UUID) -> None:
        for card in (stage.cards.declined, stage.cards.needs_action, stage.cards.slow):
            charge = await stage.gateway.charge(new_id(), TEN, card)
            refund = await stage.gateway.refund(new_id(), charge.id, TEN)
            assert (refund.state, bool(refund.failure)) == (RefundState.FAILED, True)
        assert (await stage.gateway.refund(new_id(), new_id(), TEN)).state is RefundState.FAILED

    async def test_a_refund_that_failed_stays_so_and_another_one_may_succeed(self, stage: Stage) -> None:
        payment_id, refund_id = new_id(), new_id()
        await stage.gateway.charge(payment_id, TEN, stage.cards.slow)
        failed = await stage.gateway.refund(refund_id, payment_id, TEN)
        await stage.let_slow_settle()
        assert await stage.gateway.refund(refund_id, payment_id, TEN) == failed
        assert (await stage.gateway.refund(new_id(), payment_id, TEN)).state is RefundState.SUCCEEDED

    async def test_the_id_of_a_refund_is_not_good_for_another_one(self, stage: Stage) -> None:
        one, two = [await stage.gateway.charge(new_id(), TEN, stage.cards.good) for _ in range(2)]
        refund_id = new_id()
        await stage.gateway.refund(refund_id, one.id, TEN)
        for payment_id, amount in ((two.id, TEN), (one.id, Money(1, "EUR"))):
            with pytest.raises(IdReused):
                await stage.gateway.refund(refund_id, payment_id, amount)
        assert (await stage.gateway.refund(new_id(), two.id, TEN)).state is RefundState.SUCCEEDED

    async def test_a_card_has_one_fingerprint_that_is_not_its_number(self, stage: Stage) -> None:
        cards = stage.cards
        prints = [await stage.gateway.fingerprint(card) for card in (cards.good, cards.good.replace(" ", ""))]
        assert prints[0] == prints[1]
        assert prints[0] != await stage.gateway.fingerprint(cards.slow)
        assert cards.good.replace(" ", "") not in prints[0]
        assert await stage.gateway.fingerprint("hello") == ""

    async def test_a_card_is_saved_once_by_our_id_and_pays_for_its_owner_as_often_as_they_like(
        self, stage: Stage, wallet: UUID
    ) -> None:
        card = await saved(stage, wallet, method_id := new_id())
        assert (await stage.wallets.set_up(method_id, wallet, stage.cards.good)).card == card
        assert (card.brand, card.last4) == ("visa", "4242")
        assert (card.exp_month in range(1, 13), card.exp_year > 2025) == (True, True)
        assert card.fingerprint == await stage.gateway.fingerprint(stage.cards.good)
        assert card.fingerprint == await stage.gateway.fingerprint(card.reference)
        assert await stage.wallets.card(card.reference) == card
        for _ in range(2):
            charge = await stage.gateway.charge(new_id(), TEN, card.reference, wallet)
            assert charge.state is PaymentState.SUCCEEDED

    async def test_a_saved_card_pays_for_nobody_else(self, stage: Stage, wallet: UUID) -> None:
        card = await saved(stage, wallet)
        await saved(stage, stranger := new_id(), new_id())
        for who in (stranger, None):
            charge = await stage.gateway.charge(new_id(), TEN, card.reference, who)
            assert (charge.state, bool(charge.failure)) == (PaymentState.FAILED, True)

    async def test_a_card_that_is_forgotten_is_gone_and_can_be_forgotten_again(
        self, stage: Stage, wallet: UUID
    ) -> None:
        card, other = await saved(stage, wallet), await saved(stage, wallet)
        paid = await stage.gateway.charge(new_id(), TEN, card.reference, wallet)
        for _ in range(2):
            await stage.wallets.forget(card.reference)
        assert await stage.wallets.card(card.reference) is None
        assert await stage.wallets.card(other.reference) == other
        assert await stage.gateway.charge(paid.id, TEN, card.reference, wallet) == paid
        charge = await stage.gateway.charge(new_id(), TEN, card.reference, wallet)
        assert (charge.state, charge.failure) == (PaymentState.FAILED, METHOD_GONE)

    async def test_a_card_whose_bank_says_no_or_that_nobody_knows_is_not_saved(
        self, stage: Stage, wallet: UUID
    ) -> None:
        for method in (stage.cards.declined, stage.cards.unknown, "hello"):
            method_id = new_id()
            for _ in range(2):
                setup = await stage.wallets.set_up(method_id, wallet, method)
                assert (setup.card, bool(setup.failure)) == (None, True)

    async def test_a_payment_keeps_its_card_where_that_is_wanted(self, stage: Stage, wallet: UUID) -> None:
        plain, kept = new_id(), new_id()
        await stage.gateway.charge(plain, TEN, stage.cards.good)
        await stage.gateway.charge(kept, TEN, stage.cards.good, wallet, keep=True)
        assert await stage.wallets.kept(plain) is None
        card = await stage.wallets.kept(kept)
        assert card is not None
        assert (await stage.gateway.charge(new_id(), TEN, card.reference, wallet)).state is PaymentState.SUCCEEDED
        failed = new_id()
        await stage.gateway.charge(failed, TEN, stage.cards.declined, wallet, keep=True)
        assert await stage.wallets.kept(failed) is None

    async def test_a_saved_cards_bank_may_ask_when_it_pays(self, stage: Stage, wallet: UUID) -> None:
        payment_id = new_id()
        await stage.gateway.charge(payment_id, TEN, stage.cards.needs_action, wallet, keep=True)
        await stage.answer_bank(payment_id, approved=True)
        card = await stage.wallets.kept(payment_id)
        assert card is not None
        charge = await stage.gateway.charge(new_id(), TEN, card.reference, wallet)
        assert charge.state is PaymentState.NEEDS_ACTION
        await stage.answer_bank(charge.id, approved=True)
        found = await stage.gateway.find(charge.id)
        assert found is not None
        assert found.state is PaymentState.SUCCEEDED

    @pytest.fixture
    def wallet(self) -> UUID:
        return new_id()


async def saved(stage: Stage, wallet: UUID, method_id: UUID | None = None) -> Card:
    setup = await stage.wallets.set_up(method_id or new_id(), wallet, stage.cards.good)
    assert setup.card is not None, setup
    return setup.card
