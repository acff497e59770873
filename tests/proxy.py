"""A TCP proxy that can cut its connections, as bad networks do."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress


class Proxy:
    """Between clients and one port, or one unix socket, on this machine. ``port`` is where clients connect."""

    def __init__(self, target: int | str) -> None:
        self._target = target
        self._writers: set[asyncio.StreamWriter] = set()
        self.port = 0
        self.connections = 0
        # After so many bytes towards the client the connection is cut; None: it is not.
        self.cut_after: int | None = None
        self.refusing = False

    def cut(self) -> None:
        """Cut every connection at once, without a goodbye."""
        for writer in tuple(self._writers):
            writer.transport.abort()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Pass one connection on."""
        self.connections += 1
        if self.refusing:
            writer.transport.abort()
            return
        there, back = await self._connect()
        self._writers |= {writer, back}
        try:
            await asyncio.gather(self._pump(reader, back, counted=False), self._pump(there, writer, counted=True))
        finally:
            self._writers -= {writer, back}
            writer.close()
            back.close()

    async def _connect(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        if isinstance(self._target, str):
            return await asyncio.open_unix_connection(self._target)
        return await asyncio.open_connection("127.0.0.1", self._target)

    async def _pump(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, counted: bool) -> None:
        with suppress(OSError):
            while data := await reader.read(4096):
                if counted and self.cut_after is not None:
                    # Half a frame gets through: the cut is in the middle of it.
                    data, self.cut_after = data[: self.cut_after], self.cut_after - len(data)
                writer.write(data)
                await writer.drain()
                if counted and self.cut_after is not None and self.cut_after <= 0:
                    self.cut_after = None
                    self.cut()
        with suppress(OSError):
            writer.close()


@asynccontextmanager
async def proxy_to(target: int | str) -> AsyncIterator[Proxy]:
    """A proxy in front of a port or a unix socket."""
    proxy = Proxy(target)
    server = await asyncio.start_server(proxy.serve, "127.0.0.1", 0)
    proxy.port = server.sockets[0].getsockname()[1]
    try:
        yield proxy
    finally:
        proxy.cut()
        server.close()
