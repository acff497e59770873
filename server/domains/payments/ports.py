"""What payments need from outside: somebody who moves money, and somebody who keeps the books."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol
from uuid import UUID

from msgspec import Struct

from fastshop.contract.base import Money
from fastshop.contract.payments import BANK_TRANSFER as BANK_TRANSFER
from fastshop.contract.payments import DisputeState, PaymentState
from fastshop.contract.payments import RefundState as RefundState
from server.kernel.caller import Caller
from server.kernel.database import Transaction
from server.kernel.money import LineRefund

# Why a charge with a saved method failed that the gateway has no more.
METHOD_GONE = "method_gone"


class Charge(Struct, frozen=True):
    """A charge as the gateway knows it. ``id`` is ours, ``gateway_id`` theirs; ``failure`` is their code.

    ``fee`` is what the gateway keeps of it, in minor units, as far as it is known.
    """

    id: UUID
    gateway_id: str
    state: PaymentState
    failure: str = ""
    action_url: str = ""
    fee: int = 0


class Refund(Struct, frozen=True):
    """A refund as the gateway knows it. ``id`` is ours, ``failure`` is their code."""

    id: UUID
    state: RefundState
    failure: str = ""


class Gateway(Protocol):
    """Moves money. Everything is by our payment's id, so that asking twice moves it once (promise P8)."""

    async def charge(
        self, payment_id: UUID, amount: Money, method: str, wallet: UUID | None = None, *, keep: bool = False
    ) -> Charge:
        """Charge, or answer how the charge with this id went. A method it does not know fails the charge.

        ``wallet`` is the person for whom the gateway has saved the method (one that it has no more fails with
        `METHOD_GONE`), or with ``keep`` is to save it when the money has come.
        """
        ...

    async def find(self, payment_id: UUID) -> Charge | None:
        """How the charge stands now; None when the gateway never heard of it."""
        ...

    async def close(self, payment_id: UUID, amount: Money) -> Charge:
        """End a charge that has no outcome, heard of or not: it fails, unless it has succeeded by then."""
        ...

    async def refund(self, refund_id: UUID, payment_id: UUID, amount: Money) -> Refund:
        """Give money of a charge back, or answer how the refund with this id went. ``IdReused`` for another refund.

        Never more goes back than came: what is too much, or of a charge that did not succeed, fails.
        """
        ...

    async def fingerprint(self, method: str) -> str:
        """What is the same for every payment method that stands for the same card; empty when it stands for none."""
        ...


class Intents(Protocol):
    """A gateway whose payments a browser completes."""

    async def intent(self, payment_id: UUID, amount: Money, wallet: UUID | None = None) -> str:
        """Begin a payment; what the browser completes it with. Empty when it cannot be begun: `find` says why.

        ``wallet`` is the person for whom the gateway is to save the method when the money has come.
        """
        ...


class Card(Struct, frozen=True):
    """A card that the gateway has saved, by its own ``reference``. It is good until the end of the month."""

    reference: str
    brand: str
    last4: str
    exp_month: int
    exp_year: int
    fingerprint: str


class Setup(Struct, frozen=True):
    """How the saving of a card stands: saved, failed with the gateway's code, or not done yet."""

    card: Card | None = None
    failure: str = ""
    action_url: str = ""
    client_secret: str = ""


class Wallets(Protocol):
    """A gateway that saves cards for people."""

    async def set_up(self, method_id: UUID, wallet: UUID, method: str | None) -> Setup:
        """Begin to save a card for a person, or answer how that stands; by our id, once.

        Without a ``method`` the browser says it, with what is in ``client_secret``.
        """
        ...

    async def kept(self, payment_id: UUID) -> Card | None:
        """What was saved of a payment that was to keep its card; None when nothing was."""
        ...

    async def card(self, reference: str) -> Card | None:
        """A saved card as it is now; None when it is saved no more."""
        ...

    async def forget(self, reference: str) -> None:
        """Save a card no more. One that is not saved is forgotten already."""
        ...


class Questioned(Struct, frozen=True):
    """A dispute as the gateway knows it. ``id`` is theirs; ``withdrawn``: they took the money back meanwhile."""

    id: str
    payment_id: UUID
    amount: Money
    state: DisputeState
    reason: str
    withdrawn: bool


