"""Tries that this node counts by itself, because the store that all nodes see did not hear of them."""

from time import monotonic

# More keys than this are more than honest people make while Valkey is away: the oldest are forgotten.
_MOST = 20_000


class Unheard:
    """Counts in fixed windows, in memory."""

    def __init__(self) -> None:
        self._counts: dict[str, tuple[int, float]] = {}

    def add(self, key: str, seconds: int) -> None:
        """One more. The window is as long as the first of them said."""
        count, until = self._known(key) or (0, monotonic() + seconds)
        if not count and len(self._counts) >= _MOST:
            del self._counts[next(iter(self._counts))]
        self._counts[key] = (count + 1, until)

    def take_back(self, key: str) -> bool:
        """One less; whether there was one."""
        known = self._known(key)
        if known is None:
            return False
        count, until = known
        if count == 1:
            del self._counts[key]
        else:
            self._counts[key] = (count - 1, until)
        return True

    def of(self, key: str) -> tuple[int, int]:
        """How many, and the seconds until they are forgotten."""
        known = self._known(key)
        return (known[0], int(known[1] - monotonic()) + 1) if known else (0, 0)

    def _known(self, key: str) -> tuple[int, float] | None:
        known = self._counts.get(key)
        if known is not None and known[1] <= monotonic():
            del self._counts[key]
            return None
        return known
