"""What may be watched of carts.

A cart has a channel of its own, not the person's: a guest has no `user:{id}`, and of a cart only the present state
matters, while each event of a person does.
"""

from fastshop.contract.carts import CART, CartNotFound, CartState
from server.domains.carts.reading import Reading
from server.kernel.caller import Caller
from server.kernel.channel import ChannelNotFound, Watch, key_id


def watches(reading: Reading) -> tuple[Watch, ...]:
    """The channels of this domain."""

    async def permit(key: str, caller: Caller) -> None:
        try:
            await reading.check(key_id(key), caller)
        except CartNotFound:
            raise ChannelNotFound from None

    async def state(key: str) -> CartState:
        return await reading.state(key_id(key))

    return (Watch(CART, permit, state),)
