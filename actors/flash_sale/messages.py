"""What a flash sale may be asked."""

from enum import Enum
from uuid import UUID

from actors.flash_sale.terms import Terms
from actors.runtime.ports import Message
from fastshop.contract.flash_sales import Claim, FlashSale
from fastshop.contract.lines import LinePosition, Place
from fastshop.contract.payments import PaymentState

KIND = "flash_sale"


class Proved(Enum):
    """What came of a proof of work."""

    NOTHING = "nothing was sent"
    WRONG = "it does not count"
    GOOD = "it counts"


class Hold(Message[Claim], frozen=True, gc=False):
    """Hold units for a customer. With an id that holds units already it replies that claim."""

    claim_id: UUID
    customer_id: UUID
    quantity: int
    proved: Proved = Proved.NOTHING


class Return(Message[Claim], frozen=True, gc=False):
    """Take held units back from a customer."""

    claim_id: UUID
    customer_id: UUID


class StartPayment(Message[Claim], frozen=True, gc=False):
    """Keep the units until this payment has an outcome. Started before, it replies the claim as it is.

    ``limit_keys`` are what the limit counts by besides the customer, such as ``card:4f1c...``.
    """

    claim_id: UUID
    customer_id: UUID
    payment_id: UUID
    limit_keys: tuple[str, ...] = ()


class RecordPayment(Message[Claim], frozen=True, gc=False):
    """Tell a payment's outcome, succeeded or failed. Recorded once; later ones change nothing.

    ``reason`` says why it failed. The reply says what became of the claim: whether this payment has paid for it.
    """

    claim_id: UUID
    payment_id: UUID
    order_id: UUID
    outcome: PaymentState = PaymentState.SUCCEEDED
    reason: str = ""


class Join(Message[Place], frozen=True, gc=False):
    """Take a place in line for a customer. Who has an active one is replied that."""

    place_id: UUID
    customer_id: UUID
    quantity: int
    proved: Proved = Proved.NOTHING


class Leave(Message[Place], frozen=True, gc=False):
    """Give a customer's place up."""

    place_id: UUID
    customer_id: UUID


class TellPosition(Message[LinePosition], frozen=True, gc=False):
    """A customer's latest place, and how many are ahead."""

    customer_id: UUID


class Edit(Message[FlashSale], frozen=True):
    """Change the terms."""

    terms: Terms


class End(Message[FlashSale], frozen=True, gc=False):
    """End the sale before its time."""


class Cancel(Message[FlashSale], frozen=True, gc=False):
    """Call the sale off."""
