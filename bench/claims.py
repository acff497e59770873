"""Durable claims a second: a request that locks the row in three ways, and the actor without and with the network."""

import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path

from rich.progress import Progress
from rich.table import Table

from bench import in_process, over_socket, sql_ways
from bench.cpu import postgres_of
from bench.figures import Run, middle, show
from fastshop import Shop
from server.embedded import EmbeddedServices, find_running
from tests.e2e.crowd import Buyer, gather_crowd
from tests.shop_process import ShopProcess

ROUNDS = 3
# Buyers, and how often each claims: below the burst that one socket is allowed.
CROWDS = ((1, 40), (64, 40), (512, 16), (4096, 6))
# A lock of a row is so much slower that a quarter of the claims tell as much.
_OF_SQL = 4

Way = Callable[[Sequence[Buyer], int], Awaitable[Run]]


async def main() -> None:
    """Print the table."""
    with tempfile.TemporaryDirectory(prefix="fastshop-bench-") as folder:
        process = ShopProcess(Path(folder))
        process.start()
        try:
            running = find_running(process.data)
            assert running is not None
            async with _ways(process, running) as ways:
                await _measure(process, ways)
        finally:
            process.stop()


@asynccontextmanager
async def _ways(process: ShopProcess, running: EmbeddedServices) -> AsyncIterator[Mapping[str, Way]]:
    """All ways, on one PostgreSQL: the server as it is, another one whose sockets are stock ASGI, and this process.

    The other one has a Valkey of its own: a node that hears of another tells it of each commit, and both would pay.
    """
    postgres = postgres_of(process.data)
    with tempfile.TemporaryDirectory(prefix="fastshop-bench-") as folder:
        stock = ShopProcess(Path(folder), DATABASE_URL=running.database_url, FASTSHOP_SOCKET="asgi")
        stock.start()
        try:
            async with (
                Shop(process.address) as seller,
                Shop(stock.address) as stock_seller,
                in_process.shop_here(running) as here,
            ):
                for shop in (seller, stock_seller):
                    await shop.log_in("seller@demo.fastshop.test", "fastshop-demo")
                yield {
                    "(a) row lock, transaction": _sql(sql_ways.in_transaction, running, postgres),
                    "(b) row lock, one statement": _sql(sql_ways.in_one_statement, running, postgres),
                    "(c) SELECT FOR UPDATE": _sql(sql_ways.for_update, running, postgres),
                    "(d) actor, service": partial(in_process.run, here, postgres, seller),
                    "(e0) actor, stock WebSocket": partial(
                        over_socket.run, stock.address, postgres, stock.pid, stock_seller
                    ),
                    "(e) actor, WebSocket": partial(over_socket.run, process.address, postgres, process.pid, seller),
                }
        finally:
            stock.stop()


def _sql(way: sql_ways.Claim, running: EmbeddedServices, postgres: int) -> Way:
    async def run(crowd: Sequence[Buyer], claims: int) -> Run:
        return await sql_ways.run(way, running.database_url, postgres, len(crowd), max(claims // _OF_SQL, 1))

    return run


async def _measure(process: ShopProcess, ways: Mapping[str, Way]) -> None:
    table = Table(
        "buyers", "way", "claims/s", "to (a)", "p50 ms", "p99 ms", "server", "PG", "client",
        title=f"Durable claims, fsync on, medians of {ROUNDS} rounds; µs of processor time a claim",
    )  # fmt: skip
    with Progress(transient=True) as progress:
        task = progress.add_task("claims", total=len(CROWDS) * ROUNDS * len(ways))
        for buyers, claims in CROWDS:
            crowd = await gather_crowd(process.data, buyers)
            runs: dict[str, list[Run]] = {name: [] for name in ways}
            for _ in range(ROUNDS):
                for name, way in ways.items():
                    runs[name].append(await way(crowd, claims))
                    progress.advance(task)
            middles = {name: middle(each) for name, each in runs.items()}
            base = next(iter(middles.values()))
            for name, run in middles.items():
                table.add_row(str(buyers), name, *_cells(run, base), end_section=name == list(ways)[-1])
    show(table)


def _cells(run: Run, base: Run) -> tuple[str, ...]:
    speed = (f"{run.rate:,.0f}", f"{run.rate / base.rate:.1f}", f"{run.p50:.1f}", f"{run.p99:.1f}")
    cost = run.cost
    return (*speed, f"{cost.server:.0f}", f"{cost.postgres:.0f}", f"{cost.client:.0f}")
