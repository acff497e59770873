"""A watch begins with the state and goes on with each event once and in order, whatever the line does."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing
from typing import Any

import pytest

from fastshop import Happened, Shop, Snapshot
from fastshop.contract.base import ChannelKind, NotAllowed
from fastshop.contract.flash_sales import SALE, SALE_LEDGER, MyClaims, UnitsClaimed
from fastshop.errors import Disconnected, NotWatchable, ProtocolError
from fastshop.watching import Buffer, UnknownEvent
from tests.sdk.samples import NOW, SALE_ID, claim, claimed, ledger, signed_in, state
from tests.sdk.scripted import ScriptedShop
from tests.support import eventually

LEDGER = SALE_LEDGER.of(SALE_ID)


@pytest.fixture
async def shop(scripted: ScriptedShop) -> AsyncIterator[Shop]:
    scripted.snapshots[LEDGER] = lambda: ledger(*range(1, len(scripted.log.get(LEDGER, [])) + 1))
    async with Shop(scripted.url) as shop:
        yield shop


def place(item: Any) -> int:
    assert isinstance(item, Happened)
    assert isinstance(item.event, UnitsClaimed)
    return item.event.claim.place


async def test_it_begins_with_the_state_and_goes_on_with_what_happens(shop: Shop, scripted: ScriptedShop) -> None:
    await scripted.publish(LEDGER, claimed(1))
    async with aclosing(shop.watch(LEDGER)) as items:
        assert await anext(items) == Snapshot(ledger(1), offset=1)
        await scripted.publish(LEDGER, claimed(2))
        assert await anext(items) == Happened(claimed(2), offset=2)


async def test_a_cut_line_loses_and_doubles_nothing(shop: Shop, scripted: ScriptedShop) -> None:
    async with aclosing(shop.watch(LEDGER)) as items:
        await anext(items)
        await scripted.publish(LEDGER, *(claimed(number) for number in range(1, 51)))
        scripted.cut()
        await scripted.publish(LEDGER, *(claimed(number) for number in range(51, 101)))
        assert [place(await anext(items)) for _ in range(100)] == list(range(1, 101))
    assert len(scripted.subscribed) == 2


async def test_when_the_history_is_gone_a_fresh_state_says_so(shop: Shop, scripted: ScriptedShop) -> None:
    async with aclosing(shop.watch(LEDGER)) as items:
        await anext(items)
        scripted.forgets = True
        scripted.cut()
        await scripted.publish(LEDGER, claimed(1), claimed(2))
        assert await anext(items) == Snapshot(ledger(1, 2), offset=2)
        await scripted.publish(LEDGER, claimed(3))
        assert place(await anext(items)) == 3


async def test_a_slow_reader_gets_every_event_out_of_a_small_buffer(shop: Shop, scripted: ScriptedShop) -> None:
    async with aclosing(shop.watch(LEDGER, buffer=10)) as items:
        await anext(items)
        await scripted.publish(LEDGER, *(claimed(number) for number in range(1, 201)))
        # It pauses by itself: the server does not go on sending to a reader who does not read.
        await eventually(lambda: all(not channels for _, channels in scripted.sockets.values()))
        assert [place(await anext(items)) for _ in range(200)] == list(range(1, 201))
        await scripted.publish(LEDGER, claimed(201))
        assert place(await anext(items)) == 201


async def test_calls_are_answered_while_a_watcher_sleeps(scripted: ScriptedShop) -> None:
    scripted.snapshots[LEDGER] = ledger()
    scripted.answer("flash_sales.my_claims", (claim(1),))
    async with Shop(scripted.url, transport="live") as shop, aclosing(shop.watch(LEDGER, buffer=2)) as items:
        await anext(items)
        await scripted.publish(LEDGER, *(claimed(number) for number in range(1, 101)))
        assert await shop.call(MyClaims(sale_id=SALE_ID)) == (claim(1),)


async def test_of_a_state_channel_a_slow_reader_gets_the_newest(shop: Shop, scripted: ScriptedShop) -> None:
    name = SALE.of(SALE_ID)
    scripted.snapshots[name] = state(5)
    async with aclosing(shop.watch(name)) as items:
        assert await anext(items) == Snapshot(state(5))
        await scripted.publish(name, *(state(left) for left in (4, 3, 2, 1)))
        newest = await anext(items)
        while isinstance(newest, Happened) and newest.event != state(1):
            newest = await anext(items)
        assert isinstance(newest, Happened)


async def test_a_refused_watch_raises_the_refusal(shop: Shop, scripted: ScriptedShop) -> None:
    def refuse() -> Any:
        raise NotAllowed

    scripted.snapshots[LEDGER] = refuse
    with pytest.raises(NotAllowed):
        await anext(shop.watch(LEDGER))
    # It is not watched now, so it can be asked for again.
    scripted.snapshots[LEDGER] = ledger()
    assert await anext(shop.watch(LEDGER)) == Snapshot(ledger())


async def test_one_channel_is_watched_once_and_an_unknown_one_not_at_all(shop: Shop) -> None:
    async with aclosing(shop.watch(LEDGER)) as items:
        await anext(items)
        with pytest.raises(NotWatchable):
            await anext(shop.watch(LEDGER))
        with pytest.raises(NotWatchable):
            await anext(shop.watch("weather:berlin"))


async def test_leaving_the_loop_ends_the_watch_on_the_server(shop: Shop, scripted: ScriptedShop) -> None:
    async for _ in shop.watch(LEDGER):
        break
    await eventually(lambda: all(not channels for _, channels in scripted.sockets.values()))


async def test_an_event_of_a_later_version_is_handed_on_as_it_is(shop: Shop, scripted: ScriptedShop) -> None:
    class Gilded(UnitsClaimed, frozen=True, tag="flash_sales.gilded"):
        carat: int

    async with aclosing(shop.watch(LEDGER)) as items:
        await anext(items)
        await scripted.publish(LEDGER, Gilded(time=NOW, claim=claim(1), carat=24), claimed(2))
        unknown = await anext(items)
        assert isinstance(unknown, Happened)
        assert isinstance(unknown.event, UnknownEvent)
        assert (unknown.event.type, unknown.event.data["carat"]) == ("flash_sales.gilded", 24)
        assert place(await anext(items)) == 2


async def test_what_the_contract_does_not_say_ends_the_watch(shop: Shop, scripted: ScriptedShop) -> None:
    scripted.snapshots[LEDGER] = {"sale": "sold"}
    with pytest.raises(ProtocolError):
        await anext(shop.watch(LEDGER))


async def test_a_shop_that_sends_us_away_ends_the_watch(shop: Shop, scripted: ScriptedShop) -> None:
    items = shop.watch(LEDGER)
    await anext(items)
    await scripted.send_away(3500, "invalid token")
    with pytest.raises(Disconnected) as caught:
        await anext(items)
    assert caught.value.code == 3500


async def test_a_shop_that_asks_us_to_come_back_is_come_back_to(shop: Shop, scripted: ScriptedShop) -> None:
    async with aclosing(shop.watch(LEDGER)) as items:
        await anext(items)
        await scripted.send_away(3001, "shutdown")
        await scripted.publish(LEDGER, claimed(1))
        assert place(await anext(items)) == 1


async def test_signing_in_keeps_the_watches(shop: Shop, scripted: ScriptedShop) -> None:
    scripted.answer("accounts.log_in", signed_in("t2"))
    async with aclosing(shop.watch(LEDGER)) as items:
        await anext(items)
        await shop.log_in("customer@demo.fastshop.test", "fastshop-demo")
        await scripted.publish(LEDGER, claimed(1))
        assert place(await anext(items)) == 1
    assert scripted.tokens[-1] == "t2"


async def test_closing_the_shop_ends_its_watches_quietly(shop: Shop) -> None:
    seen: list[Any] = []

    async def follow() -> None:
        async for item in shop.watch(LEDGER):
            seen.append(item)  # noqa: PERF401 - the test looks while it goes on

    following = asyncio.create_task(follow())
    await eventually(lambda: bool(seen))
    await shop.close()
    await following
    assert seen == [Snapshot(ledger())]


def test_a_full_buffer_asks_to_stop_only_where_each_event_matters() -> None:
    items = [Happened(claimed(number), number) for number in range(4)]
    log, newest, passing = (Buffer(kind, 2) for kind in (ChannelKind.LOG, ChannelKind.STATE, ChannelKind.PASSING))
    assert [log.put(item) for item in items[:2]] == [True, False]
    assert all(newest.put(item) and passing.put(item) for item in items)
    assert newest.waiting == 1
    assert passing.waiting == 2
