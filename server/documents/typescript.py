"""The contract in TypeScript, for ``web/``. The same contract always gives the same text."""

import json
from collections.abc import Iterable, Iterator
from typing import Any

from fastshop.contract.base import Channel, Command, Refusal
from fastshop.registry import Contract
from server.documents.schemas import REF, Schema, Schemas, description, schemas

_HEAD = """\
// Written by `fastshop typescript` from the contract in client_sdk/fastshop/contract. Do not edit it:
// change the contract and write it again; a test fails while the two differ.

/** A UUID, version 7 where we make it, so newer ids sort after older ones. */
export type Id = string;

/** A moment in RFC 3339, with its offset. */
export type Time = string;
"""

_TAIL = """\
export type Tag = keyof Operations;
export type CommandOf<T extends Tag> = Operations[T]["command"];
export type AnswerOf<T extends Tag> = Operations[T]["answer"];

export type Noun = keyof Channels;
export type SnapshotOf<N extends Noun> = Channels[N]["snapshot"];
export type EventOf<N extends Noun> = Channels[N]["event"];
export type ChannelName<N extends Noun = Noun> = ReturnType<(typeof channels)[N]>;

export type Code = keyof Refusals;
/** A refusal as it travels: the members of RFC 9457, its stable code, and its facts. */
export type Problem<C extends Code = Code> = {
  [K in C]: {
    type: string;
    title: string;
    status: number;
    code: K;
    detail: string;
    /** Whether the very same command may succeed later without any change. */
    temporary: boolean;
    trace: string;
  } & Refusals[K];
}[C];
"""


def typescript(contract: Contract) -> str:
    """A module of types for every command, answer, event, channel and refusal, and the routes and channel names."""
    commands, channels = list(contract.commands.values()), list(contract.channels.values())
    sent = [command.answer() for command in commands]
    for channel in channels:
        sent.extend([channel.snapshot, *channel.events])
    found = schemas(commands, sent, list(contract.refusals.values()))
    remaining = iter(found.sent)
    parts = [
        _HEAD,
        *(_declaration(name, part) for name, part in sorted(found.components.items())),
        *(_declaration(command.__name__, found.commands[command.tag()]) for command in commands),
        _operations(commands, remaining),
        _routes(commands),
        _channels(channels, remaining),
        _names(channels),
        _refusals(contract.refusals.values(), found),
        _TAIL,
    ]
    return "\n".join(parts)


def _declaration(name: str, part: Schema) -> str:
    if not part.get("properties"):
        return f"{_comment(part)}export type {name} = {_type(part)};\n"
    return f"{_comment(part)}export interface {name} {{\n{''.join(_members(part))}}}\n"


def _members(part: Schema) -> Iterator[str]:
    for name, schema in part["properties"].items():
        # What Time means is said once, at the top.
        comment = "" if _type(schema) == "Time" else _comment(schema, "  ")
        optional = "" if name in part["required"] else "?"
        yield f"{comment}  {name}{optional}: {_type(schema)};\n"


def _type(schema: Schema) -> str:
    if "$ref" in schema:
        return str(schema["$ref"]).removeprefix(REF)
    if "const" in schema:
        return json.dumps(schema["const"])
    if "enum" in schema:
        return " | ".join(json.dumps(value) for value in schema["enum"])
    if "anyOf" in schema:
        return " | ".join(_type(option) for option in schema["anyOf"])
    return _simple(schema)


def _simple(schema: Schema) -> str:
    match schema:
        case {"type": "array", "items": dict(items)}:
            return f"readonly ({_type(items)})[]" if " " in _type(items) else f"readonly {_type(items)}[]"
        case {"type": "object", "additionalProperties": dict(value)}:
            return f"Readonly<Record<string, {_type(value)}>>"
        case {"type": "object"}:
            return "Record<string, never>"
        case {"format": "uuid"}:
            return "Id"
        case {"format": "date-time"}:
            return "Time"
        case {"type": "integer" | "number"}:
            return "number"
        case {"type": "string" | "boolean" | "null" as name}:
            return str(name)
    raise ValueError(f"no TypeScript is known for {schema}")


def _comment(schema: Schema, indent: str = "") -> str:
    text = schema.get("description", "")
    if not text:
        return ""
    lines = text.splitlines()
    if len(lines) == 1:
        return f"{indent}/** {text} */\n"
    middle = "".join(f"{indent} * {line}".rstrip() + "\n" for line in lines)
    return f"{indent}/**\n{middle}{indent} */\n"


def _operations(commands: Iterable[type[Command[Any]]], answers: Iterator[Schema]) -> str:
    lines = [
        f'"{command.tag()}": {{ command: {command.__name__}; answer: {_type(next(answers))} }};' for command in commands
    ]
    return _block("What may be asked for: the RPC method, its data, its answer.", "interface Operations", lines)


def _routes(commands: Iterable[type[Command[Any]]]) -> str:
    lines = [
        f'"{command.tag()}": {{ verb: "{command.http.verb}", path: "{command.http.path}" }},' for command in commands
    ]
    comment = "Where the same operations are over HTTP, under /api/v1: `{name}` in a path is a field of the command."
    return _block(comment, "const routes =", lines)


def _channels(channels: Iterable[Channel], shapes: Iterator[Schema]) -> str:
    lines = []
    for channel in channels:
        snapshot = _type(next(shapes))
        events = " | ".join(_type(next(shapes)) for _ in channel.events) or "never"
        shape = f'{{ kind: "{channel.kind}"; snapshot: {snapshot}; event: {events} }}'
        lines += [f"/** {channel.doc} */", f"{_noun(channel)}: {shape};"]
    comment = "What may be watched, by the part of the channel's name before the colon."
    return _block(comment, "interface Channels", lines)


def _names(channels: Iterable[Channel]) -> str:
    lines = []
    for channel in channels:
        key = channel.key
        parameter, name = (f"{key}: Id", f"{channel.prefix}${{{key}}}") if key else ("", channel.pattern)
        lines.append(f"{_noun(channel)}: ({parameter}) => `{name}` as const,")
    return _block("The channel of one thing: `channels.sale(sale_id)`.", "const channels =", lines)


def _refusals(refusals: Iterable[type[Refusal]], found: Schemas) -> str:
    lines = []
    for refusal in refusals:
        facts = found.facts[refusal.code]["properties"]
        members = "; ".join(f"{name}: {_type(schema)}" for name, schema in facts.items())
        shape = f"{{ {members} }}" if members else "object"
        lines += [f"/** {description(refusal)} */", f'"{refusal.code}": {shape};']
    return _block("Every refusal by its code, with its facts.", "interface Refusals", lines)


def _block(comment: str, head: str, lines: Iterable[str]) -> str:
    body = "".join(f"  {line}\n" for line in lines)
    tail = " as const;" if head.startswith("const") else ""
    return f"/** {comment} */\nexport {head} {{\n{body}}}{tail}\n"


def _noun(channel: Channel) -> str:
    return channel.prefix.rstrip(":")
