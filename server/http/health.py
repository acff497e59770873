"""For whoever operates it: is it alive, is it ready, what does it count."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from litestar import Response, get
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest

from fastshop.contract.base import Unavailable
from server.http.answers import answer_of, refusal_of

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
        failing = {name: reason for name, check in checks.items() if (reason := await _reason(check))}
        return refusal_of(NotReady(failing)) if failing else answer_of({"status": "ready"})

    @get("/metrics", include_in_schema=False)
    async def metrics() -> Response[bytes]:
        return Response(generate_latest(registry), media_type=CONTENT_TYPE_LATEST)

    return [livez, readyz, metrics]


async def _reason(check: Check) -> str:
    try:
        return await check()
    except Exception as error:  # whatever it is, it is the reason
        return f"{type(error).__name__}: {error}"
