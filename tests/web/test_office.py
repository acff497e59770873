"""The pages of who runs the shop, beside those of the people that it concerns."""

import re

import pytest
from playwright.async_api import expect

from fastshop.ids import new_id
from tests.web.conftest import Arrives
from tests.web.looking import check
from tests.web.people import ADMIN, MANAGER, PASSWORD, Person, goods, new_sale

_WIDE = {"width": 1280, "height": 900}


@pytest.fixture
async def admin(arrives: Arrives) -> Person:
    """Somebody who may do everything, signed in."""
    return await (await arrives(viewport=_WIDE)).signs_in(ADMIN)


async def test_an_admin_finds_somebody_and_disables_them_and_their_page_ends(arrives: Arrives, admin: Person) -> None:
    troll = await (await arrives(complains=True)).registers("Trixi Troll")
    email = (await troll.does("GET", "/me"))["email"]
    theirs = await troll.opens("/orders")
    await expect(theirs.get_by_role("heading", name="My orders")).to_be_visible()
    page = await admin.opens("/")
    await page.get_by_role("button", name="Account of").click()
    await page.get_by_role("link", name="Office").click()
    await page.get_by_role("navigation", name="Office").get_by_role("link", name="People").click()
    await page.get_by_label("Search").fill("trixi")
    await page.get_by_role("link", name="Trixi Troll").click()
    await page.get_by_role("button", name="Disable Trixi Troll").click()
    await expect(page.get_by_label("Reason")).to_be_focused()
    await page.get_by_label("Reason").fill("Wrote nonsense")
    await page.get_by_role("button", name="Disable Trixi Troll").click()
    await expect(page.get_by_text("Disabled since")).to_be_visible()

    await expect(theirs.get_by_text("You are signed out on this device.")).to_be_visible()
    await theirs.get_by_label("E-mail").fill(email)
    await theirs.get_by_label("Password").fill("fastshop-demo")
    await theirs.get_by_role("button", name="Sign in", exact=True).click()
    await expect(theirs.get_by_role("alert")).to_contain_text("This account is disabled")

    await page.get_by_role("link", name="What was done about them").click()
    await expect(page.get_by_text("Intact")).to_be_visible()
    await expect(page.get_by_role("row", name=re.compile("users.disable.*Wrote nonsense"))).to_be_visible()
    await page.go_back()
    await page.get_by_role("button", name="Enable Trixi Troll").click()
    await expect(page.get_by_text("Disabled since")).to_have_count(0)
    await theirs.get_by_role("button", name="Sign in", exact=True).click()
    await expect(theirs.get_by_role("heading", name="My orders")).to_be_visible()


async def test_a_role_is_made_and_given_and_takes_the_pages_of_it_along(arrives: Arrives, admin: Person) -> None:
    helper = await (await arrives()).registers("Hedda Helper")
    theirs = await helper.opens("/manager/disputes")
    await expect(theirs.get_by_role("alert")).to_be_visible()
    page = await admin.opens("/admin/roles")
    await page.get_by_role("button", name="New role").click()
    await page.get_by_label("What people call it").fill("Disputes desk")
    await page.get_by_role("textbox", name="Name", exact=True).fill("Disputes desk")
    await page.get_by_role("button", name="Make the role").click()
    await expect(page.get_by_role("textbox", name="Name", exact=True)).to_be_focused()
    await page.get_by_role("textbox", name="Name", exact=True).fill("disputes-desk")
    payments = page.get_by_role("group", name="payments")
    await payments.get_by_text("Single operations").click()
    await payments.get_by_label("disputes").check()
    await page.get_by_role("button", name="Make the role").click()
    await expect(page.get_by_text("0 people · 1 permission of managers")).to_be_visible()

    await page.get_by_role("link", name="People").click()
    await page.get_by_label("Search").fill("hedda")
    await page.get_by_role("link", name="Hedda Helper").click()
    await page.get_by_label("Disputes desk").check()
    await page.get_by_role("button", name="Save the roles").click()
    await expect(page.get_by_label("Disputes desk")).to_be_checked()
    await theirs.reload()
    await expect(theirs.get_by_text("No bank questions a payment.")).to_be_visible()
    rooms = theirs.get_by_role("navigation", name="Office").get_by_role("link")
    await expect(rooms).to_have_text(["Chargebacks"])


