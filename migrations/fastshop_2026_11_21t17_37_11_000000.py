"""From where an account can be used: from anywhere, where nothing is said. The last release does not ask."""

from migrations.running import running

ID = "2026-11-21T17:37:11:000000"
VERSION = "1.38.0"
DESCRIPTION = "People's own networks"

_STATEMENTS = ("ALTER TABLE users ADD ip_whitelist varchar(50)[] NOT NULL DEFAULT '{}'",)

forwards = running(ID, DESCRIPTION, _STATEMENTS)
