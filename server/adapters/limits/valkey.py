"""Counters and tokens in Valkey, where all nodes see them. When it is down, people may still sign in."""

import asyncio
import hashlib
import secrets
from uuid import UUID

import redis.asyncio as redis
import structlog
from redis.exceptions import RedisError

from fastshop.contract.base import Busy
from server.adapters.limits.unheard import Unheard

logger = structlog.get_logger()

# A Valkey that hangs is treated like one that is down; somebody waits to sign in. In seconds.
_PATIENCE = 0.5
# What is raised when Valkey does not answer; a TimeoutError is an OSError.
_DOWN = (RedisError, OSError)

# Counts a try and tells how many there are and for how long, in one step: two nodes cannot both take the last.
_SPEND = """
local used = redis.call('INCR', KEYS[1])
if used == 1 then redis.call('EXPIRE', KEYS[1], ARGV[1]) end
return {used, redis.call('TTL', KEYS[1])}
"""

# Never makes a counter that would not run out.
_GIVE_BACK = "if redis.call('EXISTS', KEYS[1]) == 1 then redis.call('DECR', KEYS[1]) end"


class ValkeyAttempts:
    """Counts tries in fixed windows. Those that Valkey does not hear of, each node counts by itself.

    So a flood that keeps this node or Valkey too busy to answer wins no tries.
    """

    def __init__(self, client: "redis.Redis") -> None:
        self._client = client
        self._unheard = Unheard()
        self._spend = client.register_script(_SPEND)
        self._give_back = client.register_script(_GIVE_BACK)

    async def spend(self, what: str, allowed: int, seconds: int) -> int:
        """Use up a try; see `server.domains.accounts.ports.Attempts`."""
        key, used, left = _tries(what), 0, 0
        try:
            async with asyncio.timeout(_PATIENCE):
                used, left = await self._spend(keys=[key], args=[seconds])
        except _DOWN as error:
            logger.warning("tries are counted by this node alone", error=repr(error))
            self._unheard.add(key, seconds)
        unheard, wait = self._unheard.of(key)
        return 0 if used + unheard <= allowed else max(left, wait, 1)

    async def give_back(self, what: str) -> None:
        """Count a spent try as never made."""
        key = _tries(what)
        if self._unheard.take_back(key):
            return
        try:
            async with asyncio.timeout(_PATIENCE):
                await self._give_back(keys=[key])
        except _DOWN as error:
            logger.warning("a try is not given back", error=repr(error))


class ValkeySocketTokens:
    """Socket tokens by their hash, until they run out."""

    def __init__(self, client: "redis.Redis") -> None:
        self._client = client

    async def issue(self, session_id: UUID, seconds: int) -> str:
        """A new token for a session. Refused while Valkey is down: `Busy`."""
        token = f"ws_{secrets.token_urlsafe(32)}"
        try:
            async with asyncio.timeout(_PATIENCE):
                await self._client.set(_key(token), str(session_id), ex=seconds)
        except _DOWN as error:
            logger.warning("socket tokens cannot be issued", error=repr(error))
            raise Busy from None
        return token

    async def session_of(self, token: str) -> UUID | None:
        """The session a token is for; None when it is not one of these or ran out."""
        if not token.startswith("ws_"):
            return None
        try:
            async with asyncio.timeout(_PATIENCE):
                found = await self._client.get(_key(token))
        except _DOWN as error:
            logger.warning("socket tokens cannot be checked", error=repr(error))
            return None
        return UUID(found.decode() if isinstance(found, bytes) else found) if found else None


def _tries(what: str) -> str:
    return f"tries:{hashlib.sha256(what.encode()).hexdigest()}"


def _key(token: str) -> str:
    return f"ws-token:{hashlib.sha256(token.encode()).hexdigest()}"
