"""Dividing money: nothing is lost or made, whatever is divided."""

from collections.abc import Mapping

from hypothesis import given
from hypothesis import strategies as st

from fastshop.contract.ledger import Account
from server.domains.ledger.rules import (
    LOSSES,
    REFUNDS,
    OutOf,
    Share,
    commission,
    shares,
    taken_back,
    taken_back_from,
)
from server.kernel.money import LineRefund, split
from tests.domains.ledger.conftest import OURS, THEIRS, Line, euros

AMOUNTS = st.integers(0, 10**12)
RATES = st.integers(0, 10_000)
LINES = st.lists(
    st.builds(
        lambda seller, total, tax, added, line_id: Line(
            seller, euros(total), tax=total * tax // 100, line_id=line_id, shop_discount=added
        ),
        st.sampled_from([OURS, THEIRS]), AMOUNTS, st.integers(0, 100), AMOUNTS, st.uuids(),
    ),
    min_size=1, max_size=6, unique_by=lambda line: line.line_id,
)  # fmt: skip


@given(AMOUNTS, RATES)
def test_a_commission_is_rounded_half_up_to_the_whole_cent(amount: int, rate: int) -> None:
    assert -1 < 2 * (commission(amount, rate) * 10_000 - amount * rate) / 10_000 <= 1
    assert commission(5, 1000) == 1
    assert commission(4, 1000) == 0


@given(st.data(), st.lists(AMOUNTS, min_size=1, max_size=8))
def test_parts_are_exact_and_no_part_is_above_its_weight(data: st.DataObject, weights: list[int]) -> None:
    amount = data.draw(st.integers(0, sum(weights)))
    parts = split(amount, dict(enumerate(weights)))
    assert sum(parts.values()) == amount
    assert all(0 <= part <= weights[key] for key, part in parts.items())
    assert all(abs(part * sum(weights) - amount * weights[key]) < sum(weights) for key, part in parts.items())


@given(LINES, st.data())
def test_a_sale_and_its_refunds_in_any_parts_leave_nothing_when_all_went_back(
    lines: list[Line], data: st.DataObject
) -> None:
    rates = data.draw(st.lists(RATES, min_size=len(lines), max_size=len(lines)))
    sale = shares(lines, rates)
    assert sum(sale.values()) == 0
    left = {share: part for share, part in sale.items() if share.account is not Account.UNALLOCATED}
    while remaining := sum(left.values()):
        amount = data.draw(st.integers(max(1, remaining // 3), remaining))
        parts = taken_back(left, amount, REFUNDS)
        assert sum(parts.values()) == 0
        assert (parts[REFUNDS], parts[LOSSES]) == (amount, 0)
        left = added(left, parts)
        assert no_share_is_overdrawn(left)
    if any(line.total.amount for line in lines):
        assert not any(left.values())


@given(LINES, st.data())
def test_lines_that_go_back_one_by_one_take_back_just_what_each_was_sold_for(
    lines: list[Line], data: st.DataObject
) -> None:
    rates = data.draw(st.lists(RATES, min_size=len(lines), max_size=len(lines)))
    sale = shares(lines, rates)
    left = {share: part for share, part in sale.items() if share.account is not Account.UNALLOCATED}
    for line, rate in data.draw(st.permutations(list(zip(lines, rates, strict=True)))):
        back = LineRefund(line.line_id, line.total.amount, line.tax, line.shop_discount)
        parts = taken_back_from(OutOf(line.seller_id, line.tax, (back,)), left, line.total.amount, REFUNDS)
        own = shares([line], [rate])
        assert all(
            parts.get(share, 0) == -part for share, part in own.items() if share.account is not Account.UNALLOCATED
        )
        assert (sum(parts.values()), parts[LOSSES]) == (0, 0)
        left = added(left, parts)
    assert not any(left.values())


@given(LINES, st.lists(st.tuples(st.integers(0, 5), AMOUNTS, AMOUNTS, AMOUNTS), max_size=4))
def test_whatever_is_asked_back_of_a_line_no_share_is_overdrawn_and_the_shop_bears_the_rest(
    lines: list[Line], asked: list[tuple[int, int, int, int]]
) -> None:
    left = {
        share: part
        for share, part in shares(lines, [1234] * len(lines)).items()
        if share.account is not Account.UNALLOCATED
    }
    for number, amount, tax, discount in asked:
        line = lines[number % len(lines)]
        back = LineRefund(line.line_id, amount, min(tax, amount), discount)
        parts = taken_back_from(OutOf(line.seller_id, back.tax, (back,)), left, amount, REFUNDS)
        assert (sum(parts.values()), parts[REFUNDS]) == (0, amount)
        assert parts[LOSSES] <= 0
        assert not {share.party_id for share, part in parts.items() if part} - {line.seller_id, None}
        left = added(left, {share: part for share, part in parts.items() if share not in (LOSSES, REFUNDS)})
        assert no_share_is_overdrawn(left)


def no_share_is_overdrawn(left: Mapping[Share, int]) -> bool:
    return all((-part if share.account is Account.DISCOUNTS else part) >= 0 for share, part in left.items())


def added(left: Mapping[Share, int], parts: Mapping[Share, int]) -> dict[Share, int]:
    return {share: part + parts.get(share, 0) for share, part in left.items()}
