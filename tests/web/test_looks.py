"""Every page, small and wide, light and dark: nothing overflows, the policy refuses nothing, nobody is shut out."""

import re
from datetime import UTC, datetime, timedelta
from typing import Literal

import pyotp
import pytest
from playwright.async_api import Route, expect

from fastshop.ids import new_id
from tests.web.conftest import Arrives
from tests.web.looking import check, shot
from tests.web.people import ADMIN, MANAGER, PASSWORD, Person, goods, new_sale, renames, starts

# What Google's web vitals call good is 0.1.
_SHIFT = 0.1
_WATCH_SHIFTS = """() => {
  window.shifted = 0;
  new PerformanceObserver((list) => {
    for (const it of list.getEntries()) if (!it.hadRecentInput) window.shifted += it.value;
  }).observe({ type: "layout-shift", buffered: true });
}"""

Scheme = Literal["light", "dark"]

# A phone's width moves most, and is looked at everywhere; what all see first is looked at wide, too. Schemes colour
# what all pages share: each has its half of them.
_SMALL_AND_WIDE = pytest.mark.parametrize(("width", "scheme"), [(320, "light"), (1280, "dark")])
_SMALL_AND_LIGHT = pytest.mark.parametrize(("width", "scheme"), [(320, "light")])
_SMALL_AND_DARK = pytest.mark.parametrize(("width", "scheme"), [(320, "dark")])


@_SMALL_AND_WIDE
async def test_guests_pages_fit_and_are_open_to_all(
    arrives: Arrives, seller: Person, width: int, scheme: Scheme
) -> None:
    sale = await new_sale(seller, units=3)
    soon = await new_sale(seller, units=3, opens_in=600)
    guest = await arrives(viewport={"width": width, "height": 800}, color_scheme=scheme)
    await guest.puts_in_cart(await goods(seller, 1), 3)
    slug = (await guest.does("GET", "/products"))["items"][0]["slug"]
    category = (await guest.does("GET", "/categories"))[0]["slug"]
    pages = {
        "shop": "/",
        "category": f"/c/{category}",
        "product": f"/p/{slug}",
        "cart": "/cart",
        "sales": "/sales",
        "sale-open": f"/sales/{sale}",
        "sale-soon": f"/sales/{soon}",
        "sign-in": "/sign-in",
        "nowhere": "/nowhere",
    }
    await _look_at(guest, pages, f"{width}-{scheme}")


@_SMALL_AND_LIGHT
async def test_customers_pages_fit_and_are_open_to_all(
    arrives: Arrives, seller: Person, width: int, scheme: Scheme
) -> None:
    customer = await (await arrives(viewport={"width": width, "height": 800}, color_scheme=scheme)).registers()
    page = await customer.opens(f"/sales/{await new_sale(seller)}")
    await page.get_by_role("button", name="Claim yours").click()
    await page.get_by_role("button", name="Give it back").wait_for()
    await check(page, f"sale-held-{width}-{scheme}")
    await page.get_by_label("Is declined").check()
    await page.get_by_role("button", name="Pay").click()
    await expect(page.get_by_role("alert")).to_be_visible()
    await check(page, f"sale-declined-{width}-{scheme}")
    await page.get_by_label("Works").first.check()
    await page.get_by_role("button", name="Pay").click()
    await expect(page.get_by_text("It is yours.")).to_be_visible()
    await check(page, f"sale-paid-{width}-{scheme}")
    order = await page.get_by_role("link", name="See the order").get_attribute("href")
    await _look_at(customer, {"orders": "/orders", "order": str(order), "account": "/account"}, f"{width}-{scheme}")


