"""Bank transfers by hand: nothing is ordered before the money is there, and no money is kept for nothing."""

import asyncio
from datetime import timedelta
from uuid import UUID

import pytest

from fastshop.contract.accounts import Role
from fastshop.contract.base import Money, NotAllowed, RateLimited, SignInNeeded
from fastshop.contract.checkout import CheckoutOutcome, CheckoutStatus
from fastshop.contract.payments import (
    BANK_TRANSFER,
    ConfirmPayment,
    PaymentNeedsAction,
    PaymentState,
    RefundPayment,
)
from fastshop.contract.payments import RefundState as Back
from fastshop.contract.transfers import (
    TRANSFERS,
    BankAccount,
    CancelTransfer,
    ListTransfers,
    ListTransfersBack,
    ReceiveTransfer,
    SendTransferBack,
    ShowTransfer,
    Transfer,
    TransferBack,
    TransferCancelled,
    TransferDiffers,
    TransferNotFound,
    TransferNotOffered,
    TransferReceived,
    TransferState,
)
from fastshop.ids import new_id
from server.domains.payments.by_hand import ByHand
from server.domains.payments.channels import watches
from server.domains.payments.operations import of_transfers
from server.domains.payments.paying import Paying
from server.domains.payments.refunds import Refunds
from server.domains.payments.throttle import Throttle
from server.domains.payments.transfer_letters import TransferLetters
from server.domains.payments.transfers import Transfers
from server.kernel.caller import GUEST, Caller
from server.kernel.channel import ChannelNotFound
from server.kernel.log import Publication
from server.kernel.mail import Mail
from server.settings import SettingsError, read_settings
from tests.domains.checkout.desk import ADMIN, ANN, BOB, CUP, GOOD, STOCK, Desk
from tests.support import ManualClock

PAYING, COMPLETED, EXPIRED = CheckoutStatus.PAYING, CheckoutStatus.COMPLETED, CheckoutStatus.EXPIRED
AWAITED, RECEIVED, CLOSED, LATE = TransferState
WEEK = timedelta(days=7)
ACCOUNT = BankAccount("Shop Ltd", "DE89370400440532013000", "COBADEFFXXX")


class Office:
    """A desk that takes transfers, and who looks at the bank account."""

    def __init__(self, desk: Desk) -> None:
        self.desk, clock, database = desk, desk.clock, desk.database
        gateway = ByHand(database, desk.gateway, clock, offered=True)
        desk.payments._gateway = gateway
        desk.paying._transfers = True
        throttle = Throttle(desk.tries)
        self.paying = Paying(desk.payments, desk.gateway, {"checkout": desk.payable}, throttle, transfers=True)
        self.refunds = Refunds(database, gateway, clock, desk.payments._ledger, throttle)
        self.transfers = Transfers(database, ACCOUNT, WEEK, self.paying.conclude, self.refunds, clock)
        self.sent: list[Mail] = []
        self.letters = TransferLetters(self.transfers, self, desk.rows, self, "https://shop.test")

    async def of(self, user_id: UUID) -> str:
        return f"{user_id}@people.test"

    async def send(self, mail: Mail) -> None:
        self.sent.append(mail)

    async def promised(self, who: Caller = GUEST, *goods: tuple[UUID, int]) -> CheckoutOutcome:
        return await self.desk.pay(await self.desk.ready(who, *goods), who, BANK_TRANSFER)

    async def cancelled(self, of: CheckoutOutcome, who: Caller = GUEST) -> Transfer:
        return await self.transfers.cancel(CancelTransfer(payment_id=of.payment.id), who)

    async def received(self, of: CheckoutOutcome, amount: Money | None = None) -> Transfer:
        command = ReceiveTransfer(payment_id=of.payment.id, amount=amount or of.payment.amount)
        return await self.transfers.receive(command, ADMIN)

    async def listed(self, state: TransferState = AWAITED) -> list[UUID]:
        page = await self.transfers.list(ListTransfers(state=state), ADMIN)
        return [transfer.payment_id for transfer in page.items]

    async def to_send(self) -> tuple[TransferBack, ...]:
        return await self.transfers.list_back(ListTransfersBack(), ADMIN)

    async def audited(self) -> int:
        return await self.desk.count("SELECT count(*) FROM audit_logs WHERE action LIKE 'payments.%'")


