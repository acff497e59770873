"""Whole checkouts a second: a new guest, one line, address, shipping, payment at the simulated gateway, the order.

And a crowd that comes for less than it wants: who gets something, and what the others are told.

Each guest keeps a WebSocket and sends the next step when the last was answered; PostgreSQL with fsync on, one server
process. The time of a checkout is from putting the goods in the cart until the order is answered.
"""

import asyncio
import tempfile
from collections.abc import Sequence
from pathlib import Path
from time import perf_counter
from typing import Any
from uuid import UUID

import asyncpg
from rich.table import Table

from bench.cpu import Meter, postgres_of
from bench.figures import Run, middle, run_of, show
from bench.guest import Guest, Refused
from server.embedded import find_running
from tests.shop_process import ShopProcess

ROUNDS = 3
CHECKOUTS = 480
# How many guests, and whether all of them want the same.
CROWDS = ((1, False), (8, False), (8, True), (32, False))
# Vendure 3.7.3 on two such cores, the same flow with 8 guests.
VENDURE = 6.0

_STOCK = "UPDATE inventory_levels SET on_hand = 1000000 WHERE on_hand > 0 RETURNING variant_id"
_SCARCE = "UPDATE inventory_levels SET on_hand = $2 WHERE variant_id = $1"
_LEFT = "SELECT on_hand FROM inventory_levels WHERE variant_id = $1"
# So many want one of so few; all at once, with their carts filled.
MANY, FEW = 100, 20


async def main() -> None:
    """Print the table."""
    table = Table(
        "guests", "goods", "checkouts/s", "to Vendure", "p50 ms", "p99 ms", "server", "PG", "client",
        title=f"Checkouts, medians of {ROUNDS} rounds of {CHECKOUTS}; µs of processor time each",
    )  # fmt: skip
    with tempfile.TemporaryDirectory(prefix="fastshop-bench-") as folder:
        process = ShopProcess(Path(folder), FASTSHOP_COMMANDS_PER_SECOND="100000")
        process.start()
        try:
            variants = await _goods(process.data)
            for guests, hot in CROWDS:
                runs = [await _run(process, guests, variants[:1] if hot else variants) for _ in range(ROUNDS)]
                table.add_row(str(guests), "one for all" if hot else "any", *_told(middle(runs)))
            crowd = await _scarce(process, variants[0])
        finally:
            process.stop()
    show(table)
    show(crowd)


def _told(run: Run) -> list[str]:
    figures = (run.rate, run.rate / VENDURE, run.p50, run.p99, run.cost.server, run.cost.postgres, run.cost.client)
    return [f"{figure:,.0f}" for figure in figures]


async def _goods(data: Path) -> Sequence[UUID]:
    """Variants that will not run out."""
    return [row["variant_id"] for row in await _rows(data, _STOCK)]


async def _rows(data: Path, sql: str, *args: Any) -> Sequence[Any]:
    running = find_running(data)
    assert running is not None
    connection = await asyncpg.connect(running.database_url)
    try:
        return await connection.fetch(sql, *args)
    finally:
        await connection.close()


async def _scarce(process: ShopProcess, variant: UUID) -> Table:
    """What became of a crowd."""
    await _rows(process.data, _SCARCE, variant, FEW)
    crowd = [await Guest.come(process.address) for _ in range(MANY)]
    carts = [await guest.fill(variant) for guest in crowd]
    began = perf_counter()
    ends = await asyncio.gather(*(_end(guest, cart) for guest, cart in zip(crowd, carts, strict=True)))
    seconds = perf_counter() - began
    (row,) = await _rows(process.data, _LEFT, variant)
    title = f"{MANY} guests at once, {FEW} units: {seconds:.2f} s for all, {row['on_hand']} units left"
    table = Table("what they were told", "guests", "the last of them after ms", title=title)
    for said in sorted({end for end, _ in ends}):
        times = [time for end, time in ends if end == said]
        table.add_row(said, str(len(times)), f"{1000 * (max(times) - began):,.0f}")
    for guest in crowd:
        guest.close()
    return table


async def _end(guest: Guest, cart: UUID) -> tuple[str, float]:
    try:
        await guest.check_out(cart)
    except Refused as refused:
        return refused.code, perf_counter()
    return "ordered and paid", perf_counter()


async def _run(process: ShopProcess, guests: int, variants: Sequence[UUID]) -> Run:
    latencies: list[float] = []
    crowd = [await Guest.come(process.address) for _ in range(guests)]
    meter, began = Meter(postgres_of(process.data), process.pid), perf_counter()
    left = list(range(CHECKOUTS))
    await asyncio.gather(*(_buy(guest, left, variants, latencies) for guest in crowd))
    seconds, cost = perf_counter() - began, meter.read()
    for guest in crowd:
        guest.close()
    return run_of(seconds, latencies, cost)


async def _buy(guest: Guest, left: list[int], variants: Sequence[UUID], latencies: list[float]) -> None:
    """Check out until nothing is left to be bought."""
    while left:
        variant = variants[left.pop() % len(variants)]
        began = perf_counter()
        await guest.check_out(await guest.fill(variant))
        latencies.append(perf_counter() - began)
