"""The two sides of a return or a dispute, and who stands between them."""

from enum import StrEnum
from typing import Annotated
from uuid import UUID

from msgspec import Meta

GuestOrderKey = Annotated[UUID | None, Meta(description="the key of a guest's order; none for the caller's own")]


class ReturnSide(StrEnum):
    """As whom somebody asks: the customer, the seller, or the shop's manager between them."""

    CUSTOMER = "customer"
    SELLER = "seller"
    MANAGER = "manager"
