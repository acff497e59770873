"""Who may ask what of carts. Anybody may: a person of their own, a guest of the one whose id they know."""

from fastshop.contract.accounts import Role
from fastshop.contract.base import Busy, IdReused
from fastshop.contract.carts import CartEmpty, CartFull, CartMoved, CartNeeded, CartNotFound, ShareNotFound
from fastshop.contract.catalog import VariantNotFound
from server.domains.carts.editing import Editing
from server.domains.carts.reading import Reading
from server.domains.carts.sharing import Sharing
from server.kernel.caller import ANYONE, SIGNED_IN, any_of
from server.kernel.operation import Operation

_LOOKING = (CartNeeded, CartNotFound)
_EDITING = (*_LOOKING, CartMoved, Busy)


def operations(reading: Reading, editing: Editing, sharing: Sharing) -> tuple[Operation, ...]:
    """The operations of this domain."""
    return (
        Operation(reading.show, ANYONE, _LOOKING),
        Operation(reading.abandoned, any_of(Role.MANAGER, Role.ADMIN)),
        Operation(editing.add, ANYONE, (*_EDITING, VariantNotFound, CartFull)),
        Operation(editing.set_quantity, ANYONE, (*_EDITING, VariantNotFound, CartFull)),
        Operation(editing.remove, ANYONE, _EDITING),
        Operation(editing.clear, ANYONE, _EDITING),
        Operation(editing.edit, ANYONE, _EDITING),
        Operation(editing.merge, SIGNED_IN, (CartNotFound, CartMoved, CartFull, Busy)),
        Operation(sharing.share, ANYONE, (*_LOOKING, CartEmpty, IdReused)),
        Operation(sharing.unshare, ANYONE, (*_LOOKING, ShareNotFound)),
        Operation(sharing.shared, ANYONE, (ShareNotFound,)),
        Operation(sharing.copy, ANYONE, (*_EDITING, ShareNotFound)),
    )
