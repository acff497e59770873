"""Review before show: who sees what in each state, what waits and what does not, and what managers decide."""

import asyncio
from typing import Any
from uuid import UUID

import msgspec
import pytest

from fastshop.contract.base import Page
from fastshop.contract.catalog import (
    PRODUCT,
    PRODUCT_DESK,
    Image,
    Price,
    Product,
    ProductNotFound,
    ProductStatus,
    SellerNotFound,
    SetPrice,
    StatusUnclear,
)
from fastshop.contract.orders import SELLER
from fastshop.contract.publishing import (
    ApproveProduct,
    ArchiveProduct,
    ListWaitingProducts,
    ModerationMode,
    ModerationQueue,
    NotInReview,
    ProductStanding,
    PublishProduct,
    RejectProduct,
    SetModeration,
    SetSellerModeration,
    ShowModeration,
    ShowSellerModeration,
    ShowStanding,
    SubmissionOutdated,
    SubmissionState,
    UnpublishProduct,
    WaitingProduct,
)
from fastshop.ids import new_id
from server.domains.catalog.submissions import Submissions
from server.kernel.caller import GUEST
from tests.domains.catalog.conftest import (
    ADMIN,
    CUSTOMER,
    MANAGER,
    NOBODYS,
    OURS,
    THEIRS,
    Market,
    edited,
    jumper,
    refused,
    variant,
)

ACTIVE, IN_REVIEW, REJECTED = ProductStatus.ACTIVE, ProductStatus.IN_REVIEW, ProductStatus.REJECTED


async def approve(market: Market, product: Product, submission: int = 1) -> ProductStanding:
    return await market.moderating.approve(ApproveProduct(product_id=product.id, submission=submission), MANAGER)


async def reject(market: Market, product: Product, submission: int = 1) -> ProductStanding:
    command = RejectProduct(product_id=product.id, submission=submission, reason="Blurred pictures")
    return await market.moderating.reject(command, MANAGER)


async def standing(market: Market, product: Product) -> ProductStanding:
    return await market.publishing.show_standing(ShowStanding(product_id=product.id), OURS)


async def waiting(market: Market, **fields: Any) -> Page[WaitingProduct]:
    return await market.moderating.list_waiting(ListWaitingProducts(**fields), MANAGER)


async def count(market: Market) -> int:
    return (await Submissions(market.database, market.clock).queue()).waiting


async def on_show(market: Market, **fields: Any) -> Product:
    """A product of ours on show, and us under moderation since."""
    product = await market.create(**fields)
    await market.moderate()
    return product


@pytest.mark.parametrize("status", ProductStatus)
async def test_who_sees_a_product_in_each_state(market: Market, status: ProductStatus) -> None:
    product = await market.in_state(status)
    assert product.status is status
    listed = [card.id for card in (await market.page()).items]
    assert (product.id in listed) is (status is ACTIVE)
    for caller in (OURS, ADMIN, MANAGER, GUEST, CUSTOMER, THEIRS):
        if status is ACTIVE or caller in (OURS, ADMIN, MANAGER):
            assert (await market.show(product.id, caller)).status is status
        else:
            assert isinstance(await refused(market.show(product.id, caller)), ProductNotFound)
    asking = market.publishing.show_standing(ShowStanding(product_id=product.id), THEIRS)
    assert isinstance(await refused(asking), ProductNotFound)
    offer = await market.stock.offer(product.variants[0].id)
    assert offer is not None
    assert offer.visible is (status is ACTIVE)


@pytest.mark.parametrize(
    ("mode", "has_sold", "seller_says", "expected"),
    [
        (None, False, None, ACTIVE),
        (ModerationMode.NONE, False, None, ACTIVE),
        (ModerationMode.NONE, True, True, IN_REVIEW),
        (ModerationMode.ALL, True, None, IN_REVIEW),
        (ModerationMode.ALL, False, False, ACTIVE),
        (ModerationMode.NEW_SELLERS, False, None, IN_REVIEW),
        (ModerationMode.NEW_SELLERS, True, None, ACTIVE),
        (ModerationMode.NEW_SELLERS, True, True, IN_REVIEW),
    ],
)
async def test_whose_products_are_reviewed(
    market: Market, mode: ModerationMode | None, has_sold: bool, seller_says: bool | None, expected: ProductStatus
) -> None:
    if has_sold:
        await market.create(title="First", variants=(variant("S", sku="F"),))
    if mode is not None:
        await market.moderating.set_policy(SetModeration(mode=mode), ADMIN)
        assert (await market.moderating.show_policy(ShowModeration(), MANAGER)).mode is mode
    if seller_says is not None:
        await market.moderate(moderated=seller_says)
    assert (await market.create(title="Second")).status is expected
    assert (await market.create(THEIRS, title="Kettle", variants=(variant("S", sku="K"),))).status is (
        IN_REVIEW if mode is ModerationMode.ALL else ACTIVE
    ), "the other shop is known: its teapot is on show"


