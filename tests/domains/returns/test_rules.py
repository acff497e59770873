"""What units are worth: nothing is lost or made, whatever comes back in whichever parts."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import Struct
from msgspec.structs import replace

from fastshop.contract.returns import ReturnSide
from server.domains.orders.rules import share
from server.domains.returns.asker import Asker
from server.domains.returns.rules import BoughtLine, Replaced, kept_for, until, worth
from server.kernel.caller import GUEST
from tests.domains.returns.conftest import ANN, BOB, KETTLES, MANAGER, OURS, PARTIAL, RED, RIVAL, SELLER, THEIRS

AMOUNTS = st.integers(0, 10**9)


def bought(quantity: int, paid: int, tax: int = 0) -> BoughtLine:
    return BoughtLine(
        id=RED, order_id=RED, payment_id=RED, customer_id=ANN.user_id, seller_id=OURS, product_id=KETTLES,
        variant_id=RED, title="", currency="EUR", unit_price=paid, quantity=quantity, paid=paid, tax=tax,
        cancelled=0, sent=quantity, delivered=0, delivered_at=None, awaited=False, return_days=None,
        returning=0, came_back=0, back_worth=0, given=0, given_tax=0,
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


class Matter(Struct, frozen=True):
    """A return or a dispute."""

    customer_id: UUID | None
    seller_id: UUID
    order_id: UUID = UUID(int=301)


def test_who_is_a_side_of_it_is_no_manager_of_it() -> None:
    of_ann, elsewhere = Matter(ANN.user_id, OURS), Matter(ANN.user_id, THEIRS)
    assert Asker(ANN).side_of(of_ann) is ReturnSide.CUSTOMER
    assert Asker(SELLER).side_of(of_ann) is ReturnSide.SELLER
    assert Asker(PARTIAL).side_of(of_ann) is ReturnSide.SELLER
    assert Asker(PARTIAL).side_of(elsewhere) is ReturnSide.MANAGER
    assert Asker(MANAGER).side_of(Matter(MANAGER.user_id, OURS)) is ReturnSide.CUSTOMER
    assert Asker(MANAGER).side_of(of_ann) is ReturnSide.MANAGER
    assert {Asker(who).side_of(of_ann) for who in (BOB, GUEST)} == {None}


def test_a_guests_is_for_who_has_that_orders_key_and_for_nobody_else_without_an_account() -> None:
    of_guest, of_ann = Matter(None, OURS), Matter(ANN.user_id, OURS)
    with_key, with_another = of_guest.order_id, UUID(int=302)
    assert {Asker(who, with_key).side_of(of_guest) for who in (GUEST, BOB, MANAGER)} == {ReturnSide.CUSTOMER}
    assert {Asker(who, key).side_of(of_guest) for who in (GUEST, ANN, RIVAL) for key in (None, with_another)} == {None}
    # The key of a guest's order opens nobody's account, whatever the order.
    assert Asker(GUEST, with_key).side_of(of_ann) is None
    assert Asker(ANN, with_key).person is None


@pytest.mark.parametrize(("sellers", "shops", "days"), [(None, 30, 30), (14, 30, 30), (60, 30, 60), (None, 3, 14)])
def test_goods_go_back_as_long_as_the_seller_the_shop_and_the_law_each_give(
    sellers: int | None, shops: int, days: int
) -> None:
    came, sent = datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 3, 1, tzinfo=UTC)
    line = replace(bought(1, 100), delivered_at=came, return_days=sellers)
    assert until(line, shops) == came + timedelta(days=days)
    assert until(replace(line, awaited=True), shops) is None, "what was ordered with it is still to come"
    # Nobody says when a replacement arrived: it is given two weeks to.
    assert until(line, shops, Replaced(RED, 1, 100, 0, 0, sent)) == sent + timedelta(days=days + 14)
