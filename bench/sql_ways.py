"""The other ways: a request is a transaction, and all of them want the same row (a pool of 20 connections, fsync on).

Each takes a unit if there is one and writes a claim, no more: no limit for a customer, no place, no event.
"""

import asyncio
from collections.abc import Awaitable, Callable
from time import perf_counter
from uuid import UUID

import asyncpg

from bench.cpu import Meter
from bench.figures import Run, run_of
from fastshop import new_id

_POOL = 20
_TABLES = """
CREATE TABLE IF NOT EXISTS bench_sales (id uuid PRIMARY KEY, quantity int NOT NULL, sold int NOT NULL DEFAULT 0);
CREATE TABLE IF NOT EXISTS bench_claims (
    id uuid PRIMARY KEY, sale_id uuid NOT NULL, customer_id uuid NOT NULL,
    claimed_at timestamptz NOT NULL DEFAULT now());
"""
_TAKE = "UPDATE bench_sales SET sold = sold + 1 WHERE id = $1 AND sold < quantity RETURNING sold"
_CLAIM = "INSERT INTO bench_claims (id, sale_id, customer_id) VALUES ($1, $2, $3)"
_AT_ONCE = f"""
WITH taken AS ({_TAKE})
INSERT INTO bench_claims (id, sale_id, customer_id) SELECT $2, $1, $3 FROM taken RETURNING id
"""
_LOCK = "SELECT quantity - sold FROM bench_sales WHERE id = $1 FOR UPDATE"

Connection = asyncpg.pool.PoolConnectionProxy
Claim = Callable[["Connection[asyncpg.Record]", UUID, UUID], Awaitable[bool]]


async def in_transaction(connection: "Connection[asyncpg.Record]", sale_id: UUID, customer: UUID) -> bool:
    """BEGIN, UPDATE of the hot row, INSERT, COMMIT."""
    async with connection.transaction():
        if await connection.fetchval(_TAKE, sale_id) is None:
            return False
        await connection.execute(_CLAIM, new_id(), sale_id, customer)
        return True


async def in_one_statement(connection: "Connection[asyncpg.Record]", sale_id: UUID, customer: UUID) -> bool:
    """The same without going back and forth."""
    return await connection.fetchval(_AT_ONCE, sale_id, new_id(), customer) is not None


async def for_update(connection: "Connection[asyncpg.Record]", sale_id: UUID, customer: UUID) -> bool:
    """Lock the row, look, then write."""
    async with connection.transaction():
        if await connection.fetchval(_LOCK, sale_id) < 1:
            return False
        await connection.execute(_TAKE, sale_id)
        await connection.execute(_CLAIM, new_id(), sale_id, customer)
        return True


async def run(way: Claim, url: str, postgres: int, buyers: int, claims: int) -> Run:
    """So many buyers, each claiming so often, as fast as they are answered."""
    async with asyncpg.create_pool(url, min_size=_POOL, max_size=_POOL) as pool:
        await pool.execute(_TABLES)
        sale_id = new_id()
        await pool.execute("INSERT INTO bench_sales VALUES ($1, $2)", sale_id, buyers * claims)
        latencies: list[float] = []

        async def buy() -> None:
            customer = new_id()
            for _ in range(claims):
                began = perf_counter()
                async with pool.acquire() as connection:
                    assert await way(connection, sale_id, customer)
                latencies.append(perf_counter() - began)

        meter, began = Meter(postgres), perf_counter()
        await asyncio.gather(*(buy() for _ in range(buyers)))
        seconds, cost = perf_counter() - began, meter.read()
        sold = await pool.fetchval("SELECT sold FROM bench_sales WHERE id = $1", sale_id)
        assert sold == buyers * claims
        return run_of(seconds, latencies, cost)
