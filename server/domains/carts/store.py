"""Where the user's actor is kept: one commit writes the cart, its goods, its edits, its reminder and what is told.

The cart's row comes first and names the version it builds on: a stale owner changes nothing (promise P4).
"""

from collections.abc import Sequence
from typing import cast
from uuid import UUID

from msgspec.json import encode

from actors.runtime.ports import Change, Loaded, Stale
from actors.user import KIND, REMEMBERED, CartChanged, Known, UserActor
from fastshop.contract.carts import CART, CartAbandoned, CartExpired, CartState
from fastshop.contract.flash_sales import USER
from server.domains.carts import rows, rules
from server.domains.carts.ports import Goods
from server.kernel import log
from server.kernel.database import Database
from server.kernel.log import Told
from server.kernel.reminders import clearing, reminder, setting

# One statement: one way to the database instead of seven. A cart that was never written has version 0.
_COMMIT = f"""
WITH begun AS (
    INSERT INTO carts (id, user_id, revision, changed_at, abandoned_at, moved_to, told, version)
    SELECT $1, $3, $4, $5, $6, $7, $8, 1 WHERE $2::bigint = 0 ON CONFLICT DO NOTHING RETURNING version
), changed AS (
    UPDATE carts SET version = version + 1, user_id = $3, revision = $4, changed_at = $5, abandoned_at = $6,
        moved_to = $7, told = $8
    WHERE id = $1 AND version = $2 RETURNING version
), saved AS (
    SELECT version FROM begun UNION ALL SELECT version FROM changed
), dropped AS (
    DELETE FROM cart_items WHERE cart_id = $1 AND variant_id <> ALL ($9::uuid[]) AND EXISTS (SELECT FROM saved)
), put AS (
    INSERT INTO cart_items (cart_id, variant_id, quantity, added_at, marks)
    SELECT $1, line.variant_id, line.quantity, line.added_at, line.marks::jsonb
    FROM unnest($10::uuid[], $11::int[], $12::timestamptz[], $13::text[])
         AS line (variant_id, quantity, added_at, marks)
    WHERE EXISTS (SELECT FROM saved)
    ON CONFLICT (cart_id, variant_id) DO UPDATE
        SET quantity = excluded.quantity, added_at = excluded.added_at, marks = excluded.marks
), forgotten AS (
    DELETE FROM cart_edits WHERE cart_id = $1 AND revision <= $4::bigint - {REMEMBERED} AND EXISTS (SELECT FROM saved)
), remembered AS (
    INSERT INTO cart_edits (cart_id, edit_id, revision, edited_at)
    SELECT $1, * FROM unnest($14::uuid[], $15::bigint[], $16::timestamptz[]) WHERE EXISTS (SELECT FROM saved)
    ON CONFLICT (cart_id, edit_id) DO UPDATE SET revision = excluded.revision, edited_at = excluded.edited_at
), woken AS ({setting(17, "saved")}), unwoken AS ({clearing(17, "saved")}), {log.appending(20, "saved")}
SELECT saved.version, heads.seqs FROM saved, heads
"""  # noqa: S608 - constants
_KNOWN = "SELECT edit_id, revision, edited_at FROM cart_edits WHERE cart_id = $1 ORDER BY revision DESC LIMIT $2"
_VERSION = "SELECT version FROM carts WHERE id = $1"


class UserStore:
    """The `actors.runtime.ports.Store` of people and guests."""

    def __init__(self, database: Database, goods: Goods) -> None:
        self._database = database
        self._goods = goods

    async def load(self, actor_id: UUID) -> Loaded[UserActor]:
        """Read a cart. One that nobody has put anything in is empty."""
        cart, version = await rows.read(self._database, actor_id)
        if not version:
            return Loaded(cart, version, None)
        async with self._database.reading() as connection:
            cart, version = await rows.read(self._database, actor_id)
            known = await connection.fetch(_KNOWN, actor_id, REMEMBERED)
            cart.known = {row["edit_id"]: Known(row["revision"], row["edited_at"]) for row in reversed(known)}
            return Loaded(cart, version, await reminder(connection, KIND, actor_id))

    async def commit(self, actor: UserActor, version: int, change: Change) -> int:
        """See `actors.runtime.ports.Store`."""
        events = [event for decision in change.decisions for event in decision.events]
        changes = [event for event in events if isinstance(event, CartChanged)]
        told = Told()
        for event in events:
            if isinstance(event, CartAbandoned | CartExpired):
                told.emit(event, *([USER.of(actor.owner)] if actor.owner is not None else []))
        shown = rules.cart(actor.contents(), await self._goods.offers(actor.lines))
        told.show(CART.of(actor.id), CartState(time=change.now, cart=shown))
        written = (*_cart(actor, version), *_lines(actor, changes), *_edits(changes))
        row = await self._database.write(_COMMIT, told, *written, KIND, actor.id, change.wake_at)
        if row is None:
            raise Stale
        return cast("int", row["version"])

    async def confirm(self, actor: UserActor, version: int) -> None:
        """See `actors.runtime.ports.Store`."""
        row = await self._database.fetch_one(_VERSION, actor.id)
        if (row["version"] if row else 0) != version:
            raise Stale


def _cart(cart: UserActor, version: int) -> tuple[object, ...]:
    return (cart.id, version, cart.owner, cart.revision, cart.changed_at, cart.abandoned_at, cart.moved_to, cart.told)


def _lines(cart: UserActor, changes: Sequence[CartChanged]) -> tuple[object, ...]:
    """What stays of the goods, None for all of them; and what is written of them."""
    kept = list(cart.lines) if any(change.gone for change in changes) or not cart.lines else None
    touched = {line.variant_id for change in changes for line in change.lines}
    lines = [cart.lines[variant_id] for variant_id in sorted(touched & cart.lines.keys())]
    return (
        kept,
        [line.variant_id for line in lines],
        [line.quantity for line in lines],
        [line.added_at for line in lines],
        [encode(line.marks).decode() for line in lines],
    )


def _edits(changes: Sequence[CartChanged]) -> tuple[object, ...]:
    edits = {edit_id: known for change in changes for edit_id, known in change.edits.items()}
    return (list(edits), [edit.number for edit in edits.values()], [edit.at for edit in edits.values()])
