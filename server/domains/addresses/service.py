"""A person's book of addresses. It never has two default ones, and one as long as it has any."""

from collections.abc import Collection, Mapping
from typing import Any
from uuid import UUID

from asyncpg import Connection

from fastshop.contract.addresses import (
    AddAddress,
    Address,
    AddressNotFound,
    AddressRules,
    ChangeAddress,
    DescribeAddress,
    ListAddresses,
    PostalAddress,
    RemoveAddress,
    ShowAddress,
    TooManyAddresses,
)
from fastshop.contract.base import Done, IdReused, Page
from server.kernel.caller import Caller
from server.kernel.clock import Clock
from server.kernel.database import Database
from server.kernel.postal import checked, rules

_MOST = 50
_FIELDS = PostalAddress.__struct_fields__
_COLUMNS = ", ".join(("id", *_FIELDS, "is_default"))
_PLACES = ", ".join(f"${number}" for number in range(4, 4 + len(_FIELDS)))
_ONE = f"SELECT {_COLUMNS} FROM addresses WHERE id = $1 AND user_id = $2"  # noqa: S608 - constants
_LIST = f"""
SELECT {_COLUMNS} FROM addresses WHERE user_id = $1 ORDER BY is_default DESC, created_at DESC, id DESC
"""  # noqa: S608 - constants
_DEFAULTS = f"SELECT user_id, {_COLUMNS} FROM addresses WHERE is_default AND user_id = any($1::uuid[])"  # noqa: S608
_ADD = f"""
INSERT INTO addresses (id, user_id, created_at, {", ".join(_FIELDS)}) VALUES ($1, $2, $3, {_PLACES})
ON CONFLICT DO NOTHING RETURNING id
"""  # noqa: S608 - constants
_CHANGE = f"""
UPDATE addresses SET updated_at = $3, ({", ".join(_FIELDS)}) = ROW({_PLACES}) WHERE id = $1 AND user_id = $2
RETURNING id
"""  # noqa: S608 - constants
_REMOVE = "DELETE FROM addresses WHERE id = $1 AND user_id = $2"
# Whoever changes a book holds its owner's row, so that two changes at once cannot both make a default.
_HOLD = "SELECT 1 FROM users WHERE id = $1 FOR UPDATE"
_NO_DEFAULT = "UPDATE addresses SET is_default = false WHERE user_id = $1 AND is_default AND id <> $2"
_DEFAULT = "UPDATE addresses SET is_default = true WHERE id = $1 AND NOT is_default"
_HEIR = """
SELECT id FROM addresses WHERE user_id = $1 AND NOT EXISTS (SELECT FROM addresses WHERE user_id = $1 AND is_default)
ORDER BY created_at DESC, id DESC LIMIT 1
"""


class Addresses:
    """Books of addresses."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def list(self, command: ListAddresses, caller: Caller) -> Page[Address]:  # noqa: ARG002 - the caller says it all
        """The caller's addresses."""
        return Page(tuple(_address(row) for row in await self._database.fetch(_LIST, caller.person)))

    async def show(self, command: ShowAddress, caller: Caller) -> Address:
        """One of the caller's addresses."""
        return await self._one(command.address_id, caller)

    async def add(self, command: AddAddress, caller: Caller) -> Address:
        """Put an address into the caller's book."""
        address = await checked(command.address)
        async with self._database.transaction() as transaction:
            connection = transaction.connection
            await connection.fetchval(_HOLD, caller.person)
            if await self._is_there(connection, command.address_id, caller, address):
                return await self._one(command.address_id, caller)
            count = await connection.fetchval("SELECT count(*) FROM addresses WHERE user_id = $1", caller.person)
            if count >= _MOST:
                raise TooManyAddresses(_MOST)
            if await connection.fetchval(_ADD, *self._values(command.address_id, caller, address)) is None:
                raise IdReused
            await _settle_default(connection, caller.person, command.address_id if command.make_default else None)
            return await self._one(command.address_id, caller)

    async def change(self, command: ChangeAddress, caller: Caller) -> Address:
        """Replace one of the caller's addresses."""
        address = await checked(command.address)
        async with self._database.transaction() as transaction:
            connection = transaction.connection
            await connection.fetchval(_HOLD, caller.person)
            if await connection.fetchval(_CHANGE, *self._values(command.address_id, caller, address)) is None:
                raise AddressNotFound
            await _settle_default(connection, caller.person, command.address_id if command.make_default else None)
            return await self._one(command.address_id, caller)

    async def remove(self, command: RemoveAddress, caller: Caller) -> Done:
        """Take an address out of the caller's book. One that is not in it is out already."""
        async with self._database.transaction() as transaction:
            await transaction.connection.fetchval(_HOLD, caller.person)
            await transaction.connection.execute(_REMOVE, command.address_id, caller.person)
            await _settle_default(transaction.connection, caller.person, None)
        return Done()

    async def describe(self, command: DescribeAddress, caller: Caller) -> AddressRules:  # noqa: ARG002
        """How a country writes addresses."""
        return await rules(command.country)

    async def defaults(self, user_ids: Collection[UUID]) -> Mapping[UUID, PostalAddress]:
        """The default addresses of those who have one."""
        found = await self._database.fetch(_DEFAULTS, list(user_ids))
        return {row["user_id"]: _address(row).address for row in found}

    async def _one(self, address_id: UUID, caller: Caller) -> Address:
        row = await self._database.fetch_one(_ONE, address_id, caller.person)
        if row is None:
            raise AddressNotFound
        return _address(row)

    async def _is_there(
        self, connection: "Connection[Any]", address_id: UUID, caller: Caller, address: PostalAddress
    ) -> bool:
        """Whether the same command was done before. Refused where it said something else: `IdReused`."""
        row = await connection.fetchrow(_ONE, address_id, caller.person)
        if row is not None and _address(row).address != address:
            raise IdReused
        return row is not None

    def _values(self, address_id: UUID, caller: Caller, address: PostalAddress) -> tuple[Any, ...]:
        parts = (getattr(address, field) for field in _FIELDS)
        return (address_id, caller.person, self._clock.now(), *parts)


async def _settle_default(connection: "Connection[Any]", user_id: UUID, chosen: UUID | None) -> None:
    """Make the chosen address the default one, or the newest where there is none."""
    address_id = chosen or await connection.fetchval(_HEIR, user_id)
    if address_id is not None:
        await connection.execute(_NO_DEFAULT, user_id, address_id)
        await connection.execute(_DEFAULT, address_id)


def _address(row: Any) -> Address:
    return Address(row["id"], PostalAddress(**{field: row[field] for field in _FIELDS}), row["is_default"])
