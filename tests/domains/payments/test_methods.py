"""Saved methods: whose they are, which is offered first, what becomes of them at the gateway, paying with them."""

import asyncio
from itertools import pairwise
from typing import Any
from uuid import UUID

import msgspec
import pytest

from fastshop.contract.base import IdReused, RateLimited, SignInNeeded
from fastshop.contract.payment_methods import (
    AddMethod,
    ListMethods,
    MethodExpired,
    MethodKept,
    MethodNotFound,
    MethodRemoved,
    MethodState,
    RemoveMethod,
    SavedMethod,
    SetDefaultMethod,
    TooManyMethods,
)
from fastshop.contract.payments import (
    ConfirmPayment,
    CreateIntent,
    GatewayUnavailable,
    Payment,
    PaymentDeclined,
    PaymentState,
)
from fastshop.ids import new_id
from server.adapters.payments.simulated_wallets import SimulatedWallets
from server.domains.payments.jobs import jobs
from server.domains.payments.ports import Card, MethodMoved, Setup, SetupMoved
from server.domains.payments.telling import Telling
from server.kernel.caller import GUEST, Caller
from tests.domains.payments.conftest import ADMIN, ANN, ASKS_THE_BANK, BOB, DECLINED, GOOD, SLOW, TEN, Till
from tests.domains.payments.test_browser import Script, thing

OTHER = ASKS_THE_BANK


@pytest.fixture(autouse=True)
def queued(till: Till) -> None:
    """What jobs wait for is queued."""
    till.database.consume([MethodKept, MethodRemoved])


async def save(till: Till, who: Caller = ANN, card: str = GOOD, **fields: Any) -> SavedMethod:
    setup = await till.methods.add(AddMethod(method_id=new_id(), payment_method=card, **fields), who)
    assert (setup.state, setup.client_secret) == (MethodState.SAVED, "")
    assert setup.method is not None
    return setup.method


async def of(till: Till, who: Caller = ANN) -> list[SavedMethod]:
    return list(await till.methods.list(ListMethods(), who))


async def pay(till: Till, method: SavedMethod, who: Caller = ANN, payment_id: UUID | None = None) -> Payment:
    """Pay with it as checkouts and sales do."""
    payment = await till.payments.start(payment_id or new_id(), who.user_id, TEN, str(method.id), "a")
    return await till.payments.charge(payment.id, str(method.id))


async def do_jobs(till: Till) -> None:
    """What follows from what happened, twice: jobs may be."""
    kinds = {job.on.tag(): job for job in jobs(till.methods)}
    for row in await till.database.fetch("SELECT type, data::text AS data FROM outbox ORDER BY id") * 2:
        job = kinds[row["type"]]
        await job.run(msgspec.json.decode(row["data"], type=job.on))


async def test_a_card_is_saved_without_its_number_and_pays(till: Till) -> None:
    method = await save(till)
    assert (method.brand, method.last4, method.is_default) == ("visa", "4242", True)
    assert await of(till) == [method]
    payment = await pay(till, method)
    assert (payment.status, payment.payment_method) == (PaymentState.SUCCEEDED, "Visa •••• 4242")
    for table in ("payment_methods", "simulated_methods", "payments", "event_log"):
        rows = await till.database.fetch(f"SELECT t::text FROM {table} t")
        assert "4242424242424242" not in repr(rows)


async def test_saving_is_repeated_with_the_same_answer_and_the_id_is_good_for_nothing_else(till: Till) -> None:
    command = AddMethod(method_id=new_id(), payment_method=GOOD)
    answers = await asyncio.gather(*(till.methods.add(command, ANN) for _ in range(5)))
    assert all(answer == answers[0] for answer in answers)
    assert len(await of(till)) == 1
    for other, who in ((AddMethod(method_id=command.method_id, payment_method=OTHER), ANN), (command, BOB)):
        with pytest.raises(IdReused):
            await till.methods.add(other, who)


