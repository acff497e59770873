"""The shop for scripts without an event loop of their own."""

import asyncio
import threading
from collections.abc import AsyncGenerator, Coroutine, Iterator
from datetime import datetime
from typing import Any, Literal, TypeVar

from fastshop.contract.accounts import Me
from fastshop.contract.base import Command
from fastshop.retrying import Retries
from fastshop.shop import Shop
from fastshop.watching import Item

Answer = TypeVar("Answer")
T = TypeVar("T")


class SyncShop:
    """`Shop`, method for method, for scripts: every call waits for its answer. May be used from several threads.

    The connection lives in a thread of its own: ``with SyncShop(url) as shop``.
    """

    def __init__(
        self,
        url: str,
        token: str | None = None,
        transport: Literal["http", "live"] = "http",
        *,
        retries: Retries | None = None,
    ) -> None:
        self._shop = Shop(url, token, transport, retries=retries)
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="fastshop", daemon=True)
        self._thread.start()

    def __repr__(self) -> str:
        return repr(self._shop).replace("Shop", "SyncShop", 1)

    def __enter__(self) -> "SyncShop":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def call(self, command: Command[Answer], *, deadline: float | None = None) -> Answer:
        """See `Shop.call`."""
        return self._wait(self._shop.call(command, deadline=deadline))

    def log_in(self, email: str, password: str, *, device: str = "fastshop-python") -> Me:
        """See `Shop.log_in`."""
        return self._wait(self._shop.log_in(email, password, device=device))

    def log_in_with_code(self, challenge: str, code: str) -> Me:
        """See `Shop.log_in_with_code`."""
        return self._wait(self._shop.log_in_with_code(challenge, code))

    def log_out(self) -> None:
        """See `Shop.log_out`."""
        self._wait(self._shop.log_out())

    def watch(self, channel: str, *, buffer: int = 1000) -> Iterator[Item]:
        """See `Shop.watch`. Leaving the loop ends it."""
        items, one = self._shop.watch(channel, buffer=buffer), asyncio.Lock()
        try:
            while True:
                yield self._wait(_next(items, one))
        except StopAsyncIteration:
            return
        finally:
            if not self._loop.is_closed():
                self._wait(_end(items, one))

    def time(self) -> datetime:
        """See `Shop.time`."""
        return self._wait(self._shop.time())

    def close(self) -> None:
        """Close the connection and end its thread. Closing again changes nothing."""
        if self._loop.is_closed():
            return
        self._wait(self._shop.close())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def _wait(self, work: Coroutine[Any, Any, T]) -> T:
        future = asyncio.run_coroutine_threadsafe(work, self._loop)
        try:
            return future.result()
        except KeyboardInterrupt:
            future.cancel()
            raise


async def _next(items: AsyncGenerator[Item, None], one: asyncio.Lock) -> Item:
    async with one:
        return await anext(items)


async def _end(items: AsyncGenerator[Item, None], one: asyncio.Lock) -> None:
    # After Ctrl-C the last step is still being cancelled.
    async with one:
        await items.aclose()
