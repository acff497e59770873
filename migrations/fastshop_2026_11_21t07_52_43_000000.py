"""Which server process owns which actor: processes that live, and the leases that live with them."""

from migrations.running import running

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

forwards = running(ID, DESCRIPTION, _STATEMENTS)
