"""Paying for a claim with a saved card: one's own only, and a refusal leaves the hold."""

from uuid import UUID

import pytest

from fastshop.contract.flash_sales import ClaimState, LimitBy, MyClaims, OverLimit, Pay
from fastshop.contract.payment_methods import AddMethod, MethodExpired, MethodNotFound, RemoveMethod
from fastshop.contract.payments import PaymentDeclined, PaymentState
from fastshop.ids import new_id
from server.domains.payments.methods import Methods
from server.domains.payments.throttle import Throttle
from server.kernel.caller import Caller
from tests.domains.flash_sales.market import ANN, ASKS_THE_BANK, BOB, GOOD, Market
from tests.tries import Endless


def methods(market: Market) -> Methods:
    return Methods(market.database, market.gateway.wallets, market.clock, market.keyed, Throttle(Endless()))


async def save(market: Market, who: Caller = ANN, card: str = GOOD) -> str:
    command = AddMethod(method_id=new_id(), payment_method=card)
    setup = await methods(market).add(command, who)
    assert setup.method is not None
    return str(setup.method.id)


async def test_a_claim_is_paid_with_a_saved_card_and_sent_again_it_is_paid_once(market: Market) -> None:
    sale, method, payment_id = await market.sale(), await save(market), new_id()
    claim = await market.shop.claim(sale, ANN)
    for _ in range(2):
        answer = await market.shop.pay(claim, ANN, method, payment_id)
        assert (answer.claim.state, answer.payment.payment_method) == (ClaimState.PAID, "Visa •••• 4242")
        await methods(market).remove(RemoveMethod(method_id=UUID(method)), ANN)
    assert len(await market.orders.latest(ANN.person, 10)) == 1


async def test_a_bank_may_ask_when_a_saved_card_pays(market: Market) -> None:
    claim = await market.shop.claim(await market.sale(), ANN)
    answer = await market.shop.pay(claim, ANN, await save(market, card=ASKS_THE_BANK))
    assert (answer.claim.state, answer.payment.status) == (ClaimState.PAYING, PaymentState.NEEDS_ACTION)
    await market.gateway.decide(answer.payment.id, approved=True)
    assert await market.shop.buying.settle(answer.claim)
    assert len(await market.orders.latest(ANN.person, 10)) == 1


async def test_what_is_not_ones_own_or_lost_or_expired_leaves_the_hold(market: Market) -> None:
    sale = await market.sale(hold_seconds=3600)
    claim, bobs, old = await market.shop.claim(sale, ANN), await save(market, BOB), await save(market)
    lost = await save(market, card=ASKS_THE_BANK)
    await market.database.fetch("UPDATE simulated_methods SET state = 'forgotten' WHERE last4 = '3155'")
    await market.database.fetch("UPDATE payment_methods SET exp_year = 2001 WHERE id = $1", UUID(old))
    refusals = {bobs: MethodNotFound, str(new_id()): MethodNotFound, old: MethodExpired, lost: PaymentDeclined}
    for method, refusal in refusals.items():
        with pytest.raises(refusal):
            await market.shop.pay(claim, ANN, method)
        (mine,) = await market.shop.buying.my_claims(MyClaims(sale_id=sale.id), ANN)
        assert mine.state is ClaimState.HELD
    assert (await market.shop.pay(claim)).claim.state is ClaimState.PAID


async def test_a_limit_by_card_counts_a_card_that_is_saved_as_the_same(market: Market) -> None:
    sale = await market.sale(per_customer_limit=1, limit_by=(LimitBy.CARD,))
    anns, bobs = await market.shop.claim(sale, ANN), await market.shop.claim(sale, BOB)
    await market.shop.pay(anns, ANN, await save(market))
    for method in (await save(market, BOB), GOOD):
        with pytest.raises(OverLimit):
            await market.shop.pay(bobs, BOB, method)


async def test_a_card_that_pays_a_claim_is_kept_where_that_is_wanted(market: Market) -> None:
    for who, keep in ((ANN, True), (BOB, False)):
        claim = await market.shop.claim(await market.sale(), who)
        command = Pay(
            sale_id=claim.sale_id, claim_id=claim.id, payment_id=new_id(), payment_method=GOOD, keep_method=keep
        )
        await market.shop.buying.pay(command, who)
    rows = await market.database.fetch("SELECT user_id FROM payment_methods")
    assert [row["user_id"] for row in rows] == [ANN.user_id]
