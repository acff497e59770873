"""What is counted of actors and their owners, for /metrics."""

from collections.abc import Iterator

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector, CollectorRegistry

from actors.runtime.directory import Actors
from server.adapters.placement.nodes import Nodes


class ActorsCollector(Collector):
    """Reads the numbers when they are asked for."""

    def __init__(self, actors: Actors, nodes: Nodes, registry: CollectorRegistry) -> None:
        self._actors = actors
        self._nodes = nodes
        registry.register(self)

    def collect(self) -> Iterator[Metric]:
        """The numbers as they are now."""
        yield GaugeMetricFamily("fastshop_actors_awake", "Actors in memory", value=len(self._actors))
        yield CounterMetricFamily(
            "fastshop_actors_forwarded", "Messages sent to the node that owns the actor", value=self._nodes.post.sent
        )
        yield CounterMetricFamily(
            "fastshop_actors_taken_over", "Actors taken over from dead nodes", value=self._nodes.leases.taken_over
        )
        yield CounterMetricFamily(
            "fastshop_actors_stale", "Times that another owner had written since", value=self._actors.stale
        )
