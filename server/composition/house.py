"""The shop itself: its clock."""

from server.composition.area import Area
from server.composition.outside import Outside
from server.domains.system import operations
from server.domains.system.service import System
from server.kernel.operation import Operation


class House(Area):
    """What belongs to nobody's part of the shop."""

    def __init__(self, outside: Outside) -> None:
        self._system = System(outside.clock)

    def operations(self) -> tuple[Operation, ...]:
        """See `Area`."""
        return operations.operations(self._system)
