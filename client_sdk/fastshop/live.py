"""The live socket: commands and channels over one connection of the official Centrifugal client.

That client reconnects, resubscribes and recovers; here its callbacks become answers, items and typed errors.
"""

import asyncio
import logging
import re
from collections.abc import Callable
from typing import Any

from centrifuge import (
    CentrifugeError,
    Client,
    ClientDisconnectedError,
    ClientEventHandler,
    ClientState,
    ConnectedContext,
    DisconnectedContext,
    OperationTimeoutError,
    PublicationContext,
    ReplyError,
    SubscribedContext,
    Subscription,
    SubscriptionEventHandler,
    SubscriptionState,
    UnauthorizedError,
    UnsubscribedContext,
)

from fastshop.contract.base import Command, RateLimited, SignInNeeded
from fastshop.contract.codes import TOO_MANY_REQUESTS
from fastshop.errors import (
    Closed,
    ConnectionFailed,
    ConnectionLost,
    Disconnected,
    NotWatchable,
    ProtocolError,
    TimedOut,
)
from fastshop.problems import refusal_in
from fastshop.registry import channel_of
from fastshop.watching import Buffer, Item, Reader
from fastshop.wire import fields_of

# What the client library calls a connection that has no valid token.
_UNAUTHORIZED = 1
# Loggers of the libraries below us that write whole frames at level DEBUG.
_CHATTY = ("centrifuge", "websockets.client")


class LiveTransport:
    """One WebSocket to the shop, opened when it is first needed. ``token`` is asked whenever it connects."""

    def __init__(self, url: str, token: Callable[[], str | None]) -> None:
        self._address = "ws" + url.rstrip("/").removeprefix("http") + "/ws"
        self._token = token
        self._client: Client | None = None
        self._watches: dict[str, LiveWatch] = {}
        self._gone: Exception | None = None
        self._renewing = False

    async def ask(self, command: Command[Any], patience: float) -> Any:
        """The answer's data. Raises the refusal, or a `TransportError`; `ConnectionFailed` if nothing was sent."""
        end = asyncio.get_running_loop().time() + patience
        client = await self._connected(patience)
        left = max(0.001, end - asyncio.get_running_loop().time())
        try:
            return (await client.rpc(command.tag(), fields_of(command), timeout=left)).data
        except ReplyError as error:
            raise _error_of(error.code, error.message, error.temporary) from None
        except OperationTimeoutError as error:
            raise TimedOut(f"no answer to {command.tag()} in {patience:g} s") from error
        except ClientDisconnectedError as error:
            raise ConnectionLost(f"the line broke during {command.tag()}") from error

    async def watch(self, name: str, limit: int) -> "LiveWatch":
        """Start watching a channel. Refused: `NotWatchable`."""
        channel = channel_of(name)
        if channel is None:
            raise NotWatchable(f"the contract has no channel {name}")
        if name in self._watches:
            raise NotWatchable(f"{name} is being watched already")
        client = await self._opened()
        watch = LiveWatch(Reader(channel), Buffer(channel.kind, limit), lambda: self._forget(client, name))
        watch.subscription = client.new_subscription(name, events=_Handler(watch))
        self._watches[name] = watch
        await watch.subscription.subscribe()
        return watch

    async def renew(self) -> None:
        """Connect anew with the present token. Watches stay, and are asked for again with it."""
        if self._client is None:
            return
        self._renewing = True
        try:
            await self._client.disconnect()
        finally:
            self._renewing = False
        self._client.set_token(self._token() or "")
        await self._client.connect()

    async def close(self) -> None:
        """Close the socket. Watches end."""
        for watch in self._watches.values():
            watch.buffer.end(Closed("the client was closed"))
        if self._client is not None:
            await self._client.disconnect()

    def ended(self, code: int, reason: str) -> None:
        """The connection is over and does not come back by itself."""
        if self._renewing:
            return
        self._gone = SignInNeeded() if code == _UNAUTHORIZED else refusal_in(reason) or Disconnected(code, reason)
        for watch in self._watches.values():
            watch.buffer.end(self._gone)

    def begun(self) -> None:
        """The connection stands."""
        self._gone = None

    async def _opened(self) -> Client:
        if self._client is None:
            for name in _CHATTY:
                logging.getLogger(name).addFilter(_hide_tokens)
            self._client = Client(
                self._address,
                events=_ClientHandler(self),
                token=self._token() or "",
                get_token=self._fresh_token,
                name="fastshop-python",
                max_reconnect_delay=5,
            )
        if self._client.state is ClientState.DISCONNECTED:
            await self._client.connect()
        return self._client

    async def _connected(self, patience: float) -> Client:
        try:
            async with asyncio.timeout(patience):
                client = await self._opened()
                # Its own limit must not come first.
                await client.ready(timeout=patience + 1)
        except (CentrifugeError, TimeoutError) as error:
            raise (self._gone or ConnectionFailed(f"{self._address} cannot be reached")) from error
        return client

    async def _fresh_token(self) -> str:
        """Asked for as a guest, to prolong a connection, or because the shop does not take the token (any more)."""
        assert self._client is not None
        token = self._token() or ""
        if token and self._client.state is not ClientState.CONNECTED:
            # It is the only one there is: coming again with it would go on for ever.
            raise UnauthorizedError
        return token

    async def _forget(self, client: Client, name: str) -> None:
        watch = self._watches.pop(name, None)
        if watch is not None:
            await watch.subscription.unsubscribe()
            client.remove_subscription(watch.subscription)


