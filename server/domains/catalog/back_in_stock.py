"""Who waits for what is sold out. They are told in the transaction that brings it back, and written to by a job after.

A row is one person's wish for one variant. It is marked when it is told, and gone when its letter is handed over: so
nobody is told twice, and no guest's address is kept longer than it is needed.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from fastshop.contract.back_in_stock import (
    AskBackInStock,
    BackInStock,
    BackInStockWish,
    ListBackInStock,
    RecipientNeeded,
    Restocked,
    StillInStock,
    WithdrawBackInStock,
)
from fastshop.contract.base import Done, IdReused, RateLimited
from fastshop.contract.catalog import PRODUCT, VariantNotFound
from fastshop.contract.flash_sales import USER
from server.domains.catalog.browsing import Browsing
from server.domains.catalog.ports import Attempts
from server.kernel.caller import Caller
from server.kernel.clock import Clock
from server.kernel.database import Database, Transaction
from server.kernel.emails import normalised
from server.kernel.mail import Mail, Mailer
from server.kernel.writing import flat

# So many wishes an hour from one network address: it could be somebody else's mailbox. A household is below.
_PER_ADDRESS = (20, 3600)
# Nobody remembers an older wish. A round looks so often, in seconds.
_KEPT = timedelta(days=180)
_LOOK = 3600.0
_LETTERS_AT_ONCE = 100

_LOCK = "SELECT FROM product_variants WHERE id = $1 FOR NO KEY UPDATE"
# Whoever shows products holds their variants too, as whoever brings units does. In the order of ids, as all do.
_LOCK_OF = "SELECT id FROM product_variants WHERE product_id = any($1::uuid[]) ORDER BY id FOR NO KEY UPDATE"
_INSERT = """
INSERT INTO back_in_stock_wishes (id, variant_id, user_id, email, asked_at) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT DO NOTHING
"""
_WISH = """
SELECT wish.id, wish.variant_id, wish.user_id, wish.email, wish.asked_at, variant.product_id
FROM back_in_stock_wishes wish JOIN product_variants variant ON variant.id = wish.variant_id
"""
_LIST = f"{_WISH} WHERE wish.user_id = $1 AND wish.told_at IS NULL ORDER BY wish.asked_at DESC, wish.id LIMIT 200"
_OF_PERSON = f"{_WISH} WHERE wish.user_id = $1 AND wish.variant_id = $2 AND wish.told_at IS NULL"
_WITHDRAW = """
DELETE FROM back_in_stock_wishes WHERE id = $1 AND told_at IS NULL AND user_id IS NOT DISTINCT FROM $2
"""
_TURN = """
UPDATE back_in_stock_wishes wish SET told_at = $2
FROM inventory_levels level, product_variants variant JOIN products product ON product.id = variant.product_id
    JOIN sellers seller ON seller.id = product.seller_id
WHERE wish.variant_id = any($1::uuid[]) AND wish.told_at IS NULL AND variant.id = wish.variant_id
    AND level.variant_id = wish.variant_id AND level.on_hand > 0
    AND product.status = 'active' AND seller.suspended_at IS NULL
RETURNING wish.id, wish.user_id, wish.variant_id, product.id AS product_id, product.title, product.slug
"""
_LETTERS = """
SELECT wish.id, coalesce(person.email, wish.email) AS email, product.title, product.slug
FROM back_in_stock_wishes wish JOIN product_variants variant ON variant.id = wish.variant_id
    JOIN products product ON product.id = variant.product_id LEFT JOIN users person ON person.id = wish.user_id
