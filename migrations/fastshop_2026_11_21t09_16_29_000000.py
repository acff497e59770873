"""Books of addresses."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.engine.finder import engine_finder

ID = "2026-11-21T09:16:29:000000"
VERSION = "1.38.0"
DESCRIPTION = "Books of addresses"

_STATEMENTS = (
    """
CREATE TABLE addresses (
    id uuid PRIMARY KEY,
    user_id uuid NOT NULL REFERENCES users ON DELETE CASCADE,
    name varchar(200) NOT NULL,
    country varchar(2) NOT NULL,
    street varchar(300) NOT NULL,
    city varchar(100) NOT NULL,
    postal_code varchar(20) NOT NULL,
    country_area varchar(100) NOT NULL,
    city_area varchar(100) NOT NULL,
    sorting_code varchar(20) NOT NULL,
    company varchar(100) NOT NULL,
    phone varchar(40) NOT NULL,
    is_default boolean NOT NULL DEFAULT false,
    created_at timestamptz NOT NULL,
    updated_at timestamptz
)
""",
    "CREATE INDEX addresses_user ON addresses (user_id, created_at DESC, id DESC)",
    "CREATE UNIQUE INDEX addresses_one_default ON addresses (user_id) WHERE is_default",
)


async def _create() -> None:
    engine = engine_finder()
    assert engine is not None
    for statement in _STATEMENTS:
        await engine.run_ddl(statement)


async def forwards() -> MigrationManager:
    """Forward only."""
    manager = MigrationManager(migration_id=ID, app_name="fastshop", description=DESCRIPTION)
    manager.add_raw(_create)
    return manager
