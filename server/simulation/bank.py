"""The company that moves the money: slow, now and then unreachable, and exact in its own books."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar
from uuid import UUID

from fastshop.contract.base import IdReused, Money
from fastshop.contract.payments import PaymentState
from server.domains.payments.ports import Charge, Refund, RefundState
from server.simulation.loop import Process, VirtualLoop
from server.simulation.wire import Wire

T = TypeVar("T")


@dataclass(slots=True)
class ChargeRow:
    """A charge in the bank's books. ``settles_at`` is when one that is on its way succeeds; None for never."""

    amount: Money
    state: PaymentState
    failure: str = ""
    settles_at: float | None = None


@dataclass(frozen=True, slots=True)
class Card:
    """A payment method, and what comes of it: the outcome, after so many seconds (None: never by itself)."""

    number: str
    state: PaymentState = PaymentState.SUCCEEDED
    after: float | None = 0.0
    failure: str = ""


class Bank:
    """The books, by our ids: asked twice, it moves money once."""

    def __init__(self, loop: VirtualLoop) -> None:
        self.charges: dict[UUID, ChargeRow] = {}
        self.refunds: dict[UUID, tuple[UUID, Money]] = {}
        self.cards: dict[str, Card] = {}
        self._loop = loop

    def net(self, payment_id: UUID) -> int:
        """What a payment has moved, in minor units: what was charged, less what went back."""
        row = self._settled(payment_id)
        if row is None or row.state is not PaymentState.SUCCEEDED:
            return 0
        return row.amount.amount - sum(money.amount for charge, money in self.refunds.values() if charge == payment_id)

    def charge(self, payment_id: UUID, amount: Money, method: str) -> Charge:
        """Charge a card, once."""
        card = self.cards[method]
        if payment_id not in self.charges:
            row = ChargeRow(amount, card.state, card.failure)
            if card.after != 0:
                row.state = PaymentState.PENDING if card.after is not None else PaymentState.NEEDS_ACTION
                row.settles_at = None if card.after is None else self._loop.time() + card.after
            self.charges[payment_id] = row
        return self._told(payment_id, amount)

    def find(self, payment_id: UUID) -> Charge | None:
        """How a charge stands."""
        row = self._settled(payment_id)
        return None if row is None else self._told(payment_id, row.amount)

    def close(self, payment_id: UUID, amount: Money) -> Charge:
        """End a charge that has no outcome."""
        row = self._settled(payment_id)
        if row is None:
            self.charges[payment_id] = ChargeRow(amount, PaymentState.FAILED, "closed")
        elif row.state in (PaymentState.PENDING, PaymentState.NEEDS_ACTION):
            row.state, row.failure, row.settles_at = PaymentState.FAILED, "closed", None
        return self._told(payment_id, amount)

    def refund(self, refund_id: UUID, payment_id: UUID, amount: Money) -> Refund:
        """Give money back, once."""
        if refund_id not in self.refunds:
            if self.net(payment_id) < amount.amount:
                return Refund(refund_id, RefundState.FAILED, "more_than_charged")
            self.refunds[refund_id] = (payment_id, amount)
        return Refund(refund_id, RefundState.SUCCEEDED)

    def _settled(self, payment_id: UUID) -> ChargeRow | None:
        row = self.charges.get(payment_id)
        if row is not None and row.settles_at is not None and row.settles_at <= self._loop.time():
            row.state, row.settles_at = PaymentState.SUCCEEDED, None
        return row

    def _told(self, payment_id: UUID, amount: Money) -> Charge:
        row = self._settled(payment_id)
        assert row is not None
        if row.amount != amount:
            raise IdReused
        url = "/bank" if row.state is PaymentState.NEEDS_ACTION else ""
        return Charge(payment_id, f"bank_{payment_id}", row.state, row.failure, url)


class Gateway:
    """A process's `server.domains.payments.ports.Gateway` to the bank."""

    def __init__(self, bank: Bank, wire: Wire, process: Process) -> None:
        self._bank = bank
        self._wire = wire
        self._process = process

    async def charge(
        self,
        payment_id: UUID,
        amount: Money,
        method: str,
        wallet: UUID | None = None,  # noqa: ARG002
        *,
        keep: bool = False,  # noqa: ARG002
    ) -> Charge:
        """See the port. Nothing is saved here."""
        return await self._ask(lambda: self._bank.charge(payment_id, amount, method), "a charge")

    async def find(self, payment_id: UUID) -> Charge | None:
        """See the port."""
        return await self._ask(lambda: self._bank.find(payment_id))

    async def close(self, payment_id: UUID, amount: Money) -> Charge:
        """See the port."""
        return await self._ask(lambda: self._bank.close(payment_id, amount))

    async def refund(self, refund_id: UUID, payment_id: UUID, amount: Money) -> Refund:
        """See the port."""
        return await self._ask(lambda: self._bank.refund(refund_id, payment_id, amount))

    async def fingerprint(self, method: str) -> str:
        """See the port."""
        return await self._ask(lambda: self._bank.cards[method].number)

    async def _ask(self, perform: Callable[[], T], what: str = "") -> T:
        return await self._wire.ask(self._process, perform, what)
