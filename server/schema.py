"""Bringing the database to the schema of this release, with Piccolo's migrations."""

import contextlib
import io

import asyncpg
from piccolo.apps.migrations.commands.base import BaseMigrationManager
from piccolo.apps.migrations.commands.forwards import ForwardsMigrationManager
from piccolo.apps.migrations.tables import Migration
from piccolo.conf.apps import Finder

APP = "fastshop"
# Any number that nobody else in this database uses: two servers that start together migrate one after the other.
_LOCK = 7_273_118_220


async def migrate(url: str) -> None:
    """Run what has not run yet on the database at ``url``. Piccolo's engine must point there too."""
    connection = await asyncpg.connect(url)
    try:
        await connection.execute("SELECT pg_advisory_lock($1)", _LOCK)
        with contextlib.redirect_stdout(io.StringIO()) as said:
            result = await ForwardsMigrationManager(app_name=APP).run()
        if not result.success:
            raise RuntimeError(f"a migration failed: {said.getvalue()}")
    finally:
        await connection.close()


async def pending() -> int:
    """How many migrations of this release have not run yet."""
    known = BaseMigrationManager().get_migration_modules(Finder().get_app_config(APP).resolved_migrations_folder_path)
    done = set(await Migration.get_migrations_which_ran(app_name=APP))
    return len(set(known) - done)
