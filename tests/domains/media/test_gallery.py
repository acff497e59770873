"""Pictures of a product: its seller's alone to change, shown in their order, gone with their files."""

from typing import Any
from uuid import UUID

import pytest
from PIL import Image as Pillow

from fastshop.contract.base import Command, IdReused, RateLimited
from fastshop.contract.catalog import Image, ProductNotFound
from fastshop.contract.imports import UploadNotFound
from fastshop.contract.media import (
    AddMedia,
    ArrangeMedia,
    ListMedia,
    MediaNotFound,
    MediaPlace,
    MediaState,
    NotAPicture,
    RemoveMedia,
    TooManyPictures,
)
from fastshop.ids import new_id
from server.adapters.storage.local import LocalFiles
from server.domains.media.keeping import Keeping
from server.kernel.caller import Caller
from tests.domains.catalog.conftest import ADMIN, NOBODYS, OURS, SHOPLESS, THEIRS, refused
from tests.domains.media.conftest import Stage, encoded, png


async def test_an_added_picture_waits_is_made_and_shown_and_the_product_s_watchers_are_told(stage: Stage) -> None:
    command = await stage.asked(png(700, 350), alt="From the front")
    waiting = await stage.gallery.add(command, OURS)
    assert (waiting.state, waiting.url, waiting.sources) == (MediaState.WAITING, "", ())
    assert await stage.shown() == []
    await stage.keeping.make(command.media_id)
    (ready,) = await stage.all()
    assert (ready.state, ready.alt, ready.id) == (MediaState.READY, "From the front", command.media_id)
    assert [each.width for each in ready.sources] == [160, 320, 640, 700]
    assert await stage.shown() == [(ready.url, "From the front")]
    assert await stage.told() == [waiting, ready]
    for source in ready.sources:
        assert await stage.files.read(source.url.removeprefix("/")) is not None


async def test_made_twice_it_is_shown_once(stage: Stage) -> None:
    command = await stage.asked(png(50, 50))
    await stage.gallery.add(command, OURS)
    await stage.keeping.make(command.media_id)
    await stage.keeping.make(command.media_id)
    assert (len(await stage.shown()), len(await stage.told())) == (1, 2)


async def test_sent_again_with_the_same_id_it_answers_the_same_and_another_is_refused(stage: Stage) -> None:
    command = await stage.asked(png(50, 50))
    first = await stage.gallery.add(command, OURS)
    anew = await stage.asked(png(50, 50), media_id=command.media_id)
    assert await stage.gallery.add(anew, OURS) == first
    other = await stage.asked(png(50, 50), media_id=command.media_id, alt="Another")
    assert isinstance(await refused(stage.gallery.add(other, OURS)), IdReused)
    taken = await stage.asked(png(50, 50), media_id=UUID(int=1))
    assert isinstance(await refused(stage.gallery.add(taken, OURS)), IdReused)
    assert len(await stage.all()) == 1


@pytest.mark.parametrize("caller", [THEIRS, SHOPLESS], ids=["another seller", "a seller without a shop"])
async def test_nobody_else_adds_sees_arranges_or_removes(stage: Stage, caller: Caller) -> None:
    mine = await stage.added(png(50, 50))
    asked: list[tuple[Any, Command[Any], type]] = [
        (stage.gallery.add, await stage.asked(png(9, 9), caller), ProductNotFound),
        (stage.gallery.list, ListMedia(product_id=stage.jumper.id), ProductNotFound),
        (stage.gallery.arrange, ArrangeMedia(product_id=stage.jumper.id, pictures=()), ProductNotFound),
        (stage.gallery.remove, RemoveMedia(media_id=mine.id), MediaNotFound),
    ]
    before = await stage.all(), await stage.shown()
    for operation, command, kind in asked:
        assert isinstance(await refused(operation(command, caller)), kind)
    assert (await stage.all(), await stage.shown()) == before


async def test_an_admin_may(stage: Stage) -> None:
    upload_id = await stage.upload(png(50, 50), ADMIN)
    command = AddMedia(product_id=stage.jumper.id, media_id=new_id(), upload_id=upload_id)
    assert (await stage.gallery.add(command, ADMIN)).state == MediaState.WAITING


async def test_a_product_that_is_not_there_is_told(stage: Stage) -> None:
    command = await stage.asked(png(9, 9), product_id=NOBODYS)
    assert isinstance(await refused(stage.gallery.add(command, OURS)), ProductNotFound)


