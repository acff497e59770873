"""Pictures on their way out. What an address holds never changes, so whoever has it need not ask again."""

import re
from collections.abc import Awaitable, Callable

from litestar import Response, get
from litestar.exceptions import NotFoundException
from litestar.handlers import HTTPRouteHandler

from server.http.bodies import AnyRequest

# A kept file by its name; None when there is none.
ReadFile = Callable[[str], Awaitable[bytes | None]]

_FOR_EVER = "public, max-age=31536000, immutable"
# No store is asked for any other name.
_OURS = re.compile(r"/(media/[0-9a-f-]{36}/([0-9a-z]{1,64})/(\d{1,5})\.webp)")


def media(read: ReadFile) -> HTTPRouteHandler:
    """The handler of the pictures that sellers have uploaded."""

    @get("/media/{name:path}", include_in_schema=False)
    async def show(request: AnyRequest) -> Response[bytes]:
        ours = _OURS.fullmatch(request.url.path)
        if ours is None:
            raise _missing()
        headers = {"cache-control": _FOR_EVER, "etag": f'"{ours[2]}-{ours[3]}"'}
        if request.headers.get("if-none-match") == headers["etag"]:
            return Response(b"", status_code=304, headers=headers)
        content = await read(ours[1])
        if content is None:
            raise _missing()
        return Response(content, media_type="image/webp", headers=headers)

    return show


def _missing() -> NotFoundException:
    return NotFoundException(headers={"cache-control": "no-store"})
