"""Pictures as evidence: the sides and the office see them, nobody else; what is shown was made anew."""

import io
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from PIL import Image

from fastshop.contract.base import IdReused, RateLimited
from fastshop.contract.disputes import DISPUTE, DisputeNotFound, DisputeOver, OrderDispute
from fastshop.contract.evidence import (
    MOST_EVIDENCE,
    AddEvidence,
    Evidence,
    EvidenceAdded,
    EvidenceMade,
    EvidenceNotFound,
    EvidenceState,
    EvidenceUnclear,
    ListEvidence,
    ShowEvidence,
    TooMuchEvidence,
)
from fastshop.contract.imports import UploadNotFound
from fastshop.contract.media import NotAPicture
from fastshop.contract.orders import GUEST_ORDER
from fastshop.contract.returns import RETURN, RejectReturn, Return, ReturnNotFound, ReturnSide, ReturnStands
from fastshop.ids import new_id
from server.adapters.storage.evidence import EvidencePictures
from server.adapters.storage.local import LocalFiles
from server.domains.imports.uploads import Uploads
from server.domains.returns.evidence import Exhibits
from server.kernel.caller import GUEST, Caller
from server.kernel.channel import logged
from tests.domains.returns.conftest import ADMIN, ANN, BOB, MANAGER, RIVAL, SELLER, Desk, line, refused
from tests.tries import Rationed

KEY, ANOTHER = uuid4(), uuid4()


@dataclass
class Room:
    """Pictures, and what they stand on."""

    desk: Desk
    files: LocalFiles
    tries: Rationed
    exhibits: Exhibits

    async def upload(self, who: Caller = ANN, content: bytes | None = None) -> UUID:
        """A file that somebody sent."""

        async def chunks() -> Any:
            yield photograph() if content is None else content

        location, size = await self.files.store(chunks())
        upload_id, now = new_id(), self.desk.clock.now()
        query = "INSERT INTO uploads (id, user_id, location, size, created_at) VALUES ($1, $2, $3, $4, $5)"
        await self.desk.database.fetch(query, upload_id, who.user_id, location, size, now)
        return upload_id

    async def add(self, who: Caller, of: Return | OrderDispute, **fields: Any) -> Evidence:
        """Show a picture."""
        upload_id = fields.pop("upload_id", None) or await self.upload(who)
        told: dict[str, Any] = {"evidence_id": new_id(), "upload_id": upload_id} | about(of) | fields
        command = AddEvidence(**told)
        return await self.exhibits.add(command, who)

    async def seen(self, who: Caller, of: Return | OrderDispute, key: UUID | None = None) -> tuple[Evidence, ...]:
        return await self.exhibits.list(ListEvidence(**about(of), order_key=key), who)


def about(of: Return | OrderDispute) -> dict[str, Any]:
    return {"return_id" if isinstance(of, Return) else "dispute_id": of.id}


def photograph() -> bytes:
    """A picture with what a camera writes into files."""
    file, told = io.BytesIO(), Image.Exif()
    told[0x010E] = "where it was taken"
    Image.new("RGB", (1500, 40), "#336699").save(file, "JPEG", exif=told)
    return file.getvalue()


@pytest.fixture
async def room(desk: Desk, tmp_path: Path) -> Room:
    files, tries = LocalFiles(tmp_path), Rationed()
    uploads = Uploads(desk.database, files, desk.clock)
    made = Room(desk, files, tries, Exhibits(desk.database, EvidencePictures(files), uploads, tries, desk.clock))
    others = await desk.request(await desk.bought(line(), who=BOB), who=BOB)
    await made.add(BOB, others, words="of others")
    return made


@pytest.fixture(params=["return", "dispute"])
async def subject(request: pytest.FixtureRequest, desk: Desk) -> Return | OrderDispute:
    """What Ann and the seller do not agree about."""
    order = await desk.bought(line())
    return await desk.request(order) if request.param == "return" else await desk.dispute(line_id=order.lines[0].id)


async def test_both_sides_and_the_office_see_what_each_shows_made_anew_and_nobody_else_does(
    room: Room, subject: Return | OrderDispute
) -> None:
    scratch = await room.add(ANN, subject, words="The scratch")
    assert (scratch.side, scratch.state, scratch.words) == (ReturnSide.CUSTOMER, EvidenceState.WAITING, "The scratch")
    not_ready = room.exhibits.file(ShowEvidence(evidence_id=scratch.id), ANN)
    assert isinstance(await refused(not_ready), EvidenceNotFound)
    await room.exhibits.make(scratch.id)
    packed = await room.add(SELLER, subject)
    assert packed.side is ReturnSide.SELLER
    for who in (ANN, SELLER, MANAGER, ADMIN):
        assert [(each.id, each.state) for each in await room.seen(who, subject)] == [
            (scratch.id, EvidenceState.READY), (packed.id, EvidenceState.WAITING),
        ]  # fmt: skip
        file = await room.exhibits.file(ShowEvidence(evidence_id=scratch.id), who)
        with Image.open(io.BytesIO(file.content)) as shown:
            assert (file.media_type, shown.format, shown.size) == ("image/webp", "WEBP", (1280, 34))
            assert not shown.getexif()
    hidden = DisputeNotFound if isinstance(subject, OrderDispute) else ReturnNotFound
    for who in (BOB, RIVAL, GUEST):
        for asked in (ShowEvidence(evidence_id=scratch.id), ShowEvidence(evidence_id=scratch.id, order_key=ANOTHER)):
            assert isinstance(await refused(room.exhibits.show(asked, who)), EvidenceNotFound)
            assert isinstance(await refused(room.exhibits.file(asked, who)), EvidenceNotFound)
        assert isinstance(await refused(room.seen(who, subject)), hidden)
        assert isinstance(await refused(room.add(who, subject)), hidden)
        before = AddEvidence(evidence_id=new_id(), upload_id=UUID(int=0), **about(subject))
        assert isinstance(await refused(room.exhibits.before_file(before, who)), hidden)


