"""`fastshop simulate`: schedules for a person, with their story, and what was looked at in the end."""

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from rich.console import Console
from rich.progress import Progress, TaskID

from server.simulation.node import Parts
from server.simulation.story import Line
from server.simulation.world import Outcome, Plan, simulate

# So much of the story is told when something is found.
_TAIL = 40

_PROMISES = (
    "units held and sold were never more than there are (P2)",
    "each answer was durable, true when it was given, and the same again for the same id (P1, P3)",
    "no owner wrote on top of what it did not know (P4)",
    "each stream was told everything in order, and adds up to what is stored (P5, P11)",
    "the line was drawn as committed to, and served in its order; nobody got past it; limits held (P12)",
    "who was charged has units, and who has units was charged, once; nothing was left hanging (P8)",
)


def run(plans: Sequence[Plan], out: Console, progress: Console, *, quiet: bool, parts: Parts | None = None) -> bool:
    """Run them one after the other until something is found. Whether nothing was."""
    counts: Counter[str] = Counter()
    with _bar(progress, len(plans), shown=len(plans) > 1) as (bar, task):
        for plan in plans:
            outcome = simulate(plan, parts, None if quiet or len(plans) > 1 else lambda line: _tell(out, line))
            counts += outcome.counts
            if outcome.violation:
                _tell_violation(out, plan, outcome)
                return False
            bar.advance(task)
    _tell_checked(out, plans, counts)
    return True


@contextmanager
def _bar(console: Console, total: int, *, shown: bool) -> Iterator[tuple[Progress, TaskID]]:
    with Progress(console=console, disable=not shown) as bar:
        yield bar, bar.add_task("Simulating", total=total)


def _tell(out: Console, line: Line) -> None:
    out.print(str(line), markup=False)


def _tell_violation(out: Console, plan: Plan, outcome: Outcome) -> None:
    out.print(f"The story of seed {plan.seed}, its last {_TAIL} lines:")
    for line in outcome.story[-_TAIL:]:
        _tell(out, line)
    out.print(f"[red]Found at step {outcome.steps}, after {outcome.seconds:.3f} s: {outcome.violation}.")
    out.print(
        f"Again: fastshop simulate --seed {plan.seed} --buyers {plan.buyers} --nodes {plan.nodes} --units {plan.units}"
    )


def _tell_checked(out: Console, plans: Sequence[Plan], counts: Counter[str]) -> None:
    first, last = plans[0].seed, plans[-1].seed
    seeds = f"Seed {first}" if first == last else f"Seeds {first} to {last}"
    out.print(f"{seeds}: {', '.join(f'{counts[what]} {what}' for what in sorted(counts))}. Checked, and so it was:")
    for promise in _PROMISES:
        out.print(f"  {promise}")
