"""Registering, signing in and out, the devices one is signed in on."""

import asyncio
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from ipaddress import IPv6Address, IPv6Network
from typing import Any
from uuid import UUID

from email_validator import EmailNotValidError, validate_email

from fastshop.contract.accounts import (
    ADMIN,
    AccountDisabled,
    EmailInvalid,
    EmailTaken,
    EndSession,
    IssueSocketToken,
    ListSessions,
    LogIn,
    LogOut,
    Me,
    Register,
    Registered,
    Role,
    Session,
    SessionNotFound,
    SignedIn,
    SocketToken,
    WhoAmI,
    WrongCredentials,
)
from fastshop.contract.base import Done, IdReused, Page, RateLimited
from server.domains.accounts.passwords import Passwords
from server.domains.accounts.ports import Attempts, Sockets, SocketTokens
from server.domains.accounts.sessions import Sessions, Started
from server.kernel.caller import Caller
from server.kernel.clock import Clock
from server.kernel.database import Database
from server.kernel.page import as_page, decode_cursor

# OWASP: a few tries for one account, more for one address, which many people may share. A try that succeeds is none,
# but counts until it has. In tries, seconds.
_TRIES_PER_ACCOUNT = (10, 15 * 60)
_TRIES_PER_ADDRESS = (200, 15 * 60)
_SOCKET_TOKEN_SECONDS = 60

_SESSIONS = """
SELECT id, device, ip_address, created_at, last_activity FROM active_sessions
WHERE user_id = $1 AND ended_at IS NULL AND expires_at > $2
    AND ($3::timestamptz IS NULL OR (last_activity, id) < ($3, $4))
ORDER BY last_activity DESC, id DESC LIMIT $5
"""


