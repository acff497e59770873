"""What real time counts, for /metrics. Plain numbers: the hot path takes no lock for them."""

from collections.abc import Callable, Iterator

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector, CollectorRegistry


class Counts:
    """The numbers of one node."""

    __slots__ = ("conflated", "dropped", "lost", "opened", "received", "refused", "sent", "slow")

    def __init__(self) -> None:
        self.opened = 0  # connections ever opened
        self.received = 0  # frames from clients
        self.sent = 0  # messages to clients: a batch of events is one
        self.refused = 0  # commands over the limit
        self.conflated = 0  # states replaced before they were written
        self.dropped = 0  # passing messages that found no room
        self.slow = 0  # readers that were disconnected for being slow
        self.lost = 0  # messages that other nodes could not be told; they find the gap by themselves


_HELP = {
    "opened": "Connections opened",
    "received": "Frames received from clients",
    "sent": "Messages written to clients",
    "refused": "Commands refused over the limit",
    "conflated": "States replaced by newer ones before they were written",
    "dropped": "Passing messages dropped for want of room",
    "slow": "Readers disconnected for being slow",
    "lost": "Messages that other nodes could not be told",
}


class CountsCollector(Collector):
    """Reads the numbers when they are asked for. ``open_now`` says how many connections are open."""

    def __init__(self, counts: Counts, open_now: Callable[[], int], registry: CollectorRegistry) -> None:
        self._counts = counts
        self._open_now = open_now
        registry.register(self)

    def collect(self) -> Iterator[Metric]:
        """The numbers as they are now."""
        yield GaugeMetricFamily("fastshop_sockets", "Connections open now", value=self._open_now())
        for name, help_text in _HELP.items():
            yield CounterMetricFamily(f"fastshop_socket_{name}", help_text, value=getattr(self._counts, name))
