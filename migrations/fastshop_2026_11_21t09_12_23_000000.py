"""Stripe: what was asked of it, by our ids, so that nothing is asked for twice when its idempotency keys have expired."""

from migrations.running import running

ID = "2026-11-21T09:12:23:000000"
VERSION = "1.38.0"
DESCRIPTION = "Stripe"

_STATEMENTS = (
    """
CREATE TABLE stripe_intents (
    payment_id uuid PRIMARY KEY,
    use text NOT NULL,
    amount numeric(15, 2) NOT NULL,
    currency text NOT NULL,
    payment_method text NOT NULL,
    intent_id text UNIQUE,
    failure text NOT NULL DEFAULT '',
    attempt integer NOT NULL DEFAULT 0
)
""",
    """
CREATE TABLE stripe_refunds (
    refund_id uuid PRIMARY KEY,
    payment_id uuid NOT NULL,
    amount numeric(15, 2) NOT NULL,
    currency text NOT NULL,
    gateway_id text UNIQUE,
    state text NOT NULL DEFAULT 'pending',
    failure text NOT NULL DEFAULT '',
    attempt integer NOT NULL DEFAULT 0
)
""",
)

forwards = running(ID, DESCRIPTION, _STATEMENTS)
