"""Who may ask what of returns and disputes."""

from fastshop.contract.accounts import Role
from fastshop.contract.base import IdReused, NotAllowed, RateLimited
from fastshop.contract.catalog import NoShop
from fastshop.contract.disputes import (
    AlreadyDisputed,
    DisputeNotFound,
    DisputeOver,
    DisputeTooSoon,
    NotHeard,
    Partial,
    RefundAboveStake,
    SubjectUnclear,
)
from fastshop.contract.evidence import EvidenceNotFound, EvidenceUnclear, TooMuchEvidence
from fastshop.contract.imports import UploadNotFound
from fastshop.contract.media import NotAPicture
from fastshop.contract.orders import OrderNotFound
from fastshop.contract.payments import NotRefundable, PaymentNotFound, RefundTooLarge
from fastshop.contract.returns import (
    CannotExchange,
    LineNotBought,
    LinesUnclear,
    RefundAboveReturn,
    ReturnNotFound,
    ReturnStands,
    ReturnTooLate,
    SellersDiffer,
    TooManyReturned,
)
from server.domains.returns.asking import Asking
from server.domains.returns.deciding import Deciding
from server.domains.returns.disputes import OrderDisputes
from server.domains.returns.evidence import Exhibits
from server.kernel.caller import ANYONE, SIGNED_IN, any_of
from server.kernel.operation import AsFile, Operation

_SELLING = any_of(Role.SELLER, Role.MANAGER, Role.ADMIN)
_MANAGING = any_of(Role.MANAGER, Role.ADMIN)


def operations(
    asking: Asking, deciding: Deciding, disputes: OrderDisputes, exhibits: Exhibits
) -> tuple[Operation, ...]:
    """The operations of this domain."""
    wanting = (LinesUnclear, LineNotBought, SellersDiffer, TooManyReturned, ReturnTooLate, CannotExchange, IdReused)
    step = (ReturnNotFound, ReturnStands)
    money = (NotRefundable, PaymentNotFound, RefundTooLarge, IdReused)
    opening = (SubjectUnclear, LineNotBought, ReturnNotFound, ReturnStands, AlreadyDisputed, DisputeTooSoon, IdReused)
    about = (EvidenceUnclear, ReturnNotFound, DisputeNotFound)
    showing = (*about, ReturnStands, DisputeOver, UploadNotFound, NotAPicture, TooMuchEvidence, IdReused, RateLimited)
    deciding_on = (DisputeNotFound, Partial, NotHeard, DisputeOver, RefundAboveStake, ReturnStands)
    return (
        Operation(asking.request, ANYONE, wanting),
        Operation(asking.list, SIGNED_IN, (NoShop, NotAllowed)),
        Operation(asking.list_guest, ANYONE, (OrderNotFound,)),
        Operation(asking.show, ANYONE, (ReturnNotFound,)),
        Operation(deciding.approve, _SELLING, step),
        Operation(deciding.reject, _SELLING, step),
        Operation(asking.cancel, ANYONE, step),
        Operation(asking.send, ANYONE, step),
        Operation(deciding.receive, _SELLING, (*step, LinesUnclear)),
        Operation(deciding.refund, _SELLING, (*step, RefundAboveReturn, *money)),
        Operation(deciding.exchange, _SELLING, (*step, CannotExchange, *money)),
        Operation(deciding.ship_replacement, _SELLING, step),
        Operation(disputes.open, ANYONE, opening),
        Operation(disputes.list, SIGNED_IN, (NoShop, NotAllowed)),
        Operation(disputes.list_guest, ANYONE, (OrderNotFound,)),
        Operation(disputes.show, ANYONE, (DisputeNotFound,)),
        Operation(disputes.reply, ANYONE, (DisputeNotFound, DisputeOver, IdReused)),
        Operation(disputes.resolve, _MANAGING, (*deciding_on, *money)),
        Operation(exhibits.add, ANYONE, showing, before_file=exhibits.before_file),
        Operation(exhibits.list, ANYONE, about),
        Operation(exhibits.show, ANYONE, (EvidenceNotFound,), AsFile("image/webp", exhibits.file)),
    )
