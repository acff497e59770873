"""Names of who registered leave the log, which is kept for ever. A node of the last release still writes some."""

from migrations.running import running

ID = "2026-11-21T21:22:37:000000"
VERSION = "1.38.0"
DESCRIPTION = "No names in the log"

STATEMENTS = (
    """
UPDATE event_log SET data = jsonb_set(data, '{name}', '""')
WHERE channel = 'admin' AND type = 'accounts.registered' AND data ->> 'name' <> ''
""",
)

forwards = running(ID, DESCRIPTION, STATEMENTS)
