"""People in front of their browsers."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

from playwright.async_api import APIResponse, Browser, BrowserContext, ConsoleMessage, Page, expect

from fastshop.ids import new_id

PASSWORD = "fastshop-demo"
SELLER = "seller@demo.fastshop.test"
ADMIN = "admin@demo.fastshop.test"
MANAGER = "manager@demo.fastshop.test"


class Person:
    """Somebody with a browser of their own. Whatever their browser complains about is kept in ``complaints``."""

    def __init__(self, context: BrowserContext, address: str) -> None:
        self.context = context
        self.address = address
        self.complaints: list[str] = []
        context.on("page", self._listen)

    @classmethod
    async def arrives(cls, browser: Browser, address: str, **settings: Any) -> "Person":
        """A new guest."""
        settings = {"viewport": {"width": 390, "height": 844}, "reduced_motion": "reduce"} | settings
        return cls(await browser.new_context(base_url=address, **settings), address)

    async def opens(self, path: str) -> Page:
        """A new tab at this address of the shop."""
        page = await self.context.new_page()
        await page.goto(path)
        return page

    async def registers(self, name: str = "Kim") -> "Person":
        """Opens an account, without the pages."""
        user_id = new_id()
        await self.does(
            "POST", "/auth/register", user_id=user_id, email=f"{user_id}@web.test", password=PASSWORD, name=name
        )
        return self

    async def opens_shop(self, manager: "Person") -> "Person":
        """Applies to sell and is let in by a manager, without the pages: a shop that no other test looks at."""
        application = new_id()
        contact = {"email": f"{application}@web.test", "phone": ""}
        words = {"name": f"Shop {application.hex[-6:]}", "slug": f"shop-{application.hex[-12:]}", "description": ""}
        apply = {"application_id": application, "country": "DE", "tax_number": "", "contact": contact} | words
        await self.does("POST", "/sellers/apply", **apply)
        await manager.does("POST", f"/sellers/applications/{application}/approve")
        return self

    async def opens_letter(self, to: str, subject: str) -> Page:
        """A new tab where the link in their latest mail of this subject leads. Mail comes a moment later."""
        page = await self.opens("/outbox")
        letter = page.locator("article").filter(has_text=to).filter(has_text=subject).first
        while not await letter.count():
            await page.reload()
        await letter.get_by_role("link").click()
        return page

    async def signs_in(self, email: str) -> "Person":
        """Signs in, without the pages."""
        await self.does("POST", "/auth/login", email=email, password=PASSWORD)
        return self

    async def does(self, verb: str, path: str, **fields: object) -> Any:
        """Asks the shop over HTTP, as a page would, and is answered."""
        answer: APIResponse = await self.context.request.fetch(
            f"{self.address}/api/v1{path}",
            method=verb,
            headers={"origin": self.address, "content-type": "application/json"},
            data=json.dumps(fields, default=str) if verb not in ("GET", "DELETE") else None,
        )
        assert answer.ok, f"{verb} {path}: {answer.status} {await answer.text()}"
        return await answer.json()

    async def puts_in_cart(self, product: dict[str, Any], quantity: int = 1) -> Page:
        """Opens a product's page and puts so many units into the cart there."""
        page = await self.opens(f"/p/{product['slug']}")
        for _ in range(quantity - 1):
            await page.get_by_role("button", name="One more").click()
        await page.get_by_role("button", name="Add to cart").click()
        await expect(page.get_by_text("in your cart", exact=False).first).to_be_visible()
        return page

    async def buys(self, seller: "Person", number: int = 2, quantity: int = 1) -> dict[str, Any]:
        """Buys from the seller, signed in and without the pages: the order."""
        product = await goods(seller, number)
        variant, checkout = product["variants"][0]["id"], new_id()
        await self.does("POST", "/cart/items", edit_id=new_id(), variant_id=variant, quantity=quantity)
        await self.does("POST", "/checkout", checkout_id=checkout)
        address = {"name": "Kim", "country": "DE", "street": "Lindenweg 1", "city": "Berlin", "postal_code": "10115"}
        await self.does("PUT", f"/checkout/{checkout}/address", address=address)
        ready = await self.does("PUT", f"/checkout/{checkout}/shipping", option="standard")
        paid = await self.does(
            "POST",
            f"/checkout/{checkout}/complete",
            payment_id=new_id(),
            payment_method="4242424242424242",
            total=ready["total"],
        )
        order: dict[str, Any] = await self.does("GET", f"/orders/{paid['checkout']['order_id']}")
        return order

    async def delivers(self, order: dict[str, Any]) -> None:
        """Accepts an order, sends all of it in one parcel and says that it has arrived; without the pages."""
        path, parcel = f"/seller/orders/{order['id']}", new_id()
        part = (await self.does("POST", f"{path}/accept", change_id=new_id(), version=order["version"]))["parts"][0]
        units = [{"line_id": line["id"], "quantity": line["ordered"]} for line in part["lines"]]
        told = {"shipment_id": parcel, "lines": units, "carrier": "", "tracking_number": ""}
        part = (await self.does("POST", f"{path}/ship", version=part["version"], **told))["parts"][0]
        arrived = {"change_id": new_id(), "parcel_id": parcel}
        await self.does("POST", f"{path}/deliver", version=part["version"], **arrived)

    def _listen(self, page: Page) -> None:
        page.on("console", self._heard)
        page.on("pageerror", lambda error: self.complaints.append(f"{page.url}: {error}"))

    def _heard(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.complaints.append(f"{message.location.get('url')}: {message.text}")


async def new_sale(seller: Person, *, units: int = 1, opens_in: float = -1, lasts: float = 600, **terms: object) -> str:
    """Puts a variant on sale, with stock enough; the sale's id. ``seller`` is signed in as one."""
    card = (await seller.does("GET", "/seller/products"))["items"][-1]
    variant = (await seller.does("GET", f"/products/{card['slug']}"))["variants"][0]
    await seller.does("PUT", f"/inventory/{variant['id']}", stock=units)
    start = datetime.now(UTC) + timedelta(seconds=opens_in)
    sale_id = new_id()
    await seller.does(
        "POST",
        "/flash-sales",
        sale_id=sale_id,
        variant_id=variant["id"],
        sale_price={"amount": 100, "currency": variant["price"]["currency"]},
        start_time=start.isoformat(),
        end_time=(start + timedelta(seconds=lasts)).isoformat(),
        quantity_limit=units,
        **terms,
    )
    return str(sale_id)


async def starts(seller: Person, sale_id: str, start: datetime) -> None:
    """Moves the start of a sale that was not open yet, while its pages are looked at."""
    sale = await seller.does("GET", f"/flash-sales/{sale_id}")
    kept = (
        "sale_price",
        "end_time",
        "quantity_limit",
        "per_customer_limit",
        "hold_seconds",
        "limit_by",
        "proof_of_work",
    )
    terms = {name: sale[name] for name in kept}
    await seller.does("PUT", f"/flash-sales/{sale_id}", start_time=start.isoformat(), **terms)


async def goods(seller: Person, number: int, *, stock: int = 20) -> dict[str, Any]:
    """A product of the seller, by its place in their list; the first variant, the one its page shows, is in stock."""
    card = (await seller.does("GET", "/seller/products"))["items"][number]
    product: dict[str, Any] = await seller.does("GET", f"/products/{card['slug']}")
    await seller.does("PUT", f"/inventory/{product['variants'][0]['id']}", stock=stock)
    return product


async def renames(seller: Person, product: dict[str, Any], title: str) -> None:
    """Edits nothing but the title, without the pages."""
    names = ("slug", "description", "category_id", "options", "images", "attributes", "variants")
    kept = {name: product[name] for name in names}
    kept["variants"] = [
        {name: it[name] for name in ("id", "sku", "options", "price", "compare_at_price", "stock")}
        for it in product["variants"]
    ]
    await seller.does("PUT", f"/products/{product['id']}", title=title, **kept)
