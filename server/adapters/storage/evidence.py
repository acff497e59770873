"""Pictures as evidence, in the file store: apart from those of products, so that no public address leads to them."""

import asyncio
from contextlib import closing

from fastshop.contract.media import NotAPicture
from server.domains.media import making
from server.domains.media.ports import Files

# Wide enough to see a scratch. In pixels.
_WIDEST = 1280


class EvidencePictures:
    """See `server.domains.returns.ports.Pictures`."""

    def __init__(self, files: Files) -> None:
        self._files = files

    async def check(self, location: str) -> None:
        """See the port."""
        await asyncio.to_thread(self._check, location)

    async def keep(self, name: str, location: str) -> None:
        """See the port."""
        await self._files.put(name, await asyncio.to_thread(self._made, location))

    async def read(self, name: str) -> bytes | None:
        """See the port."""
        return await self._files.read(name)

    def _check(self, location: str) -> None:
        with closing(self._files.open(location)) as file:
            making.check(file)

    def _made(self, location: str) -> bytes:
        try:
            with closing(self._files.open(location)) as file:
                return making.make_one(file, _WIDEST)
        except FileNotFoundError:
            raise NotAPicture("The file is gone.") from None
