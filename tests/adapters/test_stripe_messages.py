"""Stripe's messages are believed only with their signature, and only as a reason to ask how things stand."""

import json
import time
from collections.abc import AsyncIterator

import pytest

from fastshop.contract.base import Money
from fastshop.contract.payments import DisputeState, SignatureWrong
from fastshop.ids import new_id
from server.adapters.payments.stripe_api import StripeApi
from server.adapters.payments.stripe_messages import StripeMessages
from server.domains.payments.ports import (
    MethodMoved,
    Moved,
    PaymentMoved,
    Questioned,
    RefundsMoved,
    RefundState,
    Returned,
    SetupMoved,
)
from server.kernel.database import Database
from tests.adapters.gateway_suite import TEN
from tests.adapters.test_stripe_gateway import CARDS, StripeStage
from tests.stripe.fake import KEY, WEBHOOK_SECRET, FakeStripe, Object, signed


class Office(StripeStage):
    """The gateway, and who reads its messages."""

    def __init__(self, database: Database, fake: FakeStripe, api: StripeApi) -> None:
        super().__init__(database, fake, api)
        self.messages = StripeMessages(WEBHOOK_SECRET, api, self.gateway)

    def last(self, kind: str) -> Object:
        return [event for event in self.fake.events if event["type"] == kind][-1]

    async def read(self, event: Object) -> Moved | None:
        return await self.messages.read(*signed(event))


@pytest.fixture
async def office(database: Database) -> AsyncIterator[Office]:
    fake = FakeStripe()
    await fake.start()
    api = StripeApi(KEY, fake.url)
    yield Office(database, fake, api)
    await api.close()
    await fake.stop()


async def test_a_message_says_which_payment_or_refund_it_is_about(office: Office) -> None:
    charge = await office.gateway.charge(new_id(), TEN, CARDS.good)
    refund_id = new_id()
    await office.gateway.refund(refund_id, charge.id, TEN)
    for kind in ("payment_intent.created", "payment_intent.succeeded", "charge.succeeded"):
        assert await office.read(office.last(kind)) == PaymentMoved(charge.id)
    for kind in ("refund.created", "charge.refunded"):
        told = RefundsMoved(charge.id, (Returned(refund_id, TEN, RefundState.SUCCEEDED),))
        assert await office.read(office.last(kind)) == told


async def test_a_message_about_a_refund_is_answered_by_how_all_of_the_payment_stand_now(office: Office) -> None:
    charge = await office.gateway.charge(new_id(), TEN, CARDS.good)
    await office.gateway.charge(new_id(), TEN, CARDS.good)
    ours, part = new_id(), Money(300, "EUR")
    await office.gateway.refund(ours, charge.id, part)
    created = office.last("refund.created")
    office.fake.refund_in_dashboard(charge.gateway_id, 200)
    office.fake.send_back(created["data"]["object"]["id"])
    told = [await office.read(event) for event in (created, office.last("refund.failed"), created)]
    assert told[1:] == told[:1] * 2, "asked again they are the same, by the same ids"
    assert isinstance(told[0], RefundsMoved)
    failed, made = told[0].refunds
    assert failed == Returned(ours, part, RefundState.FAILED, "expired_or_canceled_card")
    assert (made.amount.amount, made.state) == (200, RefundState.SUCCEEDED)
    again = await office.gateway.refund(made.id, charge.id, made.amount)
    assert (again.id, again.state) == (made.id, RefundState.SUCCEEDED)
    assert (await office.gateway.refund(ours, charge.id, part)).state is RefundState.FAILED
    assert office.fake.taken(charge.id) == 800, "nothing was given back by asking"


async def test_a_message_about_a_dispute_is_answered_by_how_it_stands_now_not_by_what_it_said(office: Office) -> None:
    charge = await office.gateway.charge(new_id(), TEN, "pm_card_createDispute")
    opened = office.last("charge.dispute.created")
    said = await office.read(opened)
    assert isinstance(said, Questioned)
    assert (said.payment_id, said.amount, said.state, said.withdrawn) == (charge.id, TEN, DisputeState.OPEN, True)
    office.fake.decide(said.id, won=True)
    late = await office.read(opened)
    assert isinstance(late, Questioned)
    assert late.state is DisputeState.WON
    office.fake.disputes[said.id]["status"] = "warning_needs_response"
    inquiry = await office.read(opened)
    assert isinstance(inquiry, Questioned)
    assert (inquiry.state, inquiry.withdrawn) == (DisputeState.OPEN, False)


async def test_what_is_not_ours_is_passed_over(office: Office) -> None:
    charge = await office.gateway.charge(new_id(), Money(900, "EUR"), CARDS.good)
    mine = office.last("payment_intent.succeeded")
    strange = json.loads(json.dumps(mine))
    strange["data"]["object"].update(id="pi_other", metadata={"payment_id": str(charge.id)})
    assert await office.read(strange) is None, "what the message claims in its own words does not count"
    assert await office.read({**mine, "type": "customer.created"}) is None
    assert await office.read({**mine, "type": "refund.created"}) is None


@pytest.mark.parametrize("age", [301, 3600])
async def test_a_recorded_message_is_not_believed_later(office: Office, age: int) -> None:
    await office.gateway.charge(new_id(), TEN, CARDS.good)
    event = office.last("payment_intent.succeeded")
    with pytest.raises(SignatureWrong):
        await office.messages.read(*signed(event, at=time.time() - age))
    assert await office.messages.read(*signed(event, at=time.time() - 200)) is not None


async def test_whatever_is_not_signed_by_them_is_refused(office: Office) -> None:
    await office.gateway.charge(new_id(), TEN, CARDS.good)
    body, signature = signed(office.last("payment_intent.succeeded"))
    wrong = [
        (body, ""),
        (body, "t=,v1="),
        (body, signature.replace("v1=", "v0=")),
        (body, signed({}, secret="whsec_other")[1]),
        (body + b" ", signature),
        (body.replace(b"1000", b"9000"), signature),
        (b"\xff\xfe", signature),
        signed({"type": "payment_intent.succeeded"}),
        signed([]),  # type: ignore[arg-type]
    ]
    for sent, header in wrong:
        with pytest.raises(SignatureWrong):
            await office.messages.read(sent, header)


async def test_what_happens_to_a_saved_card_is_about_that_card(office: Office) -> None:
    method_id, wallet = new_id(), new_id()
    card = (await office.wallets.set_up(method_id, wallet, CARDS.good)).card
    assert card is not None
    assert await office.read(office.last("setup_intent.succeeded")) == SetupMoved(method_id)
    stranger = office.last("setup_intent.succeeded")
    stranger["data"]["object"]["id"] = "seti_of_another"
    assert await office.read(stranger) is None
    office.fake.renew(card.reference, 2040)
    assert await office.read(office.last("payment_method.automatically_updated")) == MethodMoved(card.reference)
    renewed = await office.wallets.card(card.reference)
    assert renewed is not None
    assert renewed.exp_year == 2040
    await office.wallets.forget(card.reference)
    assert await office.read(office.last("payment_method.detached")) == MethodMoved(card.reference)
