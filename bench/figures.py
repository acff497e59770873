"""What a run of one way gave, and how several are told."""

from dataclasses import dataclass, fields
from statistics import median

from rich.console import Console
from rich.table import Table


@dataclass(frozen=True)
class Cost:
    """What one operation costs each side, in microseconds of processor time."""

    server: float = 0.0
    postgres: float = 0.0
    client: float = 0.0


@dataclass(frozen=True)
class Run:
    """One run: operations a second, how long single ones took, in milliseconds, and what one costs."""

    rate: float
    p50: float
    p99: float
    cost: Cost


def show(table: Table) -> None:
    """Print it, in a file as wide as a table of figures needs to be."""
    Console(width=None if Console().is_terminal else 120).print(table)


def run_of(seconds: float, latencies: list[float], cost: Cost) -> Run:
    """The figures of a run; latencies in seconds, the cost of all of them together in seconds of processor time."""
    ordered, count = sorted(latencies), len(latencies)
    each = Cost(*(getattr(cost, field.name) * 1e6 / count for field in fields(Cost)))
    return Run(count / seconds, _at(ordered, 0.50), _at(ordered, 0.99), each)


def middle(runs: list[Run]) -> Run:
    """The medians of several runs."""
    return Run(
        median(run.rate for run in runs),
        median(run.p50 for run in runs),
        median(run.p99 for run in runs),
        Cost(*(median(getattr(run.cost, field.name) for run in runs) for field in fields(Cost))),
    )


def _at(ordered: list[float], share: float) -> float:
    return ordered[min(int(len(ordered) * share), len(ordered) - 1)] * 1000
