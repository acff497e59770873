"""One connection, without its socket: frames and time come in, bytes and a close code go out.

Commands are begun in the order in which they came, and an operation runs up to its first await before the next begins:
so one connection's commands reach an actor in order (promise P11). `connect` is answered before anything after it.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Coroutine
from functools import partial
from typing import Any
from uuid import uuid4

from fastshop.contract.codes import (
    COMMAND_FLOOD,
    EXPIRED,
    MALFORMED,
    METHOD_NOT_FOUND,
    NO_PONG,
    SLOW,
    STALE,
    TOO_MANY_REQUESTS,
    CloseCode,
)
from server.kernel.caller import Caller
from server.kernel.operation import Run
from server.realtime import frames
from server.realtime.bucket import TokenBucket
from server.realtime.frames import (
    BadFrame,
    ClientCommand,
    ConnectRequest,
    Empty,
    RefreshRequest,
    RpcRequest,
    SubscribeRequest,
)
from server.realtime.greeting import Greeting
from server.realtime.node import Line, Node, Visitor
from server.realtime.outbound import Outbound
from server.realtime.watching import Watching

# What a client may ask of its channels, by the name it has on the wire and in `Watching`.
_OF_CHANNELS = ("unsubscribe", "publish", "presence", "presence_stats", "history", "sub_refresh")
_KINDS = ("subscribe", *_OF_CHANNELS, "ping", "send", "refresh")


class Session:
    """One connection."""

    def __init__(self, node: Node, line: Line, visitor: Visitor) -> None:
        self.client = uuid4().hex
        self.outbound = Outbound(node.limits, node.counts, line.wake, lambda: self.close(SLOW))
        self._node = node
        self._line = line
        self._watching = Watching(node.channels, self.client, self.outbound, self.close)
        self._greeting = Greeting(node, visitor, self.client, self._watching)
        self._bucket = TokenBucket(node.limits.commands_per_second, node.limits.commands_burst, node.ticks)
        self._waiting: deque[ClientCommand] = deque()
        self._in_flight = 0
        self._at_most = node.limits.commands_in_flight
        # Tasks that were made and have not begun yet.
        self._beginning = 0
        self._over = 0
        self._connected = self._connecting = self._paused = self._closed = False
        # Closed or leaving: nothing more is taken.
        self._over_with = False
        self._leaving: CloseCode | None = None
        self._leave_at = 0.0
        self._opened_at = self._heard_at = self._pinged_at = node.ticks()
        self._pinged = False
        node.sockets.opened(self)
        node.counts.opened += 1
        line.schedule(node.limits.connect_within)

    @property
    def caller(self) -> Caller:
        """Who the connection is: a guest until `connect` says more."""
        return self._greeting.caller

    def receive(self, frame: str | bytes) -> None:
        """A text frame from the client."""
        if self._over_with:
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
        if self._over_with:
            return
        self._leaving, self._over_with = code, True
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
        self._closed = self._over_with = True
        self._waiting.clear()
        self._watching.end()
        self._node.sockets.closed(self)

    @property
    def _busy(self) -> bool:
        return self._connecting or self._in_flight >= self._at_most or self.outbound.full

    def _take(self, command: ClientCommand) -> None:
        if self._over_with:
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
            self._run(self._answered(command.id, kind, self._work(command.id, kind, getattr(command, kind))))

    def _work(self, command_id: int, kind: str, request: Any) -> Awaitable[None]:
        if kind in _OF_CHANNELS:
            return self._on_channel(command_id, kind, request)
        work: Awaitable[None] = getattr(self, f"_on_{kind}")(command_id, request)
        return work

    def _begin_connect(self, command: ClientCommand) -> None:
        if self._connected or command.connect is None or not command.id:
            self.close(MALFORMED)
            return
        self._connecting = True
        self._run(self._answered(command.id, "connect", self._on_connect(command.id, command.connect)))

    def _begin_call(self, command_id: int, request: RpcRequest) -> None:
        """Begin an operation. What is under way already needs no task; but nothing overtakes a task before it began."""
        method = request.method
        try:
            run, command, caller = self._node.calls.prepare(method, request.data, self.caller)
            work = self._begun(run, command, caller) if self._beginning else run(command, caller)
        except Exception as error:
            self._say(self._node.errors.reply(command_id, error, method))
            return
        self._in_flight += 1
        if not isinstance(work, asyncio.Future):
            work = self._task(work)
        if work.done():
            self._answer(command_id, method, work)
        else:
            work.add_done_callback(partial(self._answer, command_id, method))

    async def _begun(self, run: Run, command: Any, caller: Caller) -> Any:
        return await run(command, caller)

    def _task(self, work: Awaitable[Any]) -> "asyncio.Task[Any]":
        self._beginning += 1
        task = asyncio.create_task(self._begin_task(work))
        self._node.running.add(task)
        task.add_done_callback(self._node.running.discard)
        return task

    async def _begin_task(self, work: Awaitable[Any]) -> Any:
        self._beginning -= 1
        return await work

    def _answer(self, command_id: int, method: str, work: "asyncio.Future[Any]") -> None:
        try:
            answer = frames.rpc_reply(command_id, work.result())
        except (Exception, asyncio.CancelledError) as error:
            answer = self._node.errors.reply(command_id, error, method)
        self._say(answer)
        self._finished()

    def _run(self, work: Coroutine[Any, Any, None]) -> None:
        self._in_flight += 1
        self._task(work)

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
        elif self._greeting.over_time() >= 0:
            self.close(EXPIRED)
        else:
            if now - self._pinged_at >= limits.ping_every:
                self._pinged, self._pinged_at, unheard = True, now, True
                self._say(frames.PING)
            due = limits.pong_within if unheard else limits.ping_every
            self._line.schedule(max(min(self._pinged_at + due - now, -self._greeting.over_time()), 0))

    async def _on_connect(self, command_id: int, request: ConnectRequest) -> None:
        since = self._node.sockets.renewals
        try:
            await self._greeting.identify(request.token)
            asked = {command.subscribe.channel for command in self._waiting if command.subscribe is not None}
            subs = await self._greeting.subscribe_own(request, asked)
        except BaseException:
            self._watching.drop_all()
            raise
        finally:
            self._connecting = False
        if self._over_with:
            return
        self._connected = True
        self._node.sockets.known(self, since)
        self._reply(command_id, "connect", self._greeting.welcome(subs))
        for channel, result in subs.items():
            self._watching.open(channel, result, self.caller)
        self._pinged_at = self._node.ticks()
        self.tick()

    async def _on_refresh(self, command_id: int, request: RefreshRequest) -> None:
        since = self._node.sockets.renewals
        known = await self._greeting.identify_again(request.token)
        if self._over_with:
            return
        self._node.sockets.forget(self)
        result = self._greeting.renew(known)
        self._node.sockets.known(self, since)
        self._reply(command_id, "refresh", result)
        self.tick()

    async def _on_subscribe(self, command_id: int, request: SubscribeRequest) -> None:
        result = await self._watching.subscribe(request, self.caller)
        self._reply(command_id, "subscribe", result)
        self._watching.open(request.channel, result, self.caller)

    async def _on_channel(self, command_id: int, kind: str, request: Any) -> None:
        self._reply(command_id, kind, await getattr(self._watching, kind)(request, self.caller))

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
