"""What pictures need from outside."""

from collections.abc import Sequence
from typing import BinaryIO, Protocol
from uuid import UUID

from fastshop.contract.base import Event
from fastshop.contract.catalog import Image
from server.kernel.caller import Caller
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
    """The pictures of products: those that visitors see, and those that are to be reviewed before."""

    async def owner(self, product_id: UUID) -> UUID | None:
        """The product's seller; None when there is no such product."""
        ...

    async def lock(self, transaction: Transaction, product_id: UUID) -> bool:
        """Nobody else edits the product until the transaction ends; False when it is gone."""
        ...

    def is_exempt(self, caller: Caller) -> bool:
        """Whether what the caller does needs no review."""
        ...

    async def waiting(self, product_id: UUID) -> tuple[Image, ...]:
        """The pictures as they are to be when a manager lets what waits be seen; none where nothing waits."""
        ...

    async def tell(self, transaction: Transaction, product_id: UUID, event: Event, *, exempt: bool) -> None:
        """Tell of a picture that was sent: those who may see the product, or its seller alone while it is to wait."""
        ...

    async def hang(
        self, transaction: Transaction, product_id: UUID, picture_id: UUID, picture: Image, *, exempt: bool
    ) -> None:
        """Show a picture after the others, once it may be seen."""
        ...

    async def take_down(self, transaction: Transaction, product_id: UUID, picture_id: UUID, url: str) -> bool:
        """Show a picture no longer, by its id or its address, now or once it would be seen; whether it was shown."""
        ...

    async def arrange(
        self, transaction: Transaction, product_id: UUID, pictures: Sequence[Image], *, exempt: bool
    ) -> None:
        """Show these pictures first, in this order and with these texts; the others follow as they were."""
        ...


class Attempts(Protocol):
    """Counts tries, so that nobody has endless ones."""

    async def spend(self, what: str, allowed: int, seconds: int) -> int:
        """Use up one of the tries ``allowed`` in ``seconds``; 0 when there was one, else seconds until the next."""
        ...
