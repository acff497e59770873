"""The one who starts and stops both services of a data folder."""

import signal
from collections.abc import Callable
from pathlib import Path

from server.embedded.errors import EmbeddedError
from server.embedded.folders import Layout
from server.embedded.keeper import Keeper
from server.embedded.locks import FileLock, lock_folder
from server.embedded.logs import LogTrimmer
from server.embedded.postgres import Postgres
from server.embedded.running import EmbeddedServices, read_record, write_record
from server.embedded.valkey import Valkey


def _say_nothing(_: str) -> None:
    return


class Supervisor:
    """Runs PostgreSQL, Valkey or both for one data folder, from `start` until `stop`; also a context manager.

    A service that dies unexpectedly is started again at the same address, with a line in the log. `progress` receives
    short sentences for the terminal, possibly from two threads at once. One object starts once.
    """

    def __init__(
        self,
        data: Path,
        *,
        postgres: bool = True,
        valkey: bool = True,
        progress: Callable[[str], None] = _say_nothing,
    ) -> None:
        self._layout = Layout(data)
        self._wanted = (postgres, valkey)
        self._progress = progress
        self._keepers: dict[str, Keeper] = {}
        self._trimmer: LogTrimmer | None = None
        self._lock: FileLock | None = None

    def start(self) -> EmbeddedServices:
        """Return when all that was asked for answers; the database `fastshop` exists then.

        Blocks the caller: meant for before the event loop runs. Takes 0.2 s, a second for a new folder. Refuses a
        folder that another supervisor has (`FolderInUse`), or that cannot be used (`FolderNotUsable`); `StartFailed`
        says why a program did not start. After a refusal, and after an interruption by a signal, nothing is left
        running.
        """
        self._layout.create()
        self._lock = lock_folder(self._layout.supervisor_lock, self._layout.data, _pid_in)
        try:
            return self._start_services(self._lock)
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """Stop what runs and give the folder free; the server has drained by then. Calling it again does nothing.

        Takes 0.1 s, at most 3.5 s if a program hangs. Both stop at once: neither needs the other.
        """
        for keeper in self._keepers.values():
            keeper.request_stop()
        for keeper in self._keepers.values():
            keeper.finish()
        self._keepers.clear()
        if self._trimmer is not None:
            self._trimmer.stop()
            self._trimmer = None
        if self._lock is not None:
            self._layout.tidy()
            self._lock.release()
            self._lock = None

    def pids(self) -> dict[str, int]:
        """The running services: `postgres` and `valkey`, those that are embedded and alive at the moment."""
        return {name: keeper.pid for name, keeper in self._keepers.items() if keeper.pid is not None}

    def kill(self, name: str, number: signal.Signals = signal.SIGKILL) -> None:
        """Send a signal to `postgres` or `valkey`, as a crash would; it comes back by itself.

        Refuses one that is not running.
        """
        keeper = self._keepers.get(name)
        if keeper is None or not keeper.send(number):
            raise EmbeddedError(f"{name} is not running.")

    def __enter__(self) -> EmbeddedServices:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _start_services(self, lock: FileLock) -> EmbeddedServices:
        write_record(lock, None)
        self._trimmer = LogTrimmer(self._layout.logs)
        self._trimmer.start()
        postgres, valkey = self._wanted
        services = EmbeddedServices(
            database_url=self._keep_postgres() if postgres else "",
            redis_url=self._keep_valkey() if valkey else "",
        )
        for keeper in self._keepers.values():
            keeper.start()
        for keeper in self._keepers.values():
            keeper.wait_until_ready()
        write_record(lock, services)
        return services

    def _keep_postgres(self) -> str:
        self._progress("Starting PostgreSQL")
        service = Postgres(self._layout, self._progress)
        self._keepers["postgres"] = Keeper(service, self._progress)
        return service.url

    def _keep_valkey(self) -> str:
        self._progress("Starting Valkey")
        service = Valkey(self._layout)
        self._keepers["valkey"] = Keeper(service, self._progress)
        return service.url


def _pid_in(note: str) -> int | None:
    record = read_record(note)
    return record.pid if record is not None else None
