"""Payouts: never more than is owed, once each; and who may see what of the books."""

import asyncio

import pytest

from fastshop.contract.base import IdReused, Money, NotAllowed, Refusal, SignInNeeded
from fastshop.contract.ledger import (
    BalanceTooLow,
    CategoryUnknown,
    CompletePayout,
    Earnings,
    ListCommissionRates,
    ListEarnings,
    ListPayouts,
    PayOut,
    Payout,
    PayoutNotFound,
    PayoutOver,
    PayoutState,
    PreviewPayouts,
    SellerUnknown,
    SetCommissionRate,
    ShowEarnings,
)
from fastshop.ids import new_id
from server.domains.ledger.channels import watches
from server.domains.ledger.operations import operations
from server.domains.ledger.payout_accounts import PayoutAccounts
from server.domains.ledger.queries import ShopFigures
from server.kernel.caller import GUEST, Caller
from server.kernel.channel import ChannelNotFound
from server.kernel.sealed import Sealed
from tests.domains.ledger.conftest import ADMIN, ANN, MANAGER, OURS, RIVAL, SELLER, THEIRS, Line, Office, euros
from tests.domains.ledger.test_payout_accounts import Accounts

REFERENCE = "SEPA 4711"


async def pay_out(office: Office, cents: int, seller: Caller = SELLER) -> Payout:
    command = PayOut(payout_id=new_id(), seller_id=seller.seller_id or OURS, amount=euros(cents))
    return await office.payouts.pay_out(command, ADMIN)


async def test_a_payout_leaves_the_balance_and_comes_back_when_it_fails(office: Office) -> None:
    await office.bought(Line(OURS, euros(1000)))
    payout = await pay_out(office, 500)
    assert (payout.state, await office.balance(), (await office.totals()).paid_out) == (PayoutState.PENDING, 380, 500)
    failed = CompletePayout(payout_id=payout.id, reference="account closed", failed=True)
    for _ in range(2):
        assert (await office.payouts.complete(failed, ADMIN)).state is PayoutState.FAILED
    assert (await office.balance(), (await office.totals()).paid_out) == (880, 0)
    with pytest.raises(PayoutOver):
        await office.payouts.complete(CompletePayout(payout_id=payout.id, reference=REFERENCE), ADMIN)
    paid = await pay_out(office, 880)
    done = await office.payouts.complete(CompletePayout(payout_id=paid.id, reference=REFERENCE), ADMIN)
    assert (done.state, done.reference, await office.balance()) == (PayoutState.PAID, REFERENCE, 0)


async def test_never_more_is_paid_out_than_is_owed_however_many_ask_at_once(office: Office) -> None:
    await office.bought(Line(OURS, euros(1000)))
    answers = await asyncio.gather(*(pay_out(office, 300) for _ in range(6)), return_exceptions=True)
    assert sum(isinstance(answer, Payout) for answer in answers) == 2
    assert sum(isinstance(answer, BalanceTooLow) for answer in answers) == 4
    assert await office.balance() == 280


@pytest.mark.parametrize("amount", [Money(0, "EUR"), Money(-5, "EUR"), Money(881, "EUR"), Money(1, "USD")])
async def test_a_payout_of_what_is_not_owed_is_refused(office: Office, amount: Money) -> None:
    await office.bought(Line(OURS, euros(1000)))
    with pytest.raises(BalanceTooLow):
        await office.payouts.pay_out(PayOut(payout_id=new_id(), seller_id=OURS, amount=amount), ADMIN)
    assert await office.balance() == 880


async def test_a_refund_after_the_payout_makes_a_balance_negative_and_the_next_sale_fills_it(office: Office) -> None:
    payment_id = await office.bought(Line(OURS, euros(1000)))
    await pay_out(office, 880)
    await office.refunded(payment_id, 1000)
    assert await office.balance() == -880
    with pytest.raises(BalanceTooLow):
        await pay_out(office, 1)
    await office.bought(Line(OURS, euros(1100)))
    assert await office.balance() == 88


async def test_p3_a_payout_asked_for_again_is_the_same_and_its_id_good_for_no_other(office: Office) -> None:
    await office.bought(Line(OURS, euros(1000)))
    command = PayOut(payout_id=new_id(), seller_id=OURS, amount=euros(600))
    answers = await asyncio.gather(*(office.payouts.pay_out(command, ADMIN) for _ in range(5)))
    assert len(set(answers)) == 1
    for other in (euros(1), euros(880)):
        again = PayOut(payout_id=command.payout_id, seller_id=OURS, amount=other)
        with pytest.raises(IdReused):
            await office.payouts.pay_out(again, ADMIN)
    assert await office.balance() == 280


