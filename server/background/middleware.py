"""What happens around a job: it is counted, and tried again when it failed, Valkey or no Valkey."""

import time
from typing import Any

import msgspec
import structlog
from dramatiq import Broker, MessageProxy
from dramatiq.errors import BrokerConnectionError, Retry
from dramatiq.middleware import Middleware, Retries, Shutdown
from prometheus_client import CollectorRegistry, Counter

logger = structlog.get_logger()

_MIN_BACKOFF = 1_000
_MAX_BACKOFF = 60_000
# Without Valkey a retry cannot be queued; it is tried this often, in seconds.
_LOOK = 1.0


class TryAgain(Retries):
    """Dramatiq's retries, which do not lose a job that fails while Valkey is gone, or that another version queued."""

    def __init__(self) -> None:
        super().__init__(min_backoff=_MIN_BACKOFF, max_backoff=_MAX_BACKOFF)

    def after_process_message(
        self,
        broker: Broker,
        message: MessageProxy,
        *,
        result: Any = None,
        exception: BaseException | None = None,
    ) -> None:
        """Queue it again. Not before that is done may Dramatiq acknowledge the try that failed."""
        if message.actor_name not in broker.actors:
            message.fail()
            return
        tries = message.options.get("retries", 0)
        while True:
            try:
                super().after_process_message(  # type: ignore[no-untyped-call]
                    broker, message, result=result, exception=exception
                )
            except BrokerConnectionError:
                message.options["retries"] = tries
                time.sleep(_LOOK)
            else:
                return


class Count(Middleware):
    """Counts jobs by how they ended. One that is given up on is an error in the log: somebody must look."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._ended = Counter("fastshop_jobs", "Jobs by how they ended", ["job", "end"], registry=registry)

    def after_process_message(
        self,
        broker: Broker,  # noqa: ARG002
        message: MessageProxy,
        *,
        result: Any = None,  # noqa: ARG002
        exception: BaseException | None = None,
    ) -> None:
        """Count it."""
        end = _end(exception)
        self._ended.labels(message.actor_name, end).inc()
        if end == "failed":
            logger.warning("a job failed", job=message.actor_name, exc_info=exception)

    def after_nack(self, broker: Broker, message: MessageProxy) -> None:  # noqa: ARG002
        """Tell of it."""
        self._ended.labels(message.actor_name, "given_up").inc()
        logger.error("a job was given up", job=message.actor_name, **_told(message.args[0]))


def _told(event: str) -> dict[str, Any]:
    """What finds the event in the database: what it says beside that may be personal, and logs are kept elsewhere."""
    members = msgspec.json.decode(event)
    return {name: value for name, value in members.items() if name == "type" or name.endswith("_id")}


def _end(exception: BaseException | None) -> str:
    match exception:
        case None:
            return "done"
        case Retry():
            return "put_off"
        case Shutdown():
            return "interrupted"
        case _:
            return "failed"
