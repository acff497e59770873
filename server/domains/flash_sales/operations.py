"""Who may ask what of flash sales."""

from fastshop.contract.accounts import Role
from fastshop.contract.base import Busy, IdReused
from fastshop.contract.catalog import NoShop, VariantNotFound
from fastshop.contract.flash_sales import (
    ClaimNotFound,
    ClaimOver,
    NotEnoughStock,
    OverLimit,
    PaymentUnderWay,
    SaleNotFound,
    SaleNotOpen,
    SaleOver,
    SoldOut,
    TermsRefused,
)
from fastshop.contract.payments import PaymentDeclined
from server.domains.flash_sales.buying import Buying
from server.domains.flash_sales.selling import Selling
from server.kernel.caller import ANYONE, SIGNED_IN, any_of
from server.kernel.operation import Operation

_SELLING = any_of(Role.SELLER, Role.ADMIN)
_READING = any_of(Role.SELLER, Role.MANAGER, Role.ADMIN)


def operations(selling: Selling, buying: Buying) -> tuple[Operation, ...]:
    """The operations of this domain."""
    terms = (TermsRefused, NotEnoughStock)
    own = (SaleNotFound, NoShop, Busy)
    return (
        Operation(selling.list, ANYONE),
        Operation(selling.show, ANYONE, (SaleNotFound,)),
        Operation(selling.create, _SELLING, (*terms, VariantNotFound, IdReused)),
        Operation(selling.edit, _SELLING, (*terms, *own, SaleOver)),
        Operation(selling.cancel, _SELLING, (*own, SaleOver)),
        Operation(selling.ledger, _READING, (SaleNotFound, NoShop)),
        Operation(buying.claim, SIGNED_IN, (SaleNotFound, SaleNotOpen, SoldOut, OverLimit, IdReused, Busy)),
        Operation(buying.give_back, SIGNED_IN, (SaleNotFound, ClaimNotFound, ClaimOver, PaymentUnderWay, Busy)),
        Operation(buying.my_claims, SIGNED_IN),
        Operation(
            buying.pay,
            SIGNED_IN,
            (SaleNotFound, ClaimNotFound, ClaimOver, PaymentUnderWay, PaymentDeclined, IdReused, Busy),
        ),
    )
