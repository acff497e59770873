"""From a problem document back to the refusal it tells of."""

from dataclasses import dataclass
from typing import Any, cast

import msgspec

from fastshop.contract.base import (
    Conflict,
    Forbidden,
    Invalid,
    NotFound,
    Refusal,
    TooMany,
    Unauthenticated,
    Unavailable,
)
from fastshop.errors import ProtocolError
from fastshop.registry import contract

# The edges of the shop turn a kind into a status; this is the way back.
KINDS: dict[int, type[Refusal]] = {
    400: Invalid,
    401: Unauthenticated,
    403: Forbidden,
    404: NotFound,
    409: Conflict,
    429: TooMany,
    503: Unavailable,
}
_MEMBERS = frozenset({"type", "title", "status", "code", "detail", "temporary", "trace"})


@dataclass(eq=False)
class Unlisted(Refusal):
    """A refusal whose code this version does not know. It is an instance of its kind too, e.g. of `Conflict`."""

    problem: dict[str, Any]

    def __str__(self) -> str:
        return str(self.problem.get("detail", self.code))

    def facts(self) -> dict[str, Any]:
        """The members of the document that are not common to all problems."""
        return {name: value for name, value in self.problem.items() if name not in _MEMBERS}


def refusal_of(problem: Any) -> Refusal:
    """The refusal that a problem document tells of. Raises `ProtocolError` where it is none."""
    if not isinstance(problem, dict) or not isinstance(problem.get("code"), str):
        raise ProtocolError("what came instead of an answer is no problem document")
    listed = contract().refusals.get(problem["code"])
    if listed is not None:
        try:
            return listed.from_facts(problem)
        except (msgspec.ValidationError, TypeError):
            # Its facts have changed since this version. What it is, is still known by its kind.
            return _unlisted(_kind_of(listed), problem)
    return _unlisted(_kind(problem.get("status")), problem)


def refusal_in(message: str) -> Refusal | None:
    """The refusal in the message of an error on the WebSocket; None where that is an error of the protocol itself."""
    try:
        return refusal_of(msgspec.json.decode(message))
    except (msgspec.DecodeError, ProtocolError):
        return None


def _kind(status: object) -> type[Refusal]:
    if not isinstance(status, int):
        return Unavailable
    return KINDS.get(status, Invalid if status < 500 else Unavailable)


def _kind_of(refusal: type[Refusal]) -> type[Refusal]:
    return next(kind for kind in KINDS.values() if issubclass(refusal, kind))


def _unlisted(kind: type[Refusal], problem: dict[str, Any]) -> Refusal:
    members = {"code": problem["code"], "temporary": problem.get("temporary") is True}
    return cast("type[Unlisted]", type(f"Unlisted{kind.__name__}", (Unlisted, kind), members))(problem)
