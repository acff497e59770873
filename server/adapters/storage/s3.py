"""Files in a bucket of any store that speaks S3 (Amazon's, MinIO, Ceph, R2 ...), by path-style addresses.

obstore: asynchronous, typed, one wheel of 6 MB with its own retries; botocore alone unpacks to a hundred.
"""

import tempfile
from collections.abc import AsyncIterator
from typing import Any, BinaryIO

import obstore
from obstore.store import S3Store

from fastshop.ids import new_id
from server.settings import S3

_PIECE = 1024 * 1024
# How long one request may take, and all its repetitions. Somebody waits for it.
_TIMEOUT = "20s"
_RETRIES = 3


class S3Files:
    """A `server.domains.imports.ports.Files` and `server.domains.media.ports.Files` in a bucket."""

    def __init__(self, settings: S3) -> None:
        # Amazon's own needs no endpoint, and the store takes none for one.
        elsewhere: dict[str, Any] = {"endpoint": settings.endpoint} if settings.endpoint else {}
        self._store = S3Store(
            settings.bucket,
            **elsewhere,
            region=settings.region,
            access_key_id=settings.access_key,
            secret_access_key=settings.secret_key,
            virtual_hosted_style_request=False,
            client_options={"allow_http": settings.endpoint.startswith("http://"), "timeout": _TIMEOUT},
            retry_config={"max_retries": _RETRIES},
        )

    async def store(self, chunks: AsyncIterator[bytes]) -> tuple[str, int]:
        """Keep what comes; where, and how many bytes it is. What breaks off in between is never seen."""
        location, counted = str(new_id()), _Counted(chunks)
        await obstore.put_async(self._store, _upload(location), counted, chunk_size=8 * _PIECE)
        return location, counted.size

    def open(self, location: str) -> BinaryIO:
        """Fetch a kept file and open it for reading. Blocks; raises `FileNotFoundError`."""
        file = tempfile.TemporaryFile()  # noqa: SIM115 - whoever opens it closes it
        try:
            for piece in obstore.get(self._store, _upload(location)).stream(min_chunk_size=_PIECE):
                file.write(piece)
        except BaseException:
            file.close()
            raise
        file.seek(0)
        return file

    async def remove(self, location: str) -> None:
        """Remove a kept file. Nothing happens when there is none."""
        await obstore.delete_async(self._store, _upload(location))

    async def put(self, name: str, content: bytes) -> None:
        """Keep a whole file by a name of ours, in place of what had it."""
        await obstore.put_async(self._store, name, content, use_multipart=False)

    async def read(self, name: str) -> bytes | None:
        """A whole file; None when there is none of this name."""
        try:
            found = await obstore.get_async(self._store, name)
        except FileNotFoundError:
            return None
        return bytes(await found.bytes_async())

    async def remove_all(self, folder: str) -> None:
        """Remove all files whose names begin with the folder's. Nothing happens when there are none."""
        async for page in obstore.list(self._store, f"{folder}/"):
            await obstore.delete_async(self._store, [found["path"] for found in page])


class _Counted:
    """Chunks as they pass, and how many bytes they were."""

    def __init__(self, chunks: AsyncIterator[bytes]) -> None:
        self._chunks = chunks
        self.size = 0

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for chunk in self._chunks:
            self.size += len(chunk)
            yield chunk


def _upload(location: str) -> str:
    return f"uploads/{location}"
