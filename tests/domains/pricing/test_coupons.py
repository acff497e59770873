"""Coupons: made by whom they belong to, used as often as they may be and not once more, and what became of them."""

import asyncio
from collections.abc import Awaitable
from typing import Any
from uuid import UUID

import pytest

from fastshop.contract.base import IdReused, Money, NotFound, SignInNeeded
from fastshop.contract.catalog import NoShop, Price
from fastshop.contract.prices import CreatePriceTier, EditPriceTier, TierNotFound
from fastshop.contract.pricing import BuyGet, FixedAmount, FreeShipping, Percent, Scope, Step, Tiers
from fastshop.contract.promotions import (
    CampaignNotFound,
    CouponCodeTaken,
    CouponInUse,
    CouponNotFound,
    CouponUnknown,
    CouponUsedUp,
    DeactivateCoupon,
    DeleteCampaign,
    DeleteCoupon,
    EditCampaign,
    EditCoupon,
    GenerateCoupons,
    ListCoupons,
    ListCouponUses,
    ShowCoupon,
    ShowCouponPerformance,
    Terms,
    TermsUnclear,
    TooManyCodes,
)
from fastshop.ids import new_id
from tests.domains.pricing.conftest import ADMIN, CUSTOMER, OTHER, OURS, SHOPLESS, TEN, THEIRS, Shop
from tests.domains.pricing.shop import HOUR, NOW, became, eur
from tests.support import eventually


async def test_a_creation_sent_again_answers_the_same_and_another_one_is_refused(shop: Shop) -> None:
    its_id = new_id()
    first = await shop.coupon(coupon_id=its_id)
    assert await shop.coupon(coupon_id=its_id) == first
    for other in ({"usage_limit": 1}, {"terms": Terms(Percent(2000))}, {"caller": OURS}):
        with pytest.raises(IdReused):
            await shop.coupon(**({"coupon_id": its_id} | other))


async def test_two_coupons_have_two_codes(shop: Shop) -> None:
    await shop.coupon(THEIRS)
    with pytest.raises(CouponCodeTaken):
        await shop.coupon(OURS)


async def test_a_seller_s_coupon_is_for_their_own_goods(shop: Shop) -> None:
    reward = BuyGet(1, 1, gets=Scope(variants=(shop.teapot.variants[0].id,)))
    coupon = await shop.coupon(OURS, reward, code="FREE-POT")
    assert coupon.seller_id == OURS.seller_id
    assert (await shop.validate("FREE-POT")).totals.discount.amount == 0
    await shop.coupon(OURS, terms=Terms(TEN, Scope(sellers=(UUID(int=15),))))
    quote = await shop.validate("tenth ")
    assert quote.totals.discount == Money(100, "EUR")
    assert [discount.paid_by for discount in quote.lines[0].discounts] == [OURS.seller_id]


async def test_only_who_acts_for_a_shop_makes_coupons(shop: Shop) -> None:
    with pytest.raises(NoShop):
        await shop.coupon(SHOPLESS)


UNCLEAR: dict[str, dict[str, Any]] = {
    "window": {"valid_from": NOW, "valid_until": NOW},
    "currencies": {"terms": Terms(FixedAmount(eur(5)), min_order=Price(5, "USD"))},
    "three decimals": {"terms": Terms(FixedAmount(Price(5, "KWD")))},
    "steps": {"terms": Terms(Tiers((Step(5, 100), Step(3, 200))))},
}


@pytest.mark.parametrize("name", UNCLEAR)
async def test_terms_that_are_not_clear_are_refused(shop: Shop, name: str) -> None:
    with pytest.raises(TermsUnclear):
        await shop.coupon(**UNCLEAR[name])
    assert (await shop.coupons.list_all(ListCoupons(), ADMIN)).items == ()


COLUMNS: dict[str, tuple[Any, tuple[Any, ...]]] = {
    "percentage": (Percent(1255, eur(500)), ("12.55", "5.00")),
    "fixed": (FixedAmount(eur(700)), ("7.00", None)),
    "free_shipping": (FreeShipping(), (None, None)),
    "buy_x_get_y": (BuyGet(1, 1), ("100.00", None)),
    "tiers": (Tiers((Step(2, 100),)), (None, None)),
}


