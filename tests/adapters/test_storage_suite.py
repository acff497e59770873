"""One suite for all stores: what is kept is read back, by whoever knows its name, and gone when it is removed."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from msgspec.structs import replace
from obstore.exceptions import BaseError

from fastshop.contract.base import BadInput
from server.adapters.storage.local import LocalFiles
from server.adapters.storage.s3 import S3Files
from server.settings import S3, SettingsError, read_settings
from tests.adapters.s3_fake import s3_fake

Files = LocalFiles | S3Files


@pytest.fixture(params=["folder", "S3"])
async def files(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Files]:
    if request.param == "folder":
        yield LocalFiles(tmp_path / "files")
        return
    async with s3_fake() as (_, settings):
        yield S3Files(settings)


async def test_a_file_that_streams_in_is_read_back_and_sought_in(files: Files) -> None:
    location, size = await files.store(_pieces(b"one ", b"", b"two"))
    other, _ = await files.store(_pieces(b"another"))
    assert (size, location == other) == (7, False)
    with await asyncio.to_thread(files.open, location) as file:
        assert file.read() == b"one two"
        file.seek(4)
        assert file.read() == b"two"


async def test_a_file_of_many_parts_comes_whole(files: Files) -> None:
    pieces = [bytes([number]) * 1_000_003 for number in range(20)]
    location, size = await files.store(_pieces(*pieces))
    with await asyncio.to_thread(files.open, location) as file:
        assert (size, file.read()) == (20_000_060, b"".join(pieces))


async def test_what_is_removed_is_gone_and_its_neighbour_is_not(files: Files) -> None:
    location, _ = await files.store(_pieces(b"a"))
    other, _ = await files.store(_pieces(b"b"))
    await files.remove(location)
    await files.remove(location)
    with pytest.raises(FileNotFoundError):
        await asyncio.to_thread(files.open, location)
    with await asyncio.to_thread(files.open, other) as file:
        assert file.read() == b"b"


async def test_a_named_file_is_read_until_its_folder_goes(files: Files) -> None:
    for name in ("media/1/a/160.webp", "media/1/b/160.webp", "media/12/a/160.webp"):
        await files.put(name, name.encode())
    await files.put("media/1/a/160.webp", b"anew")
    assert await files.read("media/1/a/160.webp") == b"anew"
    assert [await files.read(name) for name in ("media/1/a", "media/1/c/160.webp", "media/9/a/1.webp")] == [None] * 3
    await files.remove_all("media/1")
    await files.remove_all("media/1")
    assert await files.read("media/1/a/160.webp") is None
    assert await files.read("media/1/b/160.webp") is None
    assert await files.read("media/12/a/160.webp") == b"media/12/a/160.webp"


async def test_a_wrong_key_gets_nothing_from_s3() -> None:
    async with s3_fake() as (fake, settings):
        await S3Files(settings).put("media/1/a/1.webp", b"a")
        with pytest.raises(BaseError):
            await S3Files(replace(settings, secret_key="another")).read("media/1/a/1.webp")
        assert (fake.refused, fake.objects) == (1, {"media/1/a/1.webp": b"a"})


async def test_p10_a_busy_s3_is_asked_again() -> None:
    async with s3_fake() as (fake, settings):
        fake.failing = 1
        await S3Files(settings).put("media/1/a/1.webp", b"a")
        assert fake.objects == {"media/1/a/1.webp": b"a"}


async def test_a_stream_that_breaks_off_is_never_seen_in_s3() -> None:
    async with s3_fake() as (fake, settings):
        with pytest.raises(BadInput):
            await S3Files(settings).store(_cut())
        assert (fake.objects, fake.parts) == ({}, {})


async def test_no_name_leads_out_of_the_folder(tmp_path: Path) -> None:
    (tmp_path / "outside").write_bytes(b"outside")
    for name in ("../outside", str(tmp_path / "outside"), "media/../../outside", ""):
        assert await LocalFiles(tmp_path / "files").read(name) is None


def test_the_bucket_is_named_in_the_environment() -> None:
    keys = {"S3_ACCESS_KEY_ID": "id", "S3_SECRET_ACCESS_KEY": "secret"}
    assert read_settings({}).s3 is None
    assert read_settings(keys | {"S3_BUCKET": "shop"}).s3 == S3("shop", "id", "secret")
    S3Files(S3("shop", "id", "secret"))  # Amazon's own needs no endpoint
    elsewhere = keys | {"S3_BUCKET": "shop", "S3_ENDPOINT": "https://s3.example", "S3_REGION": "eu-1"}
    assert read_settings(elsewhere).s3 == S3("shop", "id", "secret", "https://s3.example", "eu-1")
    for wrong in ({"S3_BUCKET": "shop"}, elsewhere | {"S3_ENDPOINT": "s3.example"}):
        with pytest.raises(SettingsError, match="S3_"):
            read_settings(wrong)


async def _pieces(*chunks: bytes) -> AsyncIterator[bytes]:
    for chunk in chunks:
        yield chunk


async def _cut() -> AsyncIterator[bytes]:
    yield b"a beginning"
    raise BadInput(field="", reason="The body broke off.")