async def test_another_persons_method_does_not_exist(till: Till) -> None:
    method = await save(till, BOB)
    mine = await save(till, ANN, OTHER)
    for work in (
        till.methods.set_default(SetDefaultMethod(method_id=method.id), ANN),
        pay(till, method, ANN),
        pay(till, method, ADMIN),
        pay(till, method, GUEST),
        till.payments.fingerprint(str(method.id), ANN.person),
        till.methods.set_default(SetDefaultMethod(method_id=new_id()), ANN),
    ):
        with pytest.raises(MethodNotFound):
            await work
    await till.methods.remove(RemoveMethod(method_id=method.id), ANN)
    await do_jobs(till)
    assert (await of(till), await of(till, BOB)) == ([mine], [method])
    assert (await pay(till, method, BOB)).status is PaymentState.SUCCEEDED


async def test_guests_have_nothing_saved(till: Till) -> None:
    for work in (till.methods.list(ListMethods(), GUEST), till.methods.add(AddMethod(method_id=new_id()), GUEST)):
        with pytest.raises(SignInNeeded):
            await work
    payment = await till.payments.start(new_id(), None, TEN, GOOD, "a", keep=True)
    assert (await till.payments.charge(payment.id, GOOD)).status is PaymentState.SUCCEEDED
    await do_jobs(till)
    assert await till.database.fetch("SELECT 1 FROM payment_methods") == []


async def test_one_is_the_default_as_long_as_there_is_any(till: Till) -> None:
    bobs = await save(till, BOB)
    first = await save(till)
    till.clock.turn(seconds=1)
    second = await save(till, card=OTHER)
    till.clock.turn(seconds=1)
    third = await save(till, card=SLOW, make_default=True)
    assert [(each.id, each.is_default) for each in await of(till)] == [
        (third.id, True), (second.id, False), (first.id, False),
    ]  # fmt: skip
    assert (await till.methods.set_default(SetDefaultMethod(method_id=first.id), ANN)).is_default
    await till.methods.remove(RemoveMethod(method_id=first.id), ANN)
    assert [each.id for each in await of(till) if each.is_default] == [third.id], "the newest is heir"
    await asyncio.gather(
        *(till.methods.set_default(SetDefaultMethod(method_id=each.id), ANN) for each in (second, third) * 4)
    )
    assert sum(each.is_default for each in await of(till)) == 1
    assert await of(till, BOB) == [bobs]


async def test_the_same_card_again_takes_the_place_of_the_first(till: Till) -> None:
    bobs, first = await save(till, BOB), await save(till)
    other = await save(till, card=OTHER)
    again = await save(till)
    assert [(each.id, each.is_default) for each in await of(till)] == [(again.id, True), (other.id, False)]
    await do_jobs(till)
    with pytest.raises(MethodNotFound):
        await pay(till, first)
    for method, who in ((again, ANN), (bobs, BOB)):
        assert (await pay(till, method, who)).status is PaymentState.SUCCEEDED


async def test_a_removed_method_is_gone_at_once_and_forgotten_by_the_gateway_however_late(till: Till) -> None:
    class Down(SimulatedWallets):
        async def forget(self, reference: str) -> None:
            raise ConnectionResetError

    method = await save(till)
    for _ in range(2):
        await till.methods.remove(RemoveMethod(method_id=method.id), ANN)
    assert await of(till) == []
    with pytest.raises(MethodNotFound):
        await pay(till, method)
    removed = MethodRemoved(time=till.clock.now(), method_id=method.id)
    with pytest.raises(GatewayUnavailable):
        await till.methods_through(Down(till.database, till.clock)).forget(removed)
    for _ in range(2):
        await till.methods.forget(removed)
    (row,) = await till.database.fetch("SELECT state FROM simulated_methods")
    assert row["state"] == "forgotten"