@pytest.fixture
async def office(desk: Desk) -> Office:
    office = Office(desk)
    await office.promised(BOB)
    return office


async def test_goods_are_kept_for_days_and_ordered_when_the_money_came(office: Office, clock: ManualClock) -> None:
    promised = await office.promised(ANN, (CUP, 2))
    assert promised.payment.status is PaymentState.NEEDS_ACTION
    assert promised.payment.action_url == f"/transfers/{promised.payment.id}"
    assert promised.checkout.expires_at == promised.payment.created_at + WEEK
    clock.turn(hours=7 * 24 - 1)
    await office.desk.lapsing.round()
    assert (await office.desk.now(promised.checkout, ANN)).status is PAYING
    assert promised.payment.id in await office.listed()
    assert (await office.received(promised)).state is RECEIVED
    done = await office.desk.now(promised.checkout, ANN)
    assert done.status is COMPLETED
    assert (await office.desk.order(done)).total == promised.payment.amount
    assert promised.payment.id not in await office.listed()


async def test_received_twice_at_once_or_later_is_ordered_and_written_down_once(office: Office) -> None:
    promised = await office.promised()
    await asyncio.gather(*(office.received(promised) for _ in range(4)))
    await office.received(promised)
    assert (await office.desk.now(promised.checkout)).status is COMPLETED
    assert await office.audited() == 1


@pytest.mark.parametrize("off", [-1, 1])
async def test_less_or_more_than_the_amount_is_refused_and_changes_nothing(office: Office, off: int) -> None:
    promised = await office.promised()
    due = promised.payment.amount
    for wrong in (Money(due.amount + off, due.currency), Money(due.amount, "USD")):
        with pytest.raises(TransferDiffers):
            await office.received(promised, wrong)
    assert (await office.desk.now(promised.checkout)).status is PAYING
    assert await office.audited() == 0


async def test_what_never_came_gives_the_goods_back(office: Office, clock: ManualClock) -> None:
    promised = await office.promised(GUEST, (CUP, 3))
    clock.turn(days=7, minutes=2)
    await office.desk.lapsing.round()
    ended = await office.desk.now(promised.checkout)
    assert (ended.status, ended.refunded) == (EXPIRED, False)
    assert await office.desk.left() == STOCK
    assert await office.listed() == []
    assert promised.payment.id in await office.listed(CLOSED)


async def test_what_came_too_late_is_listed_until_it_was_sent_back(office: Office, clock: ManualClock) -> None:
    promised = await office.promised()
    clock.turn(days=7, minutes=2)
    await office.desk.lapsing.round()
    for _ in range(2):
        assert (await office.received(promised)).state is LATE
    [back] = await office.to_send()
    assert (back.payment_id, back.amount) == (promised.payment.id, promised.payment.amount)
    assert (await office.desk.now(promised.checkout)).status is EXPIRED
    for _ in range(2):
        await office.transfers.send_back(SendTransferBack(refund_id=back.refund_id), ADMIN)
    assert await office.to_send() == ()
    assert await office.audited() == 2


async def test_money_for_goods_that_are_gone_goes_back(office: Office, clock: ManualClock) -> None:
    desk = office.desk
    promised = await office.promised(GUEST, (CUP, 2))
    async with desk.database.transaction() as transaction:  # as where its time was over, and nobody knew that it came
        await transaction.connection.execute("UPDATE checkouts SET held = false WHERE id = $1", promised.checkout.id)
        await desk.stock.move_all(transaction, {CUP: 2})
    await desk.bought(ANN, (CUP, await desk.left()))
    await office.received(promised)
    ended = await office.desk.now(promised.checkout)
    assert ended.refunded
    [back] = await office.to_send()
    await office.transfers.send_back(SendTransferBack(refund_id=back.refund_id), ADMIN)
    clock.turn(minutes=1)
    await office.desk.payments.refund_on()
    assert (await office.desk.payments.get(promised.payment.id)).status is PaymentState.REFUNDED


