"""Sessions end in the transaction that ends them; after it, everything that still believes in them is told."""

from collections.abc import Collection
from uuid import UUID

from server.domains.accounts.believed import Believed
from server.domains.accounts.ports import Sockets


class Ending:
    """Tells of ends that were committed."""

    def __init__(self, believed: Believed, sockets: Sockets) -> None:
        self._believed = believed
        self._sockets = sockets

    async def tell(self, session_ids: Collection[UUID], *, replaced: bool = False) -> None:
        """Believe these sessions, or keys, no longer, and close their sockets, on every node.

        ``replaced``: they gave way to newer ones, which their pages say.
        """
        if session_ids:
            self._believed.forget(session_ids)
            await self._sockets.end_sessions(session_ids, replaced=replaced)

    async def changed(self, user_ids: Collection[UUID]) -> None:
        """Look these people up anew, and let their sockets come again: they may do something else now."""
        if user_ids:
            self._believed.forget_people(user_ids)
            await self._sockets.renew_users(user_ids)
