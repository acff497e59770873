"""Looking for sales, and for who is to be told of them, without reading all of them."""

from migrations.running import running

ID = "2026-11-21T17:24:37:000000"
VERSION = "1.38.0"
DESCRIPTION = "Indexes of flash sales: alive, by product, with people to remind"

_STATEMENTS = (
    "CREATE INDEX flash_sale_reminders_wanted ON flash_sale_reminders (sale_id) WHERE reminded_for IS NULL",
    "CREATE INDEX flash_sales_alive ON flash_sales (end_time) WHERE cancelled_at IS NULL",
    "CREATE INDEX flash_sales_product ON flash_sales (product_id, start_time, id)",
)

forwards = running(ID, DESCRIPTION, _STATEMENTS)
