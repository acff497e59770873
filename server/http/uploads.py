"""Files on their way in: streamed to the file store piece by piece, never whole in memory."""

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any
from uuid import UUID

from litestar import Request, Response, post
from litestar.handlers import HTTPRouteHandler
from msgspec import Struct

from fastshop.contract.base import BadInput, Refusal, SignInNeeded
from server.http.answers import answer_of, refusal_of
from server.http.routes import PREFIX, Asking
from server.http.sign_in import SignIn
from server.kernel.trace import broken

# The largest catalogue that sellers export is far below. In bytes.
_MAX_FILE = 200 * 1024 * 1024

# Stores an upload of a person; answers its id.
Receive = Callable[[UUID, AsyncIterator[bytes]], Awaitable[UUID]]


class Uploaded(Struct, frozen=True):
    """A file that was stored."""

    upload_id: UUID


def uploads(receive: Receive, sign_in: SignIn) -> HTTPRouteHandler:
    """The handler of /uploads: the body is the file."""

    @post(f"{PREFIX}/uploads", include_in_schema=False, request_max_body_size=None)
    async def upload(request: Request[Any, Any, Any]) -> Response[bytes]:
        try:
            return answer_of(Uploaded(await store(request, receive, sign_in)))
        except Refusal as refusal:
            return refusal_of(refusal)
        except Exception as error:
            return refusal_of(broken(error, "uploads"))

    return upload


def with_file(asking: Asking, path: str, receive: Receive, sign_in: SignIn) -> HTTPRouteHandler:
    """A route whose body may be the file itself, as CSV: it is stored, and ``upload_id`` filled in."""

    @post(path, include_in_schema=False, status_code=200, request_max_body_size=None)
    async def handle(request: Request[Any, Any, Any]) -> Response[bytes]:
        if not request.headers.get("content-type", "").startswith("text/csv"):
            return await asking.answer(request)
        try:
            upload_id = await store(request, receive, sign_in)
        except Refusal as refusal:
            return refusal_of(refusal)
        except Exception as error:
            return refusal_of(broken(error, path))
        return await asking.answer(request, upload_id=str(upload_id))

    return handle


async def store(request: Request[Any, Any, Any], receive: Receive, sign_in: SignIn) -> UUID:
    """Store the body of a request for its caller. Refused: `SignInNeeded`, `BadInput` when it is too large."""
    caller = await sign_in.caller(request)
    if caller.user_id is None:
        raise SignInNeeded
    return await receive(caller.user_id, _bounded(request.stream()))


async def _bounded(chunks: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    size = 0
    async for chunk in chunks:
        size += len(chunk)
        if size > _MAX_FILE:
            raise BadInput(field="", reason="The file is too large: 200 MB at most.")
        yield chunk
