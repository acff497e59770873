"""Claims are written by the hundred: what the same statement has made sure of is not looked up again row by row.

The sale's row is written by the statement that adds the claims, and the customer is who is signed in; neither is ever
deleted. The two foreign keys cost a quarter of a claim's time in the database (docs/decisions/0013-below-asgi.md).
"""

from migrations.running import running

ID = "2026-11-21T06:50:17:000000"
VERSION = "1.38.0"
DESCRIPTION = "Claims without foreign keys"

_DROP = """
ALTER TABLE flash_sale_claims DROP CONSTRAINT IF EXISTS flash_sale_claims_sale_id_fkey,
    DROP CONSTRAINT IF EXISTS flash_sale_claims_customer_id_fkey
"""

forwards = running(ID, DESCRIPTION, (_DROP,))
