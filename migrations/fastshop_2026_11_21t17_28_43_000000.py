"""Payments that nobody concludes are found; transfers keep the date they were told, and can be cancelled before it.

A receipt no longer reads all orders: they are found by their payment.
"""

from migrations.running import running

ID = "2026-11-21T17:28:43:000000"
VERSION = "1.38.0"
DESCRIPTION = "Stray payments, dates of transfers, cancelled transfers"

_STATEMENTS = (
    "CREATE INDEX orders_payment ON orders (payment_id)",
    "CREATE INDEX payments_under_way ON payments (created_at) WHERE status IN ('pending', 'needs_action')",
    "CREATE INDEX payments_touched ON payments USING brin (updated_at)",
    "CREATE INDEX payment_refunds_state ON payment_refunds (state, created_at, id)",
    "ALTER TABLE payments ADD COLUMN awaited_until timestamptz",
    # What people were told: so long their checkout keeps the goods. It is forgotten a month after it was over.
    """
UPDATE payments SET awaited_until = coalesce(
    (
        SELECT expires_at FROM checkouts
        WHERE checkouts.id = CASE WHEN reference LIKE 'checkout:%' THEN substr(reference, 10)::uuid END
    ),
    created_at + interval '7 days'
)
WHERE id IN (SELECT payment_id FROM bank_transfers)
""",
    "ALTER TABLE bank_transfers ADD COLUMN cancelled_at timestamptz",
    """
CREATE INDEX bank_transfers_to_tell ON bank_transfers (payment_id)
    WHERE NOT told AND (state = 'received' OR cancelled_at IS NOT NULL)
""",
    "DROP INDEX bank_transfers_untold",
)

forwards = running(ID, DESCRIPTION, _STATEMENTS)
