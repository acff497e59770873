"""What keeps a shop going: its goods, their stock, its coupons, its earnings."""

import io
import re

from PIL import Image
from playwright.async_api import FilePayload, expect

from fastshop.ids import new_id
from tests.web.conftest import Arrives
from tests.web.people import ADMIN, MANAGER, Person, goods


async def test_a_product_is_put_into_the_shop_changed_and_its_stock_moved(arrives: Arrives, seller: Person) -> None:
    title = f"Paper Kite {new_id().hex[-6:]}"
    code = f"wind-{new_id().hex[-6:]}"
    manager, terms = await (await arrives()).signs_in(MANAGER), {"kind": "number", "unit": "Bft"}
    await manager.does("POST", "/attributes", attribute_id=new_id(), code=code, name=f"Best {code}", **terms)
    page = await seller.opens("/seller/products")
    await page.get_by_role("link", name="New product").click()
    await page.get_by_label("Title").fill(title)
    await page.get_by_role("button", name="Create the product").click()
    await expect(page.get_by_text("Each variant needs its SKU")).to_be_visible()
    await page.get_by_label("What variants differ in").fill("Colour")
    await page.get_by_label("Colour", exact=True).fill("Red")
    await page.get_by_label("Brand").fill("kest")
    await page.get_by_role("button", name="Kestrel").click()
    await expect(page.get_by_label("Brand")).to_have_value("Kestrel")
    await page.get_by_label("SKU").fill(title)
    await page.get_by_label("Price", exact=True).fill("12.90")
    await page.get_by_label("Stock").fill("3")
    await page.get_by_label(f"Best {code}").fill("strong")
    await page.get_by_role("button", name="Create the product").click()
    await expect(page.get_by_role("group", name="Details")).to_be_focused()
    await page.get_by_label(f"Best {code}").fill("4")
    await page.get_by_label("Currency").select_option("SEK")
    await page.get_by_label("State").select_option("draft")
    await page.get_by_label("Add pictures").set_input_files([picture("front.png", "red"), picture("back.png", "blue")])
    await expect(page.get_by_text("front.png, back.png")).to_be_visible()
    await page.get_by_role("button", name="Create the product").click()
    await expect(page.get_by_text("It is saved as a draft: only you see it.").first).to_be_visible()

    shown = page.get_by_role("list", name="Pictures in their order").locator("img")
    await expect(shown).to_have_count(2)
    await page.get_by_label("Add pictures").set_input_files(
        {"name": "words.txt", "mimeType": "text/plain", "buffer": b"no picture"}
    )
    await expect(page.get_by_role("alert")).to_contain_text("This is not a picture.")
    await page.get_by_role("button", name="Close what is said of words.txt").click()
    await page.get_by_label("What picture 2 shows").fill("The back")
    await page.get_by_role("button", name="Earlier picture 2").click()
    await page.get_by_role("button", name="Save order and texts").click()
    await expect(page.get_by_label("What picture 1 shows")).to_have_value("The back")
    await expect(page.get_by_role("button", name="Save order and texts")).to_have_count(0)
    await page.get_by_role("button", name="Remove picture 2").click()
    await page.get_by_role("button", name="Remove it").click()
    await expect(shown).to_have_count(1)
    standing = page.get_by_role("region", name="Visibility")
    await expect(standing).to_contain_text("Draft")
    await standing.get_by_role("button", name="Publish now").click()
    await expect(standing).to_contain_text("For sale")
    await standing.get_by_text("Plan it").click()
    await standing.get_by_label("When").fill("2099-12-24T12:00:00")
    await standing.get_by_role("button", name="Plan").click()
    await expect(standing).to_contain_text("Planned: is unpublished")

    await page.get_by_role("link", name="See it in the shop").click()
    await expect(page.get_by_role("heading", name=title)).to_be_visible()
    await expect(page.get_by_text("Only 3 left")).to_be_visible()
    await expect(page.get_by_text("4 Bft")).to_be_visible()
    await expect(page.locator(".price").first).to_contain_text(re.compile("SEK|kr"))
    await expect(page.get_by_role("img", name="The back").first).to_be_visible()
    await page.go_back()
    await page.get_by_role("button", name="Price list of Red").click()
    await page.get_by_role("textbox", name="New price").fill("9.90")
    await page.get_by_label("From so many units on").fill("10")
    await page.get_by_role("button", name="Add the price").click()
    await expect(page.get_by_text("for everybody, from 10 on").first).to_be_visible()
    await page.get_by_role("button", name=re.compile("^Edit .*from 10 on")).click()
    price = page.get_by_role("form", name="Price", exact=True)
    await price.get_by_label("Ends").fill("2099-12-24T12:00:00")
    await price.get_by_role("button", name="Save the price").click()
    await expect(page.get_by_text("until 24 Dec")).to_be_visible()
    await page.get_by_role("button", name="Where Red").click()
    await page.get_by_label("Units", exact=True).fill("-4")
    await page.get_by_role("button", name="Move", exact=True).click()
    await expect(page.get_by_label("Units", exact=True)).to_be_focused()
    await page.get_by_label("What happened").select_option("adjusted")
    await page.get_by_role("button", name="Move", exact=True).click()
    await expect(page.get_by_label("Units", exact=True)).to_have_accessible_description("There are not so many units.")
    await page.get_by_label("Units", exact=True).fill("-1")
    await page.get_by_role("button", name="Move", exact=True).click()
    await expect(page.get_by_text("2 units").first).to_be_visible()
    await page.get_by_label("Tell me when").fill("2")
    await page.get_by_role("button", name="Save the threshold").click()
    await expect(page.get_by_text("Low", exact=True)).to_be_visible()

    await page.get_by_label("Title").fill(f"{title} XL")
    await page.get_by_role("button", name="Save", exact=True).click()
    await expect(page.get_by_role("heading", name=f"{title} XL")).to_be_visible()
    await expect(page.get_by_text("2 units").first).to_be_visible()


