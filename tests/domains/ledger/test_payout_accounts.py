"""Where sellers are paid out to: said by the owner, whole for who pays out, sealed in the table."""

import pytest

from fastshop.contract.payout_accounts import (
    IbanInvalid,
    PayoutAccount,
    PayoutAccountNotFound,
    SetPayoutAccount,
    ShowPayoutAccount,
)
from server.domains.ledger.payout_accounts import PayoutAccounts
from server.kernel.caller import Caller
from server.kernel.sealed import Sealed
from tests.domains.ledger.conftest import ADMIN, ANN, MANAGER, OURS, RIVAL, SELLER, THEIRS, Office

OUR_IBAN, THEIR_IBAN = "DE89 3704 0044 0532 0130 00", "FR1420041010050500013M02606"


@pytest.fixture
async def accounts(office: Office) -> PayoutAccounts:
    made = PayoutAccounts(office.database, Sealed(["a secret"]), office.clock)
    await made.set(SetPayoutAccount(seller_id=THEIRS, holder="Theirs", iban=THEIR_IBAN), RIVAL)
    return made


async def shown(accounts: PayoutAccounts, who: Caller) -> PayoutAccount:
    return await accounts.show(ShowPayoutAccount(seller_id=OURS), who)


async def test_only_who_pays_out_sees_the_whole_account_and_strangers_nothing(
    office: Office, accounts: PayoutAccounts
) -> None:
    with pytest.raises(PayoutAccountNotFound):
        await shown(accounts, SELLER)
    said = await accounts.set(SetPayoutAccount(seller_id=OURS, holder="Ours Ltd", iban=OUR_IBAN), SELLER)
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
            await accounts.set(SetPayoutAccount(seller_id=OURS, holder="Me", iban=THEIR_IBAN), who)
    for wrong in ("DE89 3704 0044 0532 0130 01", "", "370400440532013000"):
        with pytest.raises(IbanInvalid):
            await accounts.set(SetPayoutAccount(seller_id=OURS, holder="Ours", iban=wrong), SELLER)


async def test_every_change_is_in_the_audit_log_once(office: Office, accounts: PayoutAccounts) -> None:
    for iban in (OUR_IBAN, OUR_IBAN, THEIR_IBAN):
        office.clock.turn(seconds=1)
        last = await accounts.set(SetPayoutAccount(seller_id=OURS, holder="Ours", iban=iban), SELLER)
    assert last.updated_at == office.clock.now()
    rows = await office.database.fetch("SELECT actor_id, action FROM audit_logs WHERE subject = $1", f"seller:{OURS}")
    assert [tuple(row) for row in rows] == [(SELLER.user_id, "ledger.set_payout_account")] * 2
