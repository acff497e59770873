"""What is counted of HTTP, for /metrics."""

from prometheus_client import CollectorRegistry, Counter, Histogram


class Metrics:
    """Requests by operation and status, and how long they took."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._requests = Counter(
            "fastshop_http_requests", "Operations asked for over HTTP", ["operation", "status"], registry=registry
        )
        self._seconds = Histogram(
            "fastshop_http_seconds", "Time to answer an operation over HTTP", ["operation"], registry=registry
        )

    def asked(self, tag: str, status: int, seconds: float) -> None:
        """Count an answer."""
        self._requests.labels(tag, str(status)).inc()
        self._seconds.labels(tag).observe(seconds)
