"""Calling off all sales of a seller who may not sell any more."""

from uuid import UUID

from actors.flash_sale import KIND, Cancel
from actors.runtime.ports import Asking
from fastshop.contract.flash_sales import SaleOver
from server.kernel.clock import Clock
from server.kernel.database import Database

_ALIVE = """
SELECT id FROM flash_sales WHERE seller_id = $1 AND cancelled_at IS NULL AND end_time > $2 ORDER BY start_time, id
"""


class CallingOff:
    """Calls sales off, as their seller could."""

    def __init__(self, database: Database, actors: Asking, clock: Clock) -> None:
        self._database = database
        self._actors = actors
        self._clock = clock

    async def call_off(self, seller_id: UUID) -> None:
        """Call off what is planned or running. One that is over by now stays as it ended."""
        for row in await self._database.fetch(_ALIVE, seller_id, self._clock.now()):
            try:
                await self._actors.ask(KIND, row["id"], Cancel())
            except SaleOver:
                continue
