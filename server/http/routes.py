"""A route for every operation, under /api/v1."""

from collections.abc import Iterable, Sequence
from contextlib import suppress
from time import perf_counter
from typing import Any

from litestar import HttpMethod, Request, Response
from litestar.exceptions import ClientException
from litestar.handlers import HTTPRouteHandler

from fastshop.contract.base import BadInput, Refusal
from server.http.answers import answer_of, refusal_of
from server.http.decoding import Decoder
from server.http.metrics import Metrics
from server.http.sign_in import SignIn
from server.kernel.operation import Operation
from server.kernel.trace import broken

PREFIX = "/api/v1"
# A command is small; files go to /uploads. In bytes.
_MAX_BODY = 1024 * 1024

AnyRequest = Request[Any, Any, Any]


def routes(operations: Iterable[Operation], sign_in: SignIn, metrics: Metrics) -> Sequence[HTTPRouteHandler]:
    """The route handlers of these operations."""
    return [_route(operation, sign_in, metrics) for operation in operations]


class Asking:
    """Answers requests for one operation."""

    def __init__(self, operation: Operation, sign_in: SignIn, metrics: Metrics) -> None:
        self._operation = operation
        self._decoder = Decoder(operation.command)
        self._sign_in = sign_in
        self._metrics = metrics

    async def answer(self, request: AnyRequest, **more: str) -> Response[bytes]:
        """The operation's answer to a request, or its refusal. ``more`` are fields known besides the request's."""
        started = perf_counter()
        response = await self._answer(request, more)
        self._metrics.asked(self._operation.tag, response.status_code or 200, perf_counter() - started)
        return response

    async def _answer(self, request: AnyRequest, more: dict[str, str]) -> Response[bytes]:
        try:
            caller = await self._sign_in.caller(request)
            self._operation.permission.check(caller)
            command = await self._decode(request, more)
            answer = await self._operation.run(command, caller)
        except Refusal as refusal:
            return refusal_of(refusal)
        except Exception as error:
            return refusal_of(broken(error, self._operation.tag))
        return answer_of(answer, self._sign_in.cookie(command, answer))

    async def _decode(self, request: AnyRequest, more: dict[str, str]) -> Any:
        query = [*request.query_params.multi_items(), *more.items()]
        body = await _body(request) if self._operation.command.http.has_body and not more else b""
        return self._decoder.decode(request.path_params, query, body, request.headers.get("idempotency-key"))


async def _body(request: AnyRequest) -> bytes:
    length = request.headers.get("content-length", "0")
    if not length.isdecimal() or int(length) > _MAX_BODY:
        raise BadInput(field="", reason="The body is too large: 1 MiB at most.")
    with suppress(ClientException):
        body = await request.body()
        if body and not request.headers.get("content-type", "").startswith("application/json"):
            raise BadInput(field="", reason="The body must be sent as application/json.")
        return body
    raise BadInput(field="", reason="The body is too large: 1 MiB at most.")


def _route(operation: Operation, sign_in: SignIn, metrics: Metrics) -> HTTPRouteHandler:
    asking = Asking(operation, sign_in, metrics)
    http = operation.command.http

    async def handle(request: AnyRequest) -> Response[bytes]:
        return await asking.answer(request)

    return HTTPRouteHandler(
        litestar_path(http.path),
        http_method=HttpMethod(http.verb),
        status_code=200,
        request_max_body_size=_MAX_BODY,
        name=operation.tag,
        include_in_schema=False,
    )(handle)


def litestar_path(path: str) -> str:
    """A contract path, as Litestar writes it."""
    return PREFIX + path.replace("}", ":str}")
