"""Where what was bought in a flash sale goes, and orders whose address cannot be changed."""

from migrations.running import running

ID = "2026-11-21T14:41:13:000000"
VERSION = "1.38.0"
DESCRIPTION = "Deliveries of flash sales"

_STATEMENTS = (
    """
CREATE TABLE flash_sale_deliveries (
    claim_id uuid PRIMARY KEY,
    sale_id uuid NOT NULL,
    payment_id uuid NOT NULL,
    address jsonb NOT NULL
)
""",
    "CREATE INDEX flash_sale_deliveries_sale_id ON flash_sale_deliveries (sale_id)",
    "ALTER TABLE orders ADD COLUMN address_fixed boolean NOT NULL DEFAULT false",
)

forwards = running(ID, DESCRIPTION, _STATEMENTS)
