"""One connection, without its socket: frames and time come in, bytes and a close code go out.

Commands are begun in the order in which they came, and an operation runs up to its first await before the next begins:
so one connection's commands reach an actor in order (promise P11). `connect` is answered before anything after it.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Coroutine, Iterator
from dataclasses import dataclass, replace
from math import ceil
from typing import Any, Protocol
from uuid import uuid4

from msgspec import Struct

from fastshop.contract.accounts import ADMIN, Role
from fastshop.contract.base import Refusal
from fastshop.contract.codes import (
    COMMAND_FLOOD,
    EXPIRED,
    MALFORMED,
    METHOD_NOT_FOUND,
    NO_PONG,
    SLOW,
    STALE,
    TOKEN_EXPIRED,
    TOO_MANY_REQUESTS,
    UNAUTHORIZED,
    CloseCode,
)
from fastshop.contract.flash_sales import USER
from fastshop.contract.orders import SELLER
from server.kernel.caller import GUEST, Authenticate, Caller
from server.kernel.channel import ChannelNotFound
from server.kernel.clock import Clock
from server.kernel.operation import Run
from server.realtime import frames
from server.realtime.bucket import Ticks, TokenBucket
from server.realtime.calls import Calls
from server.realtime.counts import Counts
from server.realtime.frames import (
    BadFrame,
    ClientCommand,
    ConnectRequest,
    ConnectResult,
    Empty,
    RefreshRequest,
    RefreshResult,
    RpcRequest,
    RpcResult,
    SubscribeRequest,
    SubscribeResult,
)
from server.realtime.limits import Limits
from server.realtime.outbound import Outbound
from server.realtime.refusals import Errors, ProtocolError
from server.realtime.sockets import Sockets
from server.realtime.watching import Channels, Watching

# What a client may ask besides `connect` and `rpc`, by the name it has on the wire.
_KINDS = (
    "subscribe",
    "unsubscribe",
    "publish",
    "presence",
    "presence_stats",
    "history",
    "ping",
    "send",
    "refresh",
    "sub_refresh",
)


class Line(Protocol):
    """What a session can do to its socket."""

    def wake(self) -> None:
        """Something waits in the session's ``outbound``: write it when the socket can take it."""
        ...

    def close(self, code: CloseCode) -> None:
        """Write what still waits, then close."""
        ...

    def pause(self) -> None:
        """Read no more until `resume`."""
        ...

    def resume(self) -> None:
        """Read again."""
        ...

    def schedule(self, seconds: float) -> None:
        """Call the session's `tick` then, instead of when it was to be called before."""
        ...


class Visitor(Struct, frozen=True):
    """What the handshake told: a session token from a cookie that may be believed, where from, with what.

    ``channel`` is one that the address asks for, and ``person`` the one whose address it is, if it is somebody's.
    """

    cookie: str = ""
    address: str = ""
    device: str = ""
    channel: str = ""
    person: str = ""


@dataclass(frozen=True, slots=True)
class Node:
    """What all sessions of a node share."""

    name: str
    version: str
    limits: Limits
    counts: Counts
    clock: Clock
    ticks: Ticks
    authenticate: Authenticate
    calls: Calls
    errors: Errors
    channels: Channels
    sockets: Sockets
    running: set["asyncio.Task[None]"]


