"""Accounts on real PostgreSQL and Valkey, with somebody else's account and session always there."""

from collections.abc import AsyncIterator, Collection
from typing import NamedTuple
from uuid import UUID

import pytest
import redis.asyncio as redis

from fastshop.contract.accounts import LogIn, Register, SignedIn
from fastshop.ids import new_id
from server.adapters.limits.valkey import ValkeyAttempts, ValkeySocketTokens
from server.domains.accounts.passwords import Passwords
from server.domains.accounts.service import Accounts
from server.domains.accounts.sessions import Sessions
from server.kernel.caller import Caller
from server.kernel.database import Database
from tests.support import ManualClock

PASSWORD = "correct horse"
GUEST = Caller(address="192.0.2.1", device="a test")


class ClosedSockets:
    """Where sockets would be closed."""

    def __init__(self) -> None:
        self.ended: list[UUID] = []

    async def end_sessions(self, session_ids: Collection[UUID]) -> None:
        self.ended.extend(session_ids)


class People(NamedTuple):
    """The accounts, and what they stand on."""

    accounts: Accounts
    sessions: Sessions
    passwords: Passwords
    sockets: ClosedSockets
    database: Database
    clock: ManualClock

    async def register(self, email: str = "ann@example.com", user_id: UUID | None = None) -> SignedIn:
        command = Register(user_id=user_id or new_id(), email=email, password=PASSWORD, name="Ann")
        return await self.accounts.register(command, GUEST)

    async def log_in(self, email: str = "ann@example.com", password: str = PASSWORD, device: str = "") -> SignedIn:
        return await self.accounts.log_in(LogIn(email=email, password=password, device=device), GUEST)

    async def caller(self, signed_in: SignedIn) -> Caller:
        found = await self.sessions.authenticate(signed_in.token)
        assert found is not None
        return found


@pytest.fixture(scope="session")
async def passwords() -> AsyncIterator[Passwords]:
    found = Passwords()
    yield found
    found.close()


@pytest.fixture
async def people(database: Database, valkey: "redis.Redis", clock: ManualClock, passwords: Passwords) -> People:
    tokens = ValkeySocketTokens(valkey)
    sessions = Sessions(database, clock, tokens)
    sockets = ClosedSockets()
    accounts = Accounts(database, clock, passwords, sessions, sockets, ValkeyAttempts(valkey), tokens)
    return People(accounts, sessions, passwords, sockets, database, clock)


@pytest.fixture
async def other(people: People) -> SignedIn:
    """Somebody else, signed in."""
    return await people.register("other@example.com")
