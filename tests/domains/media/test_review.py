"""Pictures where products are moderated: what nobody has looked at is seen by its seller and the managers alone."""

from dataclasses import replace

import msgspec
import pytest

from fastshop.contract.accounts import Role
from fastshop.contract.catalog import Image, ProductStatus
from fastshop.contract.media import ArrangeMedia, Media, MediaPlace, MediaState, RemoveMedia
from fastshop.contract.orders import SELLER
from fastshop.contract.publishing import (
    ApproveProduct,
    ListWaitingProducts,
    PublishProduct,
    RejectProduct,
    SubmissionOutdated,
    UnpublishProduct,
    WaitingProduct,
)
from fastshop.ids import new_id
from server.kernel.caller import Caller, any_of
from server.kernel.operation import Operation
from tests.domains.catalog.conftest import ADMIN, MANAGER, OURS, edited, refused
from tests.domains.media.conftest import Stage, png

IN_REVIEW, READY, REJECTED = MediaState.IN_REVIEW, MediaState.READY, MediaState.REJECTED


@pytest.fixture
async def moderated(stage: Stage) -> Stage:
    """A shop with a picture on show, and under moderation since."""
    await stage.added(png(40, 30, "red"), alt="Front")
    await stage.market.moderate()
    return stage


async def waits(stage: Stage) -> WaitingProduct | None:
    page = await stage.market.moderating.list_waiting(ListWaitingProducts(), MANAGER)
    assert len(page.items) < 2
    return page.items[0] if page.items else None


async def waiting(stage: Stage) -> list[str]:
    """The texts of the pictures that wait for a manager."""
    sent = await waits(stage)
    assert sent is not None
    assert sent.submission.revision is not None
    return [image.alt for image in sent.submission.revision.images]


async def approve(stage: Stage) -> None:
    sent = await waits(stage)
    assert sent is not None
    command = ApproveProduct(product_id=stage.jumper.id, submission=sent.submission.number)
    await stage.market.moderating.approve(command, MANAGER)


async def alts(stage: Stage) -> list[str]:
    return [alt for _, alt in await stage.shown()]


async def states(stage: Stage) -> list[tuple[str, MediaState]]:
    return [(each.alt, each.state) for each in await stage.all()]


def arrangement(stage: Stage, *pictures: tuple[Media, str]) -> ArrangeMedia:
    places = tuple(MediaPlace(each.id, alt) for each, alt in pictures)
    return ArrangeMedia(product_id=stage.jumper.id, pictures=places)


async def test_a_new_picture_of_a_product_on_show_waits_until_a_manager_lets_it_be_seen(moderated: Stage) -> None:
    back = await moderated.added(png(30, 30, "blue"), alt="Back")
    assert back.state is IN_REVIEW
    assert await alts(moderated) == ["Front"]
    assert await states(moderated) == [("Front", READY), ("Back", IN_REVIEW)]
    assert await waiting(moderated) == ["Front", "Back"]
    await approve(moderated)
    assert await alts(moderated) == ["Front", "Back"]
    assert await states(moderated) == [("Front", READY), ("Back", READY)]


async def test_of_a_waiting_picture_its_seller_is_told_and_no_visitor(moderated: Stage) -> None:
    seen = await moderated.told()
    before = len(await moderated.market.told(SELLER.of(moderated.jumper.seller.id)))
    back = await moderated.added(png(30, 30, "blue"), alt="Back")
    assert await moderated.told() == seen
    told = [msgspec.json.decode(each) for each in await moderated.market.told(SELLER.of(moderated.jumper.seller.id))]
    assert [(each["type"], each["media"]["id"]) for each in told[before:]] == [
        ("media.added", str(back.id)),
        ("media.made", str(back.id)),
    ]


async def test_pictures_join_the_revision_that_waits_and_outdate_what_a_manager_looks_at(moderated: Stage) -> None:
    await moderated.market.edit(moderated.jumper, title="Pullover", images=None)
    await moderated.added(png(30, 30, "blue"), alt="Back")
    sent = await waits(moderated)
    assert sent is not None
    assert (sent.submission.number, sent.submission.revision and sent.submission.revision.title) == (2, "Pullover")
    outdated = ApproveProduct(product_id=moderated.jumper.id, submission=1)
    assert isinstance(await refused(moderated.market.moderating.approve(outdated, MANAGER)), SubmissionOutdated)
    await approve(moderated)
    assert (await moderated.market.show("jumper")).title == "Pullover"
    assert await alts(moderated) == ["Front", "Back"]


@pytest.mark.parametrize("names_pictures", [True, False])
async def test_an_edit_keeps_the_pictures_that_wait_whether_it_names_others_or_none(
    moderated: Stage, *, names_pictures: bool
) -> None:
    await moderated.added(png(30, 30, "blue"), alt="Back")
    images = (await moderated.market.show("jumper")).images if names_pictures else None
    await moderated.market.edit(moderated.jumper, title="Pullover", images=images)
    assert await waiting(moderated) == ["Front", "Back"]
    await approve(moderated)
    assert await alts(moderated) == ["Front", "Back"]


