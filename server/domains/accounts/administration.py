"""People as an admin sees and changes them. Every change is in the audit log, and at least one full admin remains."""

from collections.abc import Collection
from datetime import datetime
from typing import Any
from uuid import UUID

from fastshop.contract.accounts import Role
from fastshop.contract.base import Page
from fastshop.contract.roles import RoleNotFound
from fastshop.contract.users import (
    DisableUser,
    EditUser,
    EnableUser,
    FindPeople,
    LastAdmin,
    ListUsers,
    PersonFound,
    ResetTwoFactor,
    SetRoles,
    ShowUser,
    User,
    UserNotFound,
)
from server.domains.accounts.ending import Ending
from server.domains.accounts.restricting import checked
from server.domains.accounts.roles import check_full_admin
from server.domains.accounts.second_factor import SecondFactors
from server.domains.accounts.sessions import Sessions
from server.kernel.audit import note
from server.kernel.caller import Caller
from server.kernel.clock import Clock
from server.kernel.database import Database, Transaction
from server.kernel.page import as_page, decode_cursor

_COLUMNS = """
id, email, name, roles, custom_roles, seller_id, session_limit, ip_whitelist,
email_verified_at IS NOT NULL AS email_verified,
EXISTS (SELECT FROM second_factors WHERE user_id = users.id AND confirmed_at IS NOT NULL) AS two_factor,
disabled_at, created_at
"""
_ONE = f"SELECT {_COLUMNS} FROM users WHERE id = $1"  # noqa: S608 - constants
_LIST = f"""
SELECT {_COLUMNS} FROM users
WHERE ($1::timestamptz IS NULL OR (created_at, id) < ($1, $2))
    AND ($3 = '' OR starts_with(email, $3) OR starts_with(lower(name), $3))
    AND ($4::varchar IS NULL OR roles @> ARRAY[$4])
    AND ($5::boolean IS NULL OR (disabled_at IS NOT NULL) = $5)
ORDER BY created_at DESC, id DESC LIMIT $6
"""  # noqa: S608 - constants
_FIND = """
SELECT id, email, name FROM users
WHERE disabled_at IS NULL AND (starts_with(email, $1) OR starts_with(lower(name), $1)) ORDER BY email LIMIT $2
"""
_HOLD = "SELECT id, roles, custom_roles, session_limit, disabled_at FROM users WHERE id = $1 FOR UPDATE"
# All of them are held, in one order, before it is decided whether one may go.
_ADMINS = "SELECT id FROM users WHERE roles @> '{admin}' AND disabled_at IS NULL ORDER BY id FOR UPDATE"
_EDIT = """
UPDATE users SET name = $2, session_limit = $3, ip_whitelist = coalesce($4, ip_whitelist) WHERE id = $1
"""
_DISABLE = "UPDATE users SET disabled_at = coalesce(disabled_at, $2) WHERE id = $1"
_KEYS = "SELECT id FROM api_keys WHERE user_id = $1 AND revoked_at IS NULL"


