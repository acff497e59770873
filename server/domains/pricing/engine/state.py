"""Where a search for the best combination stands."""

from collections.abc import Sequence
from typing import NamedTuple


class State(NamedTuple):
    """After some rules: what is ``left`` of each slot; those ``used``, ``closed`` to others, ``taken`` by each group.

    ``chosen`` and ``dropped`` are rules, as bits.
    """

    left: Sequence[int]
    used: int = 0
    closed: int = 0
    taken: Sequence[int] = ()
    chosen: int = 0
    dropped: int = 0