async def test_a_refund_waits_until_somebody_has_sent_it(office: Office) -> None:
    promised = await office.promised(ANN)
    await office.received(promised)
    command = RefundPayment(
        payment_id=promised.payment.id, refund_id=new_id(), reason="a gift", amount=Money(100, "EUR")
    )
    assert (await office.refunds.refund(command, ADMIN)).state is Back.PENDING
    await office.transfers.send_back(SendTransferBack(refund_id=command.refund_id), ADMIN)
    assert (await office.refunds.move_on(command.refund_id)).state is Back.SUCCEEDED
    assert (await office.desk.payments.get(promised.payment.id)).returned == 100


async def test_meanwhile_the_cart_is_free_for_something_else(office: Office) -> None:
    promised = await office.promised(ANN, (CUP, 2))
    assert await office.desk.cart(ANN) == {}
    other = await office.desk.pay(await office.desk.ready(ANN, (CUP, 1)), ANN)
    assert other.checkout.status is COMPLETED
    await office.desk.add(ANN, CUP, 4)
    await office.received(promised)
    assert (await office.desk.now(promised.checkout, ANN)).status is COMPLETED
    assert await office.desk.cart(ANN) == {CUP: 4}


async def test_who_died_before_telling_is_finished_by_the_round(office: Office, desk: Desk) -> None:
    promised = await office.promised()
    await desk.run("UPDATE bank_transfers SET state = 'received' WHERE payment_id = $1", promised.payment.id)
    await office.transfers.round()
    assert (await desk.now(promised.checkout)).status is COMPLETED
    assert await desk.count("SELECT count(*) FROM bank_transfers WHERE told") == 1


async def test_who_died_before_the_days_began_is_finished_by_the_sweep(office: Office, clock: ManualClock) -> None:
    desk, payment_id = office.desk, new_id()
    ready = await desk.ready()
    await desk.payments.start(payment_id, None, ready.total, BANK_TRANSFER, f"checkout:{ready.id}")
    await desk.payable.start(ready.id, payment_id, GUEST)
    await desk.payments.charge(payment_id, BANK_TRANSFER)
    clock.turn(minutes=2)
    await desk.lapsing.round()
    assert (await desk.now(ready)).expires_at > clock.now() + timedelta(days=6)


async def test_what_is_promised_by_transfer_cannot_be_paid_by_card_as_well(office: Office) -> None:
    promised = await office.promised(ANN)
    with pytest.raises(TransferNotOffered):
        await office.paying.confirm(ConfirmPayment(payment_id=promised.payment.id, payment_method=GOOD), ANN)
    assert await office.desk.count("SELECT count(*) FROM simulated_charges WHERE status = 'succeeded'") == 1  # Bob's


async def test_a_transfer_is_shown_to_its_owner_alone_and_a_guests_to_who_knows_it(office: Office) -> None:
    own, guests = await office.promised(ANN), await office.promised()
    shown = await office.transfers.show(ShowTransfer(payment_id=own.payment.id), ANN)
    assert (shown.account, shown.until) == (ACCOUNT, own.checkout.expires_at)
    assert (await office.transfers.show(ShowTransfer(payment_id=guests.payment.id), GUEST)).state is AWAITED
    for stranger in (BOB, GUEST, ADMIN):
        with pytest.raises(TransferNotFound):
            await office.transfers.show(ShowTransfer(payment_id=own.payment.id), stranger)
    with pytest.raises(TransferNotFound):
        await office.transfers.receive(ReceiveTransfer(payment_id=new_id(), amount=own.payment.amount), ADMIN)


async def test_a_letter_says_how_much_whereto_and_until_when(office: Office) -> None:
    own, guests = await office.promised(ANN), await office.promised()
    for one in (own, guests):
        await office.letters.awaited(PaymentNeedsAction(time=office.desk.clock.now(), payment=one.payment))
    assert [mail.to for mail in office.sent] == [f"{ANN.user_id}@people.test", "guest@people.test"]
    shown = await office.transfers.show(ShowTransfer(payment_id=guests.payment.id), GUEST)
    for fact in (shown.reference, ACCOUNT.iban, "9.90 EUR", f"/transfers/{guests.payment.id}"):
        assert fact in office.sent[1].text


