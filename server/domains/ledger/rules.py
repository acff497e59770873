"""How money is divided: pure functions of whole minor units, which lose and make none."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from msgspec import Struct

from fastshop.contract.base import Money
from fastshop.contract.ledger import Account, MovementKind
from server.domains.ledger.ports import SaleLine
from server.kernel.money import LineRefund, split

_WHOLE = 10_000


class Share(Struct, frozen=True):
    """Whose a part of a sale is: the account, the seller that sold it, the commission's rate, the order's line."""

    account: Account
    party_id: UUID | None = None
    rate: int | None = None
    line_id: UUID | None = None


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
    """Whose share of a sale money comes out of, how much of it is tax, in minor units, and for which lines it is."""

    seller_id: UUID
    tax: int = 0
    lines: Sequence[LineRefund] = ()


PAYMENTS = Share(Account.PAYMENTS)
UNALLOCATED = Share(Account.UNALLOCATED)
REFUNDS = Share(Account.REFUNDS)
OWED = Share(Account.OWED)
DISPUTED = Share(Account.DISPUTED)
LOSSES = Share(Account.LOSSES)

_EARNED = (Account.SELLER, Account.COMMISSION)


def commission(amount: int, rate: int) -> int:
    """What the shop keeps of an amount, rounded half up."""
    return (amount * rate * 2 + _WHOLE) // (2 * _WHOLE)


def shares(lines: Sequence[SaleLine], rates: Sequence[int]) -> dict[Share, int]:
    """Whose the price of these lines is: what the buyer paid for them, and to whom it comes. Adds up to zero.

    What the shop itself took off it pays to the seller: they are credited, and pay commission, as if it had not.
    """
    parts: dict[Share, int] = {}
    for line, rate in zip(lines, rates, strict=True):
        worth = line.total.amount - line.tax + line.shop_discount
        kept = commission(worth, rate)
        _add(parts, UNALLOCATED, -line.total.amount)
        _add(parts, Share(Account.TAX, line.seller_id, None, line.line_id), line.tax)
        _add(parts, Share(Account.COMMISSION, line.seller_id, rate, line.line_id), kept)
        _add(parts, Share(Account.SELLER, line.seller_id, None, line.line_id), worth - kept)
        _add(parts, Share(Account.DISCOUNTS, line.seller_id, None, line.line_id), -line.shop_discount)
    return parts


def taxed(left: Mapping[Share, int], taxes: Mapping[UUID, int]) -> dict[Share, int]:
    """Tax that turns out to be in the price of lines, out of what is left of each. Adds up to zero.

    The commission becomes that of the price without the tax; the rest of it is out of the seller's share.
    """
    parts: dict[Share, int] = {}
    for line_id, tax in taxes.items():
        own = {share: part for share, part in left.items() if share.line_id == line_id and share.account in _EARNED}
        whole = sum(own.values())
        if (found := min(tax, whole)) <= 0:
            continue
        for share, part in own.items():
            if share.account is Account.COMMISSION:
                less = min(max(part - commission(whole - found, share.rate or 0), 0), found)
                _add(parts, share, -less)
                found -= less
        seller_id = next(iter(own)).party_id
        _add(parts, Share(Account.SELLER, seller_id, None, line_id), -found)
        _add(parts, Share(Account.TAX, seller_id, None, line_id), min(tax, whole))
    return parts


def taken_back(left: Mapping[Share, int], amount: int, into: Share) -> dict[Share, int]:
    """An amount out of what is left of a sale, from everybody in proportion, into one account. Adds up to zero.

    What is more than is left the shop bears.
    """
    return _closed(_portion(left, amount), amount, into)


def taken_back_from(out_of: OutOf, left: Mapping[Share, int], amount: int, into: Share) -> dict[Share, int]:
    """An amount out of what is left of one seller's share, the tax in it out of the tax, into one account.

    Each line gives back its own, with the commission that it was sold at; what of it is not left there, or was sold
    before lines were told apart, the rest of the share gives. Adds up to zero. What is more than that the shop bears.
    """
    theirs = {share: part for share, part in left.items() if share.party_id == out_of.seller_id}
    parts: dict[Share, int] = {}
    for line in out_of.lines:
        own = {share: part for share, part in theirs.items() if share.line_id == line.line_id}
        parts |= _of_line(own, line)
    taxed = -sum(part for share, part in parts.items() if share.account is Account.TAX)
    rest = {share: part + parts.get(share, 0) for share, part in theirs.items()}
    more = _with_tax(rest, amount + sum(parts.values()), out_of.tax - taxed)
    for share, part in more.items():
        _add(parts, share, part)
    return _closed(parts, amount, into)


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


def _of_line(left: Mapping[Share, int], line: LineRefund) -> dict[Share, int]:
    """What goes back for a line, out of what is left of it; the shop's discount of it goes back to the shop."""
    taxes, discounts, rest = _sorted(left)
    whole_rest = sum(rest.values())
    of_tax = min(line.tax, sum(taxes.values()))
    discount = min(line.discount, sum(discounts.values()), of_tax + whole_rest)
    of_rest = min(line.amount - of_tax + discount, whole_rest)
    taken = split(of_tax, taxes) | split(of_rest, rest)
    return negated(taken) | split(discount, discounts)


def _with_tax(left: Mapping[Share, int], amount: int, tax: int) -> dict[Share, int]:
    """An amount with so much tax in it: out of the tax, and the rest in proportion. Less where less is left."""
    taxes, discounts, rest = _sorted(left)
    whole_tax, whole_rest = sum(taxes.values()), max(sum(rest.values()) - sum(discounts.values()), 0)
    of_tax = min(max(tax, amount - whole_rest, 0), whole_tax, amount)
    untaxed = {share: part for share, part in left.items() if share.account is not Account.TAX}
    return negated(split(of_tax, taxes)) | _portion(untaxed, amount - of_tax)


def _portion(left: Mapping[Share, int], amount: int) -> dict[Share, int]:
    """An amount in proportion, discounts going back the other way. Less where less is left."""
    taxes, discounts, rest = _sorted(left)
    positive, whole_discount = taxes | rest, sum(discounts.values())
    whole = sum(positive.values()) - whole_discount
    if whole <= 0:
        return {}
    covered = min(amount, whole)
    discount = (2 * whole_discount * covered + whole) // (2 * whole)
    return negated(split(covered + discount, positive)) | split(discount, discounts)


def _sorted(left: Mapping[Share, int]) -> tuple[dict[Share, int], dict[Share, int], dict[Share, int]]:
    """What is left as taxes, the shop's discounts (as they are counted, above zero), and the rest."""
    taxes = {share: part for share, part in left.items() if share.account is Account.TAX and part > 0}
    discounts = {share: -part for share, part in left.items() if share.account is Account.DISCOUNTS and part < 0}
    rest = {share: part for share, part in left.items() if share not in taxes and part > 0}
    return taxes, discounts, rest


def _closed(parts: Mapping[Share, int], amount: int, into: Share) -> dict[Share, int]:
    """What was taken, put into an account; the shop bears what is missing of it."""
    closed = dict(parts)
    _add(closed, LOSSES, -amount - sum(parts.values()))
    _add(closed, into, amount)
    return closed


def _add(parts: dict[Share, int], share: Share, amount: int) -> None:
    parts[share] = parts.get(share, 0) + amount
