"""Guests return things and dispute; each order keeps its sellers' return days; what came in an exchange goes back."""

from migrations.running import running

ID = "2026-11-21T14:19:37:000000"
VERSION = "1.38.0"
DESCRIPTION = "Returns and disputes of guests"

_STATEMENTS = (
    "ALTER TABLE returns ALTER COLUMN customer_id DROP NOT NULL",
    "ALTER TABLE order_disputes ALTER COLUMN customer_id DROP NOT NULL",
    "ALTER TABLE dispute_replies ALTER COLUMN author_id DROP NOT NULL",
    "ALTER TABLE return_lines ADD replaced_in uuid REFERENCES returns ON DELETE RESTRICT",
    "CREATE INDEX order_disputes_order ON order_disputes (order_id)",
    # Null for what was ordered before: those go by the shop's days, as they did.
    "ALTER TABLE seller_orders ADD return_days integer",
    """
CREATE OR REPLACE FUNCTION order_items_added() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO seller_orders (order_id, seller_id, return_days)
    SELECT part.order_id, part.seller_id, sellers.return_days
    FROM (SELECT DISTINCT order_id, seller_id FROM added) part JOIN sellers ON sellers.id = part.seller_id
    ORDER BY part.order_id, part.seller_id
    ON CONFLICT DO NOTHING;
    RETURN NULL;
END
$$
""",
)

forwards = running(ID, DESCRIPTION, _STATEMENTS)
