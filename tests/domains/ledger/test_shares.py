"""Whose money is whose: the shop's own discounts, and each line with the commission that it was sold at."""

from typing import Any

import asyncpg
import pytest

from fastshop.contract.ledger import (
    Account,
    ChangeCommissionRate,
    Commission,
    CommissionRateNotFound,
    ListCommissions,
    MovementKind,
    SellerUnknown,
    SetCommissionRate,
)
from fastshop.ids import new_id
from server.domains.ledger.posting import post
from server.domains.ledger.rules import REFUNDS, Posting, Share
from server.kernel.caller import Caller
from server.kernel.money import LineRefund
from tests.domains.ledger.conftest import (
    ADMIN,
    ANN,
    KETTLE,
    MANAGER,
    NARROW,
    OURS,
    SELLER,
    THEIRS,
    Line,
    Office,
    euros,
)


async def test_the_shop_bears_its_own_discount_and_the_seller_earns_as_if_there_were_none(office: Office) -> None:
    """A line of 100.00 and 19.00 tax; the shop's coupon takes 20.00 off, so 95.20 is paid, 15.20 of it tax."""
    before = await office.totals()
    line = Line(OURS, euros(9520), tax=1520, line_id=new_id(), shop_discount=2000)
    payment_id = await office.bought(line)
    sold = await office.totals()
    assert (await office.balance(), sold.tax) == (8800, 1520)
    assert (sold.discounts, sold.platform - before.platform) == (2000, 1200 - 2000)
    (sale,) = await office.statement()
    assert (sale.commission, sale.shop_discount) == (euros(1200), 2000)
    await office.refunded(payment_id, 4760)
    half = await office.totals()
    assert (await office.balance(), half.tax, half.discounts) == (4400, 760, 1000)
    await office.refunded(payment_id, 4760)
    after = await office.totals()
    assert (await office.balance(), after.tax, after.discounts, after.platform) == (0, 0, 0, before.platform)


async def test_a_line_that_goes_back_takes_back_its_own_frozen_commission(office: Office) -> None:
    await office.rates.set(SetCommissionRate(rate_id=new_id(), rate=3000, category_id=NARROW), ADMIN)
    plain = Line(OURS, euros(1000), line_id=new_id())
    kettle = Line(OURS, euros(1000), KETTLE, line_id=new_id())
    sending = Line(OURS, euros(500), None)
    payment_id = await office.bought(plain, kettle, sending)
    await office.rates.set(SetCommissionRate(rate_id=new_id(), rate=9000, category_id=NARROW), ADMIN)
    await office.refunded(payment_id, 500, None, OURS, 0, [LineRefund(kettle.line_id, 500)])
    assert [(each.commission, each.rates) for each in await office.statement()] == [
        (euros(-150), (3000,)), (euros(480), (1200, 3000)),
    ]  # fmt: skip
    await office.refunded(payment_id, 1000, None, OURS, 0, [LineRefund(plain.line_id, 1000)])
    await office.refunded(payment_id, 1000, None, OURS, 0, [LineRefund(kettle.line_id, 500), LineRefund(None, 500)])
    commissions = [each.commission.amount for each in await office.statement()]
    assert commissions == [-150 - 60, -120, -150, 480]
    assert await office.balance() == 0


async def test_goods_that_the_shop_gave_away_go_back_without_money_and_the_shop_has_its_discount_back(
    office: Office,
) -> None:
    paid = Line(OURS, euros(1000), line_id=new_id())
    gift = Line(OURS, euros(0), line_id=new_id(), shop_discount=500)
    payment_id = await office.bought(paid, gift)
    assert (await office.balance(), (await office.totals()).discounts) == (880 + 440, 500)
    await office.refunded(payment_id, 1000, None, OURS, 0, [LineRefund(paid.line_id, 1000)])
    assert (await office.balance(), (await office.totals()).discounts) == (440, 500), "the gift was kept"
    await office.refunded(payment_id, 0, None, OURS, 0, [LineRefund(gift.line_id, 0, 0, 500)])
    assert (await office.balance(), (await office.totals()).discounts) == (0, 0)


