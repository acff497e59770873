"""What several tests need: a clock turned by hand, a moment to wait for."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta


class ManualClock:
    """A clock that stands still until it is turned."""

    def __init__(self, now: datetime = datetime(2026, 11, 21, 12, tzinfo=UTC)) -> None:
        self._now = now

    def now(self) -> datetime:
        return self._now

    def turn(self, **delta: float) -> None:
        """Turn it forward, e.g. ``turn(seconds=30)``."""
        self._now += timedelta(**delta)


async def eventually(true: Callable[[], bool | Awaitable[bool]], seconds: float = 30) -> None:
    """Wait until something becomes true; fail when it does not, on a busy machine either."""
    async with asyncio.timeout(seconds):
        while True:
            result = true()
            if result if isinstance(result, bool) else await result:
                return
            await asyncio.sleep(0.01)
