"""Who may ask what of the shop itself."""

from server.domains.system.service import System
from server.kernel.caller import ANYONE
from server.kernel.operation import Operation


def operations(system: System) -> tuple[Operation, ...]:
    """The operations of this domain."""
    return (Operation(system.time, ANYONE),)
