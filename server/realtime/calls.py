"""`rpc`: the method is an operation's tag, the data are its command. Everything that can be prepared is, once."""

from collections.abc import Callable
from typing import Any, NamedTuple

import msgspec
from msgspec import Raw

from fastshop.contract.codes import METHOD_NOT_FOUND
from server.kernel.caller import Caller
from server.kernel.decoding import decode
from server.kernel.operation import Operations, Run
from server.realtime.refusals import ProtocolError


class _Served(NamedTuple):
    admit: Callable[[Caller], Caller]
    decoder: "msgspec.json.Decoder[Any]"
    run: Run


class Calls:
    """The operations by their method."""

    def __init__(self, operations: Operations) -> None:
        self._served = {
            operation.tag: _Served(operation.admit, msgspec.json.Decoder(operation.command), operation.run)
            for operation in operations
        }

    def prepare(self, method: str, data: Raw, caller: Caller) -> tuple[Run, Any, Caller]:
        """The operation, its command and the caller as they count there.

        Refused: an unknown method, who may not ask, what cannot be decoded.
        """
        served = self._served.get(method)
        if served is None:
            raise ProtocolError(METHOD_NOT_FOUND)
        counted = served.admit(caller)
        return served.run, decode(served.decoder, data), counted