@_SMALL_AND_DARK
async def test_the_pages_of_an_account_fit_and_are_open_to_all(arrives: Arrives, width: int, scheme: Scheme) -> None:
    # A browser notes the 401 that asks for the code.
    person = await arrives(viewport={"width": width, "height": 800}, color_scheme=scheme, complains=True)
    await person.registers()
    pages = {
        "forgot": "/account/forgot",
        "reset": "/account/reset#token=none",
        "verify": "/account/verify#token=none",
        "social": "/account/social/elsewhere",
        "cart-restore": "/cart/restore#token=none",
        "cart-reminders": "/cart/reminders#token=none",
        "security": "/account/security",
    }
    await _look_at(person, pages, f"{width}-{scheme}")
    page = await person.opens("/account/addresses")
    await page.get_by_role("button", name="Add an address").click()
    await page.get_by_label("Country").select_option("US")
    await page.get_by_role("button", name="Save the address").click()
    await expect(page.get_by_label("State or province")).to_be_visible()
    await check(page, f"address-form-{width}-{scheme}")
    await page.goto("/account/cards")
    await page.get_by_role("button", name="Add a card").click()
    await check(page, f"card-form-{width}-{scheme}")
    await page.get_by_role("button", name="Save the card").click()
    await expect(page.get_by_text("Default")).to_be_visible()
    await check(page, f"cards-{width}-{scheme}")
    await page.goto("/account/keys")
    await page.get_by_role("button", name="New key").click()
    await page.get_by_role("button", name="Make the key").click()
    await check(page, f"key-form-{width}-{scheme}")
    await page.get_by_role("textbox", name="Name", exact=True).fill("Books")
    await page.get_by_label("Your password").fill(PASSWORD)
    await page.get_by_role("group", name="orders").get_by_label("read").check()
    await page.get_by_role("button", name="Make the key").click()
    await page.get_by_role("button", name="Revoke Books").click()
    await check(page, f"key-made-{width}-{scheme}")

    await page.goto("/account/security")
    await page.get_by_role("button", name="Set it up").click()
    await page.get_by_label("Your password").fill(PASSWORD)
    await page.get_by_role("button", name="Go on").click()
    secret = await page.locator("code.key").inner_text()
    await check(page, f"second-step-{width}-{scheme}")
    await page.get_by_label("Code").fill(pyotp.TOTP(secret.replace(" ", "")).now())
    await page.get_by_role("button", name="Turn it on").click()
    await expect(page.get_by_text("Your recovery codes")).to_be_visible()
    await check(page, f"recovery-codes-{width}-{scheme}")
    email = (await person.does("GET", "/me"))["email"]
    await person.context.clear_cookies()
    await page.goto("/sign-in")
    await page.get_by_label("E-mail").fill(email)
    await page.get_by_label("Password").fill(PASSWORD)
    await page.get_by_role("button", name="Sign in", exact=True).click()
    await expect(page.get_by_label("Code")).to_be_visible()
    await check(page, f"code-step-{width}-{scheme}")


@_SMALL_AND_DARK
async def test_the_pages_of_the_office_fit_and_are_open_to_all(arrives: Arrives, width: int, scheme: Scheme) -> None:
    admin = await arrives(viewport={"width": width, "height": 800}, color_scheme=scheme)
    await admin.signs_in(ADMIN)
    user = (await admin.does("GET", "/users?query=customer9"))["items"][0]
    await admin.does("PUT", f"/users/{user['id']}", name=user["name"], session_limit=2)
    pages = {
        "users": "/admin/users",
        "user": f"/admin/users/{user['id']}",
        "audit": "/admin/audit",
        "payments": "/manager/payments",
        "transfers": "/manager/transfers",
        "payouts": "/manager/payouts",
        "office-shipping": "/manager/shipping",
        "disputes": "/manager/disputes",
        "commission": "/manager/commission",
        "taxes": "/manager/taxes",
        "exemptions": "/manager/tax-exemptions",
        "sellers": "/manager/sellers",
        "moderation": "/manager/moderation",
        "groups": "/manager/groups",
        "carts": "/manager/carts",
        "office-stock": "/manager/stock",
        "office-catalog": "/manager/catalog",
        "office-reviews": "/manager/reviews",
        "access": "/admin/access",
    }
    await _look_at(admin, pages, f"{width}-{scheme}")
    page = await admin.opens("/admin/roles")
    await page.get_by_role("button", name="Edit Manager").click()
    await page.get_by_label("Everything that is made for it").uncheck()
    # Taken away from everything, not from nothing.
    await expect(page.get_by_role("group", name="orders").get_by_label("read")).to_be_checked()
    await check(page, f"roles-{width}-{scheme}")


