"""A seller's picture on the running shop: sent as a body, made by a job, told live, served to everybody, removed."""

import io
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import aiohttp
import pytest
from PIL import Image

from fastshop import Shop, Snapshot, new_id
from fastshop.contract.catalog import PRODUCT, ListSellerProducts, ShowProduct
from fastshop.contract.media import ListMedia, MediaMade, MediaState, RemoveMedia
from tests.shop_process import ShopProcess
from tests.support import eventually

SELLER = ("seller@demo.fastshop.test", "fastshop-demo")


@pytest.fixture(scope="module")
def process() -> Iterator[ShopProcess]:
    folder = Path(tempfile.mkdtemp(prefix="fastshop-pictures-"))
    process = ShopProcess(folder)
    try:
        process.start()
        yield process
    finally:
        process.stop()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
async def http(process: ShopProcess) -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(process.address, cookie_jar=aiohttp.DummyCookieJar()) as session:
        yield session


async def test_a_picture_from_the_camera_to_the_visitor_and_away_again(
    process: ShopProcess, http: aiohttp.ClientSession
) -> None:
    async with Shop(process.address, transport="live") as shop:
        await shop.log_in(*SELLER)
        product = (await shop.call(ListSellerProducts(limit=1))).items[0]
        headers = await _signed_in(http)
        told = None
        async for item in shop.watch(PRODUCT.of(product.id)):
            if isinstance(item, Snapshot):
                params = {"media_id": str(new_id()), "alt": "From the front"}
                kind = {"content-type": "image/jpeg"}
                path = f"/api/v1/products/{product.id}/media"
                async with http.post(path, params=params, data=_photograph(), headers=headers | kind) as answer:
                    assert (answer.status, (await answer.json())["state"]) == (200, MediaState.WAITING)
            elif isinstance(item.event, MediaMade):
                told = item.event.media
                break
        ready = next(each for each in await shop.call(ListMedia(product_id=product.id)) if each.sources)
        assert told == ready
        assert [each.width for each in ready.sources] == [160, 320, 640, 1280, 1400]
        shown = await shop.call(ShowProduct(product=str(product.id)))
        assert shown.images[-1].url == ready.url
        for source in ready.sources:
            async with http.get(source.url) as served:
                assert (served.status, served.content_type) == (200, "image/webp")
                assert Image.open(io.BytesIO(await served.read())).size == (source.width, source.height)
        await shop.call(RemoveMedia(media_id=ready.id))

        async def gone() -> bool:
            async with http.get(ready.url) as served:
                return served.status == 404

        await eventually(gone)


async def test_what_is_no_picture_is_refused_and_a_form_is_taken(
    process: ShopProcess, http: aiohttp.ClientSession
) -> None:
    async with Shop(process.address) as shop:
        await shop.log_in(*SELLER)
        product = (await shop.call(ListSellerProducts(limit=1))).items[0]
    path = f"/api/v1/products/{product.id}/media"
    headers = await _signed_in(http)
    params = {"media_id": str(new_id())}
    async with http.post(path, params=params, data=b"<svg/>", headers=headers | {"content-type": "image/png"}) as said:
        assert (said.status, (await said.json())["code"]) == (400, "media.not_a_picture")
    form = aiohttp.FormData()
    form.add_field("file", _photograph(), filename="camera.jpg", content_type="image/jpeg")
    async with http.post(path, params=params, data=form, headers=headers) as said:
        assert (said.status, (await said.json())["id"]) == (200, params["media_id"])


async def _signed_in(http: aiohttp.ClientSession) -> dict[str, str]:
    async with http.post("/api/v1/auth/login", json={"email": SELLER[0], "password": SELLER[1]}) as answer:
        return {"authorization": f"Bearer {(await answer.json())['token']}"}


def _photograph() -> bytes:
    file = io.BytesIO()
    Image.effect_noise((1400, 900), 60).convert("RGB").save(file, "JPEG")
    return file.getvalue()
