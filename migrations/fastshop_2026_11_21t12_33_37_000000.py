"""What a guest has bought is found by the e-mail address."""

from migrations.running import running

ID = "2026-11-21T12:33:37:000000"
VERSION = "1.38.0"
DESCRIPTION = "Orders of guests by e-mail"

forwards = running(ID, DESCRIPTION, ("CREATE INDEX orders_of_guests ON orders (email) WHERE customer_id IS NULL",))
