"""Our way: every buyer a WebSocket to the running shop, every claim an rpc, answered after the actor's commit."""

import asyncio
from collections.abc import Sequence
from time import perf_counter
from uuid import UUID

import msgspec

from bench.cpu import Meter
from bench.figures import Run, run_of
from bench.raw_socket import RawSocket
from bench.sales import prepare_sale
from fastshop import Shop, new_id
from tests.e2e.crowd import Buyer

_encode = msgspec.json.encode
# So many shake hands at a time.
_COMING = 64


async def run(address: str, postgres: int, server: int, seller: Shop, crowd: Sequence[Buyer], claims: int) -> Run:
    """Everybody in the crowd claims so often, as fast as they are answered, at the address where the seller is."""
    command = await prepare_sale(seller, len(crowd) * claims)
    await seller.call(command)
    latencies: list[float] = []
    buyers = [_Buying(buyer, command.sale_id, claims, latencies) for buyer in crowd]
    for at in range(0, len(buyers), _COMING):
        await asyncio.gather(*(buyer.connect(address) for buyer in buyers[at : at + _COMING]))
    meter, began = Meter(postgres, server), perf_counter()
    await asyncio.gather(*(buyer.buy() for buyer in buyers))
    seconds, cost = perf_counter() - began, meter.read()
    for buyer in buyers:
        buyer.close()
    return run_of(seconds, latencies, cost)


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
        self._socket = await RawSocket.open(address, self._hear)
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