@pytest.mark.parametrize("kind", COLUMNS)
async def test_the_columns_of_a_coupon_say_what_its_terms_say(shop: Shop, kind: str) -> None:
    reward, told = COLUMNS[kind]
    coupon = await shop.coupon(terms=Terms(reward, min_order=eur(2000)))
    (row,) = await shop.database.fetch("SELECT type, value, max_discount, min_order FROM coupons")
    numbers = tuple(None if row[name] is None else str(row[name]) for name in ("value", "max_discount"))
    assert (row["type"], numbers, str(row["min_order"])) == (kind, told, "20.00")
    assert (await shop.coupons.show(ShowCoupon(coupon_id=coupon.id), ADMIN)).terms.reward == reward


async def test_another_shop_s_coupon_cannot_be_seen_or_touched(shop: Shop) -> None:
    theirs, shops_own = await shop.coupon(THEIRS), await shop.coupon(code="SHOP")
    for coupon in (theirs, shops_own):
        asked = coupon.id
        attempts = (
            shop.coupons.show(ShowCoupon(coupon_id=asked), OURS),
            shop.coupons.deactivate(DeactivateCoupon(coupon_id=asked), OURS),
            shop.coupons.delete(DeleteCoupon(coupon_id=asked), OURS),
            shop.coupons.list_uses(ListCouponUses(coupon_id=asked), OURS),
            shop.coupons.show_performance(ShowCouponPerformance(coupon_id=asked), OURS),
            shop.coupons.edit(EditCoupon(coupon_id=asked, name="Mine", terms=Terms(TEN)), OURS),
        )
        for attempt in attempts:
            with pytest.raises(CouponNotFound):
                await attempt
    assert (await shop.coupons.list_all(ListCoupons(), OURS)).items == ()
    assert len((await shop.coupons.list_all(ListCoupons(), ADMIN)).items) == 2


async def test_what_is_removed_at_the_same_moment_is_not_there(shop: Shop) -> None:
    coupon, campaign = await shop.coupon(), await shop.campaign()
    tier = CreatePriceTier(tier_id=new_id(), variant_id=shop.kettle.variants[0].id, price=eur(900))
    await shop.lists.create_tier(tier, OURS)
    edit = EditCampaign(campaign_id=campaign.id, name="Other", terms=Terms(TEN), start_date=NOW, end_date=NOW + HOUR)
    removed = asyncio.Event()

    async def then(work: Awaitable[Any]) -> Any:
        await removed.wait()
        return await work

    asked = [
        asyncio.create_task(then(shop.coupons.deactivate(DeactivateCoupon(coupon_id=coupon.id), ADMIN))),
        asyncio.create_task(then(shop.campaigns.edit(edit, ADMIN))),
        asyncio.create_task(then(shop.lists.edit_tier(EditPriceTier(tier_id=tier.tier_id, price=eur(800)), OURS))),
    ]
    async with shop.database.transaction() as transaction:
        for table in ("coupons", "campaigns", "price_tiers"):
            await transaction.connection.execute(f"DELETE FROM {table}")
        removed.set()

        async def all_wait() -> bool:
            count = "SELECT count(*) FROM pg_locks WHERE NOT granted"
            return bool(await transaction.connection.fetchval(count) >= len(asked))

        await eventually(all_wait)
    outcomes = await asyncio.gather(*asked, return_exceptions=True)
    assert [type(outcome) for outcome in outcomes] == [CouponNotFound, CampaignNotFound, TierNotFound]