async def test_a_payment_is_found_and_a_part_of_it_given_back(arrives: Arrives, seller: Person, admin: Person) -> None:
    buyer = await (await arrives()).registers("Bao Buyer")
    page = await buyer.opens(f"/sales/{await new_sale(seller)}")
    await page.get_by_role("button", name="Claim yours").click()
    await page.get_by_role("button", name="Pay").click()
    await expect(page.get_by_text("It is yours.")).to_be_visible()
    payment = (await buyer.does("GET", "/payments/history"))["items"][0]["id"]

    page = await admin.opens("/manager/payments")
    await page.locator(f"a[href='/manager/payments/{payment}']").first.click()
    await page.get_by_label("Amount").fill("5")
    await page.get_by_label("Reason").fill("A scratch")
    await page.get_by_role("button", name="Refund").click()
    await expect(page.get_by_label("Amount")).to_have_accessible_description(re.compile("Only .*1.00 is left"))
    await page.get_by_label("Amount").fill("0.40")
    await page.get_by_role("button", name=re.compile("Refund .*0.40")).click()
    await expect(page.get_by_role("listitem").filter(has_text="A scratch")).to_contain_text("0.40")
    await expect(page.get_by_label("Amount")).to_have_value("0.60")


async def test_a_rate_of_commission_is_set_for_a_seller(admin: Person) -> None:
    page = await admin.opens("/manager/commission")
    await page.get_by_role("textbox", name="Rate").fill("120")
    await page.get_by_role("button", name="Set the rate").click()
    await expect(page.get_by_role("textbox", name="Rate")).to_be_focused()
    await page.get_by_role("textbox", name="Rate").fill("12.5")
    await page.get_by_label("Seller").select_option("Pixelwerk")
    await page.get_by_role("button", name="Set the rate").click()
    await expect(page.get_by_role("row", name=re.compile("12.5 % Pixelwerk every"))).to_be_visible()


async def test_a_seller_is_paid_out_and_told_of_it(arrives: Arrives, seller: Person, admin: Person) -> None:
    await (await (await arrives()).registers()).buys(seller)
    payouts = await seller.opens("/seller/performance")
    await expect(payouts.get_by_text("Score", exact=True)).to_be_visible()
    await check(payouts, "seller-performance")
    await payouts.goto("/seller/earnings")
    await payouts.get_by_role("button", name=re.compile("Say where|Change the account")).click()
    await payouts.get_by_label("Account holder").fill("Pixelwerk Ltd")
    await payouts.get_by_label("Your password").fill("of somebody else")
    await payouts.get_by_label("IBAN").fill("DE89 3704 0044 0532 0130 01")
    await payouts.get_by_role("button", name="Save the account").click()
    await expect(payouts.get_by_label("IBAN")).to_have_accessible_description("This is not a valid IBAN.")
    await payouts.get_by_label("IBAN").fill("DE89 3704 0044 0532 0130 00")
    await payouts.get_by_role("button", name="Save the account").click()
    await expect(payouts.get_by_label("Your password")).to_have_accessible_description(re.compile("not your password"))
    await payouts.get_by_label("Your password").fill(PASSWORD)
    await payouts.get_by_role("button", name="Save the account").click()
    await expect(payouts.get_by_text("DE … 3000")).to_be_visible()
    page = await admin.opens("/manager/payouts")
    await page.get_by_role("button", name="Pay out Pixelwerk in").first.click()
    await expect(page.get_by_text("DE89 3704 0044 0532 0130 00")).to_be_visible()
    form = page.get_by_role("form", name="Pay out Pixelwerk")
    await form.get_by_label("Amount").fill("1000000")
    await form.get_by_role("button", name="Pay out").click()
    await expect(form.get_by_label("Amount")).to_have_accessible_description(re.compile("Only .* is owed"))
    for outcome, reference in (("failed", "Account closed"), ("paid", f"SEPA-{new_id().hex[-6:]}")):
        if outcome == "paid":
            await page.get_by_role("button", name="Pay out Pixelwerk in").first.click()
        await form.get_by_label("Amount").fill("1.01")
        await form.get_by_role("button", name=re.compile("^Pay out .*1.01")).click()
        made = page.get_by_role("region", name="Payouts").get_by_role("listitem").first
        await expect(made).to_contain_text("On its way")
        await made.get_by_role("button", name="How it went").click()
        await made.get_by_label("How it went").select_option(outcome)
        await made.get_by_role("button", name="Save").click()
        await expect(made.get_by_role("textbox")).to_be_focused()
        await made.get_by_role("textbox").fill(reference)
        await made.get_by_role("button", name="Save").click()
        await expect(made).to_contain_text(reference)
        await expect(made).to_contain_text("Paid" if outcome == "paid" else "Failed")
    await payouts.reload()
    await expect(payouts.get_by_role("region", name="Payouts").get_by_role("listitem").first).to_contain_text(reference)


