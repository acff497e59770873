"""Checkouts as rows: read, locked, written, told."""

from typing import Any
from uuid import UUID

import asyncpg
import msgspec
from msgspec.structs import replace

from fastshop.contract.checkout import CHECKOUT, Checkout, CheckoutNotFound, CheckoutState
from server.domains.checkout.rules import Kept
from server.kernel.caller import Caller
from server.kernel.clock import Clock
from server.kernel.database import Database, Transaction

_SELECT = """
SELECT user_id, revision, held, created_at, paying_since, order_id, emptied, checkout::text AS checkout FROM checkouts
"""
_ONE = f"{_SELECT} WHERE id = $1"
_LOCK = f"{_SELECT} WHERE id = $1 FOR UPDATE"
# Who waits for a transfer fills the cart anew.
_OF_CART = f"{_SELECT} WHERE cart_id = $1 AND status IN ('open', 'paying') AND NOT emptied"
_LOCK_OF_CART = f"{_OF_CART} FOR UPDATE"
_INSERT = """
INSERT INTO checkouts
    (id, status, held, expires_at, paying_since, order_id, checkout, user_id, cart_id, revision, created_at)
VALUES ($1, $2, $3, $4, $5, $6, $7::text::json, $8, $9, $10, $11)
"""
_UPDATE = """
UPDATE checkouts SET status = $2, held = $3, expires_at = $4, paying_since = $5, order_id = $6,
    checkout = $7::text::json, user_id = $8
WHERE id = $1
"""
_EMAIL = """
SELECT checkout->>'email' AS email FROM checkouts WHERE id = (
    SELECT substr(reference, 10)::uuid FROM payments WHERE id = $1 AND reference LIKE 'checkout:%'
)
"""


class Rows:
    """Checkouts in the database. Each change of one is shown to who watches it."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def find(self, checkout_id: UUID) -> Kept | None:
        """A checkout, where there is one."""
        return _kept(await self._database.fetch_one(_ONE, checkout_id))

    async def own(self, checkout_id: UUID, caller: Caller) -> Kept:
        """The caller's checkout. Refused: `CheckoutNotFound`."""
        return owned(await self.find(checkout_id), caller)

    async def of_cart(self, cart_id: UUID) -> Kept | None:
        """The checkout that is under way from a cart."""
        return _kept(await self._database.fetch_one(_OF_CART, cart_id))

    async def email(self, payment_id: UUID) -> str:
        """The e-mail address that the guest has given whose checkout was paid so; empty where nobody has."""
        row = await self._database.fetch_one(_EMAIL, payment_id)
        return "" if row is None else str(row["email"])

    async def lock(self, transaction: Transaction, checkout_id: UUID) -> Kept | None:
        """A checkout that nobody else changes until the transaction ends."""
        return _kept(await transaction.connection.fetchrow(_LOCK, checkout_id))

    async def lock_of_cart(self, transaction: Transaction, cart_id: UUID) -> Kept | None:
        """The checkout that is under way from a cart, locked."""
        return _kept(await transaction.connection.fetchrow(_LOCK_OF_CART, cart_id))

    async def add(self, transaction: Transaction, kept: Kept) -> None:
        """Write a new one. Fails (`UniqueViolationError`) where there is one of the same id or cart."""
        own = (kept.checkout.cart_id, kept.revision, kept.created_at)
        await transaction.connection.execute(_INSERT, *_columns(kept), *own)
        self._show(transaction, kept.checkout)

    async def save(self, transaction: Transaction, kept: Kept) -> None:
        """Write one that is there."""
        await transaction.connection.execute(_UPDATE, *_columns(kept))
        self._show(transaction, kept.checkout)

    def _show(self, transaction: Transaction, checkout: Checkout) -> None:
        transaction.show(CHECKOUT.of(checkout.id), CheckoutState(time=self._clock.now(), checkout=checkout))


def owned(kept: Kept | None, caller: Caller) -> Kept:
    """A checkout that is the caller's: a guest's is whose its id is known to. Refused: `CheckoutNotFound`."""
    if kept is None or (kept.user_id is not None and kept.user_id != caller.user_id):
        raise CheckoutNotFound
    return kept


def taken_over(kept: Kept | None, caller: Caller) -> Kept:
    """The caller's checkout, to go on with. Who signs in on the way takes what they began as a guest along.

    Refused: `CheckoutNotFound`.
    """
    found = owned(kept, caller)
    return found if found.user_id == caller.user_id else replace(found.seen(email=""), user_id=caller.user_id)


def _kept(row: asyncpg.Record | None) -> Kept | None:
    if row is None:
        return None
    checkout = msgspec.json.decode(row["checkout"], type=Checkout)
    own = ("user_id", "revision", "held", "created_at", "paying_since", "order_id", "emptied")
    return Kept(checkout, *(row[name] for name in own))


def _columns(kept: Kept) -> tuple[Any, ...]:
    checkout = kept.checkout
    told = msgspec.json.encode(checkout).decode()
    moments = (checkout.expires_at, kept.paying_since)
    return (checkout.id, checkout.status, kept.held, *moments, kept.order_id, told, kept.user_id)
