"""Cursor pagination: a page begins after the last row of the one before, so rows that come or go never shift it."""

import base64
import binascii
from collections.abc import Callable, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple, TypeVar, cast

import msgspec

from fastshop.contract.base import BadInput, Page

T = TypeVar("T")
Key = TypeVar("Key", bound=tuple[Any, ...])


class Order(NamedTuple):
    """An order of lists: by which expression, of which type in SQL and in a cursor, up or down."""

    key: str
    sql_type: str
    cursor: Any
    direction: str

    def said_in(self, query: str, **further: str) -> str:
        """A query with this order in it, by the names of the fields; ``{beyond}`` compares with the cursor's row."""
        return query.format(beyond=">" if self.direction == "ASC" else "<", **self._asdict(), **further)


def encode_cursor(key: tuple[Any, ...]) -> str:
    """An opaque cursor for the sort key of a page's last row."""
    return base64.urlsafe_b64encode(msgspec.json.encode(key)).decode().rstrip("=")


def decode_cursor(cursor: str, key: type[Key]) -> Key | None:
    """The sort key inside a cursor, checked to be of the type ``key``; None for the first page.

    Refused when it was not made by `encode_cursor` for such a key: `BadInput`.
    """
    if not cursor:
        return None
    try:
        raw = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
        found = msgspec.json.decode(raw, type=key)
    except (binascii.Error, ValueError, msgspec.MsgspecError) as error:
        raise BadInput(field="cursor", reason="This is not a cursor of this list.") from error
    if not all(_fits(part) for part in found):
        raise BadInput(field="cursor", reason="This is not a cursor of this list.")
    return cast("Key", found)


def _fits(part: Any) -> bool:
    """Whether PostgreSQL can be asked for it: somebody may have made the cursor by hand."""
    match part:
        case datetime():
            return part.tzinfo is not None and 1 < part.year < 9999
        case int():
            return abs(part) < 2**31
        case Decimal():
            return part.is_finite() and abs(part.adjusted()) < 20
        case str():
            return "\0" not in part
        case _:
            return True


def page_of(rows: Sequence[T], limit: int, key: Callable[[T], tuple[Any, ...]]) -> tuple[Sequence[T], str | None]:
    """Cut ``limit + 1`` fetched rows to a page, and make the cursor of the next where there is one."""
    if len(rows) <= limit:
        return rows, None
    return rows[:limit], encode_cursor(key(rows[limit - 1]))


def as_page(rows: Sequence[T], limit: int, key: Callable[[T], tuple[Any, ...]]) -> Page[T]:
    """A page of rows that are already what is answered, fetched with ``limit + 1``."""
    items, following = page_of(rows, limit, key)
    return Page(tuple(items), following)