@_SMALL_AND_LIGHT
async def test_applying_to_sell_and_deciding_fit_and_are_open_to_all(
    arrives: Arrives, seller: Person, width: int, scheme: Scheme
) -> None:
    size = {"width": width, "height": 800}
    applicant = await (await arrives(viewport=size, color_scheme=scheme, complains=True)).registers()
    await _look_at(applicant, {"join": "/seller/join#token=none"}, f"{width}-{scheme}")
    page = await applicant.opens("/seller/apply")
    await page.get_by_role("button", name="Apply").click()
    await expect(page.get_by_text("Please type what your shop is called.")).to_be_visible()
    await check(page, f"apply-{width}-{scheme}")
    name = f"Looks {new_id().hex[-6:]}"
    await page.get_by_label("Name of your shop").fill(name)
    await page.get_by_label("What do you sell?").fill("Lamps and what hangs below them.")
    await page.get_by_role("button", name="Apply").click()
    await expect(page.get_by_text("We are looking at it")).to_be_visible()
    await check(page, f"applied-{width}-{scheme}")

    manager = await (await arrives(viewport=size, color_scheme=scheme)).signs_in(MANAGER)
    desk = await manager.opens("/manager/applications")
    await desk.get_by_role("button", name=f"Reject {name}").click()
    await desk.get_by_role("button", name=f"Reject {name}").click()
    await expect(desk.get_by_text("Please type the reason.")).to_be_visible()
    await check(desk, f"applications-{width}-{scheme}")

    product = await goods(seller, 8)
    await manager.does("PUT", f"/sellers/{product['seller']['id']}/moderation", moderated=True)
    try:
        await renames(seller, product, f"Renamed {name}")
        await desk.goto("/manager/moderation")
        await expect(desk.get_by_role("region", name="Published now", exact=True)).to_be_visible()
        await check(desk, f"moderation-waiting-{width}-{scheme}")
    finally:
        await renames(seller, product, product["title"])
        await manager.does("PUT", f"/sellers/{product['seller']['id']}/moderation", moderated=None)
    people = await seller.context.storage_state()
    shop = await (await arrives(storage_state=people, viewport=size, color_scheme=scheme)).opens("/seller/staff")
    await shop.get_by_role("button", name="Invite somebody").click()
    await shop.get_by_label("E-mail").fill("helper@web.test")
    await shop.get_by_role("button", name="Send the invitation").click()
    await expect(shop.get_by_text("Please tick at least one.")).to_be_visible()
    await check(shop, f"invite-{width}-{scheme}")


@_SMALL_AND_WIDE
async def test_the_checkout_fits_and_is_open_to_all(
    arrives: Arrives, seller: Person, width: int, scheme: Scheme
) -> None:
    customer = await (await arrives(viewport={"width": width, "height": 800}, color_scheme=scheme)).registers()
    product = await goods(seller, 4)
    await customer.does("POST", f"/products/{product['id']}/reviews", review_id=new_id(), stars=4, text="Works well.")
    page = await customer.puts_in_cart(product, 2)
    await expect(page.get_by_role("article", name="Review of").first).to_be_visible()
    await check(page, f"product-reviewed-{width}-{scheme}")
    await page.goto("/cart")
    await page.get_by_role("button", name="Go to checkout").click()
    await page.get_by_label("Country").select_option("DE")
    await page.get_by_role("button", name="Deliver here").click()
    await expect(page.get_by_text("This is needed.").first).to_be_visible()
    await check(page, f"checkout-address-{width}-{scheme}")
    for label in ("Name", "Street and number", "Postal code", "City"):
        await page.get_by_label(label, exact=True).fill("10115")
    await page.get_by_role("button", name="Deliver here").click()
    await page.get_by_label("Standard").check()
    await expect(page.get_by_role("button", name="Pay")).to_be_visible()
    await check(page, f"checkout-pay-{width}-{scheme}")
    await page.get_by_role("button", name="Pay").click()
    await expect(page.get_by_text("Total, paid")).to_be_visible()
    await check(page, f"order-new-{width}-{scheme}")


@_SMALL_AND_DARK
async def test_who_waits_sees_pages_that_fit_and_are_open_to_all(
    arrives: Arrives, seller: Person, width: int, scheme: Scheme
) -> None:
    first = await (await arrives()).registers()
    customer = await (await arrives(viewport={"width": width, "height": 800}, color_scheme=scheme)).registers()
    sale = await new_sale(seller, units=1, opens_in=290, limit_by=["address"])
    for person in (first, customer):
        await person.does("POST", f"/flash-sales/{sale}/join", place_id=new_id())
    page = await customer.opens(f"/sales/{sale}")
    await expect(page.get_by_text("You are in the lobby", exact=True)).to_be_visible()
    await page.get_by_text("How the lobby is drawn").click()
    await check(page, f"sale-lobby-{width}-{scheme}")
    waits, held = page.get_by_text("You are next"), page.get_by_label("Street and number")
    await starts(seller, sale, datetime.now(UTC) + timedelta(seconds=2))
    await expect(waits.or_(held).first).to_be_visible()
    await page.get_by_role("button", name="Check the draw").click()
    await expect(page.get_by_text("The order of all 2 places follows")).to_be_visible()
    await check(page, f"sale-drawn-{width}-{scheme}")


