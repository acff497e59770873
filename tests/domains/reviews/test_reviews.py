"""Reviews: one a person and product, counted with the product, voted once, hidden by moderators only."""

import asyncio
from uuid import UUID

import pytest

from fastshop.contract.base import BadInput, IdReused, Refusal
from fastshop.contract.catalog import ProductNotFound, Rating
from fastshop.contract.reviews import (
    AlreadyReviewed,
    EditReview,
    ListReportedReviews,
    ListReviews,
    ModerateReview,
    OwnProduct,
    OwnReview,
    RemoveReview,
    ReportReview,
    ReviewHidden,
    ReviewNotFound,
    ReviewSort,
    ReviewState,
    SummarizeReviews,
    VoteHelpful,
)
from fastshop.ids import new_id
from server.domains.catalog.browsing import Browsing
from server.domains.catalog.ratings import Ratings
from server.kernel.caller import GUEST, Caller
from tests.domains.reviews.conftest import (
    ANN,
    BOB,
    CAT,
    CROWD,
    DAN,
    KETTLE,
    MANAGER,
    OURS,
    SELLER,
    TEAPOT,
    THEIRS,
    Desk,
    refused,
)


async def vote(desk: Desk, review_id: UUID, who: Caller, *, helpful: bool = True) -> int:
    return (await desk.reviews.vote(VoteHelpful(review_id=review_id, helpful=helpful), who)).helpful


async def report(desk: Desk, review_id: UUID, who: Caller) -> None:
    await desk.reviews.report(ReportReview(review_id=review_id, reason="Rude"), who)


async def moderate(desk: Desk, review_id: UUID, state: ReviewState) -> None:
    desk.clock.turn(seconds=1)
    await desk.reviews.moderate(ModerateReview(review_id=review_id, state=state, reason="House rules"), MANAGER)


async def reported(desk: Desk) -> list[tuple[UUID, int]]:
    page = await desk.reading.list_reported(ListReportedReviews(), MANAGER)
    return [(each.review.id, len(each.reports)) for each in page.items]


async def edit(desk: Desk, review_id: UUID, who: Caller, stars: int) -> None:
    desk.clock.turn(seconds=1)
    await desk.reviews.edit(EditReview(review_id=review_id, stars=stars, text="On reflection"), who)


async def test_the_rating_moves_with_each_change_and_its_watchers_see_each_step(desk: Desk) -> None:
    first = await desk.write(ANN, 5)
    await desk.write(BOB, 2)
    await edit(desk, first.id, ANN, 3)
    await edit(desk, first.id, ANN, 3)  # the same stars: nothing to tell
    await desk.reviews.remove(RemoveReview(review_id=first.id), ANN)
    steps = await desk.told()
    assert [(each.average, each.count) for each in steps] == [(5, 1), (3.5, 2), (2.5, 2), (2, 1)]
    assert await desk.rating() == steps[-1] == Rating(2, 1, (0, 1, 0, 0, 0))


async def test_an_average_that_does_not_end_is_rounded(desk: Desk) -> None:
    for who, stars in ((ANN, 5), (BOB, 5), (CAT, 4)):
        await desk.write(who, stars)
    assert (await desk.rating()).average == 4.67


async def test_a_person_reviews_a_product_once_even_at_the_same_moment(desk: Desk) -> None:
    answers = await asyncio.gather(*(desk.write(ANN, 1 + n % 5) for n in range(10)), return_exceptions=True)
    (written,) = [each for each in answers if not isinstance(each, BaseException)]
    refusals = [each for each in answers if isinstance(each, AlreadyReviewed)]
    assert [each.review_id for each in refusals] == [written.id] * 9
    assert (await desk.rating()).count == 1


async def test_a_crowd_at_once_is_counted_to_the_last_star(desk: Desk) -> None:
    await asyncio.gather(*(desk.write(who, 1 + n % 5) for n, who in enumerate(CROWD)))
    assert (await desk.rating()).stars == (4, 4, 4, 4, 4)
    assert [each.count for each in await desk.told()] == list(range(1, 21))


async def test_a_review_sent_again_has_the_first_answer_and_another_with_its_id_is_refused(desk: Desk) -> None:
    first = await desk.write(ANN, 5)
    assert await desk.write(ANN, 5, review_id=first.id) == first
    assert isinstance(await refused(desk.write(ANN, 4, review_id=first.id)), IdReused)
    assert isinstance(await refused(desk.write(BOB, 5, review_id=first.id)), IdReused)
    assert isinstance(await refused(desk.write(ANN, 5, review_id=first.id, product_id=TEAPOT)), IdReused)
    await edit(desk, first.id, ANN, 2)
    assert (await desk.write(ANN, 5, review_id=first.id)).stars == 2
    assert (await desk.rating()).stars == (0, 1, 0, 0, 0)


