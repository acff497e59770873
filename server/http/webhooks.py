"""Messages of gateways on their way in: the body untouched, for its signature is over the very bytes."""

from collections.abc import Awaitable, Callable

from litestar import Response, post
from litestar.handlers import HTTPRouteHandler

from fastshop.contract.base import Done, Refusal
from server.http.answers import answer_of, refusal_of
from server.http.bodies import AnyRequest, chunks
from server.http.routes import PREFIX
from server.kernel.trace import broken

# What gateways send is far below. In bytes.
_MAX_BODY = 1024 * 1024

# Acts on a message of a gateway: its name, the body, the signature.
Hear = Callable[[str, bytes, str], Awaitable[None]]


def webhooks(hear: Hear) -> HTTPRouteHandler:
    """The handler of gateways' messages. Whatever is not answered with 200 is sent again by them."""

    @post(
        f"{PREFIX}/payments/webhooks/{{gateway:str}}",
        include_in_schema=False,
        status_code=200,
        request_max_body_size=None,
    )
    async def message(request: AnyRequest) -> Response[bytes]:
        try:
            body = b"".join([chunk async for chunk in chunks(request, _MAX_BODY)])
            await hear(str(request.path_params["gateway"]), body, request.headers.get("stripe-signature", ""))
            return answer_of(Done())
        except Refusal as refusal:
            return refusal_of(refusal)
        except Exception as error:
            return refusal_of(broken(error, "webhooks"))

    return message
