"""Refunds of a part of a payment, with their reasons; disputes."""

from migrations.running import running

ID = "2026-11-21T09:19:41:000000"
VERSION = "1.38.0"
DESCRIPTION = "Refunds in part, disputes"

_STATEMENTS = (
    """
ALTER TABLE payments ADD COLUMN returned numeric(15, 2) NOT NULL DEFAULT 0,
    ADD CONSTRAINT payments_never_more_returned CHECK (returned BETWEEN 0 AND amount)
""",
    """
CREATE TABLE payment_refunds (
    id uuid PRIMARY KEY,
    payment_id uuid NOT NULL REFERENCES payments,
    amount numeric(15, 2) NOT NULL CHECK (amount > 0),
    currency text NOT NULL,
    reason text NOT NULL,
    asked_by uuid NOT NULL REFERENCES users,
    state text NOT NULL,
    failure text NOT NULL DEFAULT '',
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL
)
""",
    "CREATE INDEX payment_refunds_payment ON payment_refunds (payment_id, created_at)",
    "CREATE INDEX payment_refunds_pending ON payment_refunds (updated_at) WHERE state = 'pending'",
    """
CREATE TABLE payment_disputes (
    id text PRIMARY KEY,
    payment_id uuid NOT NULL REFERENCES payments,
    amount numeric(15, 2) NOT NULL,
    currency text NOT NULL,
    state text NOT NULL,
    reason text NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL
)
""",
    "CREATE INDEX payment_disputes_latest ON payment_disputes (created_at, id)",
)

forwards = running(ID, DESCRIPTION, _STATEMENTS)