async def test_n7_a_method_removed_while_it_pays_charges_once_or_is_refused_clearly(till: Till) -> None:
    for removed_first in (False, True):
        method = await save(till)
        payment = await till.payments.start(new_id(), ANN.user_id, TEN, str(method.id), "a")
        if not removed_first:
            assert (await till.payments.charge(payment.id, str(method.id))).status is PaymentState.SUCCEEDED
        await till.methods.remove(RemoveMethod(method_id=method.id), ANN)
        await do_jobs(till)
        charged = await till.payments.charge(payment.id, str(method.id))
        expected = (PaymentState.FAILED, "method_gone") if removed_first else (PaymentState.SUCCEEDED, "")
        assert (charged.status, charged.failure) == expected
        again = await till.payments.start(payment.id, ANN.user_id, TEN, str(method.id), "a")
        assert again == charged, "what was paid with it is as it was"
    assert (await till.books()).paid == 1000


async def test_a_method_that_the_gateway_has_lost_is_refused_and_not_offered_again(till: Till) -> None:
    method, other = await save(till), await save(till, card=OTHER)
    await till.database.fetch("UPDATE simulated_methods SET state = 'forgotten' WHERE last4 = '4242'")
    payment = await pay(till, method)
    assert (payment.status, payment.failure) == (PaymentState.FAILED, "method_gone")
    assert [(each.id, each.is_default) for each in await of(till)] == [(other.id, True)]


async def test_a_card_is_good_until_its_month_is_over(till: Till) -> None:
    method = await save(till)
    now = till.clock.now()
    last = now.replace(year=method.exp_year, month=method.exp_month, day=31, hour=23, minute=59)
    till.clock.turn(seconds=(last - now).total_seconds())
    started = await pay(till, method)
    assert started.status is PaymentState.SUCCEEDED
    till.clock.turn(minutes=1)
    with pytest.raises(MethodExpired) as refused:
        await pay(till, method)
    assert (refused.value.month, refused.value.year) == (method.exp_month, method.exp_year)
    assert await pay(till, method, payment_id=started.id) == started
    assert (await till.books()).paid == 1000


async def test_a_bank_may_ask_when_a_saved_card_pays(till: Till) -> None:
    payment = await pay(till, await save(till, card=ASKS_THE_BANK))
    assert payment.status is PaymentState.NEEDS_ACTION
    assert payment.action_url
    await till.gateway.decide(payment.id, approved=True)
    assert (await till.payments.settle(payment.id, give_up=False)).status is PaymentState.SUCCEEDED


async def test_a_card_whose_bank_says_no_is_not_saved(till: Till) -> None:
    command = AddMethod(method_id=new_id(), payment_method=DECLINED)
    for _ in range(2):
        with pytest.raises(PaymentDeclined) as refused:
            await till.methods.add(command, ANN)
        assert refused.value.reason == "card_declined"
    assert await of(till) == []


async def test_a_card_that_is_paid_with_is_kept_once_the_money_came(till: Till) -> None:
    for number, card in enumerate((DECLINED, GOOD)):
        payment = await till.payments.start(new_id(), ANN.user_id, TEN, card, str(number), keep=True)
        await till.payments.charge(payment.id, card)
        await till.payments.charge(payment.id, card)
        await do_jobs(till)
    (method,) = await of(till)
    assert (method.last4, method.is_default) == ("4242", True)
    assert (await pay(till, method)).status is PaymentState.SUCCEEDED
    plain = await till.payments.start(new_id(), BOB.user_id, TEN, GOOD, "b")
    await till.payments.charge(plain.id, GOOD)
    await do_jobs(till)
    assert await of(till, BOB) == []


async def test_a_card_that_a_browser_pays_with_is_kept(till: Till) -> None:
    command = CreateIntent(payment_id=new_id(), pays_for=thing(), keep_method=True)
    await till.paying.create_intent(command, ANN)
    confirm = ConfirmPayment(payment_id=command.payment_id, payment_method=GOOD)
    assert (await till.paying.confirm(confirm, ANN)).status is PaymentState.SUCCEEDED
    await do_jobs(till)
    assert [each.last4 for each in await of(till)] == ["4242"]


