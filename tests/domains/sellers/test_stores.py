"""Shops' pages and settings, and what a suspension does."""

import asyncio
import dataclasses
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from msgspec.structs import replace

from fastshop.contract.addresses import PostalAddress
from fastshop.contract.base import Command, Money, NotAllowed
from fastshop.contract.catalog import (
    PRODUCT,
    ListProducts,
    ListSellerProducts,
    Price,
    ProductChanged,
    ShowProduct,
    StockLow,
)
from fastshop.contract.flash_sales import CreateSale, Phase, ShowSale
from fastshop.contract.orders import SELLER, Order, OrderLine, OrderPlaced, OrderState
from fastshop.contract.seller_orders import SellerOrder, SellerOrderState
from fastshop.contract.sellers import (
    EditSettings,
    EditStore,
    ListSellers,
    ListStoreProducts,
    ReinstateSeller,
    SellerContact,
    SellerReinstated,
    SellerSuspended,
    SetSellerTaxation,
    ShowSettings,
    ShowStore,
    SuspendSeller,
)
from fastshop.ids import new_id
from server.kernel.channel import ChannelNotFound
from tests.domains.town import ADMIN, ANN, MANAGER, OURS, OWNER, RIVAL, THEIRS, Town

SUSPEND = SuspendSeller(seller_id=OURS, reason="Nothing arrives.")
SETTINGS = EditSettings(
    seller_id=OURS, return_days=30, handling_days=1, low_stock_mail=True, contact=SellerContact("Us@Example.com")
)


def flash_sale(variant_id: UUID, starts: datetime) -> CreateSale:
    return CreateSale(
        sale_id=new_id(),
        variant_id=variant_id,
        sale_price=Price(500, "EUR"),
        start_time=starts,
        end_time=starts + timedelta(hours=1),
        quantity_limit=1,
    )


async def names(town: Town, who: UUID | None, **fields: Any) -> list[str]:
    return [seller.name for seller in (await town.ask(ListSellers(**fields), who)).items]


async def test_everybody_sees_a_shop_by_its_id_or_address(town: Town) -> None:
    product, teapot = await town.product(), await town.product(RIVAL)
    for shown, stars in ((product, [0, 0, 0, 1, 2]), (teapot, [9, 0, 0, 0, 0])):
        await town.database.fetch("UPDATE products SET stars = $2 WHERE id = $1", shown.id, stars)
    page = await town.ask(ShowStore(seller="ours"), None)
    assert await town.ask(ShowStore(seller=str(OURS)), ANN) == page
    assert (page.rating.count, page.rating.stars, page.since) == (3, (0, 0, 0, 1, 2), town.clock.now())
    assert await town.refused(ShowStore(seller=str(new_id())), None) == "catalog.seller_not_found"
    assert (await town.ask(ShowStore(seller="theirs"), None)).rating.count == 9
    assert [card.id for card in (await town.ask(ListStoreProducts(seller="ours"), None)).items] == [product.id]


async def test_sellers_page_by_name(town: Town) -> None:
    page = await town.ask(ListSellers(limit=1), None)
    rest = await town.ask(ListSellers(limit=1, cursor=page.next), None)
    assert [each.name for each in (*page.items, *rest.items)] == ["Ours", "Theirs"]
    assert rest.next is None


async def test_an_owner_says_what_the_shop_is_and_how_it_works(town: Town) -> None:
    page = await town.ask(EditStore(seller_id=OURS, name=" New  name ", description="Hello.\nYou."), OWNER)
    assert (page.name, page.description, page.slug) == ("New name", "Hello.\nYou.", "ours")
    assert (await town.ask(ShowSettings(seller_id=OURS), OWNER)).contact is None
    settings = await town.ask(SETTINGS, OWNER)
    assert (settings.return_days, settings.contact) == (30, SellerContact("us@example.com"))
    assert await town.ask(ShowSettings(seller_id=OURS), MANAGER) == settings
    assert await town.ask(replace(SETTINGS, contact=None), OWNER) == settings
    assert (await town.ask(ShowStore(seller="ours"), None)).return_days == 30
    assert (await town.ask(ShowStore(seller="theirs"), None)).return_days == 14


