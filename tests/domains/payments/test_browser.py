"""Payments that the browser completes, what gateways tell by themselves, and disputes."""

from uuid import UUID

import pytest

from fastshop.contract.base import IdReused, Money, RateLimited
from fastshop.contract.payments import (
    ConfirmPayment,
    CreateIntent,
    DisputeState,
    GatewayUnavailable,
    GatewayUnknown,
    ListDisputes,
    ListPayments,
    NotPayable,
    PaymentDeclined,
    PaymentNotFound,
    PaymentState,
    ShowGateway,
    ShownGateway,
    SignatureWrong,
)
from fastshop.ids import new_id
from server.domains.payments.operations import operations
from server.domains.payments.paying import Paying
from server.domains.payments.ports import Moved, PaymentMoved, Questioned, RefundsMoved, RefundState, Returned
from server.domains.payments.telling import Telling
from server.domains.payments.throttle import Throttle
from server.kernel.caller import Caller
from tests.domains.payments.conftest import ADMIN, ANN, BOB, DECLINED, GOOD, TEN, Till
from tests.domains.payments.test_refunds import asked

PATHS = {
    "payments.create_intent": ("POST", "/payments/create-intent"),
    "payments.confirm": ("POST", "/payments/confirm"),
    "payments.list": ("GET", "/payments/history"),
    "payments.show": ("GET", "/payments/{payment_id}"),
    "payments.refund": ("POST", "/payments/{payment_id}/refund"),
}


def thing(number: int = 1) -> str:
    return f"thing:{UUID(int=number)}"


async def test_the_paths_are_those_that_were_asked_for(till: Till) -> None:
    found = {
        each.tag: (each.command.http.verb, each.command.http.path)
        for each in operations(till.payments, till.paying, till.refunds, till.disputes, till.methods, till.owing)
    }
    assert PATHS.items() <= found.items()


async def test_a_payment_is_begun_at_the_shops_price_and_concluded_when_the_money_came(till: Till) -> None:
    command = CreateIntent(payment_id=new_id(), pays_for=thing())
    begun = await till.paying.create_intent(command, ANN)
    assert (begun.payment.status, begun.payment.amount, begun.public_key) == (PaymentState.PENDING, TEN, "pk_1")
    assert await till.paying.show_gateway(ShowGateway(), ANN) == ShownGateway("simulated", "pk_1")
    assert begun.client_secret
    assert await till.paying.create_intent(command, ANN) == begun
    confirm = ConfirmPayment(payment_id=command.payment_id)
    assert (await till.paying.confirm(confirm, ANN)).status is PaymentState.PENDING
    await till.gateway.charge(command.payment_id, TEN, GOOD)  # the browser has completed it
    await till.payments.settle(command.payment_id, give_up=False)
    assert (await till.paying.confirm(confirm, ANN)).status is PaymentState.SUCCEEDED
    assert till.things.settled == [UUID(int=1)] * 2
    assert (await till.paying.create_intent(command, ANN)).client_secret == ""


async def test_a_payment_is_charged_by_the_shop_where_the_browser_cannot(till: Till) -> None:
    begun = await till.paying.create_intent(CreateIntent(payment_id=new_id(), pays_for=thing()), ANN)
    confirm = ConfirmPayment(payment_id=begun.payment.id, payment_method=DECLINED)
    with pytest.raises(PaymentDeclined):
        await till.paying.confirm(confirm, ANN)
    other = await till.paying.create_intent(CreateIntent(payment_id=new_id(), pays_for=thing(2)), ANN)
    confirm = ConfirmPayment(payment_id=other.payment.id, payment_method=GOOD)
    assert (await till.paying.confirm(confirm, ANN)).status is PaymentState.SUCCEEDED
    assert (await till.books()).paid == 1000


async def test_what_is_not_for_sale_or_kept_for_another_payment_is_not_payable(till: Till) -> None:
    with pytest.raises(NotPayable):
        await till.paying.create_intent(CreateIntent(payment_id=new_id(), pays_for=f"hat:{UUID(int=1)}"), ANN)
    await till.paying.create_intent(CreateIntent(payment_id=new_id(), pays_for=thing()), ANN)
    with pytest.raises(NotPayable):
        await till.paying.create_intent(CreateIntent(payment_id=new_id(), pays_for=thing()), BOB)


async def test_another_persons_payment_is_neither_begun_again_nor_concluded(till: Till) -> None:
    begun = await till.paying.create_intent(CreateIntent(payment_id=new_id(), pays_for=thing()), ANN)
    with pytest.raises(IdReused):
        await till.paying.create_intent(CreateIntent(payment_id=begun.payment.id, pays_for=thing(2)), BOB)
    assert till.things.settled == [UUID(int=2)], "what was kept for it is let go"
    for who, payment_id in ((BOB, begun.payment.id), (ADMIN, begun.payment.id), (ANN, new_id())):
        with pytest.raises(PaymentNotFound):
            await till.paying.confirm(ConfirmPayment(payment_id=payment_id, payment_method=GOOD), who)
    assert await till.now(begun.payment) == begun.payment


