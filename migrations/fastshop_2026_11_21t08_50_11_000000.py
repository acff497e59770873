"""Letters about accounts, and whether an address was proven."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.engine.finder import engine_finder

ID = "2026-11-21T08:50:11:000000"
VERSION = "1.38.0"
DESCRIPTION = "Letters about accounts"

_STATEMENTS = (
    "ALTER TABLE users ADD COLUMN email_verified_at timestamptz",
    """
CREATE TABLE account_letters (
    id uuid PRIMARY KEY,
    user_id uuid NOT NULL REFERENCES users ON DELETE CASCADE,
    purpose varchar(30) NOT NULL,
    email varchar(254) NOT NULL,
    token varchar(64) UNIQUE,
    created_at timestamptz NOT NULL,
    expires_at timestamptz,
    used_at timestamptz
)
""",
    "CREATE INDEX account_letters_user ON account_letters (user_id)",
    "CREATE INDEX account_letters_created ON account_letters (created_at)",
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
