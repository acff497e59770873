"""What may be watched of sellers."""

from fastshop.contract.accounts import Role
from fastshop.contract.sellers import APPLICATIONS, ApplicationQueue
from server.domains.sellers.applying import Applying
from server.kernel.caller import Caller
from server.kernel.channel import ChannelNotFound, Watch


def watches(applying: Applying) -> tuple[Watch, ...]:
    """The channels of this domain."""

    async def permit(_key: str, caller: Caller) -> None:
        if not caller.is_any(Role.ADMIN, Role.MANAGER):
            raise ChannelNotFound

    async def queue(_key: str) -> ApplicationQueue:
        return await applying.queue()

    return (Watch(APPLICATIONS, permit, queue),)
