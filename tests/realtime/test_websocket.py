"""The frames themselves, without a socket: however they are cut, the same messages come out."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.realtime import websocket
from server.realtime.websocket import BINARY, CLOSE, PING, PONG, TEXT, FrameReader, Violation
from tests.realtime.wire import MORE, frame

_MESSAGES = st.lists(
    st.tuples(st.sampled_from([TEXT, BINARY]), st.text(max_size=200), st.integers(1, 5))
    | st.tuples(st.sampled_from([PING, PONG]), st.text(max_size=30), st.just(1)),
    max_size=12,
)


@given(messages=_MESSAGES, cuts=st.lists(st.integers(1, 40), min_size=1), mask=st.binary(min_size=4, max_size=4))
def test_messages_come_out_whole_however_they_are_cut(
    messages: list[tuple[int, str, int]], cuts: list[int], mask: bytes
) -> None:
    sent, said = b"", []
    for opcode, text, pieces in messages:
        payload = text.encode()
        size = -(-len(payload) // pieces) or 1
        parts = [payload[at : at + size] for at in range(0, len(payload), size)] or [b""]
        for at, part in enumerate(parts):
            # A control frame may stand between any two fragments.
            if at:
                sent += frame(PING, b"between", mask=mask)
                said.append((PING, b"between"))
            sent += frame(MORE if at else opcode, part, final=at == len(parts) - 1, mask=mask)
        said.append((opcode, payload))
    reader, heard, at = FrameReader(10_000, lambda: True), [], 0
    while at < len(sent):
        size = cuts[at % len(cuts)]
        heard += list(reader.receive(sent[at : at + size]))
        at += size
    assert heard == said


@given(st.lists(st.binary(max_size=300), max_size=5))
def test_whatever_comes_is_read_or_is_a_violation_with_a_code(chunks: list[bytes]) -> None:
    reader, code = FrameReader(100, lambda: True), 1002
    try:
        for chunk in chunks:
            for opcode, payload in reader.receive(chunk):
                assert opcode in (TEXT, BINARY, CLOSE, PING, PONG)
                assert len(payload) <= 125
    except Violation as violation:
        code = violation.code
    assert code in (1002, 1007, 1009)


@pytest.mark.parametrize(
    ("size", "head"),
    [
        (0, b"\x81\x00"),
        (125, b"\x81\x7d"),
        (126, b"\x81\x7e\x00\x7e"),
        (65535, b"\x81\x7e\xff\xff"),
        (65536, b"\x81\x7f\x00\x00\x00\x00\x00\x01\x00\x00"),
    ],
)
def test_a_frame_says_its_size_in_as_few_bytes_as_it_needs(size: int, head: bytes) -> None:
    assert websocket.frame(TEXT, b"x" * size) == head + b"x" * size


def test_a_reason_that_does_not_fit_is_cut_between_its_characters() -> None:
    closing = websocket.close_frame(4000, "ü" * 100)
    assert closing == b"\x88\x7c" + (4000).to_bytes(2, "big") + "ü".encode() * 61


def test_a_close_without_a_code_is_answered_without_one() -> None:
    assert websocket.close_frame(websocket.close_code(b"")) == b"\x88\x00"
