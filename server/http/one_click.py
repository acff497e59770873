"""Ending letters with one click in one's mail program, which posts to the address in the letter's head (RFC 8058)."""

from collections.abc import Awaitable, Callable, Sequence
from urllib.parse import quote

from litestar import Response, get, post
from litestar.handlers import HTTPRouteHandler
from litestar.response import Redirect

from fastshop.contract.base import BadInput, Done, Refusal
from server.http.answers import answer_of, refusal_of
from server.http.bodies import AnyRequest, chunks
from server.kernel.trace import broken

# Ends the letters that are like the one with this token.
End = Callable[[str], Awaitable[object]]

# What is posted, in bytes: `List-Unsubscribe=One-Click`, perhaps as a form in parts.
_MAX_BODY = 4096
_SAID = b"One-Click"


def one_click(path: str, page: str, end: End) -> Sequence[HTTPRouteHandler]:
    """The handlers of the addresses under ``path``. Whoever opens one instead comes to the ``page`` for people.

    Programs that look through mail open links too: that ends nothing.
    """

    @post(f"{path}/{{token:str}}", include_in_schema=False, status_code=200, request_max_body_size=None)
    async def clicked(request: AnyRequest) -> Response[bytes]:
        try:
            _check(b"".join([chunk async for chunk in chunks(request, _MAX_BODY)]))
            await end(request.path_params["token"])
            return answer_of(Done())
        except Refusal as refusal:
            return refusal_of(refusal)
        except Exception as error:
            return refusal_of(broken(error, path))

    @get(f"{path}/{{token:str}}", include_in_schema=False)
    async def opened(request: AnyRequest) -> Redirect:
        token = quote(request.path_params["token"])
        return Redirect(f"{page}#token={token}", status_code=303, headers={"cache-control": "no-store"})

    return (clicked, opened)


def _check(body: bytes) -> None:
    if _SAID not in body:
        raise BadInput(field="List-Unsubscribe", reason="It must be One-Click.")
