"""Campaigns: promotions that apply by themselves while they run."""

from datetime import datetime
from uuid import UUID

import msgspec

from fastshop.contract.base import Done, IdReused, Page
from fastshop.contract.promotions import (
    Campaign,
    CampaignNotFound,
    CreateCampaign,
    DeleteCampaign,
    EditCampaign,
    ListCampaigns,
    ListOwnCampaigns,
    ShowCampaign,
)
from server.domains.pricing import rows
from server.domains.pricing.coupons import is_theirs, owner_of
from server.domains.pricing.queries import check_groups
from server.domains.pricing.rules import clear_terms
from server.kernel.audit import note
from server.kernel.caller import Caller
from server.kernel.clock import Clock
from server.kernel.database import Database, Transaction
from server.kernel.page import as_page, decode_cursor

_INSERT = """
INSERT INTO campaigns
    (id, name, description, banner_url, start_date, end_date, target_audience, terms, seller_id, created_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT (id) DO NOTHING RETURNING *
"""
_UPDATE = """
UPDATE campaigns SET name = $2, description = $3, banner_url = $4, start_date = $5, end_date = $6,
    target_audience = $7, terms = $8
WHERE id = $1 RETURNING *
"""
_RUNNING = """
SELECT * FROM campaigns WHERE start_date <= $1 AND end_date > $1
    AND NOT EXISTS (SELECT FROM sellers WHERE id = seller_id AND suspended_at IS NOT NULL)
    AND ($2::timestamptz IS NULL OR (end_date, id) > ($2, $3))
ORDER BY end_date, id LIMIT $4
"""
_OWN = """
SELECT * FROM campaigns
WHERE ($1::uuid IS NULL OR seller_id = $1) AND ($2::timestamptz IS NULL OR (start_date, id) < ($2, $3))
ORDER BY start_date DESC, id DESC LIMIT $4
"""


class Campaigns:
    """Campaigns as they are made, changed and shown."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def create(self, command: CreateCampaign, caller: Caller) -> Campaign:
        """Add a campaign."""
        new = _campaign(command, owner_of(caller))
        await check_groups(self._database, new.terms.audience.groups)
        async with self._database.transaction() as transaction:
            row = await self._database.fetch_one(_INSERT, new.id, *_columns(new), new.seller_id, self._clock.now())
            if row is not None:
                await self._note(transaction, caller, command)
                return rows.campaign(row)
        if (known := await self._find(new.id)) != new:
            raise IdReused
        return known

    async def edit(self, command: EditCampaign, caller: Caller) -> Campaign:
        """Replace a campaign."""
        async with self._database.transaction() as transaction:
            known = await self._own(command.campaign_id, caller)
            new = _campaign(command, known.seller_id)
            await check_groups(self._database, new.terms.audience.groups)
            row = await self._database.fetch_one(_UPDATE, new.id, *_columns(new))
            await self._note(transaction, caller, command)
            return rows.campaign(row)

    async def list_running(self, command: ListCampaigns, caller: Caller) -> Page[Campaign]:  # noqa: ARG002
        """The campaigns that run."""
        after = decode_cursor(command.cursor, tuple[datetime, UUID]) or (None, None)
        found = await self._database.fetch(_RUNNING, self._clock.now(), *after, command.limit + 1)
        return as_page([rows.campaign(row) for row in found], command.limit, lambda each: (each.end_date, each.id))

    async def list_own(self, command: ListOwnCampaigns, caller: Caller) -> Page[Campaign]:
        """The campaigns of the caller's shop; an admin's or manager's are all."""
        after = decode_cursor(command.cursor, tuple[datetime, UUID]) or (None, None)
        found = await self._database.fetch(_OWN, owner_of(caller), *after, command.limit + 1)
        return as_page([rows.campaign(row) for row in found], command.limit, lambda each: (each.start_date, each.id))

    async def show(self, command: ShowCampaign, caller: Caller) -> Campaign:
        """One campaign."""
        known = await self._find(command.campaign_id)
        if known.start_date > self._clock.now() and not is_theirs(known.seller_id, caller):
            raise CampaignNotFound
        return known

    async def delete(self, command: DeleteCampaign, caller: Caller) -> Done:
        """Remove a campaign."""
        async with self._database.transaction() as transaction:
            known = await self._own(command.campaign_id, caller)
            await self._database.fetch("DELETE FROM campaigns WHERE id = $1", known.id)
            await self._note(transaction, caller, command)
        return Done()

    async def _note(
        self, transaction: Transaction, caller: Caller, command: CreateCampaign | EditCampaign | DeleteCampaign
    ) -> None:
        await note(transaction, self._clock.now(), caller, command.tag(), f"campaign:{command.campaign_id}")

    async def _own(self, campaign_id: UUID, caller: Caller) -> Campaign:
        """A campaign that the caller may change; locked until the transaction ends."""
        known = await self._find(campaign_id, lock=True)
        if not is_theirs(known.seller_id, caller):
            raise CampaignNotFound
        return known

    async def _find(self, campaign_id: UUID, *, lock: bool = False) -> Campaign:
        query = "SELECT * FROM campaigns WHERE id = $1"
        row = await self._database.fetch_one(f"{query} FOR NO KEY UPDATE" if lock else query, campaign_id)
        if row is None:
            raise CampaignNotFound
        return rows.campaign(row)


def _campaign(command: CreateCampaign | EditCampaign, owner: UUID | None) -> Campaign:
    return Campaign(
        id=command.campaign_id,
        name=command.name,
        description=command.description,
        banner_url=command.banner_url or "",
        terms=clear_terms(command.terms, command.start_date, command.end_date, owner),
        start_date=command.start_date,
        end_date=command.end_date,
        seller_id=owner,
    )


def _columns(campaign: Campaign) -> tuple[object, ...]:
    return (
        campaign.name,
        campaign.description,
        campaign.banner_url,
        campaign.start_date,
        campaign.end_date,
        msgspec.json.encode(campaign.terms.audience).decode(),
        msgspec.json.encode(campaign.terms).decode(),
    )
