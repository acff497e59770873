"""What guests watch their orders by is kept as a hash, in the log as well.

While a node of the last release still runs, what it tells a guest goes by the old name: it stands in the order's own
channel as ever, and a guest who watches elsewhere sees it with the next thing that happens.
"""

from migrations.running import running

ID = "2026-11-21T17:31:07:000000"
VERSION = "1.38.0"
DESCRIPTION = "Hashes of guests' keys"

_HASHED = "'guest_order:' || encode(sha256(convert_to(split_part({channel}, ':', 2), 'UTF8')), 'hex')"
# A key is a UUID, of 36 characters; a hash has 64.
_KEYS = "{channel} LIKE 'guest_order:%' AND length({channel}) = length('guest_order:') + 36"

STATEMENTS = (
    f"""
UPDATE event_log SET channel = {_HASHED.format(channel="head.channel")}
FROM channel_heads head WHERE event_log.channel = head.channel AND {_KEYS.format(channel="head.channel")}
""",  # noqa: S608 - constants
    f"""
UPDATE channel_heads SET channel = {_HASHED.format(channel="channel")} WHERE {_KEYS.format(channel="channel")}
""",  # noqa: S608 - constants
)

forwards = running(ID, DESCRIPTION, STATEMENTS)
