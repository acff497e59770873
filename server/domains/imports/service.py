"""Uploads and imports, as they are asked for."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from fastshop.contract.accounts import Role
from fastshop.contract.base import IdReused, NotAllowed, Page
from fastshop.contract.catalog import NoShop, SellerNotFound
from fastshop.contract.imports import (
    IMPORT_REQUESTS,
    Import,
    ImportNotFound,
    ImportRequested,
    ImportRow,
    ListImportErrors,
    ListImports,
    ShowImport,
    StartImport,
    UploadNotFound,
)
from fastshop.ids import new_id
from server.domains.imports.ports import Files
from server.domains.imports.rows import import_of, row_of
from server.domains.imports.running import Running
from server.kernel import audit
from server.kernel.caller import Caller
from server.kernel.clock import Clock
from server.kernel.database import Database, Transaction
from server.kernel.page import as_page, decode_cursor

_INSERT = """
INSERT INTO bulk_jobs (id, upload_id, seller_id, user_id, state, dry_run, started_at)
VALUES ($1, $2, $3, $4, 'waiting', $5, $6) ON CONFLICT (id) DO NOTHING RETURNING id
"""
_LIST = """
SELECT * FROM bulk_jobs WHERE seller_id = $1 AND ($2::timestamptz IS NULL OR (started_at, id) < ($2, $3))
ORDER BY started_at DESC, id DESC LIMIT $4
"""
_ERRORS = "SELECT * FROM bulk_job_rows WHERE job_id = $1 AND line > $2 ORDER BY line LIMIT $3"
_CHUNK = 1024 * 1024
# How often a person at the terminal sees the bar move, in seconds.
_LOOK = 0.2


class Imports:
    """Takes files, starts imports, tells how they go."""

    def __init__(self, database: Database, files: Files, running: Running, clock: Clock) -> None:
        self._database = database
        self._files = files
        self._running = running
        self._clock = clock

    async def receive(self, user_id: UUID | None, chunks: AsyncIterator[bytes]) -> UUID:
        """Keep a file that a person sends, or a guest; its upload's id."""
        location, size = await self._files.store(chunks)
        upload_id = new_id()
        query = "INSERT INTO uploads (id, user_id, location, size, created_at) VALUES ($1, $2, $3, $4, $5)"
        await self._database.fetch(query, upload_id, user_id, location, size, self._clock.now())
        return upload_id

    async def start(self, command: StartImport, caller: Caller) -> Import:
        """Start an import; a job does it."""
        seller_id = _seller(command, caller)
        async with self._database.transaction() as transaction:
            if await self._insert(transaction, command, seller_id, caller.person):
                requested = ImportRequested(time=self._clock.now(), import_id=command.import_id)
                transaction.emit(requested, IMPORT_REQUESTS.of())
                told = seller_id, command.tag(), f"import:{command.import_id}"
                await audit.note_foreign(transaction, self._clock.now(), caller, *told)
        return await self._same(command, seller_id)

    async def run(self, import_id: UUID) -> None:
        """Do an import; see `running`."""
        await self._running.run(import_id)

    async def run_file(
        self, path: Path, seller_id: UUID, user_id: UUID, dry_run: bool, progress: Callable[[Import], None]
    ) -> tuple[Import, Sequence[ImportRow]]:
        """Import a file of this machine here and now; how it went, and the rows that failed."""
        upload_id, import_id = await self.receive(user_id, _read(path)), new_id()
        command = StartImport(import_id=import_id, upload_id=upload_id, seller_id=seller_id, dry_run=dry_run)
        async with self._database.transaction() as transaction:
            await self._insert(transaction, command, seller_id, user_id)
        running = asyncio.create_task(self.run(import_id))
        while not running.done():
            with suppress(TimeoutError):
                await asyncio.wait_for(asyncio.shield(running), _LOOK)
            progress(await self.get(import_id))
        await running
        rows = await self._database.fetch(_ERRORS, import_id, 0, 1_000_000)
        return await self.get(import_id), [row_of(row) for row in rows]

    async def show(self, command: ShowImport, caller: Caller) -> Import:
        """How far an import is."""
        return await self.visible(command.import_id, caller)

    async def list_own(self, command: ListImports, caller: Caller) -> Page[Import]:
        """The imports of the caller's shop."""
        if caller.seller_id is None:
            raise NoShop
        after = decode_cursor(command.cursor, tuple[datetime, UUID]) or (None, None)
        rows = await self._database.fetch(_LIST, caller.seller_id, *after, command.limit + 1)
        return as_page([import_of(row) for row in rows], command.limit, lambda found: (found.started_at, found.id))

    async def list_errors(self, command: ListImportErrors, caller: Caller) -> Page[ImportRow]:
        """The rows that failed."""
        await self.visible(command.import_id, caller)
        (line,) = decode_cursor(command.cursor, tuple[int]) or (0,)
        rows = await self._database.fetch(_ERRORS, command.import_id, line, command.limit + 1)
        return as_page([row_of(row) for row in rows], command.limit, lambda found: (found.line,))

    async def visible(self, import_id: UUID, caller: Caller) -> Import:
        """An import of the caller's shop, any for admins. Refused otherwise: `ImportNotFound`."""
        found = await self.get(import_id)
        if found.seller_id != caller.seller_id and not caller.is_any(Role.ADMIN):
            raise ImportNotFound
        return found

    async def get(self, import_id: UUID) -> Import:
        """An import. Refused when there is none: `ImportNotFound`."""
        row = await self._database.fetch_one("SELECT * FROM bulk_jobs WHERE id = $1", import_id)
        if row is None:
            raise ImportNotFound
        return import_of(row)

    async def _insert(self, transaction: Transaction, command: StartImport, seller_id: UUID, user_id: UUID) -> bool:
        query = "SELECT 1 FROM uploads WHERE id = $1 AND user_id = $2 AND location <> ''"
        if await transaction.connection.fetchval(query, command.upload_id, user_id) is None:
            raise UploadNotFound
        if await transaction.connection.fetchval("SELECT 1 FROM sellers WHERE id = $1", seller_id) is None:
            raise SellerNotFound
        values: tuple[Any, ...] = (command.import_id, command.upload_id, seller_id, user_id, command.dry_run)
        return await transaction.connection.fetchval(_INSERT, *values, self._clock.now()) is not None

    async def _same(self, command: StartImport, seller_id: UUID) -> Import:
        """The import of this id. Refused when it is another: `IdReused`; the same file may have been sent anew."""
        found = await self.get(command.import_id)
        if (found.seller_id, found.dry_run) != (seller_id, command.dry_run):
            raise IdReused
        return found


def _seller(command: StartImport, caller: Caller) -> UUID:
    seller_id = command.seller_id or caller.seller_id
    if seller_id is None:
        raise NoShop
    if seller_id != caller.seller_id and not caller.is_any(Role.ADMIN):
        raise NotAllowed
    return seller_id


async def _read(path: Path) -> AsyncIterator[bytes]:
    with await asyncio.to_thread(path.open, "rb") as file:
        while chunk := await asyncio.to_thread(file.read, _CHUNK):
            yield chunk
