"""What an order comes to, and what of it is one seller's."""

from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from fastshop.contract.base import Money
from fastshop.contract.orders import Order, OrderLine, OrderShipping, OrderState
from fastshop.contract.pricing import Tax
from server.domains.orders.rules import part_of, share, summed, went_back
from tests.support import ManualClock

OURS, THEIRS = UUID(int=1), UUID(int=2)


def euros(amount: int) -> Money:
    return Money(amount, "EUR")


def line(seller: UUID, total: int, discount: int = 0, tax: int = 0) -> OrderLine:
    return OrderLine(
        variant_id=seller, product_id=seller, seller_id=seller, title="", sku="", options={}, quantity=1,
        unit_price=euros(total + discount), total=euros(total), discount=discount,
        taxes=(Tax("VAT", 190_000, euros(tax)),),
    )  # fmt: skip


def order(*lines: OrderLine, shipping: tuple[OrderShipping, ...] = (), refunded: int = 0) -> Order:
    total, discount, tax = summed(lines, shipping)
    return Order(
        id=UUID(int=9), number="F-9", customer_id=None, state=OrderState.PAID, lines=lines, total=total,
        payment_id=None, placed_at=ManualClock().now(), shipping=shipping, discount=discount, tax=tax,
        email="guest@example.com", refunded=refunded,
    )  # fmt: skip


POST = OrderShipping(OURS, "standard", "Standard", euros(500), euros(400), 100, (Tax("VAT", 190_000, euros(64)),))


def test_a_sellers_part_has_their_lines_their_shipping_and_not_the_guests_address() -> None:
    whole = order(line(OURS, 1000, 50, 160), line(THEIRS, 7000, 9, 11), shipping=(POST,))
    part = part_of(whole, OURS)
    assert [each.seller_id for each in part.lines] == [each.seller_id for each in part.shipping] == [OURS]
    assert (part.total, part.discount, part.tax, part.email) == (euros(1400), 150, 224, "")
    assert part.refunded == 0


def test_who_sold_nothing_of_it_sees_no_lines() -> None:
    part = part_of(order(line(THEIRS, 7000), shipping=(POST,)), OURS)
    assert (part.lines, part.shipping) == ((), ())


def test_an_order_went_back_when_all_that_was_paid_did_and_then_each_part_did() -> None:
    whole = order(line(OURS, 1000), line(THEIRS, 7000))
    assert not went_back(replace(whole, refunded=7999))
    assert went_back(replace(whole, refunded=8000))
    assert not went_back(order(line(OURS, 0)))  # nothing was paid: nothing can go back
    assert part_of(replace(whole, refunded=7999), OURS).refunded == 0
    assert part_of(replace(whole, refunded=8000), OURS).refunded == 1000


@given(st.integers(0, 10**9), st.integers(1, 1000))
def test_the_shares_of_units_add_up_and_differ_by_a_cent_at_most(total: int, quantity: int) -> None:
    shares = [share(total, quantity, units) - share(total, quantity, units - 1) for units in range(1, quantity + 1)]
    assert sum(shares) == total
    assert max(shares) - min(shares) <= 1