async def test_whoever_cancels_a_transfer_gives_the_goods_back_at_once(office: Office) -> None:
    promised = await office.promised(ANN, (CUP, 3))
    for _ in range(2):
        cancelled = await office.cancelled(promised, ANN)
        assert (cancelled.state, cancelled.cancelled_at) == (CLOSED, office.desk.clock.now())
    assert (await office.desk.now(promised.checkout, ANN)).status is EXPIRED
    assert await office.desk.left() == STOCK - 1, "Bob's is kept"
    assert promised.payment.id not in await office.listed()
    assert (await office.desk.payments.get(promised.payment.id)).status is PaymentState.FAILED
    again = await office.desk.pay(await office.desk.ready(ANN), ANN)
    assert again.checkout.status is COMPLETED


async def test_money_that_comes_for_what_was_cancelled_is_to_be_sent_back(office: Office) -> None:
    promised = await office.promised()
    await office.cancelled(promised)
    assert (await office.received(promised)).state is LATE
    assert [each.payment_id for each in await office.to_send()] == [promised.payment.id]
    assert (await office.cancelled(promised)).state is LATE
    assert (await office.desk.now(promised.checkout)).status is EXPIRED


async def test_what_came_is_not_cancelled_any_more(office: Office) -> None:
    promised = await office.promised(ANN)
    await office.received(promised)
    for who in (ANN, ADMIN):
        with pytest.raises(TransferReceived):
            await office.cancelled(promised, who)
    assert (await office.desk.now(promised.checkout, ANN)).status is COMPLETED


async def test_nobody_cancels_anothers_transfer_but_who_runs_the_shop(office: Office) -> None:
    promised = await office.promised(ANN)
    seller = Caller(UUID(int=1004), roles=frozenset({Role.SELLER, Role.AGENT}))
    for stranger in (BOB, GUEST, seller):
        with pytest.raises(TransferNotFound):
            await office.cancelled(promised, stranger)
    assert (await office.desk.now(promised.checkout, ANN)).status is PAYING
    await office.cancelled(promised, ADMIN)
    assert (await office.desk.now(promised.checkout, ANN)).status is EXPIRED
    assert await office.audited() == 1


async def test_cancelled_and_received_at_once_it_is_ordered_or_to_be_sent_back(office: Office) -> None:
    for _ in range(5):
        promised = await office.promised()
        await asyncio.gather(office.cancelled(promised), office.received(promised), return_exceptions=True)
        back = {each.payment_id for each in await office.to_send()}
        status = (await office.desk.now(promised.checkout)).status
        assert status is (EXPIRED if promised.payment.id in back else COMPLETED)


async def test_who_died_while_cancelling_is_finished_by_the_round(office: Office, desk: Desk) -> None:
    promised = await office.promised(GUEST, (CUP, 3))
    died = "UPDATE bank_transfers SET state = 'closed', cancelled_at = $2 WHERE payment_id = $1"
    await desk.run(died, promised.payment.id, desk.clock.now())
    for _ in range(2):
        await office.transfers.round()
    assert (await desk.now(promised.checkout)).status is EXPIRED
    assert await desk.left() == STOCK - 1


async def test_a_letter_says_that_nothing_is_to_be_transferred_any_more(office: Office) -> None:
    for who, to in ((ANN, f"{ANN.user_id}@people.test"), (GUEST, "guest@people.test")):
        promised = await office.promised(who)
        await office.cancelled(promised, who)
        event = TransferCancelled(time=office.desk.clock.now(), payment_id=promised.payment.id, user_id=who.user_id)
        await office.letters.cancelled(event)
        assert office.sent[-1].to == to
        assert "transfer nothing any more" in office.sent[-1].text


@pytest.mark.parametrize("days", [1, 30])
async def test_who_was_told_a_date_keeps_it_whatever_is_set_later(office: Office, days: int) -> None:
    desk, promised = office.desk, await office.promised(ANN)
    told = promised.payment.awaited_until
    assert told == promised.checkout.expires_at == promised.payment.created_at + WEEK
    desk.payments._transfers_last = office.transfers._lasts = timedelta(days=days)
    shown = await office.transfers.show(ShowTransfer(payment_id=promised.payment.id), ANN)
    await desk.payable.settle(promised.checkout.id)
    again = await desk.pay(promised.checkout, ANN, BANK_TRANSFER, promised.payment.id)
    assert shown.until == again.checkout.expires_at == again.payment.awaited_until == told
    other = await office.promised()
    assert other.checkout.expires_at == other.payment.created_at + timedelta(days=days)


