"""When a command is sent again, and how long later."""

import random
from dataclasses import dataclass
from typing import Any

from fastshop.contract.base import Broken, Command, RateLimited, Refusal
from fastshop.errors import ConnectionFailed, ConnectionLost, Disconnected, TimedOut


@dataclass(frozen=True, slots=True)
class Retries:
    """How patient a client is; all in seconds. A call ends after ``deadline``, one try of it after ``patience``.

    Between tries it waits for a random time up to ``first``, which doubles with every try up to ``longest``, so that
    many clients which failed at the same moment do not come back at the same moment.
    """

    deadline: float = 30
    patience: float = 10
    first: float = 0.1
    longest: float = 5

    def pause(self, tries: int, error: Exception) -> float:
        """How long to wait after so many failed tries."""
        least = float(error.retry_after) if isinstance(error, RateLimited) else 0.0
        most = min(self.longest, self.first * 2 ** min(tries - 1, 30))
        return least + random.uniform(0, most)  # noqa: S311 - nothing secret


def only_reads(command: Command[Any]) -> bool:
    """Whether the command changes nothing."""
    return command.http.verb == "GET"


def may_repeat(command: Command[Any]) -> bool:
    """Whether sending it twice has the effect of once: it reads, or carries the id of what it creates."""
    return only_reads(command) or command.id_field() is not None


def outcome_known(error: Exception) -> bool:
    """Whether it is certain, after this error, that nothing was changed."""
    if isinstance(error, Refusal):
        return not isinstance(error, Broken)
    return isinstance(error, ConnectionFailed)


def worth_a_retry(command: Command[Any], error: Exception) -> bool:
    """Whether the same command may succeed later, and cannot do harm by being done twice."""
    if isinstance(error, Refusal):
        return error.temporary and (outcome_known(error) or may_repeat(command))
    if isinstance(error, Disconnected):
        return False
    if isinstance(error, ConnectionFailed):
        return True
    return isinstance(error, (ConnectionLost, TimedOut)) and may_repeat(command)
