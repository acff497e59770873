"""A session driven by hand: frames in, frames out, time turned."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import msgspec
from prometheus_client import CollectorRegistry

from fastshop.contract.codes import CloseCode
from server.http.problems import problem
from server.kernel.clock import Clock
from server.realtime.limits import Limits
from server.realtime.node import Visitor
from server.realtime.service import Needs, Realtime
from server.realtime.session import Session
from tests.realtime.shop import TestShop
from tests.support import eventually

ORIGIN = "http://127.0.0.1:8000"


@asynccontextmanager
async def running(
    shop: TestShop,
    valkey_url: str,
    clock: Clock,
    *,
    limits: Limits | None = None,
    by_hand: bool = False,
    announced: bool = True,
) -> AsyncIterator[Realtime]:
    """Real time of one node, started. ``by_hand``: its ticks are the clock's."""
    realtime = Realtime(
        Needs(
            operations=shop.operations(),
            watches=shop.watches(),
            database=shop.database,
            authenticate=shop.people.authenticate,
            still_valid=shop.people.still_valid,
            problem=problem,
            clock=clock,
            valkey_url=valkey_url,
            cookie_name="fastshop",
            origins=(ORIGIN,),
            registry=CollectorRegistry(),
            limits=limits or Limits(),
            ticks=(lambda: clock.now().timestamp()) if by_hand else None,
        )
    )
    await realtime.start()
    if announced:
        shop.database.on_commit(realtime.hub.announce)
        shop.end_sessions = realtime.end_sessions
    try:
        yield realtime
    finally:
        await realtime.stop()


class Client:
    """The other end of a session, in its place a socket would be. It reads unless told not to."""

    def __init__(self, realtime: Realtime, visitor: Visitor | None = None, *, reads: bool = True) -> None:
        self.said: list[dict[str, Any]] = []
        self.frames: list[bytes] = []
        self.code: CloseCode | None = None
        self.paused = False
        self.next_tick: float | None = None
        self.reads = reads
        self._count = 0
        self.session: Session | None = None
        self.session = realtime.open_session(self, visitor or Visitor())

    def wake(self) -> None:
        if self.reads:
            asyncio.get_running_loop().call_soon(self.read)

    def read(self) -> None:
        assert self.session is not None
        while (frame := self.session.outbound.take()) is not None:
            self.frames.append(frame)
            self.said.extend(msgspec.json.Decoder().decode_lines(frame))
            self.session.written()

    def close(self, code: CloseCode) -> None:
        self.code = code

    def pause(self) -> None:
        self.paused = True

    def resume(self) -> None:
        self.paused = False

    def schedule(self, seconds: float) -> None:
        self.next_tick = seconds

    def send(self, *commands: dict[str, Any]) -> None:
        """Send commands in one frame, as they are."""
        assert self.session is not None
        self.session.receive("\n".join(msgspec.json.encode(command).decode() for command in commands))

    def begin(self, **command: Any) -> int:
        """Send a command with the next id."""
        self._count += 1
        self.send({"id": self._count, **command})
        return self._count

    async def reply(self, command_id: int) -> dict[str, Any]:
        """The reply to a command."""
        await eventually(lambda: any(said.get("id") == command_id for said in self.said))
        return next(said for said in self.said if said.get("id") == command_id)

    async def ask(self, **command: Any) -> dict[str, Any]:
        """Send a command and wait for its reply."""
        return await self.reply(self.begin(**command))

    async def connect(self, token: str = "", **more: Any) -> dict[str, Any]:
        """Connect, and return the result."""
        reply = await self.ask(connect={"token": token, **more} if token else more)
        assert "connect" in reply, reply
        result: dict[str, Any] = reply["connect"]
        return result

    async def call(self, method: str, **data: Any) -> dict[str, Any]:
        """Call an operation, and return the whole reply."""
        return await self.ask(rpc={"method": method, "data": data})

    async def subscribe(self, channel: str, **more: Any) -> dict[str, Any]:
        """Subscribe, and return the whole reply."""
        return await self.ask(subscribe={"channel": channel, **more})

    def pushes(self, channel: str, kind: str = "pub") -> list[dict[str, Any]]:
        """What was pushed of a channel."""
        found = (said["push"] for said in self.said if "push" in said)
        return [push[kind] for push in found if push["channel"] == channel and kind in push]

    def offsets(self, channel: str) -> list[int]:
        """The offsets of the events that were pushed."""
        return [publication["offset"] for publication in self.pushes(channel)]

    async def closed(self) -> int:
        """The code that the session is closed with."""
        await eventually(lambda: self.code is not None)
        assert self.code is not None
        return self.code.number
