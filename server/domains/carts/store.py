"""Where the user's actor is kept: one commit writes the cart, its goods, its edits, its reminder and what is told.

The cart's row comes first and names the version it builds on: a stale owner changes nothing (promise P4).
"""

from collections.abc import Sequence
from typing import Any, cast
from uuid import UUID

import asyncpg
from msgspec.json import encode

from actors.runtime.ports import Change, Loaded, Stale
from actors.user import KIND, REMEMBERED, CartChanged, Known, UserActor
from fastshop.contract.carts import CART, CartAbandoned, CartExpired, CartState
from fastshop.contract.flash_sales import USER
from server.domains.carts import rows, rules
from server.domains.carts.ports import Goods
from server.kernel.database import Database
from server.kernel.reminders import reminder, set_reminder

_BEGIN = """
INSERT INTO carts (id, user_id, revision, changed_at, abandoned_at, moved_to, told, version)
SELECT $1, $3, $4, $5, $6, $7, $8, $2::bigint + 1 ON CONFLICT DO NOTHING RETURNING version
"""
_SAVE = """
UPDATE carts SET version = version + 1, user_id = $3, revision = $4, changed_at = $5, abandoned_at = $6, moved_to = $7,
    told = $8
WHERE id = $1 AND version = $2 RETURNING version
"""
_DROP = "DELETE FROM cart_items WHERE cart_id = $1 AND variant_id <> ALL ($2::uuid[])"
_PUT = """
INSERT INTO cart_items (cart_id, variant_id, quantity, added_at, marks)
SELECT $1, line.variant_id, line.quantity, line.added_at, line.marks::jsonb
FROM unnest($2::uuid[], $3::int[], $4::timestamptz[], $5::text[]) AS line (variant_id, quantity, added_at, marks)
ON CONFLICT (cart_id, variant_id) DO UPDATE
    SET quantity = excluded.quantity, added_at = excluded.added_at, marks = excluded.marks
"""
_REMEMBER = """
WITH forgotten AS (DELETE FROM cart_edits WHERE cart_id = $1 AND revision <= $4::bigint)
INSERT INTO cart_edits (cart_id, edit_id, revision, edited_at)
SELECT $1, * FROM unnest($2::uuid[], $3::bigint[], $5::timestamptz[])
ON CONFLICT (cart_id, edit_id) DO UPDATE SET revision = excluded.revision, edited_at = excluded.edited_at
"""
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
        async with self._database.transaction() as transaction:
            connection = transaction.connection
            version = await self._save(connection, actor, version)
            await self._save_lines(connection, actor, [event for event in events if isinstance(event, CartChanged)])
            await set_reminder(connection, KIND, actor.id, change.wake_at)
            for event in events:
                if isinstance(event, CartAbandoned | CartExpired):
                    transaction.emit(event, *([USER.of(actor.owner)] if actor.owner is not None else []))
            shown = rules.cart(actor.contents(), await self._goods.offers(actor.lines))
            transaction.show(CART.of(actor.id), CartState(time=change.now, cart=shown))
        return version

    async def confirm(self, actor: UserActor, version: int) -> None:
        """See `actors.runtime.ports.Store`."""
        row = await self._database.fetch_one(_VERSION, actor.id)
        if (row["version"] if row else 0) != version:
            raise Stale

    async def _save(self, connection: "asyncpg.Connection[Any]", cart: UserActor, version: int) -> int:
        saved = await connection.fetchval(
            _SAVE if version else _BEGIN,
            cart.id,
            version,
            cart.owner,
            cart.revision,
            cart.changed_at,
            cart.abandoned_at,
            cart.moved_to,
            cart.told,
        )
        if saved is None:
            raise Stale
        return cast("int", saved)

    async def _save_lines(
        self, connection: "asyncpg.Connection[Any]", cart: UserActor, changes: Sequence[CartChanged]
    ) -> None:
        if any(change.gone for change in changes) or not cart.lines:
            await connection.execute(_DROP, cart.id, list(cart.lines))
        touched = {line.variant_id for change in changes for line in change.lines}
        lines = [cart.lines[variant_id] for variant_id in sorted(touched & cart.lines.keys())]
        edits = {edit_id: known for change in changes for edit_id, known in change.edits.items()}
        if lines:
            await connection.execute(
                _PUT,
                cart.id,
                [line.variant_id for line in lines],
                [line.quantity for line in lines],
                [line.added_at for line in lines],
                [encode(line.marks).decode() for line in lines],
            )
        if edits:
            revisions, moments = [edit.number for edit in edits.values()], [edit.at for edit in edits.values()]
            old = cart.revision - REMEMBERED
            await connection.execute(_REMEMBER, cart.id, list(edits), revisions, old, moments)
