"""Registering, signing in and out, the devices one is signed in on."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from fastshop.contract.accounts import (
    ADMIN,
    AccountDisabled,
    EmailTaken,
    EndOtherSessions,
    EndSession,
    IssueSocketToken,
    ListSessions,
    LogIn,
    LogOut,
    Me,
    RefreshSession,
    Register,
    Registered,
    Role,
    Session,
    SessionExtended,
    SessionNotFound,
    SignedIn,
    SocketToken,
    WhoAmI,
    WrongCredentials,
)
from fastshop.contract.base import Done, IdReused, Page
from fastshop.contract.credentials import EditMe
from fastshop.contract.restricting import NotFromHere
from fastshop.contract.second_factor import LogInWithCode
from server.domains.accounts.callers import STAFFING, engagement
from server.domains.accounts.ending import Ending
from server.domains.accounts.letter_texts import Purpose
from server.domains.accounts.letters import Letters
from server.domains.accounts.passwords import Passwords
from server.domains.accounts.ports import SocketTokens
from server.domains.accounts.second_factor import SecondFactors
from server.domains.accounts.sessions import Sessions
from server.domains.accounts.trying import Allowance, Trying
from server.kernel.caller import Caller
from server.kernel.clock import Clock
from server.kernel.database import Database, Transaction
from server.kernel.emails import looked_up, normalised
from server.kernel.networks import is_within, network
from server.kernel.page import as_page, decode_cursor

_SOCKET_TOKEN_SECONDS = 60

_SESSIONS = """
SELECT id, device, ip_address, created_at, last_activity FROM active_sessions
WHERE user_id = $1 AND ended_at IS NULL AND expires_at > $2
    AND ($3::timestamptz IS NULL OR (last_activity, id) < ($3, $4))
