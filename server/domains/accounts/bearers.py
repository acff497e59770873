"""Whoever presents a token: a person with a session, or a program with a key."""

from collections.abc import Collection
from uuid import UUID

from server.domains.accounts.api_keys import PREFIX, ApiKeys
from server.domains.accounts.sessions import Sessions
from server.kernel.caller import Caller


class Bearers:
    """Tells what was presented apart, and who it stands for."""

    def __init__(self, sessions: Sessions, api_keys: ApiKeys) -> None:
        self._sessions = sessions
        self._api_keys = api_keys

    async def authenticate(self, token: str) -> Caller | None:
        """The caller behind what was presented over HTTP; None when it is not valid (any more)."""
        if token.startswith(PREFIX):
            return await self._api_keys.authenticate(token)
        return await self._sessions.authenticate(token)

    async def authenticate_socket(self, token: str) -> Caller | None:
        """The caller behind what opens a WebSocket: that, or a token for that alone."""
        if token.startswith(PREFIX):
            return await self._api_keys.authenticate_socket(token)
        return await self._sessions.authenticate_socket(token)

    async def still_valid(self, ids: Collection[UUID]) -> set[UUID]:
        """Which of these sessions still run, and which of these keys still work."""
        return await self._sessions.still_valid(ids) | await self._api_keys.still_valid(ids)
