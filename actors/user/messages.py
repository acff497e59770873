"""What a person's actor, or that of a guest's cart, may be asked. ``by`` is who asks; None for a guest."""

from uuid import UUID

from msgspec import Struct

from actors.runtime.ports import Message
from actors.user.merging import Edit, Line
from fastshop.contract.carts import LeftOut

KIND = "user"


class Contents(Struct, frozen=True):
    """A cart, before it is priced. Its lines are in the order in which they were put in."""

    id: UUID
    revision: int
    lines: tuple[Line, ...]
    moved: bool = False
    left_out: tuple[LeftOut, ...] = ()


class Look(Message[Contents], frozen=True, gc=False):
    """What is in the cart. A guest's that went to the person who asks may still be looked at by them."""

    by: UUID | None


class EditLines(Message[Contents], frozen=True, gc=False):
    """Work in the edits of one device, which had seen the revision ``seen``; None: the present one."""

    by: UUID | None
    edits: tuple[Edit, ...]
    seen: int | None = None


class Clear(Message[Contents], frozen=True, gc=False):
    """Take everything out that the device had seen."""

    by: UUID | None
    edit_id: UUID
    seen: int | None = None


class MergeGuestCart(Message[Contents], frozen=True, gc=False):
    """Bring in the lines of another cart, as many as find room. Lines that were brought in before change nothing."""

    by: UUID | None
    lines: tuple[Line, ...]


class HandOver(Message[bool], frozen=True, gc=False):
    """Close a guest's cart: all of its ``revision`` is in the cart of ``to``. False where it was edited since."""

    to: UUID
    revision: int
