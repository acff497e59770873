"""The documents that describe the shop to programs: written when first asked for, and kept ready to be sent."""

import asyncio
import gzip
import hashlib
from collections.abc import Callable
from functools import cache
from typing import NamedTuple

from litestar import Response, get
from litestar.handlers import HTTPRouteHandler

from server.http.bodies import AnyRequest
from server.http.routes import PREFIX


class _Written(NamedTuple):
    plain: bytes
    packed: bytes
    etag: str


def description(name: str, write: Callable[[], bytes]) -> HTTPRouteHandler:
    """The handler of the document ``name``. Writing takes half a second: it is done once, beside the event loop."""

    @cache
    def written() -> _Written:
        plain = write()
        return _Written(plain, gzip.compress(plain, mtime=0), f'"{hashlib.sha256(plain).hexdigest()[:32]}"')

    @get(f"{PREFIX}/schema/{name}", include_in_schema=False)
    async def document(request: AnyRequest) -> Response[bytes]:
        kept = await asyncio.to_thread(written)
        headers = {"cache-control": "no-cache", "etag": kept.etag, "vary": "accept-encoding"}
        if kept.etag in request.headers.get("if-none-match", ""):
            return Response(b"", status_code=304, headers=headers)
        # Packed here and not with the pages: nothing secret is in it, so its length tells nothing (BREACH).
        if "gzip" in request.headers.get("accept-encoding", ""):
            return Response(kept.packed, media_type="application/json", headers=headers | {"content-encoding": "gzip"})
        return Response(kept.plain, media_type="application/json", headers=headers)

    return document
