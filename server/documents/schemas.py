"""JSON Schemas of the contract's types, as msgspec checks and writes them.

A field with a default may be left out of what we are sent, but is always there in what we send. So a struct that
travels both ways has two schemas, the one for what we are sent ending in ``Input``, wherever that makes a difference.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

import msgspec

from fastshop.contract.base import Command, Refusal

Schema = dict[str, Any]
REF = "#/components/schemas/"


@dataclass(frozen=True, slots=True)
class Schemas:
    """The schemas of commands by tag, of what we send in its order, of refusals' facts by code.

    ``components`` are what those refer to.
    """

    components: dict[str, Schema]
    commands: dict[str, Schema]
    sent: tuple[Schema, ...]
    facts: dict[str, Schema]


def schemas(commands: Sequence[type[Command[Any]]], sent: Sequence[Any], refusals: Sequence[type[Refusal]]) -> Schemas:
    """The schemas of these commands, of the types in ``sent`` (answers, snapshots, events) and of these refusals."""
    facts = [_facts(refusal) for refusal in refusals]
    taken, taken_parts = _components(commands)
    given, given_parts = _components([*sent, *facts])
    for part in given_parts.values():
        _always_there(part)
    taken, taken_parts = _told_apart(taken, taken_parts, given_parts)
    by_tag = {
        command.tag(): _untagged(taken_parts.pop(_named(schema)))
        for command, schema in zip(commands, taken, strict=True)
    }
    by_code = {
        refusal.code: given_parts.pop(_named(schema))
        for refusal, schema in zip(refusals, given[len(sent) :], strict=True)
    }
    return Schemas(taken_parts | given_parts, by_tag, tuple(given[: len(sent)]), by_code)


def components(types: Sequence[Any]) -> dict[str, Schema]:
    """The schemas of these types and all that they refer to, by name."""
    return _components(types)[1]


def joined(*groups: Mapping[str, Schema]) -> dict[str, Schema]:
    """Schemas of several origins under one roof. Two with the same name are an error: `ValueError`."""
    every: dict[str, Schema] = {}
    for group in groups:
        if twice := every.keys() & group.keys():
            raise ValueError(f"two schemas have the same name: {sorted(twice)}")
        every |= group
    return dict(sorted(every.items()))


def references(schema: Any) -> Iterator[str]:
    """The names of the components that a schema refers to by itself."""
    if isinstance(schema, dict):
        if "$ref" in schema:
            yield schema["$ref"].removeprefix(REF)
        for value in schema.values():
            yield from references(value)
    elif isinstance(schema, list):
        for value in schema:
            yield from references(value)


def summary(thing: Any) -> str:
    """The first sentence of something's docstring."""
    return re.split(r"(?<=[.:!?])\s", (thing.__doc__ or "").strip(), maxsplit=1)[0].rstrip(":")


def description(thing: Any) -> str:
    """A docstring in Markdown, one line a paragraph."""
    return _markdown(thing.__doc__ or "")


def _markdown(text: str) -> str:
    paragraphs = re.split(r"\n\s*\n", text.strip())
    return "\n\n".join(" ".join(paragraph.split()) for paragraph in paragraphs).replace("``", "`")


def _components(types: Sequence[Any]) -> tuple[list[Schema], dict[str, Schema]]:
    found, parts = msgspec.json.schema_components(types, ref_template=REF + "{name}")
    # msgspec writes Page[Seller] as Page_Seller_; people say SellerPage.
    named = {name: re.sub(r"^([A-Za-z]+)_(\w+)_$", r"\2\1", name) for name in parts}
    return (
        [_renamed(schema, named) for schema in found],
        {named[name]: _renamed(part, named) for name, part in parts.items()},
    )


def _renamed(schema: Any, names: dict[str, str]) -> Any:
    text = json.dumps(schema)
    pattern = re.compile(f'"{re.escape(REF)}([^"]+)"')
    return _plain(json.loads(pattern.sub(lambda match: f'"{REF}{names.get(match[1], match[1])}"', text)))


def _plain(schema: Any) -> Any:
    """Descriptions as Markdown, titles dropped: the component's name says the same."""
    if isinstance(schema, list):
        return [_plain(value) for value in schema]
    if not isinstance(schema, dict):
        return schema
    plain = {key: _plain(value) for key, value in schema.items() if key != "title" or not isinstance(value, str)}
    if isinstance(plain.get("description"), str):
        plain["description"] = _markdown(plain["description"])
    if isinstance(plain.get("enum"), list) and len(plain["enum"]) == 1:
        plain["const"] = plain.pop("enum")[0]
    return plain


def _always_there(part: Schema) -> None:
    if "properties" not in part:
        return
    part["required"] = list(part["properties"])
    for schema in part["properties"].values():
        schema.pop("default", None)
    # Who reads what we send must not mind a member that a later version adds.
    part.pop("additionalProperties", None)


def _told_apart(
    taken: list[Schema], taken_parts: dict[str, Schema], given_parts: dict[str, Schema]
) -> tuple[list[Schema], dict[str, Schema]]:
    differing = {name for name, part in taken_parts.items() if name in given_parts and given_parts[name] != part}
    names = {name: f"{name}Input" for name in _with_users(differing, taken_parts, given_parts)}
    return (
        [_renamed(schema, names) for schema in taken],
        {names.get(name, name): _renamed(part, names) for name, part in taken_parts.items()},
    )


def _with_users(differing: set[str], taken_parts: dict[str, Schema], given_parts: dict[str, Schema]) -> set[str]:
    """A struct that holds one which differs, differs too."""
    while True:
        users = {
            name
            for name, part in taken_parts.items()
            if name in given_parts and name not in differing and not differing.isdisjoint(references(part))
        }
        if not users:
            return differing
        differing = differing | users


def _named(schema: Schema) -> str:
    (name,) = references(schema)
    return name


def _untagged(part: Schema) -> Schema:
    """A command's name travels outside it: as the RPC's method, as verb and path."""
    properties = {name: schema for name, schema in part["properties"].items() if name != "type"}
    return part | {"properties": properties, "required": [name for name in part["required"] if name != "type"]}


def _facts(refusal: type[Refusal]) -> type[msgspec.Struct]:
    # kw_only, because a required fact may follow one with a default.
    members: Iterable[tuple[str, Any]] = ((field.name, field.type) for field in fields(refusal))
    return msgspec.defstruct(refusal.__name__, members, module=refusal.__module__, kw_only=True)
