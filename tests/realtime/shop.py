"""A tiny shop to test real time with: a few operations, a channel of each kind, tokens that are names."""

import asyncio
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Annotated, ClassVar
from uuid import UUID, uuid5

from msgspec import Meta, Struct

from fastshop.contract.accounts import ADMIN, Role
from fastshop.contract.base import POST, Channel, ChannelKind, Command, Conflict, Done, Event
from fastshop.contract.flash_sales import USER
from fastshop.contract.orders import SELLER
from server.kernel.caller import ANYONE, SIGNED_IN, Caller
from server.kernel.channel import ChannelNotFound, Watch, Watches, anyone, logged
from server.kernel.database import Database
from server.kernel.operation import Operation, Operations

_NAMES = UUID("0193a000-0000-7000-8000-000000000000")


def id_of(name: str) -> UUID:
    """The id of a person, a session, a seller of that name."""
    return uuid5(_NAMES, name)


class Echoed(Struct, frozen=True):
    text: str
    by: str


class Echo(Command[Echoed], frozen=True, tag="test.echo"):
    """Say it again."""

    http: ClassVar = POST("/test/echo")
    text: Annotated[str, Meta(max_length=2000)]
    times: Annotated[int, Meta(ge=1, le=3)] = 1


class Buy(Command[Done], frozen=True, tag="test.buy"):
    """Always sold out."""

    http: ClassVar = POST("/test/buy")


class Crash(Command[Done], frozen=True, tag="test.crash"):
    """Fail as nobody foresaw."""

    http: ClassVar = POST("/test/crash")


class Tell(Command[Done], frozen=True, tag="test.tell"):
    """Write events into a room."""

    http: ClassVar = POST("/test/tell")
    room: str
    count: int = 1


class Mark(Command[Echoed], frozen=True, tag="test.mark"):
    """Note the order in which commands begin, then wait as long as asked."""

    http: ClassVar = POST("/test/mark")
    name: str
    wait: bool = False


class LeaveAll(Command[Done], frozen=True, tag="test.leave_all"):
    """End the caller's session."""

    http: ClassVar = POST("/test/leave_all")


class Told(Event, frozen=True, tag="test.told"):
    number: int
    note: str = ""


class Level(Event, frozen=True, tag="test.level"):
    height: int


class Typing(Event, frozen=True, tag="test.typing"):
    text: str


class RoomState(Struct, frozen=True):
    """How many events the room has had: with the events after it, that many and no other."""

    told: int


ROOM = Channel("room:{room}", ChannelKind.LOG, "Events.", RoomState, (Told,))
VAULT = Channel("vault:{secret}", ChannelKind.LOG, "Who knows it may watch.", RoomState, (Told,), is_secret=True)
METER = Channel("meter:{meter}", ChannelKind.STATE, "A level.", Level, (Level,))
TYPING = Channel("typing:{room}", ChannelKind.PASSING, "Who types.", Done, (Typing,))


@dataclass(eq=False)
class Gone(Conflict):
    code: ClassVar[str] = "test.gone"
    sentence: ClassVar[str] = "Sold out: {left} left."
    left: int


class People:
    """Tokens: a name is a session of the person before its dash: `ann`, `ann-phone`. `eve` has never been here,
    and `far` comes from 192.0.2.0/24 only.
    """

    def __init__(self) -> None:
        self.ended: set[UUID] = set()
        self.expires_at: dict[str, datetime] = {}
        self.lasts: dict[str, timedelta] = {}  # from when it was shown
        self.asked = 0
        self.held: asyncio.Event | None = None

    async def authenticate(self, token: str) -> Caller | None:
        self.asked += 1
        if self.held is not None:
            await self.held.wait()
        name = token.partition("-")[0]
        session_id = id_of(f"session {token}")
        if name == "eve" or session_id in self.ended:
            return None
        roles = {Role.CUSTOMER} | ({Role.ADMIN} if name == "admin" else set())
        caller = Caller(id_of(name), session_id, frozenset(roles), id_of("shop") if name == "seller" else None)
        caller = replace(caller, networks=("192.0.2.0/24",) if name == "far" else ())
        lasts = self.lasts.get(token)
        return replace(caller, expires_at=datetime.now(UTC) + lasts if lasts else self.expires_at.get(token))

    async def still_valid(self, session_ids: Collection[UUID]) -> Collection[UUID]:
        return set(session_ids) - self.ended


