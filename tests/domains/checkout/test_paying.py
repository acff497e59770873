"""Paying for a checkout: once, at the price that was shown, whatever happens in between."""

import asyncio
from typing import Any
from uuid import UUID, uuid4

import pytest

from fastshop.contract.base import IdReused, Money, RateLimited
from fastshop.contract.carts import MergeCart
from fastshop.contract.checkout import (
    AccountNeeded,
    Checkout,
    CheckoutNotFound,
    CheckoutOutcome,
    CheckoutOver,
    CheckoutPaying,
    CheckoutStatus,
    CompleteCheckout,
    EnterCoupon,
    GoodsGone,
    NotEnoughUnits,
    PriceChanged,
    RemoveCoupon,
    ShowCartTotals,
)
from fastshop.contract.payment_methods import MethodExpired, MethodNotFound
from fastshop.contract.payments import PaymentDeclined, PaymentState
from fastshop.contract.pricing import FreeShipping, Percent
from fastshop.contract.promotions import CouponUnknown, CouponUsedUp
from fastshop.ids import new_id
from server.adapters.payments.simulated import SimulatedGateway
from server.adapters.payments.simulated_cards import SLOW as SLOW_CARD_TAKES
from server.domains.payments.ports import Charge
from server.kernel.caller import GUEST, Caller
from tests.domains.checkout.desk import (
    ANN,
    ASKS_THE_BANK,
    BOB,
    CUP,
    DECLINED,
    GOOD,
    POT,
    SHIPPING,
    SLOW,
    STOCK,
    Desk,
)

OPEN, PAYING, COMPLETED, EXPIRED = (
    CheckoutStatus.OPEN,
    CheckoutStatus.PAYING,
    CheckoutStatus.COMPLETED,
    CheckoutStatus.EXPIRED,
)


def by_card(checkout: Checkout, payment_id: UUID) -> CompleteCheckout:
    return CompleteCheckout(checkout_id=checkout.id, payment_id=payment_id, payment_method=GOOD, total=checkout.total)


async def test_sent_again_at_once_or_later_it_pays_once_and_says_the_same(desk: Desk) -> None:
    checkout, payment_id = await desk.ready(), new_id()
    together = await asyncio.gather(*(desk.pay(checkout, payment_id=payment_id) for _ in range(8)))
    later = await desk.pay(checkout, payment_id=payment_id)
    assert {each.checkout.order_id for each in together if each.checkout.status is COMPLETED} == {
        later.checkout.order_id
    }
    assert later.payment.status is PaymentState.SUCCEEDED
    for payment in (new_id(), new_id()):
        with pytest.raises(CheckoutOver):
            await desk.pay(checkout, payment_id=payment)


async def test_two_payments_at_once_charge_once(desk: Desk) -> None:
    checkout = await desk.ready()
    found = await asyncio.gather(*(desk.pay(checkout) for _ in range(8)), return_exceptions=True)
    assert len([each for each in found if isinstance(each, CheckoutOutcome)]) == 1
    assert all(isinstance(each, CheckoutOutcome | CheckoutOver | CheckoutPaying) for each in found)


async def test_a_declined_card_leaves_it_open_for_another(desk: Desk) -> None:
    checkout, payment_id = await desk.ready(), new_id()
    for _ in range(2):
        with pytest.raises(PaymentDeclined):
            await desk.pay(checkout, card=DECLINED, payment_id=payment_id)
    now = await desk.now(checkout)
    assert (now.status, now.failure, now.payment_id) == (OPEN, "card_declined", None)
    with pytest.raises(IdReused):  # the same id means the same card
        await desk.pay(checkout, card=GOOD, payment_id=payment_id)
    assert (await desk.now(checkout)).status is OPEN
    assert (await desk.pay(checkout)).checkout.status is COMPLETED


