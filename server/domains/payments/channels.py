"""What may be watched of payments."""

from datetime import datetime

from fastshop.contract.accounts import Role
from fastshop.contract.transfers import TRANSFERS, TransfersMoved
from server.kernel.caller import Caller
from server.kernel.channel import ChannelNotFound, Watch
from server.kernel.clock import Clock
from server.kernel.database import Transaction


def watches(clock: Clock) -> tuple[Watch, ...]:
    """The channels of this domain."""

    async def permit(_key: str, caller: Caller) -> None:
        if not caller.is_any(Role.ADMIN, Role.MANAGER):
            raise ChannelNotFound

    async def now(_key: str) -> TransfersMoved:
        return TransfersMoved(time=clock.now())

    return (Watch(TRANSFERS, permit, now),)


def moved(transaction: Transaction, now: datetime) -> None:
    """Tell who watches the transfers that something about them changes."""
    transaction.show(TRANSFERS.of(), TransfersMoved(time=now))
