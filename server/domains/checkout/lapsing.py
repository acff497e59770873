"""Looking after checkouts: what lapsed gives its units back, what a crash left half done is finished.

Everything it does may be done by others at the same time. Each look is at a partial index that holds what is due.
"""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from uuid import UUID

import structlog

from server.domains.checkout.paying import BANK_GRACE, Paying
from server.domains.checkout.rows import Rows
from server.kernel.clock import Clock
from server.kernel.database import Database

logger = structlog.get_logger()

_REST = 5.0
# What is under way is left to who began it for so long.
_LEFT_ALONE = timedelta(minutes=1)
# In no order: where the gateway is away, those that cannot be helped keep nobody waiting.
_LAPSED = """
SELECT id FROM checkouts WHERE held AND (status = 'open' AND expires_at <= $1 OR status = 'paying' AND expires_at <= $2)
ORDER BY random() LIMIT 100
"""
_PAYING = "SELECT id FROM checkouts WHERE status = 'paying' AND paying_since <= $1 ORDER BY random() LIMIT 100"
# Of a transfer that is waited for ``paying_since`` is when that ends.
_TO_EMPTY = """
SELECT id FROM checkouts
WHERE NOT emptied AND (status = 'completed' AND paying_since <= $1 OR status = 'paying' AND paying_since > $2)
ORDER BY random() LIMIT 100
"""
# What is over is kept so long for who looks again; an order keeps what it needs itself.
_KEPT = timedelta(days=30)
_FORGET = "DELETE FROM checkouts WHERE status IN ('completed', 'expired', 'replaced') AND created_at <= $1"


class Lapsing:
    """The round over all checkouts."""

    def __init__(self, database: Database, rows: Rows, paying: Paying, clock: Clock) -> None:
        self._database = database
        self._rows = rows
        self._paying = paying
        self._clock = clock

    async def round(self) -> float:
        """Do what is due. Answers how long to rest, in seconds."""
        now = self._clock.now()
        for checkout_id in await self._ids(_LAPSED, now, now - BANK_GRACE):
            await self._try(checkout_id, self._paying.lapse)
        for checkout_id in await self._ids(_PAYING, now - _LEFT_ALONE):
            await self._try(checkout_id, self._paying.settle)
        for checkout_id in await self._ids(_TO_EMPTY, now - _LEFT_ALONE, now):
            await self._try(checkout_id, self._empty)
        await self._database.fetch(_FORGET, now - _KEPT)
        return _REST

    async def _empty(self, checkout_id: UUID) -> None:
        kept = await self._rows.find(checkout_id)
        if kept is not None:
            await self._paying.empty_cart(kept)

    async def _ids(self, query: str, *moments: datetime) -> list[UUID]:
        return [row["id"] for row in await self._database.fetch(query, *moments)]

    async def _try(self, checkout_id: UUID, do: Callable[[UUID], Awaitable[None]]) -> None:
        try:
            await do(checkout_id)
        except Exception:  # the others must not wait for it
            logger.exception("a checkout could not be looked after", checkout=str(checkout_id))
