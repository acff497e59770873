"""What returns and disputes need of others."""

from collections.abc import Mapping, Sequence
from typing import Protocol
from uuid import UUID

from fastshop.contract.base import Money
from fastshop.contract.payments import PaymentRefund
from server.kernel.database import Transaction
from server.kernel.money import LineRefund


class Refunds(Protocol):
    """Who gives money back."""

    async def set_aside(
        self,
        transaction: Transaction,
        refund_id: UUID,
        payment_id: UUID,
        currency: str,
        lines: Sequence[LineRefund],
        reason: str,
        asked_by: UUID | None,
        seller_id: UUID,
    ) -> Money:
        """Note that money goes back for lines of one seller, out of their share of the sale.

        At most what is left of the payment is noted, and answered. Then `move_on`, after the commit.
        """
        ...

    async def move_on(self, refund_id: UUID) -> PaymentRefund:
        """Have the gateway do what is not done yet; as the refund stands then."""
        ...


class People(Protocol):
    """Who has an account."""

    async def of(self, user_id: UUID) -> str:
        """Their e-mail address as it is now; empty where there is no such account."""
        ...


class Orders(Protocol):
    """The orders that goods come back of."""

    async def returned(
        self,
        transaction: Transaction,
        return_id: UUID,
        order_id: UUID,
        seller_id: UUID,
        units: Mapping[UUID, int],
        person: UUID,
    ) -> None:
        """Units of a seller's lines came back; in the transaction of who says so, and who holds the order's row."""
        ...


class Offer(Protocol):
    """A variant as it can be put on sale."""

    @property
    def product_id(self) -> UUID:
        """Its product."""
        ...

    @property
    def price(self) -> Money:
        """What it costs."""
        ...

    @property
    def visible(self) -> bool:
        """Whether it is for sale."""
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

    async def find(self, upload_id: UUID) -> SentFile | None:
        """A file; None when there is none."""
        ...

    async def sent_by(self, upload_id: UUID, user_id: UUID | None) -> SentFile | None:
        """A file that this person has sent, or that a guest has; None when there is none."""
        ...


class Pictures(Protocol):
    """Who looks at pictures, makes them anew, and keeps them."""

    async def check(self, location: str) -> None:
        """Look whether a file that was sent is a picture. Refused: `NotAPicture`; raises `FileNotFoundError`."""
        ...

    async def keep(self, name: str, location: str) -> None:
        """Make a picture that was sent anew, and keep it by a name. Refused: `NotAPicture`."""
        ...

    async def read(self, name: str) -> bytes | None:
        """A picture that was kept; None when there is none of this name."""
        ...


class Attempts(Protocol):
    """Counts tries, so that nobody has endless ones."""

    async def spend(self, what: str, allowed: int, seconds: int) -> int:
        """Use up one of the tries ``allowed`` in ``seconds``; 0 when there was one, else seconds until the next."""
        ...


class Goods(Protocol):
    """The goods, and how many there are."""

    async def offer(self, variant_id: UUID) -> Offer | None:
        """The variant as it is offered now; None when there is none."""
        ...

    async def take(self, transaction: Transaction, variant_id: UUID, quantity: int) -> bool:
        """Take units; False, and nothing taken, when there are fewer."""
        ...

    async def put_back(self, transaction: Transaction, variant_id: UUID, quantity: int) -> None:
        """Put units back."""
        ...