async def test_only_who_bought_this_very_product_is_verified(desk: Desk) -> None:
    await desk.buy(ANN)
    await desk.buy(BOB, TEAPOT)
    await desk.buy(CAT, KETTLE, "cancelled")
    assert (await desk.write(ANN)).verified
    unverified = await desk.write(BOB)
    assert not unverified.verified
    assert not (await desk.write(CAT)).verified
    await desk.buy(BOB)
    await edit(desk, unverified.id, BOB, 5)
    assert [each.verified for each in (await desk.page()).items] == [False, True, True]


async def test_all_offers_of_a_product_show_the_reviews_of_all_and_each_seller_their_own_stars(desk: Desk) -> None:
    await desk.database.fetch("UPDATE products SET offer_of = $1 WHERE id = $2", KETTLE, TEAPOT)
    await desk.buy(BOB, TEAPOT)
    bobs = await desk.write(BOB, 5)
    assert (bobs.product_id, bobs.verified) == (TEAPOT, True)
    anns = await desk.write(ANN, 3)
    assert (anns.product_id, anns.verified) == (KETTLE, False)
    assert {each.id for each in (await desk.page()).items} >= {bobs.id, anns.id}
    for product_id in (KETTLE, TEAPOT):
        shown = await desk.reading.list(ListReviews(product_id=product_id), GUEST)
        assert [each.stars for each in shown.items] == [3, 5, 1]
        summary = await desk.reading.summary(SummarizeReviews(product_id=product_id), GUEST)
        assert summary.stars == (1, 0, 1, 0, 1)
        assert (await Browsing(desk.database).get(product_id)).rating == summary
    assert (await desk.told())[-1].stars == (1, 0, 1, 0, 1)
    ratings = Ratings(desk.database, desk.clock)
    assert (await ratings.of_seller(OURS)).stars == (0, 0, 1, 0, 0)
    assert (await ratings.of_seller(THEIRS)).stars == (1, 0, 0, 0, 1)
    twice = desk.write(ANN, product_id=TEAPOT)
    assert isinstance(await refused(twice), AlreadyReviewed)
    assert isinstance(await refused(desk.write(SELLER, product_id=TEAPOT)), OwnProduct)


async def test_what_is_not_ones_own_cannot_be_changed(desk: Desk) -> None:
    written = await desk.write(ANN)
    for who in (BOB, SELLER, MANAGER):
        assert isinstance(await refused(edit(desk, written.id, who, 1)), ReviewNotFound)
        assert isinstance(await refused(desk.reviews.remove(RemoveReview(review_id=written.id), who)), ReviewNotFound)
    assert isinstance(await refused(edit(desk, new_id(), ANN, 1)), ReviewNotFound)
    assert (await desk.page()).items == (written,)


async def test_nobody_reviews_their_own_goods_or_what_is_not_for_sale(desk: Desk) -> None:
    assert isinstance(await refused(desk.write(SELLER)), OwnProduct)
    assert (await desk.write(SELLER, product_id=TEAPOT)).stars == 4
    assert isinstance(await refused(desk.write(ANN, product_id=new_id())), ProductNotFound)
    await desk.database.fetch("UPDATE sellers SET suspended_at = now() WHERE id = $1", OURS)
    for hidden in ("active", "draft"):
        await desk.database.fetch("UPDATE products SET status = $2 WHERE id = $1", KETTLE, hidden)
        assert isinstance(await refused(desk.write(ANN)), ProductNotFound)
        assert isinstance(await refused(desk.page()), ProductNotFound)
        summary = desk.reading.summary(SummarizeReviews(product_id=KETTLE), GUEST)
        assert isinstance(await refused(summary), ProductNotFound)
        await desk.database.fetch("UPDATE sellers SET suspended_at = NULL WHERE id = $1", OURS)


