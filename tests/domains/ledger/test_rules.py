"""Dividing money: nothing is lost or made, whatever is divided."""

from collections.abc import Mapping

from hypothesis import given
from hypothesis import strategies as st

from fastshop.contract.ledger import Account
from server.domains.ledger.rules import LOSSES, REFUNDS, Share, commission, shares, taken_back
from server.kernel.money import split
from tests.domains.ledger.conftest import OURS, THEIRS, Line, euros

AMOUNTS = st.integers(0, 10**12)
RATES = st.integers(0, 10_000)
LINES = st.lists(
    st.builds(
        lambda seller, total, tax: Line(seller, euros(total), tax=total * tax // 100),
        st.sampled_from([OURS, THEIRS]), AMOUNTS, st.integers(0, 100),
    ),
    min_size=1, max_size=6,
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
        assert all(part >= 0 for part in left.values())
    assert not any(left.values())


def added(left: Mapping[Share, int], parts: Mapping[Share, int]) -> dict[Share, int]:
    return {share: part + parts.get(share, 0) for share, part in left.items()}
