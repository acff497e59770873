"""Access lists: granted and taken back by full admins, read with whoever signs in, honoured by `Operation` and `Watch`.

Whatever changes is known at once: those whom it is about are looked up anew.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from fastshop.contract.accounts import Role
from fastshop.contract.acl import (
    GRANTABLE,
    WATCHABLE,
    Grant,
    Grantable,
    GrantAccess,
    GranteeUnclear,
    GrantExists,
    GrantNotFound,
    ListGrantable,
    ListGrants,
    NotGrantable,
    RevokeAccess,
    TooManyGrants,
)
from fastshop.contract.base import Done, IdReused, Page
from fastshop.contract.roles import RoleNotFound
from fastshop.contract.users import UserNotFound
from fastshop.registry import contract
from server.domains.accounts.ending import Ending
from server.domains.accounts.roles import check_full_admin, people_with
from server.kernel.audit import note
from server.kernel.caller import Caller
from server.kernel.clock import Clock
from server.kernel.database import Database, Transaction
from server.kernel.page import as_page, decode_cursor

_MOST = 200

_LIST = """
SELECT * FROM access_grants WHERE ($1::uuid IS NULL OR user_id = $1) AND ($2::varchar IS NULL OR role = $2)
    AND ($3::uuid IS NULL OR resource_id = $3) AND ($4::timestamptz IS NULL OR (created_at, id) < ($4, $5))
ORDER BY created_at DESC, id DESC LIMIT $6
"""
_ONE = "SELECT * FROM access_grants WHERE id = $1"
_GRANT = """
INSERT INTO access_grants (id, operation, resource_id, user_id, role, created_at) VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT DO NOTHING RETURNING *
"""
_COUNT = "SELECT count(*) FROM access_grants WHERE user_id = $1 OR role = $2"
_REVOKE = "DELETE FROM access_grants WHERE id = $1 RETURNING *"
# Those who grant to the same person or role take turns, so that they count each other.
_TURN = "SELECT pg_advisory_xact_lock(hashtextextended($1, 7273118223))"


class Access:
    """Grants and takes back."""

    def __init__(self, database: Database, clock: Clock, ending: Ending) -> None:
        self._database = database
        self._clock = clock
        self._ending = ending

    async def list(self, command: ListGrants, caller: Caller) -> Page[Grant]:  # noqa: ARG002 - admins see all
        """Grants."""
        after = decode_cursor(command.cursor, tuple[datetime, UUID]) or (None, None)
        asked = (command.user_id, command.role, command.resource_id)
        rows = await self._database.fetch(_LIST, *asked, *after, command.limit + 1)
        return as_page([_grant(row) for row in rows], command.limit, lambda grant: (grant.granted_at, grant.id))

    async def list_grantable(self, command: ListGrantable, caller: Caller) -> Page[Grantable]:  # noqa: ARG002
        """What access lists are honoured by."""
        operations = (Grantable(operation, field) for operation, field in GRANTABLE.items())
        channels = (Grantable(one.scope, one.key) for one in contract().channels.values() if one.scope in WATCHABLE)
        return Page((*operations, *channels))

    async def grant(self, command: GrantAccess, caller: Caller) -> Grant:
        """Open an operation on a thing."""
        check_full_admin(caller)
        _check_grantable(command)
        asked = (command.operation, command.resource_id, command.user_id, command.role)
        async with self._database.transaction() as transaction:
            await transaction.connection.execute(_TURN, command.role or str(command.user_id))
            known = await transaction.connection.fetchrow(_ONE, command.grant_id)
            if known is not None:
                return _same(known, asked)
            people = await self._grantees(transaction, command.user_id, command.role)
            if await transaction.connection.fetchval(_COUNT, command.user_id, command.role) >= _MOST:
                raise TooManyGrants(_MOST)
            row = await transaction.connection.fetchrow(_GRANT, command.grant_id, *asked, self._clock.now())
            if row is None:
                raise GrantExists
            await self._note(transaction, caller, command.tag(), row)
        await self._ending.changed(people)
        return _grant(row)

    async def revoke(self, command: RevokeAccess, caller: Caller) -> Done:
        """Take a grant back."""
        check_full_admin(caller)
        async with self._database.transaction() as transaction:
            row = await transaction.connection.fetchrow(_REVOKE, command.grant_id)
            if row is None:
                raise GrantNotFound
            people = await self._grantees(transaction, row["user_id"], row["role"])
            await self._note(transaction, caller, command.tag(), row)
        await self._ending.changed(people)
        return Done()

    async def _grantees(self, transaction: Transaction, user_id: UUID | None, role: str | None) -> Sequence[UUID]:
        """Whom a grant is to. Refused where there is no such person or role: `UserNotFound`, `RoleNotFound`."""
        connection = transaction.connection
        if role is None:
            if await connection.fetchval("SELECT 1 FROM users WHERE id = $1", user_id) is None:
                raise UserNotFound
            return [user_id] if user_id else []
        known = role in set(Role) or await connection.fetchval("SELECT 1 FROM roles WHERE name = $1", role)
        if not known:
            raise RoleNotFound(role)
        return await people_with(transaction, role)

    async def _note(self, transaction: Transaction, caller: Caller, action: str, row: Any) -> None:
        facts = {name: row[name] for name in ("operation", "user_id", "role")}
        await note(transaction, self._clock.now(), caller, action, f"resource:{row['resource_id']}", **facts)


def _check_grantable(command: GrantAccess) -> None:
    if (command.user_id is None) is (command.role is None):
        raise GranteeUnclear
    possible = (*GRANTABLE, *sorted(WATCHABLE))
    if command.operation not in possible:
        raise NotGrantable(command.operation, possible)


def _same(row: Any, asked: tuple[object, ...]) -> Grant:
    if (row["operation"], row["resource_id"], row["user_id"], row["role"]) != asked:
        raise IdReused
    return _grant(row)


def _grant(row: Any) -> Grant:
    return Grant(row["id"], row["operation"], row["resource_id"], row["user_id"], row["role"], row["created_at"])
