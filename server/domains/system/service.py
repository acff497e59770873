"""The shop's clock, for everybody who counts down."""

from collections.abc import Awaitable

from fastshop.contract.system import ServerTime, TellTime
from server.kernel.caller import Caller
from server.kernel.clock import Clock
from server.kernel.operation import answered


class System:
    """What can be asked of the shop itself."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    def time(self, command: TellTime, caller: Caller) -> Awaitable[ServerTime]:  # noqa: ARG002 - anybody, always
        """The time by the clock that starts and ends sales."""
        return answered(ServerTime(self._clock.now()))
