"""Round trips a CPU second: our server with its full session, beside the plain echo of other frameworks.

What is compared is processor time of the server alone, so a slow or busy machine changes both sides alike.
"""

import asyncio
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from time import perf_counter

from rich.progress import Progress
from rich.table import Table

from bench.cpu import seconds_of
from bench.figures import show
from bench.raw_socket import RawSocket
from tests.shop_process import ShopProcess, free_port

ROUNDS = 5
SOCKETS = 200
# Round trips of each socket in a round.
TRIPS = 100
_STARTS_WITHIN = 20.0
# What a round trip carries: about as much as a command and its answer.
_TEXT = '{"data":"' + 80 * "x" + '"}'


@dataclass(frozen=True)
class Speech:
    """How one talks to a server: where, what opens a conversation, and one round trip's question."""

    path: str
    opening: tuple[str, ...]
    question: str
    server_begins: bool = False


_ECHO = Speech("/ws", (), _TEXT)
_OURS = Speech("/ws", ('{"id":1,"connect":{}}',), '{"id":2,"rpc":{"method":"system.time","data":{}}}')
# Engine.IO 4 and Socket.IO 5: open, connect to the namespace, then an event that asks for an acknowledgement.
_SOCKETIO = Speech("/socket.io/?EIO=4&transport=websocket", ("40",), f'420["echo",{_TEXT}]', True)


@dataclass(frozen=True)
class Server:
    """Somebody who answers."""

    name: str
    address: str
    pid: int
    speech: Speech


async def main() -> None:
    """Print the table."""
    with tempfile.TemporaryDirectory(prefix="fastshop-bench-") as folder:
        async with _servers(Path(folder)) as servers:
            await _measure(servers)


@asynccontextmanager
async def _servers(folder: Path) -> AsyncIterator[Sequence[Server]]:
    shops = {
        socket: ShopProcess(folder / socket, FASTSHOP_SOCKET=socket, FASTSHOP_COMMANDS_PER_SECOND="1000000")
        for socket in ("direct", "asgi")
    }
    with (
        _peer("litestar_echo") as litestar,
        _peer("fastapi_echo") as fastapi,
        _peer("socketio_echo") as socketio,
    ):
        try:
            for shop in shops.values():
                shop.start()
            yield (
                Server("Litestar, plain JSON echo", *litestar, _ECHO),
                Server("FastAPI, plain JSON echo", *fastapi, _ECHO),
                Server("python-socketio, acknowledged event", *socketio, _SOCKETIO),
                Server("FastShop, full session, stock ASGI", shops["asgi"].address, shops["asgi"].pid, _OURS),
                Server("FastShop, full session, below ASGI", shops["direct"].address, shops["direct"].pid, _OURS),
            )
        finally:
            for shop in shops.values():
                shop.stop()


@contextmanager
def _peer(module: str) -> Iterator[tuple[str, int]]:
    """A peer's server on a port of its own; its address and process."""
    port = free_port()
    options = ["--loop", "uvloop", "--ws", "websockets-sansio", "--no-access-log", "--log-level", "warning"]
    command = [sys.executable, "-m", "uvicorn", f"bench.peers.{module}:app", "--port", str(port), *options]
    process = subprocess.Popen(command)
    try:
        yield f"http://127.0.0.1:{port}", process.pid
    finally:
        process.terminate()
        process.wait(10)


async def _measure(servers: Sequence[Server]) -> None:
    costs: dict[str, list[float]] = {server.name: [] for server in servers}
    with Progress(transient=True) as progress:
        task = progress.add_task("round trips", total=ROUNDS * len(servers))
        for _ in range(ROUNDS):
            for server in servers:
                costs[server.name].append(await _round(server))
                progress.advance(task)
    middles = {name: median(each) for name, each in costs.items()}
    base = next(iter(middles.values()))
    table = Table(
        "server", "µs of CPU a trip", "trips a CPU second", "to Litestar",
        title=f"Round trips on {SOCKETS} sockets, medians of {ROUNDS} rounds",
    )  # fmt: skip
    for name, cost in middles.items():
        table.add_row(name, f"{cost * 1e6:.1f}", f"{1 / cost:,.0f}", f"{base / cost:.2f}")
    show(table)


async def _round(server: Server) -> float:
    """The server's processor time of a round trip, in seconds."""
    talks = [_Talk(server.speech) for _ in range(SOCKETS)]
    for talk in talks:
        await talk.open(server.address)
    before = seconds_of(server.pid)
    await asyncio.gather(*(talk.all_trips() for talk in talks))
    spent = seconds_of(server.pid) - before
    for talk in talks:
        talk.close()
    return spent / (SOCKETS * TRIPS)


class _Talk:
    """One socket, asking its next question when it has its answer."""

    def __init__(self, speech: Speech) -> None:
        self._speech = speech
        self._question = speech.question.encode()
        self._loop = asyncio.get_running_loop()
        self._heard = self._loop.create_future()
        self._left = 0

    async def open(self, address: str) -> None:
        self._socket = await _connected(address, self._hear, self._speech.path)
        if self._speech.server_begins:
            await self._heard
        for line in self._speech.opening:
            self._heard = self._loop.create_future()
            self._socket.send(line.encode())
            await self._heard

    async def all_trips(self) -> None:
        self._left, self._heard = TRIPS, self._loop.create_future()
        self._socket.send(self._question)
        await self._heard

    def close(self) -> None:
        self._socket.close()

    def _hear(self, _payload: bytes) -> None:
        self._left -= 1
        if self._left > 0:
            self._socket.send(self._question)
        elif not self._heard.done():
            self._heard.set_result(None)


async def _connected(address: str, hear: Callable[[bytes], None], path: str) -> RawSocket:
    """A socket to a server that may just be starting."""
    deadline = perf_counter() + _STARTS_WITHIN
    while perf_counter() < deadline:
        with suppress(OSError):
            return await RawSocket.open(address, hear, path)
        await asyncio.sleep(0.1)
    raise TimeoutError(f"nobody answers at {address}")
