"""What the engine is given, read from the tables of goods and of this domain."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple, TypeVar
from uuid import UUID

import msgspec
from msgspec import Struct

from fastshop.contract.prices import Zone
from fastshop.contract.promotions import Campaign, Coupon, GroupUnknown
from server.domains.pricing import taxes
from server.domains.pricing.engine.book import Book
from server.domains.pricing.engine.words import STANDARD, Exemption, ListPrice, Used, Window
from server.domains.pricing.rules import rule_of
from server.kernel.database import Database
from server.kernel.money import from_numeric

# The class of the deepest category that has one.
_TAX_CLASS = """(
    SELECT above.tax_class FROM categories above WHERE above.slug = any(category.path) AND above.tax_class <> ''
    ORDER BY cardinality(above.path) DESC LIMIT 1)"""
_GOODS = f"""
SELECT variant.id, variant.product_id, variant.seller_id, seller.untaxed_for, variant.price, variant.currency,
    (SELECT json_agg(tier) FROM price_tiers tier WHERE tier.variant_id = variant.id) AS tiers,
    coalesce(category.path, '{{}}') AS categories, coalesce({_TAX_CLASS}, $6) AS tax_class
FROM product_variants variant JOIN products product ON product.id = variant.product_id AND product.status = 'active'
    JOIN sellers seller ON seller.id = variant.seller_id AND seller.suspended_at IS NULL
    LEFT JOIN categories category ON category.id = product.category_id
WHERE variant.id = any($7::uuid[])
"""  # noqa: S608 - constants
_TAXATION = f"""
SELECT variant.seller_id, coalesce({_TAX_CLASS}, $2) AS tax_class, seller.untaxed_for
FROM product_variants variant JOIN products product ON product.id = variant.product_id
    JOIN sellers seller ON seller.id = variant.seller_id
    LEFT JOIN categories category ON category.id = product.category_id
WHERE variant.id = $1
"""  # noqa: S608 - constants
# Of what has not begun by now, only who may see everything and the seller whose it is know.
_CAMPAIGNS = """
SELECT * FROM campaigns WHERE start_date <= $1 AND end_date > $1
    AND (start_date <= $2 OR $3 OR seller_id = $4)
"""
_COUPONS = """
SELECT * FROM coupons WHERE active AND (automatic OR code = any($5::text[]))
    AND (valid_from IS NULL OR valid_from <= $1) AND (valid_until IS NULL OR valid_until > $1)
    AND (valid_from IS NULL OR valid_from <= $2 OR $3 OR seller_id = $4)
"""
_EXEMPTIONS = (
    "SELECT * FROM tax_exemptions WHERE user_id = any($1::uuid[]) AND revoked_at IS NULL ORDER BY granted_at, id"
)
# One way to the database instead of five, and all of it as of one moment.
_FACTS = f"""
SELECT (SELECT json_agg(found) FROM ({_CAMPAIGNS}) AS found)::text AS campaigns,
    (SELECT json_agg(found) FROM ({_COUPONS}) AS found)::text AS coupons,
    (SELECT json_agg(found) FROM ({_GOODS}) AS found)::text AS goods,
    (SELECT json_agg(found) FROM ({taxes.ALL}) AS found WHERE $8)::text AS zones,
    (SELECT json_agg(found ORDER BY granted_at, id) FROM tax_exemptions AS found
     WHERE $8 AND user_id = $9 AND revoked_at IS NULL)::text AS exemptions
