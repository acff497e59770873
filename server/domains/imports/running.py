"""Doing an import: batch by batch, each in one transaction with how far it is, so that it goes on after any crash."""

import asyncio
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from uuid import UUID

import msgspec

from fastshop.contract.base import Refusal
from fastshop.contract.catalog import Brand, SlugTaken
from fastshop.contract.imports import IMPORT, FileUnreadable, Import, ImportProgress, ImportRow, RowOutcome
from server.domains.imports import naming, planning, shopify
from server.domains.imports.planning import Plan, Surroundings
from server.domains.imports.ports import Files, Products, Shelves, Writer
from server.domains.imports.rows import import_of
from server.domains.imports.shopify import ProductDraft, Survey
from server.kernel.clock import Clock
from server.kernel.database import Database, Transaction

# About so many rows share a transaction, which asks the database some twenty times however many they are: few enough
# that nobody waits long for a lock, and that progress is seen to move.
_BATCH = 500
# After so many products that were planned others have their turn in the event loop.
_TURN = 100

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
UPDATE bulk_jobs SET done_rows = $2, created = created + $3, updated = updated + $4,
    unchanged = unchanged + $5, failed = failed + $6 WHERE id = $1 RETURNING *
"""
_FINISH = "UPDATE bulk_jobs SET state = 'done', finished_at = $2 WHERE id = $1 AND state = 'running' RETURNING *"
_ROWS = """
INSERT INTO bulk_job_rows (job_id, line, outcome, handle, column_name, reason, further)
SELECT $1, line, outcome, handle, "column", reason, further
FROM jsonb_to_recordset($2::jsonb)
    AS row (line int, outcome text, handle text, "column" text, reason text, further jsonb)
