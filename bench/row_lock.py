"""The other way: one transaction a request, which locks the hot row (pool of 20, the same PostgreSQL, fsync on)."""

import asyncio
from time import perf_counter

import asyncpg

from bench.figures import Run, run_of
from fastshop import new_id

_TABLES = """
CREATE TABLE IF NOT EXISTS bench_sales (id uuid PRIMARY KEY, quantity int NOT NULL, sold int NOT NULL DEFAULT 0);
CREATE TABLE IF NOT EXISTS bench_claims (
    id uuid PRIMARY KEY, sale_id uuid NOT NULL REFERENCES bench_sales, customer_id uuid NOT NULL,
    claimed_at timestamptz NOT NULL DEFAULT now());
"""


async def run(url: str, buyers: int, claims: int) -> Run:
    """So many buyers, each claiming so often, as fast as they are answered."""
    async with asyncpg.create_pool(url, min_size=20, max_size=20) as pool:
        await pool.execute(_TABLES)
        sale_id = new_id()
        await pool.execute("INSERT INTO bench_sales VALUES ($1, $2)", sale_id, buyers * claims)
        latencies: list[float] = []

        async def buy() -> None:
            customer = new_id()
            for _ in range(claims):
                began = perf_counter()
                async with pool.acquire() as connection, connection.transaction():
                    taken = await connection.fetchval(
                        "UPDATE bench_sales SET sold = sold + 1 WHERE id = $1 AND sold < quantity RETURNING sold",
                        sale_id,
                    )
                    assert taken is not None
                    await connection.execute(
                        "INSERT INTO bench_claims (id, sale_id, customer_id) VALUES ($1, $2, $3)",
                        new_id(),
                        sale_id,
                        customer,
                    )
                latencies.append(perf_counter() - began)

        began = perf_counter()
        await asyncio.gather(*(buy() for _ in range(buyers)))
        return run_of(perf_counter() - began, latencies)
