"""A process that only works in the background: `fastshop worker`, on as many machines as there is work for."""

from server.app import Addresses, open_shop
from server.settings import Settings
from server.stopping import until_stopped


async def work(settings: Settings, addresses: Addresses) -> None:
    """Do jobs and wake actors until SIGINT or SIGTERM."""
    async with until_stopped() as stopping, open_shop(settings, addresses):
        await stopping.wait()
