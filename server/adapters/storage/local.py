"""Files in a folder of this machine: written aside, flushed, then put in place, so that none is ever half there."""

import asyncio
import os
import shutil
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

from fastshop.ids import new_id


class LocalFiles:
    """A `server.domains.imports.ports.Files` and `server.domains.media.ports.Files` in ``folder``.

    Names are ours; nobody outside chooses one.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def store(self, chunks: AsyncIterator[bytes]) -> tuple[str, int]:
        """Keep what comes; where, and how many bytes it is. What breaks off in between leaves nothing."""
        location = str(new_id())
        return location, await self._keep(self._folder / location, chunks)

    def open(self, location: str) -> BinaryIO:
        """Open a kept file for reading. Blocks as files do; raises `FileNotFoundError`."""
        return (self._folder / Path(location).name).open("rb")

    async def remove(self, location: str) -> None:
        """Remove a kept file. Nothing happens when there is none."""
        await asyncio.to_thread((self._folder / Path(location).name).unlink, missing_ok=True)

    async def put(self, name: str, content: bytes) -> None:
        """Keep a whole file by a name of ours, in place of what had it."""
        await self._keep(self._named(name), _one(content))

    async def read(self, name: str) -> bytes | None:
        """A whole file; None when there is none of this name."""
        with suppress(FileNotFoundError, NotADirectoryError, IsADirectoryError):
            return await asyncio.to_thread(self._named(name).read_bytes)
        return None

    async def remove_all(self, folder: str) -> None:
        """Remove all files whose names begin with the folder's. Nothing happens when there are none."""
        with suppress(FileNotFoundError):
            await asyncio.to_thread(shutil.rmtree, self._named(folder))

    def _named(self, name: str) -> Path:
        path = self._folder / name
        if ".." in path.parts or not name or not path.is_relative_to(self._folder):
            raise FileNotFoundError(name)
        return path

    async def _keep(self, path: Path, chunks: AsyncIterator[bytes]) -> int:
        aside = self._folder / f"{new_id()}.part"
        await asyncio.to_thread(path.parent.mkdir, parents=True, exist_ok=True, mode=0o700)
        try:
            size = await self._write(aside, chunks)
            await asyncio.to_thread(aside.replace, path)
        except BaseException:
            aside.unlink(missing_ok=True)
            raise
        return size

    async def _write(self, path: Path, chunks: AsyncIterator[bytes]) -> int:
        size = 0
        file = await asyncio.to_thread(_create, path)
        try:
            async for chunk in chunks:
                await asyncio.to_thread(file.write, chunk)
                size += len(chunk)
            await asyncio.to_thread(_flush, file)
        finally:
            await asyncio.to_thread(file.close)
        return size


async def _one(content: bytes) -> AsyncIterator[bytes]:
    yield content


def _create(path: Path) -> BinaryIO:
    return os.fdopen(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb")


def _flush(file: BinaryIO) -> None:
    file.flush()
    os.fsync(file.fileno())
