"""A shop whose money Stripe moves: from the claim over the browser's payment and Stripe's message to the order."""

import shutil
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, NamedTuple

import aiohttp
import pytest

from fastshop.ids import new_id
from tests.e2e.crowd import gather_crowd
from tests.shop_process import ShopProcess, copy_data
from tests.stripe.fake import KEY, WEBHOOK_SECRET, FakeStripe, signed


class Visit(NamedTuple):
    """A customer's way to the shop, and Stripe."""

    session: aiohttp.ClientSession
    fake: FakeStripe
    api: str
    token: str

    async def ask(self, verb: str, path: str, **fields: Any) -> Any:
        sent: dict[str, Any] = {"json": fields} if verb == "POST" else {"params": fields}
        headers = {"authorization": f"Bearer {self.token}"}
        async with self.session.request(verb, f"{self.api}{path}", headers=headers, **sent) as answer:
            body = await answer.json(content_type=None)
            assert answer.status == 200, body
            return body

    async def tell(self, body: bytes, signature: str, gateway: str = "stripe") -> int:
        """A message as a gateway sends it; the status that it is answered with."""
        url, headers = f"{self.api}/payments/webhooks/{gateway}", {"stripe-signature": signature}
        async with self.session.post(url, data=body, headers=headers) as answer:
            return answer.status


@pytest.fixture
async def visit(furnished: Path) -> AsyncIterator[Visit]:
    fake = FakeStripe()
    await fake.start()
    folder = Path(tempfile.mkdtemp(prefix="fastshop-stripe-"))
    settings = {"STRIPE_SECRET_KEY": KEY, "STRIPE_WEBHOOK_SECRET": WEBHOOK_SECRET, "STRIPE_PUBLIC_KEY": "pk_test_fake"}
    process = ShopProcess(folder, STRIPE_API_BASE=fake.url, **settings)
    try:
        copy_data(furnished, folder)
        process.start()
        (buyer,) = await gather_crowd(folder, 1)
        async with aiohttp.ClientSession() as session:
            yield Visit(session, fake, f"{process.address}/api/v1", buyer.token)
    finally:
        process.stop()
        shutil.rmtree(folder, ignore_errors=True)
        await fake.stop()


async def test_a_claim_paid_in_the_browser_is_an_order_when_stripe_says_so(visit: Visit) -> None:
    sales = (await visit.ask("GET", "/flash-sales", phase="open"))["items"]
    sale = next(each for each in sales if not each.get("limit_by") and not each.get("proof_of_work") and each["left"])
    claim_id, payment_id = str(new_id()), str(new_id())
    await visit.ask("POST", f"/flash-sales/{sale['id']}/claim", claim_id=claim_id, quantity=1)
    begun = await visit.ask("POST", "/payments/create-intent", payment_id=payment_id, pays_for=f"claim:{claim_id}")
    assert begun["public_key"] == "pk_test_fake"
    assert await visit.ask("GET", "/payments/gateway") == {
        "name": "stripe",
        "public_key": "pk_test_fake",
        "transfers": False,
    }
    (intent,) = visit.fake.intents.values()
    assert intent["client_secret"] == begun["client_secret"]
    visit.fake.confirm_in_browser(intent["id"], "pm_card_visa")
    body, signature = signed(visit.fake.events[-1])
    assert await visit.tell(body, signature.replace("v1=", "v1=0")) == 400
    assert await visit.tell(body, signature, "nobody") == 404
    assert (await visit.ask("GET", "/orders"))["items"] == []
    assert [await visit.tell(body, signature) for _ in range(2)] == [200, 200]
    (order,) = (await visit.ask("GET", "/orders"))["items"]
    assert order["payment_id"] == payment_id
    assert (await visit.ask("POST", "/payments/confirm", payment_id=payment_id))["status"] == "succeeded"
    receipt = await visit.ask("GET", f"/payments/{payment_id}/receipt")
    assert (receipt["pays_for"], receipt["payment"]["amount"]) == (f"claim:{claim_id}", order["total"])
    (paid,) = (await visit.ask("GET", "/payments/history", status="succeeded"))["items"]
    assert paid == await visit.ask("GET", f"/payments/{payment_id}")
    assert visit.fake.taken(payment_id) == order["total"]["amount"]
