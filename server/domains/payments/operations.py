"""Who may ask what of payments."""

from fastshop.contract.accounts import Role
from fastshop.contract.base import Busy, IdReused, RateLimited
from fastshop.contract.catalog import PurchaseLimitReached
from fastshop.contract.checkout import (
    AccountNeeded,
    CheckoutNotFound,
    CheckoutOver,
    CheckoutPaying,
    GoodsGone,
    PriceChanged,
    StepMissing,
)
from fastshop.contract.flash_sales import ClaimNotFound, ClaimOver, PaymentUnderWay, SaleNotFound
from fastshop.contract.invoices import NotPaid
from fastshop.contract.payment_methods import MethodExpired, MethodNotFound, TooManyMethods
from fastshop.contract.payments import (
    GatewayUnavailable,
    NotPayable,
    NotRefundable,
    PaymentDeclined,
    PaymentNotFound,
    RefundTooLarge,
)
from fastshop.contract.pricing import CartTooLarge, NoPrice
from fastshop.contract.promotions import CouponUsedUp
from fastshop.contract.transfers import TransferDiffers, TransferNotFound, TransferNotOffered, TransferReceived
from server.domains.payments.disputes import Disputes
from server.domains.payments.methods import Methods
from server.domains.payments.owing import Owing
from server.domains.payments.paying import Paying
from server.domains.payments.refunds import Refunds
from server.domains.payments.service import Payments
from server.domains.payments.transfers import RUNNING, Transfers
from server.kernel.caller import ANYONE, SIGNED_IN, any_of
from server.kernel.operation import AsFile, Operation

# What the things that are paid for refuse.
_OF_CLAIMS = (ClaimNotFound, ClaimOver, PaymentUnderWay, SaleNotFound, Busy)
_OF_CHECKOUTS = (
    CheckoutNotFound,
    CheckoutOver,
    CheckoutPaying,
    StepMissing,
    PriceChanged,
    GoodsGone,
    PurchaseLimitReached,
    NoPrice,
    CartTooLarge,
    CouponUsedUp,
    AccountNeeded,
)


def operations(
    payments: Payments,
    paying: Paying,
    refunds: Refunds,
    disputes: Disputes,
    methods: Methods,
    owing: Owing,
    receipt: AsFile | None = None,
) -> tuple[Operation, ...]:
    """The operations of this domain; ``receipt`` is how one is had on paper."""
    intent = (RateLimited, NotPayable, IdReused, GatewayUnavailable, *_OF_CLAIMS, *_OF_CHECKOUTS)
    confirming = (
        PaymentNotFound,
        PaymentDeclined,
        MethodNotFound,
        MethodExpired,
        TransferNotOffered,
        RateLimited,
        Busy,
    )
    adding = (RateLimited, TooManyMethods, PaymentDeclined, MethodNotFound, IdReused, GatewayUnavailable)
    refund = (RateLimited, PaymentNotFound, NotRefundable, RefundTooLarge, IdReused)
    return (
        Operation(paying.create_intent, ANYONE, intent),
        Operation(paying.confirm, ANYONE, confirming),
        Operation(paying.show_gateway, ANYONE),
        Operation(payments.list, SIGNED_IN),
        Operation(payments.show, SIGNED_IN, (PaymentNotFound,)),
        Operation(refunds.receipt, SIGNED_IN, (PaymentNotFound, NotPaid), receipt),
        Operation(refunds.refund, any_of(Role.ADMIN), refund),
        Operation(refunds.list, any_of(Role.MANAGER, Role.ADMIN)),
        Operation(owing.send_by_hand, any_of(*RUNNING), (PaymentNotFound, NotRefundable)),
        Operation(methods.list, SIGNED_IN),
        Operation(methods.add, SIGNED_IN, adding),
        Operation(methods.set_default, SIGNED_IN, (MethodNotFound,)),
        Operation(methods.remove, SIGNED_IN),
        Operation(disputes.list, any_of(Role.MANAGER, Role.ADMIN)),
    )


def of_transfers(transfers: Transfers) -> tuple[Operation, ...]:
    """The operations of bank transfers by hand."""
    running = any_of(*RUNNING)
    return (
        Operation(transfers.show, ANYONE, (TransferNotFound,)),
        Operation(transfers.list, running),
        Operation(transfers.receive, running, (TransferNotFound, TransferDiffers)),
        Operation(transfers.cancel, ANYONE, (TransferNotFound, TransferReceived)),
        Operation(transfers.list_back, running),
        Operation(transfers.send_back, running, (TransferNotFound,)),
    )
