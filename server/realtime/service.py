"""Real time, put together."""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from uuid import UUID, uuid4

import redis.asyncio as redis
from litestar.handlers import WebsocketRouteHandler
from prometheus_client import CollectorRegistry

from fastshop.contract.codes import SESSION_ENDED, SESSION_REPLACED, SHUTDOWN
from server.kernel.caller import Authenticate
from server.kernel.channel import Watches
from server.kernel.clock import Clock
from server.kernel.database import Database
from server.kernel.operation import Operations
from server.realtime.bucket import Ticks
from server.realtime.bus import Bus, Message
from server.realtime.calls import Calls
from server.realtime.counts import Counts, CountsCollector
from server.realtime.history import History
from server.realtime.hub import Hub
from server.realtime.limits import Limits
from server.realtime.node import Line, Node, Visitor
from server.realtime.presence import Presence
from server.realtime.refusals import Errors, Problem
from server.realtime.session import Session
from server.realtime.socket import handlers
from server.realtime.sockets import Sockets
from server.realtime.tasks import Tasks
from server.realtime.watching import Channels, Publishing

# Which of these sessions still run.
StillValid = Callable[[Collection[UUID]], Awaitable[Collection[UUID]]]

_DRAIN_STEP = 0.05


_DEFAULTS = Limits()


@dataclass(frozen=True, slots=True, kw_only=True)
class Needs:
    """What real time needs from the rest of the shop.

    ``cookie_name`` and ``origins`` say which cookie is believed from which pages, ``problem`` how a refusal is told.
    """

    operations: Operations
    watches: Watches
    database: Database
    authenticate: Authenticate
    still_valid: StillValid
    problem: Problem
    clock: Clock
    valkey_url: str
    cookie_name: str
    origins: Collection[str]
    registry: CollectorRegistry
    limits: Limits = _DEFAULTS
    ticks: Ticks | None = None


class Realtime:
    """The WebSocket of one node. Made inside the running loop; `start` before, `stop` after serving."""

    def __init__(self, needs: Needs) -> None:
        limits = needs.limits
        self.counts = Counts()
        name = uuid4().hex[:12]
        self._limits = limits
        self._still_valid = needs.still_valid
        self._draining = False
        self._tasks = Tasks()
        self._client = redis.Redis.from_url(needs.valkey_url, protocol=3, socket_timeout=2, socket_connect_timeout=2)
        self._ticks = needs.ticks or asyncio.get_running_loop().time
        self.bus = Bus(needs.valkey_url, name, self._hear, self._missed, self.counts, limits.hello_every)
        self.hub = Hub(needs.database, needs.watches, limits, self.bus.spread)
        self.presence = Presence(self._client, name, limits.presence_seconds, self.hub.pass_on)
        self.sockets = Sockets(limits.sockets_per_user, self._ticks)
        self.node = Node(
            name=name,
            version=f"fastshop {version('fastshop-server')}",
            limits=limits,
            counts=self.counts,
            clock=needs.clock,
            ticks=self._ticks,
            authenticate=needs.authenticate,
            calls=Calls(needs.operations),
            errors=Errors(needs.problem),
            channels=Channels(
                hub=self.hub,
                presence=self.presence,
                history=History(needs.database, limits.history_events),
                publishing=Publishing(needs.watches),
                subscriptions=limits.subscriptions,
            ),
            sockets=self.sockets,
            running=set(),
        )
        self._handlers = handlers(self.open_session, limits.frame_bytes, needs.cookie_name, needs.origins)
        CountsCollector(self.counts, lambda: len(self.sockets), needs.registry)

    @property
    def handlers(self) -> Sequence[WebsocketRouteHandler]:
        """The Litestar handlers of `/ws` and its kin."""
        return self._handlers

    async def start(self) -> None:
        """Begin to serve. Hand `hub.announce` to `Database.on_commit` as well."""
        await self.hub.start()
        self.bus.start()
        self.presence.start()
        self._tasks.repeat(self._sweep_pause, self.sweep, "sessions cannot be looked after")

    async def stop(self) -> None:
        """End every connection that is left, and all work beside."""
        self._draining = True
        for session in self.sockets:
            session.leave(SHUTDOWN)
        await self._tasks.stop()
        await self.bus.stop()
        await self.hub.stop()
        await self.presence.stop()
        await self._client.aclose()

    def open_session(self, line: Line, visitor: Visitor) -> Session:
        """A new connection. While the node drains, it is told to come back elsewhere."""
        session = Session(self.node, line, visitor)
        if self._draining:
            session.leave(SHUTDOWN)
        return session

    async def drain(self, seconds: float) -> None:
        """Tell all connections to come back elsewhere, spread out over so many seconds (promise P9)."""
        self._draining = True
        connections = list(self.sockets)
        steps = max(int(seconds / _DRAIN_STEP), 1)
        for step in range(steps):
            for connection in connections[step::steps]:
                connection.leave(SHUTDOWN)
            await asyncio.sleep(_DRAIN_STEP)

    async def end_sessions(self, session_ids: Collection[UUID], *, replaced: bool = False) -> None:
        """Close every socket of these sessions, on every node, within a second (promise P7).

        ``replaced``: they gave way to newer ones, and their sockets are told so.
        """
        self.bus.end_sessions(tuple(session_ids), replaced=replaced)
        self.sockets.end_sessions(session_ids, SESSION_REPLACED if replaced else SESSION_ENDED)

    async def renew_users(self, user_ids: Collection[UUID]) -> None:
        """Let every socket of these people connect anew: their role or password has changed."""
        self.bus.renew_users(tuple(user_ids))
        self.sockets.renew_users(user_ids)

    async def sweep(self) -> None:
        """Close the sockets whose session has ended, whoever forgot to say so."""
        here = self.sockets.sessions
        if here:
            self.sockets.end_sessions(set(here) - set(await self._still_valid(here)))

    def _sweep_pause(self) -> float:
        return self._limits.sweep_every if self.bus.whole else self._limits.sweep_alone_every

    def _hear(self, message: Message) -> None:
        if message.publications:
            self.hub.receive(message.publications)
        for channel, push in message.passing:
            self.hub.receive_passing(channel, push)
        self.sockets.end_sessions(message.ended_sessions, SESSION_REPLACED if message.replaced else SESSION_ENDED)
        self.sockets.renew_users(message.renewed_users)

    def _missed(self) -> None:
        self.hub.recheck_soon()