class PaymentMoved(Struct, frozen=True):
    """Something happened to a payment."""

    payment_id: UUID


class Returned(Struct, frozen=True):
    """Money of a payment that went back, as the gateway knows it now; ``failure`` is their code.

    ``id`` is ours. What was given back on the gateway's own pages has got one by which `Gateway.refund` knows it.
    """

    id: UUID
    amount: Money
    state: RefundState
    failure: str = ""


class RefundsMoved(Struct, frozen=True):
    """Something happened to what went back of a payment: all of that, as it stands now."""

    payment_id: UUID
    refunds: tuple[Returned, ...]


class SetupMoved(Struct, frozen=True):
    """Something happened to the saving of a method."""

    method_id: UUID


class MethodMoved(Struct, frozen=True):
    """Something happened to a saved method, by the gateway's name for it."""

    reference: str


Moved = PaymentMoved | RefundsMoved | SetupMoved | MethodMoved | Questioned


class Messages(Protocol):
    """What a gateway tells by itself. What arrives is only a reason to ask how things stand."""

    async def read(self, body: bytes, signature: str) -> Moved | None:
        """What a message is about; None when it is nothing of ours. Refused: `SignatureWrong`."""
        ...


class Payable(Protocol):
    """A kind of thing that is paid for."""

    async def start(self, thing_id: UUID, payment_id: UUID, caller: Caller) -> Money:
        """Keep it for this payment; what it costs. Refused as its own domain refuses, or `NotPayable`."""
        ...

    async def settle(self, thing_id: UUID) -> None:
        """Its payment may have an outcome: conclude it."""
        ...

    async def waits_for(self, transaction: Transaction, thing_id: UUID, payment_id: UUID) -> bool:
        """Whether it is kept for this payment, which has not been concluded.

        Where it is not, or there is no such thing, no order comes of the payment before the transaction ends.
        """
        ...


class People(Protocol):
    """Who knows where people get their mail."""

    async def of(self, user_id: UUID) -> str:
        """Somebody's e-mail address; empty where they have none any more."""
        ...


class Guests(Protocol):
    """Who knows what guests have said."""

    async def email(self, payment_id: UUID) -> str:
        """The e-mail address of the guest who pays so; empty where nobody has said one."""
        ...


class Attempts(Protocol):
    """Counts tries, so that nobody has endless ones."""

    async def spend(self, what: str, allowed: int, seconds: int) -> int:
        """Use up one of the tries ``allowed`` in ``seconds``; 0 when there was one, else seconds until the next."""
        ...


class Ledger(Protocol):
    """Who keeps the books. Each is posted in the transaction that makes it due; twice changes nothing."""

    async def paid(self, transaction: Transaction, payment_id: UUID, amount: Money, at: datetime, fee: int = 0) -> None:
        """A buyer paid; of it the gateway keeps a fee, in minor units."""
        ...

    async def refunded(
        self,
        transaction: Transaction,
        refund_id: UUID,
        payment_id: UUID,
        amount: Money,
        at: datetime,
        seller_id: UUID | None = None,
        tax: int = 0,
        lines: Sequence[LineRefund] = (),
    ) -> None:
        """Money of a payment went back, perhaps out of one seller's share for these lines, with so much tax in it."""
        ...

    async def came_back(
        self, transaction: Transaction, refund_id: UUID, payment_id: UUID, amount: Money, at: datetime
    ) -> None:
        """Money that had gone back did not arrive: it is owed to the buyer."""
        ...

    async def sent(
        self, transaction: Transaction, refund_id: UUID, payment_id: UUID, amount: Money, at: datetime
    ) -> None:
        """What was owed to a buyer went back after all, by this refund."""
        ...

    async def disputed(
        self, transaction: Transaction, dispute: str, payment_id: UUID, amount: Money, at: datetime
    ) -> None:
        """A bank took money of a payment back until it has decided."""
        ...

    async def decided(
        self, transaction: Transaction, dispute: str, payment_id: UUID, at: datetime, *, won: bool
    ) -> None:
        """The bank has decided: it gave back what it took, or the buyer keeps it."""
        ...
