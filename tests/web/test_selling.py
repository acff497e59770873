"""What sellers see and do."""

import re

from playwright.async_api import expect

from fastshop.ids import new_id
from tests.web.conftest import Arrives
from tests.web.people import MANAGER, Person, goods, new_sale


async def test_the_seller_sees_each_claim_as_it_happens(arrives: Arrives, seller: Person) -> None:
    sale = await new_sale(seller, units=2)
    ledger = await seller.opens(f"/seller/sales/{sale}")
    await expect(ledger.get_by_text("Nobody yet")).to_be_visible()
    buyer = await (await (await arrives()).registers()).opens(f"/sales/{sale}")
    await buyer.get_by_role("button", name="Claim yours").click()
    row = ledger.get_by_role("row").nth(1)
    await expect(row).to_contain_text("On hold")
    await buyer.get_by_role("button", name="Pay").click()
    await expect(row).to_contain_text("Paid")
    await expect(ledger.get_by_text("1 of 2 left")).to_be_visible()


async def test_somebody_elses_ledger_is_not_shown(arrives: Arrives, seller: Person) -> None:
    sale = await new_sale(seller)
    page = await (await (await arrives()).registers()).opens(f"/seller/sales/{sale}")
    await expect(page.get_by_text("You have no shop")).to_be_visible()
    await expect(page.get_by_role("heading", name="Claims")).to_have_count(0)


async def test_a_sale_is_made_in_the_form_and_a_refusal_stands_at_its_field(seller: Person) -> None:
    page = await seller.opens("/seller/sales")
    await page.get_by_role("button", name="New sale").click()
    await page.get_by_label("Sale price").fill("twelve")
    await page.get_by_role("button", name="Create the sale").click()
    await expect(page.get_by_label("Sale price")).to_be_focused()
    await expect(page.get_by_text("Please type an amount")).to_be_visible()

    await page.get_by_label("Sale price").fill("1.50")
    await page.get_by_label("Units", exact=True).fill("999999")
    await page.get_by_role("button", name="Create the sale").click()
    units = page.get_by_label("Units", exact=True)
    await expect(units).to_be_focused()
    await expect(units).to_have_accessible_description(re.compile("units are in stock"))

    await units.fill("1")
    await page.get_by_role("button", name="Create the sale").click()
    await expect(page.get_by_role("heading", name="Claims")).to_be_visible()
    await expect(page.get_by_text("1 of 1 left")).to_be_visible()


async def test_a_sale_is_edited_and_stopped(seller: Person) -> None:
    sale = await new_sale(seller, units=2, opens_in=600)
    page = await seller.opens(f"/seller/sales/{sale}")
    await page.get_by_role("button", name="Edit").click()
    await page.get_by_label("Units", exact=True).fill("1")
    await page.get_by_role("button", name="Save").click()
    await expect(page.get_by_text("1 of 1 left")).to_be_visible()
    await page.get_by_role("button", name="Call it off").click()
    await page.get_by_role("button", name="Yes, call it off").click()
    await expect(page.get_by_text("Cancelled", exact=True)).to_be_visible()


async def test_what_another_seller_offers_too_goes_into_the_cart_from_the_same_page(
    arrives: Arrives,
) -> None:
    manager = await (await arrives()).signs_in(MANAGER)
    seller = await (await (await arrives()).registers()).opens_shop(manager)
    card = (await seller.does("GET", "/products?sort=title"))["items"][0]
    product = await seller.does("GET", f"/products/{card['slug']}")
    variant = next((it for it in product["variants"] if it["stock"]), product["variants"][0])
    price = variant["price"] | {"amount": 123}
    offer = {"offer_id": new_id(), "variant_id": variant["id"], "sku": f"offer-{new_id()}", "price": price, "stock": 4}
    page = await seller.opens(f"/p/{card['slug']}")
    await expect(page.get_by_role("link", name="Offer it in your shop")).to_be_visible()
    made = await seller.does("POST", "/offers", **offer)
    await page.reload()
    await expect(page.get_by_role("region", name="Other sellers")).to_contain_text("4 units in stock")
    await expect(page.get_by_role("link", name="Offer it in your shop")).to_have_count(0)
    guest = await (await arrives()).opens(f"/p/{card['slug']}")
    row = guest.get_by_role("region", name="Other sellers").get_by_role("listitem")
    await expect(row).to_contain_text("1.23")
    await seller.does("PUT", f"/inventory/{made['id']}", stock=3)
    await expect(row).to_contain_text("3 units in stock")
    await row.get_by_role("button", name="Add to cart from").click()
    await guest.get_by_role("link", name="Cart, 1 unit").click()
    await expect(guest.locator(".cart-lines")).to_contain_text("1.23 each")


async def test_a_new_price_shows_at_once_to_who_looks_at_the_product(arrives: Arrives, seller: Person) -> None:
    product = await goods(seller, 6)
    page = await seller.opens("/seller/products")
    await page.get_by_role("button", name=f"price and stock of {product['title']}").first.click()
    form = page.get_by_role("form").first
    price = form.get_by_label("Price")
    guest = await (await arrives()).opens(f"/p/{product['slug']}")
    await expect(guest.get_by_role("heading", level=1)).to_be_visible()
    for name, value in product["variants"][0]["options"].items():
        await guest.get_by_role("group", name=name).get_by_text(value, exact=True).last.click()
    new = f"{product['variants'][0]['price']['amount'] / 100 + 1.01:.2f}"
    await price.fill(new)
    await form.get_by_role("button", name="Save").click()
    await expect(guest.locator(".price-large")).to_contain_text(f"{float(new):,.2f}")
