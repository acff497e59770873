"""WebSocket frames (RFC 6455) without a socket: what a server reads and what it writes.

No extension is ever agreed on, so the reserved bits are always zero. A message is as large as the limit at most, in
however many fragments it comes, and nothing but the message under way is kept.
"""

from collections.abc import Callable, Iterator

try:
    from websockets.speedups import apply_mask
except ImportError:  # where there was no compiler
    from websockets.utils import apply_mask

TEXT, BINARY, CLOSE, PING, PONG = 0x1, 0x2, 0x8, 0x9, 0xA
_CONTINUATION = 0x0
_KNOWN = frozenset({_CONTINUATION, TEXT, BINARY, CLOSE, PING, PONG})

_FINAL, _RESERVED, _OPCODE = 0x80, 0x70, 0x0F
_MASKED, _SIZE = 0x80, 0x7F
_FINAL_TEXT = _FINAL | TEXT
# What fits into the first length byte, and all that a control frame may carry (RFC 6455 5.5).
_SHORT = 125

PROTOCOL_ERROR, NOT_TEXT, TOO_MANY, TOO_BIG = 1002, 1007, 1008, 1009
NORMAL, NO_STATUS = 1000, 1005


class Violation(Exception):
    """The peer does not keep to the protocol: close with this code, read no more."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason


class FrameReader:
    """Makes messages of what arrives, in whatever pieces.

    ``spend`` is asked for every frame that brings no message by itself: the smallest is six bytes long, and a peer that
    sends nothing else would keep us busy.
    """

    __slots__ = ("_buffer", "_kind", "_limit", "_message", "_spend")

    def __init__(self, limit: int, spend: Callable[[], bool]) -> None:
        self._limit = limit
        self._spend = spend
        self._buffer = bytearray()
        self._message = bytearray()
        # The kind of the fragmented message under way; 0 when there is none.
        self._kind = 0

    def receive(self, data: bytes) -> Iterator[tuple[int, bytes]]:
        """The messages and control frames that are whole now: opcode and payload. Text is valid UTF-8.

        Raises `Violation` after what was right before it. Read it to its end, or read no more from this peer.
        """
        view: bytes | bytearray = data
        if self._buffer:
            self._buffer += data
            view = self._buffer
        start, end = 0, len(view)
        while end - start >= 2:
            first, second = view[start], view[start + 1]
            if first != _FINAL_TEXT or not second & _MASKED or self._kind:
                self._check(first, second)
            size, at = second & _SIZE, start + 2
            if size > _SHORT:
                extra = 2 if size == _SHORT + 1 else 8
                if end - at < extra:
                    break
                size = int.from_bytes(view[at : at + extra], "big")
                at += extra
            if size > self._limit - len(self._message) and first & _OPCODE < CLOSE:
                raise Violation(TOO_BIG, f"at most {self._limit} bytes a message")
            if end - at < 4 + size:
                break
            start = at + 4 + size
            payload = apply_mask(bytes(view[at + 4 : start]), bytes(view[at : at + 4]))
            if first == _FINAL_TEXT and not self._kind:
                yield TEXT, _checked(TEXT, payload)
            elif (whole := self._take(first, payload)) is not None:
                yield whole
        if start < end or view is self._buffer:
            self._buffer = bytearray(view[start:])

    def _check(self, first: int, second: int) -> None:
        opcode = first & _OPCODE
        if first & _RESERVED:
            raise Violation(PROTOCOL_ERROR, "reserved bits are set")
        if opcode not in _KNOWN:
            raise Violation(PROTOCOL_ERROR, "unknown opcode")
        if not second & _MASKED:
            raise Violation(PROTOCOL_ERROR, "a client masks its frames")
        if opcode >= CLOSE:
            if not first & _FINAL or second & _SIZE > _SHORT:
                raise Violation(PROTOCOL_ERROR, "a control frame is short and whole")
        elif (opcode == _CONTINUATION) != bool(self._kind):
            raise Violation(PROTOCOL_ERROR, "a message begins and goes on in order")

    def _take(self, first: int, payload: bytes) -> tuple[int, bytes] | None:
        opcode = first & _OPCODE
        if first & _FINAL and not self._kind and opcode < CLOSE:
            return opcode, _checked(opcode, payload)
        if not self._spend():
            raise Violation(TOO_MANY, "too many frames")
        if opcode >= CLOSE:
            return opcode, payload
        self._message += payload
        self._kind = self._kind or opcode
        if not first & _FINAL:
            return None
        kind, message = self._kind, bytes(self._message)
        self._kind = 0
        self._message.clear()
        return kind, _checked(kind, message)


def frame(opcode: int, payload: bytes) -> bytes:
    """A whole frame, as a server writes it."""
    size = len(payload)
    if size <= _SHORT:
        return b"%c%c%b" % (_FINAL | opcode, size, payload)
    if size < 1 << 16:
        return b"%c%c%b%b" % (_FINAL | opcode, _SHORT + 1, size.to_bytes(2, "big"), payload)
    return b"%c%c%b%b" % (_FINAL | opcode, _SHORT + 2, size.to_bytes(8, "big"), payload)


def close_frame(code: int, reason: str = "") -> bytes:
    """A close frame. A reason that does not fit into a control frame is cut."""
    if code == NO_STATUS:
        return frame(CLOSE, b"")
    said = reason.encode()[: _SHORT - 2].decode(errors="ignore").encode()
    return frame(CLOSE, code.to_bytes(2, "big") + said)


def close_code(payload: bytes) -> int:
    """The code in a peer's close frame; `NO_STATUS` when it says none. Raises `Violation`."""
    if not payload:
        return NO_STATUS
    code = int.from_bytes(payload[:2], "big")
    if len(payload) == 1 or not _may_be_sent(code):
        raise Violation(PROTOCOL_ERROR, "no such close code")
    _checked(TEXT, payload[2:])
    return code


def _may_be_sent(code: int) -> bool:
    """RFC 6455 7.4 and the IANA registry: some codes are never on the wire, some belong to nobody."""
    return 3000 <= code <= 4999 or (1000 <= code <= 1014 and code not in (1004, 1005, 1006))


def _checked(opcode: int, payload: bytes) -> bytes:
    if opcode == TEXT and not payload.isascii():
        try:
            payload.decode()
        except UnicodeDecodeError:
            raise Violation(NOT_TEXT, "invalid UTF-8") from None
    return payload