class TestShop:
    """The operations and channels."""

    __test__ = False

    def __init__(self, database: Database) -> None:
        self.database = database
        self.people = People()
        self.begun: list[str] = []
        self.go = asyncio.Event()
        self.height = 0
        self.snapshots = 0
        # While it is there, the next snapshot of a room is read only when it is set.
        self.gate: asyncio.Event | None = None
        self.end_sessions = self._nobody

    async def _nobody(self, session_ids: Collection[UUID]) -> None:
        raise AssertionError("nobody is there to end sessions")

    async def echo(self, command: Echo, caller: Caller) -> Echoed:
        return Echoed(command.text * command.times, str(caller.user_id or ""))

    async def buy(self, command: Buy, caller: Caller) -> Done:
        raise Gone(0)

    async def crash(self, command: Crash, caller: Caller) -> Done:
        raise ZeroDivisionError("a secret")

    async def tell(self, command: Tell, caller: Caller) -> Done:
        await self.tell_room(command.room, command.count)
        return Done()

    async def mark(self, command: Mark, caller: Caller) -> Echoed:
        self.begun.append(command.name)
        if command.wait:
            await self.go.wait()
        return Echoed(command.name, "")

    async def leave_all(self, command: LeaveAll, caller: Caller) -> Done:
        assert caller.session_id is not None
        self.people.ended.add(caller.session_id)
        await self.end_sessions([caller.session_id])
        return Done()

    async def tell_room(self, room: str, count: int = 1, *, commits: int = 1, size: int = 0) -> None:
        """Write ``count`` events in each of so many transactions."""
        for _ in range(commits):
            async with self.database.transaction() as transaction:
                for number in range(count):
                    event = Told(time=datetime.now(UTC), number=number, note="x" * size)
                    transaction.emit(event, ROOM.of(room), ROOM.of("other"))

    async def tell_vault(self, secret: str, count: int = 1) -> None:
        async with self.database.transaction() as transaction:
            for number in range(count):
                event = Told(time=datetime.now(UTC), number=number)
                transaction.emit(event, logged(VAULT, secret), logged(VAULT, "another"))

    async def tell_person(self, name: str, count: int = 1) -> None:
        async with self.database.transaction() as transaction:
            for number in range(count):
                transaction.emit(Told(time=datetime.now(UTC), number=number), USER.of(id_of(name)), USER.of(id_of("x")))

    async def raise_level(self, height: int, *, told: bool = True) -> None:
        """Change the meter; without ``told`` nobody is woken."""
        self.height = height
        async with self.database.transaction() as transaction:
            if told:
                transaction.show(METER.of("water"), Level(time=datetime.now(UTC), height=height))

    def operations(self) -> Operations:
        return Operations(
            (
                Operation(self.echo, ANYONE),
                Operation(self.buy, SIGNED_IN, (Gone,)),
                Operation(self.crash, ANYONE),
                Operation(self.tell, ANYONE),
                Operation(self.mark, ANYONE),
                Operation(self.leave_all, SIGNED_IN),
            )
        )

    def watches(self) -> Watches:
        async def open_rooms(key: str, caller: Caller) -> None:
            if key == "closed":
                raise ChannelNotFound

        async def only_person(key: str, caller: Caller) -> None:
            if str(caller.user_id) != key:
                raise ChannelNotFound

        async def only_seller(key: str, caller: Caller) -> None:
            if str(caller.seller_id) != key:
                raise ChannelNotFound

        async def only_admin(key: str, caller: Caller) -> None:
            if not caller.is_any(Role.ADMIN):
                raise ChannelNotFound

        async def signed_in(key: str, caller: Caller) -> None:
            assert caller.person

        async def room(key: str) -> RoomState:
            gate, self.gate = self.gate, None
            if gate is not None:
                await gate.wait()
            return RoomState(await self._told(ROOM.of(key)))

        async def vault(key: str) -> RoomState:
            return RoomState(await self._told(logged(VAULT, key)))

        async def person(key: str) -> RoomState:
            return RoomState(await self._told(USER.of(key)))

        async def level(key: str) -> Level:
            self.snapshots += 1
            return Level(time=datetime.now(UTC), height=self.height)

        async def nothing(key: str) -> Done:
            return Done()

        return Watches(
            (
                Watch(ROOM, open_rooms, room, presence=True),
                Watch(VAULT, anyone, vault),
                Watch(METER, anyone, level),
                Watch(TYPING, anyone, nothing, publish=signed_in),
                Watch(USER, only_person, person),
                Watch(SELLER, only_seller, nothing),
                Watch(ADMIN, only_admin, nothing),
            )
        )

    async def _told(self, channel: str) -> int:
        rows = await self.database.fetch("SELECT count(*) FROM event_log WHERE channel = $1", channel)
        return int(rows[0]["count"])
