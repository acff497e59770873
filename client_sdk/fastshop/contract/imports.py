"""Bringing products in from files that sellers have at hand: CSV as Shopify exports it."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, ClassVar
from uuid import UUID

from msgspec import Meta, Struct

from fastshop.contract.base import (
    GET,
    POST,
    Channel,
    ChannelKind,
    Command,
    Cursor,
    Done,
    Event,
    Invalid,
    Limit,
    NotFound,
    Page,
    Time,
)


class ImportState(StrEnum):
    """Where an import stands. ``FAILED`` means that the file as a whole could not be read; ``reason`` says why."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


class RowOutcome(StrEnum):
    """What became of a row."""

    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    FAILED = "failed"


class Import(Struct, frozen=True):
    """An import and how far it is. The counts are of rows; ``total_rows`` is null until the file was read once."""

    id: UUID
    seller_id: UUID
    state: ImportState
    dry_run: bool
    total_rows: int | None
    created: int
    updated: int
    unchanged: int
    failed: int
    reason: str
    started_at: Time
    finished_at: Time | None


class RowProblem(Struct, frozen=True):
    """Something that is wrong with a row; ``column`` is empty where it is about all of it."""

    column: str
    reason: str


class ImportRow(Struct, frozen=True):
    """What became of one row. ``line`` is the line in the file where the row begins; the header is line 1.

    Of one that failed ``column`` and ``reason`` say what was found first, ``further`` what else.
    """

    line: int
    outcome: RowOutcome
    handle: str
    column: str
    reason: str
    further: tuple[RowProblem, ...] = ()


class StartImport(Command[Import], frozen=True, tag="imports.start"):
    """Import an uploaded CSV file into the caller's shop, row by row. The variant or picture of a bad row is left out.

    It hurts no other row, unless it is the one that says what a product is. The rows of a product may stand apart.

    Over HTTP the file may be the body itself (``Content-Type: text/csv``), with the other fields in the query. Sent
    again with the same id it answers how far that import is. An admin names the seller; a seller need not.
    """

    http: ClassVar = POST("/import/products")
    import_id: UUID
    upload_id: UUID
    seller_id: UUID | None = None
    dry_run: bool = False


class ListImports(Command[Page[Import]], frozen=True, tag="imports.list"):
    """The imports of the caller's shop, the newest first."""

    http: ClassVar = GET("/bulk/jobs")
    cursor: Cursor = ""
    limit: Limit = 50


class ShowImport(Command[Import], frozen=True, tag="imports.show"):
    """How far an import is."""

    http: ClassVar = GET("/bulk/jobs/{import_id}")
    import_id: UUID


class ListImportErrors(Command[Page[ImportRow]], frozen=True, tag="imports.list_errors"):
    """The rows of an import that failed, in the order of the file, each with line, column and reason."""

    http: ClassVar = GET("/bulk/jobs/{import_id}/errors")
    import_id: UUID
    cursor: Cursor = ""
    limit: Limit = 100


class ImportRequested(Event, frozen=True, tag="imports.requested"):
    """Somebody asked for an import; a job does it."""

    import_id: UUID


class ImportProgress(Event, frozen=True, tag="imports.progress"):
    """How far an import is now."""

    progress: Import


IMPORT = Channel(
    "import:{import_id}",
    ChannelKind.STATE,
    "An import's progress, live. Its seller and admins may watch.",
    ImportProgress,
    (ImportProgress,),
)
IMPORT_REQUESTS = Channel(
    "imports", ChannelKind.LOG, "Imports that were asked for. Admins may watch.", Done, (ImportRequested,)
)


@dataclass(eq=False)
class ImportNotFound(NotFound):
    """There is no such import, or it is not the caller's."""

    code: ClassVar[str] = "imports.not_found"
    sentence: ClassVar[str] = "There is no such import."


@dataclass(eq=False)
class UploadNotFound(NotFound):
    """There is no such uploaded file, or it is not the caller's."""

    code: ClassVar[str] = "imports.upload_not_found"
    sentence: ClassVar[str] = "There is no such uploaded file."
    field: str = "upload_id"


@dataclass(eq=False)
class FileUnreadable(Invalid):
    """The file is not UTF-8 text, or not CSV with the columns of a product export. ``line`` is where, if known."""

    code: ClassVar[str] = "imports.file_unreadable"
    sentence: ClassVar[str] = "{reason}"
    reason: str
    line: Annotated[int, Meta(ge=0)] = 0