async def test_p10_without_its_gateway_no_payment_is_begun_and_the_same_may_be_asked_again(till: Till) -> None:
    class Down:
        async def intent(self, payment_id: UUID, amount: Money, wallet: UUID | None = None) -> str:
            raise ConnectionResetError

    command = CreateIntent(payment_id=new_id(), pays_for=thing())
    with pytest.raises(GatewayUnavailable):
        await Paying(till.payments, Down(), {"thing": till.things}, Throttle(till.attempts)).create_intent(command, ANN)
    assert (await till.paying.create_intent(command, ANN)).client_secret


async def test_sec12_who_asks_too_often_waits(till: Till) -> None:
    confirm = ConfirmPayment(payment_id=new_id())
    for _ in range(20):
        with pytest.raises(PaymentNotFound):
            await till.paying.confirm(confirm, ANN)
    for again in (
        till.paying.confirm(confirm, ANN),
        till.paying.create_intent(CreateIntent(payment_id=new_id(), pays_for=thing()), ANN),
    ):
        with pytest.raises(RateLimited):
            await again
    assert till.things.kept == {}


async def test_sec12_an_address_has_a_limit_of_its_own(till: Till) -> None:
    for number in range(100):
        who = Caller(UUID(int=1000 + number), address="192.0.2.1")
        with pytest.raises(PaymentNotFound):
            await till.paying.confirm(ConfirmPayment(payment_id=new_id()), who)
    with pytest.raises(RateLimited):
        await till.paying.confirm(ConfirmPayment(payment_id=new_id()), Caller(UUID(int=7), address="192.0.2.1"))
    with pytest.raises(PaymentNotFound):
        await till.paying.confirm(ConfirmPayment(payment_id=new_id()), Caller(UUID(int=7), address="192.0.2.2"))


async def test_the_history_is_of_a_time(till: Till) -> None:
    made = []
    for _ in range(4):
        made.append(await till.paid())
        till.clock.turn(days=1)
    middle = ListPayments(since=made[1].created_at, until=made[3].created_at)
    assert [payment.id for payment in (await till.payments.list(middle, ANN)).items] == [made[2].id, made[1].id]
    assert len((await till.payments.list(ListPayments(until=made[0].created_at), ANN)).items) == 0


class Script:
    """A gateway's messages: each body is a name of what it says."""

    def __init__(self, **said: Moved | None) -> None:
        self._said = said

    async def read(self, body: bytes, signature: str) -> Moved | None:
        if signature != "right":
            raise SignatureWrong
        return self._said[body.decode()]


async def test_what_a_gateway_tells_is_a_reason_to_ask(till: Till) -> None:
    begun = (await till.paying.create_intent(CreateIntent(payment_id=new_id(), pays_for=thing()), ANN)).payment
    paid = await till.paid()
    refund = await till.refunds.refund(asked(paid, 300), ADMIN)
    script = Script(
        paid=PaymentMoved(begun.id),
        stranger=PaymentMoved(new_id()),
        refund=RefundsMoved(paid.id, (Returned(refund.id, refund.amount, RefundState.SUCCEEDED),)),
        unknown=RefundsMoved(new_id(), (Returned(new_id(), TEN, RefundState.SUCCEEDED),)),
        nothing=None,
    )
    telling = Telling({"bank": script}, till.paying, till.following, till.disputes, till.methods)
    for body in (b"paid", b"stranger", b"refund", b"unknown", b"nothing", b"paid"):
        await telling.hear("bank", body, "right")
    assert till.things.settled == [UUID(int=1)] * 2
    with pytest.raises(SignatureWrong):
        await telling.hear("bank", b"paid", "wrong")
    with pytest.raises(GatewayUnknown):
        await telling.hear("stripe", b"paid", "right")


@pytest.mark.parametrize("won", [True, False])
async def test_a_dispute_is_followed_whatever_arrives_when(till: Till, won: bool) -> None:
    payment = await till.paid()
    state = DisputeState.WON if won else DisputeState.LOST

    def stands(state: DisputeState, withdrawn: bool = True) -> Questioned:
        return Questioned("dp_1", payment.id, Money(600, "EUR"), state, "fraudulent", withdrawn)

    await till.disputes.follow(stands(DisputeState.OPEN, withdrawn=False))
    assert (await till.books()).disputed == 0
    for _ in range(2):
        await till.disputes.follow(stands(DisputeState.OPEN))
    assert (await till.books()).disputed == 600
    for said in (state, DisputeState.OPEN, DisputeState.LOST if won else DisputeState.WON, state):
        await till.disputes.follow(stands(said))
    books = await till.books()
    assert (books.disputed, books.refunds, books.unallocated) == ((0, 0, 1000) if won else (0, 600, 400))
    (dispute,) = (await till.disputes.list(ListDisputes(), ADMIN)).items
    assert (dispute.payment_id, dispute.state, dispute.reason) == (payment.id, state, "fraudulent")


async def test_a_dispute_first_heard_of_when_it_is_over_is_in_the_books_as_it_ended(till: Till) -> None:
    payment = await till.paid()
    amount = Money(1000, "EUR")
    await till.disputes.follow(Questioned("dp_1", payment.id, amount, DisputeState.LOST, "fraudulent", True))
    books = await till.books()
    assert (books.disputed, books.refunds, books.unallocated) == (0, 1000, 0)
