"""Who may ask what of flash sales."""

from fastshop.contract.accounts import Role
from fastshop.contract.addresses import AddressInvalid, PhoneInvalid
from fastshop.contract.base import Busy, IdReused, RateLimited
from fastshop.contract.catalog import NoShop, VariantNotFound
from fastshop.contract.flash_sales import (
    AddressNeeded,
    ClaimNotFound,
    ClaimOver,
    GaveUpTooOften,
    NotEnoughStock,
    NothingToRemindOf,
    OverLimit,
    PaymentUnderWay,
    SaleNotFound,
    SaleNotOpen,
    SaleOver,
    SoldOut,
    TermsRefused,
)
from fastshop.contract.lines import NotDrawn, PlaceNotFound, PlaceOver, ProofNeeded, ProofWrong
from fastshop.contract.payment_methods import MethodExpired, MethodNotFound
from fastshop.contract.payments import GatewayUnavailable, PaymentDeclined
from fastshop.contract.transfers import TransferNotOffered
from server.domains.flash_sales.buying import Buying
from server.domains.flash_sales.queueing import Queueing
from server.domains.flash_sales.reminding import Reminding
from server.domains.flash_sales.selling import Selling
from server.kernel.caller import ANYONE, SIGNED_IN, any_of
from server.kernel.operation import Operation

_SELLING = any_of(Role.SELLER, Role.ADMIN)
READING = any_of(Role.SELLER, Role.MANAGER, Role.ADMIN)


def operations(selling: Selling, buying: Buying, queueing: Queueing, reminding: Reminding) -> tuple[Operation, ...]:
    """The operations of this domain."""
    return (*_of_sellers(selling), *_of_buyers(buying), *_of_the_line(queueing), *_of_reminders(reminding))


def _of_sellers(selling: Selling) -> tuple[Operation, ...]:
    terms = (TermsRefused, NotEnoughStock)
    own = (SaleNotFound, NoShop, Busy)
    return (
        Operation(selling.list, ANYONE),
        Operation(selling.show, ANYONE, (SaleNotFound,)),
        Operation(selling.create, _SELLING, (*terms, VariantNotFound, IdReused)),
        Operation(selling.edit, _SELLING, (*terms, *own, SaleOver)),
        Operation(selling.end, _SELLING, (*own, SaleOver, SaleNotOpen)),
        Operation(selling.cancel, _SELLING, (*own, SaleOver)),
        Operation(selling.ledger, READING, (SaleNotFound, NoShop)),
    )


# What may be said to who wants units, whether they claim them or stand in line for them.
_WANTING = (SaleNotFound, SaleNotOpen, SoldOut, OverLimit, GaveUpTooOften, ProofNeeded, ProofWrong, IdReused, Busy)


def _of_buyers(buying: Buying) -> tuple[Operation, ...]:
    return (
        Operation(buying.claim, SIGNED_IN, _WANTING),
        Operation(buying.give_back, SIGNED_IN, (SaleNotFound, ClaimNotFound, ClaimOver, PaymentUnderWay, Busy)),
        Operation(buying.my_claims, SIGNED_IN),
        Operation(
            buying.pay,
            SIGNED_IN,
            (
                SaleNotFound,
                ClaimNotFound,
                ClaimOver,
                OverLimit,
                AddressNeeded,
                AddressInvalid,
                PhoneInvalid,
                PaymentUnderWay,
                MethodExpired,
                TransferNotOffered,
                MethodNotFound,
                PaymentDeclined,
                GatewayUnavailable,
                RateLimited,
                IdReused,
                Busy,
            ),
        ),
    )


def _of_the_line(queueing: Queueing) -> tuple[Operation, ...]:
    return (
        Operation(queueing.join, SIGNED_IN, _WANTING),
        Operation(queueing.leave, SIGNED_IN, (SaleNotFound, PlaceNotFound, PlaceOver, Busy)),
        Operation(queueing.position, SIGNED_IN, (SaleNotFound, PlaceNotFound, Busy)),
        Operation(queueing.draw, ANYONE, (SaleNotFound, NotDrawn)),
        Operation(queueing.challenge, SIGNED_IN, (SaleNotFound,)),
    )


def _of_reminders(reminding: Reminding) -> tuple[Operation, ...]:
    return (
        Operation(reminding.remind, SIGNED_IN, (SaleNotFound, NothingToRemindOf)),
        Operation(reminding.do_not_remind, SIGNED_IN, (SaleNotFound, NothingToRemindOf)),
    )
