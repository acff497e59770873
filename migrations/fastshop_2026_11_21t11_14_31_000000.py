"""Checkouts, codes of carts, flat rates of shipping."""

from migrations.running import running

ID = "2026-11-21T11:14:31:000000"
VERSION = "1.38.0"
DESCRIPTION = "Checkouts"

_STATEMENTS = (
    """
CREATE TABLE checkouts (
    id uuid PRIMARY KEY,
    user_id uuid REFERENCES users ON DELETE RESTRICT,
    cart_id uuid NOT NULL,
    revision bigint NOT NULL,
    status text NOT NULL CHECK (status IN ('open', 'paying', 'completed', 'expired', 'replaced')),
    held boolean NOT NULL,
    expires_at timestamptz NOT NULL,
    paying_since timestamptz,
    order_id uuid,
    emptied boolean NOT NULL DEFAULT false,
    checkout json NOT NULL,
    created_at timestamptz NOT NULL
)
""",
    # One at a time reserves what is in a cart.
    "CREATE UNIQUE INDEX checkouts_of_cart ON checkouts (cart_id) WHERE status IN ('open', 'paying')",
    "CREATE INDEX checkouts_held ON checkouts (expires_at) WHERE held",
    "CREATE INDEX checkouts_paying ON checkouts (paying_since) WHERE status = 'paying'",
    "CREATE INDEX checkouts_to_empty ON checkouts (paying_since) WHERE status = 'completed' AND NOT emptied",
    "CREATE INDEX checkouts_over ON checkouts (created_at) WHERE status IN ('completed', 'expired', 'replaced')",
    """
CREATE TABLE cart_codes (
    cart_id uuid PRIMARY KEY,
    codes text[] NOT NULL
)
""",
    """
CREATE TABLE shipping_rates (
    seller_id uuid REFERENCES sellers ON DELETE CASCADE,
    code text NOT NULL,
    currency text NOT NULL,
    name text NOT NULL,
    amount bigint NOT NULL CHECK (amount >= 0),
    days_least integer NOT NULL,
    days_most integer NOT NULL CHECK (days_most >= days_least),
    CONSTRAINT shipping_rates_once UNIQUE NULLS NOT DISTINCT (seller_id, currency, code)
)
""",
)

forwards = running(ID, DESCRIPTION, _STATEMENTS)
