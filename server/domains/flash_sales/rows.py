"""Between a sale's rows and the structs of contract and actor."""

from datetime import datetime

import asyncpg

from actors.flash_sale import FlashSaleActor, Goods, Terms
from fastshop.contract.flash_sales import Claim, ClaimState, FlashSale
from server.kernel.money import from_numeric

Row = asyncpg.Record

SALE_COLUMNS = """
id, product_id, variant_id, seller_id, title, image_url, sale_price, original_price, currency, start_time, end_time,
quantity_limit, held_count, sold_count, per_customer_limit, hold_seconds, last_place, version, cancelled_at, closed_at
"""
CLAIM_COLUMNS = """
claim.id, claim.sale_id, claim.customer_id, claim.place, claim.quantity, claim.total, sale.currency, claim.state,
claim.claimed_at, claim.expires_at, claim.payment_id, claim.order_id
"""


def terms(row: Row) -> Terms:
    """The terms in a row of flash_sales."""
    return Terms(
        sale_price=from_numeric(row["sale_price"], row["currency"]),
        original_price=from_numeric(row["original_price"], row["currency"]),
        start_time=row["start_time"],
        end_time=row["end_time"],
        quantity_limit=row["quantity_limit"],
        per_customer_limit=row["per_customer_limit"],
        hold_seconds=row["hold_seconds"],
    )


def actor(row: Row) -> FlashSaleActor:
    """The actor of a row of flash_sales, before its claims are put in. The counts come with them."""
    return FlashSaleActor(
        id=row["id"],
        goods=Goods(row["product_id"], row["variant_id"], row["seller_id"], row["title"], row["image_url"]),
        terms=terms(row),
        cancelled=row["cancelled_at"] is not None,
        closed=row["closed_at"] is not None,
        last_place=row["last_place"],
    )


def sale(row: Row, now: datetime) -> FlashSale:
    """The sale as everybody sees it, from its row alone."""
    shown = actor(row)
    shown.held, shown.sold = row["held_count"], row["sold_count"]
    return shown.view(now)


def claim(row: Row) -> Claim:
    """A claim, from its row joined with its sale's currency."""
    return Claim(
        id=row["id"],
        sale_id=row["sale_id"],
        customer_id=row["customer_id"],
        place=row["place"],
        quantity=row["quantity"],
        total=from_numeric(row["total"], row["currency"]),
        state=ClaimState(row["state"]),
        claimed_at=row["claimed_at"],
        expires_at=row["expires_at"],
        payment_id=row["payment_id"],
        order_id=row["order_id"],
    )
