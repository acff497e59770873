"""Pictures as evidence: who is a side of a return or a dispute shows them, the sides and the office see them.

A picture that was sent is made anew by a job before anybody sees it. Nothing leads to its file but `show`, which asks
anew each time who it is for.
"""

from typing import Any
from uuid import UUID

import asyncpg
from msgspec import Struct
from msgspec.structs import replace

from fastshop.contract.base import IdReused, RateLimited
from fastshop.contract.disputes import DISPUTE, DisputeNotFound, DisputeOver, OrderDispute, OrderDisputeState
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
from fastshop.contract.returns import RETURN, Return, ReturnNotFound, ReturnStands
from fastshop.contract.sides import ReturnSide
from server.domains.returns import dispute_rows, queries, rows
from server.domains.returns.asker import Asker, asker, guests_channels
from server.domains.returns.ports import Attempts, Pictures, Uploads
from server.domains.returns.rules import UNDER_WAY
from server.kernel.caller import Caller
from server.kernel.clock import Clock
from server.kernel.database import Database, Transaction
from server.kernel.operation import File

_MOST_BYTES = 20 * 1024 * 1024
# How many pictures somebody may send about one thing, in seconds: each costs us about a second's work.
_TRIES = (30, 600)

_FIND = "SELECT * FROM evidence WHERE id = $1"
_OF = "SELECT * FROM evidence WHERE return_id = $1 OR dispute_id = $2 ORDER BY added_at, id"
_COUNT = """
SELECT count(*) FROM evidence WHERE (return_id = $1 OR dispute_id = $2) AND side = $3 AND state <> 'failed'
"""
_INSERT = """
INSERT INTO evidence (id, return_id, dispute_id, side, author_id, upload_id, state, words, added_at)
VALUES ($1, $2, $3, $4, $5, $6, 'waiting', $7, $8) RETURNING *
"""
_MADE = "UPDATE evidence SET state = $2, reason = $3 WHERE id = $1 AND state = 'waiting' RETURNING *"


class Subject(Struct, frozen=True):
    """A return or a dispute, and as whom somebody stands to it."""

    of: Return | OrderDispute
    side: ReturnSide

    @property
    def ids(self) -> tuple[UUID | None, UUID | None]:
        """The return's id, or the dispute's."""
        return (self.of.id, None) if isinstance(self.of, Return) else (None, self.of.id)


