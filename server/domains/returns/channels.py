"""What may be watched of returns and disputes."""

from fastshop.contract.accounts import Role
from fastshop.contract.disputes import DISPUTE, MATTERS, DisputeNotFound, MatterQueue, OrderDispute
from fastshop.contract.returns import RETURN, Return, ReturnNotFound
from server.domains.returns.asker import Asker
from server.domains.returns.asking import Asking
from server.domains.returns.disputes import OrderDisputes
from server.kernel.caller import Caller
from server.kernel.channel import ChannelNotFound, Watch, key_id


def watches(asking: Asking, disputes: OrderDisputes) -> tuple[Watch, ...]:
    """The channels of this domain."""

    async def rma(key: str) -> Return:
        try:
            return await asking.get(key_id(key))
        except ReturnNotFound:
            raise ChannelNotFound from None

    async def dispute(key: str) -> OrderDispute:
        try:
            return await disputes.get(key_id(key))
        except DisputeNotFound:
            raise ChannelNotFound from None

    async def permit_return(key: str, caller: Caller) -> None:
        _permit(await rma(key), caller)

    async def permit_dispute(key: str, caller: Caller) -> None:
        _permit(await dispute(key), caller)

    async def permit_matters(_key: str, caller: Caller) -> None:
        if not caller.is_any(Role.ADMIN, Role.MANAGER):
            raise ChannelNotFound

    async def queue(_key: str) -> MatterQueue:
        return await disputes.queue()

    return (
        Watch(RETURN, permit_return, rma),
        Watch(DISPUTE, permit_dispute, dispute),
        Watch(MATTERS, permit_matters, queue),
    )


def _permit(of: Return | OrderDispute, caller: Caller) -> None:
    if Asker(caller).side_of(of) is None:
        raise ChannelNotFound
