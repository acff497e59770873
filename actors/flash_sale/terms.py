"""What a seller says of a sale, and whether it fits together."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from msgspec import Struct

from fastshop.contract.base import Money
from fastshop.contract.flash_sales import FlashSale, LimitBy, Phase, TermsRefused

# What all units of one customer may cost, in minor units: far below what NUMERIC(15,2) holds in any currency.
_MOST = 10**12


class Terms(Struct, frozen=True):
    """What a seller says of a sale."""

    sale_price: Money
    original_price: Money
    start_time: datetime
    end_time: datetime
    quantity_limit: int
    per_customer_limit: int
    hold_seconds: int
    limit_by: tuple[LimitBy, ...] = ()
    proof_of_work: bool = False


class Goods(Struct, frozen=True):
    """What is on sale, and whose it is."""

    product_id: UUID
    variant_id: UUID
    seller_id: UUID
    title: str
    image_url: str


def check_terms(terms: Terms) -> None:
    """Refuse terms that do not fit together: `TermsRefused`."""
    if terms.end_time <= terms.start_time:
        raise TermsRefused("end_time", "The sale must end after it starts.")
    if terms.end_time - terms.start_time > timedelta(days=31):
        raise TermsRefused("end_time", "A flash sale lasts 31 days at most.")
    if terms.sale_price.currency != terms.original_price.currency:
        raise TermsRefused("sale_price", f"The price must be in {terms.original_price.currency}, like the product's.")
    if terms.sale_price.amount >= terms.original_price.amount:
        raise TermsRefused("sale_price", "The sale's price must be below the product's.")
    if terms.per_customer_limit > terms.quantity_limit:
        raise TermsRefused("per_customer_limit", "A customer cannot get more units than there are.")
    if terms.sale_price.times(terms.per_customer_limit).amount > _MOST:
        raise TermsRefused("per_customer_limit", f"One customer's units may cost {_MOST} minor units at most.")


def phase_of(terms: Terms, now: datetime, *, cancelled: bool) -> Phase:
    """Where a sale with these terms stands at a moment."""
    if cancelled:
        return Phase.CANCELLED
    if now < terms.start_time:
        return Phase.UPCOMING
    return Phase.OPEN if now < terms.end_time else Phase.ENDED


def terms_of(sale: FlashSale) -> Terms:
    """The terms in a sale as everybody sees it."""
    return Terms(**{name: getattr(sale, name) for name in Terms.__struct_fields__})


def shown_terms(terms: Terms) -> dict[str, Any]:
    """The terms as fields of a `FlashSale`."""
    return {name: getattr(terms, name) for name in Terms.__struct_fields__}
