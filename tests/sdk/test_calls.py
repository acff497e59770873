"""A call has the answer or the refusal of the contract, over either transport, and is repeated only where it may be."""

import itertools
from collections.abc import AsyncIterator, Callable
from typing import Any, Literal, assert_type, cast
from uuid import UUID

import pytest

from fastshop import Retries, Shop, new_id
from fastshop.contract.accounts import EndSession, LogIn, WhoAmI, WrongCredentials
from fastshop.contract.base import Broken, Busy, Conflict, Done, RateLimited, SignInNeeded
from fastshop.contract.codes import TOO_MANY_REQUESTS
from fastshop.contract.flash_sales import CancelSale, Claim, ClaimUnits, ListSales, Phase, SoldOut
from fastshop.contract.system import ServerTime, TellTime
from fastshop.errors import Closed, ConnectionFailed, ConnectionLost, OutcomeUnknown, ProtocolError, TimedOut
from fastshop.http import HttpTransport
from fastshop.problems import KINDS
from server.http.problems import STATUS
from tests.sdk.samples import NOW, SALE_ID, claim, sale, signed_in
from tests.sdk.scripted import LineCut, ProtocolNo, ScriptedShop

Way = Literal["http", "live"]
QUICK = Retries(deadline=30, patience=10, first=0.01, longest=0.02)
HURRIED = Retries(deadline=1.5, patience=1, first=0.01, longest=0.02)


@pytest.fixture(params=["http", "live"])
async def shop(request: pytest.FixtureRequest, scripted: ScriptedShop) -> AsyncIterator[Shop]:
    async with Shop(scripted.url, transport=cast("Way", request.param), retries=QUICK) as shop:
        yield shop


def failing(times: int, error: Exception, then: Any) -> Callable[[Any], Any]:
    """An answer that comes after so many failures."""
    counter = itertools.count()

    def answer(_: Any) -> Any:
        if next(counter) < times:
            raise error
        return then

    return answer


async def test_an_answer_has_the_type_that_the_command_promises(shop: Shop, scripted: ScriptedShop) -> None:
    scripted.answer("flash_sales.claim", claim(1))
    command = ClaimUnits(sale_id=SALE_ID, claim_id=new_id(), quantity=2)
    answer = await shop.call(command)
    # mypy knows it too.
    assert_type(answer, Claim)
    assert answer == claim(1)
    assert scripted.asked == [command]


async def test_a_query_says_everything_that_the_command_says(scripted: ScriptedShop) -> None:
    scripted.answer("flash_sales.list", failing(0, Busy(), {"items": [], "next": None}))
    command = ListSales(phase=Phase.OPEN, seller_id=UUID(int=3), cursor="a/b&c=ä", limit=7)
    async with Shop(scripted.url) as shop:
        assert (await shop.call(command)).items == ()
    assert scripted.asked == [command]


async def test_a_refusal_is_the_class_of_the_contract_with_its_facts(shop: Shop, scripted: ScriptedShop) -> None:
    scripted.answer("flash_sales.claim", failing(9, SoldOut(left=1, held=4), None))
    with pytest.raises(SoldOut) as caught:
        await shop.call(ClaimUnits(sale_id=SALE_ID, claim_id=new_id()))
    assert (caught.value.left, caught.value.held) == (1, 4)
    assert len(scripted.asked) == 1


async def test_a_code_that_is_not_known_yet_is_still_a_refusal_of_its_kind(shop: Shop, scripted: ScriptedShop) -> None:
    def refuse(_: Any) -> Any:
        raise type("Later", (Conflict,), {"code": "later.thing", "sentence": "Not like this."})

    scripted.answer("flash_sales.claim", refuse)
    with pytest.raises(Conflict) as caught:
        await shop.call(ClaimUnits(sale_id=SALE_ID, claim_id=new_id()))
    assert caught.value.code == "later.thing"
    assert str(caught.value) == "Not like this."


async def test_a_temporary_refusal_is_waited_out(shop: Shop, scripted: ScriptedShop) -> None:
    # Nothing was changed by it, so this holds for commands without an id as well.
    scripted.answer("flash_sales.cancel", failing(3, Busy(), sale()))
    assert await shop.call(CancelSale(sale_id=SALE_ID)) == sale()
    assert len(scripted.asked) == 4


async def test_a_cut_line_is_no_trouble_for_a_command_with_its_own_id(shop: Shop, scripted: ScriptedShop) -> None:
    scripted.answer("flash_sales.claim", failing(2, LineCut(), claim(1)))
    command = ClaimUnits(sale_id=SALE_ID, claim_id=new_id())
    assert await shop.call(command) == claim(1)
    assert scripted.asked == [command] * 3


async def test_a_change_without_an_id_is_not_sent_twice_when_its_answer_is_lost(
    shop: Shop, scripted: ScriptedShop
) -> None:
    scripted.answer("flash_sales.cancel", failing(1, LineCut(), sale()))
    command = CancelSale(sale_id=SALE_ID)
    with pytest.raises(OutcomeUnknown) as caught:
        await shop.call(command)
    assert caught.value.command is command
    assert isinstance(caught.value.__cause__, ConnectionLost)
    assert len(scripted.asked) == 1


async def test_our_failure_leaves_the_outcome_of_a_change_open(shop: Shop, scripted: ScriptedShop) -> None:
    scripted.answer("flash_sales.cancel", failing(9, Broken(trace="t1"), None))
    with pytest.raises(OutcomeUnknown) as caught:
        await shop.call(CancelSale(sale_id=SALE_ID))
    assert isinstance(caught.value.__cause__, Broken)
    assert len(scripted.asked) == 1


