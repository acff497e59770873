"""Invoices: numbered without gaps, and kept as they were made."""

from migrations.running import running

ID = "2026-11-21T11:29:53:000000"
VERSION = "1.38.0"
DESCRIPTION = "Invoices"

_STATEMENTS = (
    """
CREATE TABLE invoice_series (
    seller_id uuid NOT NULL REFERENCES sellers,
    kind text NOT NULL CHECK (kind IN ('invoice', 'credit_note')),
    last integer NOT NULL,
    PRIMARY KEY (seller_id, kind)
)
""",
    """
CREATE TABLE invoices (
    id uuid PRIMARY KEY,
    seller_id uuid NOT NULL REFERENCES sellers,
    order_id uuid NOT NULL REFERENCES orders,
    kind text NOT NULL CHECK (kind IN ('invoice', 'credit_note')),
    serial integer NOT NULL,
    source text NOT NULL,
    facts jsonb NOT NULL,
    issued_at timestamptz NOT NULL,
    CONSTRAINT invoices_numbered UNIQUE (seller_id, kind, serial),
    CONSTRAINT invoices_once UNIQUE (seller_id, source)
)
""",
    "CREATE INDEX invoices_order ON invoices (order_id)",
    """
CREATE TABLE invoice_files (
    invoice_id uuid PRIMARY KEY REFERENCES invoices,
    content bytea NOT NULL
)
""",
    """
CREATE FUNCTION invoices_are_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE integrity_constraint_violation USING MESSAGE = 'invoices are never changed';
END
$$
""",
    """
CREATE TRIGGER invoices_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON invoices
    FOR EACH STATEMENT EXECUTE FUNCTION invoices_are_kept()
""",
    """
CREATE TRIGGER invoice_files_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON invoice_files
    FOR EACH STATEMENT EXECUTE FUNCTION invoices_are_kept()
""",
    # Orders are written in the order of their time: a block index is small, and costs a new order nothing.
    "CREATE INDEX orders_placed ON orders USING brin (placed_at)",
)

forwards = running(ID, DESCRIPTION, _STATEMENTS)
