"""Paying: one order and one charge for a claim, whoever dies in between, and no charge without its unit."""

import asyncio
from typing import Any
from uuid import UUID

import pytest

from fastshop.contract.base import IdReused, Money, RateLimited, Refusal
from fastshop.contract.flash_sales import (
    Claim,
    ClaimNotFound,
    ClaimOver,
    ClaimState,
    GiveBack,
    Pay,
    PayAnswer,
    PaymentStarted,
    PaymentUnderWay,
    SaleNotFound,
)
from fastshop.contract.payments import BANK_TRANSFER, PaymentDeclined, PaymentState
from fastshop.contract.transfers import TransferNotOffered
from fastshop.ids import new_id
from server.domains.flash_sales.jobs import NoOutcomeYet, jobs
from tests.domains.flash_sales.market import (
    ANN,
    ASKS_THE_BANK,
    BOB,
    DECLINED,
    EUR_9,
    GOOD,
    KETTLE,
    SELLER,
    SLOW,
    Market,
    Runtime,
    customer,
)


async def outcome(asked: Any) -> Any:
    try:
        return await asked
    except Refusal as refusal:
        return type(refusal)


async def held(market: Market, **terms: Any) -> Claim:
    """A unit held by Ann, in a sale of one."""
    sale = await market.sale(quantity=1, **terms)
    return await market.shop.claim(sale, ANN)


async def job(runtime: Runtime, paying: Claim) -> None:
    """What is done in this process a while after a payment was started."""
    (settling,) = jobs(runtime.buying)
    await settling.run(PaymentStarted(time=paying.claimed_at, claim=paying))


async def test_a_paid_claim_is_an_order_with_all_that_was_bought(market: Market) -> None:
    sale = await market.sale(per_customer_limit=3)
    claim = await market.shop.claim(sale, ANN, 3)
    answer = await market.shop.pay(claim)
    assert (answer.claim.state, answer.payment.status) == (ClaimState.PAID, PaymentState.SUCCEEDED)
    assert (answer.payment.amount, answer.payment.user_id) == (EUR_9.times(3), ANN.user_id)
    (order,) = await market.orders.latest(ANN.person, 10)
    assert (order.id, order.payment_id) == (answer.claim.order_id, answer.payment.id)
    assert (order.customer_id, order.total, order.placed_at) == (ANN.user_id, EUR_9.times(3), market.clock.now())
    (line,) = order.lines
    assert (line.variant_id, line.seller_id, line.sku) == (KETTLE, SELLER.seller_id, "SKU-1")
    assert (line.title, line.options) == ("Kettle · red", {"Colour": "red"})
    assert (line.quantity, line.unit_price, line.total) == (3, EUR_9, EUR_9.times(3))


async def test_p3_paying_again_with_the_same_id_has_the_same_answer(market: Market) -> None:
    claim, payment_id = await held(market), new_id()
    first = await market.shop.pay(claim, payment_id=payment_id)
    market.clock.turn(hours=3)
    assert await market.shop.pay(claim, payment_id=payment_id) == first
    with pytest.raises(IdReused):
        await market.shop.pay(claim, payment_id=payment_id, card=DECLINED)
    with pytest.raises(ClaimOver) as refused:
        await market.shop.pay(claim)
    assert refused.value.state is ClaimState.PAID


async def test_a_hold_is_too_short_for_a_bank_transfer(market: Market) -> None:
    claim = await held(market)
    with pytest.raises(TransferNotOffered):
        await market.shop.pay(claim, card=BANK_TRANSFER)
    assert (await market.shop.pay(claim)).claim.state is ClaimState.PAID


async def test_after_a_declined_card_the_hold_stays_and_another_card_pays(market: Market) -> None:
    claim, declined = await held(market), new_id()
    for _ in range(2):
        with pytest.raises(PaymentDeclined) as refused:
            await market.shop.pay(claim, card=DECLINED, payment_id=declined)
        assert refused.value.reason == "card_declined"
    stored = await market.one(claim)
    assert (stored.state, stored.expires_at) == (ClaimState.HELD, claim.expires_at)
    assert (await market.shop.pay(claim)).claim.state is ClaimState.PAID
    with pytest.raises(ClaimOver):
        await market.shop.pay(claim, card=GOOD, payment_id=declined)


