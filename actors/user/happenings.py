"""What happens to a cart and is told to nobody as an event: watchers are shown the whole cart instead."""

from uuid import UUID

from actors.user.merging import Known, Line
from fastshop.contract.base import Event


class CartChanged(Event, frozen=True, tag="cart.changed"):
    """The cart was edited: lines as they are now, variants that are out, and the edits that did it."""

    revision: int
    lines: tuple[Line, ...]
    gone: tuple[UUID, ...]
    edits: dict[UUID, Known]


class CartHandedOver(Event, frozen=True, tag="cart.handed_over"):
    """A guest signed in: what was in their cart is in the account's."""

    to: UUID