async def test_who_changes_promotions_is_written_down(shop: Shop) -> None:
    coupon, campaign = await shop.coupon(), await shop.campaign(OURS)
    await shop.coupon(coupon_id=coupon.id)
    await shop.coupons.deactivate(DeactivateCoupon(coupon_id=coupon.id), ADMIN)
    await shop.coupons.delete(DeleteCoupon(coupon_id=coupon.id), ADMIN)
    await shop.campaigns.delete(DeleteCampaign(campaign_id=campaign.id), OURS)
    written = await shop.database.fetch("SELECT actor_id, action, subject FROM audit_logs ORDER BY number")
    assert [tuple(row) for row in written] == [
        (ADMIN.user_id, "coupons.create", f"coupon:{coupon.id}"),
        (OURS.user_id, "campaigns.create", f"campaign:{campaign.id}"),
        (ADMIN.user_id, "coupons.deactivate", f"coupon:{coupon.id}"),
        (ADMIN.user_id, "coupons.delete", f"coupon:{coupon.id}"),
        (OURS.user_id, "campaigns.delete", f"campaign:{campaign.id}"),
    ]


async def test_two_hundred_want_the_last_use_and_one_gets_it(shop: Shop) -> None:
    coupon = await shop.coupon(usage_limit=3)
    for _ in range(2):
        await shop.redeem(coupon)
    outcomes = await asyncio.gather(*(shop.redeem(coupon) for _ in range(200)), return_exceptions=True)
    got = [outcome for outcome in outcomes if isinstance(outcome, UUID)]
    assert len(got) == 1
    assert all(isinstance(each, CouponUsedUp) and not each.by_you for each in outcomes if each not in got)
    assert (await shop.coupons.show(ShowCoupon(coupon_id=coupon.id), ADMIN)).usage_count == 3


async def test_a_customer_uses_it_as_often_as_they_may_and_others_do_too(shop: Shop) -> None:
    coupon = await shop.coupon(per_customer_limit=1)
    outcomes = await asyncio.gather(*(shop.redeem(coupon) for _ in range(5)), return_exceptions=True)
    refused = [each for each in outcomes if isinstance(each, CouponUsedUp)]
    assert [each.by_you for each in refused] == [True] * 4
    await shop.redeem(coupon, user_id=OTHER.user_id)
    with pytest.raises(SignInNeeded):
        await shop.redeem(coupon, user_id=None)


async def test_the_same_order_uses_it_once(shop: Shop) -> None:
    coupon = await shop.coupon(usage_limit=1)
    order = await shop.redeem(coupon)
    assert await shop.redeem(coupon, order_id=order) == order
    assert (await shop.coupons.show(ShowCoupon(coupon_id=coupon.id), ADMIN)).usage_count == 1


async def test_a_cancelled_order_gives_the_use_back_once(shop: Shop) -> None:
    coupon = await shop.coupon(usage_limit=1, per_customer_limit=1)
    order = await shop.redeem(coupon)
    for _ in range(2):
        await shop.give_back(order)
    assert (await shop.coupons.show(ShowCoupon(coupon_id=coupon.id), ADMIN)).usage_count == 0
    await shop.redeem(coupon)


async def test_an_order_that_is_refused_has_used_nothing(shop: Shop) -> None:
    coupon, over = await shop.coupon(), await shop.coupon(code="OVER")
    await shop.coupons.deactivate(DeactivateCoupon(coupon_id=over.id), ADMIN)
    with pytest.raises(CouponUsedUp):
        await shop.redeem(coupon, over)
    assert (await shop.coupons.show(ShowCoupon(coupon_id=coupon.id), ADMIN)).usage_count == 0


async def test_what_became_of_a_coupon(shop: Shop) -> None:
    coupon, other = await shop.coupon(), await shop.coupon(code="OTHER")
    await shop.redeem(other)
    first = await shop.redeem(coupon)
    for user in (CUSTOMER, OTHER, OTHER):
        shop.clock.turn(seconds=1)
        await shop.redeem(coupon, user_id=user.user_id)
    await shop.give_back(first)
    figures = await shop.coupons.show_performance(ShowCouponPerformance(coupon_id=coupon.id), ADMIN)
    assert (figures.uses, figures.customers, figures.given_back) == (3, 2, 1)
    assert figures.discounts == (Money(300, "EUR"),)
    page = await shop.coupons.list_uses(ListCouponUses(coupon_id=coupon.id, limit=3), ADMIN)
    rest = await shop.coupons.list_uses(ListCouponUses(coupon_id=coupon.id, cursor=page.next or ""), ADMIN)
    assert [use.order_id for use in rest.items] == [first]
    assert rest.items[0].given_back_at is not None


