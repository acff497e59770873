"""Between a sale's rows and the structs of contract and actor."""

from datetime import datetime

import asyncpg
from msgspec.json import decode

from actors.flash_sale import FlashSaleActor, Goods, Terms
from fastshop.contract.flash_sales import Claim, ClaimState, FlashSale, LimitBy
from fastshop.contract.lines import EndReason, Place, PlaceState, SaleLine
from server.kernel.money import from_numeric

Row = asyncpg.Record

SALE_COLUMNS = """
id, product_id, variant_id, seller_id, title, image_url, sale_price, original_price, currency, start_time, end_time,
quantity_limit, held_count, sold_count, per_customer_limit, hold_seconds, last_place, version, cancelled_at, closed_at,
secret, seed, drawn_count, line::text AS line, limit_by, proof_of_work
"""
CLAIM_COLUMNS = """
claim.id, claim.sale_id, claim.customer_id, claim.place, claim.quantity, claim.total, sale.currency, claim.state,
claim.claimed_at, claim.expires_at, claim.payment_id, claim.order_id, claim.place_id
"""
PLACE_COLUMNS = "id, sale_id, customer_id, quantity, state, joined, joined_at, number, claim_id, reason"

SALE = f"SELECT {SALE_COLUMNS} FROM flash_sales WHERE id = $1"  # noqa: S608 - constants
CLAIMS_OF_SALE = f"""
SELECT {CLAIM_COLUMNS}, claim.limit_keys
FROM flash_sale_claims claim JOIN flash_sales sale ON sale.id = claim.sale_id
WHERE claim.sale_id = $1 ORDER BY claim.place
"""  # noqa: S608 - constants
PLACES_OF_SALE = f"SELECT {PLACE_COLUMNS} FROM flash_sale_places WHERE sale_id = $1 ORDER BY joined"  # noqa: S608


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
        limit_by=tuple(LimitBy(each) for each in listed(row["limit_by"])),
        proof_of_work=row["proof_of_work"],
    )


def actor(row: Row) -> FlashSaleActor:
    """The actor of a row of flash_sales, before its claims and places are put in. The counts come with them."""
    return FlashSaleActor(
        id=row["id"],
        goods=Goods(row["product_id"], row["variant_id"], row["seller_id"], row["title"], row["image_url"]),
        terms=terms(row),
        cancelled=row["cancelled_at"] is not None,
        closed=row["closed_at"] is not None,
        last_place=row["last_place"],
        secret=row["secret"],
        seed=row["seed"],
        drawn=row["drawn_count"],
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
        place_id=row["place_id"],
    )


def line(row: Row) -> SaleLine:
    """The line of a row of flash_sales."""
    return decode(row["line"], type=SaleLine)


def place(row: Row) -> Place:
    """A place in line."""
    return Place(
        id=row["id"],
        sale_id=row["sale_id"],
        customer_id=row["customer_id"],
        quantity=row["quantity"],
        state=PlaceState(row["state"]),
        joined=row["joined"],
        joined_at=row["joined_at"],
        number=row["number"],
        claim_id=row["claim_id"],
        reason=EndReason(row["reason"]) if row["reason"] else None,
    )


def listed(text: str) -> tuple[str, ...]:
    """What a column holds several of, with commas between."""
    return tuple(text.split(",")) if text else ()
