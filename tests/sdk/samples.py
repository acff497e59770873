"""Things of the contract, filled with something."""

from datetime import UTC, datetime
from uuid import UUID

from fastshop.contract.accounts import Me, Role, SignedIn
from fastshop.contract.base import Money
from fastshop.contract.catalog import Seller
from fastshop.contract.flash_sales import (
    Claim,
    ClaimState,
    FlashSale,
    Phase,
    SaleLedger,
    SaleState,
    UnitsClaimed,
)

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
SALE_ID = UUID(int=7)


def claim(place: int) -> Claim:
    return Claim(
        id=UUID(int=1000 + place),
        sale_id=SALE_ID,
        customer_id=UUID(int=3),
        place=place,
        quantity=1,
        total=Money(999, "EUR"),
        state=ClaimState.HELD,
        claimed_at=NOW,
        expires_at=NOW,
    )


def claimed(place: int) -> UnitsClaimed:
    return UnitsClaimed(time=NOW, claim=claim(place))


def sale(left: int = 5) -> FlashSale:
    return FlashSale(
        id=SALE_ID,
        product_id=UUID(int=8),
        variant_id=UUID(int=9),
        seller_id=UUID(int=10),
        title="Linen shirt",
        image_url="/shirt.jpg",
        sale_price=Money(999, "EUR"),
        original_price=Money(1999, "EUR"),
        start_time=NOW,
        end_time=NOW,
        quantity_limit=10,
        held_count=10 - left,
        sold_count=0,
        left=left,
        per_customer_limit=1,
        hold_seconds=60,
        phase=Phase.OPEN,
    )


def ledger(*places: int) -> SaleLedger:
    return SaleLedger(sale(), tuple(claim(place) for place in places))


def state(left: int) -> SaleState:
    return SaleState(time=NOW, version=left, sale=sale(left))


def seller() -> Seller:
    return Seller(UUID(int=10), "North", "north", "")


def signed_in(token: str) -> SignedIn:
    me = Me(UUID(int=3), "customer@demo.fastshop.test", "Cu", (Role.CUSTOMER,), None, NOW)
    return SignedIn(me, UUID(int=4), token, NOW)