async def test_a_slow_payment_keeps_the_unit_and_is_settled_later(market: Market) -> None:
    claim, payment_id = await held(market), new_id()
    answer = await market.shop.pay(claim, card=SLOW, payment_id=payment_id)
    assert (answer.claim.state, answer.payment.status) == (ClaimState.PAYING, PaymentState.PENDING)
    with pytest.raises(NoOutcomeYet) as refused:
        await job(market.shop, answer.claim)
    assert refused.value.temporary
    with pytest.raises(PaymentUnderWay) as under_way:
        await market.shop.pay(claim)
    assert under_way.value.payment_id == payment_id
    with pytest.raises(PaymentUnderWay):
        await market.shop.buying.give_back(GiveBack(sale_id=claim.sale_id, claim_id=claim.id), ANN)
    market.clock.turn(seconds=5)
    await job(market.shop, answer.claim)
    await job(market.shop, answer.claim)
    assert (await market.one(claim)).state is ClaimState.PAID
    again = await market.shop.pay(claim, card=SLOW, payment_id=payment_id)
    assert (again.claim.state, again.payment.status) == (ClaimState.PAID, PaymentState.SUCCEEDED)


@pytest.mark.parametrize(
    ("approved", "state"), [(True, ClaimState.PAID), (False, ClaimState.HELD)], ids=["approved", "declined"]
)
async def test_what_the_customer_tells_their_bank_counts_at_once(
    market: Market, approved: bool, state: ClaimState
) -> None:
    claim = await held(market)
    answer = await market.shop.pay(claim, card=ASKS_THE_BANK)
    assert (answer.claim.state, answer.payment.status) == (ClaimState.PAYING, PaymentState.NEEDS_ACTION)
    assert answer.payment.action_url
    await market.gateway.decide(answer.payment.id, approved=approved)
    assert await market.payments.reference_of(answer.payment.id) == f"claim:{claim.id}"
    await market.shop.buying.settle_claim(claim.id)
    assert (await market.one(claim)).state is state
    assert await market.charged(answer.payment.id) is approved


async def test_a_success_at_the_bank_after_the_holds_end_still_counts(market: Market) -> None:
    claim = await held(market)
    answer = await market.shop.pay(claim, card=ASKS_THE_BANK)
    await market.turn(seconds=60 + 119)
    with pytest.raises(NoOutcomeYet):
        await job(market.shop, answer.claim)
    await market.gateway.decide(answer.payment.id, approved=True)
    await job(market.shop, answer.claim)
    assert (await market.one(claim)).state is ClaimState.PAID


async def test_a_customer_who_never_comes_back_from_their_bank_is_given_up_and_can_never_be_charged(
    market: Market,
) -> None:
    claim = await held(market)
    answer = await market.shop.pay(claim, card=ASKS_THE_BANK)
    await market.turn(seconds=60 + 120)
    await job(market.shop, answer.claim)
    assert (await market.one(claim)).state is ClaimState.LAPSED
    await market.gateway.decide(answer.payment.id, approved=True)
    assert not await market.charged(answer.payment.id)
    with pytest.raises(PaymentDeclined):
        await market.shop.pay(claim, card=ASKS_THE_BANK, payment_id=answer.payment.id)
    sale = await market.shop.selling.state(claim.sale_id)
    assert (await market.shop.claim(sale.sale, BOB)).state is ClaimState.HELD


async def test_a_settlement_of_something_else_changes_nothing(market: Market) -> None:
    await held(market)
    before = await market.everything()
    await market.shop.buying.settle_claim(new_id())
    assert await market.everything() == before


# --- the process dies ----------------------------------------------------------------------------------------------


async def test_p1_it_dies_before_the_payment_is_noted_and_the_payment_is_ruled_out(market: Market) -> None:
    claim, payment_id = await held(market), new_id()
    paying = await market.runtime().start_payment(claim, payment_id)
    await job(market.shop, paying)
    assert (await market.one(claim)).state is ClaimState.HELD
    with pytest.raises(PaymentDeclined) as refused:  # it was not dead but slow, and goes on now
        await market.shop.pay(claim, card=GOOD, payment_id=payment_id)
    assert refused.value.reason == "not_started"
    assert await market.gateway.find(payment_id) is None
    assert (await market.shop.pay(claim)).claim.state is ClaimState.PAID


async def test_p1_it_dies_before_the_charge_and_the_payment_is_closed_when_it_cannot_come_any_more(
    market: Market,
) -> None:
    claim, payment_id = await held(market), new_id()
    paying = await market.runtime().start_payment(claim, payment_id)
    await market.payments.start(payment_id, ANN.person, claim.total, GOOD, f"claim:{claim.id}")
    await market.turn(seconds=19)
    with pytest.raises(NoOutcomeYet):
        await job(market.shop, paying)
    assert (await market.one(claim)).state is ClaimState.PAYING
    market.clock.turn(seconds=1)
    await job(market.shop, paying)
    assert (await market.one(claim)).state is ClaimState.HELD
    late = await market.payments.charge(payment_id, GOOD)  # it was not dead but very slow
    assert late.status is PaymentState.FAILED
    assert not await market.charged(payment_id)


