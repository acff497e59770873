"""Money for returns: once, to the cent, out of the seller's share of the very sale."""

import asyncio
from uuid import UUID

import pytest
from msgspec.structs import replace

from fastshop.contract.base import IdReused, Money
from fastshop.contract.ledger import Account
from fastshop.contract.payments import NotRefundable, RefundPayment, RefundState, RefundTooLarge
from fastshop.contract.returns import (
    CannotExchange,
    LineNotBought,
    RefundAboveReturn,
    RefundReturn,
    ReturnStands,
    ReturnTooLate,
    ShipReplacement,
    ShowReturn,
    TooManyReturned,
    WantedReturn,
)
from fastshop.ids import new_id
from tests.domains.returns.conftest import (
    ADMIN,
    ANN,
    BLUE,
    GOLD,
    OURS,
    RED,
    SELLER,
    TEAPOT,
    THEIRS,
    Desk,
    euros,
    line,
    refused,
)


async def test_only_the_sellers_share_is_taken_back_with_the_frozen_commission_and_the_tax(desk: Desk) -> None:
    order = await desk.bought(line(RED, 2, 1190, tax=190), line(TEAPOT, 1))
    before = await desk.shares(order)
    assert before[Account.SELLER, OURS] == 900
    done = await desk.refund(await desk.received(order))
    assert (done.refunded, done.state) == (euros(595), "refunded")
    after = await desk.shares(order)
    assert {key: after[key] - before[key] for key in before if after[key] != before[key]} == {
        (Account.SELLER, OURS): -450,
        (Account.COMMISSION, OURS): -50,
        (Account.TAX, OURS): -95,
    }
    assert after[Account.REFUNDS, None] == 595
    await desk.refund(await desk.received(order))
    whole = await desk.shares(order)
    assert all((account, OURS) not in whole for account in (Account.SELLER, Account.COMMISSION, Account.TAX))
    assert (whole[Account.SELLER, THEIRS], (await desk.books()).refunds) == (450, 1190)


async def test_three_for_ten_euros_come_back_one_by_one_to_the_cent(desk: Desk) -> None:
    order = await desk.bought(line(RED, 3, 1000, tax=160))
    amounts = [(await desk.refund(await desk.received(order))).refunded.amount for _ in range(3)]
    assert (sorted(amounts), sum(amounts)) == ([333, 333, 334], 1000)
    shares = await desk.shares(order)
    assert shares == {(Account.PAYMENTS, None): -1000, (Account.REFUNDS, None): 1000}


async def test_a_part_may_go_back_and_never_more_than_was_paid(desk: Desk) -> None:
    order = await desk.bought(line(RED, 2))
    rma = await desk.received(order)
    for amount in (euros(901), euros(0), euros(-1), Money(5, "USD")):
        command = RefundReturn(return_id=rma.id, refund_id=new_id(), amount=amount)
        assert isinstance(await refused(desk.deciding.refund(command, SELLER)), RefundAboveReturn)
    assert (await desk.refund(rma, 500)).refunded == euros(500)
    assert isinstance(await refused(desk.refund(rma)), ReturnStands)
    assert (await desk.books()).refunds == 500


async def test_p3_the_same_refund_asked_for_by_many_at_once_goes_back_once(desk: Desk) -> None:
    rma, refund_id = await desk.received(await desk.bought()), new_id()
    answers = await asyncio.gather(*(desk.refund(rma, refund_id=refund_id) for _ in range(6)))
    assert {answer.refunded for answer in answers} == {euros(900)}
    other = await asyncio.gather(*(desk.refund(rma) for _ in range(3)), return_exceptions=True)
    assert all(isinstance(answer, ReturnStands) for answer in other)
    assert isinstance(await refused(desk.refund(rma, 899, refund_id=refund_id)), IdReused)
    assert (await desk.books()).refunds == 900


async def test_two_with_different_ids_at_once_give_back_once(desk: Desk) -> None:
    rma = await desk.received(await desk.bought())
    answers = await asyncio.gather(*(desk.refund(rma) for _ in range(4)), return_exceptions=True)
    assert sum(isinstance(answer, ReturnStands) for answer in answers) == 3
    assert (await desk.books()).refunds == 900


async def test_the_id_of_another_refund_is_refused_and_changes_nothing(desk: Desk) -> None:
    first = await desk.received(await desk.bought())
    second = await desk.received(await desk.bought())
    used = (await desk.refund(first)).refund_id
    assert isinstance(await refused(desk.refund(second, refund_id=used)), IdReused)
    by_hand = new_id()
    third = await desk.bought()
    assert third.payment_id is not None
    command = RefundPayment(payment_id=third.payment_id, refund_id=by_hand, reason="x", amount=euros(1))
    await desk.refunds.refund(command, ADMIN)
    assert isinstance(await refused(desk.refund(second, refund_id=by_hand)), IdReused)
    assert await desk.asking.show(ShowReturn(return_id=second.id), ANN) == second


