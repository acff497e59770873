"""AsyncAPI 3.0 of the socket: the frames, every operation as an RPC, every channel, every number it may answer with."""

from collections.abc import Iterable, Mapping
from typing import Any

from fastshop.contract.base import Channel, ChannelKind, Refusal
from fastshop.contract.codes import CLOSES, ERRORS
from server.documents.frames import Frame, framed, protocol, protocol_schemas
from server.documents.openapi import refusals_of
from server.documents.problems import PROBLEM, problem_schema
from server.documents.schemas import REF, Schema, Schemas, description, joined, schemas, summary
from server.http.problems import status_of
from server.kernel.channel import Watch
from server.kernel.operation import Operation

_ABOUT = """\
One WebSocket carries commands and their answers, and the state of everything that is looked at. It speaks the
Centrifugal client protocol in its JSON form, so its official clients (JavaScript, Python, Dart, Swift, Java, Go) work
unchanged: they reconnect, resubscribe and recover by themselves.

A text frame holds one or more JSON objects, separated by newlines. `connect` comes first: with a session's token or a
short-lived one, with the cookie of a page of our own origin, or with neither, as a guest. An operation is an `rpc`
whose method is its name. A channel is asked for with `subscribe`; the reply has the snapshot in `data` and its exact
position, and what happens afterwards arrives as `push`, in order and without a gap.

A channel of kind `log` keeps every event: after a cut line `recover` with the last `offset` and `epoch` answers all
that was missed, or `recovered: false` and a fresh snapshot. Of kind `state` only the newest is kept, and a slow reader
gets just that. Of kind `passing` nothing is kept.
"""


def asyncapi(operations: Iterable[Operation], watches: Iterable[Watch], *, version: str = "0.1.0") -> Schema:
    """The document."""
    listed = sorted(operations, key=lambda operation: operation.tag)
    channels = sorted((watch.channel for watch in watches), key=lambda channel: channel.prefix)
    refusals = sorted({kind for operation in listed for kind in refusals_of(operation)}, key=lambda kind: kind.code)
    sent = [operation.command.answer() for operation in listed]
    for channel in channels:
        sent.extend([channel.snapshot, *channel.events])
    found = schemas([operation.command for operation in listed], sent, refusals)
    answers, shapes = found.sent[: len(listed)], iter(found.sent[len(listed) :])
    kinds = protocol()
    messages = _protocol_messages(kinds) | _rpc_messages(listed, answers)
    document: Schema = {
        "asyncapi": "3.0.0",
        "info": {"title": "FastShop, live", "version": version, "description": _about()},
        "defaultContentType": "application/json",
        "servers": {"shop": _SERVER},
        "channels": {"socket": _socket(messages)} | {_noun(c): _channel(c, shapes) for c in channels},
        "operations": _protocol_operations(kinds)
        | {operation.tag: _rpc(operation) for operation in listed}
        | {f"watch.{_noun(channel)}": _watch(channel) for channel in channels},
        "components": {
            "messages": dict(sorted(messages.items())),
            "schemas": joined(found.components, _told(found, listed, refusals), protocol_schemas(kinds)),
            "securitySchemes": {"cookie": {"type": "httpApiKey", "in": "cookie", "name": "fastshop"}},
        },
    }
    _name_discriminators(document)
    return document


def _name_discriminators(part: Any) -> None:
    """AsyncAPI names the property alone (its Schema Object, 3.0.0), where OpenAPI maps its values, too."""
    if isinstance(part, dict):
        found = part.get("discriminator")
        if isinstance(found, dict) and "propertyName" in found:
            part["discriminator"] = found["propertyName"]
    for inner in part.values() if isinstance(part, dict) else part if isinstance(part, list) else ():
        _name_discriminators(inner)


_SERVER: Schema = {
    "host": "{host}",
    "pathname": "/ws",
    "protocol": "wss",
    "description": "Plain `ws` on one's own machine.",
    "variables": {"host": {"default": "localhost:8000", "description": "Where the shop is."}},
    "security": [{"$ref": "#/components/securitySchemes/cookie"}],
}


def _about() -> str:
    errors = ["| error | temporary | meaning |", "|---|---|---|"]
    errors += [f"| {e.number} {_shown(e.sentence)} | {_yes(e.temporary)} | {e.meaning} |" for e in ERRORS]
    closes = ["| close code | come back | meaning |", "|---|---|---|"]
    closes += [f"| {c.number} {c.sentence} | {_yes(c.come_back)} | {c.meaning} |" for c in CLOSES]
    return "\n".join([_ABOUT, *errors, "", *closes])


def _shown(sentence: str) -> str:
    return "" if "{" in sentence else sentence


def _yes(value: bool) -> str:
    return "yes" if value else "no"


def _socket(messages: Iterable[str]) -> Schema:
    return {
        "address": "/ws",
        "title": "The socket",
        "description": "All frames, of all kinds. Errors and close codes are in the table above.",
        "messages": {name: {"$ref": f"#/components/messages/{name}"} for name in sorted(messages)},
        "x-error-codes": [
            {"code": e.number, "message": e.sentence, "temporary": e.temporary, "meaning": e.meaning} for e in ERRORS
        ],
        "x-close-codes": [
            {"code": c.number, "reason": c.sentence, "come_back": c.come_back, "meaning": c.meaning} for c in CLOSES
        ],
    }