ON CONFLICT (job_id, line) DO NOTHING
"""


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
            "SELECT location FROM uploads JOIN bulk_jobs ON upload_id = uploads.id"
            " WHERE bulk_jobs.id = $1 AND location <> ''",
            import_id,
        )
        if row is None:
            return
        try:
            survey = await asyncio.to_thread(self._survey, row["location"])
        except FileUnreadable as refusal:
            where = f" (line {refusal.line})" if refusal.line else ""
            await self._tell(_FAIL, import_id, f"{refusal}{where}", self._clock.now())
            return
        await self._database.fetch(_BEGIN, import_id, survey.rows)
        await self._go_through(import_id, row["location"], survey)
        await self._tell(_FINISH, import_id, self._clock.now())

    def _survey(self, location: str) -> Survey:
        with closing(self._files.open(location)) as file:
            return shopify.survey(shopify.sheet(file))

    async def _go_through(self, import_id: UUID, location: str, survey: Survey) -> None:
        open_file = self._files.open
        with (
            closing(await asyncio.to_thread(open_file, location)) as file,
            closing(await asyncio.to_thread(open_file, location)) as aside,
        ):
            products = shopify.products(shopify.sheet(file), shopify.sheet(aside), survey)
            seen = 0
            while batch := await asyncio.to_thread(_next, products):
                await self._take(import_id, batch, seen)
                seen += _rows(batch)

    async def _take(self, import_id: UUID, batch: Sequence[ProductDraft], before: int) -> None:
        """Write what nobody wrote yet of a batch that begins after so many rows."""
        async with self._database.transaction() as transaction:
            job = await transaction.connection.fetchrow(_LOCK, import_id)
            if job is None or not (left := _left(batch, job["done_rows"] - before)):
                return
            rows = await (self._try_out if job["dry_run"] else self._write)(transaction, job["seller_id"], left)
            failed = [row for row in rows if row.outcome is RowOutcome.FAILED]
            if failed:
                await transaction.connection.execute(_ROWS, import_id, msgspec.json.encode(failed).decode())
            counts = Counter(row.outcome for row in rows)
            columns = (counts[outcome] for outcome in RowOutcome)
            row = await transaction.connection.fetchrow(_PROGRESS, import_id, before + _rows(batch), *columns)
            self._show(transaction, import_of(row))

    async def _try_out(
        self, transaction: Transaction, seller_id: UUID, batch: Sequence[ProductDraft]
    ) -> list[ImportRow]:
        """Write a batch and undo it, so that a dry run finds what only writing finds. Its events are dropped."""
        savepoint = transaction.connection.transaction()
        await savepoint.start()
        try:
            return await self._write(Transaction(transaction.connection), seller_id, batch)
        finally:
            await savepoint.rollback()

    async def _write(self, transaction: Transaction, seller_id: UUID, batch: Sequence[ProductDraft]) -> list[ImportRow]:
        around = await self._surroundings(seller_id, [draft for draft in batch if not draft.problems])
        plans = []
        for number, draft in enumerate(batch, 1):
            plans.append(planning.plan(draft, around))
            if number % _TURN == 0:
                await asyncio.sleep(0)
        otherwise = await self._put(transaction, seller_id, [plan for plan in plans if plan.command])
        return [row for plan in plans for row in otherwise.get(plan.draft.handle, plan).rows]

    async def _surroundings(self, seller_id: UUID, batch: Sequence[ProductDraft]) -> Surroundings:
        return Surroundings(
            seller_id=seller_id,
            currency=self._currency,
            brands=await self._brands({draft.vendor for draft in batch}),
            categories=await self._categories({draft.category for draft in batch}),
            known=await self._products.get_many([naming.product_id(seller_id, draft.handle) for draft in batch]),
            holders=await self._products.sku_holders(seller_id, planning.skus(batch)),
        )

    async def _brands(self, vendors: set[str]) -> Mapping[str, UUID]:
        """The brands by the name that the file has for them."""
        slugs = {vendor: slug for vendor in sorted(vendors) if (slug := naming.slug_of(vendor))}
        wanted = {slug: Brand(naming.brand_id(slug), vendor, slug) for vendor, slug in slugs.items()}
        ids = await self._shelves.brand_ids(list(wanted.values())) if wanted else {}
        return {vendor: ids[slug] for vendor, slug in slugs.items() if slug in ids}

    async def _categories(self, names: set[str]) -> Mapping[str, UUID]:
        """The categories by the name that the file has for them; one that there is not is none."""
        slugs = {name: slug for name in names if (slug := naming.slug_of(name))}
        ids = await self._shelves.category_ids(list(slugs.values())) if slugs else {}
        return {name: ids[slug] for name, slug in slugs.items() if slug in ids}

    async def _put(self, transaction: Transaction, seller_id: UUID, plans: Sequence[Plan]) -> Mapping[str, Plan]:
        """Carry plans out; those that came out otherwise than planned, by handle."""
        refused = await self._try(transaction, seller_id, plans)
        # An address that is somebody else's product's already: ours gets one of its own.
        moved = [plan.moved() for plan, refusal in refused if isinstance(refusal, SlugTaken)]
        refused = [each for each in refused if not isinstance(each[1], SlugTaken)]
        refused += await self._try(transaction, seller_id, moved)
        return {plan.draft.handle: plan.refused(refusal) for plan, refusal in refused}

    async def _try(
        self, transaction: Transaction, seller_id: UUID, plans: Sequence[Plan]
    ) -> list[tuple[Plan, Refusal]]:
        """Carry plans out; those that could not be, and why."""
        its = {plan.command.product_id: plan for plan in plans if plan.command}
        commands = [plan.command for plan in plans if plan.command]
        kept = frozenset[UUID]().union(*(plan.kept for plan in plans))
        refusals = await self._writer.put(transaction, commands, seller_id, kept) if commands else {}
        return [(its[product_id], refusal) for product_id, refusal in refusals.items()]

    async def _tell(self, query: str, import_id: UUID, *values: object) -> None:
        async with self._database.transaction() as transaction:
            row = await transaction.connection.fetchrow(query, import_id, *values)
            if row is not None:
                self._show(transaction, import_of(row))

    def _show(self, transaction: Transaction, progress: Import) -> None:
        transaction.show(IMPORT.of(progress.id), ImportProgress(time=self._clock.now(), progress=progress))


def _next(products: Iterator[ProductDraft]) -> list[ProductDraft]:
    batch, rows = [], 0
    for draft in products:
        batch.append(draft)
        rows += len(draft.rows)
        if rows >= _BATCH:
            break
    return batch


def _rows(batch: Sequence[ProductDraft]) -> int:
    return sum(len(draft.rows) for draft in batch)


def _left(batch: Sequence[ProductDraft], done: int) -> list[ProductDraft]:
    """Those of a batch that are not among the first so many rows, whatever the batches were when those were done."""
    left = []
    for draft in batch:
        if done < len(draft.rows):
            left.append(draft)
        done -= len(draft.rows)
    return left