async def test_p1_it_dies_before_the_charge_and_the_customer_who_asks_again_pays(market: Market) -> None:
    claim, payment_id = await held(market), new_id()
    await market.runtime().start_payment(claim, payment_id)
    await market.payments.start(payment_id, ANN.person, claim.total, GOOD, f"claim:{claim.id}")
    answer = await market.runtime().pay(claim, payment_id=payment_id)
    assert answer.claim.state is ClaimState.PAID


async def test_p1_it_dies_after_the_charge_and_the_order_is_made_all_the_same(market: Market) -> None:
    claim, payment_id = await held(market), new_id()
    paying = await market.runtime().start_payment(claim, payment_id)
    await market.payments.start(payment_id, ANN.person, claim.total, GOOD, f"claim:{claim.id}")
    await market.payments.charge(payment_id, GOOD)
    await market.turn(days=3)
    assert (await market.one(claim)).state is ClaimState.PAYING
    await job(market.shop, paying)
    assert (await market.one(claim)).state is ClaimState.PAID
    assert len(await market.orders.latest(ANN.person, 10)) == 1


async def test_p4_a_job_in_a_process_that_knew_the_sale_before_the_claim_settles_it_too(market: Market) -> None:
    sale = await market.sale()
    worker = market.runtime()
    await worker.claim(sale, BOB)  # it is awake there, and knows of no other claim
    claim = await market.shop.claim(sale, ANN)
    answer = await market.shop.pay(claim, card=SLOW)
    market.clock.turn(seconds=5)
    await job(worker, answer.claim)
    assert (await market.one(claim)).state is ClaimState.PAID


async def test_p8_two_settlements_and_two_payers_at_once_make_one_order_and_one_charge(market: Market) -> None:
    for _ in range(5):
        claim, payment_id = await held(market), new_id()
        paying = await market.shop.start_payment(claim, payment_id)
        await market.payments.start(payment_id, ANN.person, claim.total, GOOD, f"claim:{claim.id}")
        worker = market.runtime()
        answers = await asyncio.gather(
            outcome(job(worker, paying)),
            outcome(market.shop.pay(claim, payment_id=payment_id)),
            outcome(job(market.shop, paying)),
            outcome(worker.pay(claim, payment_id=payment_id)),
        )
        assert isinstance(answers[1], PayAnswer)
        assert answers[1] == answers[3]
        assert {answers[0], answers[2]} <= {None, NoOutcomeYet}
        await job(worker, paying)


async def test_p8_a_payer_racing_with_who_rules_the_payment_out_is_charged_only_with_a_unit(market: Market) -> None:
    for _ in range(8):
        claim, payment_id = await held(market), new_id()
        paying = await market.shop.start_payment(claim, payment_id)
        answered, _ = await asyncio.gather(
            outcome(market.shop.pay(claim, payment_id=payment_id)), outcome(job(market.runtime(), paying))
        )
        state = (await market.one(claim)).state
        assert await market.charged(payment_id) is (state is ClaimState.PAID)
        assert (answered is PaymentDeclined) is (state is ClaimState.HELD)


async def test_a_payer_who_hangs_up_in_the_middle_is_settled_by_the_job(market: Market) -> None:
    for moments in range(0, 60, 4):
        claim, payment_id = await held(market), new_id()
        paying = asyncio.create_task(market.shop.pay(claim, payment_id=payment_id))
        for _ in range(moments):
            await asyncio.sleep(0.0005)
        paying.cancel()
        await asyncio.gather(paying, return_exceptions=True)
        # Answered after whatever was on its way to the actor.
        nothing = GiveBack(sale_id=claim.sale_id, claim_id=new_id())
        assert await outcome(market.shop.buying.give_back(nothing, ANN)) is ClaimNotFound
        stored = await market.one(claim)
        market.clock.turn(minutes=4)
        if stored.state is ClaimState.PAYING:
            await job(market.shop, stored)
        state = (await market.one(claim)).state
        assert await market.charged(payment_id) is (state is ClaimState.PAID)
        assert state is not ClaimState.PAYING


# --- the wrong payment ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", [ANN, BOB], ids=["the same customer", "another one"])
async def test_a_payment_that_paid_for_one_claim_never_frees_another(market: Market, who: Any) -> None:
    sale = await market.sale(per_customer_limit=2)
    bought = await market.shop.pay(await market.shop.claim(sale, ANN))
    claim = await market.shop.claim(sale, who)
    for _ in range(2):
        with pytest.raises(IdReused):
            await market.shop.pay(claim, who, payment_id=bought.payment.id)
        assert (await market.one(claim)).state is ClaimState.HELD
    assert (await market.shop.pay(claim, who)).claim.state is ClaimState.PAID


