"""What belongs to an account: keys for programs, and a book of addresses."""

import re

from playwright.async_api import expect

from tests.web.conftest import Arrives
from tests.web.people import PASSWORD


async def test_a_key_is_shown_once_works_in_its_scopes_and_is_shut_out_when_it_is_revoked(arrives: Arrives) -> None:
    person = await (await arrives()).registers()
    page = await person.opens("/account/keys")
    await page.get_by_role("button", name="New key").click()
    await page.get_by_role("textbox", name="Name", exact=True).fill("Bookkeeping")
    await page.get_by_label("Your password").fill(PASSWORD)
    await page.get_by_role("button", name="Make the key").click()
    await expect(page.get_by_text("Please choose what it may do.")).to_be_visible()
    await page.get_by_role("group", name="addresses").get_by_label("read").check()
    await page.get_by_role("button", name="Make the key").click()
    secret = await page.get_by_role("group", name="The key Bookkeeping").locator("code").inner_text()
    await page.get_by_role("button", name="I have kept it").click()
    await expect(page.get_by_text(secret)).to_have_count(0)

    program = (await arrives()).context.request
    bearer = {"authorization": f"Bearer {secret}"}
    assert (await program.get(f"{person.address}/api/v1/me/addresses", headers=bearer)).status == 200
    assert (await program.get(f"{person.address}/api/v1/orders", headers=bearer)).status != 200

    await page.get_by_role("button", name="Revoke Bookkeeping").click()
    asked = page.get_by_role("dialog", name="Revoke Bookkeeping?")
    await asked.get_by_role("button", name="Cancel").click()
    await expect(asked).to_have_count(0)
    await expect(page.get_by_role("button", name="Revoke Bookkeeping")).to_be_focused()
    await page.get_by_role("button", name="Revoke Bookkeeping").press("Enter")
    await asked.get_by_role("button", name="Revoke the key").click()
    await expect(page.get_by_text("Revoked")).to_be_visible()
    assert (await program.get(f"{person.address}/api/v1/me/addresses", headers=bearer)).status == 401


async def test_addresses_are_added_changed_preferred_and_removed(arrives: Arrives) -> None:
    page = await (await (await arrives()).registers()).opens("/account/addresses")
    await page.get_by_role("button", name="Add an address").click()
    await page.get_by_label("Country").select_option("US")
    await page.get_by_role("textbox", name="Name", exact=True).fill("Kim Lee")
    await page.get_by_label("Street and number").fill("1 Main Street")
    await page.get_by_label("City").fill("Springfield")
    await page.get_by_role("button", name="Save the address").click()
    await expect(page.get_by_label("State or province")).to_be_focused()
    await page.get_by_label("State or province").select_option("IL")
    await page.get_by_label("Postal code").fill("abc")
    await page.get_by_role("button", name="Save the address").click()
    await expect(page.get_by_label("Postal code")).to_be_focused()
    await expect(page.get_by_label("Postal code")).to_have_accessible_description(re.compile("not valid"))
    await page.get_by_label("Postal code").fill("62701")
    await page.get_by_label("Telephone").fill("1")
    await page.get_by_role("button", name="Save the address").click()
    await expect(page.get_by_label("Telephone")).to_be_focused()
    await page.get_by_label("Telephone").fill("")
    await page.get_by_role("button", name="Save the address").click()
    await expect(page.get_by_text("Default")).to_be_visible()

    await page.get_by_role("button", name="Add an address").click()
    await page.get_by_label("Country").select_option("DE")
    await expect(page.get_by_label("State or province")).to_have_count(0)
    await page.get_by_role("textbox", name="Name", exact=True).fill("Kim at work")
    await page.get_by_label("Street and number").fill("Hauptstr. 2")
    await page.get_by_label("City").fill("Berlin")
    await page.get_by_label("Postal code").fill("10115")
    await page.get_by_role("button", name="Save the address").click()

    rows = page.get_by_role("listitem")
    await expect(rows.first).to_contain_text("Kim Lee")
    await page.get_by_role("button", name="Make default the address of Kim at work").click()
    await expect(rows.first).to_contain_text(re.compile("Kim at work.*Default.*Berlin.*Germany"))
    await page.get_by_role("button", name="Edit the address of Kim at work").click()
    await page.get_by_label("Street and number").fill("Hauptstr. 3")
    await page.get_by_role("button", name="Save").click()
    await expect(page.get_by_text("Hauptstr. 3")).to_be_visible()
    await page.get_by_role("button", name="Remove the address of Kim at work").click()
    await page.get_by_role("button", name="Remove it").click()
    await expect(rows).to_have_count(1)
    await expect(rows.first).to_contain_text("Kim Lee Default")
