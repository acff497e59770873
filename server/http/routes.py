"""Operations as routes under /api/v1: one handler for each verb and path, all through the same few steps."""

from time import perf_counter

from litestar import HttpMethod, Response
from litestar.handlers import HTTPRouteHandler

from fastshop.contract.base import BadInput, Command, Refusal
from server.http.answers import answer_of, file_of, refusal_of
from server.http.bodies import AnyRequest, announces_body, json_body
from server.http.decoding import Decoder
from server.http.metrics import Metrics
from server.http.sign_in import SignIn
from server.kernel.caller import Caller
from server.kernel.operation import Operation
from server.kernel.trace import broken

PREFIX = "/api/v1"
# A command is small; files go to /uploads. In bytes.
_MAX_BODY = 1024 * 1024


class Asking:
    """Answers requests for one operation."""

    def __init__(self, operation: Operation, sign_in: SignIn, metrics: Metrics) -> None:
        self.operation = operation
        self._decoder = Decoder(operation.command)
        self._sign_in = sign_in
        self._metrics = metrics

    async def answer(self, request: AnyRequest) -> Response[bytes]:
        """The operation's answer to a request, or its refusal."""
        started = perf_counter()
        response = await self._answer(request)
        self._metrics.asked(self.operation.tag, response.status_code or 200, perf_counter() - started)
        return response

    async def _answer(self, request: AnyRequest) -> Response[bytes]:
        try:
            caller = self.operation.admit(await self._sign_in.caller(request))
            command = await self.command(request, caller)
            as_file = self.operation.as_file
            if as_file is not None and _wants_file(request, as_file.media_type):
                return file_of(await as_file.make(command, caller))
            answer = await self.operation.run(command, caller)
        except Refusal as refusal:
            return refusal_of(refusal)
        except Exception as error:
            return refusal_of(broken(error, self.operation.tag))
        return answer_of(answer, self._sign_in.cookie(command, answer))

    async def command(self, request: AnyRequest, caller: Caller) -> Command[object]:  # noqa: ARG002 - for a file's owner
        """The command in a request. Refused: `BadInput`."""
        if self.operation.command.http.has_body:
            return self.decode(request, await json_body(request, _MAX_BODY))
        if announces_body(request):
            raise BadInput(field="", reason="This request has no body: its fields belong into the address.")
        return self.decode(request, b"")

    def decode(self, request: AnyRequest, body: bytes, **known: str) -> Command[object]:
        """The command in a request with this body. ``known`` are fields beside those in the address."""
        query = [*request.query_params.multi_items(), *known.items()]
        return self._decoder.decode(request.path_params, query, body, request.headers.get("idempotency-key"))


def operation_route(asking: Asking) -> HTTPRouteHandler:
    """The route handler that asks for an operation."""
    http = asking.operation.command.http

    async def handle(request: AnyRequest) -> Response[bytes]:
        return await asking.answer(request)

    return HTTPRouteHandler(
        PREFIX + http.path.replace("}", ":str}"),
        http_method=HttpMethod(http.verb),
        status_code=200,
        request_max_body_size=None,  # it is bounded where it is read
        name=asking.operation.tag,
        include_in_schema=False,
    )(handle)


def _wants_file(request: AnyRequest, media_type: str) -> bool:
    """Whether a browser asks, or somebody who names the type; whoever takes anything gets JSON, as ever."""
    accept = request.headers.get("accept", "")
    return media_type in accept or "text/html" in accept
