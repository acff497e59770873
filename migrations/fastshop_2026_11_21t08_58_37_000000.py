"""The second step of signing in."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.engine.finder import engine_finder

ID = "2026-11-21T08:58:37:000000"
VERSION = "1.38.0"
DESCRIPTION = "The second step of signing in"

_STATEMENTS = (
    """
CREATE TABLE second_factors (
    user_id uuid PRIMARY KEY REFERENCES users ON DELETE CASCADE,
    secret bytea NOT NULL,
    created_at timestamptz NOT NULL,
    confirmed_at timestamptz,
    last_step bigint NOT NULL DEFAULT 0,
    failures integer NOT NULL DEFAULT 0,
    lockouts integer NOT NULL DEFAULT 0,
    locked_until timestamptz
)
""",
    """
CREATE TABLE recovery_codes (
    user_id uuid NOT NULL REFERENCES users ON DELETE CASCADE,
    code varchar(64) NOT NULL,
    used_at timestamptz,
    PRIMARY KEY (user_id, code)
)
""",
    """
CREATE TABLE sign_in_challenges (
    token varchar(64) PRIMARY KEY,
    user_id uuid NOT NULL REFERENCES users ON DELETE CASCADE,
    device varchar(200) NOT NULL,
    expires_at timestamptz NOT NULL
)
""",
    "CREATE INDEX sign_in_challenges_user ON sign_in_challenges (user_id)",
    "CREATE INDEX sign_in_challenges_expiry ON sign_in_challenges (expires_at)",
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
