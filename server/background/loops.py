"""A loop that lives as long as the shop: it is woken, survives what fails in it, and is seen when it does."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress

import structlog

logger = structlog.get_logger()

# A round that failed is tried again after this pause, in seconds.
_AFTER_FAILURE = 1.0


class Loop:
    """Runs rounds. A round answers how long to rest until the next, in seconds; a wake cuts the rest short."""

    def __init__(self, name: str, do: Callable[[], Awaitable[float]]) -> None:
        self._name = name
        self._round = do
        self._woken = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin."""
        self._task = asyncio.create_task(self._run(), name=self._name)

    def wake(self) -> None:
        """Have the next round begin now."""
        self._woken.set()

    async def stop(self) -> None:
        """End, in the middle of a round too: every round may be repeated."""
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task

    async def _run(self) -> None:
        while True:
            self._woken.clear()
            try:
                rest = await self._round()
            except Exception:  # it must go on, whatever it was
                logger.exception("a background round failed", loop=self._name)
                rest = _AFTER_FAILURE
            with suppress(TimeoutError):
                async with asyncio.timeout(rest):
                    await self._woken.wait()
