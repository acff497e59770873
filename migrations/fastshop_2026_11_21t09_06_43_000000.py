"""Keys for programs."""

from migrations.running import running

ID = "2026-11-21T09:06:43:000000"
VERSION = "1.38.0"
DESCRIPTION = "Keys for programs"

_STATEMENTS = (
    """
CREATE TABLE api_keys (
    id uuid PRIMARY KEY,
    user_id uuid NOT NULL REFERENCES users ON DELETE CASCADE,
    name varchar(200) NOT NULL,
    prefix varchar(12) NOT NULL,
    key varchar(64) NOT NULL UNIQUE,
    scopes varchar(60)[] NOT NULL,
    created_at timestamptz NOT NULL,
    last_used_at timestamptz,
    expires_at timestamptz,
    revoked_at timestamptz
)
""",
    "CREATE INDEX api_keys_user ON api_keys (user_id, created_at DESC, id DESC)",
)

forwards = running(ID, DESCRIPTION, _STATEMENTS)
