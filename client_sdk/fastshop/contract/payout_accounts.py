"""Where a seller is paid out to: their account at a bank."""

from dataclasses import dataclass
from typing import Annotated, ClassVar
from uuid import UUID

from msgspec import Meta, Struct

from fastshop.contract.accounts import Password
from fastshop.contract.base import GET, PUT, Command, Invalid, NotFound, Time

AccountHolder = Annotated[str, Meta(min_length=1, max_length=100)]


class PayoutAccount(Struct, frozen=True):
    """A seller's account. ``iban`` is whole for admins, who pay out; else only its country and last four digits are."""

    seller_id: UUID
    holder: str
    iban: str
    updated_at: Time


class ShowPayoutAccount(Command[PayoutAccount], frozen=True, tag="ledger.payout_account"):
    """Where a seller is paid out to: for the seller, managers and admins."""

    http: ClassVar = GET("/sellers/{seller_id}/payout-account")
    seller_id: UUID


class SetPayoutAccount(Command[PayoutAccount], frozen=True, tag="ledger.set_payout_account"):
    """Say where one's own shop is paid out to. For its owner; payouts that are on their way go where they went.

    It takes the password again, and a mail tells of it: it is what a thief with an open session would change. Who
    signs in with an account elsewhere has a password sent to them first (`accounts.forget_password`).
    """

    http: ClassVar = PUT("/sellers/{seller_id}/payout-account")
    seller_id: UUID
    holder: AccountHolder
    iban: Annotated[str, Meta(max_length=50, description="as ISO 13616 has it; spaces do not matter")]
    password: Password


@dataclass(eq=False)
class PayoutAccountNotFound(NotFound):
    """The seller has not said where to pay out to, or it is not the caller's to see."""

    code: ClassVar[str] = "ledger.payout_account_not_found"
    sentence: ClassVar[str] = "Nobody has said where this seller is paid out to."


@dataclass(eq=False)
class IbanInvalid(Invalid):
    """This is no IBAN: its length or its check digits are wrong."""

    code: ClassVar[str] = "ledger.iban_invalid"
    sentence: ClassVar[str] = "This is not a valid IBAN."
    field: str = "iban"
