"""A real uvicorn in the test process, in front of the tiny shop."""

import asyncio
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager

import uvicorn
from litestar import Litestar

from server.http.connections import Bounds, bounded
from server.realtime.service import Realtime
from server.realtime.uvicorn_protocol import AsgiProtocol, DirectProtocol


class _Server(uvicorn.Server):
    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


@asynccontextmanager
async def served(
    realtime: Realtime,
    protocol: type[AsgiProtocol] = DirectProtocol,
    bounds: Bounds | None = None,
    trusted: str = "127.0.0.1",
) -> AsyncIterator[int]:
    """Serve a node on a free port of this machine."""
    config = uvicorn.Config(
        Litestar(realtime.handlers, openapi_config=None, logging_config=None),
        http=bounded(bounds or Bounds()),
        ws=protocol,
        forwarded_allow_ips=trusted,
        ws_max_size=64 * 1024,
        ws_per_message_deflate=False,
        ws_ping_interval=None,
        lifespan="off",
        log_config=None,
        timeout_graceful_shutdown=1,
    )
    server = _Server(config)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        task = asyncio.create_task(server.serve(sockets=[listening]))
        try:
            yield listening.getsockname()[1]
        finally:
            server.should_exit = True
            await task
