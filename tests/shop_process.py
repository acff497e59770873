"""The composed shop as a child process, started as `make run` starts it; it can be killed and started again."""

import contextlib
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from urllib.request import urlopen

# The shop as it is installed beside this Python.
PROGRAM = Path(sys.executable).with_name("fastshop")

_STARTS_WITHIN = 300.0
_STOPS_WITHIN = 10.0

# What belongs to the processes that ran in a data folder, and not to the data.
_NO_DATA = shutil.ignore_patterns("*.lock", "log", "run", "server.log")


def free_port() -> int:
    """A port that nothing listens on, below the range that outgoing connections are given theirs from.

    A client that knocks again and again at a port of that range is one day given that very port as its own.
    """
    while True:
        port = random.randrange(20_000, 32_000)
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port


def copy_data(kept: Path, folder: Path) -> None:
    """Lay a copy of a stopped shop's data into a folder: whoever starts there goes on with it."""
    shutil.copytree(kept, folder, ignore=_NO_DATA, dirs_exist_ok=True)


class ShopProcess:
    """A shop with its demo goods, on a port and in a folder of its own."""

    def __init__(self, data: Path, **environment: str) -> None:
        self.data = data
        port = str(free_port())
        self.address = f"http://127.0.0.1:{port}"
        inherited = {key: value for key, value in os.environ.items() if key not in ("DATABASE_URL", "REDIS_URL")}
        self.environment = inherited | {"PORT": port, "FASTSHOP_DATA": str(data)} | environment
        self._log = data / "server.log"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it, and wait until it is ready."""
        self.data.mkdir(parents=True, exist_ok=True)
        with self._log.open("ab") as log:
            self._process = subprocess.Popen([PROGRAM, "run"], env=self.environment, stdout=log, stderr=log)
        self._until_ready(self._process)

    @property
    def pid(self) -> int:
        """Of the server."""
        assert self._process is not None
        return self._process.pid

    def kill(self) -> None:
        """SIGKILL: nothing in it gets to say goodbye."""
        assert self._process is not None
        self._process.kill()
        self._process.wait(_STOPS_WITHIN)

    def stop(self) -> float:
        """SIGTERM; how long it took, in seconds."""
        if self._process is None or self._process.poll() is not None:
            return 0.0
        began = time.monotonic()
        self._process.send_signal(signal.SIGTERM)
        self._process.wait(_STOPS_WITHIN)
        return time.monotonic() - began

    def said(self) -> str:
        """What it wrote to the terminal."""
        return self._log.read_text()

    def _until_ready(self, process: "subprocess.Popen[bytes]") -> None:
        deadline = time.monotonic() + _STARTS_WITHIN
        while time.monotonic() < deadline:
            if process.poll() is not None:
                raise AssertionError(f"the shop did not start:\n{self.said()[-3000:]}")
            with contextlib.suppress(OSError), urlopen(f"{self.address}/readyz", timeout=2) as answer:
                if answer.status == 200:
                    return
            time.sleep(0.05)
        raise AssertionError(f"the shop is not ready:\n{self.said()[-3000:]}")