async def test_one_of_a_previous_release_is_told_what_is_set(office: Office) -> None:
    promised = await office.promised(ANN)
    await office.desk.run("UPDATE payments SET awaited_until = NULL WHERE id = $1", promised.payment.id)
    shown = await office.transfers.show(ShowTransfer(payment_id=promised.payment.id), ANN)
    assert shown.until == promised.checkout.expires_at


async def test_the_office_sees_each_change_as_it_happens(office: Office, clock: ManualClock) -> None:
    (watch,) = watches(clock)
    with pytest.raises(ChannelNotFound):
        await watch.permit("", ANN)
    await watch.permit("", ADMIN)
    shown: list[Publication] = []
    office.desk.database.on_commit(shown.extend)

    def seen() -> int:
        count = len([each for each in shown if each.channel == TRANSFERS.of()])
        shown.clear()
        return count

    one, other, late = [await office.promised() for _ in range(3)]
    assert seen() == 3
    await office.received(one)
    assert seen() == 1
    await office.cancelled(other)
    assert seen() == 1
    await office.received(other)
    [back] = await office.to_send()
    await office.transfers.send_back(SendTransferBack(refund_id=back.refund_id), ADMIN)
    assert seen() == 2
    clock.turn(days=7, minutes=2)
    await office.desk.lapsing.round()
    assert seen() == 2, "Bob's is over, too"
    assert late.payment.id in await office.listed(CLOSED)


async def test_nobody_promises_transfers_without_end(office: Office) -> None:
    ready = await office.desk.ready(ANN)
    office.desk.tries.spent.extend([f"transfers promised by {ANN.user_id}"] * 10)
    with pytest.raises(RateLimited):
        await office.desk.pay(ready, ANN, BANK_TRANSFER)


async def test_where_the_shop_has_no_account_it_says_so(desk: Desk) -> None:
    with pytest.raises(TransferNotOffered):
        await desk.pay(await desk.ready(ANN), ANN, BANK_TRANSFER)


async def test_what_comes_just_as_the_time_is_over_is_ordered_or_listed_never_both(
    office: Office, clock: ManualClock
) -> None:
    promised = [await office.promised() for _ in range(3)]
    clock.turn(days=7, minutes=2)
    await asyncio.gather(office.desk.lapsing.round(), *(office.received(each) for each in promised))
    await office.transfers.round()
    back = {each.payment_id for each in await office.to_send()}
    for each in promised:
        status = (await office.desk.now(each.checkout)).status
        assert status is (EXPIRED if each.payment.id in back else COMPLETED)


async def test_a_cart_that_could_not_be_emptied_is_emptied_by_the_sweep(office: Office) -> None:
    await office.promised(ANN, (CUP, 2))
    await office.desk.add(BOB, CUP, 2)
    await office.desk.run("UPDATE checkouts SET emptied = false")
    await office.desk.lapsing.round()
    assert await office.desk.count("SELECT count(*) FROM checkouts WHERE status = 'paying' AND NOT emptied") == 0
    assert await office.desk.cart(BOB) == {CUP: 2}


def test_only_who_runs_the_shop_says_what_came_and_went(office: Office) -> None:
    operations = {each.tag: each for each in of_transfers(office.transfers)}
    for own in ("payments.show_transfer", "payments.cancel_transfer"):
        operations.pop(own).admit(GUEST)
    for operation in operations.values():
        operation.admit(ADMIN)
        with pytest.raises(NotAllowed):
            operation.admit(ANN)
        with pytest.raises(SignInNeeded):
            operation.admit(GUEST)


def test_the_account_is_read_with_care() -> None:
    found = read_settings({"FASTSHOP_BANK_ACCOUNT": "Shop Ltd, DE89 3704 0044 0532 0130 00, COBADEFFXXX"}).bank_account
    assert found == ACCOUNT
    assert read_settings({}).bank_account is None


@pytest.mark.parametrize("said", ["Shop", "Shop, DE89370400440532013001", ", DE89370400440532013000", "a, b, c, d"])
def test_an_account_that_cannot_be_is_refused_at_the_start(said: str) -> None:
    with pytest.raises(SettingsError, match="FASTSHOP_BANK_ACCOUNT"):
        read_settings({"FASTSHOP_BANK_ACCOUNT": said})