async def test_a_reused_payment_whose_payer_dies_is_found_out_by_the_job(market: Market) -> None:
    sale = await market.sale(per_customer_limit=2)
    bought = await market.shop.pay(await market.shop.claim(sale, ANN))
    claim = await market.shop.claim(sale, ANN)
    paying = await market.shop.start_payment(claim, bought.payment.id)
    await job(market.shop, paying)
    assert (await market.one(claim)).state is ClaimState.HELD
    assert (await market.one(bought.claim)).state is ClaimState.PAID


async def test_one_payment_raced_for_two_claims_pays_for_one(market: Market) -> None:
    sale = await market.sale(per_customer_limit=2)
    claims = [await market.shop.claim(sale, ANN) for _ in range(2)]
    payment_id = new_id()
    answers = await asyncio.gather(*(outcome(market.shop.pay(claim, payment_id=payment_id)) for claim in claims))
    assert sorted(str(type(answer) if isinstance(answer, PayAnswer) else answer) for answer in answers) == sorted(
        [str(PayAnswer), str(IdReused)]
    )
    states = {(await market.one(claim)).state for claim in claims}
    assert states == {ClaimState.PAID, ClaimState.HELD}


async def test_a_payment_noted_for_another_amount_is_refused(market: Market) -> None:
    claim, payment_id = await held(market), new_id()
    await market.payments.start(payment_id, ANN.person, Money(1, "EUR"), GOOD, f"claim:{claim.id}")
    with pytest.raises(IdReused):
        await market.shop.pay(claim, payment_id=payment_id)
    await job(market.shop, await market.one(claim))
    assert (await market.one(claim)).state is ClaimState.HELD
    assert await market.gateway.find(payment_id) is None


async def test_nobody_pays_for_what_is_not_theirs_or_not_there_any_more(market: Market) -> None:
    claim = await held(market)
    before = await market.everything()
    with pytest.raises(ClaimNotFound):
        await market.shop.pay(claim, BOB)
    other = await market.sale()
    with pytest.raises(ClaimNotFound):
        await market.shop.buying.pay(_pay(claim, other.id), ANN)
    with pytest.raises(SaleNotFound):
        await market.shop.buying.pay(_pay(claim, new_id()), ANN)
    await market.turn(seconds=60)
    with pytest.raises(ClaimOver) as refused:
        await market.shop.pay(claim)
    assert refused.value.state is ClaimState.LAPSED
    after = await market.everything()
    assert (after["payments"], after["simulated_charges"]) == (before["payments"], before["simulated_charges"])


async def test_many_pay_at_once_in_one_sale(market: Market) -> None:
    sale = await market.sale(quantity=60)
    claims = [await market.shop.claim(sale, customer(n)) for n in range(60)]
    cards = [GOOD, DECLINED, GOOD, ASKS_THE_BANK]
    answers = await asyncio.gather(
        *(outcome(market.shop.pay(claim, customer(n), cards[n % 4])) for n, claim in enumerate(claims))
    )
    states = [answer.claim.state if isinstance(answer, PayAnswer) else answer for answer in answers]
    assert states == [ClaimState.PAID, PaymentDeclined, ClaimState.PAID, ClaimState.PAYING] * 15
    shown = (await market.shop.selling.state(sale.id)).sale
    assert (shown.sold_count, shown.held_count, shown.left) == (30, 30, 0)


def _pay(claim: Claim, sale_id: UUID) -> Pay:
    return Pay(sale_id=sale_id, claim_id=claim.id, payment_id=new_id(), payment_method=GOOD)


async def test_who_has_many_cards_declined_must_wait_and_nobody_else(market: Market) -> None:
    sale = await market.sale(quantity=2)
    claim, bobs = await market.shop.claim(sale, ANN), await market.shop.claim(sale, BOB)
    for _ in range(20):
        with pytest.raises(PaymentDeclined):
            await market.shop.pay(claim, ANN, DECLINED)
    with pytest.raises(RateLimited):
        await market.shop.pay(claim)
    assert (await market.one(claim)).state is ClaimState.HELD
    assert (await market.shop.pay(bobs, BOB)).claim.state is ClaimState.PAID


async def test_only_what_is_declined_counts_as_a_try(market: Market) -> None:
    claim, payment_id = await held(market), new_id()
    for _ in range(25):
        assert await outcome(market.shop.pay(claim, BOB)) is ClaimNotFound
    for _ in range(25):
        assert (await market.shop.pay(claim, ANN, payment_id=payment_id)).claim.state is ClaimState.PAID