async def test_p10_while_the_gateway_is_away_nothing_is_lost(till: Till) -> None:
    class Away(SimulatedWallets):
        async def set_up(self, method_id: UUID, wallet: UUID, method: str | None) -> Setup:
            await super().set_up(method_id, wallet, method)
            raise ConnectionResetError(f"the line is cut at {method}")

        async def kept(self, payment_id: UUID) -> Card | None:
            raise ConnectionResetError

    command = AddMethod(method_id=new_id(), payment_method=GOOD)
    away = till.methods_through(Away(till.database, till.clock))
    with pytest.raises(GatewayUnavailable):
        await away.add(command, ANN)
    assert await of(till) == []
    assert (await till.methods.add(command, ANN)).state is MethodState.SAVED
    payment = await till.payments.start(new_id(), ANN.user_id, TEN, SLOW, "b", keep=True)
    await till.payments.charge(payment.id, SLOW)
    till.clock.turn(seconds=10)
    await till.payments.settle(payment.id, give_up=False)
    (row,) = await till.database.fetch("SELECT id FROM payment_methods WHERE payment_id = $1", payment.id)
    with pytest.raises(GatewayUnavailable):
        await away.take_kept(MethodKept(time=till.clock.now(), method_id=row["id"]))
    await do_jobs(till)
    assert {each.last4 for each in await of(till)} == {"4242", "0259"}


class Browser(SimulatedWallets):
    """A gateway whose cards the browser says to it; what it did with them is said here."""

    setup = Setup(client_secret="secret")
    now: Card | None = None

    async def set_up(self, method_id: UUID, wallet: UUID, method: str | None) -> Setup:
        return self.setup

    async def card(self, reference: str) -> Card | None:
        return self.now

    async def forget(self, reference: str) -> None:
        self.now = None


CARD = Card("pm_1", "mastercard", "4444", 8, 2031, "print")


async def test_what_the_browser_completes_is_saved_whoever_says_so_first(till: Till) -> None:
    browser = Browser(till.database, till.clock)
    methods, command = till.methods_through(browser), AddMethod(method_id=new_id())
    script = Script(done=SetupMoved(command.method_id), odd=SetupMoved(new_id()))
    telling = Telling({"bank": script}, till.paying, till.following, till.disputes, methods)
    begun = await methods.add(command, ANN)
    assert (begun.state, begun.method, begun.client_secret, begun.public_key) == ("pending", None, "secret", "pk_1")
    browser.setup = Setup(action_url="https://bank.test/", client_secret="secret")
    assert (await methods.add(command, ANN)).state is MethodState.NEEDS_ACTION
    browser.setup = Setup(CARD)
    for _ in range(3):
        await telling.hear("bank", b"done", "right")
    await telling.hear("bank", b"odd", "right")
    (method,) = await of(till)
    assert (method.id, method.brand, method.exp_year) == (command.method_id, "mastercard", 2031)
    assert (await methods.add(command, ANN)).method == method
    removed = RemoveMethod(method_id=method.id)
    await methods.remove(removed, ANN)
    await telling.hear("bank", b"done", "right")
    with pytest.raises(MethodNotFound):
        await methods.add(command, ANN)
    assert await of(till) == [], "a late message brings nothing back"


async def test_what_is_removed_while_the_gateway_saves_it_is_forgotten_there(till: Till) -> None:
    browser, command = Browser(till.database, till.clock), AddMethod(method_id=new_id())
    methods = till.methods_through(browser)
    await methods.add(command, ANN)
    await methods.remove(RemoveMethod(method_id=command.method_id), ANN)
    browser.setup, browser.now = Setup(CARD), CARD
    await methods._record(command.method_id, browser.setup)
    assert await of(till) == []
    reference = await till.database.fetch("SELECT reference FROM payment_methods")
    assert [each["reference"] for each in reference] == ["pm_1"]
    await methods.forget(MethodRemoved(time=till.clock.now(), method_id=command.method_id))
    assert browser.now is None


