"""Letters about carts that were left, and who wants none."""

from migrations.running import running

ID = "2026-11-21T14:19:39:000000"
VERSION = "1.38.0"
DESCRIPTION = "Letters about carts"

_STATEMENTS = (
    "ALTER TABLE carts ADD COLUMN told integer NOT NULL DEFAULT 0",
    """
CREATE TABLE cart_letters (
    id uuid PRIMARY KEY,
    cart_id uuid NOT NULL REFERENCES carts ON DELETE CASCADE,
    addressee varchar(32) NOT NULL,
    asked_by uuid REFERENCES users ON DELETE SET NULL,
    written_at timestamptz NOT NULL,
    sent_at timestamptz,
    restored_at timestamptz,
    restored_into uuid,
    order_id uuid UNIQUE,
    ordered_at timestamptz,
    amount bigint,
    currency varchar(3)
)
""",
    "CREATE INDEX cart_letters_cart ON cart_letters (cart_id, written_at)",
    "CREATE INDEX cart_letters_sent ON cart_letters (sent_at)",
    "CREATE TABLE cart_letter_refusals (addressee varchar(32) PRIMARY KEY, refused_at timestamptz NOT NULL)",
    "CREATE INDEX checkouts_ended ON checkouts (cart_id) WHERE status IN ('completed', 'expired')",
)

forwards = running(ID, DESCRIPTION, _STATEMENTS)
