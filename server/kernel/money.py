"""Between the contract's minor units and the database's NUMERIC(15,2); and dividing amounts."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import TypeVar
from uuid import UUID

from msgspec import Struct
from msgspec.structs import replace

from fastshop.contract.base import Money

# ISO 4217 lists how many decimals a currency has. Those with three (BHD, IQD, JOD, KWD, LYD, OMR, TND) do not fit
# NUMERIC(15,2) and are refused where a currency is chosen.
_NO_DECIMALS = frozenset(
    {"BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "UYI", "VND", "VUV"}
) | {
    "XAF",
    "XOF",
    "XPF",
}
_CENT = Decimal("0.01")

Key = TypeVar("Key")


class LineRefund(Struct, frozen=True):
    """What goes back for a line of an order; without one for sending the seller's goods. In minor units.

    ``tax`` is in ``amount``. ``discount`` is what the shop had added of its own, which comes back to it.
    """

    line_id: UUID | None
    amount: int
    tax: int = 0
    discount: int = 0


def decimals(currency: str) -> int:
    """How many decimals the currency's minor unit stands for."""
    return 0 if currency in _NO_DECIMALS else 2


def to_numeric(money: Money) -> Decimal:
    """The amount in major units, as the database keeps it."""
    return Decimal(money.amount).scaleb(-decimals(money.currency)).quantize(_CENT)


def from_numeric(amount: Decimal, currency: str) -> Money:
    """The amount in minor units, as everybody else speaks of it."""
    return Money(int(amount.scaleb(decimals(currency))), currency)


def split(amount: int, weights: Mapping[Key, int]) -> dict[Key, int]:
    """An amount in proportion to weights, by largest remainder: exact, and no part above its weight.

    The amount is not more than the weights together.
    """
    whole = sum(weights.values())
    if not amount:
        return {}
    parts = {key: amount * weight // whole for key, weight in weights.items()}
    missing = amount - sum(parts.values())
    # Of equal remainders the first given has it: the same question has the same answer.
    for key in sorted(weights, key=lambda key: -(amount * weights[key] % whole))[:missing]:
        parts[key] += 1
    return parts


def fitted(parts: Sequence[LineRefund], amount: int) -> tuple[LineRefund, ...]:
    """The same parts for an amount that is not more than theirs: each in proportion."""
    shares = split(amount, {number: part.amount for number, part in enumerate(parts)})
    return tuple(_of(part, shares.get(number, 0)) for number, part in enumerate(parts))


def _of(part: LineRefund, amount: int) -> LineRefund:
    if amount == part.amount:
        return part
    tax, discount = (each * amount // part.amount for each in (part.tax, part.discount))
    return replace(part, amount=amount, tax=tax, discount=discount)
