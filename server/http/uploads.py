"""Files on their way in: streamed to the file store piece by piece, never whole in memory."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from typing import Any
from uuid import UUID

from litestar import Response, post
from litestar.handlers import HTTPRouteHandler
from msgspec import Struct

from fastshop.contract.accounts import Role
from fastshop.contract.base import Command, Refusal
from fastshop.contract.evidence import AddEvidence
from fastshop.contract.imports import StartImport
from fastshop.contract.media import AddMedia
from server.http.answers import answer_of, refusal_of
from server.http.bodies import AnyRequest, chunks, media_type
from server.http.metrics import Metrics
from server.http.multipart import file_in
from server.http.routes import PREFIX, Asking
from server.http.sign_in import SignIn
from server.kernel.caller import Caller, any_of
from server.kernel.operation import Operation
from server.kernel.trace import broken

# Whom a file is of use to, and what a key or a role must be for: it is to be imported.
_PERMISSION = any_of(Role.SELLER, Role.ADMIN)
_NAMES = (StartImport.scope(), StartImport.tag())
# The largest catalogue that sellers export is far below. In bytes.
_MAX_FILE = 200 * 1024 * 1024
_MAX_PICTURE = 20 * 1024 * 1024
_MULTIPART = "multipart/form-data"
# The commands whose body may be the file itself: of which types, and how large in bytes.
WITH_FILE: Mapping[type[Command[Any]], tuple[str, int]] = {
    StartImport: ("text/csv", _MAX_FILE),
    AddMedia: ("image/", _MAX_PICTURE),
    AddEvidence: ("image/", _MAX_PICTURE),
}

# Stores an upload of a person, or of a guest; answers its id.
Receive = Callable[[UUID | None, AsyncIterator[bytes]], Awaitable[UUID]]


class Uploaded(Struct, frozen=True):
    """A file that was stored."""

    upload_id: UUID


def uploads(receive: Receive, sign_in: SignIn) -> HTTPRouteHandler:
    """The handler of /uploads: the body is the file."""

    @post(f"{PREFIX}/uploads", include_in_schema=False, request_max_body_size=None)
    async def upload(request: AnyRequest) -> Response[bytes]:
        try:
            caller = _PERMISSION.admit(await sign_in.caller(request), *_NAMES)
            return answer_of(Uploaded(await receive(caller.person, _file(request))))
        except Refusal as refusal:
            return refusal_of(refusal)
        except Exception as error:
            return refusal_of(broken(error, "uploads"))

    return upload


class AskingWithFile(Asking):
    """Answers requests whose body may be the file itself: it is stored, and ``upload_id`` filled in."""

    def __init__(self, operation: Operation, sign_in: SignIn, metrics: Metrics, receive: Receive) -> None:
        super().__init__(operation, sign_in, metrics)
        self._receive = receive
        self._type, self._most = WITH_FILE[operation.command]

    async def command(self, request: AnyRequest, caller: Caller) -> Command[object]:
        """The command in a request; with a file, its other fields are in the query. Refused: `BadInput`."""
        kind = media_type(request)
        if not kind.startswith(self._type) and kind != _MULTIPART:
            return await super().command(request, caller)
        # Decoded once with an id that stands for the file's, so that a mistake is told before the file is taken.
        command = self.decode(request, b"", upload_id=str(UUID(int=0)))
        if self.operation.before_file is not None:
            await self.operation.before_file(command, caller)
        upload_id = await self._receive(caller.user_id, _file(request, self._most))
        return self.decode(request, b"", upload_id=str(upload_id))


def _file(request: AnyRequest, most: int = _MAX_FILE) -> AsyncIterator[bytes]:
    body = chunks(request, most)
    return file_in(body, request.headers["content-type"]) if media_type(request) == _MULTIPART else body
