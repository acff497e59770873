"""One thread for one service: starts it, waits for its end, and starts it again if nobody asked for that end.

Everything is started from this one thread, because Linux sends a child its death signal when the *thread* that started
it ends. The thread lives as long as the service is wanted, and dies with the process.

Why restart, instead of ending the server too: both services recover by themselves after a kill (the memory killer, a
crash), clients reconnect, and meanwhile `/readyz` says no. It never gives up, since a full disk may be emptied; but it
slows down.
"""

import subprocess
import threading
import time
from collections.abc import Callable
from pathlib import Path
from signal import Signals

import structlog

from server.embedded.errors import EmbeddedError, StartFailed
from server.embedded.locks import FileLock, next_generation
from server.embedded.processes import Program, signal_process, size_of, spawn, words_since
from server.embedded.service import Service

_POLL = 0.005
"""Seconds between two looks whether it is ready."""

_READY_SECONDS = 120.0
"""Replaying a gigabyte of PostgreSQL's log on a slow disk takes a minute; a start that takes longer is a fault."""

_FIRST_PAUSE = 0.1
_LONGEST_PAUSE = 5.0
"""Seconds before a restart: doubled each time, lest a program that cannot start fills the disk with complaints."""

_log = structlog.get_logger(__name__)


class _Stopped(Exception):
    """Somebody asked for the end while we were starting."""


class Keeper:
    """Keeps one service running from `start` until `stop`."""

    def __init__(self, service: Service, progress: Callable[[str], None]) -> None:
        self._service = service
        self._progress = progress
        self._thread = threading.Thread(target=self._run, name=f"embedded-{service.name}", daemon=True)
        self._stopping = threading.Event()
        self._settled = threading.Event()
        self._failure: Exception | None = None
        self._guard = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int | None:
        """Of the running process; None while there is none."""
        process = self._process
        return process.pid if process is not None and process.returncode is None else None

    def start(self) -> None:
        """Begin; does not wait."""
        self._thread.start()

    def wait_until_ready(self) -> None:
        """Return when the service answers for the first time; raises what kept it from starting."""
        self._settled.wait()
        if self._failure is not None:
            raise self._failure

    def send(self, number: Signals) -> bool:
        """Send a signal to the running process; False when there is none."""
        with self._guard:
            if self._process is None or self._process.returncode is not None:
                return False
            signal_process(self._process, number)
            return True

    def request_stop(self) -> None:
        """Send the polite signal; does not wait."""
        self._stopping.set()
        self.send(self._service.stop_signals[0][0])

    def finish(self) -> None:
        """Wait for the end, with stronger signals if it takes too long. After it no process is left."""
        polite, *stronger = self._service.stop_signals
        if self._ended_within(polite[1]):
            return
        for number, patience in stronger:
            _log.warning("embedded.stop_is_slow", service=self._service.name, next_signal=number.name)
            self.send(number)
            if self._ended_within(patience):
                return
        _log.error("embedded.stop_failed", service=self._service.name, pid=self.pid)

    def _ended_within(self, seconds: float) -> bool:
        if self._thread.ident is not None:
            self._thread.join(seconds)
        return not self._thread.is_alive()

    def _run(self) -> None:
        pause = _FIRST_PAUSE
        while not self._stopping.is_set():
            try:
                process = self._open()
            except _Stopped:
                break
            except Exception as failure:
                if not self._settled.is_set():
                    self._settle(failure)
                    return
                _log.error("embedded.restart_failed", service=self._service.name, reason=str(failure))
            else:
                pause = _FIRST_PAUSE
                self._settle(None)
                self._watch(process)
            self._stopping.wait(pause)
            pause = min(pause * 2, _LONGEST_PAUSE)
        self._settle(EmbeddedError(f"{self._service.name} was stopped."))

    def _settle(self, failure: Exception | None) -> None:
        """Tell the starter how the first start went; later calls change nothing."""
        if not self._settled.is_set():
            self._failure = failure
            self._settled.set()

    def _watch(self, process: subprocess.Popen[bytes]) -> None:
        code = process.wait()
        if not self._stopping.is_set():
            _log.warning(
                "embedded.died", service=self._service.name, pid=process.pid, code=code, consequence="starting it again"
            )

    def _open(self) -> subprocess.Popen[bytes]:
        """Start the program and return it once it answers.

        Raises `_Stopped`, or why it does not answer, and leaves no process then.
        """
        with next_generation(self._service.lock, self._service.stop_signals, self._tell_waiting) as lock:
            program = self._service.prepare(lambda helper: self._run_helper(helper, lock))
            before = size_of(program.output)
            process = self._spawn(program, lock)
        # From here the lock lives in the child alone, and ends with it.
        try:
            self._wait_until_answering(process, program, before)
            self._service.opened()
        except BaseException:
            # One that was asked to stop gets the time that `finish` gives it.
            if not self._stopping.is_set():
                signal_process(process, Signals.SIGKILL)
            process.wait()
            raise
        return process

    def _tell_waiting(self) -> None:
        self._progress(f"Stopping the {self._service.name} that an earlier start left behind")

    def _spawn(self, program: Program, lock: FileLock) -> subprocess.Popen[bytes]:
        """Under the guard, so that a stop asked for at this moment either prevents the process or reaches it."""
        with self._guard:
            if self._stopping.is_set():
                raise _Stopped
            self._process = spawn(program, lock.descriptor)
            lock.write(str(self._process.pid))
            return self._process

    def _run_helper(self, program: Program, lock: FileLock) -> None:
        before = size_of(program.output)
        code = self._spawn(program, lock).wait()
        if self._stopping.is_set():
            raise _Stopped
        if code != 0:
            raise StartFailed(
                Path(program.argv[0]).name, f"ended with code {code}", words_since(program.output, before)
            )

    def _wait_until_answering(self, process: subprocess.Popen[bytes], program: Program, before: int) -> None:
        deadline = time.monotonic() + _READY_SECONDS
        while not self._service.ready(process.pid):
            code = process.poll()
            if self._stopping.is_set():
                raise _Stopped
            if code is not None or time.monotonic() > deadline:
                ended = f"ended with code {code}" if code is not None else f"did not answer for {_READY_SECONDS:.0f} s"
                raise StartFailed(
                    self._service.name, f"{ended}; more in {program.output.parent}", words_since(program.output, before)
                )
            self._stopping.wait(_POLL)
