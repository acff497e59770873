"""Real PostgreSQL and Valkey for every test that asks: one pair of servers a test process, emptied before each test."""

import fcntl
import os
import shutil
import tempfile
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from pathlib import Path
from typing import Any

import asyncpg
import pytest
import redis.asyncio as redis
from hypothesis import HealthCheck, settings

from piccolo_conf import DB
from server.embedded import EmbeddedServices, Supervisor
from server.kernel.database import Database
from server.schema import migrate
from tests.shop_process import ShopProcess, copy_data
from tests.support import ManualClock

# Drawn examples are the same in every run, and may take their time: no test fails for a busy machine.
settings.register_profile(
    "ours", deadline=None, database=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("ours")

Empty = Callable[[], Coroutine[Any, Any, None]]

# Rows are deleted: each truncated table is two new files, and every plan that the pool's connections keep for it is
# thrown away. By plain statements in a function, whose plans are kept: to plan them costs ten times what they do.
_EMPTYING = """
DO $$
DECLARE deletes text;
BEGIN
  SELECT string_agg(format('DELETE FROM public.%I;', relname), ' ') INTO deletes
  FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'
  AND relname NOT IN ('migration', 'log_epoch');
  EXECUTE format('CREATE FUNCTION pg_temp.empty() RETURNS void LANGUAGE plpgsql AS %L', 'BEGIN ' || deletes || ' END');
END $$"""
_RESTARTED = """
SELECT setval(format('%I', sequencename), start_value, false)
FROM pg_sequences WHERE schemaname = 'public' AND last_value IS NOT NULL"""
_GROWN = """
SELECT relname FROM pg_class
WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND pg_relation_size(oid) > 1000000"""


# These take longest, one by one. They come first: all of them to one worker, and at the end nobody waits for another.
_LONG = ("web", "stripe")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """In which order tests run."""
    tests = Path(__file__).parent
    items.sort(key=lambda item: item.path.relative_to(tests).parts[0] not in _LONG)


@pytest.fixture(scope="session")
def furnished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data of a stopped shop with all that the demo has, to be copied: one for all test processes of a run."""
    shared = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        shared = shared.parent
    made, unfinished = shared / "furnished", shared / "furnishing"
    with (shared / "furnishing.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not made.exists():
            process = ShopProcess(unfinished)
            try:
                process.start()
            finally:
                process.stop()
            unfinished.rename(made)
    return made


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


@pytest.fixture(scope="session")
async def empty(open_database: Database, services: EmbeddedServices) -> AsyncIterator[Empty]:
    """Removes every row that a test wrote. As a replica, which only the superuser may be, nothing is checked and no
    trigger keeps what is kept.
    """
    replica = {"session_replication_role": "replica"}
    connection = await asyncpg.connect(services.database_url, user="postgres", server_settings=replica)
    await connection.execute(_EMPTYING)

    async def empty() -> None:
        await connection.execute("SELECT pg_temp.empty()")
        await connection.execute(_RESTARTED)
        for (name,) in await connection.fetch(_GROWN):
            await connection.execute(f'VACUUM "{name}"')

    yield empty
    await connection.close()


@pytest.fixture
async def database(open_database: Database, empty: Empty) -> Database:
    """The database with nothing in it."""
    await empty()
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


@pytest.fixture(scope="session")
def demo_shop(furnished: Path) -> Iterator[ShopProcess]:
    """The whole shop with its demo data, as a process: all who leave it as they found it share one."""
    folder = Path(tempfile.mkdtemp(prefix="fastshop-demo-"))
    process = ShopProcess(folder)
    try:
        copy_data(furnished, folder)
        process.start()
        yield process
    finally:
        process.stop()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def address(demo_shop: ShopProcess) -> str:
    """Where the shared shop is."""
    return demo_shop.address


@pytest.fixture
def clock() -> ManualClock:
    """A clock turned by hand."""
    return ManualClock()


def _nobody(_publications: object) -> None:
    """Who is told of commits in a test that does not ask."""
