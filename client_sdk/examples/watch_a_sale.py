"""Watch the sale that is open now, as a guest: the units left, live, until it is over.

python watch_a_sale.py [http://localhost:8000]
"""

import asyncio
import sys

from fastshop import Happened, Shop, Snapshot
from fastshop.contract.flash_sales import SALE, ListSales, Phase, SaleState


async def main(url: str) -> None:
    """Watch until the sale is over."""
    async with Shop(url) as shop:
        sales = (await shop.call(ListSales(phase=Phase.OPEN))).items
        if not sales:
            print("No sale is open.")
            return
        print(f"{sales[0].title}, {sales[0].sale_price.amount / 100:.2f} {sales[0].sale_price.currency}")
        async for item in shop.watch(SALE.of(sales[0].id)):
            state = item.state if isinstance(item, Snapshot) else item.event
            if isinstance(state, SaleState):
                tell(state)
                if state.sale.phase in (Phase.ENDED, Phase.CANCELLED):
                    return
            elif isinstance(item, Happened):
                print(f"something new: {item.event}")


def tell(state: SaleState) -> None:
    """One line about where the sale stands."""
    sale = state.sale
    print(f"{state.time:%H:%M:%S}  {sale.left:4} left, {sale.held_count} held, {sale.sold_count} sold, {sale.phase}")


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:] or ["http://localhost:8000"]))