async def test_a_draft_waits_for_nobody(market: Market) -> None:
    await market.moderate()
    product = await market.create(status=ProductStatus.DRAFT)
    assert product.status is ProductStatus.DRAFT
    assert await count(market) == 0


async def test_an_approved_product_is_on_show_and_its_seller_is_told(market: Market) -> None:
    product = await market.in_state(IN_REVIEW)
    assert (await approve(market, product)).status is ACTIVE
    assert (await market.show(product.id)).title == product.title
    assert await market.kinds(SELLER.of(OURS.seller_id)) == ["product_reviewed"]
    assert await market.kinds(SELLER.of(THEIRS.seller_id)) == []
    assert await count(market) == 0


async def test_a_rejected_product_says_why_and_comes_back_when_it_is_asked_again(market: Market) -> None:
    product = await market.in_state(IN_REVIEW)
    stands = await reject(market, product)
    assert stands.status is REJECTED
    assert stands.submission is not None
    assert (stands.submission.state, stands.submission.reason) == (SubmissionState.REJECTED, "Blurred pictures")
    shown = await market.show(product.id, OURS)
    assert (await market.edit(shown, title="Better")).status is REJECTED, "edited only"
    again = await market.publishing.publish(PublishProduct(product_id=product.id), OURS)
    assert again.status is IN_REVIEW
    assert again.submission is not None
    assert (again.submission.number, again.submission.reason) == (2, "")


@pytest.mark.parametrize("decide", [approve, reject])
async def test_a_decision_sent_again_changes_nothing(market: Market, decide: Any) -> None:
    product = await market.in_state(IN_REVIEW)
    first = await decide(market, product)
    before = await market.goods()
    assert await decide(market, product) == first
    assert await market.goods() == before


async def test_two_managers_decide_at_once_and_one_of_them_is_heard(market: Market) -> None:
    product = await market.in_state(IN_REVIEW)
    answers = await asyncio.gather(approve(market, product), reject(market, product), return_exceptions=True)
    assert [type(answer) for answer in answers if isinstance(answer, BaseException)] == [NotInReview]


async def test_nobody_approves_what_they_have_not_seen(market: Market) -> None:
    product = await market.in_state(IN_REVIEW)
    await market.edit(product, title="Something else", status=ACTIVE)
    outdated = await refused(approve(market, product))
    assert isinstance(outdated, SubmissionOutdated)
    assert outdated.current == 2
    assert (await approve(market, product, 2)).status is ACTIVE
    assert (await market.show(product.id)).title == "Something else"


@pytest.mark.parametrize("status", [each for each in ProductStatus if each is not IN_REVIEW])
async def test_what_does_not_wait_cannot_be_approved(market: Market, status: ProductStatus) -> None:
    product = await market.in_state(status)
    before = await market.goods()
    assert isinstance(await refused(approve(market, product)), NotInReview)
    assert await market.goods() == before
    nothing = ApproveProduct(product_id=NOBODYS, submission=1)
    assert isinstance(await refused(market.moderating.approve(nothing, MANAGER)), ProductNotFound)


MATERIAL: list[dict[str, Any]] = [
    {"title": "Pullover"},
    {"description": "Cold"},
    {"images": (Image("/other.svg"),)},
]


@pytest.mark.parametrize("change", MATERIAL, ids=lambda change: next(iter(change)))
async def test_a_material_edit_keeps_what_is_on_show_until_it_is_approved(
    market: Market, change: dict[str, Any]
) -> None:
    product = await on_show(market)
    name, new = next(iter(change.items()))
    old = getattr(product, name)
    cheaper = tuple(msgspec.structs.replace(each, price=Price(1, "EUR"), stock=1) for each in edited(product).variants)
    answer = await market.edit(product, variants=cheaper, **change)
    assert (getattr(answer, name), answer.status) == (old, ACTIVE)
    shown = await market.show(product.id)
    assert getattr(shown, name) == old
    assert [(each.price.amount, each.stock) for each in shown.variants] == [(1, 1)] * 2, "price and stock do not wait"
    sent = (await standing(market, product)).submission
    assert sent is not None
    assert sent.revision is not None
    assert getattr(sent.revision, name) == new
    assert str(new) not in str(await market.told(PRODUCT.of(product.id))), "nobody else hears of it"
    await approve(market, product)
    assert getattr(await market.show(product.id), name) == new


