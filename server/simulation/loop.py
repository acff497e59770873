"""An event loop with a clock of its own, whose every accident is drawn from a seed.

What asyncio promises is kept: what is called soon is called in that order. What it does not promise is drawn: how long
anything outside takes, and which of two timers of the same moment goes first. Time jumps to the next timer. Everything
that runs belongs to a `Process`, which can stand still and go on (SIGSTOP) or be gone from one moment to the next
(SIGKILL): then nothing of it runs any more, no ``finally`` either.
"""

import asyncio
import heapq
from asyncio import _set_running_loop
from collections import deque
from collections.abc import Callable, Coroutine
from contextvars import Context, ContextVar, copy_context
from datetime import UTC, datetime, timedelta
from enum import Enum
from random import Random
from typing import Any, TypeVar, TypeVarTuple

T = TypeVar("T")
Ts = TypeVarTuple("Ts")

# A schedule that takes more steps than this runs in circles.
_MOST_STEPS = 50_000_000

# The moment at which virtual time begins.
_BEGIN = datetime(2026, 11, 21, 12, tzinfo=UTC)


class Life(Enum):
    """What a process does."""

    RUNNING = "running"
    STOPPED = "stopped"
    GONE = "gone"


class Process:
    """Something that runs by itself, and can be stopped or killed."""

    __slots__ = ("context", "held", "life", "name")

    def __init__(self, name: str) -> None:
        self.name = name
        self.life = Life.RUNNING
        self.held: list[_Turn] = []
        self.context = Context()
        self.context.run(_process.set, self)


_process: ContextVar[Process | None] = ContextVar("process", default=None)


class _Turn(asyncio.TimerHandle):
    """A callback, now or at a moment, and the process that it belongs to. Slim: most of the time goes by here."""

    __slots__ = ("args", "callback", "context", "moment", "off", "process")

    def __init__(self, moment: float, callback: Callable[..., object], args: Any, context: Context) -> None:
        # Nothing of the class above is used, so it is not made.
        self.moment = moment
        self.callback = callback
        self.args = args
        self.context = context
        self.process = context.get(_process)
        self.off = False

    def when(self) -> float:
        return self.moment

    def cancel(self) -> None:
        self.off = True

    def cancelled(self) -> bool:
        return self.off


def moment(time: float) -> datetime:
    """A virtual time as a moment."""
    return _BEGIN + timedelta(seconds=time)


class Stuck(Exception):
    """Nothing is left that could ever happen, or far too much does."""