def picture(name: str, colour: str) -> FilePayload:
    file = io.BytesIO()
    Image.new("RGB", (40, 30), colour).save(file, "PNG")
    return {"name": name, "mimeType": "image/png", "buffer": file.getvalue()}


async def test_what_another_shop_sells_is_offered_beside_it(seller: Person) -> None:
    own = (await seller.does("GET", "/seller/products"))["items"][0]["seller"]["id"]
    products = (await seller.does("GET", "/products"))["items"]
    theirs = next(each for each in products if each["seller"]["id"] != own)
    page = await seller.opens("/seller/products")
    await page.get_by_role("link", name="Offer what others sell").click()
    await page.get_by_label("GTIN").fill("4006381333931")
    await page.get_by_label("Your SKU").fill(new_id().hex)
    await page.get_by_label("Your price").fill("9.90")
    await page.get_by_role("button", name="Offer it").click()
    await expect(page.get_by_role("alert")).to_contain_text("There is no such variant.")
    page = await seller.opens(f"/p/{theirs['slug']}")
    await page.get_by_role("link", name="Offer it in your shop").click()
    await page.get_by_label("Your SKU").fill(new_id().hex)
    await page.get_by_label("Your price").fill("9.90")
    await page.get_by_label("Your stock").fill("2")
    await page.get_by_role("button", name="Offer it").click()
    await expect(page.get_by_text(re.compile("You offer it at .9.90")).first).to_be_visible()
    await page.get_by_role("link", name="Your product").click()
    await expect(page.get_by_role("heading", name=theirs["title"])).to_be_visible()


async def test_a_coupon_is_made_refused_when_its_code_is_taken_and_switched_off(seller: Person) -> None:
    code = f"WEB-{new_id().hex[-8:].upper()}"
    page = await seller.opens("/seller/coupons")
    for _ in range(2):
        await page.get_by_role("button", name="New coupon").click()
        await page.get_by_label("Code").fill(code.lower())
        await page.get_by_label("Name", exact=True).fill("Five off")
        await page.get_by_label("What it gives").select_option("fixed")
        await page.get_by_label("How much").fill("5")
        await page.get_by_role("button", name="Make the coupon").click()
        if _ == 0:
            await expect(page.get_by_role("button", name="New coupon")).to_be_visible()
    await expect(page.get_by_label("Code")).to_be_focused()
    await expect(page.get_by_label("Code")).to_have_accessible_description(re.compile("is taken"))
    await page.get_by_role("button", name="Cancel").click()
    await page.get_by_role("button", name=f"Change {code}").click()
    await page.get_by_label("How much").fill("7.50")
    await page.get_by_text("For what, for whom, together with what").click()
    await page.get_by_label("Beside other promotions").select_option("order")
    await page.get_by_label("Only to these countries").fill("de at")
    await page.get_by_role("button", name="Save", exact=True).click()
    row = page.get_by_role("listitem").filter(has_text=code)
    await expect(row).to_contain_text("7.50 off")
    kept = next(it for it in (await seller.does("GET", "/coupons"))["items"] if it["code"] == code)["terms"]
    assert (kept["stacking"]["exclusive"], kept["audience"]["countries"]) == ("order", ["DE", "AT"])
    await page.get_by_role("button", name=f"Results of {code}").click()
    await expect(row).to_contain_text("0 uses by 0 customers")
    await page.get_by_role("button", name=f"Switch off {code}").click()
    await expect(page.get_by_role("button", name=f"Switch off {code}")).to_have_count(0)