@pytest.mark.parametrize("died", [True, False], ids=["the process died", "the answer was lost"])
async def test_p8_a_refund_without_an_outcome_is_concluded_by_the_rounds(desk: Desk, died: bool) -> None:
    rma = await desk.received(await desk.bought())
    desk.gateway.mood = RefundState.PENDING if died else ConnectionResetError
    assert (await desk.refund(rma)).state == "refunding"
    assert isinstance(await refused(desk.refund(rma)), ReturnStands)
    assert await desk.giving_back.round() == 30.0
    desk.gateway.mood = None
    desk.clock.turn(seconds=60)
    await desk.refunds.round()
    await desk.giving_back.round()
    await desk.giving_back.round()
    now = await desk.asking.show(ShowReturn(return_id=rma.id), ANN)
    assert (now.state, now.refunded, (await desk.books()).refunds) == ("refunded", euros(900), 900)


async def test_a_refund_that_failed_may_be_tried_again_under_another_id(desk: Desk) -> None:
    order = await desk.bought()
    rma, refund_id = await desk.received(order), new_id()
    desk.gateway.mood = RefundState.FAILED
    failed = await desk.refund(rma, refund_id=refund_id)
    assert (failed.state, failed.failure, failed.refunded) == ("received", "account_closed", euros(0))
    assert await desk.refund(rma, refund_id=refund_id) == failed
    desk.gateway.mood = None
    done = await desk.refund(rma)
    assert (done.state, done.failure, done.refunded) == ("refunded", "", euros(900))
    assert (await desk.shares(order))[Account.REFUNDS, None] == 900


async def test_what_an_admin_gave_back_already_does_not_go_back_again(desk: Desk) -> None:
    order = await desk.bought()
    rma = await desk.received(order)
    assert order.payment_id is not None

    async def by_hand(cents: int) -> None:
        command = RefundPayment(
            payment_id=order.payment_id or new_id(), refund_id=new_id(), reason="x", amount=euros(cents)
        )
        await desk.refunds.refund(command, ADMIN)

    await by_hand(300)
    refusal = await refused(desk.refund(rma))
    assert isinstance(refusal, RefundTooLarge)
    assert refusal.left == 600
    assert (await desk.refund(rma, 600)).state == "refunded"
    assert (await desk.books()).refunds == 900


async def test_what_was_free_ends_without_a_refund(desk: Desk) -> None:
    order = await desk.bought(line(RED, 1, 0), line(TEAPOT))
    done = await desk.refund(await desk.received(order))
    assert (done.state, done.refunded, desk.gateway.asked) == ("refunded", euros(0), 0)
    assert await desk.refund(done, refund_id=done.refund_id) == done


async def test_money_that_never_came_does_not_go_back(desk: Desk) -> None:
    order = await desk.bought()
    rma = await desk.received(order)
    await desk.database.fetch("UPDATE orders SET payment_id = NULL WHERE id = $1", order.id)
    assert isinstance(await refused(desk.refund(rma)), NotRefundable)


