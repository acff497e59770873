"""From msgspec's words to ours: which field was wrong, and why."""

import re
from typing import TypeVar
from uuid import UUID

import msgspec

from fastshop.contract.base import BadInput

# msgspec writes "Expected `int` >= 1 - at `$.lines[0].quantity`"; without the second part it means the whole.
_SAID = re.compile(r"^(?P<reason>.*?)(?: - at `(?:key in )?\$\.?(?P<field>.*?)`)?$", re.DOTALL)
_NAMED = re.compile(r"(?:unknown|required) field `(\w+)`")

# A backslash that is not itself escaped, and u0000: the one character that PostgreSQL's text cannot hold.
_NUL = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")

_NULL = len(b"null")

T = TypeVar("T")


def decode(decoder: "msgspec.json.Decoder[T]", data: bytes | msgspec.Raw) -> T:
    """What is in the JSON; nothing and null stand for an object without fields. Refused: `BadInput`."""
    raw = bytes(data)
    if b"\\u0000" in raw and _NUL.search(raw):
        raise BadInput(field="", reason="The character U+0000 is not allowed.")
    try:
        return decoder.decode(raw if len(raw) > _NULL or raw not in (b"", b"null") else b"{}")
    except msgspec.MsgspecError as error:
        raise bad_input(error) from None
    except (RecursionError, UnicodeError):
        raise BadInput(field="", reason="This is not valid JSON.") from None


def bad_input(error: msgspec.MsgspecError) -> BadInput:
    """The refusal for what could not be decoded, with the path of the field, e.g. ``lines[0].quantity``."""
    if not isinstance(error, msgspec.ValidationError):
        return BadInput(field="", reason="This is not valid JSON.")
    match = _SAID.match(str(error))
    reason, inside = (match["reason"], match["field"] or "") if match else (str(error), "")
    named = _NAMED.search(reason)
    field = ".".join(part for part in (inside, named[1] if named else "") if part)
    return BadInput(field=field, reason=f"{reason}.")


def as_id(text: str) -> UUID | None:
    """The id that a text is, where a thing may be called by its id or its slug; None where it is none."""
    try:
        return UUID(text)
    except ValueError:
        return None
