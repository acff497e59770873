"""Our way without a network: the operation is called in this process, and answers after the actor's commit."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from time import perf_counter

import redis.asyncio as redis

from bench.cpu import Meter
from bench.figures import Run, run_of
from bench.sales import prepare_sale
from fastshop import Shop, new_id
from fastshop.contract.accounts import Role, WhoAmI
from fastshop.contract.flash_sales import ClaimUnits
from piccolo_conf import DB
from server.embedded import EmbeddedServices
from server.kernel.caller import Caller
from server.kernel.clock import SystemClock
from server.kernel.database import Database
from server.kernel.operation import Operations
from server.services import Domains
from server.settings import Settings
from tests.e2e.crowd import Buyer


@asynccontextmanager
async def shop_here(services: EmbeddedServices) -> AsyncIterator[Operations]:
    """The operations of the shop, over its own connections to the database."""
    DB.config = {"dsn": services.database_url}
    database = Database(DB)
    await database.open(services.database_url)
    valkey = redis.Redis.from_url(services.redis_url, protocol=3)
    domains = Domains(Settings(), database, SystemClock(), valkey)
    try:
        yield domains.operations()
    finally:
        await domains.owners.actors.stop()
        await domains.close()
        await valkey.aclose()
        await database.close()


async def run(operations: Operations, postgres: int, seller: Shop, crowd: Sequence[Buyer], claims: int) -> Run:
    """Everybody in the crowd claims so often, as fast as they are answered."""
    me = await seller.call(WhoAmI())
    command = await prepare_sale(seller, len(crowd) * claims)
    create, claim = operations.find("flash_sales.create"), operations.find("flash_sales.claim")
    assert create is not None
    assert claim is not None
    await create.run(command, Caller(me.id, None, frozenset(me.roles), me.seller_id))
    latencies: list[float] = []

    async def buy(buyer: Buyer) -> None:
        caller = Caller(buyer.id, None, frozenset({Role.CUSTOMER}))
        for _ in range(claims):
            began = perf_counter()
            await claim.run(ClaimUnits(sale_id=command.sale_id, claim_id=new_id()), caller)
            latencies.append(perf_counter() - began)

    meter, began = Meter(postgres), perf_counter()
    await asyncio.gather(*(buy(buyer) for buyer in crowd))
    return run_of(perf_counter() - began, latencies, meter.read())
