"""Real PostgreSQL and Valkey for every test that asks: one pair of servers a test process, emptied before each test."""

import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import asyncpg
import pytest
import redis.asyncio as redis

from piccolo_conf import DB
from server.embedded import EmbeddedServices, Supervisor
from server.kernel.database import Database
from server.schema import migrate
from tests.support import ManualClock

_KEPT = ("migration", "log_epoch")
# What refuses to be emptied; a cascade reaches it even where it is empty.
_APPEND_ONLY = ("ledger_transactions", "ledger_entries", "stock_movements", "invoices", "invoice_files")


@pytest.fixture(scope="session")
def services() -> Iterator[EmbeddedServices]:
    """PostgreSQL and Valkey, started for this test process."""
    folder = Path(tempfile.mkdtemp(prefix="fastshop-test-"))
    try:
        with Supervisor(folder) as services:
            yield services
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
async def open_database(services: EmbeddedServices) -> AsyncIterator[Database]:
    """The migrated database, its pool opened once."""
    DB.config = {"dsn": services.database_url}
    await migrate(services.database_url)
    database = Database(DB)
    await database.open(services.database_url)
    yield database
    await database.close()


@pytest.fixture
async def database(open_database: Database, services: EmbeddedServices) -> Database:
    """The database with nothing in it."""
    await empty(services.database_url)
    open_database.consume(())
    open_database.on_commit(_nobody)
    return open_database


@pytest.fixture
async def valkey(services: EmbeddedServices) -> AsyncIterator["redis.Redis"]:
    """A client of an empty Valkey."""
    client = redis.Redis.from_url(services.redis_url, protocol=3)
    await client.flushall()
    yield client
    await client.aclose()


@pytest.fixture
def clock() -> ManualClock:
    """A clock turned by hand."""
    return ManualClock()


async def empty(url: str) -> None:
    """Remove every row that a test wrote. Only tables that hold rows are truncated: that is ten times quicker."""
    connection = await asyncpg.connect(url)
    try:
        tables = await connection.fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        names = [row["tablename"] for row in tables if row["tablename"] not in _KEPT]
        filled = [name for name in names if await connection.fetchval(f'SELECT EXISTS (SELECT FROM "{name}")')]
        if filled:
            async with connection.transaction():
                for name in _APPEND_ONLY:
                    await connection.execute(f"ALTER TABLE {name} DISABLE TRIGGER {name}_kept")
                await connection.execute(f"TRUNCATE {', '.join(filled)} RESTART IDENTITY CASCADE")
                for name in _APPEND_ONLY:
                    await connection.execute(f"ALTER TABLE {name} ENABLE TRIGGER {name}_kept")
    finally:
        await connection.close()


def _nobody(_publications: object) -> None:
    """Who is told of commits in a test that does not ask."""
