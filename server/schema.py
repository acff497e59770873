"""Bringing the database to the schema of this release, with Piccolo's migrations."""

import asyncio
import contextlib
import io
from time import monotonic
from typing import Any

import asyncpg
import structlog
from piccolo.apps.migrations.commands.base import BaseMigrationManager
from piccolo.apps.migrations.commands.forwards import ForwardsMigrationManager
from piccolo.apps.migrations.tables import Migration
from piccolo.conf.apps import Finder

logger = structlog.get_logger()

APP = "fastshop"
# Any number that nobody else in this database uses: two servers that start together migrate one after the other.
_LOCK = 7_273_118_220
# How long a database that is not there yet is waited for, in seconds.
_PATIENCE = 30.0


async def migrate(url: str) -> None:
    """Run what has not run yet on the database at ``url``. Piccolo's engine must point there too.

    A database that is starting, or recovering from a crash, is waited for.
    """
    connection = await _connected(url)
    try:
        await connection.execute("SELECT pg_advisory_lock($1)", _LOCK)
        with contextlib.redirect_stdout(io.StringIO()) as said:
            result = await ForwardsMigrationManager(app_name=APP).run()
        if not result.success:
            raise RuntimeError(f"a migration failed: {said.getvalue()}")
    finally:
        await connection.close()


async def _connected(url: str) -> "asyncpg.Connection[Any]":
    deadline = monotonic() + _PATIENCE
    while True:
        try:
            return await asyncpg.connect(url)
        except (OSError, asyncpg.CannotConnectNowError, asyncpg.PostgresConnectionError) as error:
            if monotonic() > deadline:
                raise
            logger.warning("waiting for the database", error=type(error).__name__)
        await asyncio.sleep(0.5)


async def pending() -> int:
    """How many migrations of this release have not run yet."""
    known = BaseMigrationManager().get_migration_modules(Finder().get_app_config(APP).resolved_migrations_folder_path)
    done = set(await Migration.get_migrations_which_ran(app_name=APP))
    return len(set(known) - done)
