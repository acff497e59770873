"""What sellers do with sales, and what everybody may see of them."""

import secrets
from datetime import UTC, datetime
from uuid import UUID

from msgspec.json import decode

from actors.flash_sale import KIND, Cancel, Edit, End, FlashSaleActor, Goods, Terms, check_terms
from actors.runtime.ports import Asking, Message
from fastshop.contract.accounts import Role
from fastshop.contract.base import IdReused, Money, Page
from fastshop.contract.catalog import NoShop, VariantNotFound
from fastshop.contract.flash_sales import (
    SALE,
    SALE_DESK,
    SALE_LEDGER,
    CancelSale,
    CreateSale,
    EditSale,
    EndSale,
    FlashSale,
    LedgerEntry,
    LimitBy,
    ListSales,
    NotEnoughStock,
    SaleCreated,
    SaleDesk,
    SaleNotFound,
    SaleState,
    ShowLedger,
    ShowSale,
    TermsRefused,
)
from server.domains.flash_sales import rows
from server.domains.flash_sales.ports import Offer, Stock
from server.kernel.audit import note
from server.kernel.caller import Caller
from server.kernel.clock import Clock
from server.kernel.database import Database, Transaction
from server.kernel.money import to_numeric
from server.kernel.page import as_page, decode_cursor
from server.kernel.reminders import set_reminder

_INSERT = """
INSERT INTO flash_sales (id, product_id, variant_id, seller_id, title, image_url, sale_price, original_price, currency,
    start_time, end_time, quantity_limit, per_customer_limit, hold_seconds, created_at, secret,
    limit_by, proof_of_work)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)
ON CONFLICT (id) DO NOTHING RETURNING id
"""

# Open ones first, then upcoming, then those over; the cursor names the last one's group, start and id. Those alive are
# few and all read; of those over, which are ever more, only as many as are shown.
_LIST = f"""
WITH alive AS (
    SELECT {rows.SALE_COLUMNS}, CASE WHEN start_time > $1 THEN 1 ELSE 0 END AS rank FROM flash_sales
    WHERE end_time > $1 AND cancelled_at IS NULL
        AND ($2::uuid IS NULL OR seller_id = $2) AND ($3::uuid IS NULL OR product_id = $3)
), past AS (
    SELECT {rows.SALE_COLUMNS}, 2 AS rank FROM flash_sales
    WHERE (end_time <= $1 OR cancelled_at IS NOT NULL)
        AND ($2::uuid IS NULL OR seller_id = $2) AND ($3::uuid IS NULL OR product_id = $3)
        AND ($4::int IS NULL OR $4 < 2 OR (start_time, id) < ($5, $6))
        AND ($7::text IS NULL OR $7 IN ('ended', 'cancelled'))
        AND ($7 IS NULL OR $7 = CASE WHEN cancelled_at IS NULL THEN 'ended' ELSE 'cancelled' END)
    ORDER BY start_time DESC, id DESC LIMIT $8
)
SELECT * FROM (
    SELECT * FROM alive WHERE ($4 IS NULL OR (rank, start_time, id) > ($4, $5, $6))
        AND ($7 IS NULL OR $7 = CASE rank WHEN 0 THEN 'open' ELSE 'upcoming' END)
    UNION ALL SELECT * FROM past
) sale
ORDER BY rank, CASE WHEN rank < 2 THEN start_time END, CASE WHEN rank < 2 THEN id END, start_time DESC, id DESC LIMIT $8
"""  # noqa: S608 - constants

_LEDGER = """
SELECT seq, data::text AS data FROM event_log
WHERE channel = $1 AND seq > $2 AND data ?| '{claim,place}' ORDER BY seq LIMIT $3
"""

_COUNTED = """
SELECT coalesce(sum(quantity) FILTER (WHERE state = 'held'), 0)::int AS held,
    coalesce(sum(quantity) FILTER (WHERE state = 'paying'), 0)::int AS paying,
    coalesce(sum(quantity) FILTER (WHERE state = 'lapsed'), 0)::int AS lapsed,
    coalesce(sum(quantity) FILTER (WHERE state = 'given_back'), 0)::int AS given_back,
    coalesce(sum(quantity) FILTER (WHERE state = 'withdrawn'), 0)::int AS withdrawn
FROM flash_sale_claims WHERE sale_id = $1
"""

_Change = EditSale | EndSale | CancelSale

# The seed of the draw comes from it.
_SECRET_BYTES = 32


