"""A session without its socket: what a connection may do, in which order, and how it ends."""

import asyncio
import json
from typing import Any
from uuid import UUID

import msgspec
import pytest

from fastshop.contract.codes import CLOSES, ERRORS, SHUTDOWN, STALE, CloseCode
from server.kernel.caller import Caller
from server.realtime.limits import Limits
from server.realtime.node import Visitor
from server.realtime.service import Realtime
from server.realtime.sockets import Sockets
from tests.realtime.shop import TestShop, id_of
from tests.realtime.support import Client
from tests.support import ManualClock, eventually


async def test_a_guest_connects_and_is_told_the_time_and_the_ping(realtime: Realtime, clock: ManualClock) -> None:
    result = await Client(realtime).connect()
    assert result["time"] == int(clock.now().timestamp() * 1000)
    assert (result["ping"], result["pong"]) == (25, True)
    assert "subs" not in result
    assert "expires" not in result


async def test_a_token_makes_a_person_and_gives_them_their_own_channels(realtime: Realtime) -> None:
    ann = await Client(realtime).connect("ann")
    assert list(ann["subs"]) == [f"user:{id_of('ann')}"]
    seller = await Client(realtime).connect("seller")
    assert list(seller["subs"]) == [f"user:{id_of('seller')}", f"seller:{id_of('shop')}"]
    admin = await Client(realtime).connect("admin")
    assert list(admin["subs"]) == [f"user:{id_of('admin')}", "admin"]


async def test_a_token_that_is_not_valid_is_answered_with_token_expired(realtime: Realtime) -> None:
    client = Client(realtime)
    reply = await client.ask(connect={"token": "eve"})
    assert reply["error"] == {"code": 109, "message": "token expired"}
    # The same connection may come with a better one.
    await client.connect("ann")


async def test_a_cookie_that_is_not_valid_any_more_makes_a_guest(realtime: Realtime) -> None:
    client = Client(realtime, Visitor(cookie="eve"))
    await client.connect()
    reply = await client.call("test.echo", text="hi")
    assert reply["rpc"]["data"] == {"text": "hi", "by": ""}


async def test_an_account_that_is_not_to_be_used_from_here_opens_no_socket(realtime: Realtime) -> None:
    near, elsewhere = Visitor(address="192.0.2.7"), Visitor(address="203.0.113.7")
    assert f"user:{id_of('far')}" in (await Client(realtime, near).connect("far"))["subs"]
    assert (await Client(realtime, elsewhere).ask(connect={"token": "far"}))["error"]["code"] == 109
    guest = Client(realtime, Visitor(address="203.0.113.7", cookie="far"))
    await guest.connect()
    assert (await guest.call("test.echo", text="hi"))["rpc"]["data"]["by"] == ""


async def test_an_rpc_is_answered_with_what_its_operation_answers(realtime: Realtime) -> None:
    client = Client(realtime)
    await client.connect("ann")
    reply = await client.call("test.echo", text="ha", times=2)
    assert reply == {"id": 2, "rpc": {"data": {"text": "haha", "by": str(id_of("ann"))}}}


async def test_a_refusal_is_an_error_with_the_status_and_the_problem_of_its_http_twin(realtime: Realtime) -> None:
    client = Client(realtime)
    await client.connect("ann")
    error = (await client.call("test.buy"))["error"]
    assert error["code"] == 409
    problem = json.loads(error["message"])
    assert problem == {
        "left": 0,
        "type": "about:blank",
        "title": "Conflict",
        "status": 409,
        "detail": "Sold out: 0 left.",
        "code": "test.gone",
        "temporary": False,
    }
    assert '": ' not in error["message"]


