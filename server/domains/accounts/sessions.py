"""Sessions: who holds which token, on which device, for how long."""

import hashlib
import secrets
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from asyncpg import Record

from fastshop.contract.accounts import SessionEnded, SessionStarted, WrongCredentials
from fastshop.contract.flash_sales import USER
from fastshop.ids import new_id
from server.domains.accounts.believed import Believed
from server.domains.accounts.callers import OWNER, caller_of
from server.domains.accounts.ports import SocketTokens
from server.kernel.caller import Caller
from server.kernel.clock import Clock
from server.kernel.database import Database, Transaction

LIFETIME = timedelta(days=30)
# `last_activity` is written at most this often: for who asks, and for who holds a connection.
_ACTIVITY = timedelta(minutes=1)
_HOLDING = timedelta(minutes=10)

# What the column takes; an IPv6 address with the name of its network card may be longer.
_ADDRESS = 45

_AUTHENTICATE = f"""
SELECT session.id, session.last_activity, session.expires_at, {OWNER}
FROM active_sessions session JOIN users ON users.id = session.user_id
WHERE session.ended_at IS NULL AND session.expires_at > $2 AND users.disabled_at IS NULL AND
"""  # noqa: S608 - constants
_BY_TOKEN = _AUTHENTICATE + "session.token = $1"
_BY_ID = _AUTHENTICATE + "session.id = $1"

_TOUCH = """
UPDATE active_sessions SET last_activity = $2, expires_at = $3 WHERE id = $1 AND ended_at IS NULL RETURNING id
"""
# Of those that hold a connection. Such a session is in use, whether or not anything is asked over HTTP.
_STILL_VALID = """
WITH valid AS (
    SELECT session.id, session.last_activity
    FROM active_sessions session JOIN users ON users.id = session.user_id
    WHERE session.id = any($1::uuid[]) AND session.ended_at IS NULL AND session.expires_at > $2
        AND users.disabled_at IS NULL
), used AS (
    UPDATE active_sessions SET last_activity = $2, expires_at = $3
    WHERE id IN (SELECT id FROM valid WHERE last_activity <= $4) AND ended_at IS NULL
)
SELECT id FROM valid
"""

# The user's row is locked first, so that two sign-ins at the same moment count each other, and that what was proven a
# moment ago still holds: whoever changed the password or disabled the account meanwhile has ended what they knew of.
_LIMIT = """
SELECT session_limit FROM users
WHERE id = $1 AND disabled_at IS NULL AND ($2::text IS NULL OR password_hash = $2) FOR UPDATE
"""
_SURPLUS = """
UPDATE active_sessions SET ended_at = $2 WHERE id IN (
    SELECT id FROM active_sessions WHERE user_id = $1 AND ended_at IS NULL AND expires_at > $2
    ORDER BY last_activity DESC, id DESC OFFSET $3
) RETURNING id
"""
_START = """
INSERT INTO active_sessions
    (id, user_id, token, ip_address, device, location, created_at, last_activity, expires_at)
VALUES ($1, $2, $3, $4, $5, '', $6, $6, $7)
"""
_END = "UPDATE active_sessions SET ended_at = $3 WHERE id = $1 AND user_id = $2 AND ended_at IS NULL RETURNING id"
_END_ALL = """
UPDATE active_sessions SET ended_at = $3
WHERE user_id = $1 AND id IS DISTINCT FROM $2 AND ended_at IS NULL AND expires_at > $3 RETURNING id
"""


@dataclass(frozen=True, slots=True)
class Started:
    """A new session. ``ended`` are those that it pushed out."""

    session_id: UUID
    token: str
    expires_at: datetime
    ended: Sequence[UUID]


