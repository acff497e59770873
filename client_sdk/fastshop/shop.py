"""The shop, from a program: ask it with `Shop.call`, look at it with `Shop.watch`."""

import asyncio
from collections.abc import AsyncGenerator
from datetime import UTC, datetime, timedelta
from typing import Any, Literal, Protocol, TypeVar

from fastshop.contract.accounts import LogIn, LogOut, Me, SignedIn
from fastshop.contract.base import Command, Refusal
from fastshop.contract.second_factor import LogInWithCode
from fastshop.contract.system import TellTime
from fastshop.errors import Closed, OutcomeUnknown, ProtocolError, ShopError
from fastshop.http import HttpTransport
from fastshop.live import LiveTransport
from fastshop.retrying import Retries, only_reads, outcome_known, worth_a_retry
from fastshop.watching import Item
from fastshop.wire import answer_of

Answer = TypeVar("Answer")

# How long a measured difference between the clocks is believed, in seconds. Clocks drift by milliseconds in that time.
_OFFSET_AGE = 300.0


class Transport(Protocol):
    """A way to the shop."""

    async def ask(self, command: Command[Any], patience: float) -> Any:
        """The answer's data; raises a refusal or a `TransportError`."""
        ...

    async def close(self) -> None:
        """Give up what is open."""
        ...


class Shop:
    """A shop at ``url``, e.g. ``https://shop.example``.

    ``token`` is a session's bearer token, or None for a guest; `log_in` gets one. Commands go over ``transport``:
    plain HTTP, or the one WebSocket that `watch` uses as well. Nothing is opened before it is needed; use it in one
    event loop, and close it: ``async with Shop(url) as shop``.
    """

    def __init__(
        self,
        url: str,
        token: str | None = None,
        transport: Literal["http", "live"] = "http",
        *,
        retries: Retries | None = None,
    ) -> None:
        self._url = url
        self._token = token
        self._retries = retries or Retries()
        self._http = HttpTransport(url, self._present_token)
        self._live = LiveTransport(url, self._present_token)
        self._transport: Transport = self._live if transport == "live" else self._http
        self._closed = False
        self._offset: tuple[float, timedelta] | None = None

    def __repr__(self) -> str:
        return f"<Shop {self._url} {'signed in' if self._token else 'as guest'}>"

    async def __aenter__(self) -> "Shop":
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def call(self, command: Command[Answer], *, deadline: float | None = None) -> Answer:
        """The answer to a command, tried again while that helps and does no harm, for ``deadline`` seconds.

        Raises the `Refusal` of the contract, or a `ShopError`: see `fastshop.errors`.
        """
        return answer_of(command, await self._ask(self._transport, command, deadline))

    async def log_in(self, email: str, password: str, *, device: str = "fastshop-python") -> Me:
        """Sign in, and stay so for all that follows.

        Raises `SecondFactorNeeded` where `log_in_with_code` must follow.
        """
        return await self._sign_in(LogIn(email=email, password=password, device=device))

    async def log_in_with_code(self, challenge: str, code: str) -> Me:
        """The second step, with the challenge of the first and a code of the person's app."""
        return await self._sign_in(LogInWithCode(challenge=challenge, code=code))

    async def log_out(self) -> None:
        """End the session on the server, and be a guest."""
        if self._token is None:
            return
        await self._ask(self._http, LogOut(), None)
        await self._take(None)

    async def watch(self, channel: str, *, buffer: int = 1000) -> AsyncGenerator[Item, None]:
        """The channel from now on: a `Snapshot` first (a channel that only passes things on has none), then each event.

        A cut connection is mended: what was missed follows in order, or a fresh `Snapshot` stands for it. At most
        ``buffer`` items wait in memory for a slow reader. Ends when the shop is closed here, or
        by raising what ended it, e.g. a `Refusal`.
        """
        self._refuse_closed()
        watch = await self._live.watch(channel, buffer)
        try:
            while True:
                yield await watch.next()
        except Closed:
            return
        finally:
            await watch.stop()

    async def time(self) -> datetime:
        """What the shop's clock shows now, to about half a round trip. Sales start and end by it."""
        loop = asyncio.get_running_loop()
        if self._offset is None or loop.time() - self._offset[0] > _OFFSET_AGE:
            before = datetime.now(UTC)
            told = (await self.call(TellTime())).time
            after = datetime.now(UTC)
            self._offset = loop.time(), told - (before + (after - before) / 2)
        return datetime.now(UTC) + self._offset[1]

    async def close(self) -> None:
        """Close what is open. Watches end; calls under way fail."""
        self._closed = True
        await self._live.close()
        await self._http.close()

    async def _sign_in(self, command: Command[SignedIn]) -> Me:
        # Over HTTP in any case: the socket is opened with the token that this gets.
        signed_in = answer_of(command, await self._ask(self._http, command, None))
        await self._take(signed_in.token)
        return signed_in.me

    async def _take(self, token: str | None) -> None:
        self._token = token
        await self._live.renew()

    def _refuse_closed(self) -> None:
        if self._closed:
            raise Closed(f"{self!r} is closed")

    def _present_token(self) -> str | None:
        return self._token

    async def _ask(self, transport: Transport, command: Command[Any], deadline: float | None) -> Any:
        self._refuse_closed()
        retries = self._retries
        now = asyncio.get_running_loop().time
        end = now() + (retries.deadline if deadline is None else deadline)
        tries = 0
        doubtful: Exception | None = None
        while True:
            tries += 1
            try:
                return await transport.ask(command, max(0.001, min(retries.patience, end - now())))
            except (Refusal, ShopError) as error:
                doubtful = doubtful if outcome_known(error) else error
                pause = retries.pause(tries, error)
                if not worth_a_retry(command, error) or now() + pause >= end:
                    if _leaves_doubt(command, error, doubtful):
                        raise OutcomeUnknown(command) from doubtful
                    raise
            await asyncio.sleep(pause)


def _leaves_doubt(command: Command[Any], error: Exception, doubtful: Exception | None) -> bool:
    """Whether a change may have been made although the last try failed.

    A refusal for good settles it: had an earlier try been done, the same id would have had the same answer.
    """
    settled = isinstance(error, ProtocolError) or (isinstance(error, Refusal) and not error.temporary)
    return doubtful is not None and not only_reads(command) and not settled
