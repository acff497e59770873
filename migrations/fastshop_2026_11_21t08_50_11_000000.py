"""Letters about accounts, and whether an address was proven."""

from migrations.running import running

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

forwards = running(ID, DESCRIPTION, _STATEMENTS)