async def test_a_refusal_for_good_settles_a_doubt(shop: Shop, scripted: ScriptedShop) -> None:
    answers = iter([LineCut(), SoldOut(left=0, held=0)])

    def answer(_: Any) -> Any:
        raise next(answers)

    scripted.answer("flash_sales.claim", answer)
    with pytest.raises(SoldOut):
        await shop.call(ClaimUnits(sale_id=SALE_ID, claim_id=new_id()))


async def test_a_limit_is_waited_for_as_long_as_it_asks_or_not_at_all(shop: Shop, scripted: ScriptedShop) -> None:
    scripted.answer("system.time", failing(9, RateLimited(retry_after=60), None))
    with pytest.raises(RateLimited):
        await shop.call(TellTime())
    assert len(scripted.asked) == 1


async def test_reading_that_never_gets_through_ends_with_what_happened(scripted: ScriptedShop) -> None:
    scripted.answer("system.time", failing(10**6, LineCut(), None))
    async with Shop(scripted.url, retries=HURRIED) as shop:
        # The last try may have no time left to connect.
        with pytest.raises((ConnectionLost, TimedOut, ConnectionFailed)):
            await shop.call(TellTime())
    assert len(scripted.asked) > 1


@pytest.mark.parametrize("way", ["http", "live"])
async def test_a_shop_that_is_not_there_is_told_from_one_that_lost_a_command(way: Way) -> None:
    async with Shop("http://127.0.0.1:9", transport=way, retries=HURRIED) as shop:
        with pytest.raises(ConnectionFailed):
            await shop.call(EndSession(session_id=new_id()))


async def test_what_there_was_no_time_to_send_was_not_done(scripted: ScriptedShop) -> None:
    transport = HttpTransport(scripted.url, lambda: None)
    with pytest.raises(ConnectionFailed):
        await transport.ask(EndSession(session_id=new_id()), patience=1e-9)
    await transport.close()
    assert scripted.asked == []


async def test_what_is_no_fastshop_is_said_to_be_none(scripted: ScriptedShop) -> None:
    scripted.answer("system.time", {"time": "yesterday"})
    async with Shop(scripted.url) as shop:
        with pytest.raises(ProtocolError):
            await shop.call(TellTime())
    async with Shop(scripted.url + "/elsewhere") as shop:
        with pytest.raises(ProtocolError):
            await shop.call(TellTime())


async def test_signing_in_and_out_is_remembered_over_both_transports(
    shop: Shop, scripted: ScriptedShop, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    scripted.answer("accounts.log_in", signed_in("s3cret-token"))
    scripted.answer("accounts.log_out", Done())
    scripted.answer("system.time", ServerTime(NOW))
    await shop.log_in("customer@demo.fastshop.test", "fastshop-demo")
    await shop.call(TellTime())
    assert "s3cret-token" in str(scripted.tokens[-1])
    assert "s3cret" not in repr(shop)
    await shop.log_out()
    await shop.call(TellTime())
    assert scripted.tokens[-1] is None
    assert "s3cret" not in caplog.text


async def test_a_wrong_password_is_refused_and_leaves_a_guest(shop: Shop, scripted: ScriptedShop) -> None:
    scripted.answer("accounts.log_in", failing(1, WrongCredentials(), None))
    scripted.answer("accounts.who_am_i", failing(1, SignInNeeded(), None))
    with pytest.raises(WrongCredentials):
        await shop.log_in("customer@demo.fastshop.test", "x")
    with pytest.raises(SignInNeeded):
        await shop.call(WhoAmI())
    assert scripted.tokens[-1] is None


async def test_signing_in_is_not_repeated_when_its_answer_is_lost(scripted: ScriptedShop) -> None:
    scripted.answer("accounts.log_in", failing(1, LineCut(), signed_in("t")))
    async with Shop(scripted.url, retries=QUICK) as shop:
        with pytest.raises(OutcomeUnknown):
            await shop.log_in("customer@demo.fastshop.test", "fastshop-demo")
    assert [type(command) for command in scripted.asked] == [LogIn]


async def test_the_time_is_the_one_of_the_shop(shop: Shop, scripted: ScriptedShop) -> None:
    scripted.answer("system.time", ServerTime(NOW))
    first = await shop.time()
    assert abs((first - NOW).total_seconds()) < 2
    assert await shop.time() >= first
    assert len(scripted.asked) == 1


async def test_a_token_that_is_over_is_told_as_that_on_the_socket(scripted: ScriptedShop) -> None:
    scripted.expired.add("old")
    async with Shop(scripted.url, "old", transport="live", retries=QUICK) as shop:
        with pytest.raises(SignInNeeded):
            await shop.call(TellTime())


async def test_a_socket_that_asks_for_less_gets_less(scripted: ScriptedShop) -> None:
    scripted.answer("flash_sales.cancel", failing(1, ProtocolNo(TOO_MANY_REQUESTS), sale()))
    async with Shop(scripted.url, transport="live", retries=QUICK) as shop:
        assert await shop.call(CancelSale(sale_id=SALE_ID)) == sale()
    assert len(scripted.asked) == 2


async def test_no_answer_in_time_is_told_as_that(scripted: ScriptedShop) -> None:
    async def silent() -> None:
        async with Shop(scripted.url, transport="live", retries=HURRIED) as shop:
            await shop.call(TellTime())

    scripted.mute = True
    with pytest.raises(TimedOut):
        await silent()


async def test_a_closed_shop_is_not_opened_again_by_accident(shop: Shop) -> None:
    await shop.close()
    with pytest.raises(Closed):
        await shop.call(TellTime())


def test_a_status_is_read_back_as_the_kind_that_the_server_wrote_it_for() -> None:
    assert {status: kind for kind, (status, _) in STATUS.items()} == KINDS
