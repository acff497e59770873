"""Between a cart's rows and the structs of its actor."""

from uuid import UUID

import asyncpg
from msgspec.json import decode

from actors.user import Line, Mark, UserActor
from server.kernel.database import Database

# A person who has put nothing in yet has no row: then their id says whose it is.
_CART = """
SELECT asked.id, users.id AS owner, revision, coalesce(version, 0) AS version, changed_at, abandoned_at, moved_to
FROM (SELECT $1::uuid AS id) asked LEFT JOIN carts ON carts.id = asked.id LEFT JOIN users ON users.id = asked.id
"""
_ITEMS = "SELECT variant_id, added_at, marks::text AS marks FROM cart_items WHERE cart_id = $1"


async def read(database: Database, cart_id: UUID) -> tuple[UserActor, int]:
    """A cart without the edits it knows, and its version: 0 where nothing was ever put in. For inside a reading."""
    row = await database.fetch_one(_CART, cart_id)
    assert row is not None
    cart = UserActor(
        id=cart_id,
        owner=row["owner"],
        revision=row["revision"] or 0,
        changed_at=row["changed_at"],
        abandoned_at=row["abandoned_at"],
        moved_to=row["moved_to"],
    )
    if row["version"]:
        cart.lines = {item["variant_id"]: _line(item) for item in await database.fetch(_ITEMS, cart_id)}
    return cart, row["version"]


def _line(row: asyncpg.Record) -> Line:
    return Line(row["variant_id"], row["added_at"], decode(row["marks"], type=tuple[Mark, ...]))
