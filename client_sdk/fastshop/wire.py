"""Between the contract's structs and what travels."""

from typing import Any, TypeVar, cast
from urllib.parse import quote

import msgspec

from fastshop.contract.base import Command
from fastshop.errors import ProtocolError

Answer = TypeVar("Answer")

PREFIX = "/api/v1"


def fields_of(command: Command[Any]) -> dict[str, Any]:
    """The command's fields. Its name travels outside them, as the RPC's method or as verb and path."""
    fields = cast("dict[str, Any]", msgspec.to_builtins(command))
    del fields["type"]
    return fields


def request_of(command: Command[Any]) -> tuple[str, list[tuple[str, str]], dict[str, Any] | None]:
    """Path, query and body of a command over HTTP."""
    http = command.http
    fields = fields_of(command)
    path = PREFIX + http.path.format(**{name: quote(str(fields.pop(name)), safe="") for name in http.path_fields})
    if http.has_body:
        return path, [], fields
    return path, [pair for name, value in fields.items() for pair in _texts(name, value)], None


def answer_of(command: Command[Answer], data: Any) -> Answer:
    """The typed answer. Raises `ProtocolError` where it is not what the contract promises."""
    try:
        return cast("Answer", msgspec.convert(data, command.answer()))
    except msgspec.ValidationError as error:
        raise ProtocolError(f"the answer to {command.tag()} is not what the contract says: {error}") from error


def _texts(name: str, value: Any) -> list[tuple[str, str]]:
    """A parameter that says nothing is left out; one with several values is repeated."""
    if value is None:
        return []
    if isinstance(value, list):
        return [(name, _text(one)) for one in value]
    return [(name, _text(value))]


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)
