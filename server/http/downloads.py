"""Files on their way out: streamed as they are made, never whole in memory."""

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any
from uuid import UUID

import msgspec
from litestar import Response, get
from litestar.handlers import HTTPRouteHandler
from litestar.response import Stream

from fastshop.contract.base import BadInput, Command, Refusal
from server.http.answers import refusal_of
from server.http.bodies import AnyRequest
from server.http.routes import PREFIX
from server.http.sign_in import SignIn
from server.kernel.caller import Caller
from server.kernel.trace import broken

# Makes the file of a thing for a caller, or refuses before its first piece.
MakeFile = Callable[[UUID, Caller], Awaitable[AsyncIterator[bytes]]]


def csv_download(path: str, make: MakeFile, sign_in: SignIn, command: type[Command[Any]]) -> HTTPRouteHandler:
    """The handler of a CSV file under the path, which has one ``{id}`` in it: the answer to a command as a file.

    Who may not ask that command, because of a key or of a role, counts as less here too.
    """

    @get(f"{PREFIX}{path.replace('{id}', '{thing:str}')}", include_in_schema=False)
    async def download(request: AnyRequest) -> Stream | Response[bytes]:
        try:
            caller = (await sign_in.caller(request)).within(command.scope(), command.tag())
            thing = _id(request.path_params["thing"])
            return _stream(await make(thing, caller), f"{path.rpartition('/')[2].removesuffix('.csv')}-{thing}.csv")
        except Refusal as refusal:
            return refusal_of(refusal)
        except Exception as error:
            return refusal_of(broken(error, path))

    return download


def _id(text: str) -> UUID:
    try:
        return msgspec.convert(text, UUID)
    except msgspec.ValidationError:
        raise BadInput(field="id", reason="Invalid UUID.") from None


def _stream(pieces: AsyncIterator[bytes], name: str) -> Stream:
    headers = {"content-disposition": f'attachment; filename="{name}"', "cache-control": "no-store"}
    return Stream(pieces, media_type="text/csv", headers=headers)