async def test_a_coupon_that_was_used_is_switched_off_not_removed(shop: Shop) -> None:
    coupon = await shop.coupon()
    await shop.redeem(coupon)
    with pytest.raises(CouponInUse):
        await shop.coupons.delete(DeleteCoupon(coupon_id=coupon.id), ADMIN)
    assert not (await shop.coupons.deactivate(DeactivateCoupon(coupon_id=coupon.id), ADMIN)).active
    unused = await shop.coupon(code="UNUSED")
    await shop.coupons.delete(DeleteCoupon(coupon_id=unused.id), ADMIN)
    with pytest.raises(NotFound):
        await shop.coupons.show(ShowCoupon(coupon_id=unused.id), ADMIN)


async def test_an_edit_replaces_all_but_code_and_uses(shop: Shop) -> None:
    coupon = await shop.coupon(OURS, usage_limit=5)
    for _ in range(2):
        await shop.redeem(coupon)
    command = EditCoupon(coupon_id=coupon.id, name="Half", terms=Terms(Percent(5000)), usage_limit=1)
    edited = await shop.coupons.edit(command, OURS)
    assert (edited.name, edited.code, edited.usage_count, edited.usage_limit) == ("Half", "TENTH", 2, 2)
    assert edited.terms.scope.sellers == (OURS.seller_id,)


async def test_codes_by_the_hundred_are_each_used_once(shop: Shop) -> None:
    command = GenerateCoupons(batch_id=new_id(), count=100, name="Thanks", terms=Terms(TEN), prefix="TY")
    batches = await asyncio.gather(*(shop.coupons.generate(command, ADMIN) for _ in range(3)))
    assert batches[0] == batches[1] == batches[2]
    codes = batches[0].codes
    assert len(set(codes)) == 100
    assert all(code.startswith("TY") and len(code) == 14 for code in codes)
    assert (await shop.validate(codes[7])).totals.discount.amount == 300
    page = await shop.coupons.list_all(ListCoupons(limit=100), ADMIN)
    (coupon,) = (each for each in page.items if each.code == codes[7])
    await shop.redeem(coupon)
    assert became((await shop.validate(codes[7])).tried) == {"Thanks": "used_up"}
    other = GenerateCoupons(batch_id=command.batch_id, count=99, name="Thanks", terms=Terms(TEN), prefix="TY")
    with pytest.raises(IdReused):
        await shop.coupons.generate(other, ADMIN)


async def test_wrong_over_not_begun_and_switched_off_are_one_answer(shop: Shop) -> None:
    await shop.coupon(code="OVER", valid_until=NOW)
    await shop.coupon(code="LATER", valid_from=NOW + HOUR)
    off = await shop.coupon(code="OFF")
    await shop.coupons.deactivate(DeactivateCoupon(coupon_id=off.id), ADMIN)
    for code in ("OVER", "LATER", "OFF", "NONE"):
        with pytest.raises(CouponUnknown):
            await shop.validate(code)


async def test_who_guesses_codes_is_stopped_and_who_knows_them_is_not(shop: Shop) -> None:
    await shop.coupon()
    for _ in range(30):
        await shop.validate("TENTH")
    for _ in range(20):
        with pytest.raises(CouponUnknown):
            await shop.validate("GUESS")
    with pytest.raises(TooManyCodes):
        await shop.validate("TENTH")
    with pytest.raises(TooManyCodes):
        await shop.best(CUSTOMER, "TENTH")


async def test_a_limit_that_is_reached_is_told(shop: Shop) -> None:
    mine = await shop.coupon(per_customer_limit=1)
    await shop.redeem(mine)
    assert became((await shop.validate("TENTH", CUSTOMER)).tried) == {"A tenth": "used_up_by_you"}
    assert became((await shop.validate("TENTH", OTHER)).tried) == {"A tenth": "applied"}