async def test_another_category_waits_and_its_attributes_with_it(market: Market) -> None:
    shoes = await market.category("shoes")
    product = await on_show(market)
    await market.edit(product, category_id=shoes)
    assert (await market.show(product.id)).category_id is None
    await approve(market, product)
    assert (await market.show(product.id)).category_id == shoes


async def test_a_rejected_revision_changes_nothing_on_show(market: Market) -> None:
    product = await on_show(market)
    await market.edit(product, title="Pullover")
    assert (await reject(market, product)).status is ACTIVE
    assert (await market.show(product.id)).title == product.title


@pytest.mark.parametrize("caller", [OURS, ADMIN])
async def test_what_is_not_material_is_on_show_at_once(market: Market, caller: Any) -> None:
    product = await on_show(market)
    await market.edit(product, caller, slug="new-address", max_per_customer=3)
    assert (await market.show("new-address")).max_per_customer == 3
    assert await count(market) == 0


async def test_what_an_admin_edits_is_not_reviewed(market: Market) -> None:
    product = await on_show(market)
    assert (await market.edit(product, ADMIN, title="Pullover")).title == "Pullover"
    assert await count(market) == 0


async def test_the_same_revision_again_is_the_same_and_another_takes_its_place(market: Market) -> None:
    product = await on_show(market)
    await market.edit(product, title="Pullover")
    await market.edit(product, title="Pullover")
    assert [each.submission.number for each in (await waiting(market)).items] == [1]
    await market.edit(product, title="Cardigan")
    (item,) = (await waiting(market)).items
    assert item.submission.revision is not None
    assert (item.submission.number, item.submission.revision.title) == (2, "Cardigan")
    assert isinstance(await refused(approve(market, product)), SubmissionOutdated)


async def test_taking_an_edit_back_takes_it_out_of_the_queue(market: Market) -> None:
    product = await on_show(market)
    await market.edit(product, title="Pullover")
    await market.edit(product)
    assert await count(market) == 0
    assert isinstance(await refused(approve(market, product)), NotInReview)


@pytest.mark.parametrize("away", ["draft", "archive"])
async def test_what_is_taken_away_waits_no_more(market: Market, away: str) -> None:
    product = await market.in_state(IN_REVIEW)
    if away == "draft":
        await market.edit(product, status=ProductStatus.DRAFT)
    else:
        await market.publishing.archive(ArchiveProduct(product_id=product.id), OURS)
    assert await count(market) == 0
    assert isinstance(await refused(approve(market, product)), NotInReview)


async def test_what_was_approved_may_go_off_and_on_again_but_not_changed(market: Market) -> None:
    product = await on_show(market)
    await market.publishing.unpublish(UnpublishProduct(product_id=product.id), OURS)
    on = await market.publishing.publish(PublishProduct(product_id=product.id), OURS)
    assert on.status is ACTIVE
    await market.publishing.unpublish(UnpublishProduct(product_id=product.id), OURS)
    await market.edit(await market.show(product.id, OURS), title="Pullover")
    on = await market.publishing.publish(PublishProduct(product_id=product.id), OURS)
    assert on.status is IN_REVIEW


async def test_only_a_manager_rejects(market: Market) -> None:
    assert isinstance(await refused(market.create(status=REJECTED)), StatusUnclear)
    product = await market.create(title="Other")
    before = await market.goods()
    assert isinstance(await refused(market.edit(product, status=REJECTED)), StatusUnclear)
    assert await market.goods() == before


async def test_a_creation_under_review_is_answered_again(market: Market) -> None:
    await market.moderate()
    command = jumper()
    first = await market.editing.create_product(command, OURS)
    assert await market.editing.create_product(command, OURS) == first
    await approve(market, first)
    again = await market.editing.create_product(command, OURS)
    assert (again.id, again.status) == (first.id, ACTIVE)


async def test_many_products_are_put_as_one_is(market: Market) -> None:
    """As an import does it: what is new waits, what is on show keeps what it says."""
    product = await on_show(market)
    other = jumper(title="New", slug="new", variants=(variant("L", sku="N"),))
    again = jumper(product_id=product.id, title="Pullover", slug="jumper", variants=edited(product).variants)
    assert OURS.seller_id is not None
    async with market.database.transaction() as transaction:
        refusals = await market.editing.put(transaction, [other, again], OURS.seller_id)
    assert refusals == {}
    assert (await market.show(product.id)).title == "Jumper"
    assert (await market.show(other.product_id, OURS)).status is IN_REVIEW
    assert await count(market) == 2


