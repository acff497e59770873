"""A refusal as it travels: a problem document (RFC 9457) with a stable code and the facts."""

from fastshop.contract.base import Refusal
from server.documents.schemas import Schema, description
from server.http.problems import status_of

_MEMBERS: Schema = {
    "type": {"type": "string", "description": "What kind of problem this is, as a URI reference."},
    "title": {"type": "string", "description": "The kind of problem in a few words."},
    "status": {"type": "integer", "description": "The HTTP status, on the WebSocket too."},
    "code": {"type": "string", "description": "The refusal's stable name, for programs."},
    "detail": {"type": "string", "description": "The refusal in a sentence, for people."},
    "temporary": {"type": "boolean", "description": "Whether the very same command may succeed later."},
    "trace": {"type": "string", "description": "What to name when you ask us about it."},
}
_REQUIRED = [name for name in _MEMBERS if name != "trace"]

PROBLEM: Schema = {
    "type": "object",
    "description": "A refusal that is not told apart further.",
    "properties": _MEMBERS,
    "required": _REQUIRED,
}


def problem_schema(refusal: type[Refusal], facts: Schema) -> Schema:
    """The schema of one refusal: its code, status and facts. A fact with the name of a common member refines that."""
    number, title = status_of(refusal)
    fixed = {
        "title": {"type": "string", "const": title},
        "status": {"type": "integer", "const": number},
        "code": {"type": "string", "const": refusal.code},
        "temporary": {"type": "boolean", "const": refusal.temporary},
    }
    return {
        "type": "object",
        "description": description(refusal),
        "properties": {**_MEMBERS, **fixed, **facts["properties"]},
        "required": list(dict.fromkeys([*_REQUIRED, *facts["required"]])),
    }
