"""Price lists of variants, and what they have cost."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import asyncpg

from fastshop.contract.accounts import Role
from fastshop.contract.base import Done, IdReused
from fastshop.contract.catalog import VariantNotFound
from fastshop.contract.prices import (
    CreatePriceTier,
    DeletePriceTier,
    EditPriceTier,
    ListPriceTiers,
    PriceHistory,
    PricePoint,
    PriceTier,
    ShowPriceHistory,
    TierNotFound,
    TierTaken,
)
from fastshop.contract.promotions import TermsUnclear
from server.domains.pricing import rows
from server.domains.pricing.queries import check_groups
from server.domains.pricing.rules import check_amounts, lowest_before
from server.kernel.caller import Caller
from server.kernel.clock import Clock
from server.kernel.database import Database
from server.kernel.money import from_numeric, to_numeric

_YEAR = timedelta(days=365)

_LIST = """
SELECT * FROM price_tiers WHERE variant_id = $1
ORDER BY currency, customer_group, min_quantity, valid_from NULLS FIRST, id
"""
_INSERT = """
INSERT INTO price_tiers (id, variant_id, currency, customer_group, min_quantity, price, valid_from, valid_until)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (id) DO NOTHING RETURNING *
"""
_UPDATE = """
UPDATE price_tiers SET price = $2, currency = $3, valid_from = $4, valid_until = $5 WHERE id = $1 RETURNING *
"""
_TIER = """
SELECT tier.*, variant.seller_id FROM price_tiers tier JOIN product_variants variant ON variant.id = tier.variant_id
WHERE tier.id = $1
"""
# In the currency of today. What held when the year began is needed to know the lowest price then.
_HISTORY = """
SELECT history.price, history.currency, history.at FROM price_history history
    JOIN product_variants variant ON variant.id = history.variant_id AND variant.currency = history.currency
    JOIN products product ON product.id = variant.product_id AND product.status = 'active'
    JOIN sellers seller ON seller.id = variant.seller_id AND seller.suspended_at IS NULL
WHERE history.variant_id = $1 AND history.at <= $3 AND history.at >= coalesce(
    (SELECT max(before.at) FROM price_history before WHERE before.variant_id = $1 AND before.at <= $2), '-infinity')
ORDER BY history.at DESC, history.id DESC LIMIT 1000
"""


class PriceLists:
    """Prices by currency, customer group and number of units."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def list_tiers(self, command: ListPriceTiers, caller: Caller) -> tuple[PriceTier, ...]:
        """The list of a variant of the caller's shop."""
        await self._check_variant(command.variant_id, caller)
        return tuple(rows.tier(row) for row in await self._database.fetch(_LIST, command.variant_id))

    async def create_tier(self, command: CreatePriceTier, caller: Caller) -> PriceTier:
        """Add a price."""
        await self._check_variant(command.variant_id, caller)
        check_amounts([command.price], command.valid_from, command.valid_until)
        if command.customer_group is not None:
            await check_groups(self._database, [command.customer_group])
        new = PriceTier(
            id=command.tier_id,
            variant_id=command.variant_id,
            price=from_numeric(to_numeric(command.price), command.price.currency),
            customer_group=command.customer_group,
            min_quantity=command.min_quantity,
            valid_from=command.valid_from,
            valid_until=command.valid_until,
        )
        try:
            row = await self._database.fetch_one(_INSERT, *_columns(new))
        except asyncpg.UniqueViolationError:
            raise TierTaken from None
        if row is None and await self._tier(new.id) != new:
            raise IdReused
        return new

    async def edit_tier(self, command: EditPriceTier, caller: Caller) -> PriceTier:
        """Change a price."""
        known = await self._own(command.tier_id, caller)
        check_amounts([command.price], command.valid_from, command.valid_until)
        if command.price.currency != known.price.currency:
            raise TermsUnclear("A price keeps its currency.", field="price")
        values = to_numeric(command.price), command.price.currency, command.valid_from, command.valid_until
        try:
            row = await self._database.fetch_one(_UPDATE, known.id, *values)
        except asyncpg.UniqueViolationError:
            raise TierTaken from None
        if row is None:  # somebody has just taken it off
            raise TierNotFound
        return rows.tier(row)

    async def delete_tier(self, command: DeletePriceTier, caller: Caller) -> Done:
        """Take a price off the list."""
        await self._own(command.tier_id, caller)
        await self._database.fetch("DELETE FROM price_tiers WHERE id = $1", command.tier_id)
        return Done()

    async def show_history(self, command: ShowPriceHistory, caller: Caller) -> PriceHistory:  # noqa: ARG002
        """What a variant has cost."""
        now = self._clock.now()
        found = await self._database.fetch(_HISTORY, command.variant_id, now - _YEAR, now)
        if not found:
            raise VariantNotFound
        points = [PricePoint(from_numeric(row["price"], row["currency"]), row["at"]) for row in found]
        return PriceHistory(command.variant_id, tuple(points), lowest_before(points, now))

    async def _check_variant(self, variant_id: UUID, caller: Caller) -> None:
        row = await self._database.fetch_one("SELECT seller_id FROM product_variants WHERE id = $1", variant_id)
        if row is None or not _may_edit(row["seller_id"], caller):
            raise VariantNotFound

    async def _own(self, tier_id: UUID, caller: Caller) -> PriceTier:
        row = await self._database.fetch_one(_TIER, tier_id)
        if row is None or not _may_edit(row["seller_id"], caller):
            raise TierNotFound
        return rows.tier(row)

    async def _tier(self, tier_id: UUID) -> PriceTier:
        return rows.tier(await self._database.fetch_one(_TIER, tier_id))


def _may_edit(seller_id: UUID, caller: Caller) -> bool:
    return seller_id == caller.seller_id or caller.is_any(Role.ADMIN)


def _columns(tier: PriceTier) -> tuple[Any, ...]:
    return (
        tier.id,
        tier.variant_id,
        tier.price.currency,
        tier.customer_group or "",
        tier.min_quantity,
        to_numeric(tier.price),
        tier.valid_from,
        tier.valid_until,
    )
