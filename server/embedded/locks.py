"""Two kinds of lock on a data folder, both `flock`: the kernel drops them when the last holder dies, however it dies.

- The **supervisor's** lock is held by one process, and says who it is. A second one is refused at once.
- A **generation** lock is inherited by a child and all its descendants. While it is held, some process of the last
  generation is still alive and may still write: the next one waits, then makes it end. No pid is believed: neither a
  stale pid file nor a recycled number can mislead.
"""

import fcntl
import os
import signal
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Self

from server.embedded.errors import EmbeddedError, FolderInUse

_POLL = 0.01
"""Seconds between two tries for a lock."""

_SUPERVISOR_PATIENCE = 0.2
"""Seconds. `find_running` holds the lock for microseconds while it looks; that must not count as another supervisor."""

_NATURAL_END = 1.0
"""Seconds in which a child that the kernel told to stop ends by itself."""


class FileLock:
    """An exclusive `flock` on one file. The file stays: without it two could lock two files of one name."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._descriptor: int | None = None

    @property
    def descriptor(self) -> int:
        """The open file that carries the lock; only while it is held."""
        if self._descriptor is None:
            raise RuntimeError(f"{self.path} is not held")
        return self._descriptor

    def try_acquire(self) -> bool:
        """Take the lock if nobody has it."""
        descriptor = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(descriptor)
            return False
        self._descriptor = descriptor
        return True

    def acquire_within(self, seconds: float) -> bool:
        """Try until the time is over; at least once."""
        deadline = time.monotonic() + seconds
        while not self.try_acquire():
            if time.monotonic() >= deadline:
                return False
            time.sleep(_POLL)
        return True

    def release(self) -> None:
        """Close our own descriptor; a child that inherited it goes on holding the lock."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None

    def write(self, text: str) -> None:
        """Leave a note in the file for whoever finds it locked."""
        os.ftruncate(self.descriptor, 0)
        os.pwrite(self.descriptor, text.encode(), 0)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.release()


def lock_folder(path: Path, data: Path, read_pid: Callable[[str], int | None]) -> FileLock:
    """The supervisor's lock, taken; refuses with the other one's pid (`FolderInUse`)."""
    lock = FileLock(path)
    if not lock.acquire_within(_SUPERVISOR_PATIENCE):
        raise FolderInUse(data, read_pid(path.read_text(encoding="utf-8")))
    return lock


def next_generation(
    path: Path, stop_signals: tuple[tuple[signal.Signals, float], ...], waiting: Callable[[], None]
) -> FileLock:
    """The generation lock, taken once nothing of the last generation is alive.

    `waiting` is called if that takes a while. What the last generation was told to do it does by itself, mostly: the
    kernel sent it its signal. Where there is no such signal (macOS), or it hangs, its holders get
    `stop_signals`, each with its seconds of patience.
    """
    lock = FileLock(path)
    if lock.acquire_within(_NATURAL_END):
        return lock
    waiting()
    for number, patience in stop_signals:
        _signal_holders(path, number)
        if lock.acquire_within(patience):
            return lock
    raise EmbeddedError(
        f"A process of an earlier start still holds {path} and cannot be stopped. End it, then start again."
    )


def _signal_holders(path: Path, number: signal.Signals) -> None:
    for pid in _holders(path):
        with suppress(ProcessLookupError, PermissionError):
            os.kill(pid, number)


def _holders(path: Path) -> list[int]:
    """Who holds the lock: every process with the locked file open, or, without Linux's /proc, the one that was noted.

    All of them, because a hanging child of PostgreSQL outlives its killed parent.
    """
    if Path("/proc/self/fdinfo").exists():
        return [int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit() and _holds(entry, path)]
    note = path.read_text(encoding="ascii")
    return [int(note)] if note.isdigit() else []


def _holds(process: Path, path: Path) -> bool:
    """Whether it has the file open with the lock on it; a program that merely reads the file has not."""
    try:
        return any(
            link.readlink() == path and "FLOCK" in (process / "fdinfo" / link.name).read_text(encoding="ascii")
            for link in (process / "fd").iterdir()
        )
    except OSError:
        # Not ours to look into, or gone meanwhile: then it holds nothing of ours.
        return False
