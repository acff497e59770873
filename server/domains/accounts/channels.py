"""What may be watched of accounts."""

from fastshop.contract.accounts import ADMIN, Role
from fastshop.contract.base import Done
from server.kernel.caller import Caller
from server.kernel.channel import ChannelNotFound, Watch


def watches() -> tuple[Watch, ...]:
    """The channels of this domain."""

    async def permit(_key: str, caller: Caller) -> None:
        if not caller.is_any(Role.ADMIN):
            raise ChannelNotFound

    async def nothing(_key: str) -> Done:
        return Done()

    return (Watch(ADMIN, permit, nothing),)


async def permit_person(key: str, caller: Caller) -> None:
    """The `Permit` of a channel that only the person in its name may watch."""
    if caller.user_id is None or str(caller.user_id) != key:
        raise ChannelNotFound
