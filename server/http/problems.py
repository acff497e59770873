"""Refusals as problem details (RFC 9457). The one place that knows which status a kind of refusal has."""

from typing import Any

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

STATUS: dict[type[Refusal], tuple[int, str]] = {
    Invalid: (400, "Bad Request"),
    Unauthenticated: (401, "Unauthorized"),
    Forbidden: (403, "Forbidden"),
    NotFound: (404, "Not Found"),
    Conflict: (409, "Conflict"),
    TooMany: (429, "Too Many Requests"),
    Unavailable: (503, "Service Unavailable"),
}


def status_of(refusal: type[Refusal]) -> tuple[int, str]:
    """The HTTP status, and its name, of a class of refusals."""
    for kind in refusal.__mro__:
        if kind in STATUS:
            return STATUS[kind]
    raise TypeError(f"{refusal.__name__} is of no kind")


def problem(refusal: Refusal, trace: str = "") -> tuple[int, dict[str, Any]]:
    """The status and the problem document of a refusal. ``trace`` finds it in our log, where it was logged."""
    status, title = status_of(type(refusal))
    body = {
        "type": "about:blank",
        "title": title,
        "status": status,
        "detail": str(refusal),
        "code": refusal.code,
        "temporary": refusal.temporary,
        **({"trace": trace} if trace else {}),
        **msgspec.to_builtins(refusal.facts()),
    }
    return status, body
