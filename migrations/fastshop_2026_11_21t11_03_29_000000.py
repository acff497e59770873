"""Orders of guests, with address, shipping, discounts and taxes; payments of guests."""

from migrations.running import running

ID = "2026-11-21T11:03:29:000000"
VERSION = "1.38.0"
DESCRIPTION = "Orders of checkouts"

_STATEMENTS = (
    """
ALTER TABLE orders
    ALTER customer_id DROP NOT NULL,
    ADD email text NOT NULL DEFAULT '',
    ADD guest_key uuid UNIQUE,
    ADD address jsonb,
    ADD taxes_included boolean NOT NULL DEFAULT false,
    ADD CONSTRAINT orders_of_somebody CHECK (customer_id IS NOT NULL OR guest_key IS NOT NULL)
""",
    """
ALTER TABLE order_items
    ADD discount numeric(15, 2) NOT NULL DEFAULT 0,
    ADD taxes jsonb NOT NULL DEFAULT '[]'
""",
    """
CREATE TABLE order_shipping (
    order_id uuid NOT NULL REFERENCES orders ON DELETE RESTRICT,
    seller_id uuid NOT NULL REFERENCES sellers ON DELETE RESTRICT,
    option text NOT NULL,
    name text NOT NULL,
    price numeric(15, 2) NOT NULL,
    total numeric(15, 2) NOT NULL,
    discount numeric(15, 2) NOT NULL DEFAULT 0,
    taxes jsonb NOT NULL DEFAULT '[]',
    PRIMARY KEY (order_id, seller_id)
)
""",
    "ALTER TABLE payments ALTER user_id DROP NOT NULL",
)

forwards = running(ID, DESCRIPTION, _STATEMENTS)
