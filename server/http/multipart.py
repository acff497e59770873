"""The one file of a form (multipart/form-data, RFC 7578), taken out of its envelope while it streams in."""

from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager

from multipart import MultipartError, MultipartSegment, PushMultipartParser, parse_options_header

from fastshop.contract.base import BadInput


async def file_in(body: AsyncIterator[bytes], content_type: str) -> AsyncIterator[bytes]:
    """The content of the form's only part, which must be a file. Refused: `BadInput`."""
    found = False
    with _refusing(), PushMultipartParser(_boundary(content_type), max_segment_count=1) as parser:
        async for chunk in body:
            for part in parser.parse(chunk):
                if isinstance(part, MultipartSegment):
                    _check(part)
                    found = True
                elif part:
                    yield bytes(part)
    if not found:
        raise BadInput(field="", reason="The form has no file.")


def _boundary(content_type: str) -> str:
    return str(parse_options_header(content_type)[1].get("boundary", ""))


def _check(part: MultipartSegment) -> None:
    if part.filename is None:
        raise BadInput(field=part.name or "", reason="A form has the file only; other fields belong into the query.")


@contextmanager
def _refusing() -> Iterator[None]:
    try:
        yield
    except MultipartError as error:
        raise BadInput(field="", reason=f"This is not a form with one file: {error}.") from None
