"""Looking around, and who one is."""

import asyncio
import json
import re
from collections.abc import Callable
from functools import partial

from playwright.async_api import WebSocketRoute, expect

from fastshop.ids import new_id
from tests.web.conftest import Arrives
from tests.web.people import MANAGER, PASSWORD, Person, goods, new_sale, renames

# As a click on a link goes there.
_GO = "(path) => { history.pushState(null, '', path); dispatchEvent(new PopStateEvent('popstate')); }"


async def test_the_shop_is_walked_by_category_page_and_order(arrives: Arrives) -> None:
    page = await (await arrives(viewport={"width": 1280, "height": 900})).opens("/")
    cards = page.locator("a.card[href^='/p/']")
    await expect(cards).to_have_count(24)
    await page.get_by_role("button", name="Show more").click()
    await expect(cards).to_have_count(48)
    await expect(cards.nth(24)).to_be_focused()

    tree = page.get_by_role("navigation", name="Categories", exact=True)
    await tree.get_by_role("link").first.click()
    await expect(page).to_have_url(re.compile("/c/"))
    await expect(page.locator("main")).to_be_focused()
    await expect(tree.locator("ul ul")).to_be_visible()
    await page.get_by_label("Sort by").select_option("price_up")
    await expect(page).to_have_url(re.compile("sort=price_up"))
    await expect(cards.first).to_be_visible()
    await cards.first.click()
    await expect(page).to_have_url(re.compile("/p/"))
    await page.go_back()
    await expect(page).to_have_url(re.compile("sort=price_up"))
    await expect(cards.first).to_be_visible()


async def test_a_list_is_narrowed_by_what_products_say_of_themselves(arrives: Arrives, seller: Person) -> None:
    product, code = await goods(seller, 6), f"mood-{new_id().hex[-6:]}"
    manager = await (await arrives()).signs_in(MANAGER)
    path = next(it for it in await manager.does("GET", "/categories") if it["id"] == product["category_id"])["slug"]
    about = {"kind": "choice", "choices": ["calm", "wild, or so"], "filterable": True}
    category = {"category_id": product["category_id"]}
    await manager.does("POST", "/attributes", attribute_id=new_id(), code=code, name="Mood", **about, **category)
    await renames(seller, product | {"attributes": product["attributes"] | {code: "calm"}}, product["title"])
    page = await (await arrives()).opens(f"/c/{path}?sort=title")
    cards = page.locator("a.card[href^='/p/']")
    await expect(cards.nth(1)).to_be_visible()
    await page.get_by_label("Mood").select_option("Mood: calm")
    await expect(cards).to_have_count(1)
    await expect(cards.first).to_contain_text(product["title"])
    await expect(page).to_have_url(re.compile("sort=title&having=mood"))
    await page.reload()
    await expect(page.get_by_label("Mood")).to_have_value("calm")
    await page.get_by_label("Mood").select_option("Mood: any")
    await expect(cards.nth(1)).to_be_visible()


async def test_an_address_that_leads_nowhere_says_so(arrives: Arrives) -> None:
    # The browser itself notes a 404 of the interface in its console.
    person = await arrives(complains=True)
    for path in (
        "/nowhere",
        "/c/no-such-category",
        "/p/no-such-product",
        "/sales/01900000-0000-7000-8000-000000000001",
    ):
        page = await person.opens(path)
        await expect(page.get_by_role("heading", name="There is nothing here")).to_be_visible()


async def test_what_is_wrong_in_a_form_stands_at_its_field(arrives: Arrives) -> None:
    page = await (await arrives(complains=True)).opens("/sign-in")
    await page.get_by_role("button", name="Sign in").click()
    await expect(page.get_by_label("E-mail")).to_be_focused()
    await page.get_by_label("E-mail").fill("customer@demo.fastshop.test")
    await page.get_by_label("Password").fill("wrong")
    await page.get_by_role("button", name="Sign in").click()
    await expect(page.get_by_role("alert")).to_contain_text("E-mail or password is wrong")

    await page.get_by_role("button", name="Create an account").click()
    await page.get_by_label("Your name").fill("Kim")
    await page.get_by_label("E-mail").fill("customer@demo.fastshop.test")
    await page.get_by_label("Password").fill("12345")
    await page.get_by_role("button", name="Create the account").click()
    await expect(page.get_by_label("Password")).to_be_focused()
    await page.get_by_label("Password").fill(PASSWORD)
    await page.get_by_role("button", name="Create the account").click()
    await expect(page.get_by_label("E-mail")).to_be_focused()
    await expect(page.get_by_label("E-mail")).to_have_accessible_description(re.compile("There is an account"))


async def test_a_device_that_is_signed_out_from_another_becomes_a_guest_at_once(arrives: Arrives) -> None:
    phone = await (await arrives()).registers()
    page = await phone.opens("/orders")
    await expect(page.get_by_role("heading", name="My orders")).to_be_visible()
    email = (await phone.does("GET", "/me"))["email"]
    laptop = await (await arrives(user_agent="Laptop Firefox/140.0 Linux")).signs_in(email)
    account = await laptop.opens("/account/security")
    await expect(account.get_by_text("This device")).to_be_visible()
    await account.get_by_role("button", name=re.compile("^Sign out .*Chrome")).click()
    await expect(page).to_have_url(re.compile("/sign-in"))
    await expect(page.get_by_text("You are signed out on this device.")).to_be_visible()
    await expect(account.get_by_role("button", name=re.compile("^Sign out .*Chrome"))).to_have_count(0)


