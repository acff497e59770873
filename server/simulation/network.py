"""Between people and nodes, and from node to node: messages that are late, lost or doubled, and lines that are cut."""

import asyncio
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

from fastshop.errors import ConnectionFailed
from server.kernel.caller import Caller
from server.kernel.log import Publication
from server.realtime.frames import Position
from server.simulation.loop import Process, VirtualLoop
from server.simulation.node import Node
from server.simulation.story import Story

# Which of two things of the same moment arrives first would be drawn; over a line it is the one that was sent first.
_APART = 1e-6


@dataclass
class Faults:
    """How likely each message is lost or doubled, and each line is cut with what is sent over it."""

    lost: float = 0.0
    doubled: float = 0.0
    cut: float = 0.0


class Line:
    """A TCP connection as far as it is visible: what is sent arrives in order, until it is cut."""

    def __init__(self, network: "Network", node: Node, whose: str) -> None:
        self._whose = whose
        self.process = node.process
        self.arrived: asyncio.Queue[object] = asyncio.Queue()
        self.on_cut: Callable[[], object] = _nothing
        self._network = network
        self._last = 0.0
        self._open = True

    def send(self, item: object) -> None:
        """See `SocketLine`."""
        network, loop = self._network, self._network.loop
        if not self._open:
            return
        if network.happens(network.faults.cut, "cut off", f"the line for {self._whose}"):
            self.cut()
            return
        self._last = max(self._last + _APART, loop.time() + network.delay())
        loop.outside(self._last - loop.time(), self._arrive, item)

    def cut(self) -> None:
        """From now on nothing arrives. Both ends notice later."""
        if self._open:
            self._open = False
            self._network.lines.pop(self, None)
            self._network.loop.outside(self._network.delay(), self.arrived.put_nowait, None)
            self._network.loop.outside(self._network.chance.uniform(0, 10), self.on_cut)

    def _arrive(self, item: object) -> None:
        if self._open:
            self.arrived.put_nowait(item)


class Network:
    """Carries messages. ``counts`` are the accidents so far."""

    def __init__(self, loop: VirtualLoop, chance: Random, story: Story) -> None:
        self.loop = loop
        self._story = story
        self.chance = chance
        self.faults = Faults()
        self.between_nodes = Faults()
        self.counts: Counter[str] = Counter()
        self.lines: dict[Line, None] = {}

    def request(self, who: str, node: Node, command: Any, caller: Caller, answer: "asyncio.Future[Any]") -> None:
        """Send somebody's command to a node, and its answer back. Either may be lost or come twice."""
        what = f"{type(command).__name__} of {who}"

        def deliver(reply: Any) -> None:
            if not answer.done():
                answer.set_result(reply)

        def arrive() -> None:
            if node.answers:
                node.serve(
                    command, caller, lambda reply: self._send(self.faults, f"the answer to {what}", deliver, reply)
                )
            else:
                self._send(self.faults, f"the answer to {what}", deliver, ConnectionFailed("nobody listens"))

        self._send(self.faults, what, arrive)

    def tell(self, node: Node, publications: Sequence[Publication]) -> None:
        """Tell a node what another has committed: a wake-up, which may be lost."""
        self.carry(f"news for {node.name}", lambda: node.hear(publications) if node.answers else None)

    def carry(self, what: str, deliver: Callable[..., object], *args: Any) -> None:
        """Carry something from one node to another."""
        self._send(self.between_nodes, what, deliver, *args)

    def connect(self, whose: str, node: Node, channel: str, since: Position | None) -> Line | None:
        """Open somebody's line to a node and watch a channel over it; None where nobody listens."""
        if not node.answers:
            return None
        line = Line(self, node, whose)
        self.lines[line] = None
        self.loop.outside(self.delay(), node.watch, channel, since, line)
        return line

    def died(self, process: Process) -> None:
        """Cut all lines to a process that is gone."""
        for line in [line for line in self.lines if line.process is process]:
            line.cut()

    def happens(self, likely: float, kind: str, what: str) -> bool:
        """Draw whether an accident happens; then count and tell it."""
        if not likely or self.chance.random() >= likely:
            return False
        self.counts[f"messages {kind}"] += 1
        self._story.tell("network", f"{what} is {kind}")
        return True

    def delay(self) -> float:
        """How long a message takes, in seconds: some are very late."""
        usual = self.chance.expovariate(1 / 0.02)
        return usual * 50 if self.chance.random() < 0.02 else usual

    def _send(self, faults: Faults, what: str, deliver: Callable[..., object], *args: Any) -> None:
        if not self.happens(faults.lost, "lost", what):
            self.loop.outside(self.delay(), deliver, *args)
        if self.happens(faults.doubled, "doubled", what):
            self.loop.outside(self.delay() + self.chance.choice((0, 1, 30)), deliver, *args)


def _nothing() -> None:
    """Who is told of a cut before somebody wants to be."""
