"""Products on show and off, now and at a moment: exact while the shop runs, made good after it did not."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from fastshop.contract.catalog import PRODUCT, ProductNotFound, ProductStatus
from fastshop.contract.publishing import (
    ApproveProduct,
    ArchiveProduct,
    PlanUnclear,
    PublishProduct,
    UnpublishProduct,
)
from server.domains.catalog import states
from server.domains.catalog.publishing import Publishing
from tests.domains.catalog.conftest import (
    ADMIN,
    CUSTOMER,
    MANAGER,
    NOBODYS,
    OURS,
    THEIRS,
    Market,
    refused,
)

DRAFT, ACTIVE, IN_REVIEW = ProductStatus.DRAFT, ProductStatus.ACTIVE, ProductStatus.IN_REVIEW
UNPUBLISHED, ARCHIVED = ProductStatus.UNPUBLISHED, ProductStatus.ARCHIVED


async def until_rest(publishing: Publishing) -> float:
    """Rounds until there is nothing to do for now; how long to rest then."""
    while (rest := await publishing.round()) == 0:
        pass
    return rest


async def status(market: Market, product_id: UUID) -> ProductStatus:
    return (await market.browsing.get(product_id)).status


def soon(market: Market, **delta: float) -> datetime:
    return market.clock.now() + timedelta(**delta)


@pytest.mark.parametrize("known", [each for each in ProductStatus if each is not ACTIVE])
async def test_a_seller_puts_on_show_what_is_not_reviewed(market: Market, known: ProductStatus) -> None:
    product = await market.in_state(known)
    await market.moderate(moderated=False)
    assert (await market.publishing.publish(PublishProduct(product_id=product.id), OURS)).status is ACTIVE
    assert (await market.show(product.id)).id == product.id
    before = await market.goods()
    await market.publishing.publish(PublishProduct(product_id=product.id), OURS)
    assert await market.goods() == before


@pytest.mark.parametrize(
    ("known", "after"),
    [(ACTIVE, UNPUBLISHED), (IN_REVIEW, UNPUBLISHED), (DRAFT, DRAFT), (ARCHIVED, ARCHIVED)],
)
async def test_a_seller_takes_off_show_what_is_on(market: Market, known: ProductStatus, after: ProductStatus) -> None:
    product = await market.in_state(known)
    assert (await market.publishing.unpublish(UnpublishProduct(product_id=product.id), OURS)).status is after


@pytest.mark.parametrize("known", ProductStatus)
async def test_deleting_puts_away_and_keeps(market: Market, known: ProductStatus) -> None:
    product = await market.in_state(known)
    await market.publishing.archive(ArchiveProduct(product_id=product.id), ADMIN)
    assert await status(market, product.id) is ARCHIVED
    assert (await market.show(market.teapot.id)).status is ACTIVE


@pytest.mark.parametrize("caller", [THEIRS, MANAGER, CUSTOMER])
@pytest.mark.parametrize("verb", ["publish", "unpublish", "archive"])
async def test_others_products_are_not_there(market: Market, caller: Any, verb: str) -> None:
    product = await market.create()
    before = await market.goods()
    command: Any = {"publish": PublishProduct, "unpublish": UnpublishProduct, "archive": ArchiveProduct}[verb]
    for product_id in (product.id, NOBODYS):
        doing = getattr(market.publishing, verb)(command(product_id=product_id), caller)
        assert isinstance(await refused(doing), ProductNotFound)
    assert await market.goods() == before


async def test_a_plan_is_carried_out_at_its_second(market: Market) -> None:
    product = await market.create(status=DRAFT)
    stands = await market.publishing.publish(PublishProduct(product_id=product.id, at=soon(market, seconds=90)), OURS)
    assert (stands.status, stands.publish_at) == (DRAFT, soon(market, seconds=90))
    assert await until_rest(market.publishing) == 1.0
    market.clock.turn(seconds=89.75)
    assert await until_rest(market.publishing) == 0.25
    assert await status(market, product.id) is DRAFT
    market.clock.turn(seconds=0.25)
    await until_rest(market.publishing)
    assert await status(market, product.id) is ACTIVE
    assert (await market.browsing.get(product.id)).updated_at == market.clock.now()
    assert await market.kinds(PRODUCT.of(product.id)) == ["product_changed"]


async def test_a_plan_to_take_off_is_carried_out_and_told(market: Market) -> None:
    product = await market.create()
    await market.publishing.unpublish(UnpublishProduct(product_id=product.id, at=soon(market, hours=1)), OURS)
    await until_rest(market.publishing)
    assert await status(market, product.id) is ACTIVE
    market.clock.turn(hours=1)
    await until_rest(market.publishing)
    assert await status(market, product.id) is UNPUBLISHED
    assert await market.kinds(PRODUCT.of(product.id)) == ["product_changed", "product_withdrawn"]
    assert await status(market, market.teapot.id) is ACTIVE


async def test_what_was_due_while_nobody_was_there_is_made_good(market: Market) -> None:
    product = await market.create(status=DRAFT)
    await market.publishing.publish(PublishProduct(product_id=product.id, at=soon(market, hours=1)), OURS)
    market.clock.turn(days=2)
    restarted = Publishing(market.database, market.browsing, market.clock)
    await until_rest(restarted)
    assert await status(market, product.id) is ACTIVE


async def test_who_meets_somebody_at_work_on_a_plan_neither_waits_nor_runs_in_circles(market: Market) -> None:
    product = await market.create(status=DRAFT)
    await market.publishing.publish(PublishProduct(product_id=product.id, at=soon(market, hours=1)), OURS)
    market.clock.turn(hours=1)
    locked = asyncio.Event()

    async def meet() -> float:
        await locked.wait()
        return await market.publishing.round()

    meeting = asyncio.create_task(meet())
    async with market.database.transaction() as transaction:
        await transaction.connection.execute("SELECT FROM products WHERE id = $1 FOR UPDATE", product.id)
        locked.set()
        assert 0 < await meeting < 1
    await until_rest(market.publishing)
    assert await status(market, product.id) is ACTIVE


NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("known", "on", "off", "wanted"),
    [
        (DRAFT, -2, -1, False),
        (DRAFT, -1, -2, True),
        (DRAFT, -1, None, True),
        (DRAFT, -1, 1, True),
        (DRAFT, 1, -1, False),
        (ACTIVE, None, -1, False),
        (ACTIVE, -1, -2, True),
        (ACTIVE, None, 1, True),
        (IN_REVIEW, None, -1, False),
    ],
)
def test_of_two_plans_that_are_due_the_later_one_counts(
    known: ProductStatus, on: int | None, off: int | None, wanted: bool
) -> None:
    publish_at, unpublish_at = (None if hours is None else NOW + timedelta(hours=hours) for hours in (on, off))
    assert states.is_due_on(known, publish_at, unpublish_at, NOW) is wanted


async def test_both_plans_missed_leave_it_off_show_without_showing_it(market: Market) -> None:
    product = await market.create(status=DRAFT)
    await market.publishing.publish(PublishProduct(product_id=product.id, at=soon(market, hours=1)), OURS)
    await market.publishing.unpublish(UnpublishProduct(product_id=product.id, at=soon(market, hours=2)), OURS)
    market.clock.turn(days=1)
    await until_rest(market.publishing)
    assert await market.kinds(PRODUCT.of(product.id)) == []


async def test_a_product_comes_off_after_it_goes_on(market: Market) -> None:
    product = await market.create(status=DRAFT)
    await market.publishing.publish(PublishProduct(product_id=product.id, at=soon(market, hours=2)), OURS)
    early = UnpublishProduct(product_id=product.id, at=soon(market, hours=1))
    assert isinstance(await refused(market.publishing.unpublish(early, OURS)), PlanUnclear)
    await market.publishing.unpublish(UnpublishProduct(product_id=product.id, at=soon(market, hours=3)), OURS)
    late = PublishProduct(product_id=product.id, at=soon(market, hours=4))
    assert isinstance(await refused(market.publishing.publish(late, OURS)), PlanUnclear)


@pytest.mark.parametrize("verb", ["publish now", "unpublish", "archive", "edit"])
async def test_a_plan_is_over_when_something_else_is_done(market: Market, verb: str) -> None:
    product = await market.create(status=DRAFT)
    await market.publishing.publish(PublishProduct(product_id=product.id, at=soon(market, hours=1)), OURS)
    match verb:
        case "publish now":
            await market.publishing.publish(PublishProduct(product_id=product.id), OURS)
        case "unpublish":
            await market.publishing.unpublish(UnpublishProduct(product_id=product.id), OURS)
        case "archive":
            await market.publishing.archive(ArchiveProduct(product_id=product.id), OURS)
        case "edit":
            await market.edit(product, status=ACTIVE)
    then = await status(market, product.id)
    market.clock.turn(hours=2)
    await until_rest(market.publishing)
    assert await status(market, product.id) is then


async def test_a_reviewed_product_waits_for_approval_and_for_its_moment(market: Market) -> None:
    await market.moderate()
    product = await market.create(status=DRAFT)
    at = soon(market, hours=1)
    assert (await market.publishing.publish(PublishProduct(product_id=product.id, at=at), OURS)).status is IN_REVIEW
    approved = await market.moderating.approve(ApproveProduct(product_id=product.id, submission=1), MANAGER)
    assert (approved.status, approved.publish_at) == (UNPUBLISHED, at)
    market.clock.turn(hours=1)
    await until_rest(market.publishing)
    assert await status(market, product.id) is ACTIVE


async def test_a_moment_that_passes_in_review_shows_nothing_and_approval_shows_it_then(market: Market) -> None:
    await market.moderate()
    product = await market.create(status=DRAFT)
    await market.publishing.publish(PublishProduct(product_id=product.id, at=soon(market, hours=1)), OURS)
    market.clock.turn(hours=1)
    await until_rest(market.publishing)
    assert await status(market, product.id) is IN_REVIEW
    approved = await market.moderating.approve(ApproveProduct(product_id=product.id, submission=1), MANAGER)
    assert approved.status is ACTIVE


async def test_a_draft_edited_after_its_approval_is_reviewed_again_at_its_moment(market: Market) -> None:
    await market.moderate()
    product = await market.create(status=DRAFT)
    await market.publishing.publish(PublishProduct(product_id=product.id, at=soon(market, hours=1)), OURS)
    await market.moderating.approve(ApproveProduct(product_id=product.id, submission=1), MANAGER)
    await market.edit(await market.browsing.get(product.id), title="Not what was approved")
    market.clock.turn(hours=1)
    await until_rest(market.publishing)
    assert await status(market, product.id) is IN_REVIEW
