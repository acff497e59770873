"""The composed shop as a child process, and a line to it that can be cut."""

import asyncio
import contextlib
from collections.abc import Iterator
from pathlib import Path

from tests.shop_process import ShopProcess


@contextlib.contextmanager
def running_shop(data: Path, **environment: str) -> Iterator[str]:
    """The shop with its demo goods, on a port and in a folder of its own; its address."""
    process = ShopProcess(data, **environment)
    process.start()
    try:
        yield process.address
    finally:
        process.stop()


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
