"""The second step of signing in."""

from migrations.running import running

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

forwards = running(ID, DESCRIPTION, _STATEMENTS)