async def test_bad_input_names_the_field(realtime: Realtime) -> None:
    client = Client(realtime)
    await client.connect()
    for data, field in (
        ({}, "text"),
        ({"text": 1}, "text"),
        ({"text": "a", "times": 4}, "times"),
        ({"text": "a", "tims": 1}, "tims"),
        ({"text": "nul \0"}, ""),
        ({"text": "a", "times": 10**30}, "times"),
    ):
        error = (await client.ask(rpc={"method": "test.echo", "data": data}))["error"]
        problem = json.loads(error["message"])
        assert (error["code"], problem["code"], problem["field"]) == (400, "bad_input", field)
    wrong: list[Any] = [[], "text", 1, True]
    for data in wrong:
        assert (await client.ask(rpc={"method": "test.echo", "data": data}))["error"]["code"] == 400


async def test_an_operation_without_fields_may_come_without_data(realtime: Realtime) -> None:
    client = Client(realtime)
    await client.connect("ann")
    for request in ({"method": "test.buy"}, {"method": "test.buy", "data": None}):
        assert (await client.ask(rpc=request))["error"]["code"] == 409


async def test_permission_is_checked_before_the_data_are_looked_at(realtime: Realtime) -> None:
    client = Client(realtime)
    await client.connect()
    error = (await client.ask(rpc={"method": "test.buy", "data": {"nonsense": 1}}))["error"]
    assert (error["code"], json.loads(error["message"])["code"]) == (401, "sign_in_needed")


async def test_what_nobody_foresaw_is_told_by_its_trace_only(realtime: Realtime) -> None:
    client = Client(realtime)
    await client.connect()
    error = (await client.call("test.crash"))["error"]
    assert (error["code"], error["temporary"]) == (503, True)
    problem = json.loads(error["message"])
    assert problem["code"] == "internal"
    assert len(problem["trace"]) == 16
    assert "secret" not in error["message"]
    assert client.code is None


async def test_unknown_methods_and_kinds_get_the_protocols_own_error(realtime: Realtime) -> None:
    client = Client(realtime)
    await client.connect()
    assert (await client.call("test.nothing"))["error"] == {"code": 104, "message": "method not found"}
    assert (await client.ask(teleport={"to": "moon"}))["error"]["code"] == 104


async def test_unknown_fields_of_the_protocol_are_passed_over(realtime: Realtime) -> None:
    client = Client(realtime)
    await client.connect(name="js", version="9", headers={"a": "b"}, flag=3, profile="x")
    assert "subscribe" in await client.subscribe("room:a", tf={"key": "a"}, delta="fossil", flag=1, positioned=True)


async def test_commands_begin_in_the_order_in_which_they_came(realtime: Realtime, shop: TestShop) -> None:
    client = Client(realtime)
    names = [f"{number}" for number in range(40)]
    commands = [{"rpc": {"method": "test.mark", "data": {"name": name, "wait": True}}} for name in names]
    client.send({"id": 1, "connect": {}}, *({"id": i + 2, **command} for i, command in enumerate(commands)))
    await eventually(lambda: len(shop.begun) == 32)
    shop.go.set()
    await client.reply(41)
    assert shop.begun == names


async def test_at_32_commands_under_way_no_more_is_read_until_one_is_answered(
    realtime: Realtime, shop: TestShop
) -> None:
    client = Client(realtime)
    await client.connect()
    for number in range(31):
        client.begin(rpc={"method": "test.mark", "data": {"name": str(number), "wait": True}})
    assert not client.paused
    client.begin(rpc={"method": "test.mark", "data": {"name": "31", "wait": True}})
    assert client.paused
    late = client.begin(rpc={"method": "test.mark", "data": {"name": "late"}})
    await eventually(lambda: len(shop.begun) == 32)
    assert "late" not in shop.begun
    shop.go.set()
    await client.reply(late)
    assert not client.paused


async def test_a_burst_of_60_commands_is_answered_and_20_a_second_after(realtime: Realtime, clock: ManualClock) -> None:
    client = Client(realtime)
    await client.connect()
    replies = [await client.call("test.echo", text="a") for _ in range(61)]
    assert ["error" in reply for reply in replies] == [False] * 59 + [True] * 2
    assert replies[-1]["error"] == {"code": 111, "message": "too many requests", "temporary": True}
    clock.turn(seconds=1)
    replies = [await client.call("test.echo", text="a") for _ in range(21)]
    assert ["error" in reply for reply in replies] == [False] * 20 + [True]


