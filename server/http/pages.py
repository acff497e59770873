"""The browser pages: built files by their hashed names, the entry page for every other address of ours."""

from pathlib import Path
from typing import Any

from litestar import Request, Response, get
from litestar.exceptions import NotFoundException
from litestar.response import File
from litestar.static_files import create_static_files_router

_MISSING = """<!doctype html><title>FastShop</title><p>The pages are not built yet: run <code>make web</code>."""


def pages(built: Path) -> list[Any]:
    """The handlers of the pages in ``built``: assets for ever, pages asked for anew each time."""

    @get(["/", "/{path:path}"], include_in_schema=False)
    async def page(request: Request[Any, Any, Any]) -> File | Response[str]:
        return _page(built, request.url.path)

    assets = built / "assets"
    if not assets.is_dir():
        return [page]
    static = create_static_files_router(
        path="/assets",
        directories=[assets],
        cache_control=None,
        include_in_schema=False,
        after_request=_for_ever,
    )
    return [static, page]


def _page(built: Path, path: str) -> File | Response[str]:
    if path.startswith(("/api/", "/ws")):
        raise NotFoundException
    if not (built / "index.html").is_file():
        return Response(_MISSING, media_type="text/html", status_code=503)
    known = _built(built, path.lstrip("/")) or _built(built, f"{path.strip('/')}.html") or built / "index.html"
    return File(known, filename=known.name, content_disposition_type="inline", headers={"cache-control": "no-cache"})


def _built(built: Path, path: str) -> Path | None:
    """A file of the build; a page may be asked for without its ending (``docs/api``). None for any other address."""
    try:
        wanted = (built / path).resolve()
        return wanted if wanted.is_relative_to(built.resolve()) and wanted.is_file() else None
    except (OSError, ValueError):  # longer than a file name can be, or with characters that none can have
        return None


async def _for_ever(response: Response[Any]) -> Response[Any]:
    response.headers["cache-control"] = "public, max-age=31536000, immutable"
    return response
