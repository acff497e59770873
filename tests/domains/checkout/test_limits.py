"""What a checkout is refused although the goods are there: too much for one, too often, no more sold."""

import asyncio

import pytest

from fastshop.contract.base import RateLimited
from fastshop.contract.catalog import PurchaseLimitReached
from fastshop.contract.checkout import Checkout, CheckoutPaying, CheckoutStatus, GoodsGone
from fastshop.contract.payments import PaymentState
from fastshop.contract.pricing import Percent
from server.kernel.caller import GUEST, Caller
from tests.domains.checkout.desk import ANN, ASKS_THE_BANK, BOB, CUP, DECLINED, POT, Desk

HERE = Caller(None, address="192.0.2.1")


async def limited(desk: Desk, units: int = 3) -> None:
    await desk.run("UPDATE products SET max_per_customer = $1 WHERE slug = 'Cup'", units)


async def test_nobody_buys_more_of_a_product_than_one_may(desk: Desk) -> None:
    await limited(desk)
    with pytest.raises(PurchaseLimitReached) as refused:
        await desk.begun(GUEST, (CUP, 4))
    assert (refused.value.limit, refused.value.left) == (3, 3)
    for who in (ANN, GUEST):
        assert isinstance(await desk.bought(who, (CUP, 2), (POT, 1)), Checkout)
        refusal = await desk.bought(who, (CUP, 2))
        assert isinstance(refusal, PurchaseLimitReached)
        assert refusal.left == 1
    assert isinstance(await desk.bought(BOB, (CUP, 3)), Checkout)


async def test_what_was_cancelled_was_not_bought(desk: Desk) -> None:
    await limited(desk)
    done = await desk.bought(ANN, (CUP, 3))
    assert isinstance(done, Checkout)
    await desk.run("UPDATE order_items SET cancelled = 2 WHERE order_id = $1", done.order_id)
    assert isinstance(await desk.bought(ANN, (CUP, 2)), Checkout)
    await desk.run("UPDATE order_items SET cancelled = 0 WHERE order_id = $1", done.order_id)


async def test_a_guest_s_checkouts_at_once_cannot_pass_the_limit_together(desk: Desk) -> None:
    await limited(desk)
    many = [await desk.ready(GUEST, (CUP, 2)) for _ in range(3)]
    paid = await asyncio.gather(*(desk.pay(each) for each in many), return_exceptions=True)
    assert sum(isinstance(each, PurchaseLimitReached) for each in paid) == 2


async def test_what_is_with_the_bank_counts_until_it_fails(desk: Desk) -> None:
    await limited(desk)
    first, second = [await desk.ready(GUEST, (CUP, 2)) for _ in range(2)]
    waiting = await desk.pay(first, card=ASKS_THE_BANK)
    assert waiting.payment.status is PaymentState.NEEDS_ACTION
    with pytest.raises(PurchaseLimitReached):
        await desk.pay(second)
    desk.clock.turn(minutes=14)
    assert (await desk.now(second)).status is CheckoutStatus.OPEN
    desk.clock.turn(minutes=4)
    await desk.lapsing.round()
    assert isinstance(await desk.bought(GUEST, (CUP, 2)), Checkout)


async def test_what_a_suspended_seller_sells_is_gone_and_nothing_is_charged(desk: Desk) -> None:
    checkout = await desk.ready(GUEST, (CUP, 1), (POT, 1))
    payments = await desk.count("SELECT count(*) FROM payments")
    await desk.run("UPDATE sellers SET suspended_at = now() WHERE slug = 'theirs'")
    with pytest.raises(GoodsGone) as gone:
        await desk.pay(checkout)
    assert gone.value.variant_id == POT
    with pytest.raises(GoodsGone):
        await desk.addressed(checkout)
    assert await desk.count("SELECT count(*) FROM payments") == payments
    await desk.run("UPDATE sellers SET suspended_at = NULL")
    assert (await desk.pay(checkout)).checkout.status is CheckoutStatus.COMPLETED


async def test_what_costs_nothing_is_ordered_without_asking_the_gateway(desk: Desk) -> None:
    await desk.coupon("GIFT", Percent(10_000))
    await desk.run("INSERT INTO shipping_rates VALUES (NULL, 'standard', 'EUR', 'Free', 0, 1, 2)")
    checkout = await desk.begun(ANN, (CUP, 2))
    await desk.codes.add(checkout.cart_id, "GIFT")
    ready = await desk.addressed(await desk.begin(ANN), ANN)
    assert ready.total.amount == 0
    outcome = await desk.pay(ready, ANN, card=DECLINED)
    assert (outcome.checkout.status, outcome.payment.status) == (CheckoutStatus.COMPLETED, PaymentState.SUCCEEDED)
    assert (await desk.order(outcome.checkout)).total.amount == 0
    assert await desk.gateway.find(outcome.payment.id) is None


async def test_an_address_holds_units_so_often_and_what_it_bought_does_not_count(desk: Desk) -> None:
    key, before = "checkouts begun by 192.0.2.1", list(desk.tries.spent)
    checkout = await desk.begun(HERE)
    assert desk.tries.spent == [*before, key]
    await desk.begin(HERE, checkout.cart_id, checkout_id=checkout.id)
    assert desk.tries.spent == [*before, key], "the same again is none"
    await desk.pay(await desk.addressed(checkout, HERE), HERE)
    assert desk.tries.spent == before


async def test_what_could_not_be_begun_is_no_try_and_too_many_are_refused(desk: Desk) -> None:
    before = list(desk.tries.spent)
    await desk.add(ANN, CUP, 3)
    desk.tries.spent.extend([f"checkouts begun by {ANN.user_id}"] * 30)
    with pytest.raises(RateLimited) as refused:
        await desk.begin(ANN)
    assert refused.value.retry_after == 15 * 60
    assert await desk.left(CUP) == 10
    desk.tries.spent[:] = before
    other = await desk.ready(BOB)
    await desk.pay(other, BOB, card=ASKS_THE_BANK)
    spent = list(desk.tries.spent)
    with pytest.raises(CheckoutPaying):
        await desk.begin(BOB)
    assert desk.tries.spent == spent