async def _previews(seller: Person, campaign: str) -> None:
    """What a campaign to come will take off is seen today."""
    await seller.puts_in_cart(await goods(seller, 1))
    page = await seller.opens("/seller/preview")
    prices = page.get_by_role("complementary", name="Prices then")
    await page.get_by_role("button", name="Show the prices").click()
    await expect(prices).to_contain_text("Total")
    await expect(prices).not_to_contain_text(campaign)
    await page.get_by_label("When").fill("2090-01-15T00:00:00")
    await page.get_by_role("button", name="Show the prices").click()
    await expect(prices).to_contain_text(campaign)


async def test_a_campaign_to_come_is_listed_changed_and_removed_and_many_codes_are_made(seller: Person) -> None:
    name = f"Spring {new_id().hex[-6:]}"
    page = await seller.opens("/seller/coupons")
    await page.get_by_role("button", name="New campaign").click()
    await page.get_by_label("Name", exact=True).fill(name)
    await page.get_by_label("Begins").fill("2090-01-01T00:00:00")
    await page.get_by_label("Ends").fill("2090-02-01T00:00:00")
    await page.get_by_role("button", name="Set it up").click()
    row = page.get_by_role("listitem").filter(has_text=name)
    await expect(row).to_contain_text("To come")
    await page.get_by_role("button", name=f"Change {name}").click()
    await page.get_by_label("How much").fill("12.5")
    await page.get_by_role("button", name="Save", exact=True).click()
    await expect(row).to_contain_text("12.5 % off")
    await _previews(seller, name)
    await page.get_by_role("button", name=f"Remove {name}").click()
    await page.get_by_role("button", name="Remove it").click()
    await expect(row).to_have_count(0)

    await page.get_by_role("button", name="Many codes").click()
    await page.get_by_label("How many").fill("3")
    await page.get_by_label("Begin with").fill("web")
    await page.get_by_label("Name", exact=True).fill(name)
    await page.get_by_role("button", name="Make the codes").click()
    await expect(page.get_by_role("group", name="Your codes").get_by_role("listitem")).to_have_text(
        [re.compile("^WEB")] * 3
    )


async def test_products_come_from_a_file_that_is_tried_first(arrives: Arrives) -> None:
    manager = await (await arrives()).signs_in(MANAGER)
    seller = await (await (await arrives(complains=True)).registers()).opens_shop(manager)
    handle = f"web-{new_id().hex[-8:]}"
    rows = (
        "Handle,Title,Option1 Name,Option1 Value,Variant SKU,Variant Price,Variant Inventory Qty",
        f"{handle},Imported {handle},Size,S,{handle}-s,4.50,3",
        f"{handle},,,M,{handle}-m,four,3",
    )
    file: FilePayload = {"name": "goods.csv", "mimeType": "text/csv", "buffer": "\n".join(rows).encode()}
    page = await seller.opens("/seller/products")
    await page.get_by_role("link", name="Import").click()
    await page.get_by_role("button", name="Try it").click()
    await expect(page.get_by_label("File")).to_have_accessible_description(re.compile("Please choose a file"))
    await page.get_by_label("File").set_input_files(file)
    await page.get_by_role("button", name="Try it").click()
    tried = page.get_by_role("listitem").first
    await expect(tried).to_contain_text("1 new · 0 changed · 0 as before · 1 failed")
    await expect(tried).to_contain_text("Nothing changed")
    await tried.get_by_role("button", name="What failed").click()
    await expect(tried.get_by_role("list", name="Rows that failed")).to_contain_text("line 3")
    await page.get_by_label("Only try it").uncheck()
    await page.get_by_label("File").set_input_files(file)
    await page.get_by_role("button", name="Import", exact=True).click()
    imported = page.locator("li.row").filter(has_not_text="Nothing changed")
    await expect(imported).to_contain_text("Done")
    await expect(imported).to_contain_text("1 new")
    await page.get_by_role("link", name="To your products").click()
    await expect(page.get_by_role("link", name=f"Imported {handle}")).to_be_visible()


