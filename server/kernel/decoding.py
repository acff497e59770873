"""From msgspec's words to ours: which field was wrong, and why."""

import re

import msgspec

from fastshop.contract.base import BadInput

# msgspec writes "Expected `int` >= 1 - at `$.lines[0].quantity`"; without the second part it means the whole.
_SAID = re.compile(r"^(?P<reason>.*?)(?: - at `(?:key in )?\$\.?(?P<field>.*?)`)?$", re.DOTALL)
_NAMED = re.compile(r"(?:unknown|required) field `(\w+)`")


def bad_input(error: msgspec.MsgspecError) -> BadInput:
    """The refusal for what could not be decoded, with the path of the field, e.g. ``lines[0].quantity``."""
    if not isinstance(error, msgspec.ValidationError):
        return BadInput(field="", reason="This is not valid JSON.")
    match = _SAID.match(str(error))
    reason, inside = (match["reason"], match["field"] or "") if match else (str(error), "")
    named = _NAMED.search(reason)
    field = ".".join(part for part in (inside, named[1] if named else "") if part)
    return BadInput(field=field, reason=f"{reason}.")
