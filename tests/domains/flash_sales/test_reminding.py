"""Reminders of a start: each once, whatever moves, dies or runs twice."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest

from fastshop.contract.flash_sales import (
    USER,
    CancelSale,
    DoNotRemind,
    EndSale,
    FlashSale,
    NothingToRemindOf,
    Phase,
    ReminderAsked,
    ReminderDropped,
    RemindMe,
    SaleCancelled,
    SaleNotFound,
    SaleReminder,
    SaleStartsSoon,
)
from fastshop.ids import new_id
from server.domains.flash_sales.reminding import Reminding
from server.kernel.caller import Caller
from server.kernel.database import Database, Transaction
from tests.domains.flash_sales.lining import check_lines
from tests.domains.flash_sales.market import ANN, BOB, SELLER, Market, changed, customer


async def remind(market: Market, sale: FlashSale, who: Caller = ANN) -> SaleReminder:
    return await market.reminding.remind(RemindMe(sale_id=sale.id), who)


async def drop(market: Market, sale: FlashSale, who: Caller = ANN) -> SaleReminder:
    return await market.reminding.do_not_remind(DoNotRemind(sale_id=sale.id), who)


async def told(market: Market, who: Caller = ANN) -> list[FlashSale]:
    """The sales of whose start somebody was told."""
    return [event.sale for event in await market.stream(USER.of(who.person)) if isinstance(event, SaleStartsSoon)]


async def rounds(market: Market, **delta: float) -> None:
    market.clock.turn(**delta)
    for _ in range(5):
        await market.reminding.tell_due()


async def test_who_asked_is_told_once_five_minutes_before_the_start(market: Market) -> None:
    sale, other = await market.sale(starts_in=60), await market.sale(starts_in=60)
    answer = await remind(market, sale)
    assert answer == SaleReminder(sale.id, wanted=True, remind_at=sale.start_time - timedelta(minutes=5))
    assert await remind(market, sale) == answer
    await remind(market, other, BOB)
    await rounds(market, minutes=54, seconds=59)
    assert await told(market) == []
    await rounds(market, seconds=1)
    (shown,) = await told(market)
    assert (shown.id, shown.phase) == (sale.id, Phase.UPCOMING)
    for _ in range(3):
        await rounds(market, minutes=2)
    assert len(await told(market)) == 1
    assert [sale.id for sale in await told(market, BOB)] == [other.id]
    assert await told(market, customer(3)) == []


async def test_asking_again_is_asking_once(market: Market) -> None:
    sale = await market.sale(starts_in=60)
    await asyncio.gather(*(remind(market, sale) for _ in range(10)))
    events = await market.stream(USER.of(ANN.person))
    assert [type(event) for event in events] == [ReminderAsked]


async def test_who_dropped_it_is_not_told(market: Market) -> None:
    sale = await market.sale(starts_in=60)
    await remind(market, sale)
    assert (await drop(market, sale)).wanted is False
    assert (await drop(market, sale)).wanted is False
    await drop(market, sale, BOB)
    await rounds(market, minutes=56)
    assert await told(market) == []
    assert len(await market.stream(USER.of(ANN.person))) == 2


async def test_who_asks_in_the_last_minutes_is_told_at_once(market: Market) -> None:
    sale = await market.sale(starts_in=1)
    await remind(market, sale)
    await rounds(market)
    assert len(await told(market)) == 1


async def test_a_start_that_moves_before_it_was_told_of_is_told_of_at_its_own_time(market: Market) -> None:
    sale = await market.sale(starts_in=60)
    await remind(market, sale)
    moved = await market.shop.selling.edit(changed(sale, start_time=sale.start_time + timedelta(minutes=30)), SELLER)
    await rounds(market, minutes=56)
    assert await told(market) == []
    await rounds(market, minutes=30)
    assert [shown.start_time for shown in await told(market)] == [moved.start_time]


async def test_a_start_that_moves_after_it_was_told_of_may_be_asked_for_again(market: Market) -> None:
    sale = await market.sale(starts_in=60)
    await remind(market, sale)
    await rounds(market, minutes=56)
    await remind(market, sale)
    await rounds(market)
    assert len(await told(market)) == 1, "of the same start nobody is told twice"
    await market.shop.selling.edit(changed(sale, start_time=sale.start_time + timedelta(minutes=30)), SELLER)
    await rounds(market)
    assert len(await told(market)) == 1
    await remind(market, sale)
    await rounds(market, minutes=30)
    assert len(await told(market)) == 2


async def test_there_is_nothing_to_remind_of_once_the_sale_has_started_or_is_over(market: Market) -> None:
    running, cancelled = await market.sale(), await market.sale(starts_in=60)
    await market.shop.selling.cancel(CancelSale(sale_id=cancelled.id), SELLER)
    over = await market.sale()
    await market.shop.selling.end(EndSale(sale_id=over.id), SELLER)
    for sale, phase in ((running, Phase.OPEN), (cancelled, Phase.CANCELLED), (over, Phase.ENDED)):
        for asked in (remind, drop):
            with pytest.raises(NothingToRemindOf) as refused:
                await asked(market, sale)
            assert refused.value.phase is phase
    with pytest.raises(SaleNotFound):
        await market.reminding.remind(RemindMe(sale_id=new_id()), ANN)


async def test_who_waits_for_a_sale_that_is_called_off_is_told_so_once_and_of_no_start(market: Market) -> None:
    sale, other = await market.sale(starts_in=60 * 24), await market.sale(starts_in=60)
    await remind(market, sale)
    await remind(market, other, BOB)
    await market.shop.selling.cancel(CancelSale(sale_id=sale.id), SELLER)
    await rounds(market)
    (_, cancelled) = await market.stream(USER.of(ANN.person))
    assert isinstance(cancelled, SaleCancelled)
    assert (cancelled.sale.id, cancelled.sale.phase) == (sale.id, Phase.CANCELLED)
    assert await market.reminding.wanted_by(ANN.person) == ()
    assert await market.reminding.wanted_by(BOB.person) == (other.id,)
    await rounds(market, days=1)
    assert len(await market.stream(USER.of(ANN.person))) == 2
    assert await told(market) == []
    await check_lines(market)


async def test_more_than_one_transaction_tells_all_are_told_once(market: Market) -> None:
    sale, other = await market.sale(starts_in=60), await market.sale(starts_in=59)
    people = [customer(number) for number in range(230)]
    for who in people:
        await remind(market, sale, who)
    await remind(market, other, ANN)
    market.clock.turn(minutes=57)
    twins = [market.reminding, Reminding(market.database, market.clock)]
    for _ in range(4):
        await asyncio.gather(*(twin.tell_due() for twin in twins * 2))
    for who in people:
        assert [shown.id for shown in await told(market, who)].count(sale.id) == 1
    assert sorted(shown.id for shown in await told(market)) == sorted([sale.id, other.id])


class Dying:
    """The database of a process that dies before each of its commits."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.fetch_one = database.fetch_one

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Transaction]:
        async with self._database.transaction() as transaction:
            yield transaction
            raise ConnectionResetError


