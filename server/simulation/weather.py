"""What goes wrong while the sale is on, drawn from the seed."""

import asyncio
from collections.abc import Sequence
from random import Random

from server.simulation.loop import Life, Process, VirtualLoop
from server.simulation.network import Faults, Network
from server.simulation.node import Node
from server.simulation.story import Story
from server.simulation.wire import Wire

# How likely a way breaks to what can hardly be reached.
_HARDLY = 0.8


class Weather:
    """Kills nodes, lets them stand still, restarts them as for a release, and makes the ways between them bad."""

    def __init__(
        self,
        loop: VirtualLoop,
        chance: Random,
        nodes: Sequence[Node],
        network: Network,
        wires: Sequence[Wire],
        story: Story,
    ) -> None:
        self._loop = loop
        self._chance = chance
        self._nodes = nodes
        self._network = network
        self._wires = wires
        self._story = story
        self._calm = False
        # From a day on which little happens to one on which nothing works for long.
        self._pause = chance.choice((4.0, 8.0, 20.0, 60.0))
        bad, doubled = chance.choice((0.0, 0.02, 0.1)), chance.choice((0.0, 0.05, 0.3))
        network.faults = Faults(lost=bad, doubled=doubled, cut=bad)
        network.between_nodes = Faults(lost=chance.choice((0.0, 0.1, 0.5)), doubled=doubled)
        self._usual = {wire.name: chance.choice((0.0, 0.0, 0.02, 0.1)) for wire in wires}
        for wire in wires:
            wire.trouble = self._usual[wire.name]
        # How likely a node dies right when the database has done what it asked for, before it hears of that.
        wires[0].deadly = chance.choice((0.0, 0.0, 0.01, 0.03))
        wires[0].kill = self._kill

    async def storm(self, seconds: float) -> None:
        """Have accidents for so long."""
        until = self._loop.time() + seconds
        while True:
            pause = self._chance.expovariate(1 / self._pause)
            await asyncio.sleep(min(pause, until - self._loop.time()))
            if self._loop.time() >= until:
                return
            self._accident(self._chance.choice(self._nodes))

    def clear_up(self) -> None:
        """From now on nothing fails, and all nodes run."""
        self._calm = True
        self._network.faults = self._network.between_nodes = Faults()
        for wire in self._wires:
            wire.trouble = wire.deadly = 0.0
        for node in self._nodes:
            self._bring_back(node)
        self._story.tell("weather", "clears up: from now on nothing fails")

    def _accident(self, node: Node) -> None:
        what = self._chance.choices(("crash", "stop", "restart", "database", "bank"), (4, 4, 2, 2, 2))[0]
        if what == "crash":
            self._kill(node.process)
        elif what == "stop" and node.process.life is Life.RUNNING:
            self._stop(node)
        elif what == "restart" and node.answers:
            self._story.tell(node.name, "is restarted as for a release")
            node.leave()
            self._later(self._chance.uniform(0.5, 5), node)
        elif what in ("database", "bank"):
            wire = self._wires[what == "bank"]
            self._story.tell(wire.name, "can hardly be reached from now on")
            wire.trouble = _HARDLY
            self._loop.outside(self._chance.uniform(0.5, 8), self._mend, wire)

    def _stop(self, node: Node) -> None:
        process, seconds = node.process, self._chance.choice((0.5, 5.0, 20.0, 40.0))
        self._story.tell(node.name, f"stands still for {seconds} s")
        self._network.counts["pauses"] += 1
        self._loop.stop_process(process)
        self._loop.outside(seconds, self._go_on, node, process)

    def _go_on(self, node: Node, process: Process) -> None:
        if process.life is Life.STOPPED:
            self._story.tell(node.name, "goes on")
            self._loop.go_on(process)

    def _kill(self, process: Process) -> None:
        node = next((node for node in self._nodes if node.process is process), None)
        if node is None or process.life is Life.GONE:
            return
        self._story.tell(node.name, "is killed")
        self._network.counts["crashes"] += 1
        self._loop.kill(process)
        self._network.died(process)
        self._later(self._chance.uniform(0.2, 6), node)

    def _later(self, seconds: float, node: Node) -> None:
        self._loop.outside(seconds, self._bring_back, node)

    def _bring_back(self, node: Node) -> None:
        if not node.answers:
            self._loop.kill(node.process)
            self._network.died(node.process)
            node.start()
            self._story.tell(node.name, "has started")
        elif self._calm:
            self._go_on(node, node.process)

    def _mend(self, wire: Wire) -> None:
        if not self._calm:
            self._story.tell(wire.name, "can be reached again")
            wire.trouble = self._usual[wire.name]
