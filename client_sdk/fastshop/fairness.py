"""What makes a flash sale's line checkable: pure functions that the shop, its pages and anybody else compute alike.

The shop commits to a secret seed before anybody joins (its SHA-256 is shown with the sale), draws the lobby with it at
the start and publishes it then. `verify_draw` proves that the order follows from the seed, and the seed from the
commitment. It cannot prove that every place is a person's: see docs/decisions/0007.
"""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from datetime import datetime
from hashlib import sha256
from hmac import compare_digest
from math import erfc, sqrt
from uuid import UUID

from fastshop.contract.lines import ComingBack, LineEstimate, LobbyDraw, SaleLine


def commitment_of(seed: bytes) -> str:
    """What is shown of a seed before the draw: its SHA-256, in hex."""
    return sha256(seed).hexdigest()


def drawn_order(seed: bytes, places: Iterable[UUID]) -> list[UUID]:
    """The places in the order in which the seed draws them: by SHA-256 of the seed followed by the id's 16 bytes."""
    return sorted(places, key=lambda place: sha256(seed + place.bytes).digest())


def verify_draw(commitment: str, seed: str, places: Sequence[UUID]) -> bool:
    """Whether the seed (hex) is the one that was committed to, and draws these places in this very order.

    ``commitment`` is the one you saw before the start. Look for your own place in ``places``, too.
    """
    try:
        secret = bytes.fromhex(seed)
    except ValueError:
        return False
    if not compare_digest(commitment_of(secret).encode(), commitment.encode()):
        return False
    return len(set(places)) == len(places) and drawn_order(secret, places) == list(places)


def verify_pages(commitment: str, pages: Sequence[LobbyDraw]) -> bool:
    """Whether the pages of a draw, in order, are all of it and are true to the commitment: see `verify_draw`."""
    if not pages:
        return False
    first, places = pages[0], [place for page in pages for place in page.places]
    whole = len(places) == first.count and all((page.seed, page.count) == (first.seed, first.count) for page in pages)
    return whole and verify_draw(commitment, first.seed, places)


def ahead_of(line: SaleLine, number: int) -> int:
    """How many wait ahead of the place with this number: exact at the marks, interpolated (rounded down) between them.

    Before the first mark nobody is ahead; after the last everybody who waits is.
    """
    after = bisect_right(line.marks, number, key=lambda mark: mark.number)
    if after == 0:
        return 0
    low = line.marks[after - 1]
    if low.number == number:
        return low.ahead
    if after == len(line.marks):
        return line.waiting
    high = line.marks[after]
    # The mark itself waits too, so it is ahead of every later number.
    return low.ahead + 1 + (high.ahead - low.ahead - 1) * (number - low.number - 1) // (high.number - low.number - 1)


def estimate(line: SaleLine, ahead: int, left: int) -> LineEstimate:
    """When, and how likely, units come free for a place with so many ``ahead``, while ``left`` are free already.

    It counts one unit for each place, and each unit on hold once: a unit that lapses may be held and lapse again.
    """
    needed = ahead + 1 - left
    on_hold = line.returns[-1].units if line.returns else 0
    return LineEstimate(_first(line.returns, needed), _at_least(needed, on_hold, line.unpaid))


def _first(returns: Sequence[ComingBack], needed: int) -> datetime | None:
    return next((each.time for each in returns if each.units >= needed), None)


def _at_least(needed: int, trials: int, share: float) -> float:
    """How likely at least so many of the trials come out, each with this likelihood (by the normal distribution)."""
    if needed <= 0:
        return 1.0
    if needed > trials:
        return 0.0
    spread = sqrt(trials * share * (1 - share))
    if spread == 0:
        return 1.0 if needed <= trials * share else 0.0
    return round(erfc((needed - 0.5 - trials * share) / (spread * sqrt(2))) / 2, 4)