class Administration:
    """Finds people, and changes what they are."""

    def __init__(
        self, database: Database, clock: Clock, sessions: Sessions, second_factors: SecondFactors, ending: Ending
    ) -> None:
        self._database = database
        self._clock = clock
        self._sessions = sessions
        self._second_factors = second_factors
        self._ending = ending

    async def list(self, command: ListUsers, caller: Caller) -> Page[User]:  # noqa: ARG002 - every admin sees everybody
        """People."""
        after = decode_cursor(command.cursor, tuple[datetime, UUID]) or (None, None)
        values = (command.query.strip().lower(), command.role, command.disabled, command.limit + 1)
        rows = await self._database.fetch(_LIST, *after, *values)
        return as_page([_user(row) for row in rows], command.limit, lambda user: (user.created_at, user.id))

    async def find(self, command: FindPeople, caller: Caller) -> Page[PersonFound]:  # noqa: ARG002
        """The first few whose address or name begins so."""
        rows = await self._database.fetch(_FIND, command.query.strip().lower(), command.limit)
        return Page(tuple(PersonFound(*row) for row in rows))

    async def show(self, command: ShowUser, caller: Caller) -> User:  # noqa: ARG002
        """One person."""
        return await self._one(command.user_id)

    async def edit(self, command: EditUser, caller: Caller) -> User:
        """Change a name, how many devices may be signed in, and from where."""
        networks = None if command.ip_whitelist is None else checked(command.ip_whitelist)
        async with self._database.transaction() as transaction:
            known = await self._held(transaction, command.user_id, caller)
            values = (command.user_id, command.name, command.session_limit, networks)
            await transaction.connection.execute(_EDIT, *values)
            ended = await self._sessions.end_surplus(transaction, command.user_id, command.session_limit)
            limits = [known["session_limit"], command.session_limit]
            await self._note(transaction, caller, command, session_limit=limits, networks_given=networks is not None)
        await self._ending.tell(ended)
        if networks is not None:
            await self._ending.changed([command.user_id])
        return await self._one(command.user_id)

    async def disable(self, command: DisableUser, caller: Caller) -> User:
        """Let nobody in by this account any more."""
        async with self._database.transaction() as transaction:
            await self._keep_an_admin(transaction, command.user_id, ())
            await self._held(transaction, command.user_id, caller)
            await transaction.connection.execute(_DISABLE, command.user_id, self._clock.now())
            ended = await self._sessions.end_all(transaction, command.user_id, "disabled")
            keys = await transaction.connection.fetch(_KEYS, command.user_id)
            await self._note(transaction, caller, command, reason=command.reason)
        await self._ending.tell([*ended, *(row["id"] for row in keys)])
        return await self._one(command.user_id)

    async def enable(self, command: EnableUser, caller: Caller) -> User:
        """Let them in again."""
        async with self._database.transaction() as transaction:
            await self._held(transaction, command.user_id, caller)
            await transaction.connection.execute("UPDATE users SET disabled_at = NULL WHERE id = $1", command.user_id)
            await self._note(transaction, caller, command)
        return await self._one(command.user_id)

    async def set_roles(self, command: SetRoles, caller: Caller) -> User:
        """Give a person these roles and no others."""
        check_full_admin(caller)
        roles, custom = sorted(set(command.roles)), sorted(set(command.custom_roles))
        async with self._database.transaction() as transaction:
            await self._keep_an_admin(transaction, command.user_id, roles)
            known = await self._held(transaction, command.user_id, caller)
            await self._check_roles(transaction, custom)
            query = "UPDATE users SET roles = $2, custom_roles = $3 WHERE id = $1"
            await transaction.connection.execute(query, command.user_id, roles, custom)
            before, after = [*known["roles"], *known["custom_roles"]], [*roles, *custom]
            await self._note(transaction, caller, command, before=before, after=after)
        await self._ending.changed([command.user_id])
        return await self._one(command.user_id)

    async def reset_two_factor(self, command: ResetTwoFactor, caller: Caller) -> User:
        """Let a person sign in with the password alone."""
        async with self._database.transaction() as transaction:
            await self._held(transaction, command.user_id, caller)
            await self._second_factors.forget(transaction, command.user_id)
            await self._note(transaction, caller, command)
        return await self._one(command.user_id)

    async def _one(self, user_id: UUID) -> User:
        row = await self._database.fetch_one(_ONE, user_id)
        if row is None:
            raise UserNotFound
        return _user(row)

    async def _held(self, transaction: Transaction, user_id: UUID, caller: Caller) -> Any:
        """The person's row, locked. Whoever is an admin in some things only does not touch admins: `NotAllowed`."""
        known = await transaction.connection.fetchrow(_HOLD, user_id)
        if known is None:
            raise UserNotFound
        if Role.ADMIN in known["roles"]:
            check_full_admin(caller)
        return known

    async def _keep_an_admin(self, transaction: Transaction, user_id: UUID, roles: Collection[Role]) -> None:
        if Role.ADMIN not in roles:
            admins = [row["id"] for row in await transaction.connection.fetch(_ADMINS)]
            if admins == [user_id]:
                raise LastAdmin

    async def _check_roles(self, transaction: Transaction, names: Collection[str]) -> None:
        query = "SELECT name FROM roles WHERE name = any($1) AND permissions IS NOT NULL FOR SHARE"
        known = {row["name"] for row in await transaction.connection.fetch(query, names)} - set(Role)
        for name in names:
            if name not in known:
                raise RoleNotFound(name)

    async def _note(
        self,
        transaction: Transaction,
        caller: Caller,
        command: EditUser | DisableUser | EnableUser | SetRoles | ResetTwoFactor,
        **facts: Any,
    ) -> None:
        await note(transaction, self._clock.now(), caller, command.tag(), f"user:{command.user_id}", **facts)


def _user(row: Any) -> User:
    lists = {name: tuple(row[name]) for name in ("custom_roles", "ip_whitelist")}
    return User(**{**row, "roles": tuple(Role(role) for role in row["roles"]), **lists})
