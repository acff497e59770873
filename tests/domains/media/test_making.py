"""What is shown is made anew: upright, in its colours, without what a camera wrote, and only from pictures."""

import io
import struct
import zlib

import pytest
from PIL import Image, ImageCms, PngImagePlugin

from fastshop.contract.media import NotAPicture
from server.domains.media.making import Made, check, make
from server.domains.media.sizes import sizes, sources
from tests.domains.media.conftest import encoded, png

_ORIENTATION, _GPS = 0x0112, 0x8825


def made(content: bytes) -> Made:
    check(io.BytesIO(content))
    return make(io.BytesIO(content))


def opened(content: bytes) -> Image.Image:
    return Image.open(io.BytesIO(content))


@pytest.mark.parametrize(
    ("size", "widths"),
    [((3000, 1500), [160, 320, 640, 1280, 2000]), ((1281, 100), [160, 320, 640, 1280, 1281]), ((100, 90), [100])],
)
def test_a_picture_is_had_in_the_widths_below_its_own(size: tuple[int, int], widths: list[int]) -> None:
    found = made(png(*size))
    assert list(found.files) == widths
    assert [opened(file).size for file in found.files.values()] == list(sizes(*size))
    assert {opened(file).format for file in found.files.values()} == {"WEBP"}
    assert (found.width, found.height) == list(sizes(*size))[-1]


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "AVIF", "GIF"])
def test_the_kinds_of_picture_that_people_have_are_taken(kind: str) -> None:
    found = opened(made(encoded(Image.new("RGB", (64, 48), "#336699"), kind)).files[64])
    assert found.size == (64, 48)
    assert _near(found.convert("RGB").getpixel((30, 20)), (0x33, 0x66, 0x99))


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "CMYK", "I;16"])
def test_whatever_its_pixels_are_it_comes_out_in_colour(mode: str) -> None:
    grey = Image.new("L", (40, 30), 255)
    image = Image.new("I;16", (40, 30), 65535) if mode == "I;16" else grey.convert("RGB").convert(mode)
    found = opened(made(encoded(image, "JPEG" if mode == "CMYK" else "PNG")).files[40])
    assert _near(found.convert("RGB").getpixel((20, 15)), (255, 255, 255))


def test_what_shines_through_goes_on_shining_through() -> None:
    found = opened(made(encoded(Image.new("RGBA", (40, 30), (200, 0, 0, 0)), "PNG")).files[40])
    assert found.convert("RGBA").getpixel((20, 15))[3] == 0  # type: ignore[index]


def test_a_photograph_is_turned_as_the_camera_was_held_and_tells_nothing_of_it() -> None:
    image = Image.new("RGB", (80, 40), "blue")
    image.paste("red", (0, 0, 40, 40))  # on the left; turned a quarter to the right it is on top
    exif = Image.Exif()
    exif[_ORIENTATION] = 6
    exif[0x010F] = "Maker of cameras"
    exif[_GPS] = {1: "N", 2: (52.0, 31.0, 12.0), 3: "E", 4: (13.0, 24.0, 18.0)}
    sent = encoded(image, "JPEG", exif=exif, quality=95, comment=b"a secret", xmp=b"<x>a secret</x>")
    assert b"Maker of cameras" in sent
    file = made(sent).files[40]
    found = opened(file)
    assert found.size == (40, 80)
    assert _near(found.convert("RGB").getpixel((20, 10)), (255, 0, 0), 12)
    assert _near(found.convert("RGB").getpixel((20, 70)), (0, 0, 255), 12)
    assert not found.getexif()
    assert not {"exif", "xmp", "icc_profile"} & found.info.keys()
    assert b"Maker" not in file
    assert b"secret" not in file


def test_the_text_in_a_png_is_left_behind() -> None:
    text = PngImagePlugin.PngInfo()
    text.add_text("Author", "a secret person")
    text.add_itxt("XML:com.adobe.xmp", "a secret place")
    assert b"secret" not in made(png(50, 50, pnginfo=text)).files[50]


