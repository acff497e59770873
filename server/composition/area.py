"""What every area answers."""

from collections.abc import Awaitable, Callable, Mapping

from server.kernel.channel import Watch
from server.kernel.job import Job
from server.kernel.operation import Operation

# What is looked after again and again, by name: a round answers how long to rest, in seconds.
Rounds = Mapping[str, Callable[[], Awaitable[float]]]


class Area:
    """Domains that belong together: their services, each given what it needs.

    An area says only what it has. Its attributes are the services that other areas build on, and the entry points.
    """

    def operations(self) -> tuple[Operation, ...]:
        """What can be asked for."""
        return ()

    def watches(self) -> tuple[Watch, ...]:
        """What can be watched."""
        return ()

    def jobs(self) -> tuple[Job, ...]:
        """What is done after events."""
        return ()

    def rounds(self) -> Rounds:
        """What is looked after again and again."""
        return {}
