"""The composed shop as a child process, and a line to it that can be cut."""

import asyncio
import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.request import urlopen

_STARTS_WITHIN = 120.0
_STOPS_WITHIN = 10.0


def free_port() -> int:
    """A port that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextlib.contextmanager
def running_shop(data: Path, *, origins: str = "") -> Iterator[str]:
    """The shop with its demo goods, on a port and in a folder of its own; its address."""
    port = free_port()
    ours = {"PORT": str(port), "FASTSHOP_DATA": str(data), "FASTSHOP_ORIGINS": origins}
    inherited = {key: value for key, value in os.environ.items() if key not in ("DATABASE_URL", "REDIS_URL")}
    program = Path(sys.executable).with_name("fastshop")
    data.mkdir(parents=True, exist_ok=True)
    with (data / "server.log").open("wb") as log:
        process = subprocess.Popen([program, "run"], env=inherited | ours, stdout=log, stderr=log)
        try:
            address = f"http://127.0.0.1:{port}"
            _until_ready(process, address, data / "server.log")
            yield address
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(_STOPS_WITHIN)


def _until_ready(process: "subprocess.Popen[bytes]", address: str, log: Path) -> None:
    deadline = time.monotonic() + _STARTS_WITHIN
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise AssertionError(f"the shop did not start:\n{log.read_text()[-3000:]}")
        with contextlib.suppress(OSError), urlopen(f"{address}/readyz", timeout=2) as answer:
            if answer.status == 200:
                return
        time.sleep(0.1)
    raise AssertionError(f"the shop is not ready:\n{log.read_text()[-3000:]}")


class Line:
    """A TCP line to the shop. While it is cut, what was open is gone and nothing new is let through."""

    def __init__(self, port: int, target: int) -> None:
        self.address = f"http://127.0.0.1:{port}"
        self._port = port
        self._target = target
        self._cut = False
        self._writers: set[asyncio.StreamWriter] = set()

    async def open(self) -> asyncio.Server:
        """Start to listen."""
        return await asyncio.start_server(self._connected, "127.0.0.1", self._port)

    def cut(self) -> None:
        """Tear every connection, and refuse new ones."""
        self._cut = True
        for writer in self._writers:
            writer.transport.abort()

    def mend(self) -> None:
        """Let connections through again."""
        self._cut = False

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self._cut:
            writer.transport.abort()
            return
        far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self._target)
        ends = {writer, far_writer}
        self._writers |= ends
        try:
            await asyncio.gather(_pour(reader, far_writer), _pour(far_reader, writer))
        finally:
            self._writers -= ends


async def _pour(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(OSError):
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()
    writer.close()
