"""Where sellers are paid out to. Their IBAN is sealed in the table: only who pays out reads it whole."""

from typing import Any
from uuid import UUID

from stdnum import iban

from fastshop.contract.accounts import Role
from fastshop.contract.payout_accounts import (
    IbanInvalid,
    PayoutAccount,
    PayoutAccountNotFound,
    SetPayoutAccount,
    ShowPayoutAccount,
)
from server.domains.ledger.ports import Owners
from server.kernel.audit import note
from server.kernel.caller import Caller
from server.kernel.clock import Clock
from server.kernel.database import Database
from server.kernel.sealed import Sealed

_FIND = "SELECT * FROM payout_accounts WHERE seller_id = $1"
_SET = """
INSERT INTO payout_accounts (seller_id, holder, iban, shown, updated_at) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (seller_id) DO UPDATE SET holder = excluded.holder, iban = excluded.iban, shown = excluded.shown,
    updated_at = excluded.updated_at
"""


class PayoutAccounts:
    """Keeps and shows them."""

    def __init__(self, database: Database, sealed: Sealed, clock: Clock, owners: Owners) -> None:
        self._database = database
        self._sealed = sealed
        self._clock = clock
        self._owners = owners

    async def show(self, command: ShowPayoutAccount, caller: Caller) -> PayoutAccount:
        """Where a seller is paid out to."""
        row = await self._database.fetch_one(_FIND, command.seller_id)
        allowed = caller.seller_id == command.seller_id or caller.is_any(Role.MANAGER, Role.ADMIN)
        if row is None or not allowed:
            raise PayoutAccountNotFound
        return self._account(row, whole=caller.is_any(Role.ADMIN))

    async def set(self, command: SetPayoutAccount, caller: Caller) -> PayoutAccount:
        """Say where one's own shop is paid out to. The same again changes nothing."""
        if caller.seller_id != command.seller_id:
            raise PayoutAccountNotFound
        if not iban.is_valid(command.iban):
            raise IbanInvalid
        await self._owners.prove(caller, command.password)
        number, now = iban.compact(command.iban), self._clock.now()
        async with self._database.transaction() as transaction:
            row = await transaction.connection.fetchrow(f"{_FIND} FOR UPDATE", command.seller_id)
            if row is None or (row["holder"], self._opened(row)) != (command.holder, number):
                sealed = self._sealed.seal(number.encode(), _place(command.seller_id))
                told = (command.holder, sealed, _shown(number), now)
                await transaction.connection.execute(_SET, command.seller_id, *told)
                await note(transaction, now, caller, command.tag(), f"seller:{command.seller_id}")
                await self._owners.warn_of_payouts(transaction, caller.person)
            return self._account(await transaction.connection.fetchrow(_FIND, command.seller_id), whole=False)

    def _opened(self, row: Any) -> str:
        return self._sealed.open(row["iban"], _place(row["seller_id"])).decode()

    def _account(self, row: Any, *, whole: bool) -> PayoutAccount:
        number = self._opened(row) if whole else row["shown"]
        return PayoutAccount(row["seller_id"], row["holder"], number, row["updated_at"])


def _place(seller_id: UUID) -> str:
    return f"payout_accounts {seller_id}"


def _shown(number: str) -> str:
    """What of it tells its owner that it is the right one."""
    return f"{number[:2]} … {number[-4:]}"