async def test_a_guest_shows_by_the_orders_key_what_they_sent_themselves(room: Room) -> None:
    await room.desk.bought(line(), key=ANOTHER)
    rma = await room.desk.request(await room.desk.bought(line(), key=KEY), who=GUEST, order_key=KEY)
    added = await room.add(GUEST, rma, order_key=KEY)
    await room.exhibits.make(added.id)
    assert [each.state for each in await room.seen(GUEST, rma, KEY)] == [EvidenceState.READY]
    assert (await room.exhibits.file(ShowEvidence(evidence_id=added.id, order_key=KEY), GUEST)).content
    for key in (None, ANOTHER):
        assert isinstance(await refused(room.add(GUEST, rma, order_key=key)), ReturnNotFound)
        shown = room.exhibits.show(ShowEvidence(evidence_id=added.id, order_key=key), GUEST)
        assert isinstance(await refused(shown), EvidenceNotFound)
    of_ann, of_guest = await room.upload(ANN), await room.upload(GUEST)
    assert isinstance(await refused(room.add(GUEST, rma, order_key=KEY, upload_id=of_ann)), UploadNotFound)
    assert isinstance(await refused(room.add(SELLER, rma, upload_id=of_guest)), UploadNotFound)
    kinds = (EvidenceAdded, EvidenceMade)
    assert [type(each) for each in await room.desk.told(logged(GUEST_ORDER, KEY), *kinds)] == list(kinds)


async def test_what_is_no_picture_is_refused_or_told_of(room: Room, subject: Return | OrderDispute) -> None:
    svg = await room.upload(ANN, b"<svg/>")
    assert isinstance(await refused(room.add(ANN, subject, upload_id=svg)), NotAPicture)
    large = await room.upload(ANN)
    await room.desk.database.fetch("UPDATE uploads SET size = 20971521 WHERE id = $1", large)
    assert isinstance(await refused(room.add(ANN, subject, upload_id=large)), NotAPicture)
    assert isinstance(await refused(room.add(ANN, subject, upload_id=new_id())), UploadNotFound)
    cut = await room.add(ANN, subject, upload_id=await room.upload(ANN, photograph()[:700]))
    await room.exhibits.make(cut.id)
    (told,) = await room.seen(SELLER, subject)
    assert (told.state, bool(told.reason)) == (EvidenceState.FAILED, True)
    assert isinstance(await refused(room.exhibits.file(ShowEvidence(evidence_id=cut.id), ANN)), EvidenceNotFound)


async def test_p3_sent_twice_it_is_shown_once_and_its_id_is_for_nothing_else(
    room: Room, subject: Return | OrderDispute
) -> None:
    first = await room.add(ANN, subject, words="Scratch")
    assert await room.add(ANN, subject, evidence_id=first.id, words="Scratch") == first
    assert isinstance(await refused(room.add(ANN, subject, evidence_id=first.id, words="Dent")), IdReused)
    assert isinstance(await refused(room.add(SELLER, subject, evidence_id=first.id, words="Scratch")), IdReused)
    other = await room.desk.request(await room.desk.bought(line()))
    assert isinstance(await refused(room.add(ANN, other, evidence_id=first.id, words="Scratch")), IdReused)
    await room.exhibits.make(first.id)
    await room.exhibits.make(first.id)
    channel = RETURN.of(subject.id) if isinstance(subject, Return) else DISPUTE.of(subject.id)
    told = await room.desk.told(channel, EvidenceAdded, EvidenceMade)
    assert [each.evidence.words for each in told] == ["", ""], "the log is never forgotten"


async def test_each_side_shows_so_many_and_sends_so_many(room: Room, subject: Return | OrderDispute) -> None:
    for _ in range(MOST_EVIDENCE):
        await room.add(ANN, subject)
    assert isinstance(await refused(room.add(ANN, subject)), TooMuchEvidence)
    await room.add(SELLER, subject)
    room.tries.left = 1
    command = AddEvidence(evidence_id=new_id(), upload_id=UUID(int=0), **about(subject))
    await room.exhibits.before_file(command, ANN)
    assert isinstance(await refused(room.exhibits.before_file(command, ANN)), RateLimited)


async def test_of_what_is_over_nothing_more_is_shown(room: Room) -> None:
    order = await room.desk.bought(line(quantity=2))
    rma, dispute = await room.desk.request(order), await room.desk.dispute(line_id=order.lines[0].id)
    await room.desk.deciding.reject(RejectReturn(return_id=rma.id, reason="Worn."), SELLER)
    await room.desk.say(dispute)
    await room.desk.resolve(dispute, 0)
    assert isinstance(await refused(room.add(ANN, rma)), ReturnStands)
    assert isinstance(await refused(room.add(ANN, dispute)), DisputeOver)
    both = AddEvidence(evidence_id=new_id(), upload_id=new_id(), return_id=rma.id, dispute_id=dispute.id)
    neither = ListEvidence()
    assert isinstance(await refused(room.exhibits.add(both, ANN)), EvidenceUnclear)
    assert isinstance(await refused(room.exhibits.list(neither, ANN)), EvidenceUnclear)
