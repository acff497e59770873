"""What happens after something was decided about a seller."""

from fastshop.contract.catalog import StockLow
from fastshop.contract.orders import OrderPlaced
from fastshop.contract.sellers import ApplicationDecided, SellerReinstated, SellerSuspended
from fastshop.contract.staff import StaffInvited
from server.domains.sellers.letters import SellerLetters
from server.domains.sellers.ports import Goods, Sales
from server.domains.sellers.stores import Stores
from server.kernel.job import Job


def jobs(letters: SellerLetters, stores: Stores, goods: Goods, sales: Sales) -> tuple[Job, ...]:
    """The jobs of this domain."""

    async def hide(event: SellerSuspended) -> None:
        if await stores.is_suspended(event.seller_id):
            await sales.call_off(event.seller_id)
        await goods.tell(event.seller_id)

    async def show(event: SellerReinstated) -> None:
        await goods.tell(event.seller_id)

    return (
        Job("sellers.mail_decision", ApplicationDecided, letters.decision, retries=30),
        Job("sellers.mail_suspension", SellerSuspended, letters.suspended, retries=30),
        Job("sellers.mail_reinstatement", SellerReinstated, letters.reinstated, retries=30),
        Job("sellers.mail_low_stock", StockLow, letters.stock_low, retries=30),
        Job("sellers.mail_order", OrderPlaced, letters.ordered, retries=30),
        Job("sellers.mail_invitation", StaffInvited, letters.invitation, retries=30),
        Job("sellers.hide_goods", SellerSuspended, hide, is_long=True),
        Job("sellers.show_goods", SellerReinstated, show, is_long=True),
    )
