"""What may be watched of the goods."""

from collections.abc import Awaitable

from fastshop.contract.accounts import Role
from fastshop.contract.catalog import PRODUCT, PRODUCT_DESK, Product, ProductNotFound, ProductStatus
from fastshop.contract.publishing import MODERATION, ModerationQueue
from server.domains.catalog.browsing import Browsing
from server.domains.catalog.submissions import Submissions
from server.kernel.caller import Caller
from server.kernel.channel import ChannelNotFound, Watch, key_id


def watches(browsing: Browsing, submissions: Submissions) -> tuple[Watch, ...]:
    """The channels of this domain. Of a product's two only one is there, see `announcing`."""

    async def permit(key: str, caller: Caller) -> None:
        await found(browsing.visible(key_id(key), caller), for_sale=True)

    async def product(key: str) -> Product:
        return await found(browsing.get(key_id(key)), for_sale=True)

    async def permit_desk(key: str, caller: Caller) -> None:
        await found(browsing.insight(key_id(key), caller), for_sale=False)

    async def desk(key: str) -> Product:
        return await found(browsing.get(key_id(key)), for_sale=False)

    async def found(asked: Awaitable[Product], *, for_sale: bool) -> Product:
        try:
            product = await asked
        except ProductNotFound:
            raise ChannelNotFound from None
        if (product.status is ProductStatus.ACTIVE) is not for_sale:
            raise ChannelNotFound
        return product

    async def permit_queue(_key: str, caller: Caller) -> None:
        if not caller.is_any(Role.ADMIN, Role.MANAGER):
            raise ChannelNotFound

    async def queue(_key: str) -> ModerationQueue:
        return await submissions.queue()

    return (
        Watch(PRODUCT, permit, product),
        Watch(PRODUCT_DESK, permit_desk, desk),
        Watch(MODERATION, permit_queue, queue),
    )
