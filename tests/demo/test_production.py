"""In production there is no demo: no accounts whose password everybody knows, no goods, no pictures."""

from pathlib import Path

import aiohttp
import pytest

from fastshop import Shop
from fastshop.contract.accounts import WrongCredentials
from fastshop.contract.catalog import ListProducts
from tests.shop_process import ShopProcess


async def test_a_shop_in_production_has_nothing_of_the_demo(tmp_path: Path) -> None:
    process = ShopProcess(
        tmp_path, FASTSHOP_MODE="production", PUBLIC_URL="https://shop.example", FASTSHOP_SECRET="x" * 32
    )
    process.start()
    try:
        async with Shop(process.address) as shop:
            with pytest.raises(WrongCredentials):
                await shop.log_in("admin@demo.fastshop.test", "fastshop-demo")
            assert (await shop.call(ListProducts())).items == ()
        picture = f"{process.address}/demo-images/lamp/x.svg"
        async with aiohttp.ClientSession() as session, session.get(picture) as response:
            assert not response.headers["content-type"].startswith("image/")
        assert "fastshop-demo" not in process.said()
    finally:
        process.stop()
