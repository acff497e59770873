"""What a seller's invoices say of the seller (Directive 2006/112/EC, Art. 226)."""

from migrations.running import running

ID = "2026-11-21T15:01:43:000000"
VERSION = "1.38.0"
DESCRIPTION = "Address of a seller for invoices"

forwards = running(ID, DESCRIPTION, ("ALTER TABLE sellers ADD COLUMN invoice_address jsonb",))
