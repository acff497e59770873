"""Where the sale's actor is kept: one commit writes the sale, its claims, their events, orders, stock and reminder.

The UPDATE of the sale comes first and names the version it builds on: a stale owner changes nothing (promise P4).
Where units are only claimed, as when a crowd comes, all of it is one statement: one way to the database for hundreds.
"""

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from typing import cast
from uuid import UUID

import asyncpg
from msgspec.json import encode

from actors.flash_sale import ACTIVE, KIND, FlashSaleActor, WaitingLine
from actors.runtime.ports import Change, Decision, Loaded, Overruled, Stale
from fastshop.contract.addresses import PostalAddress
from fastshop.contract.base import Event, IdReused
from fastshop.contract.flash_sales import (
    SALE_LEDGER,
    USER,
    Claim,
    LimitBy,
    NotEnoughStock,
    SaleClosed,
    SaleEdited,
    SaleNotFound,
    UnitsClaimed,
    UnitsPaid,
)
from fastshop.contract.lines import Place
from fastshop.contract.orders import OrderLine
from fastshop.contract.pricing import NoTax, Tax
from fastshop.ids import new_id
from server.domains.flash_sales import rows
from server.domains.flash_sales.changes import changed_claims, changed_places, channels, only_claimed, show
from server.domains.flash_sales.delivering import Delivering
from server.domains.flash_sales.ports import Ledger, Offer, OrderDraft, Orders, Sold, SoldLine, Stock, Taxes
from server.kernel import log
from server.kernel.database import Database, Transaction
from server.kernel.log import Told
from server.kernel.money import to_numeric
from server.kernel.reminders import reminder, set_reminder, setting

_SAVE_SALE = """
UPDATE flash_sales SET version = version + 1, held_count = $3, sold_count = $4, last_place = $5, sale_price = $6,
    original_price = $7, start_time = $8, end_time = $9, quantity_limit = $10,
    per_customer_limit = greatest(per_customer_limit, $11),
    hold_seconds = $12, cancelled_at = CASE WHEN $13 THEN coalesce(cancelled_at, $15) END,
    closed_at = CASE WHEN $14 THEN coalesce(closed_at, $15) END, seed = $16, drawn_count = $17, line = $18,
    limit_by = $19, proof_of_work = $20
WHERE id = $1 AND version = $2
RETURNING version
"""

# A lower limit is written last: what was claimed in the same commit before the seller lowered it is right.
_LOWER_LIMIT = "UPDATE flash_sales SET per_customer_limit = $2 WHERE id = $1"

# A claim's id may stand in another sale: then the row is left alone and not returned.
_SAVE_CLAIMS = """
INSERT INTO flash_sale_claims
    (id, sale_id, customer_id, place, quantity, total, state, claimed_at, expires_at, payment_id, order_id, place_id,
        limit_keys)
SELECT id, $1, customer_id, place, quantity, total, state, claimed_at, expires_at, payment_id, order_id, place_id,
    limit_keys
FROM unnest($2::uuid[], $3::uuid[], $4::int[], $5::int[], $6::numeric[], $7::text[], $8::timestamptz[],
            $9::timestamptz[], $10::uuid[], $11::uuid[], $12::uuid[], $13::text[])
     AS new (id, customer_id, place, quantity, total, state, claimed_at, expires_at, payment_id, order_id, place_id,
        limit_keys)
ON CONFLICT (id) DO UPDATE SET state = excluded.state, expires_at = excluded.expires_at,
    payment_id = excluded.payment_id, order_id = excluded.order_id, limit_keys = excluded.limit_keys
WHERE flash_sale_claims.sale_id = excluded.sale_id
RETURNING id
"""

# The events say what the rows are. An id that stands anywhere fails the whole.
_CLAIM = f"""
WITH saved AS (
    UPDATE flash_sales SET version = version + 1, held_count = $3, last_place = $4 WHERE id = $1 AND version = $2
    RETURNING id, version, sale_price, hold_seconds * interval '1 second' AS hold
), reminded AS ({setting(5, "saved")}), {log.appending(8, "saved")}, claimed AS (
    INSERT INTO flash_sale_claims (id, sale_id, customer_id, place, quantity, total, state, claimed_at, expires_at)
    SELECT (claim->>'id')::uuid, saved.id, (claim->>'customer_id')::uuid, (claim->'place')::int,
        (claim->'quantity')::int, (claim->'quantity')::int * saved.sale_price, 'held', told.at, told.at + saved.hold
    FROM saved, told, LATERAL (SELECT told.data->'claim' AS claim OFFSET 0) part
)
SELECT saved.version, heads.seqs FROM saved, heads
"""  # noqa: S608 - constants

