"""Sessions end in the transaction that ends them; after it, everything that still believes in them is told."""

from collections.abc import Collection
from uuid import UUID

from server.domains.accounts.ports import Sockets
from server.domains.accounts.sessions import Sessions


class Ending:
    """Tells of ends that were committed."""

    def __init__(self, sessions: Sessions, sockets: Sockets) -> None:
        self._sessions = sessions
        self._sockets = sockets

    async def tell(self, session_ids: Collection[UUID]) -> None:
        """Believe these sessions no longer, and close their sockets, on every node."""
        if session_ids:
            self._sessions.forget(session_ids)
            await self._sockets.end_sessions(session_ids)