async def test_a_rejected_picture_is_never_seen_and_gone_in_a_day(moderated: Stage) -> None:
    back = await moderated.added(png(30, 30, "blue"), alt="Back")
    command = RejectProduct(product_id=moderated.jumper.id, submission=1, reason="Blurred")
    await moderated.market.moderating.reject(command, MANAGER)
    assert await states(moderated) == [("Front", READY), ("Back", REJECTED)]
    assert await alts(moderated) == ["Front"]
    moderated.clock.turn(hours=25)
    await moderated.keeping.sweep()
    assert back.id not in {each.id for each in await moderated.all()}


async def test_a_waiting_picture_is_not_forgotten_however_long_it_waits(moderated: Stage) -> None:
    await moderated.added(png(30, 30, "blue"), alt="Back")
    moderated.clock.turn(hours=200)
    await moderated.keeping.sweep()
    assert await states(moderated) == [("Front", READY), ("Back", IN_REVIEW)]


async def test_another_order_and_other_texts_wait_and_taken_back_wait_no_more(moderated: Stage) -> None:
    back = await moderated.added(png(30, 30, "blue"), alt="Back")
    await approve(moderated)
    front = (await moderated.all())[0]
    answer = await moderated.gallery.arrange(arrangement(moderated, (back, "Behind"), (front, "Front")), OURS)
    assert [each.alt for each in answer] == ["Behind", "Front"]
    assert await alts(moderated) == ["Front", "Back"]
    await moderated.gallery.arrange(arrangement(moderated, (front, "Front"), (back, "Back")), OURS)
    assert await waits(moderated) is None
    await moderated.gallery.arrange(arrangement(moderated, (back, "Behind")), OURS)
    await approve(moderated)
    assert await alts(moderated) == ["Behind", "Front"]


async def test_what_is_taken_away_is_gone_at_once_from_the_shop_and_from_what_waits(moderated: Stage) -> None:
    front = (await moderated.all())[0]
    await moderated.added(png(30, 30, "blue"), alt="Back")
    await moderated.gallery.remove(RemoveMedia(media_id=front.id), OURS)
    assert await alts(moderated) == []
    assert await waiting(moderated) == ["Back"]


async def test_a_waiting_picture_that_is_taken_away_leaves_nothing_to_review(moderated: Stage) -> None:
    back = await moderated.added(png(30, 30, "blue"), alt="Back")
    await moderated.gallery.remove(RemoveMedia(media_id=back.id), OURS)
    assert await waits(moderated) is None
    assert await states(moderated) == [("Front", READY)]


async def test_an_admin_s_pictures_and_order_need_no_review(moderated: Stage) -> None:
    content = png(30, 30, "blue")
    command = await moderated.asked(content, ADMIN, alt="Back")
    back = await moderated.gallery.add(command, ADMIN)
    await moderated.keeping.make(back.id)
    assert await alts(moderated) == ["Front", "Back"]
    await moderated.gallery.arrange(arrangement(moderated, (back, "Behind")), ADMIN)
    assert await alts(moderated) == ["Behind", "Front"]
    assert await waits(moderated) is None


async def test_a_picture_for_what_was_approved_and_taken_off_is_reviewed_before_it_is_on_show_again(
    moderated: Stage,
) -> None:
    product_id = moderated.jumper.id
    await moderated.market.publishing.unpublish(UnpublishProduct(product_id=product_id), OURS)
    await moderated.added(png(30, 30, "blue"), alt="Back")
    standing = await moderated.market.publishing.publish(PublishProduct(product_id=product_id), OURS)
    assert standing.status is ProductStatus.IN_REVIEW


async def test_a_picture_for_what_is_in_review_outdates_what_a_manager_looks_at(stage: Stage) -> None:
    await stage.market.publishing.unpublish(UnpublishProduct(product_id=stage.jumper.id), OURS)
    await stage.market.moderate()
    await stage.market.edit(stage.jumper, title="Pullover")
    await stage.added(png(30, 30, "blue"), alt="Back")
    outdated = ApproveProduct(product_id=stage.jumper.id, submission=1)
    assert isinstance(await refused(stage.market.moderating.approve(outdated, MANAGER)), SubmissionOutdated)
    await approve(stage)
    assert await alts(stage) == ["Back"]


async def test_an_edit_that_names_no_pictures_keeps_those_kept_elsewhere_too(stage: Stage) -> None:
    elsewhere = Image("https://example.com/a.jpg", "Elsewhere")
    await stage.market.edit(stage.jumper, images=(elsewhere,))
    await stage.added(png(30, 30, "blue"), alt="Back")
    await stage.market.edit(stage.jumper, title="Pullover", images=None)
    assert await alts(stage) == ["Elsewhere", "Back"]


@pytest.mark.parametrize("role", [Role.CUSTOMER, Role.ADMIN])
async def test_whoever_edits_by_a_grant_alone_is_reviewed_as_the_seller_is(moderated: Stage, role: Role) -> None:
    operation = Operation(moderated.market.editing.edit_product, any_of(Role.SELLER, Role.ADMIN))
    grant = ("catalog.edit_product", moderated.jumper.id)
    friend = replace(Caller(user_id=new_id(), roles=frozenset({role})), grants=frozenset({grant}))
    await operation.run(edited(moderated.jumper, title="Pullover"), operation.admit(friend))
    shown = (await moderated.market.show("jumper")).title
    assert shown == ("Pullover" if role is Role.ADMIN else "Jumper")
    assert (await waits(moderated) is None) is (role is Role.ADMIN)
