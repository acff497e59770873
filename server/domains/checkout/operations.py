"""Who may ask what of checkouts. Anybody may: a person of their own, a guest of the one whose id they know."""

from fastshop.contract.accounts import EmailInvalid, Role
from fastshop.contract.addresses import AddressInvalid, AddressNotFound, PhoneInvalid
from fastshop.contract.base import Busy, IdReused, RateLimited
from fastshop.contract.carts import CartEmpty, CartNeeded, CartNotFound
from fastshop.contract.catalog import NoShop, PurchaseLimitReached, VariantNotFound
from fastshop.contract.checkout import (
    AccountNeeded,
    AddressMissing,
    CheckoutNotFound,
    CheckoutOver,
    CheckoutPaying,
    DaysUnclear,
    EmailNeeded,
    GoodsGone,
    NotEnoughUnits,
    PriceChanged,
    ShippingUnknown,
    StepMissing,
)
from fastshop.contract.payment_methods import MethodExpired, MethodNotFound
from fastshop.contract.payments import PaymentDeclined
from fastshop.contract.pricing import CartTooLarge, NoPrice
from fastshop.contract.promotions import CouponUnknown, CouponUsedUp, TooManyCodes
from fastshop.contract.transfers import TransferNotOffered
from server.domains.checkout.paying import Paying
from server.domains.checkout.rates import FlatRates
from server.domains.checkout.service import Checkouts
from server.domains.checkout.totals import Totals
from server.kernel.caller import ANYONE, any_of
from server.kernel.operation import Operation

_CART = (CartNeeded, CartNotFound)
_PRICE = (VariantNotFound, NoPrice, CartTooLarge, GoodsGone)
_LIMITS = (PurchaseLimitReached, RateLimited)
_BEGINNING = (*_CART, *_PRICE, *_LIMITS, CartEmpty, NotEnoughUnits, CheckoutPaying, IdReused, Busy)
_CHANGING = (*_PRICE, CheckoutNotFound, CheckoutOver, CheckoutPaying)
_ADDRESS = (AddressMissing, AddressInvalid, PhoneInvalid, AddressNotFound, EmailNeeded, EmailInvalid)
_METHOD = (MethodNotFound, MethodExpired, PaymentDeclined, TransferNotOffered)
_PAYING = (*_LIMITS, *_METHOD, StepMissing, PriceChanged, CouponUsedUp, AccountNeeded, IdReused)
_SELLING = any_of(Role.SELLER, Role.ADMIN)


def operations(checkouts: Checkouts, paying: Paying, totals: Totals, rates: FlatRates) -> tuple[Operation, ...]:
    """The operations of this domain."""
    return (
        Operation(checkouts.begin, ANYONE, _BEGINNING),
        Operation(checkouts.show, ANYONE, (CheckoutNotFound,)),
        Operation(checkouts.set_address, ANYONE, (*_CHANGING, *_ADDRESS)),
        Operation(checkouts.set_shipping, ANYONE, (*_CHANGING, StepMissing, ShippingUnknown)),
        Operation(paying.complete, ANYONE, (*_CHANGING, *_PAYING)),
        Operation(checkouts.cancel, ANYONE, (CheckoutNotFound, CheckoutPaying)),
        Operation(totals.show, ANYONE, (*_CART, *_PRICE)),
        Operation(totals.enter, ANYONE, (*_CART, *_PRICE, CartEmpty, CouponUnknown, TooManyCodes)),
        Operation(totals.remove, ANYONE, (*_CART, *_PRICE)),
        Operation(rates.list, _SELLING),
        Operation(rates.set, _SELLING, (NoShop, DaysUnclear)),
        Operation(rates.remove, _SELLING, (NoShop,)),
    )
