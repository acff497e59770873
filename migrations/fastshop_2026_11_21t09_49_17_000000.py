"""Signing in with accounts elsewhere."""

from migrations.running import running

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

forwards = running(ID, DESCRIPTION, _STATEMENTS)
