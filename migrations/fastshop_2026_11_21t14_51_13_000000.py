"""Who waits for what is sold out."""

from migrations.running import running

ID = "2026-11-21T14:51:13:000000"
VERSION = "1.38.0"
DESCRIPTION = "Back in stock"

_STATEMENTS = (
    """
CREATE TABLE back_in_stock_wishes (
    id uuid PRIMARY KEY,
    variant_id uuid NOT NULL REFERENCES product_variants ON DELETE CASCADE,
    user_id uuid REFERENCES users ON DELETE CASCADE,
    email varchar(254) NOT NULL,
    asked_at timestamptz NOT NULL,
    told_at timestamptz
)
""",
    """
CREATE UNIQUE INDEX back_in_stock_wishes_person ON back_in_stock_wishes (variant_id, user_id, email)
    NULLS NOT DISTINCT WHERE told_at IS NULL
""",
    "CREATE INDEX back_in_stock_wishes_user ON back_in_stock_wishes (user_id, asked_at)",
    "CREATE INDEX back_in_stock_wishes_told ON back_in_stock_wishes (variant_id, id) WHERE told_at IS NOT NULL",
    "CREATE INDEX back_in_stock_wishes_age ON back_in_stock_wishes (asked_at)",
)

forwards = running(ID, DESCRIPTION, _STATEMENTS)
