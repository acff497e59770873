"""Whatever a client sends, the answer is a reply or a code of ours: never an exception, never 1011."""

import asyncio
import json
from typing import Any

import msgspec
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fastshop.contract.codes import CLOSES, ERRORS
from server.kernel.log import Publication
from server.realtime import frames
from server.realtime.counts import Counts
from server.realtime.feeds import LogFeed, Watcher
from server.realtime.frames import BadFrame
from server.realtime.limits import Limits
from server.realtime.outbound import Outbound
from server.realtime.service import Realtime
from tests.realtime.support import Client
from tests.support import ManualClock, eventually

_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inside: st.lists(inside, max_size=3) | st.dictionaries(st.text(max_size=8), inside, max_size=3),
    max_leaves=8,
)
_KINDS = [
    "connect",
    "subscribe",
    "unsubscribe",
    "publish",
    "presence",
    "presence_stats",
    "history",
    "ping",
    "send",
    "rpc",
    "refresh",
    "sub_refresh",
    "teleport",
]
_NAMES = st.sampled_from(["room:a", "meter:water", "typing:a", "user:1", "admin", "room:closed", "", "room:"])
_METHODS = st.sampled_from(["test.echo", "test.buy", "test.crash", "test.tell", "nothing", ""])
_REQUESTS = st.fixed_dictionaries(
    {},
    optional={
        "channel": _NAMES | _VALUES,
        "method": _METHODS | _VALUES,
        "data": _VALUES | st.fixed_dictionaries({"text": st.text(max_size=10)}),
        "token": st.sampled_from(["", "ann", "eve"]) | _VALUES,
        "recover": st.booleans(),
        "offset": st.integers(-1, 2**64),
        "epoch": st.text(max_size=5),
        "limit": st.integers(-2, 2**40),
        "since": st.none() | st.fixed_dictionaries({"offset": st.integers(0, 9)}),
        "reverse": st.booleans(),
        "subs": st.dictionaries(_NAMES, _VALUES, max_size=2),
    },
)
_COMMANDS = st.dictionaries(st.sampled_from(_KINDS), _REQUESTS | _VALUES, max_size=2).flatmap(
    lambda body: st.just(body) | st.integers(-1, 2**33).map(lambda number: {"id": number, **body})
)
_LINES = st.lists(_COMMANDS.map(lambda command: json.dumps(command)), min_size=1, max_size=4).map("\n".join)
_FRAMES = _LINES | st.text(max_size=200) | st.binary(max_size=200)
_KNOWN = {code.number for code in (*ERRORS, *CLOSES)}
_RELAXED = settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])


@given(frame=_FRAMES)
@settings(max_examples=500)
def test_a_frame_is_commands_or_a_bad_frame(frame: str | bytes) -> None:
    try:
        commands = frames.decode(frame)
    except BadFrame:
        return
    assert all(isinstance(command, frames.ClientCommand) for command in commands)


async def test_any_frames_are_answered_with_replies_and_codes_of_ours(realtime: Realtime, clock: ManualClock) -> None:
    loop = asyncio.get_running_loop()
    samples: list[list[Any]] = []

    # hypothesis runs tests that are not coroutines: the frames are drawn first, then sent.
    @given(st.lists(_FRAMES, max_size=6))
    @_RELAXED
    def draw(sent: list[Any]) -> None:
        samples.append(sent)

    await loop.run_in_executor(None, draw)
    for sent in samples:
        client = Client(realtime)
        assert client.session is not None
        if len(sent) % 2:
            await client.connect()
        for frame in sent:
            client.session.receive(frame)
        session = client.session
        await eventually(lambda session=session: not session._in_flight)  # type: ignore[misc]
        await asyncio.sleep(0)
        clock.turn(seconds=5)
        assert client.code is None or client.code.number in _KNOWN
        for said in client.said:
            assert "error" not in said or said["error"]["code"] in _KNOWN
        client.session.gone()
    assert len(realtime.sockets) == 0
    assert realtime.hub._feeds == {}


@given(
    arrivals=st.lists(st.lists(st.integers(1, 30), min_size=1, max_size=5), max_size=40),
    start=st.integers(0, 10),
    places=st.lists(st.integers(0, 12), min_size=1, max_size=4),
)
@settings(max_examples=300)
def test_p5_however_events_arrive_a_watcher_gets_each_once_and_in_order(
    arrivals: list[list[int]], start: int, places: list[int]
) -> None:
    gaps: list[LogFeed] = []
    feed = LogFeed("room:a", "room:a", gaps.append)
    got: list[list[int]] = []
    for place in places:
        seen: list[int] = []
        got.append(seen)
        watcher = Watcher("room:a", _Recording(seen), lambda _: None)
        feed.watchers[watcher] = None
        if place >= start:
            watcher.open(place)
    feed.begin(start)
    for batch in arrivals:
        feed.take([Publication("room:a", seq, b'{"n":%d}' % seq) for seq in sorted(batch)])
    seq = feed.seq or 0
    # What is still missing is read from the log.
    feed.fill([Publication("room:a", number, b'{"n":%d}' % number) for number in range(seq + 1, 31)] or [_LAST])
    assert feed.seq == 30
    for place, seen in zip(places, got, strict=True):
        assert seen == (list(range(max(place, start) + 1, 31)) if place >= start else [])


_LAST = Publication("room:a", 30, b'{"n":30}')


class _Recording(Outbound):
    """An outbound queue that notes the offsets of the events given to it."""

    __slots__ = ("_seen",)

    def __init__(self, seen: list[int]) -> None:
        super().__init__(Limits(), Counts(), lambda: None, lambda: None)
        self._seen = seen

    def event(self, data: bytes) -> None:
        pushes = msgspec.json.Decoder().decode_lines(data)
        self._seen.extend(push["push"]["pub"]["offset"] for push in pushes)


@given(
    st.lists(
        st.tuples(st.sampled_from(["answer", "state", "passing", "event", "take"]), st.integers(1, 400)), max_size=200
    )
)
def test_p6_the_outbound_queue_knows_what_it_holds_and_keeps_its_bound(steps: list[tuple[str, int]]) -> None:
    slow: list[bool] = []
    limits = Limits(outbound_bytes=1000, outbound_messages=20, outbound_frame=300)
    outbound = Outbound(limits, Counts(), lambda: None, lambda: slow.append(True))
    for step, size in steps:
        data = b"x" * size
        if step == "take":
            frame = outbound.take()
            assert frame is None or len(frame) <= 300 + 400
        elif step == "state":
            outbound.state(f"meter:{size % 3}", data)
        elif step != "answer" or not outbound.full:
            getattr(outbound, step)(data)
        assert outbound.held <= 1000 + 400 + 3 * 400
    held = outbound.held
    taken = 0
    while (frame := outbound.take()) is not None:
        taken += len(frame.replace(b"\n", b""))
    assert (taken, outbound.held) == (held, 0)
