"""Becoming a seller: the application in one browser, the decision in another, the shop's people in a third."""

from playwright.async_api import Page, expect

from fastshop.ids import new_id
from tests.web.conftest import Arrives
from tests.web.people import MANAGER, Person

_WIDE = {"width": 1280, "height": 900}


async def test_what_is_wrong_with_an_application_stands_at_its_field_and_a_decision_shows_at_once(
    arrives: Arrives,
) -> None:
    manager = await (await arrives(viewport=_WIDE)).signs_in(MANAGER)
    name = f"Tonwerk {new_id().hex[-6:]}"
    applicant = await (await arrives(complains=True)).registers("Tove Ton")
    page = await applicant.opens("/")
    await page.get_by_role("link", name="Sell with us").click()
    await page.get_by_role("button", name="Apply").click()
    await expect(page.get_by_label("Name of your shop")).to_be_focused()
    await _fills(page, name)
    await expect(page.get_by_label("Address")).to_have_value(name.lower().replace(" ", "-"))
    await page.get_by_label("VAT or tax number").fill("DE123")
    await page.get_by_role("button", name="Apply").click()
    await expect(page.get_by_label("VAT or tax number")).to_have_accessible_description(
        "This is not a tax number of that country."
    )
    await page.get_by_label("VAT or tax number").fill("DE136695976")
    await page.get_by_role("button", name="Apply").click()
    await expect(page.get_by_text("We are looking at it")).to_be_visible()

    desk = await manager.opens("/manager/applications")
    waiting = desk.get_by_role("article", name=f"Application of {name}")
    await waiting.get_by_role("button", name="Reject").click()
    await waiting.get_by_label("Reason").fill("Tell us more")
    await waiting.get_by_role("button", name="Reject").click()
    await expect(waiting).to_have_count(0)
    await expect(page.get_by_role("alert")).to_contain_text("Tell us more")
    await page.get_by_label("What do you sell?").fill("Bowls and cups, thrown by hand.")
    await page.get_by_role("button", name="Apply").click()
    await expect(page.get_by_text("We are looking at it")).to_be_visible()

    # It waits in front of the manager, who has not looked anew.
    await waiting.get_by_role("button", name="Approve").click()
    await expect(page.locator("#main").get_by_text(f"Welcome! {name} is open.")).to_be_visible()
    await page.get_by_role("link", name="Into your shop").click()
    # Not signed in anew, and a shop all the same.
    await page.get_by_role("link", name="Products", exact=True).click()
    await expect(page.get_by_text("No products yet")).to_be_visible()
    await page.get_by_role("link", name="New product").click()
    await expect(page.get_by_label("Title")).to_be_visible()


async def test_a_shop_is_suspended_and_reinstated_in_front_of_who_works_for_it(arrives: Arrives) -> None:
    manager = await (await arrives(viewport=_WIDE)).signs_in(MANAGER)
    name = f"Salzig {new_id().hex[-6:]}"
    owner = await _opens_shop(arrives, manager, name)
    page = await owner.opens("/seller/products")
    await expect(page.get_by_text("No products yet")).to_be_visible()
    desk = await manager.opens("/manager/sellers")
    await desk.get_by_role("button", name=f"Suspend {name}").click()
    await desk.get_by_role("form").get_by_role("button", name=f"Suspend {name}").click()
    await expect(desk.get_by_label("Reason")).to_be_focused()
    await desk.get_by_label("Reason").fill("Sold what it has not")
    await desk.get_by_role("form").get_by_role("button", name=f"Suspend {name}").click()
    await expect(page.get_by_role("status").filter(has_text="Sold what it has not")).to_be_visible()
    await desk.get_by_role("button", name=f"Reinstate {name}").click()
    await expect(page.get_by_text("Your shop is suspended")).to_have_count(0)


async def _opens_shop(arrives: Arrives, manager: Person, name: str) -> Person:
    """Somebody whose application was approved, without the pages."""
    owner = await (await arrives()).registers(f"Owner of {name}")
    application, slug = new_id(), name.lower().replace(" ", "-")
    contact = {"email": "shop@web.test"}
    fields = {"application_id": application, "name": name, "slug": slug, "country": "DE", "contact": contact}
    await owner.does("POST", "/sellers/apply", **fields)
    await manager.does("POST", f"/sellers/applications/{application}/approve")
    return owner


async def _fills(page: Page, name: str) -> None:
    await page.get_by_label("Name of your shop").fill(name)
    await page.get_by_label("What do you sell?").fill("Bowls and cups.")
    await page.get_by_label("Country").select_option("DE")
    await page.get_by_label("Telephone").fill("030 123456")


async def test_somebody_is_invited_joins_and_their_pages_follow_their_rights(arrives: Arrives) -> None:
    manager = await (await arrives()).signs_in(MANAGER)
    owner = await _opens_shop(arrives, manager, f"Packhaus {new_id().hex[-6:]}")
    helper = await (await arrives()).registers("Hanno Helper")
    email = (await helper.does("GET", "/me"))["email"]
    shop = await owner.opens("/seller/staff")
    await shop.get_by_role("button", name="Invite somebody").click()
    await shop.get_by_label("E-mail").fill(email)
    await shop.get_by_role("button", name="Send the invitation").click()
    await expect(shop.get_by_text("Please tick at least one.")).to_be_visible()
    await shop.get_by_label("Orders, returns and disputes").check()
    await shop.get_by_role("button", name="Send the invitation").click()
    await expect(shop.get_by_role("heading", name="1 open invitation")).to_be_visible()

    page = await helper.opens_letter(email, "A shop asks you to work for it")
    await page.get_by_role("button", name="Accept the invitation").click()
    await page.get_by_role("link", name="To the shop's pages").click()
    await expect(page.get_by_text("They appear here as they are paid.")).to_be_visible()
    tabs = page.get_by_role("navigation", name="Selling").get_by_role("link")
    await expect(tabs).to_have_text(["Orders", "Returns", "Disputes", "Performance", "People"])

    await shop.reload()
    await shop.get_by_role("button", name="Rights of Hanno Helper").click()
    await shop.get_by_label("Stock").check()
    await shop.get_by_role("button", name="Save the rights").click()
    await expect(tabs).to_have_text(["Orders", "Returns", "Disputes", "Stock", "Performance", "People"])
    await shop.get_by_role("button", name="Remove Hanno Helper").click()
    await shop.get_by_role("button", name="Remove", exact=True).click()
    await expect(shop.get_by_text("Only the owner works here")).to_be_visible()
    await expect(page.get_by_text("You have no shop")).to_be_visible()
