"""How VAT numbers of exemptions stand; and which carts went to a person, whose links these are now."""

from migrations.running import running

ID = "2026-11-21T18:38:53:000000"
VERSION = "1.38.0"
DESCRIPTION = "VAT numbers are checked, links to carts are listed"

_STATEMENTS = (
    "ALTER TABLE tax_exemptions ADD COLUMN vat_standing varchar(12) NOT NULL DEFAULT ''",
    "ALTER TABLE tax_exemptions ADD COLUMN vat_checked_at timestamptz",
    "CREATE INDEX carts_moved ON carts (moved_to) WHERE moved_to IS NOT NULL",
)

forwards = running(ID, DESCRIPTION, _STATEMENTS)