def _protocol_messages(kinds: Iterable[Frame]) -> dict[str, Schema]:
    messages: dict[str, Schema] = {
        "error": {"summary": "A command that was not done.", "payload": {"$ref": REF + "ErrorReply"}},
        "push": {"summary": "Something that the server says by itself.", "payload": {"$ref": REF + "Push"}},
    }
    for frame in kinds:
        messages[frame.kind] = {"summary": summary(frame.request), "payload": frame.asked}
        if frame.result is not None:
            messages[f"{frame.kind}.reply"] = {"summary": summary(frame.result), "payload": frame.answered}
    return messages


def _protocol_operations(kinds: Iterable[Frame]) -> dict[str, Schema]:
    return {frame.kind: _received(frame.kind, replied=frame.result is not None) for frame in kinds}


def _received(name: str, *, replied: bool) -> Schema:
    received: Schema = {
        "action": "receive",
        "channel": {"$ref": "#/channels/socket"},
        "messages": [{"$ref": f"#/channels/socket/messages/{name}"}],
    }
    if replied:
        answers = [{"$ref": f"#/channels/socket/messages/{answer}"} for answer in (f"{name}.reply", "error")]
        received["reply"] = {"channel": {"$ref": "#/channels/socket"}, "messages": answers}
    return received


def _rpc_messages(operations: Iterable[Operation], answers: Iterable[Schema]) -> dict[str, Schema]:
    messages = {}
    for operation, answer in zip(operations, answers, strict=True):
        tag, name = operation.tag, operation.command.__name__
        call = _object(method={"type": "string", "const": tag}, data={"$ref": REF + name})
        messages[tag] = {"summary": summary(operation.command), "payload": framed("rpc", call)}
        messages[f"{tag}.reply"] = {
            "summary": f"The answer to {tag}.",
            "payload": framed("rpc", _object(data=answer)),
        }
    return messages


def _rpc(operation: Operation) -> Schema:
    refused = refusals_of(operation)
    codes = sorted({status_of(kind)[0] for kind in refused})
    return _received(operation.tag, replied=True) | {
        "title": operation.tag,
        "summary": summary(operation.command),
        "description": description(operation.command),
        "tags": [{"name": operation.tag.partition(".")[0]}],
        "x-permission": operation.permission.name,
        "x-refusals": [{"$ref": REF + kind.__name__} for kind in refused],
        "x-error-codes": codes,
    }


def _channel(channel: Channel, shapes: Any) -> Schema:
    snapshot = next(shapes)
    messages = {
        "snapshot": {
            "summary": "The state that a subscriber starts from: `data` of the reply to `subscribe`.",
            "payload": snapshot,
        }
    }
    for event in channel.events:
        messages[event.tag()] = {"summary": summary(event), "payload": next(shapes)}
    text: Schema = {
        "address": channel.pattern,
        "title": _noun(channel),
        "description": f"{channel.doc} Events arrive as `push.pub.data`.",
        "messages": messages if channel.kind is not ChannelKind.PASSING else _but(messages, "snapshot"),
        "x-kind": channel.kind.value,
    }
    if channel.key:
        text["parameters"] = {channel.key: {"description": "The id of what is watched."}}
    return text


def _watch(channel: Channel) -> Schema:
    path = f"#/channels/{_noun(channel)}"
    return {
        "action": "send",
        "channel": {"$ref": path},
        "summary": f"What happens in {channel.pattern}.",
        "messages": [{"$ref": f"{path}/messages/{event.tag()}"} for event in channel.events],
    }


def _told(found: Schemas, operations: Iterable[Operation], refusals: Iterable[type[Refusal]]) -> dict[str, Schema]:
    commands = {operation.command.__name__: found.commands[operation.tag] for operation in operations}
    problems = {kind.__name__: problem_schema(kind, found.facts[kind.code]) for kind in refusals}
    return joined(commands, problems, {"Problem": PROBLEM, "ErrorReply": _error_reply(problems), "Push": _PUSH})


def _error_reply(problems: Iterable[str]) -> Schema:
    own = [error.number for error in ERRORS]
    error = _object(
        code={"type": "integer", "enum": own},
        message={
            "type": "string",
            "description": "Below 400 a sentence; from 400 the problem document, as compact JSON.",
            "x-problem": {"anyOf": [{"$ref": REF + name} for name in sorted(problems)]},
        },
    )
    error["properties"]["temporary"] = {"type": "boolean", "default": False}
    return framed("error", error)


_INFO: Schema = {"$ref": REF + "ClientInfo"}
_PUSH: Schema = {
    "type": "object",
    "required": ["push"],
    "properties": {
        "push": {
            "type": "object",
            "description": "The channel, and one of the others.",
            "properties": {
                "channel": {"type": "string"},
                "pub": {
                    "type": "object",
                    "properties": {"offset": {"type": "integer"}, "data": {}, "info": _INFO},
                    "required": ["data"],
                },
                "join": {"type": "object", "properties": {"info": _INFO}},
                "leave": {"type": "object", "properties": {"info": _INFO}},
                "unsubscribe": {"type": "object"},
                "disconnect": {"type": "object"},
            },
        }
    },
}


def _object(**members: Schema) -> Schema:
    return {"type": "object", "properties": members, "required": list(members)}


def _but(messages: Mapping[str, Schema], name: str) -> dict[str, Schema]:
    return {key: value for key, value in messages.items() if key != name}


def _noun(channel: Channel) -> str:
    return channel.prefix.rstrip(":")
