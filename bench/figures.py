"""What a run of one way gave, and how several are told."""

from dataclasses import dataclass
from statistics import median


@dataclass(frozen=True)
class Run:
    """One run: operations a second, and how long single ones took, in milliseconds."""

    rate: float
    p50: float
    p99: float


def run_of(seconds: float, latencies: list[float]) -> Run:
    """The figures of a run; latencies in seconds."""
    ordered = sorted(latencies)
    return Run(len(ordered) / seconds, _at(ordered, 0.50), _at(ordered, 0.99))


def middle(runs: list[Run]) -> Run:
    """The medians of several runs."""
    return Run(median(r.rate for r in runs), median(r.p50 for r in runs), median(r.p99 for r in runs))


def _at(ordered: list[float], share: float) -> float:
    return ordered[min(int(len(ordered) * share), len(ordered) - 1)] * 1000
