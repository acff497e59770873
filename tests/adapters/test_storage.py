"""Files in a folder: whole or not at all, nobody else's business, and never outside of it."""

import asyncio
import stat
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from server.adapters.storage.local import LocalFiles


class CutError(Exception):
    """The line was cut."""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "below" / "files"


async def test_a_file_is_read_back_as_it_came(folder: Path) -> None:
    files = LocalFiles(folder)
    location, size = await files.store(_pieces(b"one ", b"", b"two"))
    other, _ = await files.store(_pieces(b"another"))
    assert (size, location == other) == (7, False)
    with files.open(location) as file:
        assert file.read() == b"one two"


async def test_a_file_that_breaks_off_leaves_nothing(folder: Path) -> None:
    files = LocalFiles(folder)
    kept, _ = await files.store(_pieces(b"kept"))
    with pytest.raises(CutError):
        await files.store(_cut())
    assert _names(folder) == [kept]


async def test_a_file_that_is_given_up_leaves_nothing(folder: Path) -> None:
    started = asyncio.Event()

    async def endless() -> AsyncIterator[bytes]:
        yield b"a beginning"
        started.set()
        await asyncio.Event().wait()

    storing = asyncio.create_task(LocalFiles(folder).store(endless()))
    await started.wait()
    storing.cancel()
    with pytest.raises(asyncio.CancelledError):
        await storing
    assert _names(folder) == []


async def test_only_the_shop_itself_may_read_it(folder: Path) -> None:
    location, _ = await LocalFiles(folder).store(_pieces(b"secret"))
    assert (_mode(folder / location), _mode(folder)) == (0o600, 0o700)


async def test_nothing_outside_the_folder_is_opened(folder: Path) -> None:
    files = LocalFiles(folder)
    await files.store(_pieces(b"inside"))
    (folder.parent / "outside").write_bytes(b"outside")
    for location in ("../outside", str(folder.parent / "outside")):
        with pytest.raises(FileNotFoundError):
            files.open(location)


async def test_many_at_once_do_not_meet(folder: Path) -> None:
    files = LocalFiles(folder)
    contents = [bytes([number]) * 1000 for number in range(20)]
    kept = await asyncio.gather(*(files.store(_pieces(*_halves(content))) for content in contents))
    for (location, _), content in zip(kept, contents, strict=True):
        with files.open(location) as file:
            assert file.read() == content


async def _pieces(*chunks: bytes) -> AsyncIterator[bytes]:
    for chunk in chunks:
        yield chunk


async def _cut() -> AsyncIterator[bytes]:
    yield b"a beginning"
    raise CutError


def _halves(content: bytes) -> tuple[bytes, bytes]:
    return content[:500], content[500:]


def _names(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir()]


def _mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)
