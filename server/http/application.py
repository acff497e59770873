"""The Litestar application: all handlers, the same headers on every response, every error a problem document."""

import http
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec
from litestar import Litestar, Request, Response, get
from litestar.exceptions import HTTPException
from msgspec import Struct
from prometheus_client import CollectorRegistry

from fastshop.contract.imports import StartImport
from server.http.answers import SECURITY_HEADERS, refusal_of
from server.http.health import Check, health
from server.http.metrics import Metrics
from server.http.pages import pages
from server.http.routes import PREFIX, Asking, litestar_path, routes
from server.http.sign_in import SignIn
from server.http.uploads import Receive, uploads, with_file
from server.kernel.operation import Operations
from server.kernel.trace import broken


class Parts(Struct):
    """What the application is made of."""

    operations: Operations
    sign_in: SignIn
    receive: Receive
    checks: Mapping[str, Check]
    registry: CollectorRegistry
    documents: Mapping[str, Callable[[], bytes]]
    pages: Path
    further: Sequence[Any] = ()


def application(parts: Parts) -> Litestar:
    """Litestar with everything of ours, and nothing of its own: no docs page, no logging, no exception pages."""
    metrics = Metrics(parts.registry)
    plain = [operation for operation in parts.operations if operation.command is not StartImport]
    return Litestar(
        route_handlers=[
            *routes(plain, parts.sign_in, metrics),
            *_imports(parts, metrics),
            uploads(parts.receive, parts.sign_in),
            *health(parts.checks, parts.registry),
            *(_document(name, write) for name, write in parts.documents.items()),
            *parts.further,
            *pages(parts.pages),
        ],
        exception_handlers={HTTPException: _problem, Exception: _defect},
        response_headers=SECURITY_HEADERS,
        openapi_config=None,
        logging_config=None,
    )


def _imports(parts: Parts, metrics: Metrics) -> list[Any]:
    return [
        with_file(
            Asking(operation, parts.sign_in, metrics),
            litestar_path(operation.command.http.path),
            parts.receive,
            parts.sign_in,
        )
        for operation in parts.operations
        if operation.command is StartImport
    ]


def _document(name: str, write: Callable[[], bytes]) -> Any:
    @get(f"{PREFIX}/schema/{name}", include_in_schema=False)
    async def document() -> Response[bytes]:
        return Response(write(), media_type="application/json", headers={"cache-control": "no-cache"})

    return document


def _problem(_request: Request[Any, Any, Any], error: HTTPException) -> Response[bytes]:
    title = http.HTTPStatus(error.status_code).phrase
    body = {
        "type": "about:blank",
        "title": title,
        "status": error.status_code,
        "detail": f"{title}.",
        "code": title.lower().replace(" ", "_"),
        "temporary": False,
    }
    return Response(msgspec.json.encode(body), status_code=error.status_code, media_type="application/problem+json")


def _defect(request: Request[Any, Any, Any], error: Exception) -> Response[bytes]:
    return refusal_of(broken(error, request.url.path))