class Exhibits:
    """Takes and shows pictures."""

    def __init__(
        self, database: Database, pictures: Pictures, uploads: Uploads, attempts: Attempts, clock: Clock
    ) -> None:
        self._database = database
        self._pictures = pictures
        self._uploads = uploads
        self._attempts = attempts
        self._clock = clock

    async def before_file(self, command: AddEvidence, caller: Caller) -> None:
        """Refuse strangers, and who sends too many, before their file is taken."""
        subject = await self._subject(command, await asker(self._database, caller, command.order_key))
        if wait := await self._attempts.spend(f"evidence of {subject.side} in {subject.of.id}", *_TRIES):
            raise RateLimited(wait)

    async def add(self, command: AddEvidence, caller: Caller) -> Evidence:
        """Take a picture in; a job makes it ready."""
        who = await asker(self._database, caller, command.order_key)
        subject = await self._subject(command, who)
        if known := await self._known(command, subject):
            return known
        await self._check(command.upload_id, caller)
        try:
            async with self._database.transaction() as transaction:
                await queries.take_turn(transaction, subject.of.order_id)
                return await self._insert(transaction, command, await self._subject(command, who), who)
        except asyncpg.UniqueViolationError:
            if known := await self._known(command, subject):  # sent twice at the same moment
                return known
            raise IdReused from None

    async def list(self, command: ListEvidence, caller: Caller) -> tuple[Evidence, ...]:
        """All pictures of something."""
        subject = await self._subject(command, await asker(self._database, caller, command.order_key))
        return tuple(_evidence(row) for row in await self._database.fetch(_OF, *subject.ids))

    async def show(self, command: ShowEvidence, caller: Caller) -> Evidence:
        """One picture."""
        row = await self._database.fetch_one(_FIND, command.evidence_id)
        if row is None:
            raise EvidenceNotFound
        found = _evidence(row)
        if (await asker(self._database, caller, command.order_key)).side_of(await self._of(found)) is None:
            raise EvidenceNotFound
        return found

    async def file(self, command: ShowEvidence, caller: Caller) -> File:
        """One picture as a file."""
        found = await self.show(command, caller)
        content = await self._pictures.read(_name(found.id)) if found.state is EvidenceState.READY else None
        if content is None:
            raise EvidenceNotFound
        return File(f"evidence-{found.id}.webp", "image/webp", content)

    async def make(self, evidence_id: UUID) -> None:
        """Make a picture ready to be shown. Harmless for one that is, and for two at once."""
        row = await self._database.fetch_one(_FIND, evidence_id)
        if row is None or row["state"] != EvidenceState.WAITING:
            return
        state, reason = EvidenceState.READY, ""
        try:
            await self._keep(evidence_id, row["upload_id"])
        except NotAPicture as refusal:
            state, reason = EvidenceState.FAILED, str(refusal)
        async with self._database.transaction() as transaction:
            row = await transaction.connection.fetchrow(_MADE, evidence_id, state, reason)
            if row is not None:
                made = _evidence(row)
                await self._tell(transaction, EvidenceMade(time=self._clock.now(), evidence=_wordless(made)))

    async def _keep(self, evidence_id: UUID, upload_id: UUID) -> None:
        sent = await self._uploads.find(upload_id)
        if sent is None:
            raise NotAPicture("The file is gone.")
        await self._pictures.keep(_name(evidence_id), sent.location)

    async def _check(self, upload_id: UUID, caller: Caller) -> None:
        sent = await self._uploads.sent_by(upload_id, caller.user_id)
        if sent is None:
            raise UploadNotFound
        if sent.size > _MOST_BYTES:
            raise NotAPicture("The picture is too large: 20 MiB at most.")
        try:
            await self._pictures.check(sent.location)
        except FileNotFoundError:
            raise UploadNotFound from None

    async def _insert(self, transaction: Transaction, command: AddEvidence, subject: Subject, who: Asker) -> Evidence:
        _check_open(subject.of)
        if await transaction.connection.fetchval(_COUNT, *subject.ids, subject.side) >= MOST_EVIDENCE:
            raise TooMuchEvidence(MOST_EVIDENCE)
        now = self._clock.now()
        said = (*subject.ids, subject.side, who.person, command.upload_id, command.words, now)
        added = _evidence(await transaction.connection.fetchrow(_INSERT, command.evidence_id, *said))
        await self._tell(transaction, EvidenceAdded(time=now, evidence=_wordless(added)))
        return added

    async def _known(self, command: AddEvidence, subject: Subject) -> Evidence | None:
        """The picture of this id. Refused when it is another: `IdReused`; the same file may have been sent anew."""
        row = await self._database.fetch_one(_FIND, command.evidence_id)
        if row is None:
            return None
        if (row["return_id"], row["dispute_id"], row["side"], row["words"]) != (
            *subject.ids, subject.side, command.words,
        ):  # fmt: skip
            raise IdReused
        return _evidence(row)

    async def _subject(self, command: AddEvidence | ListEvidence, who: Asker) -> Subject:
        """What is meant. Refused: `EvidenceUnclear`; to strangers as if it were not there."""
        return_id, dispute_id = command.return_id, command.dispute_id
        if (return_id is None) == (dispute_id is None):
            raise EvidenceUnclear
        of = await _matter(self._database, return_id, dispute_id)
        side = who.side_of(of)
        if side is None:
            raise DisputeNotFound if return_id is None else ReturnNotFound
        return Subject(of, side)

    async def _of(self, evidence: Evidence) -> Return | OrderDispute:
        return await _matter(self._database, evidence.return_id, evidence.dispute_id)

    async def _tell(self, transaction: Transaction, event: EvidenceAdded | EvidenceMade) -> None:
        of = await self._of(event.evidence)
        channel = RETURN.of(of.id) if isinstance(of, Return) else DISPUTE.of(of.id)
        transaction.emit(event, channel, *await guests_channels(self._database, of))


async def _matter(database: Database, return_id: UUID | None, dispute_id: UUID | None) -> Return | OrderDispute:
    if return_id is not None:
        return await rows.get(database, return_id)
    assert dispute_id is not None
    return await dispute_rows.get(database, dispute_id)


def _check_open(of: Return | OrderDispute) -> None:
    """Refuse what is over: nothing is shown any more."""
    if isinstance(of, Return):
        if of.state not in UNDER_WAY:
            raise ReturnStands(of.state)
    elif of.state is not OrderDisputeState.OPEN:
        raise DisputeOver


def _name(evidence_id: UUID) -> str:
    """Where its file is; no address of the shop's leads there."""
    return f"evidence/{evidence_id}.webp"


def _wordless(evidence: Evidence) -> Evidence:
    return replace(evidence, words="")


def _evidence(row: Any) -> Evidence:
    return Evidence(
        id=row["id"],
        return_id=row["return_id"],
        dispute_id=row["dispute_id"],
        side=ReturnSide(row["side"]),
        state=EvidenceState(row["state"]),
        words=row["words"],
        added_at=row["added_at"],
        reason=row["reason"],
    )
