"""Reading a request's body within its bounds, whatever its headers announce."""

from collections.abc import AsyncIterator
from typing import Any

from litestar import Request
from litestar.exceptions import InternalServerException

from fastshop.contract.base import BadInput

_MIB = 1024 * 1024

AnyRequest = Request[Any, Any, Any]


def media_type(request: AnyRequest) -> str:
    """The type of the body, without its parameters; empty when none is told."""
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()


def announces_body(request: AnyRequest) -> bool:
    """Whether a body comes with the request."""
    return request.headers.get("content-length", "0") != "0" or "transfer-encoding" in request.headers


async def chunks(request: AnyRequest, most: int) -> AsyncIterator[bytes]:
    """The body piece by piece. Refused (`BadInput`) when it has more than ``most`` bytes or breaks off."""
    announced = request.headers.get("content-length", "")
    if announced.isdecimal() and int(announced) > most:
        raise _too_large(most)
    size = 0
    try:
        async for chunk in request.stream():
            size += len(chunk)
            if size > most:
                raise _too_large(most)
            if chunk:
                yield chunk
    except InternalServerException:  # what Litestar says when the client has gone
        raise BadInput(field="", reason="The body broke off.") from None


async def json_body(request: AnyRequest, most: int) -> bytes:
    """The whole body, if it is JSON by its type. Refused: `BadInput`."""
    body = b"".join([chunk async for chunk in chunks(request, most)])
    if body and media_type(request) != "application/json":
        raise BadInput(field="", reason="The body must be sent as application/json.")
    return body


def _too_large(most: int) -> BadInput:
    return BadInput(field="", reason=f"The body is too large: {most // _MIB} MiB at most.")