"""  # noqa: S608 - constants
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


class Taxation(NamedTuple):
    """Whose a variant is, its tax class, and why the seller charges no tax: empty where they do."""

    seller_id: UUID
    tax_class: str
    untaxed_for: str


class Sight(NamedTuple):
    """A moment whose promotions are asked for; ``now`` is the present. ``everything``: also what begins later."""

    at: datetime
    now: datetime
    everything: bool = False
    seller_id: UUID | None = None


class Facts(NamedTuple):
    """What prices depend on at a moment: goods by variant, rules, which coupons of them are used up, tax zones.

    ``exemptions`` are the customer's, ``untaxed`` says of sellers who charge no tax why.
    """

    goods: Mapping[UUID, Goods]
    book: Book
    used: Mapping[UUID, Used]
    zones: Sequence[Zone]
    exemptions: tuple[Exemption, ...]
    untaxed: Mapping[UUID, str]


async def facts(
    database: Database,
    sight: Sight,
    codes: Collection[str],
    user_id: UUID | None,
    variant_ids: Collection[UUID] = (),
    *,
    with_zones: bool = False,
) -> Facts:
    """The variants that are for sale, with all their prices; the rules that hold at a moment, with those codes."""
    row = await database.fetch_one(_FACTS, *sight, list(codes), STANDARD, list(variant_ids), with_zones, user_id)
    assert row is not None
    book, coupons = _promotions(row["campaigns"], row["coupons"])
    variants = _listed(row["goods"], _Variant)
    return Facts(
        goods={each.id: _goods(each) for each in variants},
        book=book,
        used=await _used(database, coupons, user_id),
        zones=_listed(row["zones"], Zone),
        exemptions=tuple(map(_exemption, _listed(row["exemptions"], _Granted))),
        untaxed={each.seller_id: each.untaxed_for for each in variants if each.untaxed_for},
    )


async def exemptions(database: Database, user_ids: Collection[UUID]) -> Mapping[UUID, tuple[Exemption, ...]]:
    """The exemptions that people have, by person; those that hold later or no more among them."""
    found: dict[UUID, tuple[Exemption, ...]] = defaultdict(tuple)
    for row in await database.fetch(_EXEMPTIONS, list(user_ids)):
        found[row["user_id"]] += (_exemption(msgspec.convert(dict(row), _Granted)),)
    return found


async def taxation(database: Database, variant_id: UUID) -> Taxation:
    """How a variant is taxed, for sale or not."""
    row = await database.fetch_one(_TAXATION, variant_id, STANDARD)
    assert row is not None
    return Taxation(**row)


@lru_cache(maxsize=4)
def _promotions(campaigns: str | None, coupons: str | None) -> tuple[Book, Sequence[Coupon]]:
    """The promotions that rows tell of, as JSON. For most carts of a moment these are the same, to the letter."""
    known = _listed(coupons, Coupon)
    return Book([*map(rule_of, _listed(campaigns, Campaign)), *map(rule_of, known)]), known


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


class _Variant(Struct, frozen=True):
    """A variant that is for sale, with its price lists."""

    id: UUID
    product_id: UUID
    seller_id: UUID
    untaxed_for: str
    price: Decimal
    currency: str
    tiers: tuple[_Tier, ...] | None
    categories: tuple[str, ...]
    tax_class: str


class _Granted(Struct, frozen=True):
    """A row of an exemption."""

    id: UUID
    reason: str
    places: frozenset[str]
    valid_from: datetime
    valid_until: datetime | None


def _exemption(row: _Granted) -> Exemption:
    return Exemption(row.id, row.reason, row.places, Window(row.valid_from, row.valid_until))


def _listed(told: str | None, kind: type[Kind]) -> Sequence[Kind]:
    """Rows that came as JSON: several queries for the way of one."""
    return msgspec.json.decode(told, type=list[kind]) if told else ()  # type: ignore[valid-type]


def _goods(variant: _Variant) -> Goods:
    prices = (ListPrice(from_numeric(variant.price, variant.currency)), *map(_list_price, variant.tiers or ()))
    return Goods(variant.product_id, variant.seller_id, prices, variant.categories, variant.tax_class)


def _list_price(tier: _Tier) -> ListPrice:
    return ListPrice(
        from_numeric(tier.price, tier.currency),
        tier.customer_group,
        tier.min_quantity,
        Window(tier.valid_from, tier.valid_until),
    )


async def check_groups(database: Database, named: Collection[str]) -> None:
    """Refuse groups of customers that there are not: `GroupUnknown`."""
    found = await database.fetch("SELECT name FROM customer_groups WHERE name = any($1::text[])", list(named))
    for group in sorted(set(named) - {row["name"] for row in found}):
        raise GroupUnknown(group)
