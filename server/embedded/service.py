"""What the keeper must know of a program to keep it running."""

from collections.abc import Callable
from pathlib import Path
from signal import Signals
from typing import Protocol

from server.embedded.processes import Program


class Service(Protocol):
    """One program: how it is prepared, started, found ready and stopped."""

    @property
    def name(self) -> str:
        """As it is called in messages: `PostgreSQL`."""
        ...

    @property
    def lock(self) -> Path:
        """The file of its generation lock."""
        ...

    @property
    def stop_signals(self) -> tuple[tuple[Signals, float], ...]:
        """From polite to deadly, each with its seconds. The first is also what the kernel sends when we are killed."""
        ...

    def prepare(self, run: Callable[[Program], None], /) -> Program:
        """Make its folder ready and say what to start; `run` runs a helper to its end.

        No process of an earlier start is alive when this is called.
        """
        ...

    def ready(self, pid: int, /) -> bool:
        """Whether the process of this pid answers."""
        ...

    def opened(self) -> None:
        """Called each time it has become ready, before anybody is told."""
        ...
