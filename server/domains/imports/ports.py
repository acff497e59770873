"""What imports need from outside."""

from collections.abc import AsyncIterator, Mapping, Sequence
from typing import BinaryIO, Protocol
from uuid import UUID

from fastshop.contract.catalog import CreateProduct, Product
from server.kernel.database import Transaction


class Files(Protocol):
    """Where uploaded files are kept."""

    async def store(self, chunks: AsyncIterator[bytes]) -> tuple[str, int]:
        """Keep what comes; where, and how many bytes it is."""
        ...

    def open(self, location: str) -> BinaryIO:
        """Open a kept file for reading. Blocks."""
        ...


class Products(Protocol):
    """Reads products, in the transaction that is under way too."""

    async def get_many(self, product_ids: Sequence[UUID]) -> Mapping[UUID, Product]:
        """Those of these products that there are."""
        ...


class Writer(Protocol):
    """Writes products."""

    async def put(self, transaction: Transaction, command: CreateProduct, seller_id: UUID) -> Product:
        """Write a product whether it is there or not. A refusal leaves the transaction as it was before."""
        ...


class Shelves(Protocol):
    """What products are ordered by."""

    async def brand_id(self, brand_id: UUID, name: str, slug: str) -> UUID:
        """The brand with this slug; with this id and name if there was none."""
        ...

    async def category_id(self, slug: str) -> UUID | None:
        """The category with this slug, if there is one."""
        ...