async def test_who_tries_out_cards_has_few_tries(desk: Desk) -> None:
    checkout = await desk.ready(ANN)
    before = list(desk.tries.spent)
    desk.tries.spent.extend([f"checkouts paid by {ANN.user_id}"] * 100)
    with pytest.raises(RateLimited):
        await desk.pay(checkout, ANN)
    assert (await desk.now(checkout, ANN)).status is OPEN
    desk.tries.spent[:] = before
    await desk.pay(checkout, ANN)
    assert desk.tries.spent == [], "who pays has lost none"


async def test_a_price_that_changed_is_refused_with_the_new_one(desk: Desk) -> None:
    checkout = await desk.ready(GUEST, (CUP, 2))
    await desk.run("UPDATE product_variants SET price = 6 WHERE id = $1", CUP)
    with pytest.raises(PriceChanged) as changed:
        await desk.pay(checkout)
    assert changed.value.total == Money(1200 + SHIPPING, "EUR")
    now = await desk.now(checkout)
    assert (now.status, now.total) == (OPEN, changed.value.total)
    with pytest.raises(PriceChanged):
        await desk.pay(checkout)  # what was seen before still is not the price
    outcome = await desk.pay(now)
    assert outcome.payment.amount == (await desk.order(outcome.checkout)).total == changed.value.total


async def test_what_is_not_sold_any_more_cannot_be_paid(desk: Desk) -> None:
    checkout = await desk.ready(GUEST, (CUP, 2))
    await desk.run("UPDATE products SET status = 'archived' WHERE slug = 'Cup'")
    with pytest.raises(GoodsGone):
        await desk.pay(checkout)
    await desk.run("UPDATE products SET status = 'active' WHERE slug = 'Cup'")
    await desk.pay(checkout)


async def test_the_bank_is_asked_and_what_the_customer_says_there_counts(desk: Desk) -> None:
    for approved, status in ((True, COMPLETED), (False, OPEN)):
        checkout = await desk.ready()
        outcome = await desk.pay(checkout, card=ASKS_THE_BANK)
        assert (outcome.checkout.status, outcome.payment.status) == (PAYING, PaymentState.NEEDS_ACTION)
        assert outcome.payment.action_url
        with pytest.raises(CheckoutPaying):
            await desk.addressed(checkout)
        await desk.gateway.decide(outcome.payment.id, approved=approved)
        await asyncio.gather(desk.payable.settle(checkout.id), desk.payable.settle(checkout.id))
        assert (await desk.now(checkout)).status is status


async def test_a_browser_pays_what_the_checkout_says(desk: Desk) -> None:
    checkout, payment_id = await desk.ready(), new_id()
    for _ in range(2):
        assert await desk.payable.start(checkout.id, payment_id, GUEST) == checkout.total
    await desk.payments.start(payment_id, None, checkout.total, "browser", f"checkout:{checkout.id}")
    await desk.gateway.charge(payment_id, checkout.total, GOOD)
    await desk.payable.settle(checkout.id)
    assert (await desk.now(checkout)).status is COMPLETED


async def test_a_payment_that_was_never_started_is_ruled_out(desk: Desk) -> None:
    checkout = await desk.ready()
    await desk.payable.start(checkout.id, new_id(), GUEST)
    desk.clock.turn(minutes=1)
    await desk.lapsing.round()
    assert (await desk.now(checkout)).status is OPEN
    await desk.pay(checkout)


async def test_a_crash_between_payment_and_order_is_finished_by_the_sweep(desk: Desk) -> None:
    checkout, payment_id = await desk.ready(ANN, (CUP, 2)), new_id()
    await desk.paying.start(checkout.id, payment_id, ANN, by_card(checkout, payment_id))
    await desk.payments.charge(payment_id, GOOD)  # here it dies
    await desk.lapsing.round()
    assert (await desk.now(checkout, ANN)).status is PAYING, "it is left to who began it"
    desk.clock.turn(minutes=1)
    await asyncio.gather(desk.lapsing.round(), desk.lapsing.round())
    done = await desk.now(checkout, ANN)
    assert done.status is COMPLETED
    assert await desk.cart(ANN) == {}
    assert (await desk.pay(checkout, ANN, payment_id=payment_id)).checkout == done


