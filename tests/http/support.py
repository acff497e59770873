"""A small shop behind the real HTTP edge: uvicorn on a port of its own, operations that answer what they saw."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any, ClassVar
from uuid import UUID

import aiohttp
import msgspec
import uvicorn
from msgspec import Meta, Struct
from prometheus_client import CollectorRegistry

from fastshop.contract.accounts import LogOut, Me, Role, SignedIn
from fastshop.contract.base import (
    DELETE,
    GET,
    POST,
    PUT,
    Command,
    Done,
    Limit,
    Line,
    Money,
    Quantity,
    RateLimited,
    Time,
)
from fastshop.contract.imports import Import, ImportState, StartImport
from server.http.application import Parts, application
from server.http.connections import Bounds, bounded
from server.http.health import Check
from server.http.sign_in import SignIn
from server.http.throttle import Throttle
from server.kernel.caller import ANYONE, SIGNED_IN, Caller, any_of
from server.kernel.operation import AsFile, File, Operation, Operations
from server.settings import Settings

NOW = datetime(2026, 11, 21, tzinfo=UTC)
SHELF = UUID(int=1)
THING = UUID(int=2)
CUSTOMER = Caller(user_id=UUID(int=7), session_id=UUID(int=70), roles=frozenset({Role.CUSTOMER}))
SELLER = Caller(user_id=UUID(int=8), session_id=UUID(int=80), roles=frozenset({Role.SELLER}), seller_id=UUID(int=800))
FAR = Caller(user_id=UUID(int=9), session_id=UUID(int=90), networks=("192.0.2.0/24",))
CALLERS = {"customer-token": CUSTOMER, "seller-token": SELLER, "far-token": FAR}


class Seen(Struct, frozen=True):
    """What an operation was asked, and by whom."""

    tag: str
    fields: dict[str, Any]
    user_id: UUID | None


class Make(Command[Seen], frozen=True, tag="sample.make"):
    http: ClassVar = POST("/shelves/{shelf_id}/things")
    shelf_id: UUID
    thing_id: UUID
    count: Quantity
    weight: float = 1.0
    at: Time | None = None
    price: Money | None = None
    tags: tuple[Line, ...] = ()
    fragile: bool = False


class Find(Command[Seen], frozen=True, tag="sample.find"):
    http: ClassVar = GET("/shelves/{shelf_id}/things")
    shelf_id: UUID
    name: Annotated[str, Meta(max_length=10)] = ""
    fragile: bool | None = None
    since: Time | None = None
    tags: tuple[str, ...] = ()
    sizes: tuple[int, ...] | None = None
    limit: Limit = 20


class Print(Command[Seen], frozen=True, tag="sample.print"):
    http: ClassVar = GET("/shelves/{shelf_id}/paper")
    shelf_id: UUID


class Replace(Command[Seen], frozen=True, tag="sample.replace"):
    http: ClassVar = PUT("/shelves/{shelf_id}/things")
    shelf_id: UUID
    name: Line


class Clear(Command[Seen], frozen=True, tag="sample.clear"):
    http: ClassVar = DELETE("/shelves/{shelf_id}/things")
    shelf_id: UUID
    thing_id: UUID | None = None


class Change(Command[Seen], frozen=True, tag="sample.change"):
    http: ClassVar = POST("/change")


class Fall(Command[Seen], frozen=True, tag="sample.fall"):
    http: ClassVar = GET("/fall")


class Hurry(Command[Seen], frozen=True, tag="sample.hurry"):
    http: ClassVar = GET("/hurry")


class Enter(Command[SignedIn], frozen=True, tag="sample.enter"):
    http: ClassVar = POST("/enter")


def seen(command: Command[Any], caller: Caller) -> Seen:
    fields = {name: getattr(command, name) for name in command.__struct_fields__}
    return Seen(command.tag(), msgspec.to_builtins(fields), caller.user_id)


class Samples:
    async def make(self, command: Make, caller: Caller) -> Seen:
        return seen(command, caller)

    async def find(self, command: Find, caller: Caller) -> Seen:
        return seen(command, caller)

    async def print(self, command: Print, caller: Caller) -> Seen:
        return seen(command, caller)

    async def printed(self, command: Print, caller: Caller) -> File:
        if command.shelf_id != SHELF:
            raise RateLimited(retry_after=42)
        return File("shelf.pdf", "application/pdf", b"%PDF")

    async def replace(self, command: Replace, caller: Caller) -> Seen:
        return seen(command, caller)

    async def clear(self, command: Clear, caller: Caller) -> Seen:
        return seen(command, caller)

    async def change(self, command: Change, caller: Caller) -> Seen:
        return seen(command, caller)

    async def fall(self, command: Fall, caller: Caller) -> Seen:
        raise ZeroDivisionError("a secret of ours")

    async def hurry(self, command: Hurry, caller: Caller) -> Seen:
        raise RateLimited(retry_after=42)

    async def enter(self, command: Enter, caller: Caller) -> SignedIn:
        me = Me(UUID(int=7), "a@example.com", "A", (Role.CUSTOMER,), None, NOW)
        return SignedIn(me, UUID(int=70), "customer-token", NOW)

    async def leave(self, command: LogOut, caller: Caller) -> Done:
        return Done()

    async def start_import(self, command: StartImport, caller: Caller) -> Import:
        return Import(
            id=command.import_id,
            seller_id=command.seller_id or UUID(int=800),
            state=ImportState.WAITING,
            dry_run=command.dry_run,
            total_rows=None,
            created=0,
            updated=0,
            unchanged=0,
            failed=0,
            reason=str(command.upload_id),
            started_at=NOW,
            finished_at=None,
        )

    def operations(self) -> Operations:
        return Operations(
            [
                Operation(self.make, ANYONE),
                Operation(self.find, ANYONE),
                Operation(self.print, SIGNED_IN, (), AsFile("application/pdf", self.printed)),
                Operation(self.replace, ANYONE),
                Operation(self.clear, ANYONE),
                Operation(self.change, SIGNED_IN),
                Operation(self.fall, ANYONE),
                Operation(self.hurry, ANYONE),
                Operation(self.enter, ANYONE),
                Operation(self.leave, SIGNED_IN),
                Operation(self.start_import, any_of(Role.SELLER)),
            ]
        )


class Receiver:
    """Keeps uploads, and lets a test wait until a piece has come."""

    def __init__(self) -> None:
        self.files: dict[UUID, bytes] = {}
        self.owners: dict[UUID, UUID | None] = {}
        self.begun = asyncio.Event()
        self.largest = 0

    async def receive(self, user_id: UUID | None, pieces: AsyncIterator[bytes]) -> UUID:
        upload_id = UUID(int=9000 + len(self.files))
        content = b""
        async for piece in pieces:
            content += piece
            self.largest = max(self.largest, len(piece))
            self.begun.set()
        self.files[upload_id], self.owners[upload_id] = content, user_id
        return upload_id


async def authenticate(token: str) -> Caller | None:
    return CALLERS.get(token)


class Edge:
    """The running edge and a client of it."""

    def __init__(self, http: aiohttp.ClientSession, port: int, receiver: Receiver, registry: CollectorRegistry) -> None:
        self.http = http
        self.port = port
        self.receiver = receiver
        self.registry = registry

    @asynccontextmanager
    async def raw(self, request: bytes) -> AsyncIterator[asyncio.StreamReader]:
        """Send these bytes, and read what comes back; the line is cut at the end."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        try:
            writer.write(request)
            await writer.drain()
            yield reader
        finally:
            writer.transport.abort()


