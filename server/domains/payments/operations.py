"""Who may ask what of payments."""

from fastshop.contract.payments import PaymentNotFound
from server.domains.payments.service import Payments
from server.kernel.caller import SIGNED_IN
from server.kernel.operation import Operation


def operations(payments: Payments) -> tuple[Operation, ...]:
    """The operations of this domain."""
    return (
        Operation(payments.show, SIGNED_IN, (PaymentNotFound,)),
        Operation(payments.list, SIGNED_IN),
    )
