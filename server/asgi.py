"""The server process: Litestar behind uvicorn, put up and taken down in order."""

import asyncio
import contextlib
import gc
import socket
from collections.abc import AsyncIterator, Callable, Iterator

import uvicorn
import uvloop
from litestar import Litestar

from server.app import Addresses, Shop, open_shop
from server.http.application import application
from server.http.connections import Bounds, bounded
from server.realtime.uvicorn_protocol import AsgiProtocol, DirectProtocol
from server.settings import Settings
from server.stopping import until_stopped

# How long sockets are spread out over when they are told to come back elsewhere, in seconds.
_DRAIN = 0.5
# What a request that is under way may take before the process ends anyway, in seconds.
_GRACE = 1


class _Server(uvicorn.Server):
    """uvicorn without its way with signals: it raises them again, and nothing after it would run."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.listening = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Listen, and say so."""
        await super().startup(sockets)
        if self.started:
            self.listening.set()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave signals to `serve`."""
        yield


def serve(settings: Settings, addresses: Addresses, ready: Callable[[Shop], None]) -> None:
    """Serve until SIGINT or SIGTERM. ``ready`` is called once the first request can be answered."""
    uvloop.run(_serve(settings, addresses, ready))


async def _serve(settings: Settings, addresses: Addresses, ready: Callable[[Shop], None]) -> None:
    async with until_stopped() as stopping, open_shop(settings, addresses) as shop:
        if not settings.production:
            await shop.fill_demo()
        _spare_the_collector()
        async with _listening(application(shop.http_parts()), settings) as ended:
            ready(shop)
            await _first(stopping, ended)
            await shop.drain(_DRAIN)


@contextlib.asynccontextmanager
async def _listening(app: Litestar, settings: Settings) -> AsyncIterator["asyncio.Task[None]"]:
    server = _Server(_config(app, settings))
    # uvicorn would end the process without a word to the terminal when the port is taken.
    listener = socket.create_server((settings.host, settings.port), backlog=2048)
    task = asyncio.create_task(server.serve([listener]))
    await _first(server.listening, task)
    try:
        yield task
    finally:
        server.should_exit = True
        await task


def _config(app: Litestar, settings: Settings) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        host=settings.host,
        port=settings.port,
        http=bounded(
            Bounds(
                head_within=settings.head_within,
                pace_within=settings.pace_within,
                per_address=settings.connections_per_address,
            )
        ),
        ws=DirectProtocol if settings.socket == "direct" else AsgiProtocol,
        ws_max_size=64 * 1024,
        ws_per_message_deflate=False,
        ws_ping_interval=None,
        lifespan="off",
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=_GRACE,
    )


def _spare_the_collector() -> None:
    """Look for cycles seldom, and never among what was there at the start.

    Reference counting frees nearly all; with Python's defaults the search for the rest took a quarter of a busy
    server's time, and its pauses were the slowest answers.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 50, 100)


async def _first(event: asyncio.Event, task: "asyncio.Task[None]") -> None:
    waiting = asyncio.create_task(event.wait())
    await asyncio.wait([waiting, task], return_when=asyncio.FIRST_COMPLETED)
    waiting.cancel()
