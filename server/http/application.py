"""The Litestar application: all handlers, the same headers on every response, every error a problem document."""

import http
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec
from litestar import HttpMethod, Litestar, Request, Response, route
from litestar.config.compression import CompressionConfig
from litestar.datastructures import MutableScopeHeaders
from litestar.exceptions import HTTPException, NotFoundException
from litestar.types import Message, Scope
from msgspec import Struct
from prometheus_client import CollectorRegistry

from server.http.answers import refusal_of, security_headers
from server.http.descriptions import description
from server.http.health import Check, health
from server.http.metrics import Metrics
from server.http.pages import pages
from server.http.routes import Asking, operation_route
from server.http.sign_in import SignIn
from server.http.uploads import WITH_FILE, AskingWithFile, Receive, uploads
from server.kernel.operation import Operation, Operations
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
    # Whether cards are taken in Stripe's own fields.
    stripe: bool = False


def application(parts: Parts) -> Litestar:
    """Litestar with everything of ours, and nothing of its own: no docs page, no logging, no exception pages."""
    metrics = Metrics(parts.registry)
    return _Application(
        route_handlers=[
            *(operation_route(_asking(operation, parts, metrics)) for operation in parts.operations),
            uploads(parts.receive, parts.sign_in),
            *health(parts.checks, parts.registry),
            *(description(name, write) for name, write in parts.documents.items()),
            *parts.further,
            _nothing(),
            *pages(parts.pages),
        ],
        exception_handlers={HTTPException: _problem, Exception: _defect},
        before_send=[_securing(security_headers(stripe=parts.stripe, https=parts.sign_in.is_secure))],
        # Pages only: what is compressed together with a secret can be guessed from its length (BREACH).
        compression_config=CompressionConfig(backend="gzip", exclude=["^/api/", "^/media/", "^/metrics", "^/ws"]),
        openapi_config=None,
        logging_config=None,
    )


class _Application(Litestar):
    """Answers HEAD as GET, wherever there is one. The server knows that it was HEAD, and sends no body."""

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "http" and scope["method"] == "HEAD":
            scope = {**scope, "method": "GET"}
        await super().__call__(scope, receive, send)


def _asking(operation: Operation, parts: Parts, metrics: Metrics) -> Asking:
    if operation.command in WITH_FILE:
        return AskingWithFile(operation, parts.sign_in, metrics, parts.receive)
    return Asking(operation, parts.sign_in, metrics)


def _nothing() -> Any:
    """Where no operation is, nothing is, whatever the verb: the pages' route takes every other address."""

    @route("/api/{rest:path}", http_method=list(HttpMethod), include_in_schema=False, status_code=200)
    async def nothing() -> None:
        raise NotFoundException

    return nothing


def _securing(every: Mapping[str, str]) -> Any:
    """On every response, those of errors too."""

    async def secure(message: Message, _scope: Scope) -> None:
        if message["type"] == "http.response.start":
            headers = MutableScopeHeaders.from_message(message)
            for name, value in every.items():
                headers.setdefault(name, value)

    return secure


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
    return Response(
        msgspec.json.encode(body),
        status_code=error.status_code,
        media_type="application/problem+json",
        headers={"cache-control": "no-store", **(error.headers or {})},
    )


def _defect(request: Request[Any, Any, Any], error: Exception) -> Response[bytes]:
    return refusal_of(broken(error, request.url.path))