class Sessions:
    """Starts, checks and ends sessions."""

    def __init__(self, database: Database, clock: Clock, socket_tokens: SocketTokens, believed: Believed) -> None:
        self._database = database
        self._clock = clock
        self._socket_tokens = socket_tokens
        self._believed = believed

    async def start(
        self, transaction: Transaction, user_id: UUID, address: str, device: str, proven: str | None = None
    ) -> Started:
        """Start a session; beyond the user's limit the longest unused ones end.

        ``proven`` is the hash of the password that was given, if one was. Refused where it is another by now, or the
        account was disabled: `WrongCredentials`.
        """
        now = self._clock.now()
        token, session_id = secrets.token_urlsafe(32), new_id()
        limit = await transaction.connection.fetchval(_LIMIT, user_id, proven)
        if limit is None:
            raise WrongCredentials
        ended = await self.end_surplus(transaction, user_id, max(limit - 1, 0))
        expires_at = now + LIFETIME
        await transaction.connection.execute(
            _START, session_id, user_id, fingerprint(token), address[:_ADDRESS], device[:200], now, expires_at
        )
        transaction.emit(SessionStarted(time=now, session_id=session_id, device=device[:200]), USER.of(user_id))
        return Started(session_id, token, expires_at, ended)

    async def extend(self, session_id: UUID) -> datetime | None:
        """Let a session last as long as a new one; until when, or None when it is not running."""
        now = self._clock.now()
        touched = await self._database.fetch_one(_TOUCH, session_id, now, now + LIFETIME)
        return now + LIFETIME if touched else None

    async def end(self, transaction: Transaction, session_id: UUID, user_id: UUID, reason: str) -> bool:
        """End one of a user's sessions; False when it is not running."""
        now = self._clock.now()
        if await transaction.connection.fetchval(_END, session_id, user_id, now) is None:
            return False
        transaction.emit(SessionEnded(time=now, session_id=session_id, reason=reason), USER.of(user_id))
        return True

    async def end_surplus(self, transaction: Transaction, user_id: UUID, limit: int) -> list[UUID]:
        """End the longest unused of a user's sessions beyond the limit. The user's row is locked already."""
        surplus = await transaction.connection.fetch(_SURPLUS, user_id, self._clock.now(), limit)
        return self._tell(transaction, user_id, surplus, "session_limit")

    async def end_all(
        self, transaction: Transaction, user_id: UUID, reason: str, keep: UUID | None = None
    ) -> list[UUID]:
        """End all of a user's sessions but the one to keep, and what was to become one. Answers which were ended."""
        await transaction.connection.execute("DELETE FROM sign_in_challenges WHERE user_id = $1", user_id)
        ended = await transaction.connection.fetch(_END_ALL, user_id, keep, self._clock.now())
        return self._tell(transaction, user_id, ended, reason)

    def forget(self, session_ids: Collection[UUID]) -> None:
        """Believe these sessions no longer."""
        self._believed.forget(session_ids)

    async def authenticate(self, token: str) -> Caller | None:
        """The caller behind a session token; None when it is not valid (any more)."""
        return await self._believed.caller(fingerprint(token), self._by_token)

    async def authenticate_socket(self, token: str) -> Caller | None:
        """The caller behind what opens a WebSocket: a session token, or a token for that alone.

        Always looked up: a connection stays what it was when it opened.
        """
        return await self._by_token(fingerprint(token)) or await self._by_socket_token(token)

    async def still_valid(self, session_ids: Collection[UUID]) -> set[UUID]:
        """Which of these sessions, that hold connections, still run. They count as used."""
        now = self._clock.now()
        times = (now, now + LIFETIME, now - _HOLDING)
        return {row["id"] for row in await self._database.fetch(_STILL_VALID, list(session_ids), *times)}

    def _tell(self, transaction: Transaction, user_id: UUID, ended: Iterable[Record], reason: str) -> list[UUID]:
        ids = [row["id"] for row in ended]
        for session_id in ids:
            event = SessionEnded(time=self._clock.now(), session_id=session_id, reason=reason)
            transaction.emit(event, USER.of(user_id))
        return ids

    async def _by_token(self, key: str) -> Caller | None:
        return await self._look_up(_BY_TOKEN, key)

    async def _by_socket_token(self, token: str) -> Caller | None:
        session_id = await self._socket_tokens.session_of(token)
        return await self._look_up(_BY_ID, session_id) if session_id else None

    async def _look_up(self, query: str, key: object) -> Caller | None:
        now = self._clock.now()
        row = await self._database.fetch_one(query, key, now)
        if row is None:
            return None
        expires_at = row["expires_at"]
        if now - row["last_activity"] > _ACTIVITY:
            expires_at = await self.extend(row["id"]) or expires_at
        return caller_of(row, expires_at=expires_at)


def fingerprint(token: str) -> str:
    """What is stored of a token. It has 256 random bits, so that a plain hash suffices."""
    return hashlib.sha256(token.encode()).hexdigest()
