"""What happened in a schedule, in virtual time, for people to read."""

from collections.abc import Callable
from typing import NamedTuple

from server.simulation.loop import VirtualLoop


class Line(NamedTuple):
    """Something that happened. ``time`` is in virtual seconds since the schedule began."""

    step: int
    time: float
    who: str
    what: str

    def __str__(self) -> str:
        minutes, seconds = divmod(self.time, 60)
        return f"{self.step:>7}  {int(minutes):02}:{seconds:06.3f}  {self.who:<10}  {self.what}"


class Story:
    """The lines so far. ``show`` gets each as it is told."""

    def __init__(self, loop: VirtualLoop, show: Callable[[Line], object] | None = None) -> None:
        self.lines: list[Line] = []
        self._loop = loop
        self._show = show

    def tell(self, who: str, what: str) -> None:
        """Something happened."""
        line = Line(self._loop.steps, self._loop.time(), who, what)
        self.lines.append(line)
        if self._show is not None:
            self._show(line)
