"""Applications: made, read, decided. The applicant's row is locked before the application's, always."""

from datetime import datetime
from typing import Any
from uuid import UUID

from fastshop.contract.base import IdReused, NotAllowed, Page
from fastshop.contract.catalog import SlugTaken
from fastshop.contract.flash_sales import USER
from fastshop.contract.sellers import (
    APPLICATIONS,
    AlreadySelling,
    ApplicationDecided,
    ApplicationIsDecided,
    ApplicationNotFound,
    ApplicationOpen,
    ApplicationQueue,
    ApplicationState,
    ApplyToSell,
    ApproveApplication,
    ListApplications,
    RejectApplication,
    SellerApplication,
    SellerContact,
    ShowOwnApplication,
)
from server.domains.sellers.contacts import checked_contact
from server.domains.sellers.ports import People
from server.domains.sellers.rules import check_slug, checked_name, checked_tax_number, checked_text
from server.kernel import postal
from server.kernel.audit import note
from server.kernel.caller import Caller
from server.kernel.clock import Clock
from server.kernel.database import Database, Transaction
from server.kernel.page import as_page, decode_cursor

_INSERT = """
INSERT INTO seller_applications
    (id, user_id, name, slug, description, country, tax_number, contact_email, contact_phone, created_at)
SELECT $1, $2, $3, $4::varchar, $5, $6, $7, $8, $9, $10 WHERE NOT EXISTS (SELECT FROM sellers WHERE slug = $4)
ON CONFLICT DO NOTHING RETURNING *
"""
_ONE = "SELECT * FROM seller_applications WHERE id = $1"
_LATEST = "SELECT * FROM seller_applications WHERE user_id = $1 ORDER BY created_at DESC, id DESC LIMIT 1"
_IS_OPEN = "SELECT EXISTS (SELECT FROM seller_applications WHERE user_id = $1 AND state = 'open')"
_LIST = """
SELECT * FROM seller_applications
WHERE state = $1 AND ($2::timestamptz IS NULL OR (created_at, id) > ($2, $3)) ORDER BY created_at, id LIMIT $4
"""
_DECIDE = """
UPDATE seller_applications SET state = $2, reason = $3, decided_at = $4, decided_by = $5 WHERE id = $1 RETURNING *
"""
# The shop has the application's id: approved twice, there is one.
_OPEN_SHOP = """
INSERT INTO sellers (id, name, slug, description, country, tax_number, contact_email, contact_phone, created_at)
SELECT id, name, slug, description, country, tax_number, contact_email, contact_phone, $2
FROM seller_applications WHERE id = $1 ON CONFLICT DO NOTHING RETURNING id
"""
# Whoever changes what waits shows the new count, one after another. Any number nobody else uses.
_COUNTING = "SELECT pg_advisory_xact_lock(7273118231)"
_COUNT = "SELECT count(*) FROM seller_applications WHERE state = 'open'"


