"""Payments: charged once whatever is repeated, final once they have an outcome, never lost when the gateway is."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

import pytest
from structlog.testing import capture_logs

from fastshop.contract.base import IdReused, Money
from fastshop.contract.payments import Payment, PaymentNotFound, PaymentState
from fastshop.ids import new_id
from server.domains.payments.ports import Charge, Refund, RefundState
from tests.domains.payments.conftest import ANN, ASKS_THE_BANK, BOB, DECLINED, GOOD, SLOW, TEN, Till

PENDING, SUCCEEDED, FAILED = PaymentState.PENDING, PaymentState.SUCCEEDED, PaymentState.FAILED


class Everywhere:
    """A gateway that does the same thing whatever it is asked."""

    def __init__(self, do: Callable[[UUID], Awaitable[Any]]) -> None:
        self._do = do
        self.asked = 0

    async def charge(
        self, payment_id: UUID, amount: Money, method: str, wallet: UUID | None = None, *, keep: bool = False
    ) -> Charge:
        return await self._answer(payment_id)

    async def find(self, payment_id: UUID) -> Charge | None:
        return await self._answer(payment_id)

    async def close(self, payment_id: UUID, amount: Money) -> Charge:
        return await self._answer(payment_id)

    async def refund(self, refund_id: UUID, payment_id: UUID, amount: Money) -> Refund:
        await self._answer(payment_id)
        return Refund(refund_id, RefundState.SUCCEEDED)

    async def fingerprint(self, method: str) -> str:
        self.asked += 1
        return method

    async def _answer(self, payment_id: UUID) -> Charge:
        self.asked += 1
        charge: Charge = await self._do(payment_id)
        return charge


def answers(state: PaymentState, failure: str = "", gateway_id: str = "gw_1", action_url: str = "") -> Everywhere:
    async def answer(payment_id: UUID) -> Charge:
        return Charge(payment_id, gateway_id, state, failure, action_url)

    return Everywhere(answer)


async def down(_payment_id: UUID) -> Charge:
    raise ConnectionError("the line is cut")


async def hangs(_payment_id: UUID) -> Charge:
    await asyncio.Event().wait()
    raise AssertionError


async def charges_at_once(till: Till, payment_id: UUID, cards: list[str]) -> list[Payment]:
    return await asyncio.gather(*(till.payments.charge(payment_id, card) for card in cards))


async def test_a_payment_is_pending_until_it_is_charged(till: Till) -> None:
    payment = await till.start()
    assert (payment.status, payment.user_id, payment.amount) == (PENDING, ANN.user_id, TEN)
    charged = await till.payments.charge(payment.id, GOOD)
    assert (charged.status, charged.failure, charged.action_url) == (SUCCEEDED, "", "")
    assert await till.now(payment) == charged


async def test_a_declined_payment_says_why(till: Till) -> None:
    payment = await till.paid(card=DECLINED)
    assert (payment.status, payment.failure) == (FAILED, "card_declined")


async def test_p3_a_payment_started_again_is_the_same(till: Till) -> None:
    first = await till.payments.start(new_id(), ANN.person, TEN, GOOD, "claim:1")
    till.clock.turn(seconds=5)
    again = await asyncio.gather(*(till.payments.start(first.id, ANN.person, TEN, GOOD, "claim:1") for _ in range(10)))
    assert set(again) == {first}


@pytest.mark.parametrize(
    ("who", "amount", "reference"),
    [
        (BOB, TEN, "claim:1"),
        (ANN, Money(1001, "EUR"), "claim:1"),
        (ANN, Money(1000, "USD"), "claim:1"),
        (ANN, TEN, "claim:2"),
    ],
)
async def test_p3_an_id_is_not_good_for_another_payment(till: Till, who: Any, amount: Money, reference: str) -> None:
    first = await till.payments.start(new_id(), ANN.person, TEN, GOOD, "claim:1")
    before = await till.rows()
    with pytest.raises(IdReused):
        await till.payments.start(first.id, who.person, amount, GOOD, reference)
    with pytest.raises(IdReused):
        await till.payments.refuse(first.id, who.person, amount, reference)
    assert await till.rows() == before


async def test_p8_a_payment_charged_many_times_at_once_is_charged_once(till: Till) -> None:
    payment = await till.start()
    found = await charges_at_once(till, payment.id, [GOOD, DECLINED] * 10)
    assert {each.status for each in found} == {(await till.now(payment)).status}
    rows = await till.database.fetch("SELECT * FROM simulated_charges WHERE id = $1", payment.id)
    assert len(rows) == 1


async def test_an_outcome_is_final_whatever_arrives_later(till: Till) -> None:
    for final, late in ((await till.paid(), FAILED), (await till.paid(card=DECLINED), SUCCEEDED)):
        for state in (late, PENDING, PaymentState.NEEDS_ACTION):
            wrong = answers(state, "late", action_url="/late")
            payments = till.through(wrong)
            assert await payments.charge(final.id, GOOD) == final
            assert await payments.settle(final.id, give_up=False) == final
            assert await payments.settle(final.id, give_up=True) == final
            assert wrong.asked == 0
        assert await till.now(final) == final


async def test_the_first_of_two_outcomes_on_their_way_counts(till: Till) -> None:
    """Both were asked for while it was pending; the one that arrives second changes nothing."""
    payment = await till.start()
    go = {SUCCEEDED: asyncio.Event(), FAILED: asyncio.Event()}

    def arrives_when_told(state: PaymentState) -> Everywhere:
        async def answer(payment_id: UUID) -> Charge:
            await go[state].wait()
            return Charge(payment_id, "gw_1", state, "" if state is SUCCEEDED else "declined")

        return Everywhere(answer)

    first = asyncio.create_task(till.through(arrives_when_told(SUCCEEDED)).settle(payment.id, give_up=False))
    second = asyncio.create_task(till.through(arrives_when_told(FAILED)).settle(payment.id, give_up=False))
    await asyncio.sleep(0)
    go[SUCCEEDED].set()
    succeeded = await first
    go[FAILED].set()
    assert await second == succeeded == await till.now(payment)
    assert (succeeded.status, succeeded.failure) == (SUCCEEDED, "")


@pytest.mark.parametrize("gateway", [Everywhere(down), Everywhere(hangs)], ids=["down", "slower than our patience"])
async def test_p10_without_its_gateway_a_payment_stays_pending_and_is_settled_later(
    till: Till, gateway: Everywhere
) -> None:
    payment = await till.start()
    before = await till.rows()
    impatient = till.through(gateway, patience=0.05)
    async with asyncio.timeout(20):
        assert await impatient.charge(payment.id, GOOD) == payment
        assert await impatient.settle(payment.id, give_up=False) == payment
        assert await impatient.settle(payment.id, give_up=True) == payment
    assert await till.rows() == before
    await till.gateway.charge(payment.id, TEN, GOOD)  # it was heard after all
    assert (await till.payments.settle(payment.id, give_up=False)).status is SUCCEEDED


async def test_p8_a_charge_that_nobody_lived_to_record_is_found_by_settling(till: Till) -> None:
    payment = await till.start()
    await till.gateway.charge(payment.id, TEN, GOOD)
    assert (await till.now(payment)).status is PENDING
    settled = await asyncio.gather(*(till.payments.settle(payment.id, give_up=n % 2 == 0) for n in range(10)))
    assert {each.status for each in settled} == {SUCCEEDED}
    assert len(set(settled)) == 1


async def test_settling_what_the_gateway_never_heard_of_waits_until_it_is_given_up(till: Till) -> None:
    payment = await till.start()
    assert (await till.payments.settle(payment.id, give_up=False)).status is PENDING
    given_up = await till.payments.settle(payment.id, give_up=True)
    assert (given_up.status, given_up.failure) == (FAILED, "closed")
    assert await till.payments.charge(payment.id, GOOD) == given_up
    assert (await till.gateway.charge(payment.id, TEN, GOOD)).state is FAILED


async def test_a_slow_payment_is_pending_until_settled(till: Till) -> None:
    payment = await till.paid(card=SLOW)
    assert payment.status is PENDING
    assert (await till.payments.settle(payment.id, give_up=False)).status is PENDING
    till.clock.turn(seconds=5)
    settled = await till.payments.settle(payment.id, give_up=False)
    assert (settled.status, settled.updated_at) == (SUCCEEDED, till.clock.now())


async def test_giving_up_a_payment_that_has_gone_through_finds_that_it_has(till: Till) -> None:
    payment = await till.paid(card=SLOW)
    till.clock.turn(seconds=5)
    assert (await till.payments.settle(payment.id, give_up=True)).status is SUCCEEDED


@pytest.mark.parametrize("approved", [True, False])
async def test_a_payment_the_bank_asks_about_shows_where_and_then_no_more(till: Till, approved: bool) -> None:
    payment = await till.paid(card=ASKS_THE_BANK)
    assert payment.status is PaymentState.NEEDS_ACTION
    assert payment.action_url == f"/simulated-bank/{payment.id}"
    await till.gateway.decide(payment.id, approved=approved)
    settled = await till.payments.settle(payment.id, give_up=False)
    assert settled.status is (SUCCEEDED if approved else FAILED)
    assert settled.action_url == ""


async def test_a_payment_ruled_out_before_it_started_never_starts(till: Till) -> None:
    payment_id = new_id()
    refused = await till.payments.refuse(payment_id, ANN.person, TEN, "claim:1")
    assert (refused.status, refused.failure) == (FAILED, "not_started")
    assert await till.payments.start(payment_id, ANN.person, TEN, GOOD, "claim:1") == refused
    assert await till.payments.charge(payment_id, GOOD) == refused
    assert await till.gateway.find(payment_id) is None


async def test_ruling_out_a_payment_that_started_changes_nothing(till: Till) -> None:
    payment = await till.start()
    before = await till.rows()
    assert await till.payments.refuse(payment.id, ANN.person, TEN, "a") == payment
    assert await till.rows() == before


async def test_starting_and_ruling_out_at_once_leaves_one_of_the_two(till: Till) -> None:
    for _ in range(10):
        payment_id = new_id()
        found = await asyncio.gather(
            till.payments.start(payment_id, ANN.person, TEN, GOOD, "a"),
            till.payments.refuse(payment_id, ANN.person, TEN, "a"),
            till.payments.start(payment_id, ANN.person, TEN, GOOD, "a"),
        )
        assert len(set(found)) == 1


async def test_a_failed_payment_always_has_a_reason_even_if_the_gateway_gives_none(till: Till) -> None:
    payment = await till.through(answers(FAILED)).charge((await till.start()).id, GOOD)
    assert payment.status is FAILED
    assert payment.failure


async def test_a_gateway_that_says_more_than_fits_is_recorded_all_the_same(till: Till) -> None:
    talkative = answers(FAILED, "why " * 100, gateway_id="x" * 400)
    payment = await till.through(talkative).charge((await till.start()).id, GOOD)
    assert payment.status is FAILED
    assert payment.failure.startswith("why why")


async def test_there_is_no_charging_or_settling_what_was_never_started(till: Till) -> None:
    for asked in (
        till.payments.charge(new_id(), GOOD),
        till.payments.settle(new_id(), give_up=True),
    ):
        with pytest.raises(PaymentNotFound):
            await asked
    assert await till.payments.reference_of(new_id()) is None
    assert await till.payments.reference_of((await till.start(reference="claim:7")).id) == "claim:7"


NUMBERS = [
    "4242424242424242",
    "4242 4242 4242 4242",
    "4242-4242-4242-4242",
    "  4000002500003155 ",
    "5555555555554444 12/29 123",
    "card=378282246310005;exp=12/29",
    "٤٢٤٢٤٢٤٢٤٢٤٢٤٢٤٢",
]


@pytest.mark.parametrize("number", NUMBERS)
async def test_no_card_number_is_ever_stored_or_logged(till: Till, number: str) -> None:
    async def blabs(_payment_id: UUID) -> Charge:
        raise ValueError(f"no such card: {number}")

    with capture_logs() as logged:
        payment = await till.start(method=number)
        await till.through(Everywhere(blabs)).charge(payment.id, number)
        await till.payments.charge(payment.id, number)
    assert payment.payment_method.startswith("••••")
    assert logged
    kept = repr(logged) + repr(await everything(till))
    assert number.strip() not in kept
    assert "".join(character for character in number if character.isdigit())[:12] not in kept.replace(" ", "")


@pytest.mark.parametrize(
    ("method", "kept"),
    [
        ("4242 4242-42424242", "•••• 4242"),
        (" 378282246310005 ", "•••• 0005"),
        ("5555555555554444 12/29 123", "••••"),
        ("5555555555554444 123", "••••"),
        ("4" * 20, "••••"),
    ],
)
async def test_of_a_card_number_the_last_four_digits_are_kept_and_of_more_nothing(
    till: Till, method: str, kept: str
) -> None:
    assert (await till.start(method=method)).payment_method == kept


async def test_what_is_no_card_number_is_kept_as_it_is(till: Till) -> None:
    for method in ("pm_1N9abcDEF", "tok_visa", "4242", "x" * 255):
        assert (await till.start(method=method)).payment_method == method


async def everything(till: Till) -> list[Any]:
    names = await till.database.fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
    return [[tuple(row) for row in await till.database.fetch(f'SELECT * FROM "{name[0]}"')] for name in names]
