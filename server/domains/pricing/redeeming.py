"""Uses of coupons, in the transaction of the order: never more than the limits, and given back when it is cancelled."""

from collections import defaultdict
from collections.abc import Sequence
from itertools import chain
from typing import NamedTuple
from uuid import UUID

from fastshop.contract.base import Money, SignInNeeded
from fastshop.contract.pricing import Quote
from fastshop.contract.promotions import CouponUsedUp
from fastshop.ids import new_id
from server.domains.pricing import rows
from server.kernel.clock import Clock
from server.kernel.database import Transaction
from server.kernel.money import to_numeric

_LOCK = "SELECT * FROM coupons WHERE id = $1 FOR NO KEY UPDATE"
_USED = "SELECT EXISTS (SELECT FROM coupon_usage WHERE coupon_id = $1 AND order_id = $2)"
_BY_CUSTOMER = """
SELECT count(*) FROM coupon_usage WHERE coupon_id = $1 AND user_id = $2 AND given_back_at IS NULL
"""
_INSERT = """
INSERT INTO coupon_usage (id, coupon_id, user_id, order_id, discount_amount, currency, used_at)
VALUES ($1, $2, $3, $4, $5, $6, $7)
"""
_COUNT = "UPDATE coupons SET usage_count = usage_count + $2 WHERE id = $1"
_GIVE_BACK = """
UPDATE coupon_usage SET given_back_at = $2 WHERE order_id = $1 AND given_back_at IS NULL RETURNING coupon_id
"""


class Redemption(NamedTuple):
    """A coupon that an order uses, and what it took off."""

    coupon_id: UUID
    discount: Money


class Redeeming:
    """Takes uses and gives them back."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    async def redeem(
        self, transaction: Transaction, order_id: UUID, user_id: UUID | None, redemptions: Sequence[Redemption]
    ) -> None:
        """Use coupons for an order: all of them or, with a refusal, none. The same order uses a coupon once.

        Refused when one cannot be used (any more): `CouponUsedUp`; what each customer may use a number of times only,
        a guest may not: `SignInNeeded`.
        """
        for redemption in sorted(redemptions):
            await self._redeem(transaction, order_id, user_id, redemption)

    async def redeem_quoted(self, transaction: Transaction, order_id: UUID, user_id: UUID | None, quote: Quote) -> None:
        """Use the coupons among what lowers a quote; campaigns have no limit. Refused as `redeem` is."""
        cuts: dict[UUID, int] = defaultdict(int)
        parts = [*(line.discounts for line in quote.lines), *(sent.discounts for sent in quote.shipping)]
        for discount in chain.from_iterable(parts):
            cuts[discount.rule_id] += discount.amount.amount
        if not cuts:
            return
        found = await transaction.connection.fetch("SELECT id FROM coupons WHERE id = any($1::uuid[])", list(cuts))
        used = [Redemption(row["id"], Money(cuts[row["id"]], quote.currency)) for row in found]
        await self.redeem(transaction, order_id, user_id, used)

    async def give_back(self, transaction: Transaction, order_id: UUID) -> None:
        """Give back what a cancelled order has used; again changes nothing."""
        given_back = await transaction.connection.fetch(_GIVE_BACK, order_id, self._clock.now())
        for coupon_id in sorted(row["coupon_id"] for row in given_back):
            await transaction.connection.execute(_COUNT, coupon_id, -1)

    async def _redeem(
        self, transaction: Transaction, order_id: UUID, user_id: UUID | None, redemption: Redemption
    ) -> None:
        connection, coupon_id = transaction.connection, redemption.coupon_id
        row = await connection.fetchrow(_LOCK, coupon_id)
        if await connection.fetchval(_USED, coupon_id, order_id):
            return
        coupon = rows.coupon(row) if row else None
        if coupon is None or not coupon.active or coupon.usage_count == coupon.usage_limit:
            raise CouponUsedUp(coupon_id, by_you=False)
        if coupon.per_customer_limit is not None:
            if user_id is None:
                raise SignInNeeded
            used = await connection.fetchval(_BY_CUSTOMER, coupon_id, user_id)
            if used >= coupon.per_customer_limit:
                raise CouponUsedUp(coupon_id, by_you=True)
        discount = redemption.discount
        values = (new_id(), coupon_id, user_id, order_id, to_numeric(discount), discount.currency, self._clock.now())
        await connection.execute(_INSERT, *values)
        await connection.execute(_COUNT, coupon_id, 1)