async def test_an_owner_says_what_invoices_need_and_it_stays_until_it_is_said_anew(town: Town) -> None:
    office = PostalAddress(name="Ours GmbH", country="DE", street="Am Markt 1", city="Bremen", postal_code="28195")
    await town.database.fetch("UPDATE sellers SET country = 'DE' WHERE id = $1", OURS)
    told = await town.ask(replace(SETTINGS, tax_number="DE 136 695 976", invoice_address=office), OWNER)
    assert (told.tax_number, told.invoice_address) == ("136695976", office)
    assert await town.ask(SETTINGS, OWNER) == told
    wrong = (
        ({"tax_number": "DE 136 695 977"}, "sellers.tax_number_invalid"),
        ({"invoice_address": replace(office, postal_code="X")}, "addresses.invalid"),
    )
    for fields, code in wrong:
        assert await town.refused(replace(SETTINGS, **fields, return_days=99), OWNER) == code
    assert await town.ask(ShowSettings(seller_id=OURS), MANAGER) == told
    assert (await town.ask(ShowSettings(seller_id=THEIRS), MANAGER)).invoice_address is None


async def test_what_is_suspended_is_hidden_and_cannot_be_bought_and_comes_back(town: Town) -> None:
    product, teapot = await town.product(), await town.product(RIVAL)
    variant = product.variants[0].id
    settings = await town.ask(SUSPEND, MANAGER)
    assert settings.suspended_for == "Nothing arrives."
    assert [card.id for card in (await town.ask(ListProducts(), ANN)).items] == [teapot.id]
    assert await town.refused(ShowProduct(product=product.slug), ANN) == "catalog.product_not_found"
    offer = await town.domains.goods.stock.offer(variant)
    assert offer is not None
    assert not offer.visible
    assert await names(town, None) == ["Theirs"]
    assert await names(town, None, suspended=True) == []
    assert await names(town, MANAGER, suspended=True) == ["Ours"]
    for page in (ShowStore(seller="ours"), ListStoreProducts(seller="ours")):
        assert await town.refused(page, ANN) == "catalog.seller_not_found"
    assert (await town.ask(ShowStore(seller="ours"), OWNER)).suspended
    assert [card.id for card in (await town.ask(ListSellerProducts(), OWNER)).items] == [product.id]
    edit = EditStore(seller_id=OURS, name="Other", description="")
    assert await town.refused(edit, OWNER) == "sellers.suspended"
    await town.ask(edit, ADMIN)
    assert (await town.ask(ReinstateSeller(seller_id=OURS), ADMIN)).suspended_for == ""
    assert (await town.ask(ShowProduct(product=product.slug), ANN)).seller.name == "Other"
    offer = await town.domains.goods.stock.offer(variant)
    assert offer is not None
    assert offer.visible


async def test_watchers_of_products_and_the_owner_are_told(town: Town) -> None:
    product = await town.product()
    teapot = await town.product(RIVAL)
    await town.work()
    await town.ask(SUSPEND, MANAGER)
    ((to, subject, text),) = await town.work()
    assert (to, subject) == ("owner@example.com", "Your shop is suspended")
    assert "Nothing arrives." in text
    changes = [each.product.seller.suspended for each in await products_told(town, product.id)]
    assert changes[0] is False
    assert set(changes[1:]) == {True}
    watch, key = town.domains.watches().find(PRODUCT.of(product.id))
    with pytest.raises(ChannelNotFound):
        await watch.admit(key, await town.caller(ANN))
    await town.ask(ReinstateSeller(seller_id=OURS), MANAGER)
    ((to, subject, _),) = await town.work()
    assert (to, subject) == ("owner@example.com", "Your shop is open again")
    assert (await products_told(town, product.id))[-1].product.seller.suspended is False
    assert len(await products_told(town, teapot.id)) == 1
    assert [type(each) for each in await town.told(SELLER.of(OURS))] == [SellerSuspended, SellerReinstated]