async def test_what_a_delivery_costs_is_said_by_the_seller_and_by_the_marketplace(
    arrives: Arrives, seller: Person
) -> None:
    name = f"Balloon {new_id().hex[-6:]}"
    page = await seller.opens("/seller/shipping")
    await page.get_by_role("button", name="New rate").click()
    await page.get_by_role("button", name="Save the rate").click()
    await expect(page.get_by_label("Name")).to_be_focused()
    await page.get_by_label("Name").fill(name)
    await page.get_by_label("Price of a delivery").fill("2.50")
    await page.get_by_label("Arrives after at least").fill("9")
    await page.get_by_role("button", name="Save the rate").click()
    await expect(page.get_by_label("And at most")).to_be_focused()
    await page.get_by_label("And at most").fill("12")
    await page.get_by_role("button", name="Save the rate").click()
    row = page.get_by_role("listitem").filter(has_text=name)
    await expect(row).to_contain_text("2.50 · 9 to 12 days")

    office = await (await (await arrives()).signs_in(ADMIN)).opens("/manager/shipping")
    await expect(office.get_by_role("button", name="New rate")).to_be_visible()
    await expect(office.get_by_text(name)).to_have_count(0)
    await page.get_by_role("button", name=f"Edit {name}").click()
    await page.get_by_role("button", name=f"Remove {name}").click()
    await page.get_by_role("button", name="Remove it").click()
    await expect(row).to_have_count(0)


async def test_a_shop_s_words_and_settings_are_changed(arrives: Arrives, seller: Person) -> None:
    page = await seller.opens("/seller/settings")
    words = page.get_by_label("What do you sell?")
    before = await words.input_value()
    await words.fill(f"{before} And lamps.")
    await page.get_by_role("button", name="Save the words").click()
    await expect(page.get_by_text("Saved: customers read it now.").first).to_be_visible()
    store = await (await arrives()).opens("/shops/pixelwerk")
    await expect(store.get_by_text("And lamps.")).to_be_visible()
    await words.fill(before)
    await page.get_by_role("button", name="Save the words").click()
    await page.get_by_label("Takes goods back for").fill("7")
    await page.get_by_role("button", name="Save", exact=True).click()
    await expect(page.get_by_label("Takes goods back for")).to_be_focused()
    await page.get_by_label("Takes goods back for").fill("30")
    await page.get_by_label("E-mail").fill("hello@pixelwerk.test")
    await page.get_by_label("About every new order").uncheck()
    await page.get_by_role("button", name="Save", exact=True).click()
    await expect(page.get_by_text("Saved.", exact=True).first).to_be_visible()
    await page.reload()
    await expect(page.get_by_label("Takes goods back for")).to_have_value("30")
    await expect(page.get_by_label("About every new order")).not_to_be_checked()
    address = {"Name": "Pixelwerk GmbH", "Street and number": "Torstr. 1", "City": "Berlin", "Postal code": "10119"}
    await page.get_by_label("Country").select_option("DE")
    for label, text in address.items():
        await page.get_by_label(label, exact=True).fill(text)
    await page.get_by_role("button", name="Save for invoices").click()
    await expect(page.get_by_text("Saved: invoices from now on say so.").first).to_be_visible()
    await page.reload()
    await expect(page.get_by_label("Street and number", exact=True)).to_have_value("Torstr. 1")
    await expect(page.get_by_label("Takes goods back for")).to_have_value("30")


async def test_earnings_grow_in_front_of_the_seller_as_somebody_pays(arrives: Arrives, seller: Person) -> None:
    buyer = await (await arrives()).registers()
    await buyer.buys(seller)
    page = await seller.opens("/seller/earnings")
    await expect(page.get_by_role("heading", name="Statement")).to_be_visible()
    rows = page.get_by_role("region", name="Statement").get_by_role("row")
    latest = await rows.nth(1).inner_text()
    await buyer.buys(seller, quantity=2)
    await expect(rows.nth(1)).not_to_have_text(latest, use_inner_text=True)
    await expect(page.get_by_text("Sale", exact=True).first).to_be_visible()
