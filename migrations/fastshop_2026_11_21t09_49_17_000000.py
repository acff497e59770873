"""Signing in with accounts elsewhere."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.engine.finder import engine_finder

ID = "2026-11-21T09:49:17:000000"
VERSION = "1.38.0"
DESCRIPTION = "Accounts elsewhere"

_STATEMENTS = (
    """
CREATE TABLE social_sign_ins (
    id uuid PRIMARY KEY,
    provider varchar(40) NOT NULL,
    ticket varchar(64) NOT NULL UNIQUE,
    expires_at timestamptz NOT NULL
)
""",
    "CREATE INDEX social_sign_ins_expiry ON social_sign_ins (expires_at)",
    """
CREATE TABLE social_identities (
    provider varchar(40) NOT NULL,
    subject varchar(255) NOT NULL,
    user_id uuid NOT NULL REFERENCES users ON DELETE CASCADE,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (provider, subject)
)
""",
    "CREATE INDEX social_identities_user ON social_identities (user_id)",
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
