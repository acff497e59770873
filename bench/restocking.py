"""How soon who waits for what was sold out sees that it is there again, on each of their devices (N5: 100 ms).

From the moment the seller's command leaves until the word has arrived: the command's way, the transaction that brings
the units and tells everybody, and the way to each socket.
"""

import asyncio
import tempfile
from collections.abc import Sequence
from pathlib import Path
from statistics import median, quantiles
from time import perf_counter
from uuid import UUID

import msgspec
from rich.table import Table

from bench.figures import show
from bench.raw_socket import RawSocket
from fastshop import Shop
from fastshop.contract.catalog import ListSellerProducts, SetStock, ShowProduct
from tests.e2e.crowd import Buyer, database_of, gather_crowd
from tests.shop_process import ShopProcess

ROUNDS = 20
# How many people wait.
CROWDS = (1, 20, 200)
DEVICES = 3
GOAL = 100.0

_WAIT = """
INSERT INTO back_in_stock_wishes (id, variant_id, user_id, email, asked_at)
SELECT gen_random_uuid(), $1, id, '', now() FROM unnest($2::uuid[]) AS crowd (id)
"""


async def main() -> None:
    """Print the table."""
    title = f"Back in stock, told to {DEVICES} devices a person, ms over {ROUNDS} rounds; the goal is {GOAL:.0f}"
    table = Table(
        "people", "first word", "half have it", "99 % have it", "the last, median", "the last, worst", title=title
    )
    with tempfile.TemporaryDirectory(prefix="fastshop-bench-") as folder:
        process = ShopProcess(Path(folder))
        process.start()
        try:
            for people in CROWDS:
                table.add_row(str(people), *await _told(process, people))
        finally:
            process.stop()
    show(table)


async def _told(process: ShopProcess, people: int) -> Sequence[str]:
    crowd = await gather_crowd(process.data, people)
    devices = [_Device(buyer) for buyer in crowd for _ in range(DEVICES)]
    for device in devices:
        await device.connect(process.address)
    async with Shop(process.address) as seller:
        await seller.log_in("seller@demo.fastshop.test", "fastshop-demo")
        rounds = [await _round(process, seller, crowd, devices) for _ in range(ROUNDS)]
    for device in devices:
        device.close()
    every = [late for late_ones in rounds for late in late_ones]
    lasts = [max(late_ones) for late_ones in rounds]
    figures = min(every), median(every), quantiles(every, n=100)[-1], median(lasts), max(lasts)
    return [f"{1000 * figure:.1f}" for figure in figures]


async def _round(
    process: ShopProcess, seller: Shop, crowd: Sequence[Buyer], devices: Sequence["_Device"]
) -> Sequence[float]:
    """How long it took to each device, in seconds."""
    card = (await seller.call(ListSellerProducts(limit=1))).items[0]
    variant_id = (await seller.call(ShowProduct(product=str(card.id)))).variants[0].id
    await seller.call(SetStock(variant_id=variant_id, stock=0))
    connection = await database_of(process.data)
    try:
        await connection.execute(_WAIT, variant_id, [buyer.id for buyer in crowd])
    finally:
        await connection.close()
    for device in devices:
        device.wait_for(variant_id)
    began = perf_counter()
    await seller.call(SetStock(variant_id=variant_id, stock=5))
    return [at - began for at in await asyncio.gather(*(device.told for device in devices))]


class _Device:
    """A socket of somebody who waits; it notes when it is told."""

    told: asyncio.Future[float]

    def __init__(self, buyer: Buyer) -> None:
        self._buyer = buyer
        self._awaited = b""

    async def connect(self, address: str) -> None:
        """Open the socket and sign in on it."""
        self._connected = asyncio.get_running_loop().create_future()
        self._socket = await RawSocket.open(address, self._hear)
        self._socket.send(msgspec.json.encode({"id": 1, "connect": {"token": self._buyer.token}}))
        await self._connected

    def wait_for(self, variant_id: UUID) -> None:
        """Be told of this variant next."""
        self.told, self._awaited = asyncio.get_running_loop().create_future(), str(variant_id).encode()

    def close(self) -> None:
        """Hang up."""
        self._socket.close()

    def _hear(self, payload: bytes) -> None:
        if not self._connected.done():
            self._connected.set_result(None)
        elif self._awaited and self._awaited in payload and b"back_in_stock.told" in payload and not self.told.done():
            self.told.set_result(perf_counter())
