"""How sellers do, over orders, timeline and reviews."""

from datetime import timedelta
from typing import Any

from fastshop.contract.accounts import Role
from fastshop.contract.catalog import SellerNotFound
from fastshop.contract.fulfilment import SellerPerformance, ShowPerformance
from server.domains.orders import scoring
from server.kernel.caller import Caller
from server.kernel.clock import Clock
from server.kernel.database import Database

# A part counts as accepted late, and as unsent, only once its seller had so much time.
_PERIOD, _TO_ACCEPT, _TO_SEND = timedelta(days=90), timedelta(days=2), timedelta(days=5)

# A part that others cancelled whole says nothing of its seller.
_PERFORMANCE = """
WITH part AS (
    SELECT part.*, orders.placed_at, units.ordered, units.dropped
    FROM seller_orders part JOIN orders ON orders.id = part.order_id CROSS JOIN LATERAL (
        SELECT coalesce(sum(quantity), 0) AS ordered, (
            SELECT coalesce(sum((line->>'quantity')::int), 0)
            FROM order_entries entry, jsonb_array_elements(entry.lines) AS line
            WHERE entry.order_id = part.order_id AND entry.seller_id = part.seller_id
                AND entry.side = 'seller' AND entry.kind IN ('cancelled', 'rejected')
        ) AS dropped
        FROM order_items item WHERE item.order_id = part.order_id AND item.seller_id = part.seller_id
    ) units
    WHERE part.seller_id = $1 AND orders.placed_at > $2
), judged AS (
    SELECT *, state IN ('shipped', 'delivered') AS sent FROM part WHERE state <> 'cancelled' OR dropped > 0
)
SELECT count(*) AS orders, coalesce(sum(ordered), 0) AS units, coalesce(sum(dropped), 0) AS dropped,
    count(*) FILTER (WHERE accepted_at IS NOT NULL) AS accepted,
    count(*) FILTER (WHERE accepted_at IS NOT NULL OR dropped > 0 OR placed_at <= $3) AS to_accept,
    count(*) FILTER (WHERE sent) AS sent,
    count(*) FILTER (WHERE sent OR state IN ('rejected', 'cancelled') OR placed_at <= $4) AS to_send
FROM judged
"""
_STARS = """
SELECT coalesce(sum(count), 0) AS reviews, coalesce(sum(count * star), 0) AS stars
FROM products product, unnest(product.stars) WITH ORDINALITY AS stars (count, star) WHERE product.seller_id = $1
"""


class Performance:
    """Looks at sellers."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def show(self, command: ShowPerformance, caller: Caller) -> SellerPerformance:
        """How a seller does: for themselves, managers and admins."""
        if caller.seller_id != command.seller_id and not caller.is_any(Role.ADMIN, Role.MANAGER):
            raise SellerNotFound
        seller = await self._database.fetch_one("SELECT FROM sellers WHERE id = $1", command.seller_id)
        if seller is None:
            raise SellerNotFound
        now = self._clock.now()
        since = (now - _PERIOD, now - _TO_ACCEPT, now - _TO_SEND)
        counted: Any = await self._database.fetch_one(_PERFORMANCE, command.seller_id, *since)
        starred: Any = await self._database.fetch_one(_STARS, command.seller_id)
        accepted = scoring.rate(counted["accepted"], counted["to_accept"])
        fulfilled = scoring.rate(counted["sent"], counted["to_send"])
        stars = scoring.mean(starred["stars"], starred["reviews"])
        return SellerPerformance(
            seller_id=command.seller_id,
            orders=counted["orders"],
            accepted=accepted,
            fulfilled=fulfilled,
            cancelled=scoring.rate(counted["dropped"], counted["units"]),
            stars=stars,
            reviews=starred["reviews"],
            score=scoring.score(fulfilled, accepted, stars),
        )
