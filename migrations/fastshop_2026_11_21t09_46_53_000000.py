"""Carts, their goods, the edits they know, links to them."""

from migrations.running import running

ID = "2026-11-21T09:46:53:000000"
VERSION = "1.38.0"
DESCRIPTION = "Carts"

_STATEMENTS = (
    """
CREATE TABLE carts (
    id uuid PRIMARY KEY,
    user_id uuid UNIQUE REFERENCES users ON DELETE CASCADE,
    revision bigint NOT NULL DEFAULT 0,
    version bigint NOT NULL,
    changed_at timestamptz,
    abandoned_at timestamptz,
    moved_to uuid REFERENCES users ON DELETE CASCADE,
    CONSTRAINT carts_own CHECK (user_id IS NULL OR user_id = id AND moved_to IS NULL)
)
""",
    "CREATE INDEX carts_abandoned ON carts (abandoned_at, id) WHERE abandoned_at IS NOT NULL",
    """
CREATE TABLE cart_items (
    cart_id uuid NOT NULL REFERENCES carts ON DELETE CASCADE,
    variant_id uuid NOT NULL,
    quantity integer NOT NULL CHECK (quantity BETWEEN 1 AND 999),
    added_at timestamptz NOT NULL,
    marks jsonb NOT NULL,
    PRIMARY KEY (cart_id, variant_id)
)
""",
    """
CREATE TABLE cart_edits (
    cart_id uuid NOT NULL REFERENCES carts ON DELETE CASCADE,
    edit_id uuid NOT NULL,
    revision bigint NOT NULL,
    edited_at timestamptz NOT NULL,
    PRIMARY KEY (cart_id, edit_id)
)
""",
    """
CREATE TABLE cart_shares (
    id uuid PRIMARY KEY,
    cart_id uuid NOT NULL REFERENCES carts ON DELETE CASCADE,
    created_at timestamptz NOT NULL
)
""",
    "CREATE INDEX cart_shares_cart ON cart_shares (cart_id)",
)

forwards = running(ID, DESCRIPTION, _STATEMENTS)
