"""Looking after payments whose job was lost, with Valkey or with a process.

A job settles each payment (`jobs`); this asks for those that have been under way for a minute without an outcome. It
costs one look at a partial index, and everything it does may be done by others at the same time.
"""

from datetime import datetime, timedelta
from uuid import UUID

import structlog

from server.domains.flash_sales.buying import Buying
from server.domains.flash_sales.proofs import Proofs
from server.kernel.clock import Clock

logger = structlog.get_logger()

_LOOK = 30.0
_PATIENCE = timedelta(minutes=1)
_AT_ONCE = 100


class Sweep:
    """Remembers since when it has seen each payment under way."""

    def __init__(self, buying: Buying, proofs: Proofs, clock: Clock) -> None:
        self._buying = buying
        self._proofs = proofs
        self._clock = clock
        self._seen: dict[tuple[UUID, UUID | None], datetime] = {}

    async def round(self) -> float:
        """Settle what has been under way for too long. Answers how long to rest, in seconds."""
        now = self._clock.now()
        paying = {(claim.id, claim.payment_id): claim for claim in await self._buying.paying()}
        self._seen = {key: self._seen.get(key, now) for key in paying}
        late = sorted((since, key) for key, since in self._seen.items() if since <= now - _PATIENCE)
        for _, key in late[:_AT_ONCE]:
            self._seen[key] = now
            try:
                await self._buying.settle(paying[key])
            except Exception:  # the others must not wait for it
                logger.exception("a payment could not be settled", claim=str(key[0]))
        await self._proofs.forget_expired()
        return _LOOK
