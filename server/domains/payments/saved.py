"""Saved methods as payments use them: found by their id, never by another person."""

from datetime import datetime
from typing import Any
from uuid import UUID

from fastshop.contract.flash_sales import USER
from fastshop.contract.payment_methods import (
    MethodExpired,
    MethodKept,
    MethodNotFound,
    MethodsChanged,
)
from fastshop.ids import new_id
from server.kernel.clock import Clock
from server.kernel.database import Database, Transaction

_UUID_LENGTH = 36

_USABLE = "SELECT * FROM payment_methods WHERE id = $1 AND user_id = $2 AND state = 'saved'"
_TOKEN = "SELECT reference FROM payment_methods WHERE id = $1"  # noqa: S105 - the gateway's name for it
_KEEP = """
INSERT INTO payment_methods (id, user_id, payment_id, state, created_at, updated_at)
VALUES ($1, $2, $3, 'pending', $4, $4) ON CONFLICT (payment_id) DO NOTHING RETURNING id
"""
_LOST = """
UPDATE payment_methods SET state = 'removed', is_default = false, updated_at = $2
WHERE id = $1 AND state = 'saved' RETURNING user_id
"""
_NO_DEFAULT = "UPDATE payment_methods SET is_default = false WHERE user_id = $1 AND is_default AND id <> $2"
_DEFAULT = "UPDATE payment_methods SET is_default = true WHERE id = $1 AND NOT is_default"
_HEIR = """
SELECT id FROM payment_methods WHERE user_id = $1 AND state = 'saved'
    AND NOT EXISTS (SELECT FROM payment_methods WHERE user_id = $1 AND state = 'saved' AND is_default)
ORDER BY created_at DESC, id DESC LIMIT 1
"""
# Whoever changes a person's methods holds this, so that two at once cannot both make a default. Payments are not kept
# waiting by it, though they refer to the person.
_HOLD = "SELECT 1 FROM users WHERE id = $1 FOR NO KEY UPDATE"


def saved_id(method: str) -> UUID | None:
    """The id that a payment method is, if it is one: no gateway's token looks like that."""
    if len(method) != _UUID_LENGTH:
        return None
    try:
        return UUID(method)
    except ValueError:
        return None


class Saved:
    """Reads what is saved, and notes what payments do to it."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def usable(self, method_id: UUID, user_id: UUID | None) -> Any:
        """A method that its owner can pay with now. Refused: `MethodNotFound`, `MethodExpired`."""
        row = await self._database.fetch_one(_USABLE, method_id, user_id)
        if row is None:
            raise MethodNotFound
        if has_expired(row, self._clock.now()):
            raise MethodExpired(row["exp_month"], row["exp_year"])
        return row

    async def token(self, method_id: UUID) -> str:
        """What the gateway calls it. One that was removed meanwhile the gateway refuses itself."""
        row = await self._database.fetch_one(_TOKEN, method_id)
        assert row is not None  # no row is ever deleted that a payment was started with
        return str(row["reference"])

    async def keep(self, transaction: Transaction, payment: Any) -> None:
        """A payment came whose method its payer wants to keep."""
        now, method_id = self._clock.now(), new_id()
        noted = await transaction.connection.fetchval(_KEEP, method_id, payment["user_id"], payment["id"], now)
        if noted is not None:
            transaction.emit(MethodKept(time=now, method_id=method_id))

    async def lose(self, method_id: UUID) -> None:
        """The gateway has it no more."""
        now = self._clock.now()
        async with self._database.transaction() as transaction:
            user_id = await transaction.connection.fetchval(_LOST, method_id, now)
            if user_id is not None:
                await settle_default(transaction, user_id, None)
                tell(transaction, user_id, now)


def has_expired(card: Any, now: datetime) -> bool:
    """Whether the month is over until whose end a card is good."""
    return bool((card["exp_year"], card["exp_month"]) < (now.year, now.month))


def label(card: Any) -> str:
    """A card as its owner knows it."""
    return f"{card['brand'].title()} •••• {card['last4']}"


async def hold(transaction: Transaction, user_id: UUID) -> None:
    """Nobody else changes a person's methods until the transaction ends."""
    await transaction.connection.fetchval(_HOLD, user_id)


async def settle_default(transaction: Transaction, user_id: UUID, chosen: UUID | None) -> None:
    """Make the chosen method the default one, or the newest where there is none."""
    connection = transaction.connection
    method_id = chosen or await connection.fetchval(_HEIR, user_id)
    if method_id is not None:
        await connection.execute(_NO_DEFAULT, user_id, method_id)
        await connection.execute(_DEFAULT, method_id)


def tell(transaction: Transaction, user_id: UUID, now: datetime) -> None:
    """Tell all devices of a person that their methods are others now."""
    transaction.emit(MethodsChanged(time=now), USER.of(user_id))