async def products_told(town: Town, product_id: UUID) -> list[ProductChanged]:
    return [each for each in await town.told(PRODUCT.of(product_id)) if isinstance(each, ProductChanged)]


async def test_sales_of_who_is_suspended_are_called_off_and_no_others(town: Town) -> None:
    sales = {}
    for owner in (OWNER, RIVAL):
        variant, now = (await town.product(owner)).variants[0].id, town.clock.now()
        for starts in (now, now + timedelta(days=1)):
            sale = flash_sale(variant, starts)
            sales[(await town.ask(sale, owner)).id] = owner
    await town.ask(SUSPEND, MANAGER)
    await town.work()
    for sale_id, owner in sales.items():
        shown = await town.ask(ShowSale(sale_id=sale_id), None)
        assert (shown.phase is Phase.CANCELLED) is (owner == OWNER)
        assert shown.sale_price == Money(500, "EUR")
    again = flash_sale(variant, now)
    assert (await town.ask(again, RIVAL)).phase is Phase.OPEN


async def test_who_is_reinstated_before_the_job_ran_keeps_the_sales(town: Town) -> None:
    variant, now = (await town.product()).variants[0].id, town.clock.now()
    sale = flash_sale(variant, now)
    await town.ask(sale, OWNER)
    await town.ask(SUSPEND, MANAGER)
    await town.ask(ReinstateSeller(seller_id=OURS), MANAGER)
    await town.work()
    assert (await town.ask(ShowSale(sale_id=sale.sale_id), None)).phase is Phase.OPEN


async def test_suspended_twice_at_once_it_is_told_once(town: Town) -> None:
    managers = [await town.caller(MANAGER), await town.caller(ADMIN)]
    await asyncio.gather(*(town.ask_as(SUSPEND, who) for who in managers))
    assert len(await town.told(SELLER.of(OURS))) == 1
    await asyncio.gather(*(town.ask_as(ReinstateSeller(seller_id=OURS), who) for who in managers))
    assert len(await town.told(SELLER.of(OURS))) == 2


async def test_the_contact_is_written_to_when_stock_runs_low_unless_it_would_not(town: Town) -> None:
    product = await town.product()
    event = StockLow(time=town.clock.now(), variant_id=product.variants[0].id, sku="A{0}", on_hand=1, threshold=2)
    letters = town.domains.sellers.letters
    await letters.stock_low(event)
    await town.ask(SETTINGS, OWNER)
    for _ in range(2):
        await letters.stock_low(event)
    mails = await town.database.fetch("SELECT * FROM outbox_mails")
    assert [(mail["recipient"], mail["text"].split("\n")[0]) for mail in mails] == [
        ("us@example.com", "Jumper (A{0}): 1 left, your threshold is 2.")
    ]


async def bought(town: Town, *sellers: UUID) -> None:
    """An order with a line of each of these sellers, told as orders are: whole, and to each seller theirs."""
    order_id, now = new_id(), town.clock.now()
    for whose in (sellers, *((seller_id,) for seller_id in sellers)):
        lines = tuple(order_line(seller_id) for seller_id in whose)
        parts = tuple(SellerOrder(seller_id, SellerOrderState.PLACED, 1, ()) for seller_id in whose)
        order = Order(order_id, "FS-1", ANN, OrderState.PAID, lines, Money(1000, "EUR"), None, now, parts=parts)
        await town.domains.sellers.letters.ordered(OrderPlaced(time=now, order=order))


def order_line(seller_id: UUID) -> OrderLine:
    title = "Jumper\nof wool" if seller_id == OURS else "Pot"
    product_id, variant_id, price = UUID(int=1), UUID(int=2), Money(500, "EUR")
    return OrderLine(product_id, variant_id, seller_id, title, "A1", {}, 2, price, price.times(2))