async def test_money_that_has_gone_back_meanwhile_buys_nothing(desk: Desk) -> None:
    checkout, payment_id = await desk.ready(ANN, (CUP, 2)), new_id()
    await desk.paying.start(checkout.id, payment_id, ANN, by_card(checkout, payment_id))
    await desk.payments.charge(payment_id, GOOD)
    await desk.payments.refund(payment_id)
    desk.clock.turn(minutes=1)
    await desk.lapsing.round()
    now = await desk.now(checkout, ANN)
    assert (now.status, now.refunded, now.order_id) == (EXPIRED, True, None)
    assert await desk.left() == STOCK


async def test_a_crash_before_the_cart_was_emptied_is_finished_by_the_sweep(desk: Desk) -> None:
    checkout = await desk.ready(ANN, (CUP, 2))
    clear = desk.editing.clear
    desk.editing.clear = _fails  # type: ignore[method-assign,assignment]
    assert (await desk.pay(checkout, ANN)).checkout.status is COMPLETED
    assert await desk.cart(ANN) == {CUP: 2}
    desk.editing.clear = clear  # type: ignore[method-assign]
    desk.clock.turn(minutes=1)
    await desk.add(ANN, POT)
    await desk.lapsing.round()
    assert await desk.cart(ANN) == {POT: 1}


async def _fails(*_: Any) -> Any:
    raise ConnectionError


async def test_a_payment_without_an_outcome_is_ended_after_the_bank_s_time(desk: Desk) -> None:
    checkout = await desk.ready(GUEST, (CUP, 2))
    outcome = await desk.pay(checkout, card=ASKS_THE_BANK)
    desk.clock.turn(minutes=16)
    await desk.lapsing.round()
    assert ((await desk.now(checkout)).status, await desk.left()) == (PAYING, STOCK - 2)
    desk.clock.turn(minutes=1)
    await desk.lapsing.round()
    assert ((await desk.now(checkout)).status, await desk.left()) == (EXPIRED, STOCK)
    await desk.gateway.decide(outcome.payment.id, approved=True)  # too late for the bank too
    assert (await desk.payments.get(outcome.payment.id)).status is PaymentState.FAILED


class Away(SimulatedGateway):
    """A gateway that charges, and then cannot be reached until it is back."""

    back = False

    async def charge(
        self, payment_id: UUID, amount: Money, method: str, wallet: UUID | None = None, *, keep: bool = False
    ) -> Charge:
        await super().charge(payment_id, amount, method, wallet, keep=keep)
        raise ConnectionError

    async def find(self, payment_id: UUID) -> Charge | None:
        if not self.back:
            raise ConnectionError
        return await super().find(payment_id)

    async def close(self, payment_id: UUID, amount: Money) -> Charge:
        if not self.back:
            raise ConnectionError
        return await super().close(payment_id, amount)


@pytest.mark.parametrize("gone", [False, True])
async def test_money_that_comes_after_the_lapse_buys_what_is_still_there_or_goes_back(desk: Desk, gone: bool) -> None:
    gateway = Away(desk.database, desk.clock)
    other = Desk(desk.database, desk.clock, gateway)
    checkout = await other.ready(ANN, (CUP, 3), (POT, 2))
    assert (await other.pay(checkout, ANN)).checkout.status is PAYING
    desk.clock.turn(minutes=17)
    await other.lapsing.round()
    assert ((await desk.now(checkout, ANN)).status, await desk.left()) == (PAYING, STOCK)
    if gone:
        assert isinstance(await desk.bought(GUEST, (CUP, 8)), Checkout)
    gateway.back = True
    await asyncio.gather(other.lapsing.round(), other.lapsing.round())
    now = await desk.now(checkout, ANN)
    assert now.payment_id is not None
    payment = await desk.payments.get(now.payment_id)
    if gone:
        assert (now.status, now.refunded, now.order_id) == (EXPIRED, True, None)
        assert payment.status is PaymentState.REFUNDED
        told = "SELECT count(*) FROM event_log WHERE type = 'payments.refunded'"
        assert await desk.count(told) == 1
        assert (await desk.left(), await desk.left(POT)) == (2, STOCK - 1)
    else:
        assert (now.status, now.refunded, payment.status) == (COMPLETED, False, PaymentState.SUCCEEDED)
        assert (await desk.left(), await desk.left(POT)) == (7, STOCK - 3)
    await other.actors.stop()


