"""What others ask of accounts before they change what a thief would change first."""

import pytest

from fastshop.contract.accounts import SignedIn
from fastshop.contract.base import RateLimited
from fastshop.contract.credentials import WrongPassword
from server.domains.accounts.confirming import Confirming
from tests.domains.accounts.conftest import PASSWORD, People


async def test_only_ones_own_password_proves_and_guessing_ends(people: People, other: SignedIn) -> None:
    ann = await people.register()
    confirming, caller = Confirming(people.credentials, people.letters), await people.caller(ann)
    await confirming.prove(caller, PASSWORD)
    refused: list[type[BaseException]] = []
    while not refused or refused[-1] is WrongPassword:
        with pytest.raises((WrongPassword, RateLimited)) as refusal:
            await confirming.prove(caller, "a guess")
        refused.append(refusal.type)
    assert refused[0] is WrongPassword
    await confirming.prove(await people.caller(other), PASSWORD)


async def test_who_is_paid_out_elsewhere_is_told_and_nobody_else(people: People, other: SignedIn) -> None:
    ann = await people.register()
    await people.delivered()
    async with people.database.transaction() as transaction:
        await Confirming(people.credentials, people.letters).warn_of_payouts(transaction, ann.me.id)
    (mail,) = await people.delivered()
    assert (mail.to, mail.subject) == ("ann@example.com", "Your shop is paid out to another account now")
