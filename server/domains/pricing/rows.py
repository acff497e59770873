"""Rows of promotions, prices and taxes as what they are in the contract."""

from typing import Any

import msgspec

from fastshop.contract.prices import PriceTier, Rate, Zone
from fastshop.contract.promotions import Campaign, Coupon, CouponUse, Terms
from server.kernel.money import from_numeric


def coupon(row: Any) -> Coupon:
    """A coupon."""
    return Coupon(
        id=row["id"],
        code=row["code"],
        name=row["name"],
        terms=msgspec.json.decode(row["terms"], type=Terms),
        valid_from=row["valid_from"],
        valid_until=row["valid_until"],
        usage_limit=row["usage_limit"],
        per_customer_limit=row["per_customer_limit"],
        automatic=row["automatic"],
        seller_id=row["seller_id"],
        active=row["active"],
        usage_count=row["usage_count"],
        created_at=row["created_at"],
    )


def coupon_use(row: Any) -> CouponUse:
    """A use of a coupon."""
    discount = from_numeric(row["discount_amount"], row["currency"])
    return CouponUse(row["order_id"], row["user_id"], discount, row["used_at"], row["given_back_at"])


def campaign(row: Any) -> Campaign:
    """A campaign."""
    return Campaign(
        id=row["id"],
        name=row["name"],
        description=row["description"],
        banner_url=row["banner_url"],
        terms=msgspec.json.decode(row["terms"], type=Terms),
        start_date=row["start_date"],
        end_date=row["end_date"],
        seller_id=row["seller_id"],
    )


def tier(row: Any) -> PriceTier:
    """A price of a list."""
    return PriceTier(
        id=row["id"],
        variant_id=row["variant_id"],
        price=from_numeric(row["price"], row["currency"]),
        customer_group=row["customer_group"] or None,
        min_quantity=row["min_quantity"],
        valid_from=row["valid_from"],
        valid_until=row["valid_until"],
    )


def zone(row: Any) -> Zone:
    """A tax zone with its places and rates."""
    rates = msgspec.json.decode(row["rates"], type=tuple[Rate, ...])
    return Zone(row["id"], row["name"], tuple(row["places"]), row["inclusive"], rates)