async def test_the_queue_is_paged_the_longest_waiting_first(market: Market) -> None:
    await market.moderate()
    made = [await market.create(title=f"Jumper {n}", variants=(variant("S", sku=str(n)),)) for n in range(3)]
    page = await waiting(market, limit=2)
    assert [item.product.id for item in page.items] == [made[0].id, made[1].id]
    assert page.next is not None
    rest = await waiting(market, limit=2, cursor=page.next)
    assert [item.product.id for item in rest.items] == [made[2].id]


async def test_the_count_is_live_and_right_after_many_at_once(market: Market) -> None:
    shown: list[int] = []

    def look(publications: Any) -> None:
        counts = [each.data for each in publications if each.channel == "moderation"]
        shown.extend(msgspec.json.decode(data, type=ModerationQueue).waiting for data in counts)

    market.database.on_commit(look)
    await market.moderate()
    commands = [jumper(title=f"J{n}", variants=(variant("S", sku=str(n)),)) for n in range(8)]
    made = await asyncio.gather(*(market.editing.create_product(command, OURS) for command in commands))
    assert max(shown) == 8
    await asyncio.gather(*(approve(market, product) for product in made[:5]))
    assert sorted(shown) == sorted([*range(1, 9), *range(3, 8)])


async def test_a_product_off_show_is_told_once_more_and_then_at_its_desk(market: Market) -> None:
    product = await market.create()
    await market.publishing.unpublish(UnpublishProduct(product_id=product.id), OURS)
    await market.edit(await market.show(product.id, OURS), title="A secret")
    small = product.variants[0]
    await market.editing.set_price(SetPrice(variant_id=small.id, price=Price(1, "EUR")), OURS)
    async with market.database.transaction() as transaction:
        assert await market.stock.take(transaction, small.id, 1)
    await market.edit(await market.show(product.id, OURS), title="Public again", status=ACTIVE)
    assert await market.kinds(PRODUCT.of(product.id)) == ["product_changed", "product_withdrawn", "product_changed"]
    assert await market.kinds(PRODUCT_DESK.of(product.id)) == [
        "product_changed",
        "product_changed",
        "variant_changed",
        "variant_changed",
        "product_changed",
    ]
    assert b"A secret" not in b"".join(await market.told(PRODUCT.of(product.id)))


async def test_only_managers_watch_the_queue(market: Market) -> None:
    (queue,) = [watch for channel, watch in market.watches().items() if channel.pattern == "moderation"]
    for caller in (ADMIN, MANAGER):
        await queue.permit("", caller)
    for caller in (GUEST, CUSTOMER, OURS):
        await refused(queue.permit("", caller))
    state = await queue.snapshot("")
    assert isinstance(state, ModerationQueue)
    assert state.waiting == 0


async def test_what_was_said_of_a_seller_can_be_taken_back(market: Market) -> None:
    async def said() -> bool | None:
        shown = await market.moderating.show_seller(ShowSellerModeration(seller_id=UUID(int=14)), MANAGER)
        return shown.moderated

    assert await said() is None
    await market.moderate()
    assert await said() is True
    await market.moderate(moderated=None)
    assert await said() is None
    assert (await market.create()).status is ACTIVE


async def test_there_is_no_rule_for_a_seller_who_is_not_there(market: Market) -> None:
    command = SetSellerModeration(seller_id=NOBODYS, moderated=True)
    assert isinstance(await refused(market.moderating.set_seller(command, MANAGER)), SellerNotFound)


async def test_the_previous_release_reads_and_writes_what_it_does_not_know(market: Market) -> None:
    """It knows the status alone, and writes its rows without the new columns."""
    product = await market.in_state(IN_REVIEW)
    (row,) = await market.database.fetch("SELECT status FROM products WHERE id = $1", product.id)
    assert row["status"] == "draft"
    await market.database.fetch("UPDATE products SET status = 'active', title = 'Old' WHERE id = $1", product.id)
    assert (await market.show(product.id)).status is ACTIVE
    assert (await approve(market, product)).status is ACTIVE
    await market.database.fetch("UPDATE products SET status = 'draft' WHERE id = $1", product.id)
    new = new_id()
    await market.database.fetch(
        "INSERT INTO products (id, seller_id, slug, title, status, options, description, created_at, updated_at)"
        " VALUES ($1, $2, 'old', 'Old', 'draft', '{}', '', now(), now())",
        new,
        OURS.seller_id,
    )
    assert (await market.show(new, OURS)).status is ProductStatus.DRAFT
