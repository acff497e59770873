"""Becoming a seller: the application in one browser, the decision in another, the shop's people in a third."""

from playwright.async_api import Page, expect

from fastshop.ids import new_id
from tests.web.conftest import Arrives
from tests.web.people import ADMIN


async def test_what_is_wrong_with_an_application_stands_at_its_field_and_a_decision_shows_at_once(
    arrives: Arrives,
) -> None:
    manager = await (await arrives()).signs_in(ADMIN)
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

    waiting = (await manager.does("GET", "/sellers/applications"))["items"][-1]["id"]
    await manager.does("POST", f"/sellers/applications/{waiting}/reject", reason="Tell us more")
    await expect(page.get_by_role("alert")).to_contain_text("Tell us more")
    await page.get_by_label("What do you sell?").fill("Bowls and cups, thrown by hand.")
    await page.get_by_role("button", name="Apply").click()
    await expect(page.get_by_text("We are looking at it")).to_be_visible()

    waiting = (await manager.does("GET", "/sellers/applications"))["items"][-1]["id"]
    await manager.does("POST", f"/sellers/applications/{waiting}/approve")
    await expect(page.locator("#main").get_by_text(f"Welcome! {name} is open.")).to_be_visible()
    await page.get_by_role("link", name="Into your shop").click()
    # Not signed in anew, and a shop all the same.
    await page.get_by_role("link", name="Products", exact=True).click(timeout=5_000)
    await expect(page.get_by_text("No products yet")).to_be_visible()
    await page.get_by_role("link", name="New product").click()
    await expect(page.get_by_label("Title")).to_be_visible()


async def _fills(page: Page, name: str) -> None:
    await page.get_by_label("Name of your shop").fill(name)
    await page.get_by_label("What do you sell?").fill("Bowls and cups.")
    await page.get_by_label("Country").select_option("DE")
    await page.get_by_label("Telephone").fill("030 123456")
