"""What may be watched of tax exemptions."""

from fastshop.contract.accounts import Role
from fastshop.contract.tax_exemptions import EXEMPTIONS, ExemptionsMoved
from server.kernel.caller import Caller
from server.kernel.channel import ChannelNotFound, Watch
from server.kernel.clock import Clock


def watches(clock: Clock) -> tuple[Watch, ...]:
    """The channels of this domain."""

    async def permit(_key: str, caller: Caller) -> None:
        if not caller.is_any(Role.ADMIN, Role.MANAGER):
            raise ChannelNotFound

    async def now(_key: str) -> ExemptionsMoved:
        return ExemptionsMoved(time=clock.now())

    return (Watch(EXEMPTIONS, permit, now),)
