"""What letters about carts have brought: orders are put down to them, once, and summed up."""

from datetime import timedelta

from fastshop.contract.base import Money
from fastshop.contract.cart_recovery import RECOVERED_WITHIN_DAYS, CartRecovery, ShowRecovery
from server.kernel.caller import Caller
from server.kernel.clock import Clock
from server.kernel.database import Database

_WITHIN = timedelta(days=RECOVERED_WITHIN_DAYS)
# How often orders are put down to letters, in seconds: nobody waits for it at a checkout.
_REST = 60.0
# An order may be paid by transfer long after its checkout was begun, but its checkout is not kept longer.
_LOOKED_AT = _WITHIN + timedelta(days=30)

# A cart may have gone elsewhere: to the account of a guest who signed in, or to another device by the letter's link.
# An order counts for the latest letter before it, and the first order for all that were sent until then.
_PUT_DOWN = """
WITH bought AS (
    SELECT DISTINCT ON (checkout.order_id) letter.id, checkout.order_id, checkout.created_at,
        (checkout.checkout->'total'->>'amount')::bigint AS amount, checkout.checkout->'total'->>'currency' AS currency
    FROM cart_letters letter JOIN carts ON carts.id = letter.cart_id
        LEFT JOIN carts there ON there.id = letter.restored_into
        JOIN checkouts checkout ON checkout.status = 'completed'
            AND checkout.cart_id IN (carts.id, carts.moved_to, there.id, there.moved_to)
            AND checkout.created_at > letter.sent_at AND checkout.created_at <= letter.sent_at + $2
    WHERE letter.sent_at > $1 AND letter.order_id IS NULL
        AND NOT EXISTS (
            SELECT FROM cart_letters other WHERE other.order_id = checkout.order_id
                OR other.cart_id = letter.cart_id AND other.ordered_at >= letter.sent_at
        )
    ORDER BY checkout.order_id, letter.sent_at DESC
), first AS (SELECT DISTINCT ON (id) * FROM bought ORDER BY id, created_at)
UPDATE cart_letters SET order_id = first.order_id, ordered_at = $3, amount = first.amount, currency = first.currency
FROM first WHERE cart_letters.id = first.id AND cart_letters.order_id IS NULL
"""
_FIGURES = """
SELECT count(DISTINCT cart_id) AS carts, count(*) AS letters, count(DISTINCT cart_id) FILTER (
        WHERE restored_at IS NOT NULL
    ) AS restored, count(order_id) AS orders,
    (SELECT count(*) FROM cart_letter_refusals) AS refusals,
    (
        SELECT count(*) FROM carts
        WHERE abandoned_at IS NOT NULL AND EXISTS (SELECT FROM cart_items WHERE cart_id = carts.id)
    ) AS waiting
FROM cart_letters WHERE sent_at > $1
"""
_REVENUE = """
SELECT sum(amount)::bigint AS amount, currency FROM cart_letters
WHERE sent_at > $1 AND order_id IS NOT NULL GROUP BY currency ORDER BY currency
"""


class Recovered:
    """The figures of letters."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def round(self) -> float:
        """Put orders down to letters. Answers how long to rest, in seconds."""
        now = self._clock.now()
        await self._database.fetch(_PUT_DOWN, now - _LOOKED_AT, _WITHIN, now)
        return _REST

    async def show(self, command: ShowRecovery, _caller: Caller) -> CartRecovery:
        """What the letters of the last days have brought."""
        since = self._clock.now() - timedelta(days=command.days)
        async with self._database.reading():
            row = await self._database.fetch_one(_FIGURES, since)
            revenue = await self._database.fetch(_REVENUE, since)
        assert row is not None
        return CartRecovery(since=since, revenue=tuple(Money(*each) for each in revenue), **row)
