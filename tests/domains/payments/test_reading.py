"""Who may see which payment."""

from itertools import pairwise

import pytest

from fastshop.contract.base import BadInput, SignInNeeded
from fastshop.contract.payments import ListPayments, Payment, PaymentNotFound, PaymentState, ShowPayment
from fastshop.ids import new_id
from server.domains.payments.operations import operations
from server.kernel.caller import GUEST, Caller
from tests.domains.payments.conftest import ADMIN, AGENT, ANN, BOB, DECLINED, MANAGER, SELLER, Till


@pytest.mark.parametrize("who", [ANN, MANAGER, ADMIN], ids=["their own", "manager", "admin"])
async def test_a_payment_is_shown_to_who_pays_and_to_managers_and_admins(till: Till, who: Caller) -> None:
    payment = await till.paid()
    assert await till.payments.show(ShowPayment(payment_id=payment.id), who) == payment


@pytest.mark.parametrize("who", [BOB, SELLER, AGENT], ids=["another customer", "seller", "agent"])
async def test_a_payment_does_not_exist_for_others(till: Till, who: Caller) -> None:
    payment = await till.paid()
    with pytest.raises(PaymentNotFound):
        await till.payments.show(ShowPayment(payment_id=payment.id), who)
    with pytest.raises(PaymentNotFound):
        await till.payments.show(ShowPayment(payment_id=new_id()), who)
    assert payment not in (await till.payments.list(ListPayments(), who)).items


async def test_guests_may_pay_and_see_nothing(till: Till) -> None:
    intent, confirm, gateway, *others = operations(
        till.payments, till.paying, till.refunds, till.disputes, till.methods, till.owing
    )
    for operation in (intent, confirm, gateway):
        operation.admit(GUEST)
    for operation in others:
        with pytest.raises(SignInNeeded):
            operation.admit(GUEST)


async def test_managers_and_admins_list_their_own_payments_only(till: Till) -> None:
    await till.paid()
    own = await till.paid(MANAGER)
    assert (await till.payments.list(ListPayments(), MANAGER)).items == (own,)
    assert (await till.payments.list(ListPayments(), ADMIN)).items == ()


async def test_the_list_goes_page_by_page_the_newest_first(till: Till) -> None:
    made = []
    for number in range(7):
        till.clock.turn(seconds=number % 2)  # two at the same moment each
        made.append(await till.paid(card=DECLINED if number % 3 == 0 else "4242424242424242"))
    assert await pages(till, ListPayments(limit=2)) == sorted(made, key=lambda p: (p.created_at, p.id), reverse=True)
    declined = await pages(till, ListPayments(limit=1, status=PaymentState.FAILED))
    assert {payment.id for payment in declined} == {made[0].id, made[3].id, made[6].id}
    assert all(newer.created_at >= older.created_at for newer, older in pairwise(declined))


async def pages(till: Till, command: ListPayments) -> list[Payment]:
    found: list[Payment] = []
    cursor = ""
    while True:
        page = await till.payments.list(ListPayments(status=command.status, cursor=cursor, limit=command.limit), ANN)
        assert len(page.items) <= command.limit
        found.extend(page.items)
        if page.next is None:
            return found
        cursor = page.next


@pytest.mark.parametrize("cursor", ["nonsense", "W10", "WzEsMl0", "bnVsbA", "é"])
async def test_a_cursor_of_something_else_is_refused(till: Till, cursor: str) -> None:
    with pytest.raises(BadInput):
        await till.payments.list(ListPayments(cursor=cursor), ANN)
