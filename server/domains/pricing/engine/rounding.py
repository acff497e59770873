"""Whole minor units, and none of them lost."""

from collections.abc import Sequence


def half_up(numerator: int, denominator: int) -> int:
    """The nearest whole number of a fraction that is not negative; a half goes up."""
    return (2 * numerator + denominator) // (2 * denominator)


def spread(amount: int, weights: Sequence[int]) -> list[int]:
    """Share out by largest remainder: the shares are in proportion to the weights and add up to the amount.

    Of an amount that is not more than all weights together no share is larger than its weight. Ties go to the first.
    """
    whole = sum(weights)
    if amount == whole:
        return list(weights)
    shares, rests = [], []
    for weight in weights:
        share, rest = divmod(amount * weight, whole)
        shares.append(share)
        rests.append(rest)
    left = amount - sum(shares)
    if left:
        # Who has a remainder has room: its exact share is not above its weight, so the one below it is less.
        by_remainder = sorted(range(len(rests)), key=rests.__getitem__, reverse=True)
        for index in by_remainder[:left]:
            shares[index] += 1
    return shares


def part(amount: int, quantity: int, before: int, count: int) -> int:
    """What ``count`` units of a line are worth after ``before`` of its ``quantity`` units have gone.

    In whatever steps all units go, the parts add up to the amount: cancelling in part and returning in part
    give back what was paid, no more and no less; taking a step back gives the same part again.
    """
    return half_up(amount * (before + count), quantity) - half_up(amount * before, quantity)
