"""What may happen to a return, and what its units are worth. Pure; amounts are whole minor units."""

from datetime import datetime, timedelta
from uuid import UUID

from msgspec import Struct

from fastshop.contract.returns import ReturnState

# From where a step leads where to.
Step = tuple[frozenset[ReturnState], ReturnState]

_BEFORE_IT_CAME = frozenset({ReturnState.REQUESTED, ReturnState.APPROVED, ReturnState.SENT})
APPROVE: Step = (frozenset({ReturnState.REQUESTED}), ReturnState.APPROVED)
REJECT: Step = (_BEFORE_IT_CAME, ReturnState.REJECTED)
CANCEL: Step = (_BEFORE_IT_CAME, ReturnState.CANCELLED)
SEND: Step = (frozenset({ReturnState.APPROVED}), ReturnState.SENT)
RECEIVE: Step = (frozenset({ReturnState.APPROVED, ReturnState.SENT}), ReturnState.RECEIVED)

# Directive 2011/83/EU, article 9: who buys from afar may give it back for fourteen days after it has come.
_LAWFUL = 14
# How long a parcel may be on its way, where nobody says when it arrived.
_ON_THE_WAY = timedelta(days=14)

UNDER_WAY = _BEFORE_IT_CAME | {ReturnState.RECEIVED}


class BoughtLine(Struct, frozen=True):
    """A line as it was bought, and what came of it since. ``paid``, ``tax`` in it, is for all of its ``quantity``.

    Of its units some were ``cancelled``, others ``sent``; of those ``delivered`` have arrived, the last of them at
    ``delivered_at``; the seller gave ``return_days`` when it was ordered. ``returning`` units are in a return;
    ``came_back`` of them were received, and ``back_worth`` was paid for these. ``given`` goes back for the line by
    returns and disputes, ``given_tax`` in it.
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
    return_days: int | None
    returning: int
    came_back: int
    back_worth: int
    given: int
    given_tax: int

    @property
    def left(self) -> int:
        """What can still go back. What was paid for units that can be cancelled is left to that."""
        kept = self.sent - self.came_back
        return max(self.back_worth + worth(self.paid, self.quantity, self.quantity - kept, kept) - self.given, 0)

    def tax_in(self, amount: int) -> int:
        """What is tax of an amount that goes back: in proportion, so that all that goes back has all of the tax."""
        tax = (self.given + amount) * self.tax // self.paid - self.given_tax if self.paid else 0
        return min(max(tax, 0), amount)


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


def until(line: BoughtLine, shortest: int, replaced: Replaced | None = None) -> datetime:
    """Until when it may be returned: as long as the seller gave when it was ordered, or the shop does for all."""
    days = timedelta(days=max(line.return_days or 0, shortest, _LAWFUL))
    if replaced is not None:
        return replaced.sent_at + _ON_THE_WAY + days
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
