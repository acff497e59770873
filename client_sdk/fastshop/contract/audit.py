"""Who did what to whom: entries that nobody changes, each holding the hash of the one before."""

from typing import Annotated, Any, ClassVar
from uuid import UUID

from msgspec import Meta, Struct

from fastshop.contract.base import GET, Command, Cursor, Limit, Page, Time


class AuditEntry(Struct, frozen=True):
    """Something that was done. ``subject`` is what it was done to, e.g. ``user:0193...``; people stand in it by id."""

    number: int
    at: Time
    actor_id: UUID | None
    session_id: UUID | None
    action: str
    subject: str
    facts: dict[str, Any]


class AuditCheck(Struct, frozen=True):
    """Whether each entry still fits the one before. ``broken_at`` is the first that does not."""

    entries: int
    intact: bool
    broken_at: int | None


class ListAuditLog(Command[Page[AuditEntry]], frozen=True, tag="audit.list"):
    """What was done, the latest first."""

    http: ClassVar = GET("/audit/logs")
    actor_id: UUID | None = None
    subject: Annotated[str, Meta(max_length=100)] = ""
    action: Annotated[str, Meta(max_length=60, description="an operation's name, or how it begins")] = ""
    cursor: Cursor = ""
    limit: Limit = 50


class CheckAuditLog(Command[AuditCheck], frozen=True, tag="audit.check"):
    """Read the whole log and check that nothing in it was changed, left out or put in between."""

    http: ClassVar = GET("/audit/check")
