"""Orders after placing: a part for each seller, parcels, counts of units, the timeline.

A trigger makes the parts: the previous release goes on inserting orders without knowing of them.
"""

from migrations.running import running

ID = "2026-11-21T11:12:41:000000"
VERSION = "1.38.0"
DESCRIPTION = "Seller orders, shipments, timeline"

_STATEMENTS = (
    # Beside `status`, of which the previous release knows two values only.
    """
ALTER TABLE orders
    ADD state text NOT NULL DEFAULT 'paid',
    ADD version integer NOT NULL DEFAULT 1
""",
    "UPDATE orders SET state = status WHERE status <> 'paid'",
    """
ALTER TABLE order_items
    ADD cancelled integer NOT NULL DEFAULT 0,
    ADD shipped integer NOT NULL DEFAULT 0,
    ADD delivered integer NOT NULL DEFAULT 0,
    ADD returned integer NOT NULL DEFAULT 0,
    ADD CONSTRAINT order_items_units CHECK (
        cancelled >= 0 AND returned >= 0 AND returned <= delivered AND delivered <= shipped
        AND cancelled + shipped <= quantity
    )
""",
    """
CREATE TABLE seller_orders (
    order_id uuid NOT NULL REFERENCES orders ON DELETE RESTRICT,
    seller_id uuid NOT NULL REFERENCES sellers ON DELETE RESTRICT,
    state text NOT NULL DEFAULT 'placed',
    version integer NOT NULL DEFAULT 1,
    accepted_at timestamptz,
    shipped_at timestamptz,
    delivered_at timestamptz,
    PRIMARY KEY (order_id, seller_id)
)
""",
    "CREATE INDEX seller_orders_seller ON seller_orders (seller_id, order_id)",
    """
CREATE FUNCTION order_items_added() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO seller_orders (order_id, seller_id)
    SELECT DISTINCT order_id, seller_id FROM added ORDER BY order_id, seller_id
    ON CONFLICT DO NOTHING;
    RETURN NULL;
END
$$
""",
    """
CREATE TRIGGER order_items_added AFTER INSERT ON order_items
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION order_items_added()
""",
    "INSERT INTO seller_orders (order_id, seller_id) SELECT DISTINCT order_id, seller_id FROM order_items",
    """
CREATE TABLE shipments (
    id uuid PRIMARY KEY,
    order_id uuid NOT NULL,
    seller_id uuid NOT NULL,
    carrier text NOT NULL DEFAULT '',
    tracking_number text NOT NULL DEFAULT '',
    shipped_at timestamptz NOT NULL,
    delivered_at timestamptz,
    FOREIGN KEY (order_id, seller_id) REFERENCES seller_orders ON DELETE RESTRICT
)
""",
    "CREATE INDEX shipments_order ON shipments (order_id)",
    """
CREATE TABLE shipment_items (
    shipment_id uuid NOT NULL REFERENCES shipments ON DELETE RESTRICT,
    line_id uuid NOT NULL REFERENCES order_items ON DELETE RESTRICT,
    quantity integer NOT NULL CHECK (quantity > 0),
    PRIMARY KEY (shipment_id, line_id)
)
""",
    """
CREATE TABLE order_entries (
    seq bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    id uuid NOT NULL,
    order_id uuid NOT NULL REFERENCES orders ON DELETE RESTRICT,
    seller_id uuid REFERENCES sellers ON DELETE RESTRICT,
    kind text NOT NULL,
    side text NOT NULL,
    actor_id uuid REFERENCES users ON DELETE SET NULL,
    lines jsonb NOT NULL DEFAULT '[]',
    shipment_id uuid,
    amount numeric(15, 2),
    note text NOT NULL DEFAULT '',
    fingerprint bytea NOT NULL,
    at timestamptz NOT NULL
)
""",
    "CREATE UNIQUE INDEX order_entries_once ON order_entries (id, kind, seller_id) NULLS NOT DISTINCT",
    "CREATE INDEX order_entries_order ON order_entries (order_id, seq)",
    "CREATE INDEX payment_disputes_payment ON payment_disputes (payment_id)",
    # A refund that takes back from one seller of the payment's sale only; nobody may have asked for it by name.
    """
ALTER TABLE payment_refunds
    ADD seller_id uuid REFERENCES sellers ON DELETE RESTRICT,
    ADD tax numeric(15, 2) NOT NULL DEFAULT 0,
    ALTER asked_by DROP NOT NULL
""",
)

forwards = running(ID, DESCRIPTION, _STATEMENTS)