async def test_a_slow_card_is_ordered_when_it_is_through(desk: Desk) -> None:
    checkout = await desk.ready()
    assert (await desk.pay(checkout, card=SLOW)).payment.status is PaymentState.PENDING
    desk.clock.turn(seconds=SLOW_CARD_TAKES.total_seconds() + 60)
    await desk.lapsing.round()
    assert (await desk.now(checkout)).status is COMPLETED


async def test_a_crowd_for_the_last_units_gets_no_more_than_there_are(desk: Desk) -> None:
    carts = [uuid4() for _ in range(200)]
    for start in range(0, 200, 50):
        await asyncio.gather(*(desk.add(GUEST, CUP, 1, cart_id) for cart_id in carts[start : start + 50]))

    async def buy(cart_id: UUID) -> Checkout:
        checkout = await desk.addressed(await desk.begin(GUEST, cart_id))
        return (await desk.pay(checkout)).checkout

    found = await asyncio.gather(*(buy(cart_id) for cart_id in carts), return_exceptions=True)
    assert len([each for each in found if isinstance(each, Checkout)]) == STOCK
    assert len([each for each in found if isinstance(each, NotEnoughUnits)]) == 200 - STOCK
    assert await desk.left() == 0


async def test_crossed_carts_do_not_wait_for_each_other_in_a_circle(desk: Desk) -> None:
    goods = ((CUP, 1), (POT, 1))
    crossed = [desk.begun(GUEST, *(goods if number % 2 else reversed(goods))) for number in range(8)]
    found = await asyncio.gather(*crossed)
    assert all(each.status is OPEN for each in found)


async def test_a_coupon_is_entered_for_the_cart_and_lowers_its_checkout(desk: Desk) -> None:
    await desk.coupon("TENTH", Percent(1000))
    await desk.coupon("SENT", FreeShipping())
    checkout = await desk.ready(GUEST, (CUP, 2))
    with pytest.raises(CouponUnknown):
        await desk.totals.enter(EnterCoupon(code="NOPE", cart_id=checkout.cart_id), GUEST)
    for code in ("tenth ", "SENT"):
        totals = await desk.totals.enter(EnterCoupon(code=code, cart_id=checkout.cart_id), GUEST)
    assert totals.codes == ("TENTH", "SENT")
    assert totals.quote is not None
    assert totals.quote.totals.gross.amount == 900
    now = await desk.now(checkout)
    assert (now.codes, now.total.amount) == (("TENTH", "SENT"), 900)
    with pytest.raises(PriceChanged):
        await desk.pay(checkout)
    await desk.totals.remove(RemoveCoupon(code="SENT", cart_id=checkout.cart_id), GUEST)
    done = (await desk.pay(await desk.now(checkout))).checkout
    order = await desk.order(done)
    assert (order.total.amount, order.discount, order.lines[0].discount) == (900 + SHIPPING, 100, 100)
    assert (order.lines[0].shop_discount, order.shipping[0].standard) == (100, Money(SHIPPING, "EUR"))
    shown = await desk.totals.show(ShowCartTotals(cart_id=checkout.cart_id), GUEST)
    assert (shown.codes, shown.quote) == ((), None)
    assert await desk.count("SELECT usage_count FROM coupons WHERE code = 'TENTH'") == 1


