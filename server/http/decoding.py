"""From path, query and body to the one struct that the WebSocket decodes too (docs/decisions/0003).

What came as text (path, query) is converted leniently, what came as JSON strictly: so HTTP refuses just what the
WebSocket refuses.
"""

import typing
from collections.abc import Mapping
from typing import Any
from uuid import UUID

import msgspec

from fastshop.contract.base import BadInput, Command
from server.kernel.decoding import bad_input

_json = msgspec.json.Decoder()


class Decoder:
    """Decodes requests of one command."""

    def __init__(self, command: type[Command[Any]]) -> None:
        self._command = command
        self._path = command.http.path_fields
        self._body = command.http.has_body
        self._lists = _list_fields(command)
        self._key = _id_field(command)

    def decode(
        self, path: Mapping[str, Any], query: list[tuple[str, str]], body: bytes, key: str | None
    ) -> Command[Any]:
        """The command, or `BadInput`. ``key`` is the Idempotency-Key header."""
        texts = self._texts(path, query)
        fields = self._body_fields(body) if self._body else {}
        _refuse_twice(texts, fields)
        if key is not None:
            self._take_key(key, fields)
        try:
            command: Command[Any] = msgspec.convert({**fields, **texts}, self._command, strict=bool(fields))
        except msgspec.ValidationError as error:
            raise bad_input(error) from None
        return command

    def _texts(self, path: Mapping[str, Any], query: list[tuple[str, str]]) -> dict[str, Any]:
        texts: dict[str, Any] = {}
        for name, value in query:
            if name in self._lists:
                texts.setdefault(name, []).append(value)
            elif name in texts:
                raise BadInput(field=name, reason="It is given twice.")
            else:
                texts[name] = value
        if self._path & texts.keys():
            raise BadInput(field=min(self._path & texts.keys()), reason="It belongs into the path only.")
        return texts | {name: str(path[name]) for name in self._path}

    def _body_fields(self, body: bytes) -> dict[str, Any]:
        if not body:
            return {}
        try:
            fields = _json.decode(body)
        except (msgspec.DecodeError, UnicodeDecodeError):
            raise BadInput(field="", reason="The body is not valid JSON.") from None
        if not isinstance(fields, dict):
            raise BadInput(field="", reason="The body must be a JSON object.")
        return fields

    def _take_key(self, key: str, fields: dict[str, Any]) -> None:
        if self._key is None:
            return
        if fields.setdefault(self._key, key) != key:
            raise BadInput(field=self._key, reason="The Idempotency-Key header says something else.")


def _refuse_twice(texts: Mapping[str, Any], fields: Mapping[str, Any]) -> None:
    twice = texts.keys() & fields.keys()
    if twice:
        raise BadInput(field=min(twice), reason="It is given both in the address and in the body.")


def _list_fields(command: type[Command[Any]]) -> frozenset[str]:
    hints = typing.get_type_hints(command)
    return frozenset(name for name, hint in hints.items() if typing.get_origin(hint) in (list, tuple, frozenset))


def _id_field(command: type[Command[Any]]) -> str | None:
    """The id that a creating command carries: the first UUID field that is in the body and must be given."""
    if command.http.verb != "POST":
        return None
    for field in msgspec.structs.fields(command):
        if field.type is UUID and field.required and field.name not in command.http.path_fields:
            return field.name
    return None