class Session:
    """One connection."""

    def __init__(self, node: Node, line: Line, visitor: Visitor) -> None:
        self.client = uuid4().hex
        self.caller: Caller = replace(GUEST, address=visitor.address, device=visitor.device)
        self.outbound = Outbound(node.limits, node.counts, line.wake, lambda: self.close(SLOW))
        self._node = node
        self._line = line
        self._visitor = visitor
        self._watching = Watching(node.channels, self.client, self.outbound, self.close)
        self._bucket = TokenBucket(node.limits.commands_per_second, node.limits.commands_burst, node.ticks)
        self._waiting: deque[ClientCommand] = deque()
        self._in_flight = 0
        self._over = 0
        self._connected = self._connecting = self._paused = self._closed = self._by_token = False
        self._leaving: CloseCode | None = None
        self._leave_at = 0.0
        self._opened_at = self._heard_at = self._pinged_at = node.ticks()
        self._pinged = False
        node.sockets.opened(self)
        node.counts.opened += 1
        line.schedule(node.limits.connect_within)

    def receive(self, frame: str | bytes) -> None:
        """A text frame from the client."""
        if self._closed or self._leaving:
            return
        self._heard_at = self._node.ticks()
        self._node.counts.received += 1
        try:
            commands = frames.decode(frame)
        except BadFrame:
            self.close(MALFORMED)
            return
        if not commands:
            self._idle()
        for command in commands:
            self._take(command)
        if self._busy or self._waiting:
            self._pause()

    def written(self) -> None:
        """Some of ``outbound`` was written: there may be room for answers again."""
        if self._paused or self._waiting:
            self._go_on()

    def tick(self) -> None:
        """Time has passed, as was asked for by `Line.schedule`."""
        if self._closed:
            return
        now = self._node.ticks()
        if self._leaving is not None and now >= self._leave_at:
            self.close(self._leaving)
        elif not self._connected and now - self._opened_at >= self._node.limits.connect_within:
            self.close(STALE)
        elif self._connected:
            self._keep_alive(now)

    def leave(self, code: CloseCode) -> None:
        """End soon: nothing more is taken or told, but what is under way is answered for a moment longer."""
        if self._closed or self._leaving:
            return
        self._leaving = code
        self._leave_at = self._node.ticks() + self._node.limits.leave_within
        self._waiting.clear()
        self._watching.end()
        if self._in_flight:
            self._line.schedule(self._node.limits.leave_within)
        else:
            self.close(code)

    def close(self, code: CloseCode) -> None:
        """End now."""
        if self._closed:
            return
        if code is SLOW:
            self._node.counts.slow += 1
            self.outbound.clear()
        self.gone()
        self._line.close(code)

    def gone(self) -> None:
        """The socket is closed. Commands under way are done to their end; nobody hears of it."""
        self._closed = True
        self._waiting.clear()
        self._watching.end()
        self._node.sockets.closed(self)

    @property
    def _busy(self) -> bool:
        return self._connecting or self._in_flight >= self._node.limits.commands_in_flight or self.outbound.full

    def _take(self, command: ClientCommand) -> None:
        if self._closed or self._leaving:
            return
        kind = _kind(command)
        if kind is None and not command.id:
            self._idle()
        elif not self._bucket.spend():
            self._refuse(command)
        elif self._busy or self._waiting:
            self._over = 0
            self._waiting.append(command)
        else:
            self._over = 0
            self._begin(command, kind)

    def _idle(self) -> None:
        """A pong. Without a ping it is a command that asks for nothing, and counts as one."""
        if self._pinged:
            self._pinged = False
        elif not self._bucket.spend():
            self._over_limit()

    def _refuse(self, command: ClientCommand) -> None:
        if command.id:
            self._say(frames.error(command.id, TOO_MANY_REQUESTS))
        self._over_limit()

    def _over_limit(self) -> None:
        self._node.counts.refused += 1
        self._over += 1
        if self._over >= self._node.limits.commands_over or self.outbound.full:
            self.close(COMMAND_FLOOD)

    def _begin(self, command: ClientCommand, kind: str | None) -> None:
        if not self._connected or kind == "connect":
            self._begin_connect(command)
        elif not command.id and kind != "send":
            self.close(MALFORMED)
        elif command.rpc is not None:
            self._begin_call(command.id, command.rpc)
        elif kind is None:
            self._say(frames.error(command.id, METHOD_NOT_FOUND))
        else:
            work = getattr(self, f"_on_{kind}")(command.id, getattr(command, kind))
            self._run(self._answered(command.id, kind, work))

    def _begin_connect(self, command: ClientCommand) -> None:
        if self._connected or command.connect is None or not command.id:
            self.close(MALFORMED)
            return
        self._connecting = True
        self._run(self._answered(command.id, "connect", self._on_connect(command.id, command.connect)))

    def _begin_call(self, command_id: int, request: RpcRequest) -> None:
        try:
            run, command = self._node.calls.prepare(request.method, request.data, self.caller)
        except Exception as error:
            self._say(self._node.errors.reply(command_id, error, request.method))
            return
        self._run(self._call(command_id, request.method, run, command))

    def _run(self, work: Coroutine[Any, Any, None]) -> None:
        self._in_flight += 1
        task = asyncio.create_task(work)
        self._node.running.add(task)
        task.add_done_callback(self._node.running.discard)

    async def _call(self, command_id: int, method: str, run: Run, command: Any) -> None:
        try:
            answer = frames.reply(command_id, "rpc", RpcResult(await run(command, self.caller)))
        except Exception as error:
            answer = self._node.errors.reply(command_id, error, method)
        self._say(answer)
        self._finished()

    async def _answered(self, command_id: int, kind: str, work: Awaitable[None]) -> None:
        try:
            await work
        except Exception as error:
            self._say(self._node.errors.reply(command_id, error, kind))
        self._finished()

    def _finished(self) -> None:
        self._in_flight -= 1
        if self._leaving is not None and not self._in_flight:
            self.close(self._leaving)
        elif self._waiting or self._paused:
            self._go_on()

    def _go_on(self) -> None:
        while self._waiting and not self._busy and not self._closed:
            command = self._waiting.popleft()
            self._begin(command, _kind(command))
        if self._paused and not self._waiting and not self._busy:
            self._paused = False
            self._line.resume()

    def _pause(self) -> None:
        if not self._paused:
            self._paused = True
            self._line.pause()

    def _say(self, data: bytes) -> None:
        if not self._closed:
            self.outbound.answer(data)

    def _reply(self, command_id: int, kind: str, result: Any) -> None:
        self._say(frames.reply(command_id, kind, result))

    def _keep_alive(self, now: float) -> None:
        limits = self._node.limits
        unheard = self._pinged and self._heard_at < self._pinged_at
        if unheard and now - self._pinged_at >= limits.pong_within:
            self.close(NO_PONG)
        elif self._over_time() >= 0:
            self.close(EXPIRED)
        else:
            if now - self._pinged_at >= limits.ping_every:
                self._pinged, self._pinged_at, unheard = True, now, True
                self._say(frames.PING)
            due = limits.pong_within if unheard else limits.ping_every
            self._line.schedule(max(min(self._pinged_at + due - now, -self._over_time()), 0))

    def _over_time(self) -> float:
        """Seconds since the connection should have been refreshed; below 0, seconds until then."""
        expires_at = self.caller.expires_at
        if expires_at is None:
            return float("-inf")
        grace = self._node.limits.refresh_within if self._by_token else 0
        return (self._node.clock.now() - expires_at).total_seconds() - grace

    async def _on_connect(self, command_id: int, request: ConnectRequest) -> None:
        try:
            await self._identify(request.token)
            subs = await self._subscribe_own(request)
            if self._closed or self._leaving:
                return
            self._node.sockets.known(self)
            self._connected = True
            self._reply(command_id, "connect", self._welcome(subs))
            for channel, result in subs.items():
                self._watching.open(channel, result, self.caller)
            self._pinged_at = self._node.ticks()
            self.tick()
        except BaseException:
            self._watching.end()
            raise
        finally:
            self._connecting = False

    async def _identify(self, token: str) -> None:
        known = None
        if token:
            known = await self._node.authenticate(token)
            if known is None:
                raise ProtocolError(TOKEN_EXPIRED)
        elif self._visitor.cookie:
            known = await self._node.authenticate(self._visitor.cookie)
        self._by_token = bool(token)
        self.caller = replace(known or GUEST, address=self._visitor.address, device=self._visitor.device)

    async def _subscribe_own(self, request: ConnectRequest) -> dict[str, SubscribeResult]:
        # A client that resumes sends its own subscriptions right behind. The JavaScript client hands what is recovered
        # of a channel to its own subscription, even what that has seen: so such a channel is left to it alone.
        asked = {command.subscribe.channel for command in self._waiting if command.subscribe is not None}
        subs: dict[str, SubscribeResult] = {}
        for channel in _own_channels(self.caller):
            if channel not in asked:
                found = await self._subscribe_if_served(channel, request)
                subs |= {channel: found} if found else {}
        if self._visitor.channel and self._visitor.channel not in subs:
            subs[self._visitor.channel] = await self._subscribe_addressed(request)
        return subs

    async def _subscribe_if_served(self, channel: str, request: ConnectRequest) -> SubscribeResult | None:
        try:
            return await self._subscribe_from(channel, request)
        except Refusal as refusal:
            if refusal.temporary:
                raise
            return None

    async def _subscribe_addressed(self, request: ConnectRequest) -> SubscribeResult:
        if self._visitor.person and self._visitor.person != str(self.caller.user_id):
            raise ChannelNotFound
        return await self._subscribe_from(self._visitor.channel, request)

    async def _subscribe_from(self, channel: str, request: ConnectRequest) -> SubscribeResult:
        wish = request.subs.get(channel) or SubscribeRequest()
        wish.channel = channel
        return await self._watching.subscribe(wish, self.caller, own=True)

    def _welcome(self, subs: dict[str, SubscribeResult]) -> ConnectResult:
        expires, ttl = self._time_left()
        return ConnectResult(
            client=self.client,
            version=self._node.version,
            ping=ceil(self._node.limits.ping_every),
            pong=True,
            node=self._node.name,
            time=int(self._node.clock.now().timestamp() * 1000),
            expires=expires,
            ttl=ttl,
            subs=subs,
        )

    def _time_left(self) -> tuple[bool, int]:
        """Whether the client must refresh, and when. Who came with a cookie cannot, and comes anew instead."""
        expires_at = self.caller.expires_at
        if expires_at is None or not self._by_token:
            return False, 0
        return True, max(int((expires_at - self._node.clock.now()).total_seconds()), 1)

    async def _on_refresh(self, command_id: int, request: RefreshRequest) -> None:
        known = await self._node.authenticate(request.token) if request.token else None
        if known is None:
            raise ProtocolError(TOKEN_EXPIRED)
        if known.user_id != self.caller.user_id:
            raise ProtocolError(UNAUTHORIZED)
        if self._closed or self._leaving:
            return
        self._node.sockets.forget(self)
        self.caller = replace(known, address=self._visitor.address, device=self._visitor.device)
        self._by_token = True
        self._node.sockets.known(self)
        self._reply(command_id, "refresh", RefreshResult(self.client, self._node.version, *self._time_left()))
        self.tick()

    async def _on_subscribe(self, command_id: int, request: SubscribeRequest) -> None:
        result = await self._watching.subscribe(request, self.caller)
        self._reply(command_id, "subscribe", result)
        self._watching.open(request.channel, result, self.caller)

    async def _on_unsubscribe(self, command_id: int, request: frames.ChannelRequest) -> None:
        self._watching.unsubscribe(request.channel)
        self._reply(command_id, "unsubscribe", Empty())

    async def _on_publish(self, command_id: int, request: frames.PublishRequest) -> None:
        await self._watching.publish(request, self.caller)
        self._reply(command_id, "publish", Empty())

    async def _on_presence(self, command_id: int, request: frames.ChannelRequest) -> None:
        self._reply(command_id, "presence", await self._watching.presence(request.channel))

    async def _on_presence_stats(self, command_id: int, request: frames.ChannelRequest) -> None:
        self._reply(command_id, "presence_stats", await self._watching.presence_stats(request.channel))

    async def _on_history(self, command_id: int, request: frames.HistoryRequest) -> None:
        self._reply(command_id, "history", await self._watching.history(request))

    async def _on_sub_refresh(self, command_id: int, request: frames.ChannelRequest) -> None:
        await self._watching.check_again(request.channel, self.caller)
        self._reply(command_id, "sub_refresh", Empty())

    async def _on_ping(self, command_id: int, _request: frames.PingRequest) -> None:
        self._reply(command_id, "ping", Empty())

    async def _on_send(self, command_id: int, _request: frames.SendRequest) -> None:
        """Nobody in the shop waits for messages without an answer yet: they are taken and passed over."""


def _kind(command: ClientCommand) -> str | None:
    """The kind of a command; None when it is of none that is served."""
    if command.rpc is not None:
        return "rpc"
    if command.connect is not None:
        return "connect"
    return next((kind for kind in _KINDS if getattr(command, kind) is not None), None)


def _own_channels(caller: Caller) -> Iterator[str]:
    """The channels that a person's every connection watches."""
    if caller.user_id is not None:
        yield USER.of(caller.user_id)
    if caller.seller_id is not None:
        yield SELLER.of(caller.seller_id)
    if caller.is_any(Role.ADMIN):
        yield ADMIN.of()
