"""Processor time of whole programs: on a machine whose cores are shared, it says more than the time on the wall."""

import time
from contextlib import suppress
from pathlib import Path

import psutil

from bench.figures import Cost


def seconds_of(pid: int, *, family: bool = False) -> float:
    """What a process has used so far; with its ``family``, its children too, living and dead."""
    process = psutil.Process(pid)
    times = process.cpu_times()
    own: float = times.user + times.system
    if not family:
        return own
    living = 0.0
    for child in process.children(recursive=True):
        with suppress(psutil.NoSuchProcess):
            spent = child.cpu_times()
            living += spent.user + spent.system
    living += times.children_user + times.children_system
    return own + living


def postgres_of(data: Path) -> int:
    """The process id of the PostgreSQL that runs for this folder."""
    return int((data / "postgres" / "postmaster.pid").read_text().split("\n", 1)[0])


class Meter:
    """What PostgreSQL, ourselves and a server use from now on. Without a server, we are the server."""

    def __init__(self, postgres: int, server: int | None = None) -> None:
        self._postgres = postgres
        self._server = server
        self._before = self._now()

    def read(self) -> Cost:
        """Seconds since the beginning."""
        server, postgres, client = (now - before for now, before in zip(self._now(), self._before, strict=True))
        return Cost(server, postgres, client)

    def _now(self) -> tuple[float, float, float]:
        postgres, ours = seconds_of(self._postgres, family=True), time.process_time()
        return (ours, postgres, 0.0) if self._server is None else (seconds_of(self._server), postgres, ours)
