"""The shop bears its own discounts, each line of a sale is told apart in the books, shipping goes back to who withdraws.

What the previous release posts has no lines. A refund that it would take out of a newer sale is refused by the
database, as any that takes more of a share than is left; the refund stays open until this release concludes it.
"""

from migrations.running import running

ID = "2026-11-21T14:21:37:000000"
VERSION = "1.38.0"
DESCRIPTION = "Discounts of the shop, commission by line, shipping of who withdraws"

_STATEMENTS = (
    "ALTER TABLE ledger_entries DROP CONSTRAINT ledger_entries_account_check",
    # All rows satisfied the narrower one.
    """
ALTER TABLE ledger_entries ADD COLUMN line_id uuid, ADD CONSTRAINT ledger_entries_account_check CHECK (account IN (
    'payments', 'unallocated', 'seller', 'commission', 'discounts', 'tax', 'refunds', 'disputed', 'losses', 'payouts',
    'fees', 'gateway'
)) NOT VALID
""",
    """
ALTER TABLE order_items ADD COLUMN shop_discount numeric(15, 2) NOT NULL DEFAULT 0,
    ADD CONSTRAINT order_items_shop_discount CHECK (shop_discount BETWEEN 0 AND discount) NOT VALID
""",
    """
ALTER TABLE order_shipping ADD COLUMN shop_discount numeric(15, 2) NOT NULL DEFAULT 0, ADD COLUMN standard numeric(15, 2),
    ADD CONSTRAINT order_shipping_shop_discount CHECK (shop_discount BETWEEN 0 AND discount) NOT VALID
""",
    "ALTER TABLE payment_refunds ADD COLUMN lines jsonb NOT NULL DEFAULT '[]'",
    "ALTER TABLE line_refunds ADD COLUMN discount numeric(15, 2) NOT NULL DEFAULT 0 CHECK (discount >= 0)",
    """
CREATE TABLE shipping_refunds (
    refund_id uuid NOT NULL,
    order_id uuid NOT NULL REFERENCES orders ON DELETE RESTRICT,
    seller_id uuid NOT NULL REFERENCES sellers ON DELETE RESTRICT,
    PRIMARY KEY (order_id, seller_id)
)
""",
    """
CREATE FUNCTION ledger_taken_back() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT FROM ledger_transactions moved JOIN ledger_entries entry ON entry.transaction_id = moved.id
        WHERE moved.payment_id = NEW.payment_id AND account IN ('seller', 'commission', 'tax', 'discounts')
        GROUP BY account, party_id, rate, line_id
        HAVING sum(amount) * CASE account WHEN 'discounts' THEN -1 ELSE 1 END < 0
    ) THEN
        RAISE check_violation USING MESSAGE = 'more is taken back of a share than is left of it',
            CONSTRAINT = 'ledger_taken_back', TABLE = 'ledger_entries';
    END IF;
    RETURN NULL;
END
$$
""",
    # At the end of the transaction, when its entries are there.
    """
CREATE CONSTRAINT TRIGGER ledger_taken_back AFTER INSERT ON ledger_transactions DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW WHEN (NEW.kind IN ('refund', 'dispute')) EXECUTE FUNCTION ledger_taken_back()
""",
)

forwards = running(ID, DESCRIPTION, _STATEMENTS)
