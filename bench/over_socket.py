"""Our way: every buyer a WebSocket to the running shop, every claim an rpc, answered after the actor's commit."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from time import perf_counter
from uuid import UUID

import aiohttp
import msgspec

from bench.figures import Run, run_of
from fastshop import Shop, new_id
from fastshop.contract.catalog import ListSellerProducts, Price, SetStock, ShowProduct
from fastshop.contract.flash_sales import CreateSale
from tests.e2e.crowd import Buyer

_encode = msgspec.json.encode


async def run(address: str, seller: Shop, crowd: Sequence[Buyer], claims: int) -> Run:
    """Everybody in the crowd claims so often, as fast as they are answered."""
    sale_id = await _set_up(seller, len(crowd) * claims)
    latencies: list[float] = []
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as session:
        sockets = [await _connect(session, address, buyer) for buyer in crowd]
        began = perf_counter()
        await asyncio.gather(*(_buy(socket, sale_id, claims, latencies) for socket in sockets))
        seconds = perf_counter() - began
        await asyncio.gather(*(socket.close() for socket in sockets))
    return run_of(seconds, latencies)


async def _connect(session: aiohttp.ClientSession, address: str, buyer: Buyer) -> aiohttp.ClientWebSocketResponse:
    socket = await session.ws_connect(f"{address}/ws", autoping=False)
    await socket.send_str(_encode({"id": 1, "connect": {"token": buyer.token}}).decode())
    await socket.receive()
    return socket


async def _buy(socket: aiohttp.ClientWebSocketResponse, sale_id: UUID, claims: int, latencies: list[float]) -> None:
    for number in range(2, claims + 2):
        data = {"sale_id": sale_id, "claim_id": new_id()}
        command = _encode({"id": number, "rpc": {"method": "flash_sales.claim", "data": data}}).decode()
        began = perf_counter()
        await socket.send_str(command)
        await _answer(socket, number)
        latencies.append(perf_counter() - began)


async def _answer(socket: aiohttp.ClientWebSocketResponse, number: int) -> None:
    """Wait for the reply with this id; it may share a frame with what happens in the buyer's own stream."""
    wanted = b'{"id":%d,"rpc"' % number
    while True:
        message = await socket.receive()
        frame = message.data.encode() if isinstance(message.data, str) else b""
        if wanted in frame:
            return
        assert b'"error"' not in frame, frame
        assert message.type is aiohttp.WSMsgType.TEXT, message


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
