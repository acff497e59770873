"""Doing an import: batch by batch, each in one transaction with how far it is, so that it goes on after any crash."""

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from itertools import islice
from typing import Any, NamedTuple
from uuid import UUID

from msgspec.structs import replace

from fastshop.contract.base import Refusal
from fastshop.contract.catalog import CreateProduct, SlugTaken
from fastshop.contract.imports import IMPORT, FileUnreadable, Import, ImportProgress, RowOutcome
from server.domains.imports import drafts, shopify
from server.domains.imports.ports import Files, Products, Shelves, Writer
from server.domains.imports.rows import import_of
from server.domains.imports.shopify import ProductDraft, Wrong
from server.kernel.clock import Clock
from server.kernel.database import Database, Transaction

# So many products share a transaction: few enough that nobody waits long for a lock, and progress is seen to move.
_BATCH = 50

_LOCK = """
SELECT job.*, upload.location FROM bulk_jobs job JOIN uploads upload ON upload.id = job.upload_id
WHERE job.id = $1 AND job.state IN ('waiting', 'running') FOR UPDATE OF job
"""
_BEGIN = "UPDATE bulk_jobs SET state = 'running', total_rows = $2 WHERE id = $1 AND state IN ('waiting', 'running')"
_FAIL = """
UPDATE bulk_jobs SET state = 'failed', reason = $2, finished_at = $3 WHERE id = $1 AND state IN ('waiting', 'running')
RETURNING *
"""
_PROGRESS = """
UPDATE bulk_jobs SET done_rows = done_rows + $2, created = created + $3, updated = updated + $4,
    unchanged = unchanged + $5, failed = failed + $6 WHERE id = $1 RETURNING *
"""
_FINISH = "UPDATE bulk_jobs SET state = 'done', finished_at = $2 WHERE id = $1 AND state = 'running' RETURNING *"
_ROW = """
INSERT INTO bulk_job_rows (job_id, line, outcome, handle, column_name, reason) VALUES ($1, $2, 'failed', $3, $4, $5)
ON CONFLICT (job_id, line) DO NOTHING
"""


class _Outcome(NamedTuple):
    draft: ProductDraft
    outcome: RowOutcome
    wrong: Wrong | None = None


class _Places(NamedTuple):
    """Brands and categories by the name that the file has for them."""

    brands: Mapping[str, UUID]
    categories: Mapping[str, UUID | None]


