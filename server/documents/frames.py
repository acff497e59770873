"""The protocol's own commands and replies, read off the structs that the socket decodes and writes."""

from dataclasses import dataclass
from typing import Any, get_args

import msgspec

from server.documents.schemas import REF, Schema, components
from server.realtime import frames

_ID: Schema = {"type": "integer", "description": "The client's number of the command."}


@dataclass(frozen=True, slots=True)
class Frame:
    """One kind of command: what is asked, and what is answered to it (None for the one without an answer)."""

    kind: str
    request: type
    result: type | None

    @property
    def asked(self) -> Schema:
        """The schema of the command."""
        return framed(self.kind, {"$ref": REF + self.request.__name__})

    @property
    def answered(self) -> Schema:
        """The schema of the reply."""
        return framed(self.kind, {"$ref": REF + self.result.__name__} if self.result else {})


def protocol() -> list[Frame]:
    """Every kind of command that the socket knows."""
    kinds = (field for field in msgspec.structs.fields(frames.ClientCommand) if field.name != "id")
    return [Frame(field.name, get_args(field.type)[0], _result(field.name)) for field in kinds]


def protocol_schemas(found: list[Frame]) -> dict[str, Schema]:
    """The schemas that the frames refer to, by name."""
    types = {frame.request for frame in found} | {frame.result for frame in found if frame.result is not None}
    return components([_shown(kind) for kind in sorted(types, key=lambda kind: kind.__name__)])


def _shown(kind: Any) -> Any:
    """The struct, with raw JSON as a member that must be there: msgspec cannot write the default of such a one."""
    fields = msgspec.structs.fields(kind)
    if not any(field.type is msgspec.Raw and not field.required for field in fields):
        return kind
    members: list[Any] = [
        (field.name, field.type) if field.type is msgspec.Raw else (field.name, field.type, field.default)
        for field in fields
    ]
    doc = {"__doc__": kind.__doc__}
    return msgspec.defstruct(kind.__name__, members, kw_only=True, namespace=doc, module=kind.__module__)


def framed(kind: str, content: Schema) -> Schema:
    """A frame of this kind: a command or its reply."""
    return {"type": "object", "properties": {"id": _ID, kind: content}, "required": ["id", kind]}


def _result(kind: str) -> type | None:
    if kind == "send":
        return None
    # presence_stats is answered by PresenceStatsResult; what only says "done" has no struct of its own.
    name = "".join(part.capitalize() for part in kind.split("_")) + "Result"
    result: type = getattr(frames, name, frames.Empty)
    return result
