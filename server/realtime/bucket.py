"""How often somebody may ask: a bucket that fills by the second and is emptied by asking."""

from collections.abc import Callable

# Seconds that only go forward, whatever is done to the clock on the wall.
Ticks = Callable[[], float]


class TokenBucket:
    """So many at once (``burst``), and ``rate`` a second in the long run."""

    __slots__ = ("_at", "_burst", "_rate", "_ticks", "_tokens")

    def __init__(self, rate: float, burst: float, ticks: Ticks) -> None:
        self._rate = rate
        self._burst = burst
        self._ticks = ticks
        self._tokens = burst
        self._at = ticks()

    def spend(self) -> bool:
        """Use one up; False when there is none."""
        now = self._ticks()
        tokens = self._tokens + (now - self._at) * self._rate
        self._at = now
        self._tokens = min(tokens, self._burst)
        if self._tokens < 1:
            return False
        self._tokens -= 1
        return True