async def test_signing_out_in_one_tab_signs_out_in_all(arrives: Arrives) -> None:
    person = await (await arrives()).registers()
    other, page = await person.opens("/orders"), await person.opens("/")
    await expect(other.get_by_role("heading", name="My orders")).to_be_visible()
    await page.get_by_role("button", name="Account of").click()
    await page.get_by_role("button", name="Sign out").click()
    await expect(page.get_by_role("link", name="Sign in")).to_be_visible()
    await expect(other).to_have_url(re.compile("/sign-in"))


async def test_another_persons_order_is_not_shown(arrives: Arrives, seller: Person) -> None:
    sale = await new_sale(seller)
    buyer = await (await arrives()).registers()
    page = await buyer.opens(f"/sales/{sale}")
    await page.get_by_role("button", name="Claim yours").click()
    await page.get_by_role("button", name="Pay").click()
    await page.get_by_role("link", name="See the order").click()
    await expect(page.get_by_text("Total, paid")).to_be_visible()
    other = await (await (await arrives(complains=True)).registers()).opens(page.url)
    await expect(other.get_by_role("heading", name="There is nothing here")).to_be_visible()


async def test_who_waits_for_what_is_sold_out_is_told_wherever_they_are(arrives: Arrives, seller: Person) -> None:
    product = await goods(seller, 8, stock=0)
    variant = f"/inventory/{product['variants'][0]['id']}"
    for each in product["variants"][1:]:
        await seller.does("PUT", f"/inventory/{each['id']}", stock=0)
    guest, kim = await arrives(), await (await arrives()).registers()
    page = await guest.opens(f"/p/{product['slug']}")
    await page.get_by_role("button", name="Tell me when it is back").click()
    await expect(page.get_by_label("E-mail")).to_have_accessible_description(re.compile("Please type your e-mail"))
    address = f"{new_id()}@web.test"
    await page.get_by_label("E-mail").fill(address)
    await page.get_by_role("button", name="Tell me when it is back").click()
    await expect(page.get_by_text("You are told once when it is there again.").first).to_be_visible()
    await page.reload()
    await page.get_by_role("button", name="Do not tell me").click()
    await page.get_by_label("E-mail").fill(address)
    await page.get_by_role("button", name="Tell me when it is back").click()
    await expect(page.get_by_role("button", name="Do not tell me")).to_be_visible()
    theirs = await kim.opens(f"/p/{product['slug']}")
    await theirs.get_by_role("button", name="Tell me when it is back").click()
    await expect(theirs.get_by_role("button", name="Do not tell me")).to_be_visible()
    elsewhere = await kim.opens("/sales")
    await expect(elsewhere.get_by_role("heading", level=1)).to_be_visible()

    await seller.does("PUT", variant, stock=9)
    await expect(page.get_by_text("In stock")).to_be_visible()
    await expect(page.get_by_role("button", name="Do not tell me")).to_have_count(0)
    await expect(elsewhere.get_by_text(f"{product['title']} is in stock again.")).to_be_visible()
    letter = await guest.opens_letter(address, "Back in stock")
    await expect(letter.get_by_role("heading", name=product["title"])).to_be_visible()


class _Late:
    """A socket on which the first answer to a method comes when it is let go."""

    def __init__(self, method: str) -> None:
        self._asked = f'"method":"{method}"'
        self._id = 0
        self.held: asyncio.Future[Callable[[], None]] = asyncio.get_running_loop().create_future()

    def between(self, page: WebSocketRoute) -> None:
        """See `BrowserContext.route_web_socket`."""
        shop = page.connect_to_server()

        def ask(frame: str | bytes) -> None:
            for line in str(frame).splitlines():
                if self._asked in line and not self._id:
                    self._id = json.loads(line)["id"]
            shop.send(frame)

        def answer(frame: str | bytes) -> None:
            for line in str(frame).splitlines():
                if self._id and not self.held.done() and json.loads(line).get("id") == self._id:
                    self.held.set_result(partial(page.send, line))
                else:
                    page.send(line)

        page.on_message(ask)
        shop.on_message(answer)


async def test_a_wish_outlives_an_answer_that_is_older(arrives: Arrives, seller: Person) -> None:
    product = await goods(seller, 10, stock=0)
    for each in product["variants"][1:]:
        await seller.does("PUT", f"/inventory/{each['id']}", stock=0)
    person, late = await (await arrives()).registers(), _Late("back_in_stock.list")
    await person.context.route_web_socket(re.compile("/ws$"), late.between)
    page = await person.opens("/sales")
    await expect(page.get_by_role("button", name="Account of Kim")).to_be_visible()
    await page.evaluate(_GO, f"/p/{product['slug']}")
    answer = await late.held
    await page.get_by_role("button", name="Tell me when it is back").click()
    await expect(page.get_by_role("button", name="Do not tell me")).to_be_visible()
    answer()
    await page.get_by_role("button", name="Do not tell me").click()
    await expect(page.get_by_role("button", name="Tell me when it is back")).to_be_visible()
