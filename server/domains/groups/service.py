"""Groups and who is in them. The group's row is locked before a member's, so that none is removed under somebody."""

from datetime import datetime
from typing import Any
from uuid import UUID

from fastshop.contract.base import Done, Page
from fastshop.contract.flash_sales import USER
from fastshop.contract.groups import (
    AddToGroup,
    CreateGroup,
    CustomerGroup,
    DeleteGroup,
    EditGroup,
    GroupMember,
    GroupNotEmpty,
    GroupNotFound,
    GroupsChanged,
    GroupTaken,
    ListGroupMembers,
    ListGroups,
    RemoveFromGroup,
)
from fastshop.contract.users import UserNotFound
from server.kernel.audit import note
from server.kernel.caller import Caller
from server.kernel.clock import Clock
from server.kernel.database import Database, Transaction
from server.kernel.page import as_page, decode_cursor

_GROUPS = """
SELECT name, title, (SELECT count(*) FROM customer_group_members WHERE group_name = name) AS people
FROM customer_groups
"""
_ONE = f"{_GROUPS} WHERE name = $1"
_CREATE = "INSERT INTO customer_groups (name, title) VALUES ($1, $2) ON CONFLICT DO NOTHING RETURNING name"
_EDIT = "UPDATE customer_groups SET title = $2 WHERE name = $1"
_MEMBERS = """
SELECT member.user_id, users.name, users.email, member.since
FROM customer_group_members member JOIN users ON users.id = member.user_id WHERE member.group_name = $1
"""
_LIST_MEMBERS = f"""{_MEMBERS} AND ($2::timestamptz IS NULL OR (member.since, member.user_id) < ($2, $3))
ORDER BY member.since DESC, member.user_id DESC LIMIT $4
"""
_ADD = """
INSERT INTO customer_group_members (user_id, group_name, since) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING RETURNING 1
"""
_REMOVE = "DELETE FROM customer_group_members WHERE user_id = $1 AND group_name = $2 RETURNING 1"
_OF = "SELECT group_name FROM customer_group_members WHERE user_id = $1 ORDER BY group_name"


class Groups:
    """Makes groups, and puts people in."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def of(self, user_id: UUID) -> frozenset[str]:
        """The groups that somebody is in."""
        return frozenset(row["group_name"] for row in await self._database.fetch(_OF, user_id))

    async def list(self, command: ListGroups, caller: Caller) -> Page[CustomerGroup]:  # noqa: ARG002
        """Every group."""
        return Page(tuple(CustomerGroup(**row) for row in await self._database.fetch(f"{_GROUPS} ORDER BY name")))

    async def create(self, command: CreateGroup, caller: Caller) -> CustomerGroup:
        """Make a group."""
        async with self._database.transaction() as transaction:
            if await transaction.connection.fetchval(_CREATE, command.name, command.title):
                await self._note(transaction, caller, command)
            group = await self._group(command.name)
        if group.title != command.title:
            raise GroupTaken(command.name)
        return group

    async def edit(self, command: EditGroup, caller: Caller) -> CustomerGroup:
        """Call a group something else."""
        async with self._database.transaction() as transaction:
            await _lock(transaction, command.name)
            await transaction.connection.execute(_EDIT, command.name, command.title)
            await self._note(transaction, caller, command)
            return await self._group(command.name)

    async def delete(self, command: DeleteGroup, caller: Caller) -> Done:
        """Remove an empty group."""
        async with self._database.transaction() as transaction:
            await _lock(transaction, command.name)
            if (await self._group(command.name)).people:
                raise GroupNotEmpty
            await transaction.connection.execute("DELETE FROM customer_groups WHERE name = $1", command.name)
            await self._note(transaction, caller, command)
        return Done()

    async def list_members(self, command: ListGroupMembers, caller: Caller) -> Page[GroupMember]:  # noqa: ARG002
        """Who is in a group."""
        await self._group(command.name)
        after = decode_cursor(command.cursor, tuple[datetime, UUID]) or (None, None)
        rows = await self._database.fetch(_LIST_MEMBERS, command.name, *after, command.limit + 1)
        return as_page([GroupMember(**row) for row in rows], command.limit, lambda each: (each.since, each.user_id))

    async def add(self, command: AddToGroup, caller: Caller) -> GroupMember:
        """Put somebody into a group."""
        async with self._database.transaction() as transaction:
            await _lock(transaction, command.name)
            await _lock_person(transaction, command.user_id)
            values = (command.user_id, command.name, self._clock.now())
            if await transaction.connection.fetchval(_ADD, *values):
                await self._tell(transaction, caller, command)
            query = f"{_MEMBERS} AND member.user_id = $2"
            row = await transaction.connection.fetchrow(query, command.name, command.user_id)
            assert row is not None
            return GroupMember(**row)

    async def remove(self, command: RemoveFromGroup, caller: Caller) -> Done:
        """Take somebody out of a group."""
        async with self._database.transaction() as transaction:
            await _lock(transaction, command.name)
            await _lock_person(transaction, command.user_id)
            if await transaction.connection.fetchval(_REMOVE, command.user_id, command.name):
                await self._tell(transaction, caller, command)
        return Done()

    async def _tell(self, transaction: Transaction, caller: Caller, command: AddToGroup | RemoveFromGroup) -> None:
        groups = tuple(sorted(await self.of(command.user_id)))
        transaction.emit(GroupsChanged(time=self._clock.now(), groups=groups), USER.of(command.user_id))
        await self._note(transaction, caller, command, user=command.user_id)

    async def _group(self, name: str) -> CustomerGroup:
        row = await self._database.fetch_one(_ONE, name)
        if row is None:
            raise GroupNotFound(name)
        return CustomerGroup(**row)

    async def _note(
        self,
        transaction: Transaction,
        caller: Caller,
        command: CreateGroup | EditGroup | DeleteGroup | AddToGroup | RemoveFromGroup,
        **facts: Any,
    ) -> None:
        await note(transaction, self._clock.now(), caller, command.tag(), f"group:{command.name}", **facts)


async def _lock(transaction: Transaction, name: str) -> None:
    query = "SELECT 1 FROM customer_groups WHERE name = $1 FOR UPDATE"
    if await transaction.connection.fetchval(query, name) is None:
        raise GroupNotFound(name)


async def _lock_person(transaction: Transaction, user_id: UUID) -> None:
    """One group after the other, so that what is told of a person's groups is all of them."""
    if await transaction.connection.fetchval("SELECT 1 FROM users WHERE id = $1 FOR NO KEY UPDATE", user_id) is None:
        raise UserNotFound
