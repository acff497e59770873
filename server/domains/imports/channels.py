"""What may be watched of imports."""

from fastshop.contract.accounts import Role
from fastshop.contract.base import Done
from fastshop.contract.imports import IMPORT, IMPORT_REQUESTS, ImportNotFound, ImportProgress
from server.domains.imports.service import Imports
from server.kernel.caller import Caller
from server.kernel.channel import ChannelNotFound, Watch, key_id
from server.kernel.clock import Clock


def watches(imports: Imports, clock: Clock) -> tuple[Watch, ...]:
    """The channels of this domain."""

    async def permit(key: str, caller: Caller) -> None:
        try:
            await imports.visible(key_id(key), caller)
        except ImportNotFound:
            raise ChannelNotFound from None

    async def progress(key: str) -> ImportProgress:
        try:
            return ImportProgress(time=clock.now(), progress=await imports.get(key_id(key)))
        except ImportNotFound:
            raise ChannelNotFound from None

    async def permit_requests(_key: str, caller: Caller) -> None:
        if not caller.is_any(Role.ADMIN):
            raise ChannelNotFound

    async def nothing(_key: str) -> Done:
        return Done()

    return (Watch(IMPORT, permit, progress), Watch(IMPORT_REQUESTS, permit_requests, nothing))