async def test_a_zone_is_taxed_and_somebody_is_exempt_there_and_sees_it(arrives: Arrives, admin: Person) -> None:
    end = f"{new_id().hex[-6:]}x"  # six digits would be a VAT number of the Faroes
    friend = await (await arrives(complains=True)).registers(f"Tax {end}")
    page = await admin.opens("/manager/taxes")
    await page.get_by_role("button", name="Add a zone").click()
    await page.get_by_label("Name", exact=True).fill(f"Faroes {end}")
    await page.get_by_label("Countries and regions").fill("fo")
    await page.get_by_label("Percentage").fill("25")
    await page.get_by_label("Holds from").fill("2026-01-01T00:00:00")
    await page.get_by_label("Until").fill("2025-01-01T00:00:00")
    await page.get_by_role("button", name="Add the zone").click()
    await expect(page.get_by_label("Until")).to_have_accessible_description(re.compile("It ends before it begins."))
    await page.get_by_label("Until").fill("2090-01-01T00:00:00")
    await page.get_by_role("button", name="Add the zone").click()
    await expect(page.get_by_text(re.compile("FO · VAT 25 % from .* until .* · prices include them"))).to_be_visible()
    theirs = await friend.opens("/account")
    page, colleague = [await admin.opens("/manager/tax-exemptions") for _ in range(2)]
    await page.get_by_label("Person", exact=True).fill(f"Tax {end}")
    await page.get_by_role("button", name=f"Tax {end}").click()
    await page.get_by_label("VAT or certificate number").fill(f"FO{end}")
    await page.get_by_label("Where it holds").fill("fo")
    await page.get_by_role("button", name="Grant it").click()
    number = page.get_by_label("VAT or certificate number")
    await expect(number).to_have_accessible_description(re.compile("This is no VAT number."))
    await page.get_by_label("It is a VAT number").uncheck()
    await page.get_by_role("button", name="Grant it").click()
    await expect(page.get_by_role("button", name=f"Revoke FO{end}")).to_be_visible()
    await expect(theirs.get_by_text(f"FO{end} · FO · since")).to_be_visible()
    await expect(colleague.get_by_role("button", name=f"Revoke FO{end}")).to_be_visible()
    await page.get_by_role("button", name=f"Revoke FO{end}").click()
    await page.get_by_role("button", name="Revoke it").click()
    await expect(colleague.get_by_role("button", name=f"Revoke FO{end}")).to_have_count(0)
    await expect(page.get_by_text(re.compile("^Revoked "))).to_be_visible()
    await expect(theirs.get_by_text(re.compile("^Revoked "))).to_be_visible()
    page = await admin.opens("/manager/taxes")
    await page.get_by_role("button", name=f"Remove Faroes {end}").click()
    await page.get_by_role("button", name="Remove the zone").click()
    await expect(page.get_by_role("button", name=f"Edit Faroes {end}")).to_have_count(0)


async def test_a_seller_charges_no_tax_and_then_again(admin: Person, seller: Person) -> None:
    page = await admin.opens("/manager/sellers")
    await page.get_by_role("button", name="Rules for Pixelwerk").click()
    await page.get_by_role("button", name="Charge no tax for Pixelwerk").click()
    await page.get_by_label("Reason").fill("Small enterprise")
    await page.get_by_role("button", name="No tax for Pixelwerk").last.click()
    await expect(page.get_by_text("Charges no tax: Small enterprise")).to_be_visible()
    theirs = await seller.opens("/seller/settings")
    await expect(theirs.get_by_text("You charge no tax: Small enterprise")).to_be_visible()
    await page.get_by_role("button", name="Charge tax again for Pixelwerk").click()
    await expect(page.get_by_role("button", name="Charge no tax for Pixelwerk")).to_be_visible()


