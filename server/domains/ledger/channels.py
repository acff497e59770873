"""What may be watched of the books."""

from fastshop.contract.accounts import Role
from fastshop.contract.ledger import EARNINGS, Earnings, SellerUnknown
from server.domains.ledger.reading import Reading
from server.kernel.caller import Caller
from server.kernel.channel import ChannelNotFound, Watch, key_id


def watches(reading: Reading) -> tuple[Watch, ...]:
    """The channels of this domain."""

    async def earnings(key: str) -> Earnings:
        try:
            return await reading.earnings(key_id(key))
        except SellerUnknown:
            raise ChannelNotFound from None

    async def permit(key: str, caller: Caller) -> None:
        if str(caller.seller_id) != key and not caller.is_any(Role.ADMIN, Role.MANAGER):
            raise ChannelNotFound
        await earnings(key)

    return (Watch(EARNINGS, permit, earnings),)