@_SMALL_AND_LIGHT
async def test_sellers_pages_fit_and_are_open_to_all(
    arrives: Arrives, seller: Person, width: int, scheme: Scheme
) -> None:
    sale = await new_sale(seller, units=3)
    state = await seller.context.storage_state()
    person = await arrives(storage_state=state, viewport={"width": width, "height": 800}, color_scheme=scheme)
    pages = {
        "seller-sales": "/seller/sales",
        "seller-sale": f"/seller/sales/{sale}",
        "seller-products": "/seller/products",
        "seller-new-product": "/seller/products/new",
        "seller-product": f"/seller/products/{(await goods(seller, 5))['id']}",
        "seller-import": "/seller/products/import",
        "seller-shipping": "/seller/shipping",
        "seller-stock": "/seller/stock",
        "seller-coupons": "/seller/coupons",
        "seller-preview": "/seller/preview",
        "seller-settings": "/seller/settings",
        "seller-earnings": "/seller/earnings",
        "seller-staff": "/seller/staff",
        "store": "/shops/pixelwerk",
    }
    await _look_at(person, pages, f"{width}-{scheme}")
    page = await person.opens(f"/seller/orders/{(await (await (await arrives()).registers()).buys(seller))['id']}")
    await page.get_by_role("button", name="Accept the order").click()
    await expect(page.get_by_role("heading", name="Send a parcel")).to_be_visible()
    await check(page, f"seller-order-{width}-{scheme}")
    await page.goto("/seller/coupons")
    await page.get_by_role("button", name="New coupon").click()
    await page.get_by_text("For what, for whom, together with what").click()
    await page.get_by_role("button", name="Make the coupon").click()
    await expect(page.get_by_text("Please type what customers read.")).to_be_visible()
    await check(page, f"seller-coupon-{width}-{scheme}")
    await page.goto("/seller/sales")
    await page.get_by_role("button", name="New sale").click()
    await page.get_by_role("button", name="Create the sale").click()
    await expect(page.get_by_text("Please type an amount")).to_be_visible()
    await check(page, f"seller-form-{width}-{scheme}")


@_SMALL_AND_DARK
async def test_the_page_of_the_live_interface_fits_and_is_open_to_all(
    arrives: Arrives, width: int, scheme: Scheme
) -> None:
    person = await arrives(viewport={"width": width, "height": 800}, color_scheme=scheme)
    page = await person.opens("/docs/socket#operation-flash_sales.claim")
    claim = page.locator("[id='operation-flash_sales.claim']")
    await expect(claim.get_by_role("link", name="SoldOut")).to_be_in_viewport()
    await expect(page.get_by_role("link", name="Channels")).to_be_visible()
    await page.screenshot(path=shot(f"docs-socket-{width}-{scheme}"))

    # What is found is little, and of all kinds: it tells of the other nine hundred entries, in a tenth of the time.
    await page.get_by_label("Search").fill("WATCH sale")
    await expect(page.get_by_role("status")).to_have_text(re.compile(r"^\d+ found$"))
    await expect(claim).to_have_count(0)
    for entry in await page.locator(".doc-entries summary").all():
        await entry.click()
    await check(page, f"docs-socket-found-{width}-{scheme}")

    # A link to what is not among them shows all again.
    await page.evaluate("location.hash = 'schema-SoldOut'")
    await expect(page.locator("#schema-SoldOut").get_by_role("table")).to_be_in_viewport()
    await page.get_by_label("Search").fill("nonsense")
    await expect(page.get_by_text("Nothing has these words.")).to_be_visible()


async def test_the_page_of_the_http_interface_loads_nothing_from_elsewhere(arrives: Arrives) -> None:
    person = await arrives(viewport={"width": 1280, "height": 900})
    asked: list[str] = []
    person.context.on("request", lambda request: asked.append(request.url))
    page = await person.context.new_page()
    await page.route("**/openapi.json", _shortened)
    await page.goto("/docs/api")
    # The page shows what is on the screen, and makes the rest when one comes to it.
    await expect(page.get_by_text("/api/v1/auth/2fa/login", exact=False).first).to_be_visible()
    assert [url for url in asked if not url.startswith((person.address, "data:"))] == []
    await page.screenshot(path=shot("docs-api"))


async def _shortened(route: Route) -> None:
    """The document with a tenth of its operations: to lay them all out takes long, and shows nothing more."""
    answer = await route.fetch()
    document = await answer.json()
    document["paths"] = dict(list(document["paths"].items())[:30])
    await route.fulfill(response=answer, json=document)


async def _look_at(person: Person, pages: dict[str, str], kind: str) -> None:
    page = await person.context.new_page()
    for name, path in pages.items():
        await page.goto(path)
        await page.evaluate(_WATCH_SHIFTS)
        await expect(page.get_by_role("heading", level=1)).to_be_visible()
        await expect(page.locator("[aria-busy=true]")).to_have_count(0)
        await check(page, f"{name}-{kind}")
        shifted: float = await page.evaluate("shifted")
        assert shifted < _SHIFT, f"{name} jumped by {shifted}"
    await page.close()
