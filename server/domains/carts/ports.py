"""What carts need from the rest of the shop."""

from collections.abc import Collection, Mapping
from typing import Protocol
from uuid import UUID

from fastshop.contract.base import Money


class Offer(Protocol):
    """A variant as it is sold now."""

    @property
    def product_id(self) -> UUID:
        """Its product."""
        ...

    @property
    def seller_id(self) -> UUID:
        """Whose it is."""
        ...

    @property
    def title(self) -> str:
        """The product's title, with the options that tell the variant from its siblings."""
        ...

    @property
    def image_url(self) -> str:
        """A picture; empty where there is none."""
        ...

    @property
    def sku(self) -> str:
        """The seller's number."""
        ...

    @property
    def options(self) -> dict[str, str]:
        """The options, by name."""
        ...

    @property
    def price(self) -> Money:
        """What one costs."""
        ...

    @property
    def stock(self) -> int:
        """Units on hand."""
        ...

    @property
    def visible(self) -> bool:
        """Whether it is for sale."""
        ...


class Goods(Protocol):
    """What is sold, at which price."""

    async def offers(self, variant_ids: Collection[UUID]) -> Mapping[UUID, Offer]:
        """Variants as they are offered now, by id, in the transaction or reading that is under way, if one is."""
        ...
