"""Who withdraws from all of a seller's part has the cheapest shipping back too; the shop has its discounts back."""

from datetime import timedelta

import pytest
from msgspec.structs import replace

from fastshop.contract.ledger import Account
from fastshop.contract.payments import RefundState
from fastshop.contract.returns import RefundAboveReturn, ReturnReason
from server.domains.returns.rules import WITHDRAWAL, withdrawn_shipping
from server.kernel.money import LineRefund
from tests.domains.returns.conftest import OURS, RED, TEAPOT, THEIRS, Desk, euros, line, refused, sending

UNWANTED = ReturnReason.UNWANTED


async def test_who_withdraws_from_all_of_a_sellers_part_has_the_cheapest_shipping_back_from_that_seller(
    desk: Desk,
) -> None:
    order = await desk.bought(line(RED, 2), line(TEAPOT), shipping=(sending(), sending(THEIRS)))
    theirs = {key: value for key, value in (await desk.shares(order)).items() if key[1] == THEIRS}
    first = await desk.refund(await desk.received(order, reason=UNWANTED))
    assert first.refunded == first.worth, "of a part that is kept in part nothing of the shipping goes back"
    last = await desk.refund(await desk.received(order, reason=UNWANTED))
    assert last.refunded.amount == last.worth.amount + 490, "and the 8.00 that express was dearer do not"
    after = await desk.shares(order)
    assert (after[Account.SELLER, OURS], after[Account.COMMISSION, OURS]) == (720, 80)
    assert {key: value for key, value in after.items() if key[1] == THEIRS} == theirs


@pytest.mark.parametrize("why", ["another reason", "too late", "exchanged", "not all came"])
async def test_what_is_no_withdrawal_from_all_of_it_in_time_brings_no_shipping_back(desk: Desk, why: str) -> None:
    order = await desk.bought(line(RED, 2), shipping=(sending(),))
    if why == "exchanged":
        await desk.exchange(await desk.received(order, reason=UNWANTED, exchange_for=RED))
    elif why == "not all came":
        await desk.refund(await desk.received(order, reason=ReturnReason.DAMAGED))
    if why == "too late":
        desk.clock.turn(seconds=WITHDRAWAL / timedelta(seconds=1))
    reason = ReturnReason.DEFECTIVE if why == "another reason" else UNWANTED
    count = 2 if why in ("another reason", "too late") else 1
    done = await desk.refund(await desk.received(order, count, reason=reason))
    assert done.refunded == done.worth


async def test_shipping_goes_back_once_and_again_where_its_refund_failed(desk: Desk) -> None:
    order = await desk.bought(line(RED), shipping=(sending(price=490),))
    rma = await desk.received(order, reason=UNWANTED)
    whole = rma.worth.amount + 490
    assert isinstance(await refused(desk.refund(rma, whole + 1)), RefundAboveReturn)
    desk.gateway.mood = RefundState.FAILED
    assert (await desk.refund(rma)).failure
    desk.gateway.mood = None
    assert (await desk.refund(rma)).refunded == euros(whole)
    assert not [key for key in await desk.shares(order) if key[1] == OURS], "nobody keeps any of it"


async def test_a_gift_of_the_shop_that_comes_back_is_the_sellers_no_more_and_the_shop_has_its_discount_back(
    desk: Desk,
) -> None:
    gift = replace(line(RED, 2, 0), discount=1800, shop_discount=1800)
    order = await desk.bought(gift, line(TEAPOT))
    assert (await desk.shares(order))[Account.DISCOUNTS, OURS] == -1800
    for left in (-900, 0):
        done = await desk.refund(await desk.received(order))
        assert (done.refunded.amount, done.state) == (0, "refunded")
        assert (await desk.shares(order)).get((Account.DISCOUNTS, OURS), 0) == left
    assert (await desk.shares(order)).get((Account.SELLER, OURS), 0) == 0


async def test_a_part_of_the_money_brings_back_its_part_of_the_shops_discount(desk: Desk) -> None:
    order = await desk.bought(replace(line(RED, 1, 600), discount=300, shop_discount=300))
    rma = await desk.received(order)
    await desk.refund(rma, 200)
    after = await desk.shares(order)
    assert (after[Account.DISCOUNTS, OURS], after[Account.SELLER, OURS], after[Account.COMMISSION, OURS]) == (
        -200, 540, 60,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("paid", "price", "standard", "back"),
    [
        (1290, 1290, 490, 490),
        (490, 490, 490, 490),
        (490, 490, None, 490),
        (645, 1290, 490, 245),
        (0, 1290, 490, 0),
        (300, 300, 490, 300),
        (0, 0, 0, 0),
    ],
)
def test_of_shipping_all_goes_back_but_what_was_dearer_than_the_cheapest_way(
    paid: int, price: int, standard: int | None, back: int
) -> None:
    assert withdrawn_shipping(LineRefund(None, paid), price, standard).amount == back
