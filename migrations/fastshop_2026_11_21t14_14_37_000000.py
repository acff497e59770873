"""Saved payment methods."""

from migrations.running import running

ID = "2026-11-21T14:14:37:000000"
VERSION = "1.38.0"
DESCRIPTION = "Saved payment methods"

_STATEMENTS = (
    """
CREATE TABLE payment_methods (
    id uuid PRIMARY KEY,
    user_id uuid NOT NULL REFERENCES users ON DELETE RESTRICT,
    payment_id uuid UNIQUE REFERENCES payments,
    state text NOT NULL,
    method_key text NOT NULL DEFAULT '',
    reference text NOT NULL DEFAULT '',
    card_key text NOT NULL DEFAULT '',
    brand text NOT NULL DEFAULT '',
    last4 text NOT NULL DEFAULT '',
    exp_month integer NOT NULL DEFAULT 0,
    exp_year integer NOT NULL DEFAULT 0,
    is_default boolean NOT NULL DEFAULT false,
    failure text NOT NULL DEFAULT '',
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL
)
""",
    "CREATE INDEX payment_methods_user ON payment_methods (user_id)",
    "CREATE INDEX payment_methods_reference ON payment_methods (reference) WHERE reference <> ''",
    "CREATE UNIQUE INDEX payment_methods_card ON payment_methods (user_id, card_key) WHERE state = 'saved'",
    "CREATE UNIQUE INDEX payment_methods_default ON payment_methods (user_id) WHERE state = 'saved' AND is_default",
    "ALTER TABLE payments ADD COLUMN method_id uuid, ADD COLUMN keep_method boolean NOT NULL DEFAULT false",
    """
CREATE TABLE simulated_methods (
    reference text PRIMARY KEY,
    wallet uuid NOT NULL,
    last4 text NOT NULL,
    fingerprint text NOT NULL,
    state text NOT NULL,
    failure text NOT NULL,
    created_at timestamptz NOT NULL
)
""",
    "ALTER TABLE stripe_intents ADD COLUMN wallet uuid, ADD COLUMN keep_method boolean NOT NULL DEFAULT false",
    "CREATE TABLE stripe_customers (wallet uuid PRIMARY KEY, customer_id text NOT NULL)",
    "CREATE TABLE stripe_setups (method_id uuid PRIMARY KEY, setup_id text NOT NULL UNIQUE)",
)

forwards = running(ID, DESCRIPTION, _STATEMENTS)
