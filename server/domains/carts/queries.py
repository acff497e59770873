"""What may be said of a cart that was left, over carts, people and checkouts."""

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from server.kernel.database import Database

# A guest is written to where an order was to be confirmed. Checkouts are forgotten after 30 days, guests' carts too.
_STANDING = """
SELECT user_id, abandoned_at IS NOT NULL AND EXISTS (SELECT FROM cart_items WHERE cart_id = carts.id) AND NOT (
        EXISTS (SELECT FROM checkouts WHERE cart_id = carts.id AND status = 'paying')
        OR EXISTS (
            SELECT FROM checkouts WHERE cart_id = carts.id AND status = 'completed' AND created_at >= carts.changed_at
        )
        OR EXISTS (SELECT FROM cart_letters WHERE cart_id = carts.id AND ordered_at >= carts.changed_at)
    ) AS is_left,
    coalesce(CASE WHEN user_id IS NOT NULL THEN (
        SELECT email FROM users
        WHERE users.id = carts.user_id AND email_verified_at IS NOT NULL AND disabled_at IS NULL
    ) ELSE (
        SELECT checkout->>'email' FROM checkouts
        WHERE cart_id = carts.id AND status = 'expired' ORDER BY created_at DESC LIMIT 1
    ) END, '') AS email,
    (SELECT count(*) FROM cart_letters WHERE cart_id = carts.id AND written_at > $2) AS letters
FROM carts WHERE id = $1
"""


class Standing(NamedTuple):
    """A cart: whose, whether it is left with goods in it and none were ordered, where its owner may be written to.

    ``email`` is empty where nowhere. ``letters`` counts those since a moment.
    """

    user_id: UUID | None
    is_left: bool
    email: str
    letters: int


async def standing(database: Database, cart_id: UUID, since: datetime) -> Standing | None:
    """How a cart stands, in the transaction that is under way, if one is."""
    row = await database.fetch_one(_STANDING, cart_id, since)
    return Standing(*row) if row is not None else None
