"""Sellers say whether new orders are mailed to them."""

from migrations.running import running

ID = "2026-11-21T14:38:41:000000"
VERSION = "1.38.0"
DESCRIPTION = "Mail about new orders"

forwards = running(ID, DESCRIPTION, ("ALTER TABLE sellers ADD COLUMN new_order_mail boolean NOT NULL DEFAULT true",))
