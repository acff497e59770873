"""Everything can be done without a pointer."""

import re

from playwright.async_api import Page, expect

from tests.web.conftest import Arrives
from tests.web.people import Person, new_sale

_FOCUSED = (
    "() => (document.activeElement?.textContent || document.activeElement?.getAttribute('aria-label') || '').trim()"
)
_MOST = 60


async def test_somebody_buys_with_the_keyboard_only(arrives: Arrives, seller: Person) -> None:
    sale = await new_sale(seller)
    page = await (await (await arrives()).registers()).opens("/sales")
    await expect(page.locator(f"a[href='/sales/{sale}']")).to_be_visible()
    await page.keyboard.press("Tab")
    assert await page.evaluate(_FOCUSED) == "Skip to the content"
    await page.keyboard.press("Enter")
    await _tab_to(page, f"a[href='/sales/{sale}']")
    await page.keyboard.press("Enter")
    await expect(page.locator("main")).to_be_focused()
    await expect(page.get_by_role("button", name="Claim yours")).to_be_enabled()
    await _tab_to(page, "button:text('Claim yours')")
    await page.keyboard.press("Enter")
    await expect(page.get_by_text("1 unit on hold for you")).to_be_visible()
    await _tab_to(page, "input[type=radio]")
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("ArrowUp")
    await _tab_to(page, "button:text('Pay')")
    await page.keyboard.press("Enter")
    await expect(page.get_by_text("It is yours.")).to_be_visible()
    await _tab_to(page, "a:text('See the order')")
    await page.keyboard.press("Enter")
    await expect(page).to_have_url(re.compile("/orders/"))


async def _tab_to(page: Page, selector: str) -> None:
    """Press Tab until this has the focus, and see that one can see it."""
    for _ in range(_MOST):
        await page.keyboard.press("Tab")
        wanted = page.locator(selector).first
        if await wanted.evaluate("(it) => it === document.activeElement"):
            outline = await wanted.evaluate("(it) => getComputedStyle(it).outlineStyle")
            assert outline != "none", f"{selector} does not show that it has the focus"
            return
    raise AssertionError(f"{selector} cannot be reached with the Tab key")
