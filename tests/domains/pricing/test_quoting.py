"""What the engine is fed with: promotions, lists and taxes as they hold at a moment, for one person."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from fastshop.contract.base import Done, IdReused, Money
from fastshop.contract.catalog import NoShop, Price, ProductStatus, SetPrice, VariantNotFound
from fastshop.contract.prices import (
    CreatePriceTier,
    DeletePriceTier,
    DeleteTaxZone,
    EditPriceTier,
    ListPriceTiers,
    ListTaxZones,
    PlaceTaken,
    PricePoint,
    Rate,
    SaveTaxZone,
    ShowPriceHistory,
    TierNotFound,
    TierTaken,
    ZoneNotFound,
)
from fastshop.contract.pricing import Audience, NoPrice, Scope
from fastshop.contract.promotions import (
    CampaignNotFound,
    DeleteCampaign,
    EditCampaign,
    GroupUnknown,
    ListCampaigns,
    ListOwnCampaigns,
    ShowCampaign,
    Terms,
    TermsUnclear,
    TooManyCodes,
    Wanted,
)
from fastshop.ids import new_id
from server.domains.pricing.engine.words import Customer, FlashPrice, Shipment, Window
from server.domains.pricing.rules import lowest_before
from server.domains.pricing.service import Cart, CartLine
from server.kernel.caller import GUEST
from tests.domains.catalog.conftest import edited
from tests.domains.pricing.conftest import ADMIN, CUSTOMER, MANAGER, OURS, SHOPLESS, TEN, THEIRS, Shop
from tests.domains.pricing.shop import GERMAN, HOUR, NOW, became, eur

DAY = timedelta(days=1)


async def test_a_campaign_applies_by_itself_while_it_runs(shop: Shop) -> None:
    await shop.campaign()
    assert (await shop.best()).totals.discount == Money(300, "EUR")
    shop.clock.turn(hours=1)
    assert (await shop.best()).tried == ()


async def test_a_seller_s_campaign_is_for_their_goods(shop: Shop) -> None:
    await shop.campaign(OURS)
    quote = await shop.best()
    assert [line.after.amount for line in quote.lines] == [900, 2000]
    with pytest.raises(NoShop):
        await shop.campaign(SHOPLESS)


async def test_a_campaign_is_made_once_changed_and_removed_by_whom_it_belongs_to(shop: Shop) -> None:
    its_id = new_id()
    made = await shop.campaign(OURS, campaign_id=its_id)
    assert await shop.campaign(OURS, campaign_id=its_id) == made
    with pytest.raises(IdReused):
        await shop.campaign(OURS, campaign_id=its_id, name="Another")
    fields: dict[str, Any] = {"campaign_id": its_id, "terms": Terms(TEN), "start_date": NOW, "end_date": NOW + DAY}
    for caller in (THEIRS, SHOPLESS):
        with pytest.raises(CampaignNotFound):
            await shop.campaigns.edit(EditCampaign(name="Mine", **fields), caller)
        with pytest.raises(CampaignNotFound):
            await shop.campaigns.delete(DeleteCampaign(campaign_id=its_id), caller)
    edited_ = await shop.campaigns.edit(EditCampaign(name="Day", banner_url="/day.svg", **fields), ADMIN)
    assert (edited_.name, edited_.seller_id, edited_.end_date) == ("Day", OURS.seller_id, NOW + DAY)
    assert await shop.campaigns.delete(DeleteCampaign(campaign_id=its_id), OURS) == Done()
    with pytest.raises(CampaignNotFound):
        await shop.campaigns.show(ShowCampaign(campaign_id=its_id), ADMIN)


async def test_visitors_see_the_campaigns_that_run_the_first_to_end_first(shop: Shop) -> None:
    later = await shop.campaign(name="Later", start_date=NOW + HOUR, end_date=NOW + DAY)
    long = await shop.campaign(name="Long", end_date=NOW + DAY)
    short = await shop.campaign(name="Short")
    await shop.campaign(name="Over", end_date=NOW)
    first = await shop.campaigns.list_running(ListCampaigns(limit=1), GUEST)
    rest = await shop.campaigns.list_running(ListCampaigns(cursor=first.next or ""), GUEST)
    assert [*first.items, *rest.items] == [short, long]
    with pytest.raises(CampaignNotFound):
        await shop.campaigns.show(ShowCampaign(campaign_id=later.id), CUSTOMER)
    assert await shop.campaigns.show(ShowCampaign(campaign_id=later.id), MANAGER) == later
    assert await shop.campaigns.show(ShowCampaign(campaign_id=long.id), GUEST) == long


async def test_a_suspended_seller_s_campaigns_are_not_shown(shop: Shop) -> None:
    theirs = await shop.campaign(THEIRS, name="Theirs")
    await shop.campaign(OURS, name="Ours")
    await shop.database.fetch("UPDATE sellers SET suspended_at = now() WHERE id = $1", OURS.seller_id)
    assert (await shop.campaigns.list_running(ListCampaigns(), GUEST)).items == (theirs,)


async def test_who_makes_campaigns_sees_their_own_also_those_to_come_and_over(shop: Shop) -> None:
    later = await shop.campaign(OURS, name="Later", start_date=NOW + HOUR, end_date=NOW + DAY)
    over = await shop.campaign(OURS, name="Over", start_date=NOW - DAY, end_date=NOW)
    theirs = await shop.campaign(THEIRS, name="Theirs", start_date=NOW - HOUR)
    first = await shop.campaigns.list_own(ListOwnCampaigns(limit=1), OURS)
    rest = await shop.campaigns.list_own(ListOwnCampaigns(cursor=first.next or ""), OURS)
    assert [*first.items, *rest.items] == [later, over]
    assert (await shop.campaigns.list_own(ListOwnCampaigns(), MANAGER)).items == (later, theirs, over)
    with pytest.raises(NoShop):
        await shop.campaigns.list_own(ListOwnCampaigns(), SHOPLESS)


async def test_a_moment_that_has_not_come_can_be_looked_at(shop: Shop) -> None:
    await shop.campaign(OURS, name="Ours", start_date=NOW + DAY, end_date=NOW + 2 * DAY)
    await shop.campaign(THEIRS, name="Theirs", start_date=NOW + DAY, end_date=NOW + 2 * DAY)
    await shop.coupon(THEIRS, code="NEXT", valid_from=NOW + DAY)
    await shop.campaign(name="Now")
    then: dict[str, Any] = {"at": NOW + DAY, "codes": ("NEXT",)}
    assert became((await shop.simulate()).tried) == {"Now": "applied"}
    assert became((await shop.simulate(**then)).tried) == {
        "Ours": "applied",
        "Theirs": "applied",
        "A tenth": "applied",
    }
    assert became((await shop.simulate(OURS, **then)).tried) == {"Ours": "applied"}


async def test_a_preview_is_no_way_to_guess_codes(shop: Shop) -> None:
    await shop.coupon()
    for _ in range(20):
        await shop.simulate(OURS, codes=("TENTH",))
    with pytest.raises(TooManyCodes):
        await shop.simulate(OURS, codes=("TENTH",))
    assert (await shop.simulate(OURS)).totals.discount.amount == 0
    assert (await shop.simulate(ADMIN, codes=("TENTH",))).totals.discount.amount == 300


async def test_a_preview_is_for_anybody_it_names(shop: Shop) -> None:
    await shop.campaign(terms=Terms(TEN, audience=Audience(("trade",), ("DE",), newcomers=True)))
    assert (await shop.simulate()).totals.discount.amount == 0
    quote = await shop.simulate(groups=("trade",), country="DE", newcomer=True)
    assert quote.totals.discount.amount == 300


async def test_what_is_known_of_a_person_counts(shop: Shop) -> None:
    assert CUSTOMER.user_id is not None
    shop.known.people[CUSTOMER.user_id] = Customer(groups=frozenset({"trade"}))
    await shop.campaign(terms=Terms(TEN, audience=Audience(("trade",))))
    assert (await shop.best(CUSTOMER)).totals.discount.amount == 300
    assert (await shop.best()).totals.discount.amount == 0


async def test_a_category_includes_what_is_below_it(shop: Shop) -> None:
    parent, child = new_id(), new_id()
    for its_id, slug, above, path in ((parent, "home", None, ["home"]), (child, "tea", parent, ["home", "tea"])):
        query = "INSERT INTO categories (id, name, slug, parent_id, path) VALUES ($1, $2, $2, $3, $4)"
        await shop.database.fetch(query, its_id, slug, above, path)
    await shop.editing.edit_product(edited(shop.teapot, category_id=child), THEIRS)
    await shop.campaign(terms=Terms(TEN, Scope(categories=("home",))))
    assert [line.after.amount for line in (await shop.best()).lines] == [1000, 1800]
    await shop.database.fetch("UPDATE categories SET tax_class = 'reduced' WHERE slug = 'home'")
    await _germany(shop)
    quote = await shop.best(country="DE")
    assert [tax.rate for line in quote.lines for tax in line.taxes] == [190_000, 70_000]


async def test_what_is_not_for_sale_has_no_price(shop: Shop) -> None:
    await shop.editing.edit_product(edited(shop.teapot, status=ProductStatus.DRAFT), THEIRS)
    for lines in (shop.both, (Wanted(new_id()),)):
        with pytest.raises(VariantNotFound):
            await shop.best(lines=lines)
    with pytest.raises(NoPrice):
        await shop.best(lines=shop.both[:1], currency="USD")


async def test_a_cart_has_flash_prices_and_shipping(shop: Shop) -> None:
    flash = FlashPrice(new_id(), Money(100, "EUR"), Window(None, NOW + HOUR))
    lines = (
        CartLine(UUID(int=1), shop.both[0].variant_id, 2, flash),
        CartLine(UUID(int=2), shop.both[0].variant_id, 1),
    )
    assert OURS.seller_id is not None
    quote = await shop.pricing.quote(Cart(lines, "EUR", GERMAN, shipments=(Shipment(OURS.seller_id, 490),)))
    assert [line.after.amount for line in quote.lines] == [200, 1000]
    assert quote.totals.gross.amount == 1690


def _tier(shop: Shop, **fields: Any) -> CreatePriceTier:
    told: dict[str, Any] = {"tier_id": new_id(), "variant_id": shop.both[0].variant_id, "price": eur(800)}
    return CreatePriceTier(**(told | fields))


async def test_a_price_list_has_tiers_groups_currencies_and_times(shop: Shop) -> None:
    for fields in (
        {"min_quantity": 10},
        {"customer_group": "trade", "price": eur(700)},
        {"price": Price(900, "USD")},
        {"price": eur(600), "valid_from": NOW + DAY},
    ):
        await shop.lists.create_tier(_tier(shop, **fields), OURS)

    async def unit(quantity: int = 1, **more: Any) -> int:
        wanted = (Wanted(shop.both[0].variant_id, quantity),)
        return (await shop.simulate(lines=wanted, **more)).lines[0].unit_price.amount

    assert await unit() == 1000
    assert await unit(10) == 800
    assert await unit(groups=("trade",)) == 700
    assert await unit(currency="USD") == 900
    assert await unit(at=NOW + DAY) == 600


async def test_who_names_a_group_of_customers_that_there_is_not_is_told_so(shop: Shop) -> None:
    terms = Terms(TEN, audience=Audience(groups=("trade", "traed")))
    for asked in (
        shop.coupon(terms=terms),
        shop.campaign(terms=terms),
        shop.lists.create_tier(_tier(shop, customer_group="traed"), OURS),
    ):
        with pytest.raises(GroupUnknown, match="traed"):
            await asked


async def test_a_price_is_kept_once_changed_and_taken_off(shop: Shop) -> None:
    command = _tier(shop, customer_group="trade", min_quantity=5)
    tier = await shop.lists.create_tier(command, OURS)
    assert await shop.lists.create_tier(command, OURS) == tier
    with pytest.raises(IdReused):
        await shop.lists.create_tier(_tier(shop, tier_id=tier.id, min_quantity=6), OURS)
    with pytest.raises(TierTaken):
        await shop.lists.create_tier(_tier(shop, customer_group="trade", min_quantity=5), OURS)
    other = await shop.lists.create_tier(_tier(shop, customer_group="trade", min_quantity=5, valid_from=NOW), OURS)
    with pytest.raises(TierTaken):
        await shop.lists.edit_tier(EditPriceTier(tier_id=other.id, price=eur(1)), OURS)
    with pytest.raises(TermsUnclear):
        await shop.lists.edit_tier(EditPriceTier(tier_id=tier.id, price=Price(1, "USD")), OURS)
    with pytest.raises(TermsUnclear):
        await shop.lists.create_tier(_tier(shop, price=Price(1, "KWD")), OURS)
    edited_ = await shop.lists.edit_tier(EditPriceTier(tier_id=tier.id, price=eur(750)), OURS)
    listing = ListPriceTiers(variant_id=tier.variant_id)
    assert await shop.lists.list_tiers(listing, OURS) == (edited_, other)
    await shop.lists.delete_tier(DeletePriceTier(tier_id=tier.id), ADMIN)
    assert await shop.lists.list_tiers(listing, OURS) == (other,)


async def test_another_shop_s_list_cannot_be_seen_or_touched(shop: Shop) -> None:
    tier = await shop.lists.create_tier(_tier(shop), OURS)
    for variant_id in (tier.variant_id, new_id()):
        with pytest.raises(VariantNotFound):
            await shop.lists.list_tiers(ListPriceTiers(variant_id=variant_id), THEIRS)
        with pytest.raises(VariantNotFound):
            await shop.lists.create_tier(_tier(shop, variant_id=variant_id, min_quantity=3), THEIRS)
    for tier_id in (tier.id, new_id()):
        with pytest.raises(TierNotFound):
            await shop.lists.edit_tier(EditPriceTier(tier_id=tier_id, price=eur(1)), THEIRS)
        with pytest.raises(TierNotFound):
            await shop.lists.delete_tier(DeletePriceTier(tier_id=tier_id), THEIRS)


async def test_each_price_that_a_variant_had_is_remembered_whoever_changes_it(shop: Shop) -> None:
    variant_id = shop.both[0].variant_id
    for price in (900, 900, 950):
        await shop.editing.set_price(SetPrice(variant_id=variant_id, price=eur(price)), OURS)
    await shop.editing.edit_product(edited(shop.kettle, title="Kettle II"), OURS)
    shop.clock.turn(days=3650)  # the history is written by the clock of the database
    found = await shop.database.fetch("SELECT price FROM price_history WHERE variant_id = $1 ORDER BY id", variant_id)
    assert [int(row["price"] * 100) for row in found] == [1000, 900, 950, 1000]


async def test_the_history_is_that_of_what_is_for_sale(shop: Shop) -> None:
    variant_id = shop.both[0].variant_id
    await shop.database.fetch("DELETE FROM price_history")
    add = "INSERT INTO price_history (variant_id, currency, price, at) VALUES ($1, $2, $3, $4)"
    past = ((900, "EUR", 500), (10, "USD", 3), (800, "EUR", 380), (1200, "EUR", 20), (1000, "EUR", 10))
    for price, currency, days in past:
        await shop.database.fetch(add, variant_id, currency, price / 100, NOW - days * DAY)
    history = await shop.lists.show_history(ShowPriceHistory(variant_id=variant_id), GUEST)
    assert [(point.price.amount, (NOW - point.since).days) for point in history.points] == [
        (1000, 10),
        (1200, 20),
        (800, 380),
    ]
    # 10.00 is a reduction from 12.00; in the 30 days before it the lowest was 8.00.
    assert history.lowest == Money(800, "EUR")
    for unknown in (shop.both[1].variant_id, new_id()):
        with pytest.raises(VariantNotFound):
            await shop.lists.show_history(ShowPriceHistory(variant_id=unknown), GUEST)
    await shop.database.fetch("UPDATE sellers SET suspended_at = now() WHERE id = $1", OURS.seller_id)
    with pytest.raises(VariantNotFound):
        await shop.lists.show_history(ShowPriceHistory(variant_id=variant_id), GUEST)


LOWEST: dict[str, tuple[list[tuple[int, int]], int]] = {
    "the only price": ([(1000, 400)], 1000),
    "a reduction": ([(700, 5), (1000, 400)], 1000),
    "a reduction after a rise": ([(700, 5), (1000, 20), (800, 400)], 800),
    "a rise long before a reduction": ([(700, 5), (1000, 36), (800, 400)], 1000),
    "a rise just before a reduction": ([(700, 5), (1000, 34), (800, 400)], 800),
    "no reduction": ([(1000, 5), (800, 20), (900, 400)], 800),
    "new, and dearer at once": ([(1000, 1), (900, 2)], 900),
}


@pytest.mark.parametrize("name", LOWEST)
def test_the_lowest_price_of_the_thirty_days_before(name: str) -> None:
    past, lowest = LOWEST[name]
    points = [PricePoint(Money(amount, "EUR"), NOW - days * DAY) for amount, days in past]
    assert lowest_before(points, NOW).amount == lowest


async def _germany(shop: Shop, **fields: Any) -> SaveTaxZone:
    told: dict[str, Any] = {
        "zone_id": new_id(),
        "name": "Germany",
        "places": ("DE",),
        "rates": (Rate("VAT", 190_000), Rate("VAT", 70_000, "reduced", None, NOW + DAY)),
        "inclusive": True,
    }
    command = SaveTaxZone(**(told | fields))
    await shop.taxes.save_zone(command, ADMIN)
    return command


async def test_a_tax_zone_is_kept_replaced_and_removed(shop: Shop) -> None:
    austria = await _germany(shop, name="Austria", places=("AT", "AT"), rates=(), inclusive=False)
    saved = await _germany(shop)
    zones = await shop.taxes.list_zones(ListTaxZones(), GUEST)
    assert [(zone.name, zone.places, zone.inclusive, zone.rates) for zone in zones] == [
        ("Austria", ("AT",), False, ()),
        ("Germany", ("DE",), True, saved.rates),
    ]
    with pytest.raises(PlaceTaken) as taken:
        await _germany(shop, zone_id=austria.zone_id, places=("AT", "DE"))
    assert taken.value.place == "DE"
    assert await shop.taxes.zones() == zones
    await _germany(shop, zone_id=saved.zone_id, places=("DE", "DE-BY"), rates=saved.rates[:1])
    assert (await shop.taxes.zones())[1].rates == saved.rates[:1]
    assert (await shop.best(country="DE")).zone == "Germany"
    await shop.taxes.delete_zone(DeleteTaxZone(zone_id=saved.zone_id), ADMIN)
    assert (await shop.best(country="DE")).zone == ""
    with pytest.raises(ZoneNotFound):
        await shop.taxes.delete_zone(DeleteTaxZone(zone_id=saved.zone_id), ADMIN)
    written = await shop.database.fetch("SELECT action FROM audit_logs ORDER BY number")
    assert [row["action"] for row in written] == ["taxes.save_zone"] * 3 + ["taxes.delete_zone"]


async def test_a_rate_that_would_never_hold_is_refused(shop: Shop) -> None:
    never = Rate(name="VAT", rate=190_000, valid_from=NOW, valid_until=NOW)
    with pytest.raises(TermsUnclear) as refused:
        await _germany(shop, rates=(never,))
    assert refused.value.field == "rates"
    assert await shop.taxes.zones() == ()