class Accounts:
    """People and their sessions."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        passwords: Passwords,
        sessions: Sessions,
        sockets: Sockets,
        attempts: Attempts,
        socket_tokens: SocketTokens,
    ) -> None:
        self._database = database
        self._clock = clock
        self._passwords = passwords
        self._sessions = sessions
        self._sockets = sockets
        self._attempts = attempts
        self._socket_tokens = socket_tokens

    async def register(self, command: Register, caller: Caller) -> SignedIn:
        """Open an account, or sign in again to the one just opened."""
        email = normalised(command.email)
        self._passwords.check_choice(command.password)
        async with self._trying(email, caller):
            known = await self._by_email(email)
            if known is None:
                await self.create(command.user_id, email, command.password, command.name, (Role.CUSTOMER,), None)
                known = await self._by_email(email)
            if known is None or known["id"] != command.user_id:
                raise EmailTaken
            return await self._sign_in(known, command.password, caller)

    async def create(
        self, user_id: UUID, email: str, password: str, name: str, roles: Iterable[Role], seller_id: UUID | None
    ) -> None:
        """Write an account, unless the e-mail has one. Refused when the id is somebody else's: `IdReused`."""
        await self.write(user_id, email, await self._passwords.hash(password), name, roles, seller_id)

    async def write(
        self, user_id: UUID, email: str, password_hash: str, name: str, roles: Iterable[Role], seller_id: UUID | None
    ) -> None:
        """Write an account whose password is hashed already."""
        now = self._clock.now()
        query = """
            INSERT INTO users (id, email, name, password_hash, roles, seller_id, created_at)
            VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING RETURNING id
        """
        async with self._database.transaction() as transaction:
            written = await transaction.connection.fetchval(
                query, user_id, email, name, password_hash, [*roles], seller_id, now
            )
            if written is not None:
                transaction.emit(Registered(time=now, user_id=user_id, name=name), ADMIN.of())
            elif await transaction.connection.fetchval("SELECT email FROM users WHERE id = $1", user_id) not in (
                None,
                email,
            ):
                raise IdReused

    async def log_in(self, command: LogIn, caller: Caller) -> SignedIn:
        """Sign in."""
        email = _looked_up(command.email)
        async with self._trying(email, caller):
            return await self._sign_in(await self._by_email(email), command.password, caller, command.device)

    async def log_out(self, command: LogOut, caller: Caller) -> Done:  # noqa: ARG002 - the caller says it all
        """End the caller's session."""
        if caller.session_id is not None:
            await self._end(caller.session_id, caller.person, "signed_out")
        return Done()

    async def who_am_i(self, command: WhoAmI, caller: Caller) -> Me:  # noqa: ARG002
        """The caller."""
        row = await self._database.fetch_one("SELECT * FROM users WHERE id = $1", caller.person)
        if row is None:
            raise WrongCredentials
        return _me(row)

    async def list_sessions(self, command: ListSessions, caller: Caller) -> Page[Session]:
        """The caller's devices."""
        after = decode_cursor(command.cursor, tuple[datetime, UUID]) or (None, None)
        rows = await self._database.fetch(_SESSIONS, caller.person, self._clock.now(), *after, command.limit + 1)
        found = [Session(**row, current=row["id"] == caller.session_id) for row in rows]
        return as_page(found, command.limit, lambda session: (session.last_activity, session.id))

    async def end_session(self, command: EndSession, caller: Caller) -> Done:
        """End one of the caller's sessions."""
        query = "SELECT 1 FROM active_sessions WHERE id = $1 AND user_id = $2"
        if await self._database.fetch_one(query, command.session_id, caller.person) is None:
            raise SessionNotFound
        await self._end(command.session_id, caller.person, "ended_by_owner")
        return Done()

    async def issue_socket_token(self, command: IssueSocketToken, caller: Caller) -> SocketToken:  # noqa: ARG002
        """A token for the caller's next socket."""
        if caller.session_id is None:
            raise WrongCredentials
        token = await self._socket_tokens.issue(caller.session_id, _SOCKET_TOKEN_SECONDS)
        return SocketToken(token, self._clock.now() + timedelta(seconds=_SOCKET_TOKEN_SECONDS))

    async def _sign_in(self, known: Any, password: str, caller: Caller, device: str = "") -> SignedIn:
        right = await self._passwords.matches(password, known["password_hash"] if known else None)
        if not right or known is None:
            raise WrongCredentials
        if known["disabled_at"] is not None:
            raise AccountDisabled
        if self._passwords.outdated(known["password_hash"]):
            await self._hash_anew(known, password)
        started = await self._start(known["id"], caller, device or caller.device or "unknown device")
        return SignedIn(_me(known), started.session_id, started.token, started.expires_at)

    async def _hash_anew(self, known: Any, password: str) -> None:
        # Only in place of the hash that was checked: a password changed meanwhile stays.
        query = "UPDATE users SET password_hash = $3 WHERE id = $1 AND password_hash = $2"
        await self._database.fetch(query, known["id"], known["password_hash"], await self._passwords.hash(password))

    async def _start(self, user_id: UUID, caller: Caller, device: str) -> Started:
        async with self._database.transaction() as transaction:
            started = await self._sessions.start(transaction, user_id, caller.address, device)
        await self._close(started.ended)
        return started

    async def _end(self, session_id: UUID, user_id: UUID, reason: str) -> None:
        async with self._database.transaction() as transaction:
            await self._sessions.end(transaction, session_id, user_id, reason)
        await self._close([session_id])

    async def _close(self, session_ids: Sequence[UUID]) -> None:
        if session_ids:
            self._sessions.forget(session_ids)
            await self._sockets.end_sessions(session_ids)

    @asynccontextmanager
    async def _trying(self, email: str, caller: Caller) -> AsyncIterator[None]:
        account, address = f"login:account:{email}", f"login:address:{network(caller.address)}"
        waits = await asyncio.gather(
            self._attempts.spend(account, *_TRIES_PER_ACCOUNT), self._attempts.spend(address, *_TRIES_PER_ADDRESS)
        )
        if any(waits):
            raise RateLimited(max(waits))
        yield
        await asyncio.gather(self._attempts.give_back(account), self._attempts.give_back(address))

    async def _by_email(self, email: str) -> Any:
        return await self._database.fetch_one("SELECT * FROM users WHERE email = $1", email)


def normalised(email: str) -> str:
    """An address as it is stored and compared. Refused when mail could not be delivered there: `EmailInvalid`."""
    try:
        found = validate_email(email.strip(), check_deliverability=False, test_environment=True, strict=True)
    except EmailNotValidError:
        raise EmailInvalid from None
    return found.normalized.lower()


def _looked_up(email: str) -> str:
    """What an address is looked up by; one that no account can have is looked up too, so that it takes as long."""
    try:
        return normalised(email)
    except EmailInvalid:
        return email.strip().lower()


def network(address: str) -> str:
    """What counts as one address: with IPv6 one person has a whole /64."""
    try:
        found = IPv6Address(address)
    except ValueError:
        return address
    return str(found.ipv4_mapped or IPv6Network((int(found), 64), strict=False).network_address)


def _me(row: Any) -> Me:
    return Me(
        id=row["id"],
        email=row["email"],
        name=row["name"],
        roles=tuple(Role(role) for role in row["roles"]),
        seller_id=row["seller_id"],
        created_at=row["created_at"],
    )
