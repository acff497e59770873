"""A sale to claim in."""

from datetime import UTC, datetime, timedelta

from fastshop import Shop, new_id
from fastshop.contract.catalog import ListSellerProducts, Price, SetStock, ShowProduct
from fastshop.contract.flash_sales import CreateSale


async def prepare_sale(seller: Shop, quantity: int) -> CreateSale:
    """The command that puts so many units of something on sale, from now on, as many as one likes for everybody."""
    card = (await seller.call(ListSellerProducts(limit=1))).items[0]
    variant = (await seller.call(ShowProduct(product=str(card.id)))).variants[0]
    await seller.call(SetStock(variant_id=variant.id, stock=1_000_000))
    now = datetime.now(UTC)
    return CreateSale(
        sale_id=new_id(),
        variant_id=variant.id,
        sale_price=Price(100, variant.price.currency),
        start_time=now,
        end_time=now + timedelta(hours=1),
        quantity_limit=quantity,
        per_customer_limit=quantity,
        hold_seconds=3600,
    )
