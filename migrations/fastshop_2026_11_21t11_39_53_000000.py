"""Access lists."""

from migrations.running import running

ID = "2026-11-21T11:39:53:000000"
VERSION = "1.38.0"
DESCRIPTION = "Access lists"

_STATEMENTS = (
    """
CREATE TABLE access_grants (
    id uuid PRIMARY KEY,
    operation varchar(60) NOT NULL,
    resource_id uuid NOT NULL,
    user_id uuid REFERENCES users ON DELETE CASCADE,
    role varchar(40),
    created_at timestamptz NOT NULL,
    CHECK (num_nonnulls(user_id, role) = 1)
)
""",
    "CREATE UNIQUE INDEX access_grants_of_user ON access_grants (user_id, operation, resource_id) WHERE role IS NULL",
    "CREATE UNIQUE INDEX access_grants_of_role ON access_grants (role, operation, resource_id) WHERE user_id IS NULL",
    "CREATE INDEX access_grants_on_resource ON access_grants (resource_id, created_at, id)",
    "CREATE INDEX access_grants_newest ON access_grants (created_at DESC, id DESC)",
)

forwards = running(ID, DESCRIPTION, _STATEMENTS)
