"""Who pays no tax, and who charges none; orders keep why."""

from migrations.running import running

ID = "2026-11-21T16:06:51:000000"
VERSION = "1.38.0"
DESCRIPTION = "Tax exemptions and sellers without tax"

_STATEMENTS = (
    """
CREATE TABLE tax_exemptions (
    id uuid PRIMARY KEY,
    user_id uuid NOT NULL REFERENCES users ON DELETE RESTRICT,
    reason varchar(200) NOT NULL,
    document varchar(100) NOT NULL,
    places varchar(6)[] NOT NULL,
    valid_from timestamptz NOT NULL,
    valid_until timestamptz,
    granted_at timestamptz NOT NULL,
    revoked_at timestamptz,
    CONSTRAINT tax_exemptions_end_after_begin CHECK (valid_until > valid_from)
)
""",
    "CREATE INDEX tax_exemptions_user ON tax_exemptions (user_id, granted_at)",
    "CREATE INDEX tax_exemptions_granted ON tax_exemptions (granted_at, id)",
    "ALTER TABLE sellers ADD COLUMN untaxed_for varchar(200) NOT NULL DEFAULT ''",
    "ALTER TABLE order_items ADD COLUMN untaxed jsonb",
    "ALTER TABLE order_shipping ADD COLUMN untaxed jsonb",
)

forwards = running(ID, DESCRIPTION, _STATEMENTS)
