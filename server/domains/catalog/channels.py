"""What may be watched of the goods."""

from fastshop.contract.catalog import PRODUCT, Product, ProductNotFound
from server.domains.catalog.browsing import Browsing
from server.kernel.caller import Caller
from server.kernel.channel import ChannelNotFound, Watch, key_id


def watches(browsing: Browsing) -> tuple[Watch, ...]:
    """The channels of this domain."""

    async def permit(key: str, caller: Caller) -> None:
        try:
            await browsing.visible(key_id(key), caller)
        except ProductNotFound:
            raise ChannelNotFound from None

    async def product(key: str) -> Product:
        try:
            return await browsing.get(key_id(key))
        except ProductNotFound:
            raise ChannelNotFound from None

    return (Watch(PRODUCT, permit, product),)
