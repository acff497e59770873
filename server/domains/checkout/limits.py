"""How much of a product a customer may buy: with what they have bought, and what they are just paying for."""

from collections.abc import Collection, Mapping
from functools import partial
from uuid import UUID

from server.domains.checkout.ports import PurchaseLimits
from server.domains.checkout.rules import Kept
from server.kernel.database import Database

_TAKE_TURNS = "SELECT pg_advisory_xact_lock(hashtextextended($1, 0))"
# In one statement: what is being paid and is ordered in the meantime is seen once. Returned goods were bought.
_BOUGHT = """
SELECT product_id, sum(units) AS units FROM (
    SELECT item.product_id, item.quantity - item.cancelled AS units
    FROM orders JOIN order_items item ON item.order_id = orders.id WHERE {ordered}
    UNION ALL
    SELECT (line->>'product_id')::uuid, (line->>'quantity')::int
    FROM checkouts, json_array_elements(checkout->'lines') AS line WHERE status = 'paying' AND id <> $3 AND {paying}
) AS bought
WHERE product_id = any($1::uuid[]) GROUP BY product_id
"""
_BY_PERSON = _BOUGHT.format(ordered="customer_id = $2", paying="user_id = $2")
_BY_GUEST = _BOUGHT.format(
    ordered="customer_id IS NULL AND email = $2", paying="user_id IS NULL AND checkout->>'email' = $2"
)


class Limits:
    """What a checkout is asked before it may go on. A guest is who has the e-mail address."""

    def __init__(self, database: Database, limits: PurchaseLimits) -> None:
        self._database = database
        self._limits = limits

    async def check(self, kept: Kept) -> None:
        """Refuse more than the customer may buy: `PurchaseLimitReached`.

        Until the transaction ends that is under way, no other checkout of the customer passes here.
        """
        await self._limits.check(kept.units, partial(self._bought, kept))

    async def _bought(self, kept: Kept, product_ids: Collection[UUID]) -> Mapping[UUID, int]:
        who = kept.user_id or kept.checkout.email
        if not who:
            return {}
        await self._database.fetch(_TAKE_TURNS, f"purchases of {who}")
        query = _BY_GUEST if kept.user_id is None else _BY_PERSON
        rows = await self._database.fetch(query, list(product_ids), who, kept.checkout.id)
        return {row["product_id"]: int(row["units"]) for row in rows}
