"""Refunds that did not arrive are owed to the customer; how often the gateway could not give a payment back."""

from migrations.running import running

ID = "2026-11-21T20:57:33:000000"
VERSION = "1.38.0"
DESCRIPTION = "Refunds that are owed"

_STATEMENTS = (
    "ALTER TABLE ledger_entries DROP CONSTRAINT ledger_entries_account_check",
    # All rows satisfied the narrower one.
    """
ALTER TABLE ledger_entries ADD CONSTRAINT ledger_entries_account_check CHECK (account IN (
    'payments', 'unallocated', 'seller', 'commission', 'discounts', 'tax', 'refunds', 'owed', 'disputed', 'losses',
    'payouts', 'fees', 'gateway'
)) NOT VALID
""",
    "ALTER TABLE payment_refunds ADD COLUMN owed boolean NOT NULL DEFAULT false",
    "ALTER TABLE payments ADD COLUMN refund_tries integer NOT NULL DEFAULT 0",
)

forwards = running(ID, DESCRIPTION, _STATEMENTS)
