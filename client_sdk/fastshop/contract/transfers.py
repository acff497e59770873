"""Bank transfers: the customer sends the money themselves, and somebody who runs the shop says that it came."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, ClassVar
from uuid import UUID

from msgspec import Meta, Struct

from fastshop.contract.base import (
    DELETE,
    GET,
    POST,
    Channel,
    ChannelKind,
    Command,
    Conflict,
    Cursor,
    Event,
    Limit,
    Money,
    NotFound,
    Page,
    Time,
)


class TransferState(StrEnum):
    """Where a transfer stands. ``CLOSED``: its time was over, or it was cancelled, before the money came.

    ``LATE``: it came all the same, and is to be sent back.
    """

    AWAITED = "awaited"
    RECEIVED = "received"
    CLOSED = "closed"
    LATE = "late"


class BankAccount(Struct, frozen=True):
    """Where money is transferred to. ``iban`` is as ISO 13616 has it, ``bic`` empty where nobody needs it."""

    holder: str
    iban: str
    bic: str = ""


class Transfer(Struct, frozen=True):
    """A payment by transfer: so much, to this account, with ``reference`` as its purpose, to be there by ``until``.

    ``account`` is null where the shop has none any more, ``pays_for`` what is bought, as `checkout:<id>`.
    ``cancelled_at`` is null unless somebody has cancelled it before ``until``.
    """

    payment_id: UUID
    amount: Money
    reference: str
    state: TransferState
    pays_for: str
    account: BankAccount | None
    until: Time
    created_at: Time
    cancelled_at: Time | None = None


class TransferBack(Struct, frozen=True):
    """Money that the shop is to send back to the account it came from.

    It is of an order that was paid with it, or came too late; then ``refund_id`` is the payment's id.
    """

    refund_id: UUID
    payment_id: UUID
    reference: str
    amount: Money
    created_at: Time


class ShowTransfer(Command[Transfer], frozen=True, tag="payments.show_transfer"):
    """How a payment is transferred. A person's only they may see; a guest's whoever knows its id."""

    http: ClassVar = GET("/payments/{payment_id}/transfer")
    payment_id: UUID


class ListTransfers(Command[Page[Transfer]], frozen=True, tag="payments.list_transfers"):
    """The transfers in one state, the oldest first; those with ``reference`` in theirs."""

    http: ClassVar = GET("/payments/transfers")
    state: TransferState = TransferState.AWAITED
    reference: Annotated[str, Meta(max_length=50)] = ""
    cursor: Cursor = ""
    limit: Limit = 20


class ReceiveTransfer(Command[Transfer], frozen=True, tag="payments.receive_transfer"):
    """Say that the money came, exactly ``amount``; what it pays for is ordered. Said again it changes nothing.

    What came after the time was over is listed to be sent back.
    """

    http: ClassVar = POST("/payments/{payment_id}/transfer/receive")
    payment_id: UUID
    amount: Money


class CancelTransfer(Command[Transfer], frozen=True, tag="payments.cancel_transfer"):
    """Wait for a transfer no longer: what it was to pay for is sold to others again. Said again it changes nothing.

    Who may see it may cancel it; managers and admins cancel any. Money that comes all the same is to be sent back.
    """

    http: ClassVar = DELETE("/payments/{payment_id}/transfer")
    payment_id: UUID


class ListTransfersBack(Command[tuple[TransferBack, ...]], frozen=True, tag="payments.list_transfers_back"):
    """What is to be sent back, the oldest first, a hundred at most."""

    http: ClassVar = GET("/payments/transfers/back")


class SendTransferBack(Command[TransferBack], frozen=True, tag="payments.send_transfer_back"):
    """Say that money was sent back. Said again it changes nothing."""

    http: ClassVar = POST("/payments/transfers/back/{refund_id}")
    refund_id: UUID


class TransferCancelled(Event, frozen=True, tag="payments.transfer_cancelled"):
    """A transfer is waited for no longer. Told to what writes to whoever was to make it; null for a guest."""

    payment_id: UUID
    user_id: UUID | None


class TransfersMoved(Event, frozen=True, tag="payments.transfers_moved"):
    """Something about the transfers changed: the lists are read anew."""


TRANSFERS = Channel(
    "transfers",
    ChannelKind.STATE,
    "Says when transfers were promised, came, ended or went back. Managers and admins may watch.",
    TransfersMoved,
)


@dataclass(eq=False)
class TransferReceived(Conflict):
    """The money is here: what it pays for is ordered, and is cancelled as an order."""

    code: ClassVar[str] = "payments.transfer_received"
    sentence: ClassVar[str] = "The money is here already. Cancel the order instead."


@dataclass(eq=False)
class TransferNotFound(NotFound):
    """There is no such transfer, or it is not the caller's."""

    code: ClassVar[str] = "payments.transfer_not_found"
    sentence: ClassVar[str] = "There is no such transfer."


@dataclass(eq=False)
class TransferDiffers(Conflict):
    """What came is not what was to come: ``expected``, in minor units of ``currency``. Nothing changed."""

    code: ClassVar[str] = "payments.transfer_differs"
    sentence: ClassVar[str] = "Exactly {expected} {currency} (minor units) are awaited. Send anything else back."
    expected: int
    currency: str


@dataclass(eq=False)
class TransferNotOffered(Conflict):
    """This cannot be paid by bank transfer: the shop has no account for it, or the goods are not held for so long."""

    code: ClassVar[str] = "payments.transfer_not_offered"
    sentence: ClassVar[str] = "This cannot be paid by bank transfer. Choose another way to pay."
