"""A no, as the socket says it: the protocol's own errors by number, the shop's as the problem that HTTP answers."""

from collections.abc import Callable
from typing import Any

import msgspec

from fastshop.contract.base import Refusal
from fastshop.contract.codes import ErrorCode
from server.kernel.trace import broken
from server.realtime import frames

# The status and the problem document of a refusal; the edges share one (`server.http.problems.problem`).
Problem = Callable[[Refusal], tuple[int, dict[str, Any]]]

_encode = msgspec.json.Encoder().encode


class ProtocolError(Exception):
    """A command that the protocol itself refuses."""

    def __init__(self, code: ErrorCode) -> None:
        super().__init__(code.sentence)
        self.code = code


class Errors:
    """Makes the error reply of whatever went wrong."""

    def __init__(self, problem: Problem) -> None:
        self._problem = problem

    def reply(self, command_id: int, error: BaseException, asked: str) -> bytes:
        """The reply. What nobody foresaw is logged under a trace, and only the trace is told."""
        if isinstance(error, ProtocolError):
            return frames.error(command_id, error.code)
        refusal = error if isinstance(error, Refusal) else broken(error, asked)
        status, document = self._problem(refusal)
        return frames.problem(command_id, status, _encode(document).decode(), temporary=refusal.temporary)
