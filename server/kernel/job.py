"""A job: work that may be slow or fail, done after an event, at least once."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from fastshop.contract.base import Event


@dataclass(frozen=True, slots=True)
class Job:
    """What is to be done when an event happened. ``run`` may be called twice for the same event, and must not mind.

    ``delay`` passes before the first try; after a failure it is tried again with growing pauses, ``retries`` times. One
    that ``is_long`` may take minutes: few of those are done at a time, and none keeps others waiting.
    """

    name: str
    on: type[Event]
    run: Callable[[Any], Awaitable[None]]
    delay: timedelta = timedelta()
    retries: int = 10
    is_long: bool = False