def test_colours_are_what_their_profile_means() -> None:
    """In a profile with red and blue exchanged, what is written as red is blue."""
    image = Image.new("RGB", (30, 30), (200, 30, 30))
    lab = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    swapped = bytearray(lab)
    red, blue = lab.index(b"rXYZ"), lab.index(b"bXYZ")
    swapped[red : red + 4], swapped[blue : blue + 4] = b"bXYZ", b"rXYZ"
    found = opened(made(encoded(image, "PNG", icc_profile=bytes(swapped))).files[30]).convert("RGB").getpixel((9, 9))
    assert isinstance(found, tuple)
    assert found[2] > 150 > found[0]


def test_a_broken_profile_is_passed_over() -> None:
    assert made(png(30, 30, icc_profile=b"not a profile")).width == 30


def test_the_same_picture_has_the_same_name_and_another_has_not() -> None:
    assert made(png(50, 50)).digest == made(png(50, 50)).digest != made(png(50, 50, "#336698")).digest


def test_a_phone_s_photograph_with_further_pictures_behind_it_is_taken() -> None:
    first, second = Image.new("RGB", (60, 40), "red"), Image.new("RGB", (30, 20), "blue")
    sent = encoded(first, "MPO", save_all=True, append_images=[second])
    assert opened(sent).format == "MPO"
    assert _near(opened(made(sent).files[60]).convert("RGB").getpixel((9, 9)), (255, 0, 0), 12)


@pytest.mark.parametrize("kind", ["GIF", "WEBP", "PNG", "AVIF"])
def test_what_moves_is_refused(kind: str) -> None:
    frames = [Image.new("RGB", (40, 40), colour) for colour in ("red", "blue")]
    with pytest.raises(NotAPicture, match="moves"):
        check(io.BytesIO(encoded(frames[0], kind, save_all=True, append_images=frames[1:], duration=100)))


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\x89PNG\r\n\x1a\n",
        b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
        b"<!doctype html><script>alert(1)</script>",
        b"%PDF-1.7\n",
        b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 10 10\n",
        b"II*\x00" + b"\x00" * 100,
        encoded(Image.new("RGB", (8, 8)), "BMP"),
        encoded(Image.new("RGB", (8, 8)), "TIFF"),
        encoded(Image.new("RGB", (16, 16)), "ICO"),
    ],
    ids=["nothing", "a head", "svg", "html", "pdf", "eps", "a broken tiff", "bmp", "tiff", "ico"],
)
def test_what_is_no_picture_for_the_web_is_refused(content: bytes) -> None:
    with pytest.raises(NotAPicture):
        check(io.BytesIO(content))


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "GIF"])
def test_a_picture_that_breaks_off_is_refused(kind: str) -> None:
    whole = encoded(Image.effect_noise((300, 300), 90).convert("RGB"), kind)
    with pytest.raises(NotAPicture):
        make(io.BytesIO(whole[: len(whole) // 2]))


@pytest.mark.parametrize("size", [(60_000, 60_000), (7100, 7100), (16_001, 10), (10, 16_001)])
def test_a_bomb_is_refused_by_its_head_before_a_pixel_is_unpacked(size: tuple[int, int]) -> None:
    with pytest.raises(NotAPicture, match="too large"):
        check(io.BytesIO(_bomb(*size)))
    with pytest.raises(NotAPicture, match="too large"):
        make(io.BytesIO(_bomb(*size)))


def _bomb(width: int, height: int) -> bytes:
    """A PNG of a few bytes that says it is so large."""
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", head), (b"IDAT", zlib.compress(b"\0" * 1000)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in chunks
    )


def test_the_addresses_of_all_widths_come_from_the_widest() -> None:
    found = sources("/media/1/abc/700.webp", 700, 350)
    assert [(each.url, each.width, each.height) for each in found] == [
        ("/media/1/abc/160.webp", 160, 80),
        ("/media/1/abc/320.webp", 320, 160),
        ("/media/1/abc/640.webp", 640, 320),
        ("/media/1/abc/700.webp", 700, 350),
    ]


def _near(found: object, wanted: tuple[int, int, int], most: int = 6) -> bool:
    assert isinstance(found, tuple)
    return all(abs(one - other) <= most for one, other in zip(found, wanted, strict=True))
