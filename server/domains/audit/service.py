"""Reading the audit log, and checking it."""

from typing import Any

import msgspec

from fastshop.contract.audit import AuditCheck, AuditEntry, CheckAuditLog, ListAuditLog
from fastshop.contract.base import Page
from server.kernel import audit
from server.kernel.caller import Caller
from server.kernel.database import Database
from server.kernel.page import as_page, decode_cursor

_AT_ONCE = 1000
_COLUMNS = "number, at, actor_id, session_id, action, subject, facts"
_LIST = f"""
SELECT {_COLUMNS} FROM audit_logs
WHERE ($1::bigint IS NULL OR number < $1) AND ($2::uuid IS NULL OR actor_id = $2)
    AND ($3 = '' OR subject = $3) AND starts_with(action, $4)
ORDER BY number DESC LIMIT $5
"""  # noqa: S608 - constants
_CHAIN = f"SELECT {_COLUMNS}, hash FROM audit_logs WHERE number > $1 ORDER BY number LIMIT $2"  # noqa: S608


class Audit:
    """The audit log, for who may read it."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def list(self, command: ListAuditLog, caller: Caller) -> Page[AuditEntry]:  # noqa: ARG002
        """What was done."""
        after = decode_cursor(command.cursor, tuple[int]) or (None,)
        values = (*after, command.actor_id, command.subject, command.action, command.limit + 1)
        rows = await self._database.fetch(_LIST, *values)
        return as_page([_entry(row) for row in rows], command.limit, lambda entry: (entry.number,))

    async def check(self, command: CheckAuditLog, caller: Caller) -> AuditCheck:  # noqa: ARG002
        """Whether the chain is whole."""
        number, before = 0, audit.start()
        async with self._database.reading() as connection:
            while rows := await connection.fetch(_CHAIN, number, _AT_ONCE):
                for row in rows:
                    if row["number"] != number + 1 or audit.link(before, *tuple(row)[:-1]) != row["hash"]:
                        return AuditCheck(number, intact=False, broken_at=row["number"])
                    number, before = row["number"], row["hash"]
        return AuditCheck(number, intact=True, broken_at=None)


def _entry(row: Any) -> AuditEntry:
    return AuditEntry(**{**row, "facts": msgspec.json.decode(row["facts"])})
