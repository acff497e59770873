"""What sellers want to show, in front of a manager: beside what is on show, approved or not."""

from playwright.async_api import expect

from fastshop.ids import new_id
from tests.web.conftest import Arrives
from tests.web.people import MANAGER, Person, goods, renames


async def test_a_change_waits_beside_what_is_on_show_until_a_manager_decides(arrives: Arrives, seller: Person) -> None:
    manager = await (await arrives(viewport={"width": 1280, "height": 900})).signs_in(MANAGER)
    product = await goods(seller, 6)
    title = f"Renamed {new_id().hex[-6:]}"
    page = await manager.opens("/manager/moderation")
    await expect(page.get_by_text("Nothing waits")).to_be_visible()
    rule = page.get_by_label("Products reviewed before they are seen")
    await rule.select_option("new_sellers")
    await expect(rule).to_have_value("new_sellers")
    await page.reload()
    await expect(rule).to_have_value("new_sellers")
    await rule.select_option("none")

    sellers = await manager.opens("/manager/sellers")
    reviewed = sellers.get_by_label(f"Products of {product['seller']['name']} are reviewed")
    try:
        rules = sellers.get_by_role("button", name=f"Rules for {product['seller']['name']}")
        await rules.click()
        await reviewed.select_option("always")
        await expect(sellers.get_by_text("Saved.")).to_be_attached()
        await sellers.reload()
        await rules.click()
        await expect(reviewed).to_have_value("yes")
        await renames(seller, product, title)
        await expect(page.get_by_text("1 waiting")).to_be_visible()
        sent = page.get_by_role("article", name=product["title"])
        await expect(sent.get_by_role("region", name="Published now", exact=True)).to_contain_text(product["title"])
        await expect(sent.get_by_role("region", name="Sent to review", exact=True)).to_contain_text(f"{title} Changed")
        await sent.get_by_role("button", name="Reject").click()
        await sent.get_by_role("button", name="Reject").click()
        await expect(sent.get_by_label("Reason")).to_be_focused()
        await sent.get_by_label("Reason").fill("Say what it is")
        await sent.get_by_role("button", name="Reject").click()
        await expect(page.get_by_text("Nothing waits")).to_be_visible()

        await renames(seller, product, f"{title}, a lamp")
        await sent.get_by_role("button", name="Approve").click()
        await expect(page.get_by_text("0 waiting")).to_be_visible()
        shown = await seller.opens(f"/p/{product['slug']}")
        await expect(shown.get_by_role("heading", level=1)).to_have_text(f"{title}, a lamp")
    finally:
        await manager.does("PUT", f"/sellers/{product['seller']['id']}/moderation", moderated=None)
