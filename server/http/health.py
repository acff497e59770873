"""For whoever operates it: is it alive, is it ready, what does it count."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import structlog
from litestar import Response, get
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest

from fastshop.contract.base import Unavailable
from server.http.answers import answer_of, refusal_of

logger = structlog.get_logger()

# Who asks gives up after some seconds too; a check that hangs is an answer. In seconds.
_PATIENCE = 2

# Raises or returns a reason when the shop should get no requests.
Check = Callable[[], Awaitable[str]]


@dataclass(eq=False)
class NotReady(Unavailable):
    """Something that the shop needs does not answer. ``failing`` says what, and why."""

    code: ClassVar[str] = "not_ready"
    sentence: ClassVar[str] = "Not ready."
    failing: Mapping[str, str]


def health(checks: Mapping[str, Check], registry: CollectorRegistry) -> Sequence[Any]:
    """The handlers of /livez, /readyz and /metrics. ``checks`` answer a reason, empty when all is well."""

    @get("/livez", include_in_schema=False)
    async def livez() -> Response[bytes]:
        return answer_of({"status": "alive"})

    @get("/readyz", include_in_schema=False)
    async def readyz() -> Response[bytes]:
        reasons = await asyncio.gather(*(_reason(name, check) for name, check in checks.items()))
        failing = {name: reason for name, reason in zip(checks, reasons, strict=True) if reason}
        return refusal_of(NotReady(failing)) if failing else answer_of({"status": "ready"})

    @get("/metrics", include_in_schema=False)
    async def metrics() -> Response[bytes]:
        return Response(generate_latest(registry), media_type=CONTENT_TYPE_LATEST)

    return [livez, readyz, metrics]


async def _reason(name: str, check: Check) -> str:
    """Why a check fails. What an exception says may name hosts and users: that is for our log only."""
    try:
        async with asyncio.timeout(_PATIENCE):
            return await check()
    except Exception as error:
        logger.warning("not ready", check=name, error=repr(error))
        return type(error).__name__
