"""Work that goes on beside: a reference is kept, what fails is logged and goes on, and stopping ends it."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

import structlog

logger = structlog.get_logger()

_ASK_AGAIN = 0.2


class Tasks:
    """The tasks of one owner."""

    def __init__(self) -> None:
        self._running: set[asyncio.Task[Any]] = set()

    def run(self, work: Coroutine[Any, Any, None]) -> None:
        """Do something beside."""
        task = asyncio.create_task(work)
        self._running.add(task)
        task.add_done_callback(self._done)

    def every(self, seconds: float, work: Callable[[], Awaitable[None]], failure: str) -> None:
        """Do something again and again, ``seconds`` after it was done last. ``failure`` is logged when it fails."""
        self.run(_repeat(lambda: seconds, work, failure))

    def repeat(self, pause: Callable[[], float], work: Callable[[], Awaitable[None]], failure: str) -> None:
        """Do something again and again with a pause that may change."""
        self.run(_repeat(pause, work, failure))

    async def stop(self) -> None:
        """End all of it."""
        pending = set(self._running)
        while pending:
            for task in pending:
                task.cancel()
            # A library may take a cancellation for its own timeout (redis-py does, now and then): ask again.
            _, pending = await asyncio.wait(pending, timeout=_ASK_AGAIN)

    def _done(self, task: "asyncio.Task[Any]") -> None:
        self._running.discard(task)
        if not task.cancelled() and task.exception() is not None:
            logger.error("background work ended", exc_info=task.exception())


async def _repeat(pause: Callable[[], float], work: Callable[[], Awaitable[None]], failure: str) -> None:
    while True:
        await asyncio.sleep(pause())
        try:
            await work()
        except Exception as error:
            logger.warning(failure, error=repr(error))
