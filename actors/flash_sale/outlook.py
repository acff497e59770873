"""What may come back to the line, and when: the numbers behind an estimate."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from itertools import accumulate

from msgspec import Struct

from fastshop.contract.flash_sales import Claim, ClaimState
from fastshop.contract.lines import ComingBack

_MOMENTS = 8
_GOOD_FOR = timedelta(seconds=1)


class Outlook(Struct, frozen=True):
    """When units on hold come back if nobody pays, and which share of units was not paid for so far."""

    seen_at: datetime
    returns: tuple[ComingBack, ...]
    unpaid: float

    def good_at(self, now: datetime) -> bool:
        """Whether it is fresh enough."""
        return self.seen_at <= now < self.seen_at + _GOOD_FOR


def outlook_of(claims: Iterable[Claim], paid: int, unpaid: int, now: datetime) -> Outlook:
    """The outlook on these claims, when so many units were paid for or not. Before any was, it is even."""
    held = sorted((claim.expires_at, claim.quantity) for claim in claims if claim.state is ClaimState.HELD)
    sums = list(accumulate(units for _, units in held))
    last = len(held) - 1
    chosen = sorted({last * nth // (_MOMENTS - 1) for nth in range(_MOMENTS)}) if held else ()
    returns = tuple(ComingBack(held[index][0], sums[index]) for index in chosen)
    return Outlook(now, returns, round((unpaid + 1) / (paid + unpaid + 2), 4))
