"""Files in a folder of this machine: written aside, flushed, then put in place, so that none is ever half there."""

import asyncio
import os
from collections.abc import AsyncIterator
from pathlib import Path
from typing import BinaryIO

from fastshop.ids import new_id


class LocalFiles:
    """A `server.domains.imports.ports.Files` in ``folder``. Names are ours; nobody outside chooses one."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def store(self, chunks: AsyncIterator[bytes]) -> tuple[str, int]:
        """Keep what comes; where, and how many bytes it is. What breaks off in between leaves nothing."""
        location = str(new_id())
        aside = self._folder / f"{location}.part"
        await asyncio.to_thread(self._folder.mkdir, parents=True, exist_ok=True, mode=0o700)
        try:
            size = await self._write(aside, chunks)
            await asyncio.to_thread(aside.replace, self._folder / location)
        except BaseException:
            aside.unlink(missing_ok=True)
            raise
        return location, size

    def open(self, location: str) -> BinaryIO:
        """Open a kept file for reading. Blocks as files do; raises `FileNotFoundError`."""
        return (self._folder / Path(location).name).open("rb")

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


def _create(path: Path) -> BinaryIO:
    return os.fdopen(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb")


def _flush(file: BinaryIO) -> None:
    file.flush()
    os.fsync(file.fileno())
