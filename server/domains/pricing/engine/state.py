"""Where a search for the best combination stands."""

from collections.abc import Sequence
from typing import NamedTuple


class Trail(NamedTuple):
    """A rule that was applied, by its number, and what it took off which slot."""

    number: int
    slots: Sequence[int]
    cuts: Sequence[int]
    before: "Trail | None"


class State(NamedTuple):
    """After some rules: what is ``left`` of each slot; those ``used``, ``closed`` to others, ``taken`` by each group.

    ``dropped`` are rules, as bits; ``trail`` is the last that was applied, what it took off, and the trail before.
    """

    left: Sequence[int]
    used: int = 0
    closed: int = 0
    taken: Sequence[int] = ()
    dropped: int = 0
    trail: "Trail | None" = None

    def applied(self) -> Sequence[Trail]:
        """All that was applied, in order."""
        found, trail = [], self.trail
        while trail is not None:
            found.append(trail)
            trail = trail.before
        return found[::-1]
