"""Pictures as they are shown, made anew from what was sent. Nothing of the file that was sent is ever handed on.

What decoders are given comes from anybody: the size is known before a pixel is unpacked, and whatever a decoder raises
means that this is no picture.
"""

import hashlib
import io
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO, NamedTuple

import structlog
from PIL import Image, ImageCms, ImageOps

from fastshop.contract.media import WIDTHS, NotAPicture
from server.domains.media.sizes import sizes

logger = structlog.get_logger()

# An iPhone's largest photograph has 48 million pixels; unpacked such a one takes 200 MB.
_MOST_PIXELS = 50_000_000
# No format of ours holds a longer side (WebP: 16,383).
_LONGEST = 16_000
_FORMATS = ("JPEG", "PNG", "WEBP", "AVIF", "GIF")
# JPEG files of phones hold further pictures (depth, gain maps) as MPO; the first is the photograph.
_MOVING = frozenset({"PNG", "WEBP", "AVIF", "GIF"})
_QUALITY = 82

_UNREADABLE = "This is not a JPEG, PNG, WebP, AVIF or GIF picture, or it is damaged."
_TOO_LARGE = "The picture is too large: 50 megapixels are the most, and 16,000 pixels a side."


class Made(NamedTuple):
    """A picture in all its widths, as WebP by width, the narrowest first. ``digest`` is the hash of the widest."""

    digest: str
    width: int
    height: int
    files: dict[int, bytes]


def check(file: BinaryIO) -> None:
    """Look at the head of a file. Refused: `NotAPicture`. Blocks for a moment."""
    with _opened(file):
        pass


def make(file: BinaryIO) -> Made:
    """Make a picture anew. Refused: `NotAPicture`. Blocks for a second or so."""
    with _opened(file) as sent:
        picture = _upright(sent)
    files = {}
    # Each from the one before: the first step does most of the work.
    for width, height in reversed(list(sizes(*picture.size))):
        if (width, height) != picture.size:
            picture = picture.resize((width, height), Image.Resampling.LANCZOS)
        files[width] = _encoded(picture)
    digest = hashlib.sha256(files[max(files)]).hexdigest()[:32]
    return Made(digest, *_size(files), dict(sorted(files.items())))


def make_one(file: BinaryIO, widest: int) -> bytes:
    """Make a picture anew in the widest of its widths up to so many pixels. Refused: `NotAPicture`. Blocks."""
    with _opened(file) as sent:
        picture = _upright(sent)
    size = max(size for size in sizes(*picture.size) if size[0] <= widest)
    return _encoded(picture.resize(size, Image.Resampling.LANCZOS))


@contextmanager
def _opened(file: BinaryIO) -> Iterator[Image.Image]:
    try:
        with Image.open(file, formats=_FORMATS) as image:
            _check_size(*image.size)
            _check_still(image)
            yield image
    except NotAPicture:
        raise
    except Image.DecompressionBombError:  # Pillow itself looks at the size too, before it hands the picture over
        raise NotAPicture(_TOO_LARGE) from None
    except Exception as error:
        logger.info("a picture cannot be read", error=repr(error))
        raise NotAPicture(_UNREADABLE) from None


def _check_size(width: int, height: int) -> None:
    if width * height > _MOST_PIXELS or max(width, height) > _LONGEST:
        raise NotAPicture(_TOO_LARGE)
    if min(width, height) < 1:
        raise NotAPicture(_UNREADABLE)


def _check_still(image: Image.Image) -> None:
    if image.format in _MOVING and getattr(image, "is_animated", False):
        raise NotAPicture("The picture moves; one that stands still is needed.")


def _upright(image: Image.Image) -> Image.Image:
    """The pixels alone, in sRGB, turned as the camera was held."""
    profile = image.info.get("icc_profile")
    # JPEG only: unpacked at a half, a quarter or an eighth, but never narrower than the widest that is wanted.
    image.draft(None, (WIDTHS[-1], WIDTHS[-1]))
    upright = ImageOps.exif_transpose(image)
    if profile:
        upright = _in_srgb(upright, profile)
    return upright.convert("RGBA" if upright.has_transparency_data else "RGB")


def _in_srgb(image: Image.Image, profile: bytes) -> Image.Image:
    """With the colours that the profile means: without it many a photograph looks pale. A broken one means nothing."""
    mode = "RGBA" if image.mode == "RGBA" else "RGB"
    try:
        theirs, ours = ImageCms.ImageCmsProfile(io.BytesIO(profile)), ImageCms.createProfile("sRGB")
        return ImageCms.profileToProfile(image, theirs, ours, outputMode=mode) or image
    except (ImageCms.PyCMSError, OSError, ValueError):
        return image


def _encoded(picture: Image.Image) -> bytes:
    file = io.BytesIO()
    # What is not named is taken from the picture: nothing of it may be.
    picture.save(file, "WEBP", quality=_QUALITY, method=4, exif=b"", icc_profile=b"", xmp=b"")
    return file.getvalue()


def _size(files: dict[int, bytes]) -> tuple[int, int]:
    with Image.open(io.BytesIO(files[max(files)]), formats=("WEBP",)) as image:
        return image.size