class Selling:
    """Setting sales up, changing and stopping them, reading them."""

    def __init__(self, database: Database, actors: Asking, stock: Stock, clock: Clock) -> None:
        self._database = database
        self._actors = actors
        self._stock = stock
        self._clock = clock

    async def create(self, command: CreateSale, caller: Caller) -> FlashSale:
        """Set a sale up; its units leave the seller's stock in the same transaction."""
        now = self._clock.now()
        known = await self._find(command.sale_id)
        if known is not None:
            return _same(known, command, caller, now)
        offer = await self._own_offer(command.variant_id, caller)
        terms = _terms(command, offer.price)
        check_terms(terms)
        if terms.end_time <= now:
            raise TermsRefused("end_time", "This moment has passed.")
        secret = secrets.token_bytes(_SECRET_BYTES)
        sale = FlashSaleActor(command.sale_id, _goods(offer), terms, secret=secret)
        async with self._database.transaction() as transaction:
            created = await self._insert(transaction, sale, now)
            if created:
                await self._open(transaction, sale, offer, now)
                if offer.seller_id != caller.seller_id:
                    await note(transaction, now, caller, command.tag(), f"sale:{sale.id}")
        if not created:  # somebody else was quicker with this id
            return _same(await self._get(command.sale_id), command, caller, now)
        return sale.view(now)

    async def edit(self, command: EditSale, caller: Caller) -> FlashSale:
        """Change the terms of a sale."""
        row = await self._own(command.sale_id, caller)
        original_price = rows.terms(row).original_price
        return await self._changed(command, row, caller, Edit(_terms(command, original_price)))

    async def end(self, command: EndSale, caller: Caller) -> FlashSale:
        """End a sale before its time."""
        return await self._changed(command, await self._own(command.sale_id, caller), caller, End())

    async def cancel(self, command: CancelSale, caller: Caller) -> FlashSale:
        """Call a sale off."""
        return await self._changed(command, await self._own(command.sale_id, caller), caller, Cancel())

    async def show(self, command: ShowSale, caller: Caller) -> FlashSale:  # noqa: ARG002 - anybody may see it
        """One sale."""
        return rows.sale(await self._get(command.sale_id), self._clock.now())

    async def list(self, command: ListSales, caller: Caller) -> Page[FlashSale]:  # noqa: ARG002
        """Sales, by phase and start."""
        now = self._clock.now()
        after = decode_cursor(command.cursor, tuple[int, datetime, UUID]) or (None, None, None)
        asked = (now, command.seller_id, command.product_id, *after, command.phase, command.limit + 1)
        found = await self._database.fetch(_LIST, *asked)
        page = as_page(found, command.limit, lambda row: (row["rank"], row["start_time"], row["id"]))
        return Page(tuple(rows.sale(row, now) for row in page.items), page.next)

    async def ledger(self, command: ShowLedger, caller: Caller) -> Page[LedgerEntry]:
        """What happened to the claims and places of a sale, in order."""
        await self.check_reads_ledger(command.sale_id, caller)
        (seq,) = decode_cursor(command.cursor, tuple[int]) or (0,)
        found = await self._database.fetch(_LEDGER, SALE_LEDGER.of(command.sale_id), seq, command.limit + 1)
        page = as_page(found, command.limit, lambda row: (row["seq"],))
        return Page(tuple(decode(row["data"], type=LedgerEntry) for row in page.items), page.next)

    async def state(self, sale_id: UUID) -> SaleState:
        """The sale as watchers of its channel see it. Refused when there is none: `SaleNotFound`."""
        row = await self._get(sale_id)
        now = self._clock.now()
        return SaleState(time=now, version=row["version"], sale=rows.sale(row, now), line=rows.line(row))

    async def desk(self, sale_id: UUID) -> SaleDesk:
        """The sale as its seller watches it. Refused when there is none: `SaleNotFound`."""
        row = await self._get(sale_id)
        (counted,) = await self._database.fetch(_COUNTED, sale_id)
        now = self._clock.now()
        sale = rows.sale(row, now)
        return SaleDesk(
            time=now,
            version=row["version"],
            sale=sale,
            line=rows.line(row),
            sold=sale.sold_count,
            revenue=sale.sale_price.times(sale.sold_count),
            **counted,
        )

    async def check_reads_ledger(self, sale_id: UUID, caller: Caller) -> None:
        """Refuse who may not read a sale's ledger: `SaleNotFound`, `NoShop`."""
        await self._own(sale_id, caller, Role.MANAGER)

    async def check_watches_ledger(self, sale_id: UUID, caller: Caller) -> None:
        """Refuse who may not watch a sale's ledger and desk: `SaleNotFound`."""
        row = await self._get(sale_id)
        if not (caller.is_any(Role.ADMIN, Role.MANAGER) or _owns(row, caller)):
            raise SaleNotFound

    async def _changed(self, command: _Change, row: rows.Row, caller: Caller, message: Message[FlashSale]) -> FlashSale:
        """Have the sale's actor change it. What somebody else than its seller did is written down after that."""
        sale = await self._actors.ask(KIND, command.sale_id, message)
        if not _owns(row, caller):
            async with self._database.transaction() as transaction:
                await note(transaction, self._clock.now(), caller, command.tag(), f"sale:{command.sale_id}")
        return sale

    async def _open(self, transaction: Transaction, sale: FlashSaleActor, offer: Offer, now: datetime) -> None:
        if not await self._stock.take(transaction, offer.variant_id, sale.terms.quantity_limit):
            raise NotEnoughStock(offer.stock)
        await set_reminder(transaction.connection, KIND, sale.id, sale.wake_at(now))
        shown = sale.view(now)
        transaction.emit(SaleCreated(time=now, sale=shown), SALE_LEDGER.of(sale.id))
        transaction.show(SALE.of(sale.id), SaleState(time=now, version=0, sale=shown))
        transaction.show(SALE_DESK.of(sale.id), sale.desk(0, now))

    async def _insert(self, transaction: Transaction, sale: FlashSaleActor, now: datetime) -> bool:
        goods, terms = sale.goods, sale.terms
        inserted = await transaction.connection.fetchval(
            _INSERT,
            sale.id,
            goods.product_id,
            goods.variant_id,
            goods.seller_id,
            goods.title,
            goods.image_url,
            to_numeric(terms.sale_price),
            to_numeric(terms.original_price),
            terms.sale_price.currency,
            terms.start_time,
            terms.end_time,
            terms.quantity_limit,
            terms.per_customer_limit,
            terms.hold_seconds,
            now,
            sale.secret,
            ",".join(terms.limit_by),
            terms.proof_of_work,
        )
        return inserted is not None

    async def _own_offer(self, variant_id: UUID, caller: Caller) -> Offer:
        offer = await self._stock.offer(variant_id)
        if offer is None or not (caller.is_any(Role.ADMIN) or offer.seller_id == caller.seller_id):
            raise VariantNotFound
        if not offer.visible:
            raise TermsRefused("variant_id", "Its product is not for sale.")
        return offer

    async def _own(self, sale_id: UUID, caller: Caller, *others: Role) -> rows.Row:
        row = await self._get(sale_id)
        if not (caller.is_any(Role.ADMIN, *others) or _owns(row, caller)):
            raise SaleNotFound if caller.seller_id else NoShop
        return row

    async def _get(self, sale_id: UUID) -> rows.Row:
        row = await self._find(sale_id)
        if row is None:
            raise SaleNotFound
        return row

    async def _find(self, sale_id: UUID) -> rows.Row | None:
        return await self._database.fetch_one(rows.SALE, sale_id)