async def test_a_person_counts_once_as_helped_and_never_for_their_own(desk: Desk) -> None:
    written = await desk.write(ANN)
    await asyncio.gather(*(vote(desk, written.id, who) for who in (BOB, BOB, BOB, CAT, CAT, *CROWD)))
    assert await vote(desk, written.id, BOB) == 22
    assert isinstance(await refused(vote(desk, written.id, ANN)), OwnReview)
    taken = await asyncio.gather(*(vote(desk, written.id, BOB, helpful=False) for _ in range(3)))
    assert taken == [21, 21, 21]
    assert await vote(desk, written.id, DAN, helpful=False) == 21


async def test_each_order_pages_through_every_review_once(desk: Desk) -> None:
    stars = (3, 5, 1, 5, 3)
    written = [(await desk.write(who, each)).id for who, each in zip(CROWD, stars, strict=False)]
    for who in (ANN, BOB):
        await vote(desk, written[2], who)
    await vote(desk, written[4], ANN)
    assert await desk.all(ReviewSort.NEWEST) == written[::-1]
    assert await desk.all(ReviewSort.HELPFUL) == [written[n] for n in (2, 4, 3, 1, 0)]
    assert await desk.all(ReviewSort.BEST) == [written[n] for n in (3, 1, 4, 0, 2)]
    assert await desk.all(ReviewSort.WORST) == [written[n] for n in (2, 0, 4, 1, 3)]
    cursor = (await desk.page(ReviewSort.NEWEST, limit=1)).next
    assert isinstance(await refused(desk.page(ReviewSort.BEST, cursor=cursor)), BadInput)


async def test_a_hidden_review_is_neither_seen_nor_counted_nor_undone_by_its_author(desk: Desk) -> None:
    hidden = await desk.write(ANN, 1)
    kept = await desk.write(BOB, 5)
    await moderate(desk, hidden.id, ReviewState.HIDDEN)
    await moderate(desk, hidden.id, ReviewState.HIDDEN)
    assert (await desk.page()).items == (kept,)
    assert (await desk.rating()).stars == (0, 0, 0, 0, 1)
    refusal = await refused(desk.reviews.remove(RemoveReview(review_id=hidden.id), ANN))
    assert isinstance(refusal, ReviewHidden)
    assert refusal.reason == "House rules"
    assert isinstance(await refused(desk.write(ANN, 1)), AlreadyReviewed)
    assert isinstance(await refused(vote(desk, hidden.id, BOB)), ReviewNotFound)
    await edit(desk, hidden.id, ANN, 4)
    assert (await desk.rating()).stars == (0, 0, 0, 0, 1)
    await moderate(desk, hidden.id, ReviewState.SHOWN)
    assert (await desk.rating()).stars == (0, 0, 0, 1, 1)


async def test_reports_wait_for_a_decision_and_count_once_a_person_and_text(desk: Desk) -> None:
    written = await desk.write(ANN)
    await desk.write(CAT)
    for who in (BOB, BOB, CAT):
        await report(desk, written.id, who)
    assert isinstance(await refused(report(desk, written.id, ANN)), OwnReview)
    assert await reported(desk) == [(written.id, 2)]
    await moderate(desk, written.id, ReviewState.SHOWN)
    await report(desk, written.id, BOB)
    assert await reported(desk) == []
    await edit(desk, written.id, ANN, 1)
    await report(desk, written.id, BOB)
    assert await reported(desk) == [(written.id, 1)]


async def test_whoever_does_what_at_once_the_stars_are_those_of_the_reviews_that_are_shown(desk: Desk) -> None:
    written = [await desk.write(who, 1 + n % 5) for n, who in enumerate(CROWD)]
    steps = [
        *(edit(desk, each.id, who, 5) for each, who in zip(written, CROWD, strict=True)),
        *(moderate(desk, each.id, ReviewState.HIDDEN) for each in written[::2]),
        *(moderate(desk, each.id, ReviewState.SHOWN) for each in written[::4]),
        *(desk.reviews.remove(RemoveReview(review_id=each.id), who) for each, who in zip(written, CROWD, strict=True)),
        *(vote(desk, each.id, ANN) for each in written),
    ]
    for failed in await asyncio.gather(*steps, return_exceptions=True):
        if isinstance(failed, BaseException) and not isinstance(failed, Refusal):
            pytest.fail(repr(failed))
    rows = await desk.database.fetch(
        "SELECT stars, count(*) FROM reviews WHERE product_id = $1 AND state = 'shown' GROUP BY stars", KETTLE
    )
    counted = {row["stars"]: row["count"] for row in rows}
    assert (await desk.rating()).stars == tuple(counted.get(stars, 0) for stars in range(1, 6))
