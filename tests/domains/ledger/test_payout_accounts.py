"""Where sellers are paid out to: said by the owner, whole for who pays out, sealed in the table."""

from uuid import UUID

import pytest

from fastshop.contract.credentials import WrongPassword
from fastshop.contract.payout_accounts import (
    IbanInvalid,
    PayoutAccount,
    PayoutAccountNotFound,
    SetPayoutAccount,
    ShowPayoutAccount,
)
from server.domains.ledger.payout_accounts import PayoutAccounts
from server.kernel.caller import Caller
from server.kernel.database import Transaction
from server.kernel.sealed import Sealed
from tests.domains.ledger.conftest import ADMIN, ANN, MANAGER, OURS, RIVAL, SELLER, THEIRS, Office

PASSWORD = "correct horse"
OUR_IBAN, THEIR_IBAN = "DE89 3704 0044 0532 0130 00", "FR1420041010050500013M02606"


class Accounts:
    """Everybody has the same password, and letters are only counted."""

    def __init__(self) -> None:
        self.warned: list[UUID] = []

    async def prove(self, caller: Caller, password: str) -> None:
        if password != PASSWORD:
            raise WrongPassword

    async def warn_of_payouts(self, transaction: Transaction, user_id: UUID) -> None:
        self.warned.append(user_id)


@pytest.fixture
def owners() -> Accounts:
    return Accounts()


@pytest.fixture
async def accounts(office: Office, owners: Accounts) -> PayoutAccounts:
    made = PayoutAccounts(office.database, Sealed(["a secret"]), office.clock, owners)
    await made.set(account(THEIRS, "Theirs", THEIR_IBAN), RIVAL)
    owners.warned.clear()
    return made


def account(seller_id: UUID, holder: str, iban: str, password: str = PASSWORD) -> SetPayoutAccount:
    return SetPayoutAccount(seller_id=seller_id, holder=holder, iban=iban, password=password)


async def shown(accounts: PayoutAccounts, who: Caller) -> PayoutAccount:
    return await accounts.show(ShowPayoutAccount(seller_id=OURS), who)


async def test_only_who_pays_out_sees_the_whole_account_and_strangers_nothing(
    office: Office, accounts: PayoutAccounts
) -> None:
    with pytest.raises(PayoutAccountNotFound):
        await shown(accounts, SELLER)
    said = await accounts.set(account(OURS, "Ours Ltd", OUR_IBAN), SELLER)
    assert (said.holder, said.iban) == ("Ours Ltd", "DE … 3000")
    assert await shown(accounts, SELLER) == await shown(accounts, MANAGER) == said
    assert (await shown(accounts, ADMIN)).iban == "DE89370400440532013000"
    for who in (RIVAL, ANN):
        with pytest.raises(PayoutAccountNotFound):
            await shown(accounts, who)
    rows = await office.database.fetch("SELECT payout_accounts::text AS row FROM payout_accounts")
    assert not [row for row in rows if "370400440532" in row["row"]]


async def test_nobody_else_says_it_and_what_is_no_iban_is_refused(office: Office, accounts: PayoutAccounts) -> None:
    for who in (RIVAL, ADMIN, MANAGER):
        with pytest.raises(PayoutAccountNotFound):
            await accounts.set(account(OURS, "Me", THEIR_IBAN), who)
    for wrong in ("DE89 3704 0044 0532 0130 01", "", "370400440532013000"):
        with pytest.raises(IbanInvalid):
            await accounts.set(account(OURS, "Ours", wrong), SELLER)


async def test_sec_an_open_session_alone_changes_nothing(
    office: Office, accounts: PayoutAccounts, owners: Accounts
) -> None:
    said = await accounts.set(account(OURS, "Ours", OUR_IBAN), SELLER)
    for wrong in ("", "correct hors", "Correct horse"):
        with pytest.raises(WrongPassword):
            await accounts.set(account(OURS, "Thief", THEIR_IBAN, wrong), SELLER)
    assert await shown(accounts, SELLER) == said
    assert owners.warned == [SELLER.user_id]


async def test_every_change_is_in_the_audit_log_once_and_told_to_the_owner(
    office: Office, accounts: PayoutAccounts, owners: Accounts
) -> None:
    for iban in (OUR_IBAN, OUR_IBAN, THEIR_IBAN):
        office.clock.turn(seconds=1)
        last = await accounts.set(account(OURS, "Ours", iban), SELLER)
    assert last.updated_at == office.clock.now()
    assert owners.warned == [SELLER.user_id] * 2
    rows = await office.database.fetch("SELECT actor_id, action FROM audit_logs WHERE subject = $1", f"seller:{OURS}")
    assert [tuple(row) for row in rows] == [(SELLER.user_id, "ledger.set_payout_account")] * 2
