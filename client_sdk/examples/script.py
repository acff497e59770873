"""A script without asyncio: list the products of the demo shop with their prices, page by page.

python script.py [http://localhost:8000]
"""

import sys
from collections.abc import Iterator

from fastshop import SyncShop
from fastshop.contract.catalog import ListProducts, ProductCard, ProductSort


def main(url: str) -> None:
    """List the products."""
    with SyncShop(url) as shop:
        print(f"The shop's clock shows {shop.time():%H:%M:%S} UTC.")
        for number, product in enumerate(products(shop), start=1):
            price = f"{product.price.amount / 100:.2f} {product.price.currency}"
            print(f"{number:4}  {product.title:40.40}  {price:>12}  {product.seller.name}")


def products(shop: SyncShop) -> Iterator[ProductCard]:
    """All products, the cheapest first."""
    cursor: str | None = ""
    while cursor is not None:
        page = shop.call(ListProducts(sort=ProductSort.PRICE_UP, cursor=cursor, limit=100))
        yield from page.items
        cursor = page.next


if __name__ == "__main__":
    main(*sys.argv[1:] or ["http://localhost:8000"])
