"""Who may ask what of carts. Anybody may: a person of their own, a guest of the one whose id they know."""

from fastshop.contract.accounts import Role
from fastshop.contract.base import Busy, IdReused
from fastshop.contract.cart_recovery import CartInUse, EnoughLetters, LetterInvalid, NobodyToRemind
from fastshop.contract.carts import (
    CartEmpty,
    CartFull,
    CartMoved,
    CartNeeded,
    CartNotFound,
    ShareNotFound,
    TooManyShares,
)
from fastshop.contract.catalog import VariantNotFound
from server.domains.carts.editing import Editing
from server.domains.carts.reading import Reading
from server.domains.carts.recovered import Recovered
from server.domains.carts.recovering import Recovering
from server.domains.carts.sharing import Sharing
from server.kernel.caller import ANYONE, SIGNED_IN, any_of
from server.kernel.operation import Operation

_LOOKING = (CartNeeded, CartNotFound)
_EDITING = (*_LOOKING, CartMoved, Busy)
_MANAGING = any_of(Role.MANAGER, Role.ADMIN)


def operations(
    reading: Reading, editing: Editing, sharing: Sharing, recovering: Recovering, recovered: Recovered
) -> tuple[Operation, ...]:
    """The operations of this domain."""
    return (
        Operation(reading.show, ANYONE, _LOOKING),
        Operation(reading.abandoned, _MANAGING),
        Operation(editing.add, ANYONE, (*_EDITING, VariantNotFound, CartFull)),
        Operation(editing.set_quantity, ANYONE, (*_EDITING, VariantNotFound, CartFull)),
        Operation(editing.remove, ANYONE, _EDITING),
        Operation(editing.clear, ANYONE, _EDITING),
        Operation(editing.edit, ANYONE, _EDITING),
        Operation(editing.merge, SIGNED_IN, (CartNotFound, CartMoved, Busy)),
        Operation(sharing.share, ANYONE, (*_LOOKING, CartEmpty, TooManyShares, IdReused)),
        Operation(sharing.shares, ANYONE, _LOOKING),
        Operation(sharing.unshare, ANYONE, (*_LOOKING, ShareNotFound)),
        Operation(sharing.shared, ANYONE, (ShareNotFound,)),
        Operation(sharing.copy, ANYONE, (*_EDITING, ShareNotFound)),
        Operation(recovering.recover, _MANAGING, (CartNotFound, CartInUse, NobodyToRemind, EnoughLetters, IdReused)),
        Operation(recovering.restore, ANYONE, (*_EDITING, LetterInvalid, CartFull)),
        Operation(recovering.choose, ANYONE, (LetterInvalid,)),
        Operation(recovered.show, _MANAGING),
    )
