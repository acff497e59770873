"""Between a cart's rows and the structs of its actor."""

from uuid import UUID

from msgspec.json import decode

from actors.user import Line, UserActor
from server.kernel.database import Database

# A person who has put nothing in yet has no row: then their id says whose it is. The previous release does not write
# how often a cart was told of.
_CART = """
SELECT asked.id, users.id AS owner, revision, coalesce(version, 0) AS version, changed_at, abandoned_at, moved_to,
    CASE WHEN abandoned_at IS NULL THEN 0 ELSE greatest(told, 1) END AS told,
    (SELECT json_agg(item)::text FROM cart_items item WHERE cart_id = asked.id) AS items
FROM (SELECT $1::uuid AS id) asked LEFT JOIN carts ON carts.id = asked.id LEFT JOIN users ON users.id = asked.id
"""


async def read(database: Database, cart_id: UUID) -> tuple[UserActor, int]:
    """A cart without the edits it knows, and its version, 0 where nothing was ever put in: as of one moment."""
    row = await database.fetch_one(_CART, cart_id)
    assert row is not None
    cart = UserActor(
        id=cart_id,
        owner=row["owner"],
        revision=row["revision"] or 0,
        changed_at=row["changed_at"],
        abandoned_at=row["abandoned_at"],
        told=row["told"],
        moved_to=row["moved_to"],
    )
    if row["items"]:
        cart.lines = {line.variant_id: line for line in decode(row["items"], type=list[Line])}
    return cart, row["version"]
