"""The ways between everybody: each takes its time, and any may fail before or after what was asked for is done."""

from collections.abc import Callable
from random import Random
from typing import TypeVar

from server.simulation.loop import Life, Process, VirtualLoop
from server.simulation.story import Story

T = TypeVar("T")

# How often it is looked whether a process goes on, in seconds.
_A_MOMENT = 0.2


class LineCut(OSError):
    """The line broke before an answer came. Whether it was done is not known."""


class Wire:
    """The way of a process to something outside that answers: a database, a gateway.

    ``trouble`` is how likely it is that a way breaks; half of the times what was asked for is done all the same.
    ``deadly`` is how likely ``kill`` is called for who asked, once it is done. ``pace`` is how long a way takes on
    average, in seconds; now and then it takes much longer.
    """

    def __init__(self, name: str, loop: VirtualLoop, chance: Random, pace: float, story: Story) -> None:
        self.name = name
        self._story = story
        self.trouble = self.deadly = 0.0
        self.kill: Callable[[Process], object] = _spare
        self._loop = loop
        self._chance = chance
        self._pace = pace

    async def ask(self, process: Process, perform: Callable[[], T], what: str = "") -> T:
        """Have it performed there. Raises what that raises, or `LineCut`. With ``what`` it is told when it is lost."""
        answer = self._loop.create_future()
        lost = self._chance.random() < self.trouble
        unheard = lost and self._chance.random() < 0.5
        unsent = self._chance.random() < 0.5

        def arrive() -> None:
            if unsent and process.life is Life.STOPPED:  # it is sent when the process goes on: a late fence
                self._loop.outside(self.delay() + _A_MOMENT, arrive)
                return
            # What a process sent before it died may arrive, or not.
            if unheard or (process.life is Life.GONE and self._chance.random() < 0.5):
                self._lost(f"never hears of {what} of {process.name}", what)
                self._loop.outside(self.delay(), fail)
                return
            if self.deadly and self._chance.random() < self.deadly:
                self._loop.outside(0, self.kill, process)
            try:
                result = perform()
            except Exception as error:
                self._loop.outside(self.delay(), fail, error)
            else:
                if lost:
                    self._lost(f"answers {what} of {process.name}, which is lost", what)
                self._loop.outside(self.delay(), *((fail,) if lost else (succeed, result)))

        def succeed(result: T) -> None:
            if not answer.done():
                answer.set_result(result)

        def fail(error: Exception | None = None) -> None:
            if not answer.done():
                answer.set_exception(error or LineCut("the line was cut"))

        self._loop.outside(self.delay(), arrive)
        result: T = await answer
        return result

    def _lost(self, sentence: str, what: str) -> None:
        if what:
            self._story.tell(self.name, sentence)

    def delay(self) -> float:
        """How long a way takes this time, in seconds."""
        usual = self._chance.expovariate(1 / self._pace)
        return usual * 20 if self._chance.random() < 0.02 else usual


def _spare(_process: Process) -> None:
    """Nobody is killed."""
