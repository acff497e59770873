"""A seller's score, from figures that are not all known."""

import pytest

from server.domains.orders.scoring import mean, rate, score


def test_of_nothing_nothing_is_known() -> None:
    assert (rate(0, 0), mean(0, 0), score(None, None, None)) == (None, None, None)


@pytest.mark.parametrize(
    ("fulfilled", "accepted", "stars", "expected"),
    [
        (10_000, 10_000, 500, 100),
        (0, 0, 100, 0),
        (10_000, 0, None, 75),
        (None, None, 300, 50),
        (5_000, 10_000, 500, 70),
        (0, None, None, 0),
    ],
)
def test_what_is_not_known_counts_neither_way(
    fulfilled: int | None, accepted: int | None, stars: int | None, expected: int
) -> None:
    assert score(fulfilled, accepted, stars) == expected


def test_rates_are_rounded_down() -> None:
    assert (rate(2, 3), mean(14, 3)) == (6666, 466)
