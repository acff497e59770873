"""Bank transfers by hand; a cart is free again once what is being paid is out of it."""

from migrations.running import running

ID = "2026-11-21T15:43:37:000000"
VERSION = "1.38.0"
DESCRIPTION = "Bank transfers"

_STATEMENTS = (
    """
CREATE TABLE bank_transfers (
    payment_id uuid PRIMARY KEY REFERENCES payments,
    amount numeric(15, 2) NOT NULL,
    currency text NOT NULL,
    reference text NOT NULL UNIQUE,
    state text NOT NULL,
    told boolean NOT NULL DEFAULT false,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL
)
""",
    "CREATE INDEX bank_transfers_state ON bank_transfers (state, created_at, payment_id)",
    "CREATE INDEX bank_transfers_untold ON bank_transfers (payment_id) WHERE state = 'received' AND NOT told",
    """
CREATE TABLE bank_transfers_back (
    id uuid PRIMARY KEY,
    payment_id uuid NOT NULL REFERENCES bank_transfers,
    amount numeric(15, 2) NOT NULL,
    currency text NOT NULL,
    state text NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL
)
""",
    "CREATE INDEX bank_transfers_back_payment ON bank_transfers_back (payment_id)",
    "CREATE INDEX bank_transfers_to_send ON bank_transfers_back (created_at, id) WHERE state = 'pending'",
    "CREATE UNIQUE INDEX checkouts_under_way ON checkouts (cart_id) WHERE status IN ('open', 'paying') AND NOT emptied",
    "DROP INDEX checkouts_of_cart",
)

forwards = running(ID, DESCRIPTION, _STATEMENTS)
