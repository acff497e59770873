"""Durable claims a second: a row lock a request, and the actor through the whole WebSocket."""

import tempfile
from pathlib import Path

from rich.console import Console
from rich.table import Table

from bench import over_socket, row_lock
from bench.figures import Run, middle
from fastshop import Shop
from server.embedded import find_running
from tests.e2e.crowd import gather_crowd
from tests.shop_process import ShopProcess

ROUNDS = 3
# Buyers, and how often each claims: below the burst that one socket is allowed.
CROWDS = ((64, 40), (512, 16))


async def main() -> None:
    """Print the table."""
    with tempfile.TemporaryDirectory(prefix="fastshop-bench-") as folder:
        process = ShopProcess(Path(folder))
        process.start()
        try:
            await _measure(process)
        finally:
            process.stop()


async def _measure(process: ShopProcess) -> None:
    running = find_running(process.data)
    assert running is not None
    table = Table("buyers", "way", "claims/s", "p50 ms", "p99 ms", "ratio", title="Durable claims, fsync on")
    async with Shop(process.address) as seller:
        await seller.log_in("seller@demo.fastshop.test", "fastshop-demo")
        for buyers, claims in CROWDS:
            crowd = await gather_crowd(process.data, buyers)
            locks: list[Run] = []
            sockets: list[Run] = []
            for _ in range(ROUNDS):
                locks.append(await row_lock.run(running.database_url, buyers, max(claims // 4, 1)))
                sockets.append(await over_socket.run(process.address, seller, crowd, claims))
            base, ours = middle(locks), middle(sockets)
            _row(table, buyers, "row lock a request", base, base)
            _row(table, buyers, "actor, whole WebSocket", ours, base)
    Console().print(table)


def _row(table: Table, buyers: int, way: str, run: Run, base: Run) -> None:
    ratio = f"{run.rate / base.rate:.1f}"
    table.add_row(str(buyers), way, f"{run.rate:,.0f}", f"{run.p50:.1f}", f"{run.p99:.1f}", ratio)
