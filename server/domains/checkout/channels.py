"""What may be watched of checkouts."""

from fastshop.contract.checkout import CHECKOUT, CheckoutNotFound, CheckoutState
from server.domains.checkout.rows import Rows
from server.kernel.caller import Caller
from server.kernel.channel import ChannelNotFound, Watch, key_id
from server.kernel.clock import Clock


def watches(rows: Rows, clock: Clock) -> tuple[Watch, ...]:
    """The channels of this domain."""

    async def permit(key: str, caller: Caller) -> None:
        try:
            await rows.own(key_id(key), caller)
        except CheckoutNotFound:
            raise ChannelNotFound from None

    async def state(key: str) -> CheckoutState:
        kept = await rows.find(key_id(key))
        if kept is None:
            raise ChannelNotFound
        return CheckoutState(time=clock.now(), checkout=kept.checkout)

    return (Watch(CHECKOUT, permit, state),)
