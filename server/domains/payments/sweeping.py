"""Looking after payments that nobody concludes: whoever began them died, and what they were for has forgotten them.

What is paid for asks for its own payment while it waits for one. This finds all others, among them money that came for
nothing: each ends in an order, is ended at the gateway, or goes back (promises P1, P8). Everything it does may be done
by others at the same time.
"""

from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from uuid import UUID

import structlog

from server.domains.payments.ports import Payable
from server.domains.payments.service import Payments
from server.kernel.clock import Clock
from server.kernel.database import Database

logger = structlog.get_logger()

_LOOK = 60.0
_AT_ONCE = 100
# So long what is paid for looks after it alone. A transfer is waited for by the checkout for days.
_UNDER_WAY_ALONE = timedelta(hours=1)
_TRANSFERS_ALONE = timedelta(days=30)
_PAID_ALONE = timedelta(minutes=5)
# How far back it is looked for money that came for nothing: at the start and once a day, and usually.
_FAR = timedelta(days=30)
_NEAR = timedelta(hours=1)
_EVERY_DAY = timedelta(days=1)

# What a newer release sells is left to its nodes. In no order: those that cannot be helped keep nobody waiting.
_OURS = f"split_part(reference, ':', 1) = any($1::text[]) ORDER BY random() LIMIT {_AT_ONCE}"
_UNDER_WAY = f"""
SELECT id FROM payments WHERE status IN ('pending', 'needs_action')
    AND created_at <= CASE payment_method WHEN 'bank_transfer' THEN $3::timestamptz ELSE $2 END AND {_OURS}
"""  # noqa: S608 - constants
_FOR_NOTHING = f"""
SELECT id FROM payments WHERE status = 'succeeded' AND returned < amount AND updated_at BETWEEN $2 AND $3
    AND NOT EXISTS (SELECT FROM orders WHERE orders.payment_id = payments.id) AND {_OURS}
"""  # noqa: S608 - constants
_REFERENCE = "SELECT reference FROM payments WHERE id = $1"
_ORDERED = "SELECT 1 FROM orders WHERE payment_id = $1"


class Strays:
    """Finds them. ``conclude`` settles what a payment is for, ``payables`` are the kinds of things, by name."""

    def __init__(
        self,
        database: Database,
        payments: Payments,
        conclude: Callable[[UUID], Awaitable[None]],
        payables: Mapping[str, Payable],
        clock: Clock,
    ) -> None:
        self._database = database
        self._payments = payments
        self._conclude = conclude
        self._payables = payables
        self._clock = clock
        self._far_at = clock.now()

    async def round(self) -> float:
        """Look after what is found. Answers how long to rest, in seconds."""
        for payment_id in (*await self._under_way(), *await self._for_nothing()):
            try:
                await self._look_after(payment_id)
            except Exception:  # the others must not wait for it
                logger.exception("a payment could not be looked after", payment=str(payment_id))
        return _LOOK

    async def _under_way(self) -> list[UUID]:
        now = self._clock.now()
        moments = (now - _UNDER_WAY_ALONE, now - _TRANSFERS_ALONE)
        return [row["id"] for row in await self._database.fetch(_UNDER_WAY, list(self._payables), *moments)]

    async def _for_nothing(self) -> list[UUID]:
        now = self._clock.now()
        far = now >= self._far_at
        moments = (now - (_FAR if far else _NEAR), now - _PAID_ALONE)
        found = await self._database.fetch(_FOR_NOTHING, list(self._payables), *moments)
        if far and len(found) < _AT_ONCE:
            self._far_at = now + _EVERY_DAY
        return [row["id"] for row in found]

    async def _look_after(self, payment_id: UUID) -> None:
        await self._conclude(payment_id)
        if not await self._is_forsaken(payment_id):
            return
        await self._payments.settle(payment_id, give_up=True)
        if await self._is_forsaken(payment_id):
            payment = await self._payments.refund(payment_id)
            logger.warning("a payment that nobody waited for", payment=str(payment_id), status=payment.status)

    async def _is_forsaken(self, payment_id: UUID) -> bool:
        """Whether it pays for nothing, and will not: money that has come is marked to go back in the same step."""
        async with self._database.transaction() as transaction:
            kind, _, thing_id = str(await transaction.connection.fetchval(_REFERENCE, payment_id)).partition(":")
            if await self._payables[kind].waits_for(transaction, UUID(thing_id), payment_id):
                return False
            # After what it is for was locked there: an order that was being placed is there by now.
            if await transaction.connection.fetchval(_ORDERED, payment_id) is not None:
                return False
            await self._payments.mark_back(payment_id)
        return True
