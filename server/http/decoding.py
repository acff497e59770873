"""From path, query and body to the one struct that the WebSocket decodes too (docs/decisions/0003).

What came as text (path, query) is first read for the type of its field: "3" becomes 3 where a number is wanted. Then
all fields go together through the decoder of the socket, so that HTTP refuses just what the socket refuses.
"""

import types
import typing
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

import msgspec
from msgspec import UNSET, Raw, Struct, UnsetType

from fastshop.contract.base import BadInput, Command
from server.kernel.decoding import bad_input, decode

_members = msgspec.json.Decoder(dict[str, Raw])
_encode = msgspec.json.Encoder().encode


class Decoder:
    """Decodes requests of one command."""

    def __init__(self, command: type[Command[Any]]) -> None:
        self._decoder = msgspec.json.Decoder(command)
        self._path = command.http.path_fields
        self._lists = _list_fields(command)
        self._texts = _texts_of(command)
        self._id_field = command.id_field()

    def decode(
        self, path: Mapping[str, Any], query: Sequence[tuple[str, str]], body: bytes, key: str | None
    ) -> Command[Any]:
        """The command, or `BadInput`. ``key`` is the Idempotency-Key header: the id of what a command creates.

        It may be sent with any request; a command that creates nothing passes over it, being repeatable as it is.
        """
        address = self._read(self._gather(path, query))
        created = _id_in(key) if key is not None and self._id_field is not None else None
        fields = msgspec.to_builtins(address)
        if created is not None:
            fields.setdefault(self._id_field, created)
        members = decode(_members, body) if fields else None
        command: Command[Any] = decode(self._decoder, body if members is None else _encode(fields | members))
        self._refuse_contradiction(command, address, created)
        return command

    def _gather(self, path: Mapping[str, Any], query: Sequence[tuple[str, str]]) -> dict[str, Any]:
        texts: dict[str, Any] = {}
        for name, value in query:
            if name in self._path:
                raise BadInput(field=name, reason="It belongs into the path only.")
            if name in self._lists:
                texts.setdefault(name, []).append(value)
            elif name in texts:
                raise BadInput(field=name, reason="It is given twice.")
            else:
                texts[name] = value
        return texts | {name: path[name] for name in self._path}

    def _read(self, texts: dict[str, Any]) -> Struct:
        try:
            return msgspec.convert(texts, self._texts, strict=False)
        except msgspec.ValidationError as error:
            raise bad_input(error) from None

    def _refuse_contradiction(self, command: Command[Any], address: Struct, created: UUID | None) -> None:
        for name in address.__struct_fields__:
            said = getattr(address, name)
            if said is not UNSET and said != getattr(command, name):
                raise BadInput(field=name, reason="The address and the body say different things.")
        if created is not None and self._id_field is not None and created != getattr(command, self._id_field):
            raise BadInput(field=self._id_field, reason="The Idempotency-Key header says something else.")


def _id_in(key: str) -> UUID:
    """The id in the header, which the draft for it writes in quotes and most programs without."""
    try:
        return msgspec.convert(key.strip().strip('"'), UUID)
    except msgspec.ValidationError:
        raise BadInput(field="Idempotency-Key", reason="It must be the id of what is to be created, a UUID.") from None


def _texts_of(command: type[Command[Any]]) -> type[Struct]:
    """A struct of the command's fields, none of them required: what path and query may say of it."""
    fields = [(field.name, field.type | UnsetType, UNSET) for field in msgspec.structs.fields(command)]
    return msgspec.defstruct(f"{command.__name__}Texts", fields, kw_only=True, forbid_unknown_fields=True)


def _list_fields(command: type[Command[Any]]) -> frozenset[str]:
    return frozenset(name for name, hint in typing.get_type_hints(command).items() if _is_list(hint))


def _is_list(hint: Any) -> bool:
    origin = typing.get_origin(hint)
    if origin in (types.UnionType, typing.Union):
        return any(_is_list(part) for part in typing.get_args(hint))
    return origin in (list, tuple, set, frozenset)
