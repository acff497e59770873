"""What may happen to a return, and what its units are worth. Pure; amounts are whole minor units."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from uuid import UUID

from msgspec import Struct

from fastshop.contract.returns import ReturnState
from server.kernel.money import LineRefund, fitted, split

# From where a step leads where to.
Step = tuple[frozenset[ReturnState], ReturnState]

_BEFORE_IT_CAME = frozenset({ReturnState.REQUESTED, ReturnState.APPROVED, ReturnState.SENT})
APPROVE: Step = (frozenset({ReturnState.REQUESTED}), ReturnState.APPROVED)
REJECT: Step = (_BEFORE_IT_CAME, ReturnState.REJECTED)
CANCEL: Step = (_BEFORE_IT_CAME, ReturnState.CANCELLED)
SEND: Step = (frozenset({ReturnState.APPROVED}), ReturnState.SENT)
RECEIVE: Step = (frozenset({ReturnState.APPROVED, ReturnState.SENT}), ReturnState.RECEIVED)

# Directive 2011/83/EU, article 9: who buys from afar may withdraw for fourteen days after the last parcel has come;
# of what was ordered together and comes in several, that is the last of all (paragraph 2 (b) (i)).
WITHDRAWAL = timedelta(days=14)
# How long a parcel may be on its way, where nobody says when it arrived.
_ON_THE_WAY = timedelta(days=14)

UNDER_WAY = _BEFORE_IT_CAME | {ReturnState.RECEIVED}


class BoughtLine(Struct, frozen=True):
    """A line as it was bought, and what came of it since. ``paid``, ``tax`` in it, is for all of its ``quantity``.

    Of its units some were ``cancelled``, others ``sent``; of those ``delivered`` have arrived. The last parcel of the
    seller's part came at ``delivered_at``; more of it is ``awaited``, of this line or another. The seller gave
    ``return_days`` when it was ordered. ``returning`` units are in a return; ``came_back`` of them were received, and
    ``back_worth`` was paid for these. ``given`` goes back for the line by returns and disputes, ``given_tax`` in it.
    ``shop_discount`` is what the shop had added of its own; of that it has ``given_discount`` back.
    """

    id: UUID
    order_id: UUID
    payment_id: UUID | None
    customer_id: UUID | None
    seller_id: UUID
    product_id: UUID
    variant_id: UUID
    title: str
    currency: str
    unit_price: int
    quantity: int
    paid: int
    tax: int
    cancelled: int
    sent: int
    delivered: int
    delivered_at: datetime | None
    awaited: bool
    return_days: int | None
    returning: int
    came_back: int
    back_worth: int
    given: int
    given_tax: int
    shop_discount: int = 0
    given_discount: int = 0

    @property
    def left(self) -> int:
        """What can still go back. What was paid for units that can be cancelled is left to that."""
        kept = self.sent - self.came_back
        return max(self.back_worth + worth(self.paid, self.quantity, self.quantity - kept, kept) - self.given, 0)

    def tax_in(self, amount: int) -> int:
        """What is tax of an amount that goes back: in proportion, so that all that goes back has all of the tax."""
        return min(max(self._in(amount, self.tax) - self.given_tax, 0), amount)

    def due(self, amount: int, units: int = 0) -> LineRefund:
        """An amount that goes back, and what the shop has back with it: in proportion, for what was free by units."""
        if self.paid:
            discount = max(self._in(amount, self.shop_discount) - self.given_discount, 0)
        else:
            discount = worth(self.shop_discount, self.quantity, self.cancelled + self.came_back - units, units)
        return LineRefund(self.id, amount, self.tax_in(amount), discount)

    def _in(self, amount: int, whole: int) -> int:
        """What is in this amount and all that went back before it, of what is in all that was paid."""
        return (self.given + amount) * whole // self.paid if self.paid else 0


class Due(Struct, frozen=True):
    """What can go back: at most so much for each of these lines of one seller, and what was paid for sending them.

    ``units`` are those that came back.
    """

    lines: Mapping[UUID, BoughtLine]
    most: Mapping[UUID, int]
    units: Mapping[UUID, int] = {}
    shipping: LineRefund | None = None

    @property
    def whole(self) -> int:
        """All that can go back."""
        return sum(self._weights().values())

    def parts(self, amount: int) -> tuple[LineRefund, ...]:
        """An amount as it is shared out."""
        shares = split(amount, self._weights())
        lines = (line.due(shares.get(key, 0), self.units.get(key, 0)) for key, line in self.lines.items())
        sent = () if self.shipping is None else fitted((self.shipping,), shares.get(None, 0))
        return (*lines, *sent)

    def _weights(self) -> dict[UUID | None, int]:
        weights: dict[UUID | None, int] = dict(self.most.items())
        return weights if self.shipping is None else {**weights, None: self.shipping.amount}


def withdrawn_shipping(paid: LineRefund, price: int, standard: int | None) -> LineRefund:
    """What of the cost of sending goes back to who withdraws: all but what was dearer than the cheapest way.

    Directive 2011/83/EU, Art. 13(2). In proportion, so that discount and tax go along.
    """
    dearer = 0 if standard is None else max(price - standard, 0)
    kept = (whole * dearer // price if dearer else 0 for whole in (paid.amount, paid.tax, paid.discount))
    amount, tax, discount = (
        whole - part for whole, part in zip((paid.amount, paid.tax, paid.discount), kept, strict=True)
    )
    return LineRefund(None, amount, tax, discount)


class Replaced(Struct, frozen=True):
    """Units that were sent in an exchange, and what stayed ``paid`` for them. ``returning`` of them are in a return.

    When they arrived nobody says: they were sent at ``sent_at``.
    """

    variant_id: UUID
    quantity: int
    paid: int
    returning: int
    came_back: int
    sent_at: datetime


def until(line: BoughtLine, shortest: int, replaced: Replaced | None = None) -> datetime | None:
    """Until when it may be returned: as long as the seller gave when it was ordered, or the shop does for all.

    That time has not begun (None) while something of what was ordered with it is still to come.
    """
    days = max(timedelta(days=max(line.return_days or 0, shortest)), WITHDRAWAL)
    if replaced is not None:
        return replaced.sent_at + _ON_THE_WAY + days
    if line.awaited:
        return None
    assert line.delivered_at is not None
    return line.delivered_at + days


def worth(total: int, quantity: int, before: int, count: int) -> int:
    """What so many units of a line come to, where so many others went before; all of them to the total, exactly.

    By largest remainder. Units that are cancelled or come back go one after another, the first ones first.
    """
    each, over = divmod(total, quantity)
    return each * count + min(before + count, over) - min(before, over)


def kept_for(units_worth: int, unit_price: int, price: int) -> int:
    """What stays paid of units' worth in exchange for others at ``price``, which is not above theirs.

    In proportion, so that discount and tax go along.
    """
    return units_worth if price == unit_price else units_worth * price // unit_price
