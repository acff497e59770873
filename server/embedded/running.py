"""How other commands on the same machine find services that are already running."""

import os
from pathlib import Path

import msgspec

from server.embedded.folders import Layout
from server.embedded.locks import FileLock


class EmbeddedServices(msgspec.Struct, frozen=True):
    """Where the started services answer; an address is empty for a service that is not embedded."""

    database_url: str
    """For asyncpg and libpq, over the unix socket: the role `fastshop` owns the database `fastshop` and is no
    superuser.
    """
    redis_url: str
    """`unix://` and the path of Valkey's socket."""


class Record(msgspec.Struct, frozen=True):
    """What the holder of the supervisor's lock writes into it."""

    pid: int
    services: EmbeddedServices | None = None


def write_record(lock: FileLock, services: EmbeddedServices | None) -> None:
    """Say who we are and, once ready, what runs."""
    lock.write(msgspec.json.encode(Record(os.getpid(), services)).decode())


def read_record(text: str) -> Record | None:
    """The note in a lock file; None while its writer is between taking the lock and writing."""
    try:
        return msgspec.json.decode(text, type=Record)
    except msgspec.DecodeError:
        return None


def find_running(data: Path) -> EmbeddedServices | None:
    """The services that another process runs for this folder; None when there are none, or none ready yet."""
    path = Layout(data).supervisor_lock
    if not path.exists():
        return None
    with FileLock(path) as lock:
        if lock.try_acquire():
            return None
        record = read_record(path.read_text(encoding="utf-8"))
    return record.services if record is not None else None
