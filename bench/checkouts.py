"""Whole checkouts a second: a new guest, one line, address, shipping, payment at the simulated gateway, the order.

Each guest keeps a WebSocket and sends the next step when the last was answered; PostgreSQL with fsync on, one server
process. The time of a checkout is from putting the goods in the cart until the order is answered.
"""

import asyncio
import tempfile
from collections.abc import Sequence
from pathlib import Path
from time import perf_counter
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import msgspec
from rich.table import Table

from bench.cpu import Meter, postgres_of
from bench.figures import Run, middle, run_of, show
from bench.raw_socket import RawSocket
from fastshop import new_id
from server.embedded import find_running
from tests.shop_process import ShopProcess

ROUNDS = 3
CHECKOUTS = 480
# How many guests, and whether all of them want the same.
CROWDS = ((1, False), (8, False), (8, True), (32, False))
# Vendure 3.7.3 on two such cores, the same flow with 8 guests.
VENDURE = 6.0

_ADDRESS = {"name": "Ann Smith", "country": "DE", "street": "Torstr. 1", "city": "Berlin", "postal_code": "10119"}
_STOCK = "UPDATE inventory_levels SET on_hand = 1000000 WHERE on_hand > 0 RETURNING variant_id"

_encode = msgspec.json.encode


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
        finally:
            process.stop()
    show(table)


def _told(run: Run) -> list[str]:
    figures = (run.rate, run.rate / VENDURE, run.p50, run.p99, run.cost.server, run.cost.postgres, run.cost.client)
    return [f"{figure:,.0f}" for figure in figures]


async def _goods(data: Path) -> Sequence[UUID]:
    """Variants that will not run out."""
    running = find_running(data)
    assert running is not None
    connection = await asyncpg.connect(running.database_url)
    try:
        return [row["variant_id"] for row in await connection.fetch(_STOCK)]
    finally:
        await connection.close()


async def _run(process: ShopProcess, guests: int, variants: Sequence[UUID]) -> Run:
    latencies: list[float] = []
    crowd = [await _Guest.come(process.address) for _ in range(guests)]
    meter, began = Meter(postgres_of(process.data), process.pid), perf_counter()
    left = list(range(CHECKOUTS))
    await asyncio.gather(*(guest.buy(left, variants, latencies) for guest in crowd))
    seconds, cost = perf_counter() - began, meter.read()
    for guest in crowd:
        guest.close()
    return run_of(seconds, latencies, cost)


class _Guest:
    """One socket; for each checkout a new guest's cart."""

    socket: RawSocket

    def __init__(self) -> None:
        self._number = 0
        self._answer: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()

    @classmethod
    async def come(cls, address: str) -> "_Guest":
        guest = cls()
        guest.socket = await RawSocket.open(address, guest._hear)
        await guest._send({"connect": {}})
        return guest

    async def buy(self, left: list[int], variants: Sequence[UUID], latencies: list[float]) -> None:
        """Check out until nothing is left to be bought."""
        while left:
            variant = variants[left.pop() % len(variants)]
            began = perf_counter()
            await self._check_out(variant)
            latencies.append(perf_counter() - began)

    def close(self) -> None:
        """Hang up."""
        self.socket.close()

    async def _check_out(self, variant: UUID) -> None:
        cart_id, checkout_id = uuid4(), uuid4()
        await self._ask("carts.add", edit_id=new_id(), variant_id=variant, cart_id=cart_id)
        await self._ask("checkout.begin", checkout_id=checkout_id, cart_id=cart_id)
        said = {"address": _ADDRESS, "email": "guest@people.test"}
        await self._ask("checkout.set_address", checkout_id=checkout_id, **said)
        ready = await self._ask("checkout.set_shipping", checkout_id=checkout_id, option="standard")
        paid = {"payment_id": new_id(), "payment_method": "4242 4242 4242 4242", "total": ready["total"]}
        done = await self._ask("checkout.complete", checkout_id=checkout_id, **paid)
        assert done["checkout"]["status"] == "completed", done

    async def _ask(self, method: str, **data: Any) -> Any:
        return (await self._send({"rpc": {"method": method, "data": data}}))["rpc"]["data"]

    async def _send(self, frame: dict[str, Any]) -> Any:
        self._number += 1
        self._answer = asyncio.get_running_loop().create_future()
        self.socket.send(_encode({"id": self._number, **frame}))
        answer = msgspec.json.decode(await self._answer)
        assert "error" not in answer, answer
        return answer

    def _hear(self, payload: bytes) -> None:
        if payload.startswith(b'{"id":'):
            self._answer.set_result(payload)
