"""Pictures on their way out. What an address holds never changes, so whoever has it need not ask again."""

from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

from litestar import Request, Response, get
from litestar.exceptions import NotFoundException
from litestar.handlers import HTTPRouteHandler

# A kept file by its name; None when there is none.
ReadFile = Callable[[str], Awaitable[bytes | None]]

_FOR_EVER = "public, max-age=31536000, immutable"


def media(read: ReadFile) -> HTTPRouteHandler:
    """The handler of the pictures that sellers have uploaded."""

    @get("/media/{picture:uuid}/{digest:str}/{file:str}", include_in_schema=False)
    async def show(request: Request[Any, Any, Any], picture: UUID, digest: str, file: str) -> Response[bytes]:
        headers = {"cache-control": _FOR_EVER, "etag": f'"{digest}-{file}"'}
        if request.headers.get("if-none-match") == headers["etag"]:
            return Response(b"", status_code=304, headers=headers)
        content = await read(f"media/{picture}/{digest}/{file}") if _is_ours(digest, file) else None
        if content is None:
            raise NotFoundException(headers={"cache-control": "no-store"})
        return Response(content, media_type="image/webp", headers=headers)

    return show


def _is_ours(digest: str, file: str) -> bool:
    """Whether a file could have this name: letters and digits only, whatever the store makes of others."""
    width, _, kind = file.partition(".")
    return digest.isalnum() and width.isdecimal() and width.isascii() and digest.isascii() and kind == "webp"
