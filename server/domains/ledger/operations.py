"""Who may ask what of the books."""

from fastshop.contract.accounts import Role, WrongCredentials
from fastshop.contract.base import Busy, IdReused, RateLimited
from fastshop.contract.credentials import WrongPassword
from fastshop.contract.ledger import (
    BalanceTooLow,
    CategoryUnknown,
    CommissionRateNotFound,
    PayoutNotFound,
    PayoutOver,
    SellerUnknown,
)
from fastshop.contract.payout_accounts import IbanInvalid, PayoutAccountNotFound
from server.domains.ledger.payout_accounts import PayoutAccounts
from server.domains.ledger.payouts import Payouts
from server.domains.ledger.queries import ShopFigures
from server.domains.ledger.rates import Rates
from server.domains.ledger.reading import Reading
from server.kernel.caller import any_of
from server.kernel.operation import Operation

_PROVING = (WrongPassword, WrongCredentials, RateLimited, Busy)
_ADMIN = any_of(Role.ADMIN)
_OFFICE = any_of(Role.MANAGER, Role.ADMIN)
READING = any_of(Role.SELLER, Role.MANAGER, Role.ADMIN)


def operations(
    reading: Reading, rates: Rates, payouts: Payouts, accounts: PayoutAccounts, figures: ShopFigures
) -> tuple[Operation, ...]:
    """The operations of this domain."""
    return (
        Operation(reading.show_earnings, READING, (SellerUnknown,)),
        Operation(reading.list_earnings, READING, (SellerUnknown,)),
        Operation(reading.list_commissions, READING, (SellerUnknown,)),
        Operation(reading.list_movements, _OFFICE),
        Operation(reading.totals, _OFFICE),
        Operation(figures.show, _OFFICE),
        Operation(rates.list, _OFFICE),
        Operation(rates.set, _ADMIN, (IdReused, SellerUnknown, CategoryUnknown)),
        Operation(rates.change, _ADMIN, (CommissionRateNotFound,)),
        Operation(payouts.preview, _OFFICE),
        Operation(payouts.list, READING),
        Operation(payouts.pay_out, _ADMIN, (IdReused, SellerUnknown, BalanceTooLow)),
        Operation(accounts.show, READING, (PayoutAccountNotFound,)),
        Operation(accounts.set, any_of(Role.SELLER), (PayoutAccountNotFound, IbanInvalid, *_PROVING)),
        Operation(payouts.complete, _ADMIN, (PayoutNotFound, PayoutOver)),
    )