class Running:
    """Does imports."""

    def __init__(
        self,
        database: Database,
        files: Files,
        products: Products,
        writer: Writer,
        shelves: Shelves,
        clock: Clock,
        currency: str,
    ) -> None:
        self._database = database
        self._files = files
        self._products = products
        self._writer = writer
        self._shelves = shelves
        self._clock = clock
        self._currency = currency

    async def run(self, import_id: UUID) -> None:
        """Do an import, or go on with it. Harmless for one that is done, and for two at once."""
        row = await self._database.fetch_one(
            "SELECT location FROM uploads JOIN bulk_jobs ON upload_id = uploads.id WHERE bulk_jobs.id = $1", import_id
        )
        if row is None:
            return
        try:
            total = await asyncio.to_thread(self._count, row["location"])
        except FileUnreadable as refusal:
            where = f" (line {refusal.line})" if refusal.line else ""
            await self._tell(_FAIL, import_id, f"{refusal}{where}", self._clock.now())
            return
        await self._database.fetch(_BEGIN, import_id, total)
        await self._go_through(import_id, row["location"])
        await self._tell(_FINISH, import_id, self._clock.now())

    def _count(self, location: str) -> int:
        with closing(self._files.open(location)) as file:
            return sum(1 for _ in shopify.rows(file))

    async def _go_through(self, import_id: UUID, location: str) -> None:
        with closing(await asyncio.to_thread(self._files.open, location)) as file:
            products = shopify.products(shopify.rows(file))
            seen = 0
            while batch := await asyncio.to_thread(_next, products):
                await self._take(import_id, batch, seen)
                seen += sum(len(draft.lines) for draft in batch)

    async def _take(self, import_id: UUID, batch: Sequence[ProductDraft], before: int) -> None:
        """Write a batch that begins after so many rows, unless somebody did already."""
        async with self._database.transaction() as transaction:
            job = await transaction.connection.fetchrow(_LOCK, import_id)
            if job is None or job["done_rows"] != before:
                return
            outcomes = await (self._try_out if job["dry_run"] else self._write)(transaction, job, batch)
            for outcome in outcomes:
                await _note_wrong(transaction, import_id, outcome)
            row = await transaction.connection.fetchrow(_PROGRESS, import_id, *_counts(outcomes))
            self._show(transaction, import_of(row))

    async def _try_out(self, transaction: Transaction, job: Any, batch: Sequence[ProductDraft]) -> list[_Outcome]:
        """Write a batch and undo it, so that a dry run finds what only writing finds. Its events are dropped."""
        savepoint = transaction.connection.transaction()
        await savepoint.start()
        try:
            return await self._write(Transaction(transaction.connection), job, batch)
        finally:
            await savepoint.rollback()

    async def _write(self, transaction: Transaction, job: Any, batch: Sequence[ProductDraft]) -> list[_Outcome]:
        ids = [drafts.product_id(job["seller_id"], draft.handle) for draft in batch]
        known = await self._products.get_many(ids)
        places = await self._places([draft for draft in batch if draft.wrong is None])
        outcomes = []
        for draft, product_id in zip(batch, ids, strict=True):
            there = known.get(product_id)
            try:
                outcome = await self._write_one(transaction, job, draft, there, places)
            except Wrong as wrong:
                outcomes.append(_Outcome(draft, RowOutcome.FAILED, wrong))
            else:
                outcomes.append(_Outcome(draft, outcome))
        return outcomes

    async def _write_one(
        self, transaction: Transaction, job: Any, draft: ProductDraft, there: Any, places: _Places
    ) -> RowOutcome:
        if draft.wrong is not None:
            raise draft.wrong
        brand, category = places.brands.get(draft.vendor), places.categories.get(draft.category)
        slug = there.slug if there else draft.handle
        wanted = drafts.command(draft, job["seller_id"], self._currency, slug, category, brand)
        if there is not None and not drafts.changes(there, wanted):
            return RowOutcome.UNCHANGED
        await self._put(transaction, wanted, draft, job["seller_id"])
        return RowOutcome.UPDATED if there else RowOutcome.CREATED

    async def _places(self, batch: Sequence[ProductDraft]) -> _Places:
        """The brands and categories of a batch, each asked for once, in the same order in every import."""
        brands, categories = {}, {}
        for vendor in sorted({draft.vendor for draft in batch}):
            if slug := drafts.slug_of(vendor):
                brands[vendor] = await self._shelves.brand_id(drafts.brand_id(slug), vendor, slug)
        for category in sorted({draft.category for draft in batch}):
            if slug := drafts.slug_of(category):
                categories[category] = await self._shelves.category_id(slug)
        return _Places(brands, categories)

    async def _put(self, transaction: Transaction, wanted: CreateProduct, draft: ProductDraft, seller_id: UUID) -> None:
        try:
            await self._put_somewhere(transaction, wanted, seller_id)
        except Refusal as refusal:
            raise Wrong(draft.lines[0], refusal.facts().get("field", ""), str(refusal)) from None

    async def _put_somewhere(self, transaction: Transaction, wanted: CreateProduct, seller_id: UUID) -> None:
        try:
            await self._writer.put(transaction, wanted, seller_id)
        except SlugTaken:  # by somebody else's product: ours gets an address of its own
            await self._writer.put(transaction, _moved(wanted), seller_id)

    async def _tell(self, query: str, import_id: UUID, *values: object) -> None:
        async with self._database.transaction() as transaction:
            row = await transaction.connection.fetchrow(query, import_id, *values)
            if row is not None:
                self._show(transaction, import_of(row))

    def _show(self, transaction: Transaction, progress: Import) -> None:
        transaction.show(IMPORT.of(progress.id), ImportProgress(time=self._clock.now(), progress=progress))


def _next(products: Iterator[ProductDraft]) -> list[ProductDraft]:
    return list(islice(products, _BATCH))


def _moved(wanted: CreateProduct) -> CreateProduct:
    return replace(wanted, slug=f"{wanted.slug[:90]}-{wanted.product_id.hex[:8]}")


def _counts(outcomes: Sequence[_Outcome]) -> tuple[int, int, int, int, int]:
    counted = dict.fromkeys(RowOutcome, 0)
    for outcome in outcomes:
        counted[outcome.outcome] += len(outcome.draft.lines)
    return (
        sum(counted.values()),
        counted[RowOutcome.CREATED],
        counted[RowOutcome.UPDATED],
        counted[RowOutcome.UNCHANGED],
        counted[RowOutcome.FAILED],
    )


async def _note_wrong(transaction: Transaction, import_id: UUID, outcome: _Outcome) -> None:
    wrong = outcome.wrong
    if wrong is not None:
        # PostgreSQL keeps no NUL, which a handle or a column's name may hold.
        handle, column = outcome.draft.handle.replace("\0", "")[:200], wrong.column.replace("\0", "")[:100]
        await transaction.connection.execute(_ROW, import_id, wrong.line, handle, column, wrong.reason)