async def test_an_upload_that_is_not_the_caller_s_is_none(stage: Stage) -> None:
    theirs = await stage.upload(png(50, 50), THEIRS)
    for upload_id in (theirs, NOBODYS):
        command = AddMedia(product_id=stage.jumper.id, media_id=new_id(), upload_id=upload_id)
        assert isinstance(await refused(stage.gallery.add(command, OURS)), UploadNotFound)


async def test_what_is_no_picture_is_refused_at_once_and_leaves_nothing(stage: Stage) -> None:
    for content in (b"<script>", b"x" * (20 * 1024 * 1024 + 1)):
        assert isinstance(await refused(stage.gallery.add(await stage.asked(content), OURS)), NotAPicture)
    assert (await stage.all(), await stage.told()) == ((), [])


async def test_a_picture_that_is_damaged_further_on_is_told_to_have_failed_and_can_be_removed(stage: Stage) -> None:
    whole = encoded(Pillow.effect_noise((300, 300), 90), "PNG")
    failed = await stage.added(whole[: len(whole) // 2])
    assert (failed.state, failed.sources, "damaged" in failed.reason) == (MediaState.FAILED, (), True)
    assert ((await stage.told())[-1], await stage.shown()) == (failed, [])
    await stage.gallery.remove(RemoveMedia(media_id=failed.id), OURS)
    assert await stage.all() == ()


async def test_a_product_has_fifty_pictures_at_most(stage: Stage) -> None:
    images = tuple(Image(f"https://x.example/{number}.jpg") for number in range(49))
    await stage.market.edit(stage.jumper, images=images)
    await stage.gallery.add(await stage.asked(png(9, 9)), OURS)
    assert isinstance(await refused(stage.gallery.add(await stage.asked(png(9, 9)), OURS)), TooManyPictures)


async def test_a_seller_who_adds_too_many_at_once_waits(stage: Stage) -> None:
    command = await stage.asked(png(9, 9))
    await stage.gallery.add(command, OURS)
    stage.attempts.left = 0
    assert isinstance(await refused(stage.gallery.add(await stage.asked(png(9, 9)), OURS)), RateLimited)
    assert (await stage.gallery.add(command, OURS)).id == command.media_id


async def test_pictures_are_put_in_order_with_their_texts_and_those_not_named_follow(stage: Stage) -> None:
    await stage.market.edit(stage.jumper, images=(Image("https://x.example/0.jpg", "elsewhere"),))
    one, two = await stage.added(png(50, 50), alt="one"), await stage.added(png(60, 60), alt="two")
    elsewhere = (await stage.all())[0]
    places = (MediaPlace(two.id, "Two"), MediaPlace(elsewhere.id, ""))
    arranged = await stage.gallery.arrange(ArrangeMedia(product_id=stage.jumper.id, pictures=places), OURS)
    assert [(each.id, each.alt) for each in arranged] == [(two.id, "Two"), (elsewhere.id, ""), (one.id, "one")]
    assert await stage.shown() == [(two.url, "Two"), ("https://x.example/0.jpg", ""), (one.url, "one")]
    theirs = MediaPlace(UUID(int=1))
    command = ArrangeMedia(product_id=stage.jumper.id, pictures=(theirs,))
    assert isinstance(await refused(stage.gallery.arrange(command, OURS)), MediaNotFound)


async def test_a_form_that_was_opened_before_does_not_lose_a_picture(stage: Stage) -> None:
    first = await stage.added(png(50, 50), alt="one")
    before = await stage.market.show("jumper")
    second = await stage.added(png(60, 60))
    images = (Image("https://x.example/0.jpg"), Image(first.url, "One"))
    await stage.market.edit(before, images=images)
    assert dict(await stage.shown()) == {
        "https://x.example/0.jpg": "",
        first.url: "One",
        second.url: "",
    }
    await stage.market.edit(before, images=())
    assert {url for url, _ in await stage.shown()} == {first.url, second.url}
    assert {each.id for each in await stage.all()} == {first.id, second.id}


async def test_a_removed_picture_is_shown_no_longer_and_its_files_go_and_no_others(stage: Stage) -> None:
    one, two = await stage.added(png(200, 50)), await stage.added(png(200, 50))
    others = [name for name in stage.kept() if not name.startswith(str(one.id))]
    await stage.gallery.remove(RemoveMedia(media_id=one.id), OURS)
    assert await stage.shown() == [(two.url, "")]
    await stage.keeping.clear(one.id)
    assert stage.kept() == others
    assert isinstance(await refused(stage.gallery.remove(RemoveMedia(media_id=one.id), OURS)), MediaNotFound)
    await stage.keeping.clear(two.id)  # which nobody has removed
    assert stage.kept() == others


async def test_a_picture_that_another_product_shows_keeps_its_files_until_that_one_lets_go(stage: Stage) -> None:
    mine = await stage.added(png(50, 50))
    teapot = await stage.market.edit(stage.market.teapot, THEIRS, images=(Image(mine.url),))
    await stage.gallery.remove(RemoveMedia(media_id=mine.id), OURS)
    await stage.keeping.clear(mine.id)
    stage.clock.turn(days=2)
    await stage.keeping.sweep()
    assert any(name.startswith(str(mine.id)) for name in stage.kept())
    await stage.market.edit(teapot, THEIRS, images=())
    await stage.keeping.sweep()
    assert not any(name.startswith(str(mine.id)) for name in stage.kept())


async def test_a_picture_kept_elsewhere_is_removed_too(stage: Stage) -> None:
    await stage.market.edit(stage.jumper, images=(Image("https://x.example/0.jpg"),))
    (elsewhere,) = await stage.all()
    await stage.gallery.remove(RemoveMedia(media_id=elsewhere.id), OURS)
    assert await stage.shown() == []


class RemovedMeanwhile(LocalFiles):
    """Files of a picture that is removed, and cleared away, while they are written."""

    def __init__(self, stage: Stage, media_id: UUID) -> None:
        super().__init__(stage.folder)
        self._stage = stage
        self._media_id = media_id

    async def put(self, name: str, content: bytes) -> None:
        await self._stage.gallery.remove(RemoveMedia(media_id=self._media_id), OURS)
        await self._stage.keeping.clear(self._media_id)
        await super().put(name, content)


async def test_a_picture_removed_while_it_is_made_leaves_nothing_in_the_end(stage: Stage) -> None:
    command = await stage.asked(png(50, 50))
    await stage.gallery.add(command, OURS)
    late = Keeping(stage.database, RemovedMeanwhile(stage, command.media_id), stage.uploads, stage.shelf, stage.clock)
    await late.make(command.media_id)
    assert await stage.shown() == []
    assert any(name.startswith(str(command.media_id)) for name in stage.kept())
    stage.clock.turn(hours=3)
    await stage.keeping.sweep()
    assert not any(name.startswith(str(command.media_id)) for name in stage.kept())
    assert await _rows(stage) == 2


async def test_what_the_previous_release_edited_away_goes_after_a_day(stage: Stage) -> None:
    mine = await stage.added(png(50, 50))
    await stage.database.fetch("DELETE FROM product_media WHERE product_id = $1", stage.jumper.id)
    await stage.keeping.sweep()
    assert await _rows(stage) == 3
    stage.clock.turn(days=2)
    await stage.keeping.sweep()
    stage.clock.turn(hours=3)
    await stage.keeping.sweep()
    assert not any(name.startswith(str(mine.id)) for name in stage.kept())
    assert (await _rows(stage), len(stage.kept())) == (2, 2)


async def test_a_picture_whose_making_never_ended_has_failed(stage: Stage) -> None:
    await stage.gallery.add(await stage.asked(png(50, 50)), OURS)
    stage.clock.turn(hours=1)
    await stage.keeping.sweep()
    assert [each.state for each in await stage.all()] == [MediaState.WAITING]
    stage.clock.turn(hours=2)
    await stage.keeping.sweep()
    assert [each.state for each in await stage.all()] == [MediaState.FAILED]


async def test_uploads_that_nobody_asks_for_go_after_a_day_and_those_that_wait_do_not(stage: Stage) -> None:
    unused, _ = await stage.upload(b"unused"), await stage.added(png(50, 50))
    waiting = await stage.asked(png(50, 50))
    await stage.gallery.add(waiting, OURS)
    await stage.uploads.sweep()
    assert await stage.uploads.find(unused) is not None
    stage.clock.turn(days=1, seconds=1)
    recent = await stage.upload(b"recent")
    await stage.uploads.sweep()
    rows = await stage.database.fetch("SELECT id FROM uploads")
    assert {row["id"] for row in rows} == {waiting.upload_id, recent}
    assert len([path for path in stage.folder.iterdir() if path.is_file()]) == 2
    await stage.keeping.make(waiting.media_id)
    assert (await stage.all())[-1].state == MediaState.READY


async def _rows(stage: Stage) -> int:
    rows = await stage.database.fetch("SELECT id FROM media")
    return len(rows)