async def test_sellers_are_written_to_once_about_their_part_of_a_new_order_unless_they_would_not(town: Town) -> None:
    await town.ask(SETTINGS, OWNER)
    contact = SellerContact("them@example.com")
    await town.ask(replace(SETTINGS, seller_id=THEIRS, contact=contact, new_order_mail=False), RIVAL)
    await bought(town, OURS, THEIRS)
    mails = await town.database.fetch("SELECT * FROM outbox_mails")
    assert [(mail["recipient"], mail["subject"]) for mail in mails] == [("us@example.com", "New order FS-1")]
    assert "2 × Jumper of wool (A1)" in mails[0]["text"]
    assert "Pot" not in mails[0]["text"]
    assert "ann" not in mails[0]["text"]
    await town.ask(replace(SETTINGS, new_order_mail=False), OWNER)
    assert not (await town.ask(SETTINGS, OWNER)).new_order_mail  # who does not say leaves it
    await bought(town, OURS)
    assert len(await town.database.fetch("SELECT * FROM outbox_mails")) == 1


@pytest.mark.parametrize(
    "who", [None, ANN, RIVAL, OWNER, MANAGER], ids=["guest", "customer", "rival", "owner", "manager"]
)
async def test_nobody_changes_a_shop_but_its_owner_and_nobody_suspends_but_managers(
    town: Town, who: UUID | None
) -> None:
    editing: list[Command[Any]] = [EditStore(seller_id=OURS, name="Mine", description=""), SETTINGS]
    deciding: list[Command[Any]] = [SUSPEND, ReinstateSeller(seller_id=OURS)]
    before = await town.database.fetch("SELECT * FROM sellers ORDER BY id")
    forbidden = [*(editing if who != OWNER else ()), *(deciding if who != MANAGER else ())]
    for command in forbidden:
        code = await town.refused(command, who)
        hidden = who == RIVAL and command in editing
        assert code == ("sign_in_needed" if who is None else "catalog.seller_not_found" if hidden else "not_allowed")
    assert await town.database.fetch("SELECT * FROM sellers ORDER BY id") == before
    assert await town.refused(SuspendSeller(seller_id=new_id(), reason="X"), ADMIN) == "catalog.seller_not_found"


async def test_settings_are_read_by_who_works_there_and_managers(town: Town) -> None:
    assert await town.refused(ShowSettings(seller_id=OURS), RIVAL) == "catalog.seller_not_found"
    assert await town.refused(ShowSettings(seller_id=OURS), ANN) == "not_allowed"
    assert (await town.ask(ShowSettings(seller_id=THEIRS), RIVAL)).seller_id == THEIRS


async def test_a_manager_says_that_a_seller_charges_no_tax_and_never_whoever_works_there(town: Town) -> None:
    small = SetSellerTaxation(seller_id=OURS, untaxed_for="Small enterprise")
    for who, code in ((OWNER, "not_allowed"), (RIVAL, "not_allowed"), (ANN, "not_allowed"), (None, "sign_in_needed")):
        assert await town.refused(small, who) == code
    inside = dataclasses.replace(await town.caller(MANAGER), seller_id=OURS)
    with pytest.raises(NotAllowed):
        await town.ask_as(small, inside)
    assert (await town.ask(small, MANAGER)).untaxed_for == "Small enterprise"
    await town.ask(small, ADMIN)
    # What the owner says of the shop leaves it alone.
    assert (await town.ask(SETTINGS, OWNER)).untaxed_for == "Small enterprise"
    assert (await town.ask(ShowSettings(seller_id=THEIRS), MANAGER)).untaxed_for == ""
    assert (await town.ask(SetSellerTaxation(seller_id=OURS), MANAGER)).untaxed_for == ""
    missing = SetSellerTaxation(seller_id=new_id(), untaxed_for="Small enterprise")
    assert await town.refused(missing, MANAGER) == "catalog.seller_not_found"
    written = await town.database.fetch("SELECT facts FROM audit_logs WHERE action = 'sellers.set_taxation'")
    assert len(written) == 2