async def test_p6_a_flood_ends_the_connection(realtime: Realtime) -> None:
    client = Client(realtime)
    await client.connect()
    for _ in range(8):
        client.send(*({"id": 2, "rpc": {"method": "test.echo", "data": {"text": "a"}}} for _ in range(50)))
        await asyncio.sleep(0)
    assert await client.closed() == 3013


async def test_p6_a_flood_of_pongs_ends_the_connection(realtime: Realtime) -> None:
    client = Client(realtime)
    await client.connect()
    client.send(*({} for _ in range(400)))
    assert await client.closed() == 3013


@pytest.mark.parametrize("asked", [False, True])
async def test_who_is_not_connected_in_time_is_told_to_come_again(
    realtime: Realtime, shop: TestShop, clock: ManualClock, asked: bool
) -> None:
    shop.people.held = asyncio.Event()
    client = Client(realtime)
    if asked:
        client.begin(connect={"token": "ann"})
    assert client.next_tick == 10
    clock.turn(seconds=10)
    client.session.tick()  # type: ignore[union-attr]
    assert await client.closed() == STALE.number
    assert STALE.come_back
    shop.people.held.set()


async def test_a_ping_comes_every_25_seconds_and_wants_an_answer_within_8(
    realtime: Realtime, clock: ManualClock
) -> None:
    client = Client(realtime)
    await client.connect()
    session = client.session
    assert session is not None
    for _ in range(2):
        assert client.next_tick == 25
        clock.turn(seconds=25)
        session.tick()
        await eventually(lambda: client.said[-1] == {})
        assert client.next_tick == 8
        client.said.append({"answered": True})
        client.send({})
        clock.turn(seconds=8)
        session.tick()
        assert client.code is None
        assert client.next_tick == 17
        clock.turn(seconds=-8)
        client.next_tick = 25
    clock.turn(seconds=25)
    session.tick()
    clock.turn(seconds=8)
    session.tick()
    assert await client.closed() == 3012


async def test_any_traffic_answers_a_ping(realtime: Realtime, clock: ManualClock) -> None:
    client = Client(realtime)
    await client.connect()
    clock.turn(seconds=25)
    client.session.tick()  # type: ignore[union-attr]
    clock.turn(seconds=1)
    await client.call("test.echo", text="still here")
    clock.turn(seconds=8)
    client.session.tick()  # type: ignore[union-attr]
    assert client.code is None


@pytest.mark.parametrize(
    "frame",
    [
        "not json",
        '{"id":1',
        "[]",
        "7",
        '{"id":-1,"ping":{}}',
        '{"id":4294967296,"ping":{}}',
        '{"id":"1","ping":{}}',
        '{"id":2,"rpc":7}',
        '{"id":2,"subscribe":{"channel":1}}',
        '{"id":2,"subscribe":{"channel":"room:a","offset":-1}}',
        '{"id":2,"rpc":{"data":' + "[" * 20_000 + "]" * 20_000 + "}}",
        '{"id":2,"rpc":{"data":"\ud800"}}',
        '{"ping":{}}',
        '{"id":3,"connect":{}}',
        '{"id":2,"ping":{}}\nnonsense',
    ],
)
async def test_a_frame_that_is_not_the_protocol_ends_the_connection(realtime: Realtime, frame: str) -> None:
    client = Client(realtime)
    await client.connect()
    assert client.session is not None
    client.session.receive(frame)
    assert await client.closed() == 3501


async def test_nothing_is_answered_before_connect(realtime: Realtime) -> None:
    client = Client(realtime)
    client.begin(rpc={"method": "test.echo", "data": {"text": "a"}})
    assert await client.closed() == 3501