async def test_an_exchange_takes_the_other_goods_and_gives_the_difference_back(desk: Desk) -> None:
    order = await desk.bought(line(RED, 2, 1190, tax=190))
    rma, refund_id = await desk.received(order, 2, resellable=2, exchange_for=BLUE), new_id()
    done = await desk.exchange(rma, refund_id)
    # Two thirds of the price, so two thirds of what was paid for them, stay.
    assert (done.state, done.refunded) == ("exchanged", euros(1190 - 1190 * 600 // 900))
    assert (await desk.stock(RED), await desk.stock(BLUE)) == (5, 1)
    assert await desk.exchange(rma, refund_id) == done
    for mistaken in (desk.exchange(rma), desk.refund(rma)):
        assert isinstance(await refused(mistaken), ReturnStands)
    sent = await desk.deciding.ship_replacement(ShipReplacement(return_id=rma.id, tracking="1Z"), SELLER)
    assert (sent.replacement_tracking, await desk.stock(BLUE)) == ("1Z", 1)
    assert (await desk.books()).refunds == done.refunded.amount


async def test_the_price_of_an_exchange_is_that_of_the_day_it_was_asked_for(desk: Desk) -> None:
    rma = await desk.received(await desk.bought(), exchange_for=BLUE)
    await desk.database.fetch("UPDATE product_variants SET price = 99 WHERE id = $1", BLUE)
    assert (await desk.exchange(rma)).refunded == euros(300)


async def test_the_same_goods_again_cost_nothing_though_they_are_dearer_now(desk: Desk) -> None:
    order = await desk.bought()
    await desk.database.fetch("UPDATE product_variants SET price = 99 WHERE id = $1", RED)
    done = await desk.exchange(await desk.received(order, exchange_for=RED))
    assert (done.state, done.refunded, desk.gateway.asked, await desk.stock(RED)) == ("exchanged", euros(0), 0, 2)


@pytest.mark.parametrize(
    ("other", "reason"), [(GOLD, "dearer"), (TEAPOT, "other_product"), (UUID(int=99), "other_product")], ids=str
)
async def test_what_is_dearer_or_something_else_is_no_exchange(desk: Desk, other: UUID, reason: str) -> None:
    refusal = await refused(desk.request(await desk.bought(), exchange_for=other))
    assert isinstance(refusal, CannotExchange)
    assert refusal.reason == reason


async def test_what_is_not_for_sale_or_out_of_stock_is_refunded_instead(desk: Desk) -> None:
    order = await desk.bought(line(RED, 5))
    rma = await desk.received(order, 4, exchange_for=BLUE)
    refusal = await refused(desk.exchange(rma))
    assert isinstance(refusal, CannotExchange)
    assert (refusal.reason, await desk.stock(BLUE)) == ("out_of_stock", 3)
    assert (await desk.refund(rma)).refunded == euros(3600)
    await desk.database.fetch("UPDATE products SET status = 'draft'")
    hidden = await refused(desk.request(order, exchange_for=BLUE))
    assert isinstance(hidden, CannotExchange)
    assert hidden.reason == "not_sold"


async def test_the_last_unit_is_exchanged_once_by_two_at_once(desk: Desk) -> None:
    await desk.database.fetch("UPDATE inventory_levels SET on_hand = 1 WHERE variant_id = $1", BLUE)
    returns = [await desk.received(await desk.bought(), exchange_for=BLUE) for _ in range(3)]
    answers = await asyncio.gather(*(desk.exchange(rma) for rma in returns), return_exceptions=True)
    assert sum(isinstance(answer, CannotExchange) for answer in answers) == 2
    assert await desk.stock(BLUE) == 0


async def test_what_came_in_an_exchange_goes_back_for_what_stayed_paid_for_it(desk: Desk) -> None:
    order = await desk.bought(line(RED, 2))
    first = await desk.exchange(await desk.received(order, exchange_for=BLUE))
    assert first.refunded == euros(300)
    (of,) = first.lines
    back = WantedReturn(of.line_id, 1, replaced_in=first.id)
    # It is not there to be returned before it was sent.
    assert isinstance(await refused(desk.request(order, lines=(back,))), TooManyReturned)
    await desk.deciding.ship_replacement(ShipReplacement(return_id=first.id, tracking="NEW"), SELLER)
    assert isinstance(await refused(desk.request(order, lines=(replace(back, quantity=2),))), TooManyReturned)
    dearer = replace(back, exchange_for=RED)
    assert isinstance(await refused(desk.request(order, lines=(dearer,))), CannotExchange)

    blue = await desk.stock(BLUE)
    second = await desk.received(order, lines=(back,), resellable=1)
    assert (second.worth, second.lines[0].variant_id, second.lines[0].replaced_in) == (euros(600), BLUE, first.id)
    assert await desk.stock(BLUE) == blue + 1
    assert (await desk.refund(second)).refunded == euros(600)
    assert isinstance(await refused(desk.request(order, lines=(back,))), TooManyReturned)
    # The other unit of the line is still the customer's, whole.
    assert (await desk.refund(await desk.received(order))).refunded == euros(900)
    assert isinstance(await refused(desk.request(order)), TooManyReturned)
    await desk.books()


async def test_what_came_in_an_exchange_is_exchanged_for_the_same_again_and_stays_as_dear(desk: Desk) -> None:
    order = await desk.bought()
    wish: tuple[WantedReturn, ...] = (WantedReturn(order.lines[0].id or new_id(), 1, RED),)
    for _ in range(2):
        rma = await desk.exchange(await desk.received(order, lines=wish, resellable=1))
        assert (rma.worth, rma.refunded) == (euros(900), euros(0))
        await desk.deciding.ship_replacement(ShipReplacement(return_id=rma.id, tracking="NEW"), SELLER)
        wish = (replace(wish[0], replaced_in=rma.id),)
    last = (replace(wish[0], exchange_for=None),)
    assert (await desk.refund(await desk.received(order, lines=last))).refunded == euros(900)
    await desk.books()


async def test_another_orders_exchange_gives_nothing_back(desk: Desk) -> None:
    order, other = await desk.bought(), await desk.bought()
    rma = await desk.exchange(await desk.received(order, exchange_for=RED))
    await desk.deciding.ship_replacement(ShipReplacement(return_id=rma.id, tracking="NEW"), SELLER)
    theirs = WantedReturn(other.lines[0].id or new_id(), 1, replaced_in=rma.id)
    assert isinstance(await refused(desk.request(other, lines=(theirs,))), TooManyReturned)
    swapped = WantedReturn(order.lines[0].id or new_id(), 1, replaced_in=rma.id)
    assert isinstance(await refused(desk.request(other, lines=(swapped,))), LineNotBought)


async def test_an_order_keeps_the_days_that_its_seller_gave_when_it_was_placed(desk: Desk) -> None:
    await desk.database.fetch("UPDATE sellers SET return_days = 60 WHERE id = $1", OURS)
    generous = await desk.bought(line(RED, 2))
    await desk.database.fetch("UPDATE sellers SET return_days = 14 WHERE id = $1", OURS)
    strict = await desk.bought()
    desk.clock.turn(days=59)
    assert isinstance(await refused(desk.request(strict)), ReturnTooLate)
    await desk.request(generous)
    desk.clock.turn(days=2)
    assert isinstance(await refused(desk.request(generous)), ReturnTooLate)
