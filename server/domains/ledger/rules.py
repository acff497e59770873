"""How money is divided: pure functions of whole minor units, which lose and make none."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from msgspec import Struct

from fastshop.contract.base import Money
from fastshop.contract.ledger import Account, MovementKind
from server.domains.ledger.ports import SaleLine
from server.kernel.money import split

_WHOLE = 10_000


class Share(Struct, frozen=True):
    """Whose a part of a sale is: the account, the seller that sold it, the commission's rate."""

    account: Account
    party_id: UUID | None = None
    rate: int | None = None


class Posting(Struct, frozen=True):
    """Money that moves between accounts, once for each ``source``. The parts, in minor units, add up to zero."""

    source: str
    kind: MovementKind
    at: datetime
    currency: str
    parts: Mapping[Share, int]
    order_id: UUID | None = None
    payment_id: UUID | None = None


class OutOf(Struct, frozen=True):
    """Whose share of a sale money comes out of, and how much of it is tax, in minor units."""

    seller_id: UUID
    tax: int


PAYMENTS = Share(Account.PAYMENTS)
UNALLOCATED = Share(Account.UNALLOCATED)
REFUNDS = Share(Account.REFUNDS)
DISPUTED = Share(Account.DISPUTED)
LOSSES = Share(Account.LOSSES)


def commission(amount: int, rate: int) -> int:
    """What the shop keeps of an amount, rounded half up."""
    return (amount * rate * 2 + _WHOLE) // (2 * _WHOLE)


def shares(lines: Sequence[SaleLine], rates: Sequence[int]) -> dict[Share, int]:
    """Whose the price of these lines is: what the buyer paid for them, and to whom it comes. Adds up to zero."""
    parts: dict[Share, int] = {}
    for line, rate in zip(lines, rates, strict=True):
        kept = commission(line.total.amount - line.tax, rate)
        _add(parts, UNALLOCATED, -line.total.amount)
        _add(parts, Share(Account.TAX, line.seller_id), line.tax)
        _add(parts, Share(Account.COMMISSION, line.seller_id, rate), kept)
        _add(parts, Share(Account.SELLER, line.seller_id), line.total.amount - line.tax - kept)
    return parts


def taken_back(left: Mapping[Share, int], amount: int, into: Share) -> dict[Share, int]:
    """An amount out of what is left of a sale, from everybody in proportion, into one account. Adds up to zero.

    What is more than is left the shop bears.
    """
    positive = {share: part for share, part in left.items() if part > 0}
    covered = min(amount, sum(positive.values()))
    parts = {share: -part for share, part in split(covered, positive).items()}
    _add(parts, LOSSES, covered - amount)
    _add(parts, into, amount)
    return parts


def taken_back_from(out_of: OutOf, left: Mapping[Share, int], amount: int, into: Share) -> dict[Share, int]:
    """An amount out of what is left of one seller's share, the tax in it out of the tax, into one account.

    Adds up to zero. What is more than is left of their share the shop bears.
    """
    theirs = {share: part for share, part in left.items() if share.party_id == out_of.seller_id and part > 0}
    taxes = {share: part for share, part in theirs.items() if share.account is Account.TAX}
    rest = {share: part for share, part in theirs.items() if share.account is not Account.TAX}
    whole_tax, whole_rest = sum(taxes.values()), sum(rest.values())
    of_tax = min(max(out_of.tax, amount - whole_rest), whole_tax)
    of_rest = min(amount - of_tax, whole_rest)
    parts = {share: -part for share, part in (split(of_tax, taxes) | split(of_rest, rest)).items()}
    _add(parts, LOSSES, of_tax + of_rest - amount)
    _add(parts, into, amount)
    return parts


def all_taken_back(left: Mapping[Share, int], borne: int, into: Share) -> dict[Share, int]:
    """All that is left of a sale, into one account: nobody keeps any, what the shop bore is its own again."""
    parts = negated(left)
    _add(parts, LOSSES, borne)
    _add(parts, into, sum(left.values()) - borne)
    return parts


def negated(parts: Mapping[Share, int]) -> dict[Share, int]:
    """The same money on its way back."""
    return {share: -part for share, part in parts.items()}


def money(posting: Posting, *accounts: Account, party_id: UUID) -> Money:
    """What of a posting comes to a seller's part in these accounts."""
    parts = (part for share, part in posting.parts.items() if share.account in accounts and share.party_id == party_id)
    return Money(sum(parts), posting.currency)


def _add(parts: dict[Share, int], share: Share, amount: int) -> None:
    parts[share] = parts.get(share, 0) + amount
