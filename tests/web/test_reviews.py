"""What customers say of a product, on its page."""

import re

from playwright.async_api import expect

from tests.web.conftest import Arrives
from tests.web.people import MANAGER, Person, goods


async def test_a_review_is_written_seen_at_once_found_helpful_and_edited(arrives: Arrives, seller: Person) -> None:
    product = await goods(seller, 3)
    reader = await (await arrives()).registers("Rea")
    seen = await reader.opens(f"/p/{product['slug']}")
    await expect(seen.get_by_text("No reviews yet")).to_be_visible()
    page = await (await (await arrives()).registers("Wim")).opens(f"/p/{product['slug']}")
    await page.get_by_role("button", name="Write a review").click()
    await page.get_by_role("button", name="Publish").click()
    await expect(page.get_by_text("Please choose your stars")).to_be_visible()
    await page.get_by_label("4 stars").check(force=True)
    await page.get_by_label("What do you think").fill("Writes well.\nIt leaks a bit.")
    await page.get_by_role("button", name="Publish").click()
    await expect(page.get_by_role("article", name="Review of Wim")).to_contain_text("It leaks a bit.")

    review = seen.get_by_role("article", name="Review of Wim")
    await expect(review.get_by_role("img", name="4 of 5 stars")).to_be_visible()
    await review.get_by_role("button", name="Helpful").click()
    await expect(review.get_by_role("button", name="Helpful · 1")).to_have_attribute("aria-pressed", "true")
    await review.get_by_role("button", name="Helpful · 1").click()
    await expect(review.get_by_role("button", name=re.compile("^Helpful$"))).to_be_visible()

    await review.get_by_role("button", name="Report the review of Wim").click()
    await review.get_by_label("What is wrong with it").fill("It is about another pen")
    await review.get_by_role("button", name="Report it").click()
    await expect(review.get_by_text("A moderator looks at it.")).to_be_visible()
    desk = await (await (await arrives()).signs_in(MANAGER)).opens("/manager/reviews")
    reported = desk.get_by_role("article", name="Review of Wim")
    await expect(reported).to_contain_text("It is about another pen")
    await reported.get_by_role("button", name="Keep the review of Wim").click()
    await reported.get_by_label("Reason").fill("It is about this pen")
    await reported.get_by_role("button", name="Let it stay").click()
    await expect(desk.get_by_text("Nothing is reported")).to_be_visible()

    await page.get_by_role("button", name="Edit").click()
    await page.get_by_label("2 stars").check(force=True)
    await page.get_by_role("button", name="Save").click()
    await expect(review.get_by_role("img", name="2 of 5 stars")).to_be_visible()
    await page.get_by_role("button", name="Remove").click()
    await page.get_by_role("button", name="Remove it").click()
    await expect(seen.get_by_text("No reviews yet")).to_be_visible()
