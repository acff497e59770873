"""What may be watched of flash sales."""

from fastshop.contract.flash_sales import SALE, SALE_DESK, SALE_LEDGER, SaleDesk, SaleLedger, SaleNotFound, SaleState
from server.domains.flash_sales.buying import Buying
from server.domains.flash_sales.selling import Selling
from server.kernel.caller import Caller
from server.kernel.channel import ChannelNotFound, Watch, anyone, key_id


def watches(selling: Selling, buying: Buying) -> tuple[Watch, ...]:
    """The channels of this domain."""

    async def state(key: str) -> SaleState:
        try:
            return await selling.state(key_id(key))
        except SaleNotFound:
            raise ChannelNotFound from None

    async def permit_ledger(key: str, caller: Caller) -> None:
        try:
            await selling.check_watches_ledger(key_id(key), caller)
        except SaleNotFound:
            raise ChannelNotFound from None

    async def ledger(key: str) -> SaleLedger:
        shown = await state(key)
        return SaleLedger(shown.sale, await buying.latest(key_id(key)), shown.line)

    async def desk(key: str) -> SaleDesk:
        return await selling.desk(key_id(key))

    return (
        Watch(SALE, anyone, state),
        Watch(SALE_LEDGER, permit_ledger, ledger),
        Watch(SALE_DESK, permit_ledger, desk),
    )
