"""Callers that were looked up a moment ago, so that not every request asks the database."""

from collections.abc import Awaitable, Callable, Collection
from time import monotonic
from uuid import UUID

from server.kernel.caller import Caller

# How long a caller is believed without asking the database. An end is known at once where it happens, and on
# other nodes through their sockets' closing; this bounds the rest (promise P7: one second).
_BELIEVED = 0.5
_MOST = 20_000


class Believed:
    """Who stands behind which token, by its fingerprint."""

    def __init__(self) -> None:
        self._callers: dict[str, tuple[float, Caller]] = {}
        self._forgotten = 0

    async def caller(self, key: str, look_up: Callable[[str], Awaitable[Caller | None]]) -> Caller | None:
        """The caller behind a token, looked up where that was too long ago."""
        known = self._callers.get(key)
        if known is not None and monotonic() - known[0] < _BELIEVED:
            return known[1]
        forgotten = self._forgotten
        caller = await look_up(key)
        # A session that ended while we looked must not be believed for what it was before.
        if forgotten == self._forgotten:
            self._believe(key, caller)
        return caller

    def forget(self, session_ids: Collection[UUID]) -> None:
        """Believe these sessions, or keys, no longer."""
        self._forget(lambda caller: caller.session_id in session_ids)

    def forget_people(self, user_ids: Collection[UUID]) -> None:
        """Look these people up anew: what they may do has changed."""
        self._forget(lambda caller: caller.user_id in user_ids)

    def _forget(self, whom: Callable[[Caller], bool]) -> None:
        self._forgotten += 1
        gone = [key for key, (_, caller) in self._callers.items() if whom(caller)]
        for key in gone:
            del self._callers[key]

    def _believe(self, key: str, caller: Caller | None) -> None:
        if caller is None:
            self._callers.pop(key, None)
            return
        if len(self._callers) > _MOST:
            self._callers.clear()
        self._callers[key] = (monotonic(), caller)
