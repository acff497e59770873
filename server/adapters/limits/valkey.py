"""Counters and tokens in Valkey, where all nodes see them. When it is down, people may still sign in."""

import hashlib
import secrets
from uuid import UUID

import redis.asyncio as redis
import structlog
from redis.exceptions import RedisError

logger = structlog.get_logger()

# Counts a try and answers for how long there is none left, in one step, so that two nodes cannot both take the last.
_SPEND = """
local used = redis.call('INCR', KEYS[1])
if used == 1 then redis.call('EXPIRE', KEYS[1], ARGV[2]) end
if used <= tonumber(ARGV[1]) then return 0 end
return math.max(redis.call('TTL', KEYS[1]), 1)
"""


class ValkeyAttempts:
    """Counts tries in fixed windows."""

    def __init__(self, client: "redis.Redis") -> None:
        self._client = client
        self._spend = client.register_script(_SPEND)

    async def spend(self, what: str, allowed: int, seconds: int) -> int:
        """Use up a try; see `server.domains.accounts.ports.Attempts`."""
        key = f"tries:{hashlib.sha256(what.encode()).hexdigest()}"
        try:
            return int(await self._spend(keys=[key], args=[allowed, seconds]))
        except (RedisError, OSError) as error:
            logger.warning("tries are not counted", error=str(error))
            return 0


class ValkeySocketTokens:
    """Socket tokens by their hash, until they run out."""

    def __init__(self, client: "redis.Redis") -> None:
        self._client = client

    async def issue(self, session_id: UUID, seconds: int) -> str:
        """A new token for a session."""
        token = f"ws_{secrets.token_urlsafe(32)}"
        await self._client.set(_key(token), str(session_id), ex=seconds)
        return token

    async def session_of(self, token: str) -> UUID | None:
        """The session a token is for; None when it is not one of these or ran out."""
        if not token.startswith("ws_"):
            return None
        try:
            found = await self._client.get(_key(token))
        except (RedisError, OSError) as error:
            logger.warning("socket tokens cannot be checked", error=str(error))
            return None
        return UUID(found.decode() if isinstance(found, bytes) else found) if found else None


def _key(token: str) -> str:
    return f"ws-token:{hashlib.sha256(token.encode()).hexdigest()}"
