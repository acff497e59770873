"""How much of a product one customer may buy."""

from collections import Counter
from collections.abc import Awaitable, Callable, Collection, Mapping
from uuid import UUID

from server.domains.catalog.rules import over_limit
from server.kernel.database import Database

# How many units of these products the customer has bought before, by product.
Bought = Callable[[Collection[UUID]], Awaitable[Mapping[UUID, int]]]

_LIMITS = """
SELECT variant.id, product.id AS product_id, product.max_per_customer
FROM product_variants variant JOIN products product ON product.id = variant.product_id
WHERE variant.id = any($1::uuid[]) AND product.max_per_customer > 0
"""


class PurchaseLimits:
    """Says whether a customer may buy so much."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def check(self, wanted: Mapping[UUID, int], bought: Bought) -> None:
        """Refuse to sell a customer so many units, by variant: `PurchaseLimitReached`.

        ``bought`` is asked only about products that have a limit. Whoever sells asks inside the transaction that
        sells, with what two orders of one customer take turns by.
        """
        found = await self._database.fetch(_LIMITS, list(wanted))
        if not found:
            return
        limits = {row["product_id"]: row["max_per_customer"] for row in found}
        by_product: Counter[UUID] = Counter()
        for row in found:
            by_product[row["product_id"]] += wanted[row["id"]]
        refusal = over_limit(by_product, await bought(list(limits)), limits)
        if refusal is not None:
            raise refusal