ORDER BY last_activity DESC, id DESC LIMIT $5
"""
_WRITE = """
INSERT INTO users (id, email, password_hash, name, roles, seller_id, created_at, email_verified_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING RETURNING created_at
"""
_USER = f"""
SELECT users.*, EXISTS (
    SELECT FROM second_factors WHERE user_id = users.id AND confirmed_at IS NOT NULL
) AS two_factor, ARRAY(SELECT base FROM roles WHERE name = any(users.custom_roles)) AS bases, {STAFFING}
FROM users WHERE {{}} = $1
"""  # noqa: S608 - constants
_BY_EMAIL, _BY_ID = _USER.format("email"), _USER.format("id")
_CODES = Allowance("login:codes", 100, 15 * 60)
# Each writes to an address that somebody has named, and costs a hash. A school or an office is below.
_REGISTRATIONS = Allowance("register", 100, 3600)


class Accounts:
    """People and their sessions."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        passwords: Passwords,
        sessions: Sessions,
        ending: Ending,
        trying: Trying,
        socket_tokens: SocketTokens,
        letters: Letters,
        second_factors: SecondFactors,
    ) -> None:
        self._database = database
        self._clock = clock
        self._passwords = passwords
        self._sessions = sessions
        self._ending = ending
        self._trying = trying
        self._socket_tokens = socket_tokens
        self._letters = letters
        self._second_factors = second_factors

    async def register(self, command: Register, caller: Caller) -> SignedIn:
        """Open an account, or sign in again to the one just opened."""
        email = normalised(command.email)
        self._passwords.check_choice(command.password)
        async with self._trying.password(email, caller.address):
            known = await self._by_email(email)
            if known is None:
                await self._open(command, email, caller.address)
                known = await self._by_email(email)
            if known is None or known["id"] != command.user_id:
                raise EmailTaken
            proven = await self._prove(known, command.password)
        return await self._sign_in(known, caller, proven)

    async def create(
        self, user_id: UUID, email: str, password: str, name: str, roles: Iterable[Role], seller_id: UUID | None
    ) -> None:
        """Write an account, unless the e-mail has one. Refused when the id is somebody else's: `IdReused`."""
        await self.write(user_id, email, await self._passwords.hash(password), name, roles, seller_id)

    async def write(
        self, user_id: UUID, email: str, password_hash: str, name: str, roles: Iterable[Role], seller_id: UUID | None
    ) -> None:
        """Write an account whose password is hashed already, of somebody who is known: the address counts as proven."""
        async with self._database.transaction() as transaction:
            now = self._clock.now()
            await self.insert(transaction, user_id, email, password_hash, name, [*roles], seller_id, now, now)

    async def log_in(self, command: LogIn, caller: Caller) -> SignedIn:
        """Sign in."""
        email = looked_up(command.email)
        async with self._trying.password(email, caller.address):
            known = await self._by_email(email)
            proven = await self._prove(known, command.password)
        return await self._sign_in(known, caller, proven, command.device)

    async def log_in_with_code(self, command: LogInWithCode, caller: Caller) -> SignedIn:
        """Sign in with the second step."""
        await self._trying.spend(_CODES, network(caller.address))
        user_id, device = await self._second_factors.passed(command.challenge, command.code)
        return await self._started(await self._by_id(user_id), caller, device, None)

    async def sign_in_as(self, user_id: UUID, caller: Caller) -> SignedIn:
        """Sign somebody in who has proven elsewhere who they are. Refused: `AccountDisabled`, `SecondFactorNeeded`."""
        known = await self._by_id(user_id)
        if known["disabled_at"] is not None:
            raise AccountDisabled
        return await self._sign_in(known, caller, None)

    async def log_out(self, command: LogOut, caller: Caller) -> Done:  # noqa: ARG002 - the caller says it all
        """End the caller's session."""
        if caller.session_id is not None:
            await self._end(caller.session_id, caller.person, "signed_out")
        return Done()

    async def refresh(self, command: RefreshSession, caller: Caller) -> SessionExtended:  # noqa: ARG002
        """Let the caller's session last."""
        expires_at = await self._sessions.extend(caller.session_id) if caller.session_id else None
        if caller.session_id is None or expires_at is None:
            raise SessionNotFound
        return SessionExtended(caller.session_id, expires_at)

    async def who_am_i(self, command: WhoAmI, caller: Caller) -> Me:  # noqa: ARG002
        """The caller."""
        return _me(await self._by_id(caller.person))

    async def edit_me(self, command: EditMe, caller: Caller) -> Me:
        """Call the caller something else."""
        await self._database.fetch("UPDATE users SET name = $2 WHERE id = $1", caller.person, command.name)
        return _me(await self._by_id(caller.person))

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

    async def end_other_sessions(self, command: EndOtherSessions, caller: Caller) -> Done:  # noqa: ARG002
        """End all of the caller's sessions but this one."""
        async with self._database.transaction() as transaction:
            query = "SELECT FROM users WHERE id = $1 FOR UPDATE"  # whoever is signing in comes before, or after
            await transaction.connection.execute(query, caller.person)
            ended = await self._sessions.end_all(transaction, caller.person, "ended_by_owner", keep=caller.session_id)
        await self._ending.tell(ended)
        return Done()

    async def issue_socket_token(self, command: IssueSocketToken, caller: Caller) -> SocketToken:  # noqa: ARG002
        """A token for the caller's next socket."""
        if caller.session_id is None:
            raise WrongCredentials
        token = await self._socket_tokens.issue(caller.session_id, _SOCKET_TOKEN_SECONDS)
        return SocketToken(token, self._clock.now() + timedelta(seconds=_SOCKET_TOKEN_SECONDS))

    async def _open(self, command: Register, email: str, address: str) -> None:
        """Write the account of whoever registers, and to the address that they name. Refused: `RateLimited`."""
        await self._trying.spend(_REGISTRATIONS, network(address))
        password_hash, now = await self._passwords.hash(command.password), self._clock.now()
        async with self._database.transaction() as transaction:
            values = (command.user_id, email, password_hash, command.name, [Role.CUSTOMER], None, now, None)
            if await self.insert(transaction, *values):
                await self._letters.write(transaction, command.user_id, Purpose.VERIFY)

    async def insert(self, transaction: Transaction, user_id: UUID, email: str, *values: Any) -> bool:
        """Write an account; False where the address has one. Refused when the id is somebody else's: `IdReused`."""
        written = await transaction.connection.fetchrow(_WRITE, user_id, email, *values)
        if written is not None:
            transaction.emit(Registered(time=written["created_at"], user_id=user_id), ADMIN.of())
            return True
        if await transaction.connection.fetchval("SELECT email FROM users WHERE id = $1", user_id) not in (None, email):
            raise IdReused
        return False

    async def _prove(self, known: Any, password: str) -> str:
        """The stored hash of the password, if this is it. Refused: `WrongCredentials`, `AccountDisabled`."""
        right = await self._passwords.matches(password, known["password_hash"] if known else None)
        if not right or known is None:
            raise WrongCredentials
        if known["disabled_at"] is not None:
            raise AccountDisabled
        stored: str = known["password_hash"]
        return await self._hash_anew(known, password) if self._passwords.outdated(stored) else stored

    async def _sign_in(self, known: Any, caller: Caller, proven: str | None, device: str = "") -> SignedIn:
        """Start a session of whoever knew the password. Refused where that is not enough: `SecondFactorNeeded`."""
        device = device or caller.device or "unknown device"
        if known["two_factor"]:
            raise await self._second_factors.challenge(known["id"], device, proven)
        return await self._started(known, caller, device, proven)

    async def _started(self, known: Any, caller: Caller, device: str, proven: str | None) -> SignedIn:
        if known["ip_whitelist"] and not is_within(caller.address, known["ip_whitelist"]):
            raise NotFromHere
        async with self._database.transaction() as transaction:
            started = await self._sessions.start(transaction, known["id"], caller.address, device, proven)
        await self._ending.tell(started.ended, replaced=True)
        return SignedIn(_me(known), started.session_id, started.token, started.expires_at)

    async def _hash_anew(self, known: Any, password: str) -> str:
        """Hash a password by today's parameters. Answers the new hash; if there is another by now, that is proven."""
        anew = await self._passwords.hash(password)
        query = "UPDATE users SET password_hash = $3 WHERE id = $1 AND password_hash = $2 RETURNING id"
        if await self._database.fetch_one(query, known["id"], known["password_hash"], anew) is None:
            return await self._prove(await self._by_id(known["id"]), password)
        return anew

    async def _end(self, session_id: UUID, user_id: UUID, reason: str) -> None:
        async with self._database.transaction() as transaction:
            await self._sessions.end(transaction, session_id, user_id, reason)
        await self._ending.tell([session_id])

    async def _by_email(self, email: str) -> Any:
        return await self._database.fetch_one(_BY_EMAIL, email)

    async def _by_id(self, user_id: UUID) -> Any:
        row = await self._database.fetch_one(_BY_ID, user_id)
        if row is None:
            raise WrongCredentials
        return row


def _me(row: Any) -> Me:
    engaged = engagement(row)
    as_staff = () if engaged.limit is None else (Role.SELLER,)
    return Me(
        id=row["id"],
        email=row["email"],
        name=row["name"],
        roles=tuple(Role(role) for role in dict.fromkeys((*row["roles"], *row["bases"], *as_staff))),
        seller_id=engaged.seller_id,
        seller_rights=engaged.rights,
        created_at=row["created_at"],
        email_verified=row["email_verified_at"] is not None,
        two_factor=row["two_factor"],
        ip_whitelist=tuple(row["ip_whitelist"]),
    )
