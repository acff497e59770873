"""What may come back to the line, and when: the numbers behind an estimate."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from itertools import accumulate

from msgspec import Struct

from fastshop.contract.flash_sales import Claim, ClaimState
from fastshop.contract.lines import ComingBack

_MOMENTS = 8
_GOOD_FOR = timedelta(seconds=1)
# One in so many holds may change before it is looked at anew: looking goes through all of them, and costs each change
# no more than that share.
_SHARE = 16


class Outlook(Struct, frozen=True):
    """When units on hold come back if nobody pays, and which share of units was not paid for so far.

    It was seen when so many ``changes`` had happened to claims, and is good for so many more, ``slack``.
    """

    seen_at: datetime
    changes: int
    slack: int
    returns: tuple[ComingBack, ...]
    unpaid: float

    def good_at(self, now: datetime, changes: int) -> bool:
        """Whether it is fresh enough."""
        return self.seen_at <= now < self.seen_at + _GOOD_FOR and changes - self.changes <= self.slack


def outlook_of(claims: Iterable[Claim], paid: int, unpaid: int, now: datetime, changes: int) -> Outlook:
    """The outlook on these claims, when so many units were paid for or not. Before any was, it is even."""
    held = sorted((claim.expires_at, claim.quantity) for claim in claims if claim.state is ClaimState.HELD)
    sums = list(accumulate(units for _, units in held))
    last = len(held) - 1
    chosen = sorted({last * nth // (_MOMENTS - 1) for nth in range(_MOMENTS)}) if held else ()
    returns = tuple(ComingBack(held[index][0], sums[index]) for index in chosen)
    return Outlook(now, changes, len(held) // _SHARE, returns, round((unpaid + 1) / (paid + unpaid + 2), 4))