class VirtualLoop(asyncio.AbstractEventLoop):
    """Runs callbacks in virtual time. ``steps`` counts them."""

    def __init__(self, chance: Random) -> None:
        self.steps = 0
        self._failure: BaseException | None = None
        self._chance = chance
        self._now = 0.0
        self._ready: deque[_Turn] = deque()
        self._timers: list[tuple[float, float, _Turn]] = []
        self._tasks: list[asyncio.Task[Any]] = []
        self._processes: list[Process] = []
        self._closed = False
        self._outside = Context()

    def time(self) -> float:
        """Virtual seconds since the loop was made."""
        return self._now

    def call_soon(
        self, callback: Callable[[*Ts], object], *args: *Ts, context: Context | None = None
    ) -> asyncio.Handle:
        """See asyncio: in the order of these calls."""
        turn = _Turn(self._now, callback, args, copy_context() if context is None else context)
        if not self._closed:
            self._ready.append(turn)
        return turn

    def call_later(
        self, delay: float, callback: Callable[[*Ts], object], *args: *Ts, context: Context | None = None
    ) -> asyncio.TimerHandle:
        """See asyncio."""
        return self.call_at(self._now + delay, callback, *args, context=context)

    def call_at(
        self, when: float, callback: Callable[[*Ts], object], *args: *Ts, context: Context | None = None
    ) -> asyncio.TimerHandle:
        """See asyncio. Which of two of the same moment goes first is drawn."""
        timer = _Turn(when, callback, args, copy_context() if context is None else context)
        if not self._closed:
            heapq.heappush(self._timers, (when, self._chance.random(), timer))
        return timer

    def outside(self, delay: float, callback: Callable[..., object], *args: Any) -> asyncio.TimerHandle:
        """Call something later that belongs to no process: the world's, which never stands still."""
        return self.call_later(delay, callback, *args, context=self._outside)

    def create_future(self) -> "asyncio.Future[Any]":
        """See asyncio."""
        return asyncio.Future(loop=self)

    def create_task(
        self, coro: Any, *, name: str | None = None, context: Context | None = None, **_more: Any
    ) -> "asyncio.Task[Any]":
        """See asyncio. The task belongs to the process that makes it, whatever its context."""
        if context is None:
            context = copy_context()
        else:
            context.run(_process.set, _process.get())
        task: asyncio.Task[Any] = asyncio.Task(coro, loop=self, name=name, context=context)
        # A reference is kept, also to those of processes that are gone: what is collected would run its ``finally``.
        self._tasks.append(task)
        return task

    def spawn(self, process: Process, work: Coroutine[Any, Any, T]) -> "asyncio.Task[T]":
        """Have a process do something."""
        return process.context.run(self.create_task, work)

    def new_process(self, name: str) -> Process:
        """Start something that runs by itself."""
        process = Process(name)
        self._processes.append(process)
        return process

    def stop_process(self, process: Process) -> None:
        """Let it stand still, in the middle of whatever it does."""
        if process.life is Life.RUNNING:
            process.life = Life.STOPPED

    def go_on(self, process: Process) -> None:
        """Let it go on as if nothing had been."""
        if process.life is Life.STOPPED:
            process.life = Life.RUNNING
            self._ready.extend(process.held)
            process.held.clear()

    def kill(self, process: Process) -> None:
        """From now on nothing of it runs."""
        process.life = Life.GONE

    def fail(self, error: BaseException) -> None:
        """Have `run` raise this after the present step; the first one counts."""
        self._failure = self._failure or error

    def run(self, main: Coroutine[Any, Any, T]) -> T:
        """Run until this is done. Raises what it raises, and `Stuck`."""
        _set_running_loop(self)
        try:
            task = self.create_task(main)
            while not task.done() and self._failure is None:
                self._step_all()
            if self._failure is not None:
                raise self._failure
            result: T = task.result()
            return result
        finally:
            self._end()
            _set_running_loop(None)

    def _step_all(self) -> None:
        """Run what is ready, or jump to where something is."""
        ready = self._ready
        if not ready:
            self._jump()
        if self.steps > _MOST_STEPS:
            raise Stuck("it goes on for ever")
        while ready and self._failure is None:
            turn = ready.popleft()
            process = turn.process
            if turn.off:
                continue
            if process is not None and process.life is not Life.RUNNING:
                process.held.append(turn)
                continue
            self.steps += 1
            self._call(turn)

    def _call(self, turn: _Turn) -> None:
        try:
            turn.context.run(turn.callback, *turn.args)
        except (SystemExit, KeyboardInterrupt):
            raise
        except BaseException as error:
            self.fail(error)

    def _jump(self) -> None:
        """To the next moment at which something is to happen."""
        timers = self._timers
        while timers and timers[0][2].off:
            heapq.heappop(timers)
        if not timers:
            raise Stuck("nothing can happen any more")
        self._now = max(self._now, timers[0][0])
        while timers and timers[0][0] <= self._now:
            self._ready.append(heapq.heappop(timers)[2])

    def _end(self) -> None:
        """Cancel what is left and let it end, in whichever process."""
        self._timers.clear()
        for process in self._processes:
            self._ready.extend(process.held)
        for task in self._tasks:
            if not task.done():
                task.cancel()
        for _ in range(len(self._tasks) * 10):
            if not self._ready:
                break
            turn = self._ready.popleft()
            if not turn.off:
                self._call(turn)
        self._closed = True

    def call_exception_handler(self, context: dict[str, Any]) -> None:
        """See asyncio: it tells of answers that nobody waits for any more. That is no defect."""

    def get_debug(self) -> bool:
        """See asyncio."""
        return False

    def is_running(self) -> bool:
        """See asyncio."""
        return not self._closed

    def is_closed(self) -> bool:
        """See asyncio."""
        return self._closed