async def test_the_preview_says_whom_the_shop_owes_what(office: Office) -> None:
    assert (await office.payouts.preview(PreviewPayouts(), ADMIN)).items == (Earnings(THEIRS, (euros(6844),)),)
    await office.bought(Line(OURS, euros(1000)))
    first = await office.payouts.preview(PreviewPayouts(limit=1), ADMIN)
    assert first.items == (Earnings(OURS, (euros(880),)),)
    rest = await office.payouts.preview(PreviewPayouts(cursor=first.next or ""), ADMIN)
    assert [owed.seller_id for owed in rest.items] == [THEIRS]


async def test_sellers_see_their_own_books_only(office: Office) -> None:
    await office.bought(Line(OURS, euros(1000)))
    await pay_out(office, 100)
    assert (await office.reading.show_earnings(ShowEarnings(seller_id=OURS), SELLER)).balances == (euros(780),)
    assert len((await office.payouts.list(ListPayouts(), SELLER)).items) == 1
    assert (await office.payouts.list(ListPayouts(), RIVAL)).items == ()
    assert len((await office.payouts.list(ListPayouts(), MANAGER)).items) == 1
    for asked in (
        office.reading.show_earnings(ShowEarnings(seller_id=OURS), RIVAL),
        office.reading.list_earnings(ListEarnings(seller_id=OURS), RIVAL),
        office.reading.statement(OURS, RIVAL),
        office.reading.show_earnings(ShowEarnings(seller_id=new_id()), ADMIN),
    ):
        with pytest.raises(SellerUnknown):
            await asked


async def test_the_channel_of_earnings_is_the_sellers_and_the_offices(office: Office) -> None:
    (watch,) = watches(office.reading)
    for who in (SELLER, MANAGER, ADMIN):
        await watch.permit(str(OURS), who)
    for who, key in ((RIVAL, str(OURS)), (ANN, str(OURS)), (GUEST, str(OURS)), (ADMIN, str(new_id())), (ADMIN, "x")):
        with pytest.raises(ChannelNotFound):
            await watch.permit(key, who)
    assert await watch.snapshot(str(THEIRS)) == Earnings(THEIRS, (euros(6844),))


async def test_customers_see_nothing_of_the_books_and_only_admins_move_money(office: Office) -> None:
    accounts = PayoutAccounts(office.database, Sealed(["a secret"]), office.clock, Accounts())
    figures = ShopFigures(office.database, office.clock)
    for operation in operations(office.reading, office.rates, office.payouts, accounts, figures):
        for who, refusal in ((GUEST, SignInNeeded), (ANN, NotAllowed)):
            assert refused(operation, who, refusal)
        moves = operation.command.http.verb != "GET"
        assert refused(operation, MANAGER, NotAllowed) is moves
        # Where a shop is paid out to only that shop says.
        assert refused(operation, ADMIN, NotAllowed) is (operation.tag == "ledger.set_payout_account")


def refused(operation: object, who: Caller, refusal: type[Refusal]) -> bool:
    try:
        operation.permission.check(who)  # type: ignore[attr-defined]
    except refusal:
        return True
    return False


async def test_the_statement_as_a_file_has_every_line_in_order(office: Office) -> None:
    for cents in (1000, 2000):
        await office.bought(Line(OURS, euros(cents)))
        office.clock.turn(days=1)
    pieces = [piece async for piece in await office.reading.statement(OURS, SELLER)]
    head, newest, oldest = b"".join(pieces).decode().splitlines()
    assert head.startswith("time,kind,amount,commission,tax,currency")
    assert newest.split(",")[1:7] == ["sale", "17.60", "2.40", "0.00", "EUR", "0.12"]
    assert oldest.split(",")[2] == "8.80"
    since = ListEarnings(seller_id=OURS, since=office.clock.now().replace(hour=0))
    assert (await office.reading.list_earnings(since, SELLER)).items == ()
    assert len((await office.reading.list_earnings(ListEarnings(seller_id=OURS, limit=1), SELLER)).next or "") > 0


async def test_rates_are_set_for_what_there_is_once(office: Office) -> None:
    command = SetCommissionRate(rate_id=new_id(), rate=900, seller_id=OURS)
    first = await office.rates.set(command, ADMIN)
    office.clock.turn(seconds=1)
    assert await office.rates.set(command, ADMIN) == first
    assert (await office.rates.list(ListCommissionRates(), ADMIN)).items == (first,)
    with pytest.raises(IdReused):
        await office.rates.set(SetCommissionRate(rate_id=command.rate_id, rate=1), ADMIN)
    with pytest.raises(SellerUnknown):
        await office.rates.set(SetCommissionRate(rate_id=new_id(), rate=1, seller_id=new_id()), ADMIN)
    with pytest.raises(CategoryUnknown):
        await office.rates.set(SetCommissionRate(rate_id=new_id(), rate=1, category_id=new_id()), ADMIN)


async def test_a_payout_that_was_never_begun_is_not_completed(office: Office) -> None:
    with pytest.raises(PayoutNotFound):
        await office.payouts.complete(CompletePayout(payout_id=new_id(), reference=REFERENCE), ADMIN)