async def test_who_a_dying_process_had_taken_is_told_by_the_next(market: Market) -> None:
    sale = await market.sale(starts_in=60)
    await remind(market, sale)
    market.clock.turn(minutes=56)
    with pytest.raises(ConnectionResetError):
        await Reminding(Dying(market.database), market.clock).tell_due()  # type: ignore[arg-type]
    assert await told(market) == []
    await rounds(market)
    assert len(await told(market)) == 1


async def test_a_round_rests_when_there_is_nothing_and_goes_on_when_there_is(market: Market) -> None:
    sale = await market.sale(starts_in=1)
    assert await market.reminding.tell_due() > 0
    await remind(market, sale)
    assert await market.reminding.tell_due() == 0
    assert await market.reminding.tell_due() > 0


async def test_who_could_not_be_told_in_time_is_told_as_long_as_the_sale_is_open(market: Market) -> None:
    sale = await market.sale(starts_in=60)
    await remind(market, sale)
    await rounds(market, minutes=61)
    assert [(shown.id, shown.phase) for shown in await told(market)] == [(sale.id, Phase.OPEN)]
    await rounds(market, minutes=1)
    assert len(await told(market)) == 1


async def test_a_reminder_ends_with_a_sale_that_was_over_before_anybody_could_be_told(market: Market) -> None:
    sale = await market.sale(starts_in=60)
    await remind(market, sale)
    await rounds(market, minutes=121)
    assert await told(market) == []
    assert [type(event) for event in await market.stream(USER.of(ANN.person))] == [ReminderAsked, ReminderDropped]
    assert await market.reminding.wanted_by(ANN.person) == ()
