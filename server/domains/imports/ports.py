"""What imports need from outside."""

from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from typing import BinaryIO, Protocol
from uuid import UUID

from fastshop.contract.base import Refusal
from fastshop.contract.catalog import Brand, CreateProduct, Product
from server.kernel.database import Transaction


class Files(Protocol):
    """Where uploaded files are kept."""

    async def store(self, chunks: AsyncIterator[bytes]) -> tuple[str, int]:
        """Keep what comes; where, and how many bytes it is."""
        ...

    def open(self, location: str) -> BinaryIO:
        """Open a kept file for reading; it can be sought in. Blocks."""
        ...

    async def remove(self, location: str) -> None:
        """Remove a kept file. Nothing happens when there is none."""
        ...


class Products(Protocol):
    """Reads products, in the transaction that is under way too."""

    async def get_many(self, product_ids: Sequence[UUID]) -> Mapping[UUID, Product]:
        """Those of these products that there are."""
        ...

    async def sku_holders(self, seller_id: UUID, skus: Sequence[str]) -> dict[str, UUID]:
        """The seller's variants that have these SKUs."""
        ...


class Writer(Protocol):
    """Writes products."""

    async def put(
        self, transaction: Transaction, commands: Sequence[CreateProduct], seller_id: UUID, kept: Collection[UUID]
    ) -> Mapping[UUID, Refusal]:
        """Write products whether they are there or not; variants in ``kept`` are there and stay as they are.

        Answers why some are not written, by product. The transaction goes on.
        """
        ...


class Shelves(Protocol):
    """What products are ordered by."""

    async def brand_ids(self, wanted: Sequence[Brand]) -> Mapping[str, UUID]:
        """The brands with these slugs, by slug; those that there were not are made as they are wanted."""
        ...

    async def category_ids(self, slugs: Sequence[str]) -> Mapping[str, UUID]:
        """Those of the categories with these slugs that there are."""
        ...