async def test_ping_and_send_are_served(realtime: Realtime) -> None:
    client = Client(realtime)
    await client.connect()
    assert await client.ask(ping={}) == {"id": 2, "ping": {}}
    client.send({"send": {"data": {"any": "thing"}}})
    assert "rpc" in await client.call("test.echo", text="after")
    assert len(client.said) == 3


async def test_a_token_with_an_end_is_refreshed_or_the_connection_ends(
    realtime: Realtime, shop: TestShop, clock: ManualClock
) -> None:
    minute = clock.now().replace(minute=1)
    shop.people.expires_at["ann"] = minute
    client = Client(realtime)
    result = await client.connect("ann")
    assert (result["expires"], result["ttl"]) == (True, 60)
    clock.turn(seconds=50)
    client.send({})
    shop.people.expires_at["ann-new"] = minute.replace(minute=2)
    refreshed = (await client.ask(refresh={"token": "ann-new"}))["refresh"]
    assert (refreshed["expires"], refreshed["ttl"]) == (True, 70)
    for seconds, token, code in ((1, "eve", 109), (1, "bob", 101), (1, "", 109)):
        clock.turn(seconds=seconds)
        assert (await client.ask(refresh={"token": token}))["error"]["code"] == code
    clock.turn(seconds=70 + 20)
    client.send({})
    client.session.tick()  # type: ignore[union-attr]
    assert client.code is None
    clock.turn(seconds=5)
    client.session.tick()  # type: ignore[union-attr]
    assert await client.closed() == 3005


async def test_who_came_with_a_cookie_cannot_refresh_and_comes_anew_when_it_ends(
    realtime: Realtime, shop: TestShop, clock: ManualClock
) -> None:
    shop.people.expires_at["ann"] = clock.now().replace(second=9)
    client = Client(realtime, Visitor(cookie="ann"))
    assert "expires" not in await client.connect()
    assert client.next_tick == 9
    clock.turn(seconds=9)
    client.session.tick()  # type: ignore[union-attr]
    assert await client.closed() == 3005


async def test_of_nine_sockets_of_one_person_the_oldest_is_closed(realtime: Realtime) -> None:
    clients = [Client(realtime) for _ in range(9)]
    other = Client(realtime)
    await other.connect("bob")
    for client in clients:
        await client.connect("ann")
    assert await clients[0].closed() == 3504
    assert [client.code for client in (*clients[1:], other)] == [None] * 9


class Lingering:
    """A connection that is to end and has not yet: something is under way on it."""

    def __init__(self) -> None:
        self.caller = Caller(UUID(int=7))
        self.told: list[CloseCode] = []

    def leave(self, code: CloseCode) -> None:
        self.told.append(code)


def test_of_many_sockets_that_come_at_once_all_that_are_too_many_are_ended() -> None:
    sockets, connections = Sockets(8, lambda: 0.0), [Lingering() for _ in range(11)]
    for connection in connections:
        sockets.known(connection, 0)
    assert [bool(connection.told) for connection in connections] == [True] * 3 + [False] * 8


async def test_an_ended_session_closes_its_sockets_after_what_is_under_way_is_answered(
    realtime: Realtime, shop: TestShop
) -> None:
    phone, laptop, other = Client(realtime), Client(realtime), Client(realtime)
    await phone.connect("ann-phone")
    await laptop.connect("ann-laptop")
    await other.connect("bob")
    assert "rpc" in await phone.call("test.leave_all")
    assert await phone.closed() == 4501
    assert (laptop.code, other.code) == (None, None)


async def test_a_command_that_takes_too_long_does_not_keep_an_ended_sessions_socket(
    realtime: Realtime, clock: ManualClock
) -> None:
    client = Client(realtime)
    await client.connect("ann")
    client.begin(rpc={"method": "test.mark", "data": {"name": "slow", "wait": True}})
    await asyncio.sleep(0)
    await realtime.end_sessions([id_of("session ann")])
    assert client.code is None
    assert client.next_tick == 0.5
    clock.turn(seconds=0.5)
    client.session.tick()  # type: ignore[union-attr]
    assert await client.closed() == 4501


