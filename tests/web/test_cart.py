"""The cart: live on every tab, kept while there is no line, brought along at sign-in, and priced with its reasons."""

import re

from playwright.async_api import Locator, Page, expect

from fastshop.ids import new_id
from tests.web.conftest import Arrives
from tests.web.people import Person, goods
from tests.web.server import Line


async def test_a_guests_cart_is_live_on_their_tabs_and_comes_along_when_they_sign_in(
    arrives: Arrives, seller: Person
) -> None:
    product = await goods(seller, 1)
    guest = await arrives()
    cart = await guest.opens("/cart")
    await expect(cart.get_by_text("Your cart is empty")).to_be_visible()
    await guest.puts_in_cart(product, 2)
    await expect(_units(cart)).to_have_text("2")
    await expect(cart.get_by_role("link", name="Cart, 2 units")).to_be_visible()

    await guest.registers()
    await cart.reload()
    await expect(_units(cart)).to_have_text("2")
    phone = await (await arrives()).signs_in((await guest.does("GET", "/me"))["email"])
    other = await phone.opens("/cart")
    await expect(_units(other)).to_have_text("2")
    await other.get_by_role("button", name="One more").click()
    await expect(_units(cart)).to_have_text("3")
    await cart.get_by_role("button", name=re.compile("^Remove")).click()
    await expect(other.get_by_text("Your cart is empty")).to_be_visible()


async def test_what_is_done_without_a_line_is_kept_over_a_cut_and_counts_once(
    arrives: Arrives, seller: Person, line: Line
) -> None:
    product = await goods(seller, 1)
    person = await (await arrives(address=line.address, complains=True)).registers()
    page = await person.puts_in_cart(product, 1)
    cart = await person.opens("/cart")
    await expect(_units(cart)).to_have_text("1")
    line.cut()
    await expect(page.get_by_text("No connection right now")).to_be_visible()
    for expected in ("2", "3"):
        await cart.get_by_role("button", name="One more").click()
        await expect(_units(cart)).to_have_text(expected)
    await page.get_by_role("button", name="Add to cart").click()
    await expect(cart.get_by_text("kept here until the connection is back")).to_be_visible()
    # A page that is still to be downloaded comes with the line; until then one stays where one is.
    await page.get_by_role("button", name="Account of").click()
    await page.get_by_role("link", name="Account and devices").click()
    await expect(page.get_by_role("heading", level=1, name=product["title"])).to_be_visible()
    line.mend()
    await expect(page.get_by_role("heading", name="Your account")).to_be_visible()
    await expect(cart.get_by_text("kept here until the connection is back")).to_have_count(0)
    await expect(_units(cart)).to_have_text("4")
    await cart.reload()
    await expect(_units(cart)).to_have_text("4")


async def test_a_change_of_price_and_a_short_stock_are_told_in_the_cart(arrives: Arrives, seller: Person) -> None:
    product = await goods(seller, 1)
    guest = await arrives()
    await guest.puts_in_cart(product, 2)
    cart = await guest.opens("/cart")
    await expect(_units(cart)).to_have_text("2")
    variant = product["variants"][0]
    price = variant["price"] | {"amount": variant["price"]["amount"] + 100}
    await seller.does("PUT", f"/variants/{variant['id']}/price", price=price)
    await seller.does("PUT", f"/inventory/{variant['id']}", stock=1)
    await cart.reload()
    await expect(cart.get_by_text("when you put it in")).to_be_visible()
    await expect(cart.get_by_text("Only 1 left")).to_be_visible()


async def test_a_shared_cart_is_looked_at_and_copied_until_its_link_is_ended(arrives: Arrives, seller: Person) -> None:
    product = await goods(seller, 1)
    guest, friend = await arrives(), await arrives(complains=True)
    await guest.puts_in_cart(product, 2)
    cart = await guest.opens("/cart")
    await cart.get_by_role("button", name="Share this cart").click()
    link = await cart.get_by_label("Whoever has this link").input_value()
    page = await friend.opens(link)
    await page.get_by_role("button", name="Put all of it into my cart").click()
    await expect(_units(page)).to_have_text("2")
    await cart.get_by_role("button", name="End the link").click()
    await expect(cart.get_by_role("button", name="Share this cart")).to_be_visible()
    await page.goto(link)
    await expect(page.get_by_role("heading", name="There is nothing here")).to_be_visible()


async def test_a_coupon_lowers_the_cart_or_says_what_is_missing(arrives: Arrives, seller: Person) -> None:
    product = await goods(seller, 1)
    price = product["variants"][0]["price"]
    code = f"MORE-{new_id().hex[-8:].upper()}"
    terms = {
        "reward": {"type": "percent", "share": 1000},
        "scope": {"products": [product["id"]]},
        "min_order": price | {"amount": price["amount"] * 2 - 100},
    }
    await seller.does("POST", "/coupons", coupon_id=new_id(), code=code, name="Ten percent on two", terms=terms)
    guest = await arrives(complains=True)
    await guest.puts_in_cart(product, 1)
    cart = await guest.opens("/cart")
    await cart.get_by_label("Coupon").fill("no-such-code")
    await cart.get_by_role("button", name="Apply").click()
    await expect(cart.get_by_label("Coupon")).to_be_focused()
    await expect(cart.get_by_label("Coupon")).to_have_accessible_description("This code cannot be used.")

    await cart.get_by_label("Coupon").fill(code.lower())
    await cart.get_by_role("button", name="Apply").click()
    summary = cart.get_by_role("complementary", name="Summary")
    await expect(summary.locator(".unlocks")).to_contain_text("more")
    await summary.get_by_text("Discounts that do not apply").click()
    await expect(summary.locator(".why li")).to_contain_text("Ten percent on two")
    await cart.get_by_role("button", name="One more").click()
    await expect(summary.locator("dl div", has_text="Ten percent on two")).to_contain_text("-")
    why = cart.locator(".cart-lines .why")
    await why.get_by_text("Why this price?").click()
    await expect(why.get_by_role("listitem").first).to_contain_text("the list price")
    await expect(why.get_by_role("listitem").filter(has_text="Ten percent on two")).to_contain_text("off")
    await summary.get_by_role("button", name=f"Remove {code}").click()
    await expect(summary.locator("dl div", has_text="Ten percent on two")).to_have_count(0)


def _units(cart: Page) -> Locator:
    return cart.locator(".cart-lines output")