async def test_what_happens_to_a_card_at_the_gateway_happens_here(till: Till) -> None:
    browser, command = Browser(till.database, till.clock), AddMethod(method_id=new_id())
    browser.setup = Setup(CARD)
    methods = till.methods_through(browser)
    await methods.add(command, ANN)
    bobs = await save(till, BOB)
    telling = Telling(
        {"bank": Script(moved=MethodMoved("pm_1"), strange=MethodMoved("pm_2"))},
        till.paying, till.following, till.disputes, methods,
    )  # fmt: skip
    browser.now = Card("pm_1", "mastercard", "5555", 8, 2035, "print")
    for _ in range(2):
        await telling.hear("bank", b"moved", "right")
    (method,) = await of(till)
    assert (method.exp_year, method.last4) == (2035, "5555")
    browser.now = None
    for body in (b"strange", b"moved", b"moved"):
        await telling.hear("bank", body, "right")
    assert (await of(till), await of(till, BOB)) == ([], [bobs])


async def test_there_is_room_for_so_many(till: Till) -> None:
    values = [(new_id(), ANN.person, f"card {number}", till.clock.now()) for number in range(20)]
    async with till.database.transaction() as transaction:
        await transaction.connection.executemany(
            "INSERT INTO payment_methods (id, user_id, state, card_key, created_at, updated_at)"
            " VALUES ($1, $2, 'saved', $3, $4, $4)",
            values,
        )
    with pytest.raises(TooManyMethods):
        await till.methods.add(AddMethod(method_id=new_id(), payment_method=GOOD), ANN)
    await save(till, BOB)
    assert all(newer.id > older.id for newer, older in pairwise(await of(till)))


async def test_sec12_who_tries_out_cards_waits(till: Till) -> None:
    for _ in range(20):
        with pytest.raises(PaymentDeclined):
            await till.methods.add(AddMethod(method_id=new_id(), payment_method=DECLINED), ANN)
    with pytest.raises(RateLimited):
        await till.methods.add(AddMethod(method_id=new_id(), payment_method=GOOD), ANN)


async def begun(till: Till, who: Caller = ANN, number: int = 1) -> Payment:
    """A payment that the browser was to complete."""
    command = CreateIntent(payment_id=new_id(), pays_for=thing(number))
    return (await till.paying.create_intent(command, who)).payment


async def test_what_the_browser_was_to_complete_is_paid_with_a_saved_card(till: Till) -> None:
    mine, payment = await save(till), await begun(till)
    confirm = ConfirmPayment(payment_id=payment.id, payment_method=str(mine.id))
    for _ in range(2):
        paid = await till.paying.confirm(confirm, ANN)
        assert (paid.status, paid.payment_method) == (PaymentState.SUCCEEDED, "Visa •••• 4242")
    assert (await till.books()).paid == 1000


async def test_a_payment_is_confirmed_with_no_card_but_ones_own_that_is_good(till: Till) -> None:
    bobs, old, payment = await save(till, BOB), await save(till), await begun(till)
    await till.database.fetch("UPDATE payment_methods SET exp_year = 2001 WHERE id = $1", old.id)
    guests = await begun(till, GUEST, 2)
    for who, of, method, refusal in (
        (ANN, payment, bobs.id, MethodNotFound),
        (ANN, payment, new_id(), MethodNotFound),
        (ANN, payment, old.id, MethodExpired),
        (GUEST, guests, bobs.id, MethodNotFound),
    ):
        with pytest.raises(refusal):
            await till.paying.confirm(ConfirmPayment(payment_id=of.id, payment_method=str(method)), who)
        assert await till.now(of) == of
    assert await till.database.fetch("SELECT 1 FROM simulated_charges WHERE id = $1", payment.id) == []


async def test_a_saved_card_that_the_gateway_has_lost_is_declined_and_offered_no_more(till: Till) -> None:
    mine, payment = await save(till), await begun(till)
    await till.database.fetch("UPDATE simulated_methods SET state = 'forgotten'")
    with pytest.raises(PaymentDeclined):
        await till.paying.confirm(ConfirmPayment(payment_id=payment.id, payment_method=str(mine.id)), ANN)
    assert await of(till) == []
