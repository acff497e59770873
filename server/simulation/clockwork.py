"""What sees to it that nothing is forgotten, between the nodes: due reminders, and the jobs of the outbox.

Both keep what is to be done until it is done, and do it at least once: now and then late, or twice. The queue of jobs
is Valkey's, so a job may be lost with it; then the sweep finds what it was for.
"""

from collections.abc import Sequence
from datetime import datetime
from random import Random

import msgspec

from fastshop.contract.flash_sales import PaymentStarted
from server.simulation.books import Books
from server.simulation.loop import VirtualLoop, moment
from server.simulation.node import Node

# The job's own delay, in seconds.
_DELAY = 5.0

_event = msgspec.json.Decoder(PaymentStarted)


class Clockwork:
    """Delivers reminders and jobs to nodes. ``sloppy`` is how likely anything comes late or twice, or a job is lost."""

    def __init__(self, loop: VirtualLoop, chance: Random, books: Books, nodes: Sequence[Node]) -> None:
        self.sloppy = chance.choice((0.0, 0.1, 0.3))
        self._loop = loop
        self._chance = chance
        self._books = books
        self._nodes = nodes
        self._awaited: datetime | None = None
        books.on_queued = self._queue

    def committed(self) -> None:
        """A commit was made: the reminder may be another."""
        due = self._books.wake_at
        if due is not None and due != self._awaited:
            # The nodes look five times a second.
            wait = max(0.0, (due - moment(self._loop.time())).total_seconds()) + self._chance.uniform(0, 0.2)
            self._loop.outside(wait + self._late(), self._remind, due)
        self._awaited = due

    def _remind(self, due: datetime) -> None:
        if self._books.wake_at != due:
            return
        for node in self._some():
            node.deliver_reminders()
        # Its row stays until the actor's own commit moves it.
        self._loop.outside(self._chance.uniform(0.5, 2), self._remind, due)

    def _queue(self, data: bytes) -> None:
        if not self._happens():
            self._loop.outside(_DELAY + self._late(), self._work, _event.decode(data), 1)

    def _work(self, event: PaymentStarted, tries: int) -> None:
        outcome: list[bool] = []
        for node in self._some():
            node.settle(event, outcome.append)
        # Asked again when it failed, and when nothing was heard of it.
        self._loop.outside(min(30, 2**tries), self._again, event, tries + 1, outcome)

    def _again(self, event: PaymentStarted, tries: int, outcome: Sequence[bool]) -> None:
        if not any(outcome):
            self._work(event, tries)

    def _some(self) -> Sequence[Node]:
        """A node that runs; now and then two."""
        there = [node for node in self._nodes if node.answers]
        return self._chance.sample(there, min(len(there), 1 + self._happens()))

    def _late(self) -> float:
        return self._chance.uniform(0, 10) if self._happens() else 0.0

    def _happens(self) -> bool:
        return self._chance.random() < self.sloppy
