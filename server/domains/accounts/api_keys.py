"""Keys for programs: found by their hash, and ended like sessions, where the key's id stands for a session's."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from asyncpg import Record

from fastshop.contract.api_keys import (
    ApiKey,
    ApiKeyNotFound,
    CreateApiKey,
    ListApiKeys,
    ListScopes,
    NewApiKey,
    RevokeApiKey,
    Scopes,
    TooManyApiKeys,
    UnknownScope,
)
from fastshop.contract.base import BadInput, Done, IdReused, Page
from fastshop.registry import scopes
from server.domains.accounts.believed import Believed
from server.domains.accounts.callers import OWNER, caller_of
from server.domains.accounts.credentials import Credentials
from server.domains.accounts.ending import Ending
from server.domains.accounts.letter_texts import Purpose
from server.domains.accounts.letters import Letters
from server.domains.accounts.sessions import fingerprint
from server.kernel.caller import Caller
from server.kernel.clock import Clock
from server.kernel.database import Database, Transaction
from server.kernel.keyed import Keyed
from server.kernel.page import as_page, decode_cursor

PREFIX = "fsk_"
# Whoever holds a key must not win with it what ends the key's owner: passwords, sessions, keys, rights, and where their
# money goes.
_NEVER = frozenset(
    {"accounts:write", "api_keys:write", "users:write", "roles:write", "acl:write", "staff:write", "ledger:write"}
)
_MOST = 20
_REPEATED_WITHIN = timedelta(minutes=10)
_USED_EVERY = timedelta(minutes=1)
_SHOWN = 12

_COLUMNS = "id, name, prefix, scopes, created_at, last_used_at, expires_at, revoked_at"
_LIVE = "revoked_at IS NULL AND (expires_at IS NULL OR expires_at > {})"
_AUTHENTICATE = f"""
SELECT key.id, key.scopes, key.last_used_at, key.expires_at, {OWNER}
FROM api_keys key JOIN users ON users.id = key.user_id
WHERE key.key = $1 AND {_LIVE.format("$2")} AND users.disabled_at IS NULL
"""  # noqa: S608 - constants
_STILL_VALID = f"""
SELECT key.id FROM api_keys key JOIN users ON users.id = key.user_id
WHERE key.id = any($1::uuid[]) AND {_LIVE.format("$2")} AND users.disabled_at IS NULL
"""  # noqa: S608 - constants
_CREATE = f"""
INSERT INTO api_keys (id, user_id, name, prefix, key, scopes, created_at, expires_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING RETURNING {_COLUMNS}
"""  # noqa: S608 - constants
_LIST = f"""
SELECT {_COLUMNS} FROM api_keys WHERE user_id = $1 AND ($2::timestamptz IS NULL OR (created_at, id) < ($2, $3))
ORDER BY created_at DESC, id DESC LIMIT $4
"""  # noqa: S608 - constants
_REVOKE = "UPDATE api_keys SET revoked_at = coalesce(revoked_at, $3) WHERE id = $1 AND user_id = $2 RETURNING id"


def grantable() -> tuple[str, ...]:
    """What a key can be made for."""
    return tuple(sorted(scopes() - _NEVER))


class ApiKeys:
    """Makes, checks and revokes keys."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        keyed: Keyed,
        believed: Believed,
        credentials: Credentials,
        ending: Ending,
        letters: Letters,
    ) -> None:
        self._database = database
        self._clock = clock
        self._keyed = keyed
        self._believed = believed
        self._credentials = credentials
        self._ending = ending
        self._letters = letters

    async def create(self, command: CreateApiKey, caller: Caller) -> NewApiKey:
        """Make a key."""
        now = self._clock.now()
        _check_scopes(command.scopes)
        if command.expires_at is not None and command.expires_at <= now:
            raise BadInput(field="expires_at", reason="This moment has passed.")
        await self._credentials.prove(caller, command.password)
        # Made from its id, so that the same command has the same answer and only the hash is kept.
        secret = PREFIX + self._keyed.token("api key", command.key_id)
        async with self._database.transaction() as transaction:
            row = await self._written(transaction, command, caller.person, secret, now)
        return NewApiKey(_key(row), secret)

    async def list(self, command: ListApiKeys, caller: Caller) -> Page[ApiKey]:
        """The caller's keys."""
        after = decode_cursor(command.cursor, tuple[datetime, UUID]) or (None, None)
        rows = await self._database.fetch(_LIST, caller.person, *after, command.limit + 1)
        return as_page([_key(row) for row in rows], command.limit, lambda key: (key.created_at, key.id))

    async def revoke(self, command: RevokeApiKey, caller: Caller) -> Done:
        """Let a key work no longer."""
        values = (command.key_id, caller.person, self._clock.now())
        if await self._database.fetch_one(_REVOKE, *values) is None:
            raise ApiKeyNotFound
        await self._ending.tell([command.key_id])
        return Done()

    async def list_scopes(self, command: ListScopes, caller: Caller) -> Scopes:  # noqa: ARG002
        """What a key can be made for."""
        return Scopes(grantable())

    async def authenticate(self, secret: str) -> Caller | None:
        """The caller behind a key; None when it does not work (any more)."""
        return await self._believed.caller(fingerprint(secret), self._look_up)

    async def authenticate_socket(self, secret: str) -> Caller | None:
        """The same for a WebSocket, always looked up: a connection stays what it was when it opened."""
        return await self._look_up(fingerprint(secret))

    async def still_valid(self, key_ids: Collection[UUID]) -> set[UUID]:
        """Which of these keys still work."""
        rows = await self._database.fetch(_STILL_VALID, list(key_ids), self._clock.now())
        return {row["id"] for row in rows}

    async def _written(
        self, transaction: Transaction, command: CreateApiKey, user_id: UUID, secret: str, now: datetime
    ) -> Any:
        # The owner's row is locked, so that two keys at the same moment count each other.
        await transaction.connection.fetchval("SELECT 1 FROM users WHERE id = $1 FOR UPDATE", user_id)
        known = await transaction.connection.fetchrow("SELECT * FROM api_keys WHERE id = $1", command.key_id)
        if known is not None:
            return _repeated(known, command, user_id, now)
        query = f"SELECT count(*) FROM api_keys WHERE user_id = $1 AND {_LIVE.format('$2')}"  # noqa: S608
        if await transaction.connection.fetchval(query, user_id, now) >= _MOST:
            raise TooManyApiKeys(_MOST)
        values = (secret[:_SHOWN], fingerprint(secret), sorted(set(command.scopes)), now, command.expires_at)
        row = await transaction.connection.fetchrow(_CREATE, command.key_id, user_id, command.name, *values)
        if row is None:
            raise IdReused  # by somebody else, at the same moment
        await self._letters.write(transaction, user_id, Purpose.API_KEY_MADE)
        return row

    async def _look_up(self, key: str) -> Caller | None:
        now = self._clock.now()
        row = await self._database.fetch_one(_AUTHENTICATE, key, now)
        if row is None:
            return None
        if row["last_used_at"] is None or now - row["last_used_at"] > _USED_EVERY:
            await self._database.fetch("UPDATE api_keys SET last_used_at = $2 WHERE id = $1", row["id"], now)
        return caller_of(row, expires_at=row["expires_at"], scopes=frozenset(row["scopes"]))


def _check_scopes(asked: Collection[str]) -> None:
    known = grantable()
    for scope in asked:
        if scope not in known:
            raise UnknownScope(scope)


def _repeated(known: Record, command: CreateApiKey, user_id: UUID, now: datetime) -> Record:
    """The key that the same command made a moment ago. Refused where it was another, or long ago: `IdReused`."""
    same = (
        known["user_id"] == user_id
        and known["name"] == command.name
        and known["scopes"] == sorted(set(command.scopes))
        and known["expires_at"] == command.expires_at
    )
    if not same or known["revoked_at"] is not None or now - known["created_at"] > _REPEATED_WITHIN:
        raise IdReused
    return known


def _key(row: Any) -> ApiKey:
    return ApiKey(**{name: row[name] for name in _COLUMNS.split(", ") if name != "scopes"}, scopes=tuple(row["scopes"]))
