"""In production there is no demo: no accounts whose password everybody knows, no goods, no pictures."""

from pathlib import Path

import aiohttp
import pytest

from fastshop import Shop
from fastshop.contract.accounts import WrongCredentials
from fastshop.contract.catalog import ListProducts
from server.settings import SettingsError, read_settings
from tests.shop_process import ShopProcess


async def test_a_shop_in_production_has_nothing_of_the_demo(tmp_path: Path) -> None:
    process = ShopProcess(
        tmp_path,
        FASTSHOP_MODE="production",
        PUBLIC_URL="https://shop.example",
        FASTSHOP_SECRET="x" * 32,
        FASTSHOP_SIMULATED_GATEWAY="yes",
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


EARNEST = {
    "FASTSHOP_MODE": "production",
    "FASTSHOP_SECRET": "x" * 32,
    "PUBLIC_URL": "https://shop.example",
    "STRIPE_SECRET_KEY": "sk_live_x",
    "STRIPE_WEBHOOK_SECRET": "whsec_x",
}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("FASTSHOP_SECRET", ""),
        ("FASTSHOP_SECRET", "x" * 31),
        ("PUBLIC_URL", ""),
        ("PUBLIC_URL", "http://shop.example"),
        ("STRIPE_SECRET_KEY", ""),
    ],
)
def test_a_shop_in_production_does_not_start_with_what_is_good_enough_for_a_demo(name: str, value: str) -> None:
    assert read_settings(EARNEST).production
    with pytest.raises(SettingsError, match=name):
        read_settings(EARNEST | {name: value})
