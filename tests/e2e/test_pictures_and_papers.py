"""Files on the running shop: a seller's picture from the camera to the visitor, the papers of what somebody bought."""

import io
from collections.abc import AsyncIterator

import aiohttp
import pytest
from PIL import Image
from pypdf import PdfReader

from fastshop import Shop, Snapshot, new_id
from fastshop.contract.addresses import PostalAddress
from fastshop.contract.catalog import PRODUCT, ListSellerProducts, ShowProduct
from fastshop.contract.flash_sales import ClaimUnits, ListSales, Pay, Phase
from fastshop.contract.invoices import ShowInvoices
from fastshop.contract.media import ListMedia, MediaMade, MediaState, RemoveMedia
from tests.shop_process import ShopProcess
from tests.support import eventually

SELLER = ("seller@demo.fastshop.test", "fastshop-demo")
CUSTOMER = ("customer@demo.fastshop.test", "fastshop-demo")
OTHER = ("customer2@demo.fastshop.test", "fastshop-demo")


@pytest.fixture
async def http(demo_shop: ShopProcess) -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(demo_shop.address, cookie_jar=aiohttp.DummyCookieJar()) as session:
        yield session


async def test_a_picture_from_the_camera_to_the_visitor_and_away_again(
    demo_shop: ShopProcess, http: aiohttp.ClientSession
) -> None:
    async with Shop(demo_shop.address, transport="live") as shop:
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
    demo_shop: ShopProcess, http: aiohttp.ClientSession
) -> None:
    async with Shop(demo_shop.address) as shop:
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


async def test_who_bought_has_an_invoice_and_a_receipt_and_nobody_else_has(
    demo_shop: ShopProcess, http: aiohttp.ClientSession
) -> None:
    async with Shop(demo_shop.address) as shop:
        await shop.log_in(*CUSTOMER)
        sale = (await shop.call(ListSales(phase=Phase.OPEN))).items[0]
        claim = await shop.call(ClaimUnits(sale_id=sale.id, claim_id=new_id()))
        home = PostalAddress(name="Ann", street="Hauptstr. 5", city="Berlin", country="DE", postal_code="10117")
        pay = Pay(
            sale_id=sale.id,
            claim_id=claim.id,
            payment_id=new_id(),
            payment_method="4242424242424242",
            delivery_address=home,
        )
        order_id = (await shop.call(pay)).claim.order_id
        assert order_id is not None
        (invoice,) = await shop.call(ShowInvoices(order_id=order_id))
        assert invoice.total == claim.total
    for path, said in (
        (f"orders/{order_id}/invoice", invoice.number),
        (f"payments/{pay.payment_id}/receipt", "Paid by"),
    ):
        headers = await _signed_in(http, CUSTOMER) | {"accept": "application/pdf"}
        async with http.get(f"/api/v1/{path}", headers=headers) as answer:
            assert (answer.status, answer.content_type) == (200, "application/pdf")
            assert said in PdfReader(io.BytesIO(await answer.read())).pages[0].extract_text()
        async with http.get(f"/api/v1/{path}", headers=await _signed_in(http, OTHER)) as answer:
            assert answer.status == 404


async def _signed_in(http: aiohttp.ClientSession, who: tuple[str, str] = SELLER) -> dict[str, str]:
    async with http.post("/api/v1/auth/login", json={"email": who[0], "password": who[1]}) as answer:
        return {"authorization": f"Bearer {(await answer.json())['token']}"}


def _photograph() -> bytes:
    file = io.BytesIO()
    Image.effect_noise((1400, 900), 60).convert("RGB").save(file, "JPEG")
    return file.getvalue()