async def test_a_session_that_was_ended_a_moment_before_it_connects_is_closed(realtime: Realtime) -> None:
    await realtime.end_sessions([id_of("session ann")])
    client = Client(realtime)
    client.begin(connect={"token": "ann"})
    assert await client.closed() == 4501


async def test_a_session_that_ended_unnoticed_is_found_by_the_sweep(realtime: Realtime, shop: TestShop) -> None:
    ann, bob, guest = Client(realtime), Client(realtime), Client(realtime)
    await ann.connect("ann")
    await bob.connect("bob")
    await guest.connect()
    shop.people.ended.add(id_of("session ann"))
    await realtime.sweep()
    assert await ann.closed() == 4501
    assert (bob.code, guest.code) == (None, None)


async def test_people_whose_role_changed_connect_anew(realtime: Realtime) -> None:
    ann, bob = Client(realtime), Client(realtime)
    await ann.connect("ann")
    await bob.connect("bob")
    await realtime.renew_users([id_of("ann")])
    assert await ann.closed() == 3011
    assert bob.code is None


async def test_whose_role_changes_while_they_are_looked_up_connects_anew(realtime: Realtime, shop: TestShop) -> None:
    shop.people.held = asyncio.Event()
    ann, bob = Client(realtime), Client(realtime)
    connecting = [asyncio.create_task(ann.connect("ann")), asyncio.create_task(bob.connect("bob"))]
    await eventually(lambda: shop.people.asked == 2)
    await realtime.renew_users([id_of("ann")])
    shop.people.held.set()
    await asyncio.gather(*connecting)
    assert await ann.closed() == 3011
    later = Client(realtime)
    await later.connect("ann")
    assert (later.code, bob.code) == (None, None)


async def test_p9_draining_tells_everybody_to_come_back_and_newcomers_at_once(realtime: Realtime) -> None:
    clients = [Client(realtime) for _ in range(5)]
    for client in clients:
        await client.connect()
    await realtime.drain(0.2)
    assert [client.code for client in clients] == [SHUTDOWN] * 5
    assert Client(realtime).code is SHUTDOWN


async def test_an_address_with_a_channel_subscribes_it_or_refuses(realtime: Realtime) -> None:
    seller = Client(realtime, Visitor(channel=f"seller:{id_of('shop')}"))
    assert f"seller:{id_of('shop')}" in (await seller.connect("seller"))["subs"]
    for visitor, token in (
        (Visitor(channel=f"seller:{id_of('shop')}"), "ann"),
        (Visitor(channel="ticket:1"), "ann"),
        (Visitor(channel="admin", person=str(id_of("admin"))), "ann"),
        (Visitor(channel="admin", person=str(id_of("ann"))), "ann"),
    ):
        error = (await Client(realtime, visitor).ask(connect={"token": token}))["error"]
        assert (error["code"], json.loads(error["message"])["code"]) == (404, "channel_not_found")
    admin = Client(realtime, Visitor(channel="admin", person=str(id_of("admin"))))
    assert "admin" in (await admin.connect("admin"))["subs"]


async def test_replies_that_are_due_together_are_written_in_one_frame(realtime: Realtime) -> None:
    client = Client(realtime)
    await client.connect()
    client.frames.clear()
    client.send(*({"id": 10 + i, "rpc": {"method": "test.echo", "data": {"text": "a"}}} for i in range(10)))
    await client.reply(19)
    assert len(client.frames) == 1


def test_the_codes_are_unique_and_tell_whether_to_come_back() -> None:
    numbers = [code.number for code in (*ERRORS, *CLOSES)]
    assert len(set(numbers)) == len(numbers)
    assert all(len(code.sentence.encode()) < 124 for code in CLOSES)
    assert {code.number: code.come_back for code in CLOSES}[3001]
    assert not {code.number: code.come_back for code in CLOSES}[4501]
    assert msgspec.to_builtins(Limits())["frame_bytes"] == 65536