class Applying:
    """How people become sellers."""

    def __init__(self, database: Database, people: People, clock: Clock) -> None:
        self._database = database
        self._people = people
        self._clock = clock

    async def apply(self, command: ApplyToSell, caller: Caller) -> SellerApplication:
        """Ask to become a seller."""
        asked = await self._asked(command, caller)
        async with self._database.transaction() as transaction:
            person = await self._people.hold(transaction, caller.person)
            known = await transaction.connection.fetchrow(_ONE, command.application_id)
            if known is not None:
                return _same(known, asked)
            if person.seller_id is not None:
                raise AlreadySelling
            if await transaction.connection.fetchval(_IS_OPEN, caller.person):
                raise ApplicationOpen
            row = await transaction.connection.fetchrow(_INSERT, command.application_id, *asked, self._clock.now())
            if row is None:
                taken = await transaction.connection.fetchrow(_ONE, command.application_id)
                raise IdReused if taken else SlugTaken(command.slug)
            await self._show(transaction)
            return _application(row)

    async def queue(self) -> ApplicationQueue:
        """How many wait, in the transaction or reading that is under way, if one is."""
        row = await self._database.fetch_one(_COUNT)
        assert row is not None
        return ApplicationQueue(time=self._clock.now(), waiting=row[0])

    async def show_own(self, command: ShowOwnApplication, caller: Caller) -> SellerApplication:  # noqa: ARG002
        """The caller's latest application."""
        row = await self._database.fetch_one(_LATEST, caller.person)
        if row is None:
            raise ApplicationNotFound
        return _application(row)

    async def list(self, command: ListApplications, caller: Caller) -> Page[SellerApplication]:  # noqa: ARG002
        """Applications in a state."""
        after = decode_cursor(command.cursor, tuple[datetime, UUID]) or (None, None)
        rows = await self._database.fetch(_LIST, command.state, *after, command.limit + 1)
        return as_page([_application(row) for row in rows], command.limit, lambda one: (one.applied_at, one.id))

    async def approve(self, command: ApproveApplication, caller: Caller) -> SellerApplication:
        """Let an applicant sell."""
        async with self._database.transaction() as transaction:
            known, works_for = await self._held(transaction, command.application_id, caller)
            if known.state is not ApplicationState.OPEN:
                return _decided(known, ApplicationState.APPROVED, "")
            if works_for is not None:
                raise AlreadySelling
            if await transaction.connection.fetchval(_OPEN_SHOP, known.id, self._clock.now()) is None:
                raise SlugTaken(known.slug)
            await self._people.make_owner(transaction, known.applicant_id, known.id)
            decided = await self._decide(transaction, known, ApplicationState.APPROVED, "", caller)
        await self._people.changed([known.applicant_id])
        return decided

    async def reject(self, command: RejectApplication, caller: Caller) -> SellerApplication:
        """Turn an application down."""
        async with self._database.transaction() as transaction:
            known, _ = await self._held(transaction, command.application_id, caller)
            if known.state is not ApplicationState.OPEN:
                return _decided(known, ApplicationState.REJECTED, command.reason)
            return await self._decide(transaction, known, ApplicationState.REJECTED, command.reason, caller)

    async def _asked(self, command: ApplyToSell, caller: Caller) -> tuple[Any, ...]:
        """What is kept of an application, but its id."""
        check_slug(command.slug)
        await postal.rules(command.country)
        contact = await checked_contact(command.contact, command.country)
        return (
            caller.person,
            checked_name(command.name),
            command.slug,
            checked_text(command.description),
            command.country,
            await checked_tax_number(command.country, command.tax_number),
            contact.email,
            contact.phone,
        )

    async def _held(
        self, transaction: Transaction, application_id: UUID, caller: Caller
    ) -> tuple[SellerApplication, UUID | None]:
        """The application, which nobody else decides meanwhile, and whom the applicant works for."""
        row = await transaction.connection.fetchrow(_ONE, application_id)
        if row is None:
            raise ApplicationNotFound
        if row["user_id"] == caller.user_id:
            raise NotAllowed  # nobody decides in their own cause
        person = await self._people.hold(transaction, row["user_id"])
        locked = await transaction.connection.fetchrow(f"{_ONE} FOR UPDATE", application_id)
        return _application(locked), person.seller_id

    async def _decide(
        self, transaction: Transaction, known: SellerApplication, state: ApplicationState, reason: str, caller: Caller
    ) -> SellerApplication:
        now = self._clock.now()
        row = await transaction.connection.fetchrow(_DECIDE, known.id, state, reason, now, caller.person)
        decided = _application(row)
        transaction.emit(ApplicationDecided(time=now, application=decided), USER.of(known.applicant_id))
        await self._show(transaction)
        await note(transaction, now, caller, f"sellers.{state}", f"application:{known.id}")
        return decided

    async def _show(self, transaction: Transaction) -> None:
        await transaction.connection.execute(_COUNTING)
        transaction.show(APPLICATIONS.of(), await self.queue())


def _decided(known: SellerApplication, state: ApplicationState, reason: str) -> SellerApplication:
    """The answer to the same decision, made again. Refused where it was another one: `ApplicationIsDecided`."""
    if (known.state, known.reason) != (state, reason):
        raise ApplicationIsDecided(known.state)
    return known


def _same(row: Any, asked: tuple[Any, ...]) -> SellerApplication:
    names = ("user_id", "name", "slug", "description", "country", "tax_number", "contact_email", "contact_phone")
    if tuple(row[name] for name in names) != asked:
        raise IdReused
    return _application(row)


def _application(row: Any) -> SellerApplication:
    return SellerApplication(
        id=row["id"],
        applicant_id=row["user_id"],
        name=row["name"],
        slug=row["slug"],
        description=row["description"],
        country=row["country"],
        tax_number=row["tax_number"],
        contact=SellerContact(row["contact_email"], row["contact_phone"]),
        state=ApplicationState(row["state"]),
        reason=row["reason"],
        applied_at=row["created_at"],
        decided_at=row["decided_at"],
    )