# A place's id may stand in another sale, as a claim's.
_SAVE_PLACES = """
INSERT INTO flash_sale_places (id, sale_id, customer_id, quantity, state, joined, joined_at, number, claim_id, reason)
SELECT id, $1, customer_id, quantity, state, joined, joined_at, number, claim_id, reason
FROM unnest($2::uuid[], $3::uuid[], $4::int[], $5::text[], $6::int[], $7::timestamptz[], $8::int[], $9::uuid[],
            $10::text[])
     AS new (id, customer_id, quantity, state, joined, joined_at, number, claim_id, reason)
ON CONFLICT (id) DO UPDATE SET state = excluded.state, number = excluded.number, claim_id = excluded.claim_id,
    reason = excluded.reason
WHERE flash_sale_places.sale_id = excluded.sale_id
RETURNING id
"""


class SaleStore:
    """The `actors.runtime.ports.Store` of flash sales."""

    def __init__(
        self, database: Database, orders: Orders, stock: Stock, ledger: Ledger, delivering: Delivering, taxes: Taxes
    ) -> None:
        self._database = database
        self._orders = orders
        self._stock = stock
        self._ledger = ledger
        self._delivering = delivering
        self._taxes = taxes

    async def load(self, actor_id: UUID) -> Loaded[FlashSaleActor]:
        """Read a sale with all its claims and places. Refused when there is none: `SaleNotFound`."""
        async with self._database.reading() as connection:
            row = await connection.fetchrow(rows.SALE, actor_id)
            if row is None:
                raise SaleNotFound
            sale = rows.actor(row)
            for claim in await connection.fetch(rows.CLAIMS_OF_SALE, actor_id):
                sale.put(rows.claim(claim), rows.listed(claim["limit_keys"]))
            sale.line = WaitingLine.of(map(rows.place, await connection.fetch(rows.PLACES_OF_SALE, actor_id)))
            return Loaded(sale, row["version"], await reminder(connection, KIND, actor_id))

    async def commit(self, actor: FlashSaleActor, version: int, change: Change) -> int:
        """See `actors.runtime.ports.Store`."""
        events = [event for decision in change.decisions for event in decision.events]
        if change.wake_at is not None and only_claimed(events):
            with suppress(asyncpg.UniqueViolationError):  # whose id it was is found out the long way
                return await self._claim(actor, version, events, change.wake_at, change)
        async with self._database.transaction() as transaction:
            edits = [event for event in events if isinstance(event, SaleEdited)]
            version = await self._save_sale(transaction, actor, version, change.now, edits)
            await self._save_claims(transaction, actor, change.decisions)
            if edits:
                limit = actor.terms.per_customer_limit
                await transaction.connection.execute(_LOWER_LIMIT, actor.id, limit)
            await self._save_places(transaction, actor, change.decisions)
            await self._move_stock(transaction, actor, change.decisions)
            await self._place_orders(transaction, actor, events)
            await set_reminder(transaction.connection, KIND, actor.id, change.wake_at)
            for event in events:
                transaction.emit(event, *channels(actor, event))
            show(transaction, actor, version, change.now)
        return version

    async def _claim(
        self, sale: FlashSaleActor, version: int, events: Sequence[UnitsClaimed], wake_at: datetime, change: Change
    ) -> int:
        told = Told()
        ledger, user = SALE_LEDGER.of(sale.id), USER.of()
        for event in events:
            told.emit(event, ledger, f"{user}{event.claim.customer_id}")
        show(told, sale, version + 1, change.now)
        stored = (sale.id, version, sale.held, sale.last_place, KIND, sale.id, wake_at)
        change.release()
        row = await self._database.write(_CLAIM, told, *stored)
        if row is None:
            raise Stale
        return cast("int", row["version"])

    async def confirm(self, actor: FlashSaleActor, version: int) -> None:
        """See `actors.runtime.ports.Store`."""
        row = await self._database.fetch_one("SELECT version FROM flash_sales WHERE id = $1", actor.id)
        if row is None or row["version"] != version:
            raise Stale

    async def _save_sale(
        self,
        transaction: Transaction,
        sale: FlashSaleActor,
        version: int,
        now: datetime,
        edits: Sequence[SaleEdited],
    ) -> int:
        terms = sale.terms
        limits = [terms.per_customer_limit, *(edit.sale.per_customer_limit for edit in edits)]
        saved: int | None = await transaction.connection.fetchval(
            _SAVE_SALE,
            sale.id,
            version,
            sale.held,
            sale.sold,
            sale.last_place,
            to_numeric(terms.sale_price),
            to_numeric(terms.original_price),
            terms.start_time,
            terms.end_time,
            terms.quantity_limit,
            max(limits),
            terms.hold_seconds,
            sale.cancelled,
            sale.closed,
            now,
            sale.seed,
            sale.drawn,
            encode(sale.shown_line(now)).decode(),
            ",".join(terms.limit_by),
            terms.proof_of_work,
        )
        if saved is None:
            raise Stale
        return saved

    async def _save_claims(self, transaction: Transaction, sale: FlashSaleActor, decisions: Sequence[Decision]) -> None:
        positions = changed_claims(decisions)
        if not positions:
            return
        # In the order of ids: two sales that are sent the same ids cannot wait for each other in a circle.
        claims = [sale.claims[claim_id] for claim_id in sorted(positions)]
        keys = [",".join(sale.limit_keys.get(claim.id, ())) for claim in claims]
        saved = await transaction.connection.fetch(_SAVE_CLAIMS, sale.id, *_claim_columns(claims), keys)
        missing = positions.keys() - {row["id"] for row in saved}
        if missing:
            raise Overruled(positions[missing.pop()], IdReused())

    async def _save_places(self, transaction: Transaction, sale: FlashSaleActor, decisions: Sequence[Decision]) -> None:
        positions = changed_places(sale, decisions)
        changed = [sale.line.places[place_id] for place_id in sorted(positions)]
        # Those that are over first: their customers may have taken new ones, and the database lets them have one.
        for active in (False, True):
            places = [place for place in changed if (place.state in ACTIVE) is active]
            if not places:
                continue
            saved = await transaction.connection.fetch(_SAVE_PLACES, sale.id, *_place_columns(places))
            missing = {place.id for place in places} - {row["id"] for row in saved}
            if missing:
                raise Overruled(positions[missing.pop()], IdReused())

    async def _move_stock(self, transaction: Transaction, sale: FlashSaleActor, decisions: Sequence[Decision]) -> None:
        for position, decision in enumerate(decisions):
            for event in decision.events:
                if isinstance(event, SaleClosed):
                    await self._stock.put_back(transaction, sale.goods.variant_id, event.returned)
                    await self._delivering.forget(transaction, sale.id)
                elif isinstance(event, SaleEdited):
                    await self._resize(transaction, sale, event.added, position)

    async def _resize(self, transaction: Transaction, sale: FlashSaleActor, added: int, position: int) -> None:
        variant_id = sale.goods.variant_id
        if added < 0:
            await self._stock.put_back(transaction, variant_id, -added)
        elif added and not await self._stock.take(transaction, variant_id, added):
            offer = await self._stock.offer(variant_id)
            raise Overruled(position, NotEnoughStock(offer.stock if offer else 0))

    async def _place_orders(self, transaction: Transaction, sale: FlashSaleActor, events: Sequence[Event]) -> None:
        paid = [event for event in events if isinstance(event, UnitsPaid)]
        if not paid:
            return
        offer = await self._stock.offer(sale.goods.variant_id)
        if offer is None:
            raise RuntimeError(f"the variant of sale {sale.id} is gone")
        addresses = await self._delivering.take(transaction, [event.claim for event in paid])
        sales = [(event.claim, addresses.get(event.claim.id)) for event in paid]
        taxes = await self._taxes.contained(sale.goods.variant_id, paid[0].time, sales)
        drafts = [
            _draft(event.claim, event.time, sale, offer, address, *tax)
            for event, (_, address), tax in zip(paid, sales, taxes, strict=True)
        ]
        await self._orders.place(transaction, drafts)
        await self._ledger.sold(transaction, [_sold(draft) for draft in drafts])


