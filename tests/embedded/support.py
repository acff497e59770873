"""Looking at real processes from outside."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import asyncpg
import msgspec

from server.embedded import EmbeddedServices

PATIENCE = 30.0


def until(true: Callable[[], bool], seconds: float = PATIENCE) -> None:
    """Wait until it is true; fail when it is not within the time."""
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "it did not become true in time"
        time.sleep(0.01)


def processes_in(folder: Path) -> list[int]:
    """Living processes that work in there: PostgreSQL with all its backends, and Valkey. A zombie has no folder."""
    found = []
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit() or int(entry.name) == os.getpid():
            continue
        try:
            current = (entry / "cwd").readlink()
        except OSError:
            continue
        if current.is_relative_to(folder):
            found.append(int(entry.name))
    return found


class Holder:
    """The program `hold` as a child, which leads a process group as a terminal's command does."""

    def __init__(self, data: Path, *before: str) -> None:
        self.process = subprocess.Popen(
            [*before, sys.executable, "-m", "tests.embedded.hold", str(data)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        self.services = msgspec.json.decode(self.line(), type=EmbeddedServices)

    def line(self) -> str:
        assert self.process.stdout is not None
        return self.process.stdout.readline().strip()

    def finish(self) -> str:
        """Let it end by itself; what it said after the addresses."""
        said, _ = self.process.communicate(timeout=PATIENCE)
        return said


@contextmanager
def holding(data: Path, *before: str) -> Iterator[Holder]:
    """A holder that is killed in the end, if it still runs."""
    holder = Holder(data, *before)
    try:
        yield holder
    finally:
        holder.process.kill()
        holder.process.communicate()


async def value_of(services: EmbeddedServices, statement: str, *arguments: object) -> object:
    """What one statement answers, over a connection of its own."""
    connection = await asyncpg.connect(services.database_url)
    try:
        return await connection.fetchval(statement, *arguments)
    finally:
        await connection.close()
