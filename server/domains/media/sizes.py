"""In which sizes a picture is kept, and by which names: a name tells what it holds, so that it may be kept for ever."""

from collections.abc import Iterator
from uuid import UUID

from fastshop.contract.media import WIDTHS, MediaSource


def sizes(width: int, height: int) -> Iterator[tuple[int, int]]:
    """The sizes of a picture in pixels, the narrowest first; none is wider than the picture itself."""
    widest = min(width, WIDTHS[-1])
    for each in (*(narrower for narrower in WIDTHS if narrower < widest), widest):
        yield each, max(1, round(height * each / width))


def folder(media_id: UUID) -> str:
    """Where all files of a picture are, and nothing else."""
    return f"media/{media_id}"


def name(media_id: UUID, digest: str, width: int) -> str:
    """The name of a picture in one width. ``digest`` is the hash of the widest."""
    return f"{folder(media_id)}/{digest}/{width}.webp"


def sources(url: str, width: int, height: int) -> tuple[MediaSource, ...]:
    """A picture in all its widths, from the address and the size of the widest."""
    stem = url.rpartition("/")[0]
    return tuple(MediaSource(f"{stem}/{each}.webp", each, high) for each, high in sizes(width, height))
