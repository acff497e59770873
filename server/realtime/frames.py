"""The wire: newline-separated JSON objects in a text frame; commands in, replies and pushes out.

Unknown fields are passed over, as the protocol wants. What is JSON already (an event, a snapshot) is spliced in as it
is: it is encoded once, and everybody gets the same bytes.
"""

from typing import Annotated, Any

import msgspec
from msgspec import UNSET, Meta, Raw, Struct, UnsetType

from fastshop.contract.codes import ErrorCode

_Id = Annotated[int, Meta(ge=0, le=2**32 - 1)]
_Offset = Annotated[int, Meta(ge=0, le=2**63 - 1)]

_NOTHING = Raw(b"")
_encode = msgspec.json.Encoder().encode

PING = b"{}"


class SubscribeRequest(Struct):
    """`subscribe`; also what `connect` says of each server-side subscription that it resumes."""

    channel: str = ""
    recover: bool = False
    offset: _Offset = 0
    epoch: str = ""
    flag: int = 0


class ConnectRequest(Struct):
    """`connect`."""

    token: str = ""
    subs: dict[str, SubscribeRequest] = {}


class ChannelRequest(Struct):
    """`unsubscribe`, `presence`, `presence_stats`, `sub_refresh`: just a channel."""

    channel: str = ""


class PublishRequest(Struct):
    """`publish`."""

    channel: str = ""
    data: Raw = _NOTHING


class Position(Struct):
    """A place in a channel's log."""

    offset: _Offset = 0
    epoch: str = ""


class HistoryRequest(Struct):
    """`history`. A limit of 0 asks for the position only, a negative one for all there is."""

    channel: str = ""
    limit: int = 0
    since: Position | None = None
    reverse: bool = False


class RpcRequest(Struct, gc=False):
    """`rpc`."""

    method: str = ""
    data: Raw = _NOTHING


class SendRequest(Struct):
    """`send`: a message without an answer."""

    data: Raw = _NOTHING


class RefreshRequest(Struct):
    """`refresh`."""

    token: str = ""


class PingRequest(Struct):
    """`ping`."""


class ClientCommand(Struct, gc=False):
    """A command: an id and one of the kinds. Nothing at all is the answer to a ping."""

    id: _Id = 0
    connect: ConnectRequest | None = None
    subscribe: SubscribeRequest | None = None
    unsubscribe: ChannelRequest | None = None
    publish: PublishRequest | None = None
    presence: ChannelRequest | None = None
    presence_stats: ChannelRequest | None = None
    history: HistoryRequest | None = None
    ping: PingRequest | None = None
    send: SendRequest | None = None
    rpc: RpcRequest | None = None
    refresh: RefreshRequest | None = None
    sub_refresh: ChannelRequest | None = None


class SubscribeResult(Struct, omit_defaults=True):
    """Where a subscriber stands: a snapshot, or what was missed."""

    recoverable: bool = False
    positioned: bool = False
    epoch: str = ""
    offset: int = 0
    was_recovering: bool = False
    recovered: bool = False
    publications: tuple[Raw, ...] = ()
    data: Raw | UnsetType = UNSET


class ConnectResult(Struct, omit_defaults=True):
    """The answer to `connect`. ``ttl`` and ``ping`` are in seconds, ``time`` in milliseconds since 1970."""

    client: str
    version: str
    ping: int
    pong: bool
    node: str
    time: int
    expires: bool = False
    ttl: int = 0
    subs: dict[str, SubscribeResult] = {}


class RefreshResult(Struct, omit_defaults=True):
    """The answer to `refresh`."""

    client: str
    version: str
    expires: bool = False
    ttl: int = 0


class ClientInfo(Struct, omit_defaults=True):
    """Somebody in a channel: a connection and whose it is; ``user`` is empty for a guest."""

    client: str
    user: str = ""


class PresenceResult(Struct):
    """The answer to `presence`."""

    presence: dict[str, ClientInfo]


class PresenceStatsResult(Struct):
    """The answer to `presence_stats`."""

    num_clients: int
    num_users: int


class HistoryResult(Struct):
    """The answer to `history`."""

    publications: tuple[Raw, ...]
    epoch: str
    offset: int


class Empty(Struct):
    """An answer that says no more than that it is done."""


class _Error(Struct, omit_defaults=True):
    code: int
    message: str
    temporary: bool = False


class BadFrame(Exception):
    """What came is not the protocol."""


_decoder = msgspec.json.Decoder(ClientCommand)


def decode(frame: str | bytes) -> list[ClientCommand]:
    """The commands in a frame. What is not the protocol raises `BadFrame`."""
    try:
        return _decoder.decode_lines(frame)
    except (msgspec.DecodeError, RecursionError, UnicodeError) as error:
        raise BadFrame from error


def reply(command_id: int, kind: str, result: Any) -> bytes:
    """The answer to a command."""
    return b'{"id":%d,"%b":%b}' % (command_id, kind.encode(), _encode(result))


def rpc_reply(command_id: int, answer: Any) -> bytes:
    """The answer to `rpc`."""
    return b'{"id":%d,"rpc":{"data":%b}}' % (command_id, _encode(answer))


def error(command_id: int, code: ErrorCode) -> bytes:
    """One of the protocol's own errors."""
    return problem(command_id, code.number, code.sentence, temporary=code.temporary)


def problem(command_id: int, code: int, message: str, *, temporary: bool) -> bytes:
    """An error with a message of its own."""
    return b'{"id":%d,"error":%b}' % (command_id, _encode(_Error(code, message, temporary)))


def publication(offset: int, data: bytes) -> Raw:
    """An event as it stands in a list of recovered ones."""
    return Raw(b'{"offset":%d,"data":%b}' % (offset, data))


def push_start(channel: str) -> bytes:
    """The beginning of every push of a channel; `offset_push` and its siblings finish it."""
    return b'{"push":{"channel":%b,' % _encode(channel)


def offset_push(start: bytes, offset: int, data: bytes) -> bytes:
    """A push of an event of a log channel."""
    return b'%b"pub":{"offset":%d,"data":%b}}}' % (start, offset, data)


def state_push(start: bytes, data: bytes) -> bytes:
    """A push of what is not in the log."""
    return b'%b"pub":{"data":%b}}}' % (start, data)


def passing_push(start: bytes, data: bytes, sender: ClientInfo) -> bytes:
    """A push of what a client published."""
    return b'%b"pub":{"data":%b,"info":%b}}}' % (start, data, _encode(sender))


def presence_push(start: bytes, kind: str, who: ClientInfo) -> bytes:
    """A push that says that somebody came (``join``) or went (``leave``)."""
    return b'%b"%b":{"info":%b}}}' % (start, kind.encode(), _encode(who))
