"""What may happen to a return, and what its units are worth. Pure; amounts are whole minor units."""

from datetime import datetime
from uuid import UUID

from msgspec import Struct

from fastshop.contract.accounts import Role
from fastshop.contract.returns import ReturnSide, ReturnState
from server.kernel.caller import Caller

# From where a step leads where to.
Step = tuple[frozenset[ReturnState], ReturnState]

_BEFORE_IT_CAME = frozenset({ReturnState.REQUESTED, ReturnState.APPROVED, ReturnState.SENT})
APPROVE: Step = (frozenset({ReturnState.REQUESTED}), ReturnState.APPROVED)
REJECT: Step = (_BEFORE_IT_CAME, ReturnState.REJECTED)
CANCEL: Step = (_BEFORE_IT_CAME, ReturnState.CANCELLED)
SEND: Step = (frozenset({ReturnState.APPROVED}), ReturnState.SENT)
RECEIVE: Step = (frozenset({ReturnState.APPROVED, ReturnState.SENT}), ReturnState.RECEIVED)

UNDER_WAY = _BEFORE_IT_CAME | {ReturnState.RECEIVED}


class BoughtLine(Struct, frozen=True):
    """A line as it was bought, and what came of it since. Money is what was paid for all of its ``quantity``.

    ``sent`` units cannot be cancelled any more; ``delivered`` have arrived, the last of them at ``delivered_at``.
    ``returning`` units are in a return, ``came_back`` of them were received. ``given`` went back for it by returns and
    disputes, or is on its way, ``given_tax`` in it.
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
    sent: int
    delivered: int
    delivered_at: datetime | None
    returning: int
    came_back: int
    given: int
    given_tax: int

    @property
    def left(self) -> int:
        """What can still go back for the units that were sent."""
        return max(worth(self.paid, self.quantity, 0, self.sent) - self.given, 0)

    def tax_in(self, amount: int) -> int:
        """What is tax of an amount that is left: in proportion to what is left of both, so that the last takes all."""
        left_tax = max(worth(self.tax, self.quantity, 0, self.sent) - self.given_tax, 0)
        return min(amount * left_tax // self.left, amount) if self.left else 0


def worth(total: int, quantity: int, before: int, count: int) -> int:
    """What so many units of a line come to, with so many others counted before; all of them to the total, exactly.

    By largest remainder. Counted from the last unit: what is cancelled is counted from the first.
    """
    each, over = divmod(total, quantity)
    end = quantity - before
    return each * count + min(end, over) - min(end - count, over)


def kept_for(units_worth: int, unit_price: int, price: int) -> int:
    """What stays paid of units' worth in exchange for others at ``price``, which is not above theirs.

    In proportion, so that discount and tax go along.
    """
    return units_worth if price == unit_price else units_worth * price // unit_price


def side_of(caller: Caller, customer_id: UUID, seller_id: UUID) -> ReturnSide | None:
    """As whom somebody stands to a matter of these two; None for strangers. Who is a side of it is no manager of it."""
    if caller.user_id == customer_id:
        return ReturnSide.CUSTOMER
    if caller.seller_id == seller_id:
        return ReturnSide.SELLER
    return ReturnSide.MANAGER if caller.is_any(Role.ADMIN, Role.MANAGER) else None
