"""What the engine is given, read from the tables of goods and of this domain."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple, TypeVar
from uuid import UUID

import msgspec
from msgspec import Struct

from fastshop.contract.promotions import Campaign, Coupon
from server.domains.pricing.engine.words import STANDARD, ListPrice, Rule, Used, Window
from server.domains.pricing.rules import rule_of
from server.kernel.database import Database
from server.kernel.money import from_numeric

# The class of the deepest category that has one.
_GOODS = """
SELECT variant.id, variant.product_id, variant.seller_id, variant.price, variant.currency,
    (SELECT json_agg(tier)::text FROM price_tiers tier WHERE tier.variant_id = variant.id) AS tiers,
    coalesce(category.path, '{}') AS categories, coalesce((
        SELECT above.tax_class FROM categories above WHERE above.slug = any(category.path) AND above.tax_class <> ''
        ORDER BY cardinality(above.path) DESC LIMIT 1), $2) AS tax_class
FROM product_variants variant JOIN products product ON product.id = variant.product_id AND product.status = 'active'
    LEFT JOIN categories category ON category.id = product.category_id
WHERE variant.id = any($1::uuid[])
"""
# Of what has not begun by now, only who may see everything and the seller whose it is know.
_PROMOTIONS = """
SELECT (
    SELECT json_agg(campaign)::text FROM campaigns campaign WHERE start_date <= $1 AND end_date > $1
        AND (start_date <= $2 OR $3 OR seller_id = $4)
) AS campaigns, (
    SELECT json_agg(coupon)::text FROM coupons coupon WHERE active AND (automatic OR code = any($5::text[]))
        AND (valid_from IS NULL OR valid_from <= $1) AND (valid_until IS NULL OR valid_until > $1)
        AND (valid_from IS NULL OR valid_from <= $2 OR $3 OR seller_id = $4)
) AS coupons
"""
_USES = """
SELECT coupon_id, count(*) AS uses FROM coupon_usage
WHERE user_id = $1 AND coupon_id = any($2::uuid[]) AND given_back_at IS NULL GROUP BY coupon_id
"""


Kind = TypeVar("Kind")


class Goods(NamedTuple):
    """What prices depend on of a variant that is for sale."""

    product_id: UUID
    seller_id: UUID
    prices: tuple[ListPrice, ...]
    categories: tuple[str, ...]
    tax_class: str


class Sight(NamedTuple):
    """A moment whose promotions are asked for; ``now`` is the present. ``everything``: also what begins later."""

    at: datetime
    now: datetime
    everything: bool = False
    seller_id: UUID | None = None


async def goods(database: Database, variant_ids: Collection[UUID]) -> Mapping[UUID, Goods]:
    """The variants that are for sale, by id, with all their prices."""
    found = await database.fetch(_GOODS, list(variant_ids), STANDARD)
    return {row["id"]: _goods(row, _listed(row["tiers"], _Tier)) for row in found}


async def promotions(
    database: Database, sight: Sight, codes: Collection[str], user_id: UUID | None
) -> tuple[Sequence[Rule], Mapping[UUID, Used]]:
    """The rules that hold at a moment, with those codes; and which coupons among them are used up."""
    found = await database.fetch_one(_PROMOTIONS, *sight, list(codes))
    assert found is not None
    coupons = _listed(found["coupons"], Coupon)
    used = await _used(database, coupons, user_id)
    return [*map(rule_of, _listed(found["campaigns"], Campaign)), *map(rule_of, coupons)], used


async def _used(database: Database, coupons: Sequence[Coupon], user_id: UUID | None) -> Mapping[UUID, Used]:
    used = {each.id: Used(by_you=False) for each in coupons if each.usage_count == each.usage_limit}
    limits = {each.id: each.per_customer_limit for each in coupons if each.per_customer_limit is not None}
    if limits and user_id is not None:
        found = await database.fetch(_USES, user_id, list(limits))
        reached = [row["coupon_id"] for row in found if row["uses"] >= limits[row["coupon_id"]]]
        used |= dict.fromkeys(reached, Used(by_you=True))
    return used


class _Tier(Struct, frozen=True):
    """A row of the price lists."""

    price: Decimal
    currency: str
    customer_group: str
    min_quantity: int
    valid_from: datetime | None
    valid_until: datetime | None


def _listed(told: str | None, kind: type[Kind]) -> Sequence[Kind]:
    """Rows that came as JSON: several queries for the way of one."""
    return msgspec.json.decode(told, type=list[kind]) if told else ()  # type: ignore[valid-type]


def _goods(row: Any, tiers: Sequence[_Tier]) -> Goods:
    plain = ListPrice(from_numeric(row["price"], row["currency"]))
    return Goods(
        row["product_id"],
        row["seller_id"],
        (plain, *map(_list_price, tiers)),
        tuple(row["categories"]),
        row["tax_class"],
    )


def _list_price(tier: _Tier) -> ListPrice:
    return ListPrice(
        from_numeric(tier.price, tier.currency),
        tier.customer_group,
        tier.min_quantity,
        Window(tier.valid_from, tier.valid_until),
    )