class LiveWatch:
    """One channel as it is being watched."""

    subscription: Subscription

    def __init__(self, reader: Reader, buffer: Buffer, forget: Callable[[], Any]) -> None:
        self.reader = reader
        self.buffer = buffer
        self.paused = False
        self._forget = forget

    async def next(self) -> Item:
        """The next item. Raises what ended the stream."""
        if self.paused and not self.buffer.waiting and not self.buffer.ended:
            # The subscription remembers its position: all that was missed comes first.
            self.paused = False
            await self.subscription.subscribe()
        return await self.buffer.take()

    async def stop(self) -> None:
        """Watch no more."""
        self.paused = True
        await self._forget()

    async def give(self, make: Callable[[], Item]) -> None:
        """Hand an item to the reader, and pause where there is no more room."""
        try:
            room = self.buffer.put(make())
        except ProtocolError as error:
            self.buffer.end(error)
            room = False
        if not room and self.subscription.state is not SubscriptionState.UNSUBSCRIBED:
            self.paused = True
            await self.subscription.unsubscribe()


class _Handler(SubscriptionEventHandler):  # type: ignore[misc] # the library carries no types
    def __init__(self, watch: LiveWatch) -> None:
        self._watch = watch

    async def on_subscribed(self, ctx: SubscribedContext) -> None:
        # Recovered: all that was missed follows. Otherwise the state is as new as the position.
        if ctx.data is not None and not ctx.recovered:
            offset = ctx.stream_position.offset if ctx.stream_position else 0
            await self._watch.give(lambda: self._watch.reader.snapshot(ctx.data, offset))

    async def on_publication(self, ctx: PublicationContext) -> None:
        await self._watch.give(lambda: self._watch.reader.happened(ctx.pub.data, ctx.pub.offset))

    async def on_unsubscribed(self, ctx: UnsubscribedContext) -> None:
        if not self._watch.paused:
            ended = NotWatchable(f"the shop ended it: {ctx.reason} ({ctx.code})")
            self._watch.buffer.end(refusal_in(ctx.reason) or ended)


class _ClientHandler(ClientEventHandler):  # type: ignore[misc] # the library carries no types
    def __init__(self, live: LiveTransport) -> None:
        self._live = live

    async def on_connected(self, _: ConnectedContext) -> None:
        self._live.begun()

    async def on_disconnected(self, ctx: DisconnectedContext) -> None:
        self._live.ended(ctx.code, ctx.reason)


def _error_of(code: int, message: str, temporary: bool) -> Exception:
    refusal = refusal_in(message)
    if refusal is not None:
        return refusal
    if code == TOO_MANY_REQUESTS.number:
        return RateLimited(retry_after=1)
    return ConnectionLost(f"{message} ({code})") if temporary else ProtocolError(f"{message} ({code})")


def _hide_tokens(record: logging.LogRecord) -> bool:
    """A filter that keeps tokens out of logs, whatever their level."""
    record.msg = re.sub(r"""(['"]token['"]:\s*['"])[^'"]*""", r"\1***", record.getMessage())
    record.args = ()
    return True
