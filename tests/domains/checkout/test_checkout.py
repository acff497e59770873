"""From a cart to a paid order."""

from fastshop.contract.base import Money
from fastshop.contract.checkout import CheckoutStatus
from server.kernel.caller import GUEST
from tests.domains.checkout.desk import ANN, BERLIN, CUP, OURS, POT, SHIPPING, THEIRS, Desk


async def test_a_guest_without_an_account_gets_an_order(desk: Desk) -> None:
    checkout = await desk.ready(GUEST, (CUP, 2), (POT, 1))
    assert checkout.total == Money(2 * 500 + 3000 + 2 * SHIPPING, "EUR")
    outcome = await desk.pay(checkout)
    assert outcome.checkout.status is CheckoutStatus.COMPLETED
    order = await desk.order(outcome.checkout)
    assert (order.customer_id, order.email, order.address) == (None, "guest@people.test", BERLIN)
    assert (order.total, order.payment_id) == (checkout.total, outcome.payment.id)
    assert [(each.seller_id, each.total.amount) for each in order.shipping] == [(OURS, SHIPPING), (THEIRS, SHIPPING)]
    assert await desk.cart(GUEST, checkout.cart_id) == {}
    assert await desk.left(CUP) == 8


async def test_a_person_gets_an_order_and_what_came_into_the_cart_since_stays(desk: Desk) -> None:
    checkout = await desk.ready(ANN, (CUP, 2))
    await desk.add(ANN, CUP, 3)
    await desk.add(ANN, POT, 1)
    done = (await desk.pay(checkout, ANN)).checkout
    assert (await desk.order(done)).customer_id == ANN.user_id
    assert await desk.cart(ANN) == {CUP: 3, POT: 1}
