"""The shop's clock, for everybody who counts down."""

from fastshop.contract.system import ServerTime, TellTime
from server.kernel.caller import Caller
from server.kernel.clock import Clock


class System:
    """What can be asked of the shop itself."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    async def time(self, command: TellTime, caller: Caller) -> ServerTime:  # noqa: ARG002 - anybody, always
        """The time by the clock that starts and ends sales."""
        return ServerTime(self._clock.now())
