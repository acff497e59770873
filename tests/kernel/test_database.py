"""The pool survives what happens to its connections: cut lines, callers who go away in the middle."""

import asyncio

import asyncpg
import pytest

from piccolo_conf import DB
from server.embedded import EmbeddedServices
from server.kernel.database import Database

_CUT = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND pid = any($1::int[])"
# How asyncpg says it depends on whether it has noticed yet.
LINE_IS_CUT = (
    asyncpg.PostgresConnectionError,
    asyncpg.AdminShutdownError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
)
POOL = 20


async def cut(services: EmbeddedServices, *pids: int) -> None:
    connection = await asyncpg.connect(services.database_url)
    try:
        await connection.execute(_CUT, pids)
    finally:
        await connection.close()


async def all_connections_can_be_had(database: Database) -> None:
    """As many at once as the pool has, each in a transaction of its own that works."""
    together = asyncio.Barrier(POOL)

    async def one() -> int:
        async with database.transaction() as transaction:
            async with asyncio.timeout(30):
                await together.wait()
            return int(await transaction.connection.fetchval("SELECT 1"))

    assert sum(await asyncio.gather(*(one() for _ in range(POOL)))) == POOL
    assert DB.current_transaction.get() is None


async def test_lines_cut_inside_transactions_cost_no_connection(database: Database, services: EmbeddedServices) -> None:
    async def go_on_after_the_cut() -> None:
        async with database.transaction() as transaction:
            await cut(services, await transaction.connection.fetchval("SELECT pg_backend_pid()"))
            await transaction.connection.execute("SELECT 1")

    for _ in range(POOL + 1):
        with pytest.raises(LINE_IS_CUT):
            await go_on_after_the_cut()
    await all_connections_can_be_had(database)


async def test_lines_cut_before_the_commit_cost_no_connection(database: Database, services: EmbeddedServices) -> None:
    async def commit_after_the_cut() -> None:
        async with database.transaction() as transaction:
            await cut(services, await transaction.connection.fetchval("SELECT pg_backend_pid()"))

    for _ in range(POOL + 1):
        with pytest.raises(LINE_IS_CUT):
            await commit_after_the_cut()
    await all_connections_can_be_had(database)


async def test_what_went_wrong_inside_is_told_even_when_the_line_is_gone(
    database: Database, services: EmbeddedServices
) -> None:
    async def fail_after_the_cut() -> None:
        async with database.transaction() as transaction:
            await cut(services, await transaction.connection.fetchval("SELECT pg_backend_pid()"))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await fail_after_the_cut()
    await all_connections_can_be_had(database)


async def test_who_goes_away_at_any_moment_takes_no_connection_along(database: Database) -> None:
    async def change() -> None:
        async with database.transaction() as transaction:
            await transaction.connection.execute("INSERT INTO outbox (type, data) VALUES ('x', '{}')")

    async def read() -> None:
        async with database.reading() as connection:
            await connection.fetchval("SELECT 1")

    for moments in range(40):
        for doing in (change, read):
            task = asyncio.create_task(doing())
            for _ in range(moments):
                await asyncio.sleep(0.0002)
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
    await all_connections_can_be_had(database)
