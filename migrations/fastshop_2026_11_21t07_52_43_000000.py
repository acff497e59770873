"""Which server process owns which actor: processes that live, and the leases that live with them."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.engine.finder import engine_finder

ID = "2026-11-21T07:52:43:000000"
VERSION = "1.38.0"
DESCRIPTION = "Placement of actors"

_STATEMENTS = (
    """
CREATE TABLE nodes (
    id text PRIMARY KEY,
    name text NOT NULL,
    expires_at timestamptz NOT NULL
)
""",
    """
CREATE TABLE actor_leases (
    kind text NOT NULL,
    actor_id uuid NOT NULL,
    node_id text NOT NULL REFERENCES nodes ON DELETE CASCADE,
    PRIMARY KEY (kind, actor_id)
)
""",
    "CREATE INDEX actor_leases_node ON actor_leases (node_id)",
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
