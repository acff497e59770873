"""What a migration of plain SQL is made of. This file has no ID, so Piccolo passes it over."""

from collections.abc import Awaitable, Callable, Iterable

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.engine.finder import engine_finder


def running(
    migration_id: str, description: str, statements: Iterable[str]
) -> Callable[[], Awaitable[MigrationManager]]:
    """The ``forwards`` of a migration that runs these statements."""

    async def run() -> None:
        engine = engine_finder()
        assert engine is not None
        for statement in statements:
            await engine.run_ddl(statement)

    async def forwards() -> MigrationManager:
        manager = MigrationManager(migration_id=migration_id, app_name="fastshop", description=description)
        manager.add_raw(run)
        return manager

    return forwards
