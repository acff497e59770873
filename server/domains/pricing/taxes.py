"""Tax zones and their rates."""

import re
from collections.abc import Sequence
from typing import Any

import asyncpg

from fastshop.contract.base import Done
from fastshop.contract.prices import (
    DeleteTaxZone,
    ListTaxZones,
    PlaceTaken,
    SaveTaxZone,
    Zone,
    ZoneNotFound,
)
from fastshop.ids import new_id
from server.domains.pricing import rows
from server.domains.pricing.engine.words import TaxRate, TaxZone, Window
from server.domains.pricing.rules import check_window
from server.kernel.audit import note
from server.kernel.caller import Caller
from server.kernel.clock import Clock
from server.kernel.database import Database, Transaction

_SAVE = """
INSERT INTO tax_zones (id, name, inclusive) VALUES ($1, $2, $3)
ON CONFLICT (id) DO UPDATE SET name = excluded.name, inclusive = excluded.inclusive
"""
_PLACES = "INSERT INTO tax_places (place, zone_id) SELECT place, $2 FROM unnest($1::text[]) AS new (place)"
_RATES = """
INSERT INTO tax_rates (id, zone_id, position, name, rate, tax_class, valid_from, valid_until)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
"""
# One statement: a zone that is just being saved is seen as it was or as it is, never in between.
ALL = """
SELECT zone.*, ARRAY(SELECT place::text FROM tax_places WHERE zone_id = zone.id ORDER BY place) AS places,
    (SELECT coalesce(jsonb_agg(to_jsonb(held) - '{id,zone_id,position}'::text[] ORDER BY position), '[]')
     FROM tax_rates held WHERE zone_id = zone.id) AS rates
FROM tax_zones zone ORDER BY zone.name, zone.id
"""
# In what PostgreSQL tells of a refused row: only the key is the same in all its languages.
_TAKEN = re.compile(r"=\((.*)\)")


class Taxes:
    """Tax zones as they are kept."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def list_zones(self, command: ListTaxZones, caller: Caller) -> tuple[Zone, ...]:  # noqa: ARG002
        """All tax zones."""
        return await self.zones()

    async def save_zone(self, command: SaveTaxZone, caller: Caller) -> Zone:
        """Add a tax zone, or replace it."""
        places = tuple(sorted(set(command.places)))
        for rate in command.rates:
            check_window(rate.valid_from, rate.valid_until, "rates")
        try:
            async with self._database.transaction() as transaction:
                await self._save(transaction, command, places)
                await self._note(transaction, caller, command, places=places, rates=command.rates)
        except asyncpg.UniqueViolationError as error:
            raise PlaceTaken(_TAKEN.findall(error.detail or "")[0]) from None
        return Zone(command.zone_id, command.name, places, command.inclusive, command.rates)

    async def delete_zone(self, command: DeleteTaxZone, caller: Caller) -> Done:
        """Remove a tax zone."""
        async with self._database.transaction() as transaction:
            query = "DELETE FROM tax_zones WHERE id = $1 RETURNING id"
            if await self._database.fetch_one(query, command.zone_id) is None:
                raise ZoneNotFound
            await self._note(transaction, caller, command)
        return Done()

    async def zones(self) -> tuple[Zone, ...]:
        """All tax zones, by name."""
        return await zones(self._database)

    async def _note(
        self, transaction: Transaction, caller: Caller, command: SaveTaxZone | DeleteTaxZone, **facts: Any
    ) -> None:
        await note(transaction, self._clock.now(), caller, command.tag(), f"tax_zone:{command.zone_id}", **facts)

    async def _save(self, transaction: Transaction, command: SaveTaxZone, places: Sequence[str]) -> None:
        connection, zone_id = transaction.connection, command.zone_id
        await connection.execute(_SAVE, zone_id, command.name, command.inclusive)
        await connection.execute("DELETE FROM tax_places WHERE zone_id = $1", zone_id)
        await connection.execute("DELETE FROM tax_rates WHERE zone_id = $1", zone_id)
        await connection.execute(_PLACES, list(places), zone_id)
        rates = [
            (new_id(), zone_id, position, rate.name, rate.rate, rate.tax_class, rate.valid_from, rate.valid_until)
            for position, rate in enumerate(command.rates)
        ]
        await connection.executemany(_RATES, rates)


async def zones(database: Database) -> tuple[Zone, ...]:
    """All tax zones, by name."""
    return tuple(rows.zone(row) for row in await database.fetch(ALL))


def in_engine(zone: Zone) -> TaxZone:
    """A zone as the engine has it."""
    rates = (
        TaxRate(rate.name, rate.rate, rate.tax_class, Window(rate.valid_from, rate.valid_until)) for rate in zone.rates
    )
    return TaxZone(zone.name, frozenset(zone.places), tuple(rates), zone.inclusive)
