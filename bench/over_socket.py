"""Our way: every buyer a WebSocket to the running shop, every claim an rpc, answered after the actor's commit."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from time import perf_counter
from urllib.parse import urlsplit
from uuid import UUID

import msgspec

from bench.figures import Run, run_of
from bench.raw_socket import RawSocket
from fastshop import Shop, new_id
from fastshop.contract.catalog import ListSellerProducts, Price, SetStock, ShowProduct
from fastshop.contract.flash_sales import CreateSale
from tests.e2e.crowd import Buyer

_encode = msgspec.json.encode


async def run(address: str, seller: Shop, crowd: Sequence[Buyer], claims: int) -> Run:
    """Everybody in the crowd claims so often, as fast as they are answered."""
    sale_id = await _set_up(seller, len(crowd) * claims)
    latencies: list[float] = []
    buyers = [_Buying(buyer, sale_id, claims, latencies) for buyer in crowd]
    for buyer in buyers:
        await buyer.connect(address)
    began = perf_counter()
    await asyncio.gather(*(buyer.buy() for buyer in buyers))
    seconds = perf_counter() - began
    for buyer in buyers:
        buyer.close()
    return run_of(seconds, latencies)


class _Buying:
    """One buyer: the next claim goes out when the last was answered."""

    def __init__(self, buyer: Buyer, sale_id: UUID, claims: int, latencies: list[float]) -> None:
        self._buyer = buyer
        self._commands = [_claim(number, sale_id) for number in range(claims + 1, 1, -1)]
        self._latencies = latencies
        self._number = 1
        self._wanted = b'{"id":1,'
        self._began = 0.0
        self._answered = asyncio.get_running_loop().create_future()

    async def connect(self, address: str) -> None:
        """Open the socket and sign in on it."""
        parts = urlsplit(address)
        assert parts.hostname is not None
        assert parts.port is not None
        self._socket = await RawSocket.open(parts.hostname, parts.port, self._hear)
        self._socket.send(_encode({"id": 1, "connect": {"token": self._buyer.token}}))
        await self._answered

    async def buy(self) -> None:
        """Claim until there is nothing left to claim."""
        self._answered = asyncio.get_running_loop().create_future()
        self._next()
        await self._answered

    def close(self) -> None:
        """Hang up."""
        self._socket.close()

    def _hear(self, payload: bytes) -> None:
        """The reply may share a frame with what happens in the buyer's own stream."""
        at = payload.find(self._wanted)
        if at < 0:
            return
        assert b'"error"' not in payload, payload
        if self._number > 1:
            self._latencies.append(perf_counter() - self._began)
        if self._number == 1 or not self._commands:
            self._answered.set_result(None)
        else:
            self._next()

    def _next(self) -> None:
        self._number += 1
        self._wanted = b'{"id":%d,' % self._number
        self._began = perf_counter()
        self._socket.send(self._commands.pop())


def _claim(number: int, sale_id: UUID) -> bytes:
    data = {"sale_id": sale_id, "claim_id": new_id()}
    return _encode({"id": number, "rpc": {"method": "flash_sales.claim", "data": data}})


async def _set_up(seller: Shop, quantity: int) -> UUID:
    card = (await seller.call(ListSellerProducts(limit=1))).items[0]
    variant = (await seller.call(ShowProduct(product=str(card.id)))).variants[0]
    await seller.call(SetStock(variant_id=variant.id, stock=1_000_000))
    now = datetime.now(UTC)
    command = CreateSale(
        sale_id=new_id(),
        variant_id=variant.id,
        sale_price=Price(100, variant.price.currency),
        start_time=now,
        end_time=now + timedelta(hours=1),
        quantity_limit=quantity,
        per_customer_limit=quantity,
        hold_seconds=3600,
    )
    return (await seller.call(command)).id