class _Server(uvicorn.Server):
    @contextmanager
    def capture_signals(self) -> Any:
        yield


@asynccontextmanager
async def edge(
    settings: Settings | None = None,
    checks: Mapping[str, Check] | None = None,
    pages: Path = Path("nowhere"),
    bounds: Bounds | None = None,
    trusted: str = "127.0.0.1",
    further: Sequence[Any] = (),
    throttle: Throttle | None = None,
) -> AsyncIterator[Edge]:
    """The edge on a free port, in this loop."""
    receiver, registry = Receiver(), CollectorRegistry()
    parts = Parts(
        operations=Samples().operations(),
        sign_in=SignIn(authenticate, settings or Settings(), throttle),
        receive=receiver.receive,
        checks=checks or {},
        registry=registry,
        documents={"openapi.json": lambda: b"{}"},
        pages=pages,
        further=further,
    )
    config = uvicorn.Config(
        application(parts),
        port=0,
        http=bounded(bounds or Bounds()),
        forwarded_allow_ips=trusted,
        lifespan="off",
        log_config=None,
        access_log=False,
    )
    server = _Server(config)
    task = asyncio.create_task(server.serve())
    while not server.started:
        assert not task.done(), "the server did not start"
        await asyncio.sleep(0.005)
    port = server.servers[0].sockets[0].getsockname()[1]
    jar = aiohttp.DummyCookieJar()
    try:
        async with aiohttp.ClientSession(f"http://127.0.0.1:{port}", cookie_jar=jar) as http:
            yield Edge(http, port, receiver, registry)
    finally:
        server.should_exit = server.force_exit = True
        await task
