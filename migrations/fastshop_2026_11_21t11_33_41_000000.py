"""Returns, and disputes between customers and sellers."""

from migrations.running import running

ID = "2026-11-21T11:33:41:000000"
VERSION = "1.38.0"
DESCRIPTION = "Returns and disputes"

_STATEMENTS = (
    "CREATE SEQUENCE return_numbers START 1001",
    """
CREATE TABLE returns (
    id uuid PRIMARY KEY,
    number text NOT NULL UNIQUE,
    order_id uuid NOT NULL REFERENCES orders ON DELETE RESTRICT,
    seller_id uuid NOT NULL REFERENCES sellers ON DELETE RESTRICT,
    customer_id uuid NOT NULL REFERENCES users ON DELETE RESTRICT,
    state text NOT NULL,
    reason text NOT NULL,
    words text NOT NULL,
    decision text NOT NULL DEFAULT '',
    decided_by uuid REFERENCES users ON DELETE SET NULL,
    tracking text NOT NULL DEFAULT '',
    replacement_tracking text NOT NULL DEFAULT '',
    currency text NOT NULL,
    refunded numeric(15, 2) NOT NULL DEFAULT 0 CHECK (refunded >= 0),
    refund_id uuid UNIQUE,
    refund_open boolean NOT NULL DEFAULT false,
    resumes text NOT NULL DEFAULT '',
    failure text NOT NULL DEFAULT '',
    requested_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL
)
""",
    "CREATE INDEX returns_order ON returns (order_id)",
    "CREATE INDEX returns_customer ON returns (customer_id, requested_at, id)",
    "CREATE INDEX returns_seller ON returns (seller_id, requested_at, id)",
    "CREATE INDEX returns_newest ON returns (requested_at, id)",
    "CREATE INDEX returns_refunding ON returns (refund_id) WHERE refund_open",
    """
CREATE TABLE return_lines (
    return_id uuid NOT NULL REFERENCES returns ON DELETE CASCADE,
    line_id uuid NOT NULL REFERENCES order_items ON DELETE RESTRICT,
    variant_id uuid NOT NULL,
    title text NOT NULL,
    quantity integer NOT NULL CHECK (quantity > 0),
    exchange_for uuid,
    exchange_price numeric(15, 2),
    worth numeric(15, 2) NOT NULL CHECK (worth >= 0),
    received integer,
    resellable integer NOT NULL DEFAULT 0,
    PRIMARY KEY (return_id, line_id),
    CONSTRAINT return_lines_units CHECK (received BETWEEN 0 AND quantity AND resellable BETWEEN 0 AND received)
)
""",
    "CREATE INDEX return_lines_line ON return_lines (line_id)",
    # What went back for each line, or is on its way: by returns and by disputes together never more than was paid.
    """
CREATE TABLE line_refunds (
    refund_id uuid NOT NULL,
    line_id uuid NOT NULL REFERENCES order_items ON DELETE RESTRICT,
    amount numeric(15, 2) NOT NULL CHECK (amount > 0),
    tax numeric(15, 2) NOT NULL CHECK (tax BETWEEN 0 AND amount),
    PRIMARY KEY (refund_id, line_id)
)
""",
    "CREATE INDEX line_refunds_line ON line_refunds (line_id)",
    """
CREATE TABLE order_disputes (
    id uuid PRIMARY KEY,
    order_id uuid NOT NULL REFERENCES orders ON DELETE RESTRICT,
    line_id uuid UNIQUE REFERENCES order_items ON DELETE RESTRICT,
    return_id uuid UNIQUE REFERENCES returns ON DELETE RESTRICT,
    seller_id uuid NOT NULL REFERENCES sellers ON DELETE RESTRICT,
    customer_id uuid NOT NULL REFERENCES users ON DELETE RESTRICT,
    state text NOT NULL,
    reason text NOT NULL,
    waits_for text NOT NULL,
    answer_by timestamptz NOT NULL,
    currency text NOT NULL,
    at_stake numeric(15, 2) NOT NULL,
    refund numeric(15, 2) NOT NULL DEFAULT 0 CHECK (refund >= 0),
    refund_id uuid UNIQUE,
    refund_open boolean NOT NULL DEFAULT false,
    decision text NOT NULL DEFAULT '',
    decided_by uuid REFERENCES users ON DELETE SET NULL,
    failure text NOT NULL DEFAULT '',
    opened_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    CONSTRAINT order_disputes_subject CHECK ((line_id IS NULL) <> (return_id IS NULL))
)
""",
    "CREATE INDEX order_disputes_customer ON order_disputes (customer_id, opened_at, id)",
    "CREATE INDEX order_disputes_seller ON order_disputes (seller_id, opened_at, id)",
    "CREATE INDEX order_disputes_newest ON order_disputes (opened_at, id)",
    "CREATE INDEX order_disputes_refunding ON order_disputes (refund_id) WHERE refund_open",
    """
CREATE TABLE dispute_replies (
    id uuid PRIMARY KEY,
    dispute_id uuid NOT NULL REFERENCES order_disputes ON DELETE CASCADE,
    side text NOT NULL,
    author_id uuid NOT NULL REFERENCES users ON DELETE RESTRICT,
    words text NOT NULL,
    at timestamptz NOT NULL
)
""",
    "CREATE INDEX dispute_replies_dispute ON dispute_replies (dispute_id, at, id)",
)

forwards = running(ID, DESCRIPTION, _STATEMENTS)