def _owns(row: rows.Row, caller: Caller) -> bool:
    return caller.seller_id is not None and bool(row["seller_id"] == caller.seller_id)


def _same(row: rows.Row, command: CreateSale, caller: Caller, now: datetime) -> FlashSale:
    """The answer to a creation that was sent again; `IdReused` when it is another one."""
    known = rows.sale(row, now)
    mine = caller.is_any(Role.ADMIN) or _owns(row, caller)
    if not mine or known.variant_id != command.variant_id or rows.terms(row) != _terms(command, known.original_price):
        raise IdReused
    return known


def _terms(command: CreateSale | EditSale, original_price: Money) -> Terms:
    return Terms(
        sale_price=Money(command.sale_price.amount, command.sale_price.currency),
        original_price=original_price,
        start_time=_utc("start_time", command.start_time),
        end_time=_utc("end_time", command.end_time),
        quantity_limit=command.quantity_limit,
        per_customer_limit=command.per_customer_limit,
        hold_seconds=command.hold_seconds,
        limit_by=tuple(by for by in LimitBy if by in command.limit_by and by is not LimitBy.CUSTOMER),
        proof_of_work=command.proof_of_work,
    )


def _utc(field: str, moment: datetime) -> datetime:
    try:
        return moment.astimezone(UTC)
    except OverflowError:  # an hour of the year 9999 that is one of the year 10000 in UTC
        raise TermsRefused(field, "This moment is too far away.") from None


def _goods(offer: Offer) -> Goods:
    return Goods(offer.product_id, offer.variant_id, offer.seller_id, offer.title, offer.image_url)
