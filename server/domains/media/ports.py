"""What pictures need from outside."""

from collections.abc import Sequence
from typing import BinaryIO, Protocol
from uuid import UUID

from fastshop.contract.base import Event
from server.kernel.database import Transaction


class Files(Protocol):
    """Where files are kept."""

    def open(self, location: str) -> BinaryIO:
        """Open a kept file for reading; it can be sought in. Blocks; raises `FileNotFoundError`."""
        ...

    async def put(self, name: str, content: bytes) -> None:
        """Keep a whole file by a name of ours, in place of what had it."""
        ...

    async def read(self, name: str) -> bytes | None:
        """A whole file; None when there is none of this name."""
        ...

    async def remove_all(self, folder: str) -> None:
        """Remove all files whose names begin with the folder's. Nothing happens when there are none."""
        ...


class SentFile(Protocol):
    """A file that somebody sent."""

    @property
    def location(self) -> str:
        """Where it is kept."""
        ...

    @property
    def size(self) -> int:
        """In bytes."""
        ...


class Uploads(Protocol):
    """What people have sent."""

    async def find(self, upload_id: UUID, user_id: UUID | None = None) -> SentFile | None:
        """A file; None when there is none, or it is not this person's."""
        ...


class Shelf(Protocol):
    """The pictures that visitors see of products."""

    async def owner(self, product_id: UUID) -> UUID | None:
        """The product's seller; None when there is no such product."""
        ...

    async def lock(self, transaction: Transaction, product_id: UUID) -> bool:
        """Nobody else edits the product until the transaction ends; False when it is gone."""
        ...

    async def tell(self, transaction: Transaction, product_id: UUID, event: Event) -> None:
        """Tell those who may see the product."""
        ...

    async def hang(self, transaction: Transaction, product_id: UUID, picture_id: UUID, url: str, alt: str) -> None:
        """Show a picture after the others."""
        ...

    async def take_down(self, transaction: Transaction, product_id: UUID, picture_id: UUID, url: str) -> bool:
        """Show a picture no longer, by its id or its address; whether it was shown."""
        ...

    async def arrange(
        self, transaction: Transaction, product_id: UUID, picture_ids: Sequence[UUID], alts: Sequence[str]
    ) -> None:
        """Show these pictures first, in this order and with these texts; the others follow as they were."""
        ...


class Attempts(Protocol):
    """Counts tries, so that nobody has endless ones."""

    async def spend(self, what: str, allowed: int, seconds: int) -> int:
        """Use up one of the tries ``allowed`` in ``seconds``; 0 when there was one, else seconds until the next."""
        ...
