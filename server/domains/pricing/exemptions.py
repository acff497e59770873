"""Tax exemptions as they are kept: granted and revoked, never edited, so that an order's can be looked up for ever."""

from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg

from fastshop.contract.base import IdReused, NotAllowed, Page
from fastshop.contract.tax_exemptions import (
    ExemptionIsOver,
    ExemptionNotFound,
    GrantTaxExemption,
    ListOwnTaxExemptions,
    ListTaxExemptions,
    RevokeTaxExemption,
    TaxExemption,
)
from fastshop.contract.users import UserNotFound
from server.kernel.audit import note
from server.kernel.caller import Caller
from server.kernel.clock import Clock
from server.kernel.database import Database, Transaction
from server.kernel.page import as_page, decode_cursor

_GRANT = """
INSERT INTO tax_exemptions (id, user_id, reason, document, places, valid_from, valid_until, granted_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (id) DO NOTHING RETURNING id
"""
_ONE = "SELECT * FROM tax_exemptions WHERE id = $1"
_REVOKE = "UPDATE tax_exemptions SET revoked_at = $2 WHERE id = $1 AND revoked_at IS NULL RETURNING id"
_LIST = """
SELECT * FROM tax_exemptions
WHERE ($1::uuid IS NULL OR user_id = $1) AND ($2::timestamptz IS NULL OR (granted_at, id) < ($2, $3))
ORDER BY granted_at DESC, id DESC LIMIT $4
"""


class Exemptions:
    """Grants and revokes exemptions."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def list(self, command: ListTaxExemptions, caller: Caller) -> Page[TaxExemption]:  # noqa: ARG002
        """Exemptions of everybody or of one person."""
        return await self._page(command.user_id, command.cursor, command.limit)

    async def list_own(self, command: ListOwnTaxExemptions, caller: Caller) -> Page[TaxExemption]:
        """The caller's exemptions."""
        return await self._page(caller.person, command.cursor, command.limit)

    async def grant(self, command: GrantTaxExemption, caller: Caller) -> TaxExemption:
        """Free somebody from taxes in some places."""
        if command.user_id == caller.user_id:
            raise NotAllowed  # nobody decides in their own cause
        try:
            async with self._database.transaction() as transaction:
                return await self._grant(transaction, command, caller)
        except asyncpg.ForeignKeyViolationError:
            raise UserNotFound from None

    async def revoke(self, command: RevokeTaxExemption, caller: Caller) -> TaxExemption:
        """End an exemption."""
        async with self._database.transaction() as transaction:
            now = self._clock.now()
            revoked = await transaction.connection.fetchval(_REVOKE, command.exemption_id, now)
            row = await transaction.connection.fetchrow(_ONE, command.exemption_id)
            if row is None:
                raise ExemptionNotFound
            if revoked:
                await self._note(transaction, now, caller, command, row)
            return _exemption(row)

    async def _grant(self, transaction: Transaction, command: GrantTaxExemption, caller: Caller) -> TaxExemption:
        connection, now = transaction.connection, self._clock.now()
        if (known := await connection.fetchrow(_ONE, command.exemption_id)) is not None:
            return _same(known, command)
        begins, ends = command.valid_from or now, command.valid_until
        if ends is not None and ends <= max(begins, now):
            raise ExemptionIsOver
        places = sorted(set(command.places))
        said = (command.user_id, command.reason, command.document, places)
        granted = await connection.fetchval(_GRANT, command.exemption_id, *said, begins, ends, now)
        row = await connection.fetchrow(_ONE, command.exemption_id)
        if granted is None:  # it was sent twice at once
            return _same(row, command)
        await self._note(transaction, now, caller, command, row)
        return _exemption(row)

    async def _note(
        self,
        transaction: Transaction,
        now: datetime,
        caller: Caller,
        command: GrantTaxExemption | RevokeTaxExemption,
        row: Any,
    ) -> None:
        facts = {"exemption": row["id"], "reason": row["reason"], "places": row["places"]}
        await note(transaction, now, caller, command.tag(), f"user:{row['user_id']}", **facts)

    async def _page(self, user_id: UUID | None, cursor: str, limit: int) -> Page[TaxExemption]:
        after = decode_cursor(cursor, tuple[datetime, UUID]) or (None, None)
        rows = await self._database.fetch(_LIST, user_id, *after, limit + 1)
        return as_page([_exemption(row) for row in rows], limit, lambda each: (each.granted_at, each.id))


def _same(row: Any, command: GrantTaxExemption) -> TaxExemption:
    """The answer to the same command, sent again. Refused where it was another one: `IdReused`."""
    known = _exemption(row)
    begins = command.valid_from or known.valid_from
    asked = (command.user_id, command.reason, command.document, tuple(sorted(set(command.places))), begins)
    kept = (known.user_id, known.reason, known.document, known.places, known.valid_from)
    if (*asked, command.valid_until) != (*kept, known.valid_until):
        raise IdReused
    return known


def _exemption(row: Any) -> TaxExemption:
    return TaxExemption(**{**row, "places": tuple(row["places"])})
