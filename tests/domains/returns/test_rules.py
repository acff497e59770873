"""What units are worth: nothing is lost or made, whatever comes back in whichever parts."""

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from fastshop.contract.returns import ReturnSide
from server.domains.orders.rules import share
from server.domains.returns.rules import BoughtLine, kept_for, side_of, worth
from server.kernel.caller import GUEST
from tests.domains.returns.conftest import ANN, BOB, KETTLES, MANAGER, OURS, PARTIAL, RED, SELLER, THEIRS

AMOUNTS = st.integers(0, 10**9)


def bought(quantity: int, paid: int, tax: int = 0) -> BoughtLine:
    return BoughtLine(
        id=RED, order_id=RED, payment_id=RED, customer_id=ANN.user_id, seller_id=OURS, product_id=KETTLES,
        variant_id=RED, title="", currency="EUR", unit_price=paid, quantity=quantity, paid=paid, tax=tax,
        cancelled=0, sent=quantity, delivered=0, delivered_at=None, returning=0, came_back=0, back_worth=0, given=0,
        given_tax=0,
    )  # fmt: skip


@given(AMOUNTS, st.lists(st.integers(1, 50), min_size=1, max_size=10))
def test_the_parts_of_a_line_add_up_to_what_was_paid_for_it(total: int, parts: list[int]) -> None:
    quantity, before, found = sum(parts), 0, 0
    for count in parts:
        part = worth(total, quantity, before, count)
        assert abs(part * quantity - total * count) < quantity * count
        found, before = found + part, before + count
    assert found == total


@given(st.data(), AMOUNTS, st.integers(1, 9))
def test_whatever_is_cancelled_sent_received_and_given_back_in_whichever_order_it_is_what_was_paid_at_most(
    data: st.DataObject, paid: int, quantity: int
) -> None:
    line, of_cancelled = bought(quantity, paid), 0
    line = replace(line, sent=0)
    for step in data.draw(st.lists(st.sampled_from(["cancel", "send", "receive", "give"]), max_size=12)):
        gone, unsent = line.cancelled + line.came_back, line.quantity - line.cancelled - line.sent
        if step == "cancel" and unsent:
            of_cancelled += share(paid, quantity, gone + 1) - share(paid, quantity, gone)  # as orders reckon it
            line = replace(line, cancelled=line.cancelled + 1)
        elif step == "send" and unsent:
            line = replace(line, sent=line.sent + 1)
        elif step == "receive" and line.came_back < line.sent:
            came = worth(paid, quantity, gone, 1)
            line = replace(line, came_back=line.came_back + 1, back_worth=line.back_worth + came)
        elif step == "give":
            line = replace(line, given=line.given + data.draw(st.integers(0, line.left)))
        unsent = line.quantity - line.cancelled - line.sent
        gone = line.cancelled + line.came_back
        to_cancel = share(paid, quantity, gone + unsent) - share(paid, quantity, gone)
        assert line.given + line.left + of_cancelled + to_cancel == paid


@given(st.data(), AMOUNTS, st.integers(1, 9))
def test_the_tax_of_all_that_goes_back_is_the_tax_of_the_line(data: st.DataObject, paid: int, quantity: int) -> None:
    line = bought(quantity, paid, data.draw(st.integers(0, paid)))
    while line.left:
        amount = data.draw(st.integers(max(1, line.left // 3), line.left))
        tax = line.tax_in(amount)
        assert 0 <= tax <= amount
        line = replace(line, given=line.given + amount, given_tax=line.given_tax + tax)
    assert line.given_tax == (line.tax if paid else 0)
    assert line.tax_in(0) == 0


@given(AMOUNTS, st.integers(1, 10**6), st.data())
def test_an_exchange_keeps_no_more_than_was_paid(units_worth: int, unit_price: int, data: st.DataObject) -> None:
    price = data.draw(st.integers(0, unit_price))
    assert 0 <= kept_for(units_worth, unit_price, price) <= units_worth
    assert kept_for(units_worth, unit_price, unit_price) == units_worth


def test_who_is_a_side_of_it_is_no_manager_of_it() -> None:
    assert ANN.user_id is not None
    assert side_of(ANN, ANN.user_id, OURS) is ReturnSide.CUSTOMER
    assert side_of(SELLER, ANN.user_id, OURS) is ReturnSide.SELLER
    assert side_of(PARTIAL, ANN.user_id, OURS) is ReturnSide.SELLER
    assert side_of(PARTIAL, ANN.user_id, THEIRS) is ReturnSide.MANAGER
    assert MANAGER.user_id is not None
    assert side_of(MANAGER, MANAGER.user_id, OURS) is ReturnSide.CUSTOMER
    assert side_of(MANAGER, ANN.user_id, OURS) is ReturnSide.MANAGER
    assert {side_of(who, ANN.user_id, OURS) for who in (BOB, GUEST)} == {None}
