"""Tax exemptions as they are kept: granted and revoked, never edited, so that an order's can be looked up for ever.

Whether a VAT number is registered is found out by a job, and only told: an exemption holds while the register is away,
and where it does not know the number people decide.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg
from msgspec.structs import replace

from fastshop.contract.base import IdReused, NotAllowed, Page
from fastshop.contract.flash_sales import USER
from fastshop.contract.tax_exemptions import (
    EXEMPTIONS,
    CheckVatNumber,
    ExemptionChanged,
    ExemptionIsOver,
    ExemptionNotFound,
    ExemptionsMoved,
    GrantTaxExemption,
    ListOwnTaxExemptions,
    ListTaxExemptions,
    NoVatNumber,
    RevokeTaxExemption,
    TaxExemption,
    VatCheck,
    VatCheckAsked,
    VatStanding,
)
from fastshop.contract.users import UserNotFound
from server.domains.pricing.ports import VatRegister
from server.domains.pricing.vat_numbers import checked_vat_number, is_registered_in_eu
from server.kernel.audit import note
from server.kernel.caller import Caller
from server.kernel.clock import Clock
from server.kernel.database import Database, Transaction
from server.kernel.page import as_page, decode_cursor

_GRANT = """
INSERT INTO tax_exemptions (id, user_id, reason, document, places, vat_standing, valid_from, valid_until, granted_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (id) DO NOTHING RETURNING id
"""
_ONE = "SELECT * FROM tax_exemptions WHERE id = $1"
_CHECKED = "UPDATE tax_exemptions SET vat_standing = $2, vat_checked_at = $3 WHERE id = $1"
_REVOKE = "UPDATE tax_exemptions SET revoked_at = $2 WHERE id = $1 AND revoked_at IS NULL RETURNING id"
_LIST = """
SELECT * FROM tax_exemptions
WHERE ($1::uuid IS NULL OR user_id = $1) AND ($2::timestamptz IS NULL OR (granted_at, id) < ($2, $3))
ORDER BY granted_at DESC, id DESC LIMIT $4
"""


class Exemptions:
    """Grants and revokes exemptions. Without a ``register`` VAT numbers stay unchecked."""

    def __init__(self, database: Database, clock: Clock, register: VatRegister | None = None) -> None:
        self._database = database
        self._clock = clock
        self._register = register

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
        if command.is_vat_number:
            command = replace(command, document=await checked_vat_number(command.document))
        try:
            async with self._database.transaction() as transaction:
                return await self._grant(transaction, command, caller)
        except asyncpg.ForeignKeyViolationError:
            raise UserNotFound from None

    async def check(self, command: CheckVatNumber, caller: Caller) -> TaxExemption:  # noqa: ARG002
        """Ask the register again."""
        async with self._database.transaction() as transaction:
            row = await transaction.connection.fetchrow(_ONE, command.exemption_id)
            if row is None:
                raise ExemptionNotFound
            if not row["vat_standing"] or not is_registered_in_eu(row["document"]):
                raise NoVatNumber
            transaction.emit(VatCheckAsked(time=self._clock.now(), exemption_id=row["id"]))
            return _exemption(row)

    async def look_up(self, event: VatCheckAsked) -> None:
        """Ask the register whether it knows a VAT number. While it is away: `RegisterAway`, and nothing changes."""
        row = await self._database.fetch_one(_ONE, event.exemption_id)
        if row is None or self._register is None:
            return
        known = await self._register.knows(row["document"])
        standing, now = VatStanding.REGISTERED if known else VatStanding.UNKNOWN, self._clock.now()
        async with self._database.transaction() as transaction:
            await transaction.connection.execute(_CHECKED, row["id"], standing, now)
            _moved(transaction, now, row)

    async def revoke(self, command: RevokeTaxExemption, caller: Caller) -> TaxExemption:
        """End an exemption."""
        async with self._database.transaction() as transaction:
            now = self._clock.now()
            revoked = await transaction.connection.fetchval(_REVOKE, command.exemption_id, now)
            row = await transaction.connection.fetchrow(_ONE, command.exemption_id)
            if row is None:
                raise ExemptionNotFound
            if revoked:
                await self._tell(transaction, now, caller, command, row)
            return _exemption(row)

    async def _grant(self, transaction: Transaction, command: GrantTaxExemption, caller: Caller) -> TaxExemption:
        connection, now = transaction.connection, self._clock.now()
        if (known := await connection.fetchrow(_ONE, command.exemption_id)) is not None:
            return _same(known, command)
        begins, ends = command.valid_from or now, command.valid_until
        if ends is not None and ends <= max(begins, now):
            raise ExemptionIsOver
        places = sorted(set(command.places))
        standing = VatStanding.UNCHECKED if command.is_vat_number else ""
        said = (command.user_id, command.reason, command.document, places, standing)
        granted = await connection.fetchval(_GRANT, command.exemption_id, *said, begins, ends, now)
        row = await connection.fetchrow(_ONE, command.exemption_id)
        if granted is None:  # it was sent twice at once
            return _same(row, command)
        await self._tell(transaction, now, caller, command, row)
        if command.is_vat_number and is_registered_in_eu(command.document):
            transaction.emit(VatCheckAsked(time=now, exemption_id=command.exemption_id))
        return _exemption(row)

    async def _tell(
        self,
        transaction: Transaction,
        now: datetime,
        caller: Caller,
        command: GrantTaxExemption | RevokeTaxExemption,
        row: Any,
    ) -> None:
        facts = {"exemption": row["id"], "reason": row["reason"], "places": row["places"]}
        _moved(transaction, now, row)
        await note(transaction, now, caller, command.tag(), f"user:{row['user_id']}", **facts)

    async def _page(self, user_id: UUID | None, cursor: str, limit: int) -> Page[TaxExemption]:
        after = decode_cursor(cursor, tuple[datetime, UUID]) or (None, None)
        rows = await self._database.fetch(_LIST, user_id, *after, limit + 1)
        return as_page([_exemption(row) for row in rows], limit, lambda each: (each.granted_at, each.id))


def _moved(transaction: Transaction, now: datetime, row: Any) -> None:
    """Tell whose it is, and the office."""
    transaction.emit(ExemptionChanged(time=now, exemption_id=row["id"]), USER.of(row["user_id"]))
    transaction.show(EXEMPTIONS.of(), ExemptionsMoved(time=now))


def _same(row: Any, command: GrantTaxExemption) -> TaxExemption:
    """The answer to the same command, sent again. Refused where it was another one: `IdReused`."""
    known = _exemption(row)
    begins = command.valid_from or known.valid_from
    asked = (command.user_id, command.reason, command.document, tuple(sorted(set(command.places))), begins)
    kept = (known.user_id, known.reason, known.document, known.places, known.valid_from)
    more = (command.valid_until, command.is_vat_number)
    if (*asked, *more) != (*kept, known.valid_until, known.vat is not None):
        raise IdReused
    return known


def _exemption(row: Any) -> TaxExemption:
    told = {**row, "places": tuple(row["places"])}
    standing, checked_at = told.pop("vat_standing"), told.pop("vat_checked_at")
    return TaxExemption(**told, vat=VatCheck(VatStanding(standing), checked_at) if standing else None)