async def test_the_last_use_of_a_coupon_is_one_order_s_and_nobody_else_is_charged(desk: Desk) -> None:
    await desk.coupon("LAST", Percent(5000), usage_limit=1)
    ready = []
    for _ in range(8):
        checkout = await desk.ready()
        await desk.totals.enter(EnterCoupon(code="LAST", cart_id=checkout.cart_id), GUEST)
        ready.append(await desk.now(checkout))
    found = await asyncio.gather(*(desk.pay(each) for each in ready), return_exceptions=True)
    assert len([each for each in found if isinstance(each, CheckoutOutcome)]) == 1
    assert all(isinstance(each, CheckoutOutcome | CouponUsedUp | PriceChanged) for each in found)
    assert await desk.count("SELECT count(*) FROM payments WHERE status <> 'succeeded'") == 0


async def test_a_coupon_of_a_failed_payment_can_be_used_again(desk: Desk) -> None:
    await desk.coupon("LAST", Percent(5000), usage_limit=1)
    checkout = await desk.ready()
    await desk.totals.enter(EnterCoupon(code="LAST", cart_id=checkout.cart_id), GUEST)
    now = await desk.now(checkout)
    with pytest.raises(PaymentDeclined):
        await desk.pay(now, card=DECLINED)
    assert await desk.count("SELECT usage_count FROM coupons WHERE code = 'LAST'") == 0
    await desk.pay(now)
    assert await desk.count("SELECT usage_count FROM coupons WHERE code = 'LAST'") == 1


async def test_a_coupon_for_customers_asks_a_guest_for_an_account(desk: Desk) -> None:
    await desk.coupon("ONCE", Percent(5000), per_customer_limit=1)
    checkout = await desk.ready()
    totals = await desk.totals.enter(EnterCoupon(code="ONCE", cart_id=checkout.cart_id), GUEST)
    assert totals.quote is not None
    assert [unlock.code for unlock in totals.quote.unlocks] == ["account_needed"]
    assert (await desk.now(checkout)).total == checkout.total
    await desk.totals.remove(RemoveCoupon(code="ONCE", cart_id=checkout.cart_id), GUEST)
    await desk.pay(await desk.now(checkout))


async def test_a_coupon_that_applies_by_itself_once_for_each_customer_keeps_no_guest_from_paying(desk: Desk) -> None:
    await desk.coupon("ONCE", Percent(5000), per_customer_limit=1, automatic=True)
    checkout = await desk.ready()
    await desk.pay(checkout)
    assert await desk.count("SELECT usage_count FROM coupons WHERE code = 'ONCE'") == 0
    signed_in = await desk.ready(ANN)
    assert signed_in.total.amount < checkout.total.amount
    await desk.pay(signed_in, ANN)
    assert await desk.count("SELECT usage_count FROM coupons WHERE code = 'ONCE'") == 1


async def test_a_coupon_that_counts_its_customers_only_since_the_price_was_quoted_asks_a_guest_for_an_account(
    desk: Desk,
) -> None:
    coupon = await desk.coupon("ONCE", Percent(5000))
    checkout = await desk.ready()
    await desk.totals.enter(EnterCoupon(code="ONCE", cart_id=checkout.cart_id), GUEST)
    quoted = (await desk.now(checkout)).quote
    await desk.run("UPDATE coupons SET per_customer_limit = 1 WHERE id = $1", coupon.id)
    with pytest.raises(AccountNeeded):
        async with desk.database.transaction() as transaction:
            await desk.prices.redeem(transaction, new_id(), None, quoted)


async def test_a_payment_of_something_else_pays_for_nothing_here(desk: Desk) -> None:
    checkout, payment_id = await desk.ready(), new_id()
    await desk.payments.start(payment_id, None, checkout.total, GOOD, f"checkout:{uuid4()}")
    with pytest.raises(IdReused):
        await desk.pay(checkout, payment_id=payment_id)
    assert (await desk.now(checkout)).status is OPEN
    await desk.pay(checkout)
    await desk.run("DELETE FROM payments WHERE id = $1", payment_id)


async def test_who_signs_in_on_the_way_takes_the_checkout_along(desk: Desk) -> None:
    checkout, payment_id = await desk.ready(GUEST, (CUP, 2)), new_id()
    assert await desk.payable.start(checkout.id, payment_id, ANN) == checkout.total
    with pytest.raises(CheckoutNotFound):
        await desk.now(checkout, GUEST)
    await desk.payments.start(payment_id, ANN.user_id, checkout.total, "browser", f"checkout:{checkout.id}")
    await desk.gateway.charge(payment_id, checkout.total, GOOD)
    await desk.payable.settle(checkout.id)
    order = await desk.order(await desk.now(checkout, ANN))
    assert (order.customer_id, order.email) == (ANN.user_id, "")