async def test_a_group_is_made_and_filled_and_an_order_opened_to_somebody(
    arrives: Arrives, seller: Person, admin: Person
) -> None:
    end = new_id().hex[-6:]
    friend = await (await arrives(complains=True)).registers(f"Gro {end}")
    page = await admin.opens("/manager/groups")
    await page.get_by_label("What people call it").fill(f"Wholesale {end}")
    await page.get_by_role("button", name="Make the group").click()
    await page.get_by_role("button", name=f"Rename Wholesale {end}").click()
    await page.get_by_label("What people call it").last.fill(f"Trade {end}")
    await page.get_by_role("button", name="Rename", exact=True).click()
    await expect(page.get_by_role("button", name=f"People of Trade {end}")).to_be_visible()
    await page.get_by_role("button", name=f"Rename Trade {end}").click()
    await page.get_by_label("What people call it").last.fill(f"Wholesale {end}")
    await page.get_by_role("button", name="Rename", exact=True).click()
    await page.get_by_role("button", name=f"People of Wholesale {end}").click()
    await page.get_by_label("Person", exact=True).fill(f"Gro {end}")
    await page.get_by_role("button", name=f"Gro {end}").click()
    await page.get_by_role("button", name=f"Put into Wholesale {end}").click()
    await expect(page.get_by_role("list", name=f"People of Wholesale {end}")).to_contain_text(f"Gro {end}")
    await expect(page.get_by_text(f"wholesale-{end} · 1 person")).to_be_visible()
    await page.get_by_role("button", name=f"Take out Gro {end}").click()
    await page.get_by_role("button", name=f"Remove Wholesale {end}").click()
    await expect(page.get_by_text(f"wholesale-{end}")).to_have_count(0)

    order = await (await (await arrives()).registers()).buys(seller)
    theirs = await friend.opens(f"/orders/{order['id']}")
    await expect(theirs.get_by_text("There is nothing here")).to_be_visible()
    await page.get_by_role("link", name="Access", exact=True).click()
    await page.get_by_role("button", name="Grant", exact=True).click()
    await expect(page.get_by_label("Id of the order")).to_be_focused()
    await page.get_by_label("Id of the order").fill(order["id"])
    await page.get_by_label("Person", exact=True).fill(f"Gro {end}")
    await page.get_by_role("button", name=f"Gro {end}").click()
    await page.get_by_role("button", name="Grant", exact=True).click()
    grant = page.get_by_role("listitem").filter(has_text=order["id"])
    await expect(grant).to_contain_text(f"Gro {end}")
    lists = await friend.opens("/account")
    await lists.get_by_role("link", name="Opened to you").click()
    await lists.get_by_role("link", name="See an order").click()
    await expect(lists.get_by_role("heading", name=order["number"])).to_be_visible()
    await theirs.reload()
    await expect(theirs.get_by_role("heading", name=order["number"])).to_be_visible()
    await grant.get_by_role("button", name="Revoke").click()
    await expect(grant).to_have_count(0)


async def test_a_product_leads_to_the_page_of_its_shop(arrives: Arrives, seller: Person) -> None:
    product = await goods(seller, 7)
    page = await (await arrives()).opens(f"/p/{product['slug']}")
    await page.get_by_role("link", name=product["seller"]["name"], exact=True).click()
    await expect(page.get_by_role("heading", level=1)).to_have_text(product["seller"]["name"])
    await expect(page.get_by_role("link", name=product["title"])).to_be_visible()


async def test_goods_are_sorted_by_categories_brands_and_attributes(arrives: Arrives) -> None:
    manager = await (await arrives()).signs_in(MANAGER)
    page = await manager.opens("/manager/catalog")
    name = f"Kites {new_id().hex[-6:]}"
    for noun, part in (("category", "Categories"), ("brand", "Brands"), ("attribute", "Attributes")):
        section = page.get_by_role("region", name=part)
        await section.get_by_role("button", name=f"New {noun}").click()
        await section.get_by_role("button", name=f"Save the {noun}").click()
        await expect(section.get_by_label("Name")).to_have_accessible_description("Please type its name.")
        await section.get_by_label("Name").fill(name)
        await section.get_by_role("button", name=f"Save the {noun}").click()
        await section.get_by_role("button", name=f"Edit {name}").click()
        await section.get_by_label("Name").fill(f"{name}, new")
        await section.get_by_role("button", name=f"Save the {noun}").click()
        await expect(section.get_by_role("button", name=f"Edit {name}, new")).to_be_visible()
    brands = page.get_by_role("region", name="Brands")
    await brands.get_by_label("Find a brand").fill(name.upper())
    await expect(brands.get_by_role("listitem")).to_have_count(1)
    await brands.get_by_label("Find a brand").fill(f"{name} or none")
    await expect(brands.get_by_text("No brand's name has this in it.")).to_be_visible()
    categories = page.get_by_role("region", name="Categories")
    await categories.get_by_role("button", name=f"Edit {name}, new").click()
    await categories.get_by_role("button", name="Remove").click()
    await page.get_by_role("button", name="Remove it").click()
    await expect(categories.get_by_role("button", name=f"Edit {name}, new")).to_have_count(0)