def _place_columns(places: Sequence[Place]) -> tuple[list[object], ...]:
    return (
        [place.id for place in places],
        [place.customer_id for place in places],
        [place.quantity for place in places],
        [place.state for place in places],
        [place.joined for place in places],
        [place.joined_at for place in places],
        [place.number for place in places],
        [place.claim_id for place in places],
        [place.reason for place in places],
    )


def _claim_columns(claims: Sequence[Claim]) -> tuple[list[object], ...]:
    return (
        [claim.id for claim in claims],
        [claim.customer_id for claim in claims],
        [claim.place for claim in claims],
        [claim.quantity for claim in claims],
        [to_numeric(claim.total) for claim in claims],
        [claim.state for claim in claims],
        [claim.claimed_at for claim in claims],
        [claim.expires_at for claim in claims],
        [claim.payment_id for claim in claims],
        [claim.order_id for claim in claims],
        [claim.place_id for claim in claims],
    )


def _draft(
    claim: Claim,
    at: datetime,
    sale: FlashSaleActor,
    offer: Offer,
    address: PostalAddress | None,
    taxes: tuple[Tax, ...],
    untaxed: NoTax | None,
) -> OrderDraft:
    if claim.order_id is None or claim.payment_id is None:
        raise RuntimeError(f"claim {claim.id} is paid without order or payment")
    goods = sale.goods
    line = OrderLine(
        variant_id=goods.variant_id,
        product_id=goods.product_id,
        seller_id=goods.seller_id,
        title=goods.title,
        sku=offer.sku,
        options=offer.options,
        quantity=claim.quantity,
        unit_price=sale.terms.sale_price,
        total=claim.total,
        taxes=taxes,
        untaxed=untaxed,
        id=new_id(),
    )
    return OrderDraft(
        claim.order_id,
        claim.customer_id,
        claim.payment_id,
        (line,),
        at,
        address=address,
        address_fixed=LimitBy.ADDRESS in sale.terms.limit_by,
    )


def _sold(draft: OrderDraft) -> Sold:
    lines = tuple(
        SoldLine(line.seller_id, line.product_id, line.id, line.total, sum(tax.amount.amount for tax in line.taxes))
        for line in draft.lines
    )
    return Sold(draft.id, draft.payment_id, lines, draft.placed_at)