WHERE wish.variant_id = $1 AND wish.told_at IS NOT NULL ORDER BY wish.id LIMIT $2
"""
_GONE = "DELETE FROM back_in_stock_wishes WHERE id = any($1::uuid[])"
_FORGET = "DELETE FROM back_in_stock_wishes WHERE asked_at < $1"


async def tell(transaction: Transaction, variant_ids: Sequence[UUID], now: datetime) -> None:
    """Tell who waits for those of the variants that are there again; whoever asks holds the rows of the variants."""
    turned = await transaction.connection.fetch(_TURN, list(variant_ids), now)
    for row in turned:
        if row["user_id"] is not None:
            told = {name: row[name] for name in ("product_id", "variant_id", "title", "slug")}
            transaction.emit(BackInStock(time=now, wish_id=row["id"], **told), USER.of(row["user_id"]))
    for product_id, variant_id in {(row["product_id"], row["variant_id"]) for row in turned}:
        transaction.emit(Restocked(time=now, product_id=product_id, variant_id=variant_id), PRODUCT.of(product_id))


async def tell_of(transaction: Transaction, product_ids: Sequence[UUID], now: datetime) -> None:
    """Tell who waits for variants of products that are shown again: they may have come while nobody could buy them."""
    variants = await transaction.connection.fetch(_LOCK_OF, list(product_ids))
    await tell(transaction, [row["id"] for row in variants], now)


class Wishes:
    """Keeps who waits, and writes to them."""

    def __init__(
        self,
        database: Database,
        browsing: Browsing,
        attempts: Attempts,
        mailer: Mailer,
        clock: Clock,
        origin: str,
    ) -> None:
        self._database = database
        self._browsing = browsing
        self._attempts = attempts
        self._mailer = mailer
        self._clock = clock
        self._origin = origin

    async def ask(self, command: AskBackInStock, caller: Caller) -> BackInStockWish:
        """Wait for a variant."""
        product = await self._browsing.visible(command.product_id, caller)
        variant = next((each for each in product.variants if each.id == command.variant_id), None)
        if variant is None:
            raise VariantNotFound
        email = self._recipient(command, caller)
        if known := await self._known(command, caller.user_id, email):
            return known
        if variant.stock > 0:
            raise StillInStock(variant.stock)
        if wait := await self._attempts.spend(f"back in stock {caller.address}", *_PER_ADDRESS):
            raise RateLimited(wait)
        return await self._add(command, caller.user_id, email)

    async def list_own(self, command: ListBackInStock, caller: Caller) -> tuple[BackInStockWish, ...]:  # noqa: ARG002
        """What the caller waits for."""
        return tuple(_wish(row) for row in await self._database.fetch(_LIST, caller.person))

    async def withdraw(self, command: WithdrawBackInStock, caller: Caller) -> Done:
        """Wait no more."""
        await self._database.fetch(_WITHDRAW, command.wish_id, caller.user_id)
        return Done()

    async def write(self, event: Restocked) -> None:
        """Write to all who were told of a variant. Refused while mail cannot be sent: `MailDelayed`."""
        while found := await self._database.fetch(_LETTERS, event.variant_id, _LETTERS_AT_ONCE):
            for row in found:
                link = f"{self._origin}/p/{row['slug']}"
                body = f"{flat(row['title'])} is in stock again:\n\n{link}\n\nWe write this once.\n"
                await self._mailer.send(Mail(row["id"], row["email"], "Back in stock", body))
            await self._database.fetch(_GONE, [row["id"] for row in found])

    async def forget(self) -> float:
        """One round: forget what nobody remembers. Answers how long to rest, in seconds."""
        await self._database.fetch(_FORGET, self._clock.now() - _KEPT)
        return _LOOK

    async def _add(self, command: AskBackInStock, user_id: UUID | None, email: str) -> BackInStockWish:
        now = self._clock.now()
        async with self._database.transaction() as transaction:
            # Whoever brings units holds this row: what is asked while they come is told all the same.
            await transaction.connection.execute(_LOCK, command.variant_id)
            await transaction.connection.execute(_INSERT, command.wish_id, command.variant_id, user_id, email, now)
            await tell(transaction, [command.variant_id], now)
        if known := await self._known(command, user_id, email):
            return known
        return BackInStockWish(command.wish_id, command.product_id, command.variant_id, now)

    async def _known(self, command: AskBackInStock, user_id: UUID | None, email: str) -> BackInStockWish | None:
        """The wish of this id, or the person's for this variant. Refused when the id is another's: `IdReused`."""
        row = await self._database.fetch_one(f"{_WISH} WHERE wish.id = $1", command.wish_id)
        if row is not None and (row["variant_id"], row["user_id"], row["email"]) != (
            command.variant_id,
            user_id,
            email,
        ):
            raise IdReused
        if row is None and user_id is not None:
            row = await self._database.fetch_one(_OF_PERSON, user_id, command.variant_id)
        return _wish(row) if row else None

    def _recipient(self, command: AskBackInStock, caller: Caller) -> str:
        """A guest's address; nothing for who has an account."""
        if caller.user_id is not None:
            return ""
        if command.email is None:
            raise RecipientNeeded
        return normalised(command.email)


def _wish(row: Any) -> BackInStockWish:
    return BackInStockWish(row["id"], row["product_id"], row["variant_id"], row["asked_at"])