async def test_what_was_bought_after_signing_in_leaves_the_accounts_cart_and_nothing_else_does(desk: Desk) -> None:
    await desk.add(ANN, CUP, 3)
    await desk.add(ANN, POT, 1)
    checkout = await desk.ready(GUEST, (CUP, 2))
    await desk.editing.merge(MergeCart(cart_id=checkout.cart_id), ANN)
    assert await desk.cart(ANN) == {CUP: 3, POT: 1}
    paid = (await desk.pay(await desk.addressed(checkout, ANN), ANN)).checkout
    assert (await desk.order(paid)).customer_id == ANN.user_id
    assert await desk.cart(ANN) == {CUP: 1, POT: 1}
    # What fails is done again, and counts once; what came in since stays.
    await desk.add(ANN, CUP, 1)
    await desk.run("UPDATE checkouts SET emptied = false WHERE id = $1", paid.id)
    desk.clock.turn(minutes=10)
    await desk.lapsing.round()
    assert await desk.cart(ANN) == {CUP: 2, POT: 1}


async def test_what_is_over_is_forgotten_after_a_month_and_the_order_stays(desk: Desk) -> None:
    done = (await desk.pay(await desk.ready())).checkout
    desk.clock.turn(days=29)
    await desk.lapsing.round()
    assert await desk.now(done) == done
    desk.clock.turn(days=1)
    await desk.run("UPDATE checkouts SET created_at = $2 WHERE id <> $1", done.id, desk.clock.now())
    await desk.lapsing.round()
    with pytest.raises(CheckoutNotFound):
        await desk.now(done)
    assert (await desk.order(done)).id == done.order_id


async def test_who_is_no_owner_starts_no_payment(desk: Desk) -> None:
    checkout = await desk.ready(ANN)
    for who in (GUEST, Caller(uuid4())):
        with pytest.raises(Exception, match="no such checkout"):
            await desk.payable.start(checkout.id, new_id(), who)


async def test_a_saved_card_pays_its_owners_checkout_and_no_other(desk: Desk) -> None:
    checkout = await desk.ready(ANN, (CUP, 2))
    mine, bobs, old = [await saved_card(desk, who) for who in (ANN, BOB, ANN)]
    await desk.run("UPDATE payment_methods SET exp_year = 2001 WHERE id = $1", UUID(old))
    for method, refusal in ((bobs, MethodNotFound), (str(new_id()), MethodNotFound), (old, MethodExpired)):
        with pytest.raises(refusal):
            await desk.pay(checkout, ANN, method)
        assert await desk.now(checkout, ANN) == checkout
    payment_id = new_id()
    for _ in range(2):
        outcome = await desk.pay(checkout, ANN, mine, payment_id)
        assert (outcome.checkout.status, outcome.payment.payment_method) == (COMPLETED, "Visa •••• 4242")
        await desk.run("UPDATE payment_methods SET state = 'removed' WHERE id = $1", UUID(mine))
    guests = await desk.ready()
    with pytest.raises(MethodNotFound):
        await desk.pay(guests, GUEST, bobs)


async def saved_card(desk: Desk, who: Caller) -> str:
    method_id = new_id()
    setup = await desk.gateway.wallets.set_up(method_id, who.person, GOOD)
    assert setup.card is not None
    await desk.run(
        "INSERT INTO payment_methods (id, user_id, state, reference, card_key, brand, last4, exp_month, exp_year,"
        " created_at, updated_at) VALUES ($1, $2, 'saved', $3, $3, 'visa', '4242', 12, 2040, $4, $4)",
        method_id,
        who.person,
        setup.card.reference,
        desk.clock.now(),
    )
    return str(method_id)