async def test_what_was_sold_before_lines_were_told_apart_goes_back_out_of_all_of_its_sellers_share(
    office: Office,
) -> None:
    payment_id = await office.bought(Line(OURS, euros(2000), tax=200), Line(THEIRS, euros(500)))
    await office.refunded(payment_id, 1000, None, OURS, 100, [LineRefund(new_id(), 1000, 100)])
    (refund, _) = await office.statement()
    assert (refund.amount, refund.commission, refund.tax) == (euros(-792), euros(-108), euros(-100))


async def test_a_previous_release_cannot_take_more_of_a_share_than_is_left_of_it(office: Office) -> None:
    """It knows no lines: it would take a refund of our line from nobody's, and from the other seller."""
    payment_id = await office.bought(
        Line(OURS, euros(1000), line_id=new_id(), shop_discount=100), Line(THEIRS, euros(1000), line_id=new_id())
    )
    old = {Share(Account.SELLER, OURS): -400, Share(Account.SELLER, THEIRS): -400, REFUNDS: 800}
    posting = Posting("refund:old", MovementKind.REFUND, office.clock.now(), "EUR", old, None, payment_id)
    before = await office.totals()
    with pytest.raises(asyncpg.CheckViolationError, match="more is taken back of a share"):
        await office.post(lambda t: post(t, [posting]))
    assert await office.totals() == before


async def test_commissions_are_listed_by_sale_with_what_they_were_taken_of(office: Office) -> None:
    await office.rates.set(SetCommissionRate(rate_id=new_id(), rate=3000, category_id=NARROW), ADMIN)
    office.clock.turn(seconds=1)
    lines = (
        Line(OURS, euros(595), tax=95, line_id=new_id(), shop_discount=500),
        Line(OURS, euros(1000), KETTLE, line_id=new_id()),
        Line(OURS, euros(400), None),
    )
    payment_id = await office.bought(*lines)
    office.clock.turn(seconds=1)
    await office.refunded(payment_id, 1000, None, OURS, 0, [LineRefund(lines[1].line_id, 1000)])
    found = [(each.kind, each.rate, each.base.amount, each.amount.amount) for each in await listed(office, SELLER)]
    sale = MovementKind.SALE
    assert found == [(MovementKind.REFUND, 3000, -1000, -300), (sale, 3000, 1000, 300), (sale, 1200, 1400, 168)]
    assert {each.seller_id for each in await listed(office, MANAGER)} == {OURS, THEIRS}
    assert [each.rate for each in await listed(office, MANAGER, seller_id=OURS)] == [3000, 3000, 1200]
    assert [each.kind for each in await listed(office, SELLER, since=office.clock.now())] == [MovementKind.REFUND]
    assert len(await listed(office, SELLER, until=office.clock.now())) == 2
    with pytest.raises(SellerUnknown):
        await listed(office, SELLER, seller_id=THEIRS)
    with pytest.raises(SellerUnknown):
        await listed(office, ANN)


async def test_a_rate_is_put_in_the_place_of_another_from_now_on(office: Office) -> None:
    first = await office.rates.set(SetCommissionRate(rate_id=new_id(), rate=1000, seller_id=OURS), ADMIN)
    office.clock.turn(seconds=1)
    change = ChangeCommissionRate(rate_id=first.id, rate=2000)
    changed = await office.rates.change(change, ADMIN)
    office.clock.turn(seconds=1)
    assert await office.rates.change(change, ADMIN) == changed
    assert (changed.seller_id, changed.rate, changed.since > first.since) == (OURS, 2000, True)
    await office.bought(Line(OURS, euros(1000)))
    await office.rates.change(ChangeCommissionRate(rate_id=first.id, rate=0), ADMIN)
    assert [each.rates for each in await office.statement()] == [(2000,)]
    with pytest.raises(CommissionRateNotFound):
        await office.rates.change(ChangeCommissionRate(rate_id=new_id(), rate=1), ADMIN)


async def listed(office: Office, caller: Caller, **of: Any) -> list[Commission]:
    """All pages of the commissions, two at a time."""
    found: list[Commission] = []
    cursor: str | None = ""
    while cursor is not None:
        page = await office.reading.list_commissions(ListCommissions(limit=2, cursor=cursor, **of), caller)
        found, cursor = [*found, *page.items], page.next
    return found
