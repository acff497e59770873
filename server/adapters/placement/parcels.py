"""Messages and what came of them, as they travel between nodes.

A message is known by its kind's module and its class name, its reply by the type in its brackets, a refusal by its code
and facts. Nodes of two releases may meet: what one of them does not know it has not decided.
"""

from collections.abc import Iterable, Mapping, Sequence
from types import ModuleType
from typing import Any, NamedTuple, get_args
from uuid import UUID

import msgspec
from msgspec import Raw, Struct
from msgspec.msgpack import Decoder, Encoder

from actors.runtime.ports import Elsewhere, Message, Reminded
from fastshop.contract.base import Refusal


class Parcel(Struct, array_like=True, frozen=True, tag="ask"):
    """Messages to one actor. ``sender`` is the node that waits for the receipt with this number."""

    sender: str
    number: int
    kind: str
    actor_id: UUID
    messages: tuple[tuple[str, Raw], ...]


class Replied(Struct, array_like=True, frozen=True, tag="reply"):
    """The actor replied."""

    reply: Raw


class Refused(Struct, array_like=True, frozen=True, tag="refusal"):
    """The actor refused."""

    code: str
    facts: dict[str, Any]


class Failed(Struct, array_like=True, frozen=True, tag="failure"):
    """There is a defect; its node has logged it."""

    reason: str


class Undecided(Struct, array_like=True, frozen=True, tag="elsewhere"):
    """The node does not own the actor."""


Outcome = Replied | Refused | Failed | Undecided


class Receipt(Struct, array_like=True, frozen=True, tag="answer"):
    """What came of a parcel's messages, one by one; none at all where nothing was decided."""

    number: int
    outcomes: tuple[Outcome, ...] = ()


class DefectElsewhere(Exception):
    """The actor failed on its node, for the reason given."""


class _Known(NamedTuple):
    message: "Decoder[Message[Any]]"
    reply: "Decoder[Any]"


class Codec:
    """Knows the messages of each kind of actor, by the module that holds them, and the refusals by their codes."""

    def __init__(self, modules: Mapping[str, ModuleType], refusals: Mapping[str, type[Refusal]]) -> None:
        self._known = {kind: {cls.__name__: _known(cls) for cls in _messages(modules[kind])} for kind in modules}
        self._refusals = refusals
        self._encode = Encoder().encode
        self._decode = Decoder(Parcel | Receipt).decode

    def encode(self, sent: Parcel | Receipt) -> bytes:
        """As it travels."""
        return self._encode(sent)

    def decode(self, data: bytes) -> Parcel | Receipt:
        """What came. Raises `msgspec.DecodeError`."""
        came: Parcel | Receipt = self._decode(data)
        return came

    def pack(self, messages: Iterable[Message[Any]]) -> tuple[tuple[str, Raw], ...]:
        """Messages for a parcel."""
        return tuple((type(message).__name__, Raw(self._encode(message))) for message in messages)

    def unpack(self, parcel: Parcel) -> Sequence[Message[Any]]:
        """The messages of a parcel. Raises `Elsewhere` when this release does not know one of them."""
        known = self._known.get(parcel.kind, {})
        try:
            return [known[name].message.decode(data) for name, data in parcel.messages]
        except (KeyError, msgspec.DecodeError) as error:
            raise Elsewhere from error

    def report(self, outcomes: Iterable[Any]) -> tuple[Outcome, ...]:
        """What came of messages, for a receipt."""
        return tuple(self._report(outcome) for outcome in outcomes)

    def outcomes(self, kind: str, messages: Iterable[Message[Any]], receipt: Receipt) -> Sequence[Any]:
        """What came of the messages. Where this release does not understand it, they count as undecided."""
        if not receipt.outcomes:
            raise Elsewhere
        known = self._known[kind]
        return [
            self._outcome(known[type(message).__name__], outcome)
            for message, outcome in zip(messages, receipt.outcomes, strict=True)
        ]

    def _report(self, outcome: Any) -> Outcome:
        match outcome:
            case Elsewhere():
                return Undecided()
            case Refusal():
                return Refused(outcome.code, outcome.facts())
            case BaseException():
                return Failed(repr(outcome))
            case _:
                return Replied(Raw(self._encode(outcome)))

    def _outcome(self, known: _Known, outcome: Outcome) -> Any:
        try:
            match outcome:
                case Replied(reply):
                    return known.reply.decode(reply)
                case Refused(code, facts):
                    return self._refusals[code].from_facts(facts)
                case Failed(reason):
                    return DefectElsewhere(reason)
                case Undecided():
                    return Elsewhere()
        except (KeyError, TypeError, msgspec.DecodeError):
            return Elsewhere()


def _messages(module: ModuleType) -> Iterable[type[Message[Any]]]:
    yield Reminded
    for value in vars(module).values():
        if isinstance(value, type) and issubclass(value, Message) and value is not Message:
            yield value


def _known(message: type[Message[Any]]) -> _Known:
    (base,) = message.__orig_bases__  # type: ignore[attr-defined]
    (reply,) = get_args(base)
    return _Known(Decoder(message), Decoder(reply))
