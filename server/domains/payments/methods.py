"""Saved payment methods: begun here, completed at the gateway, kept there; here is only what tells them apart.

The gateway is never asked inside a transaction. What it saved is asked of it, and a method that was removed is gone
here at once: a job has the gateway forget it, as often as it takes.
"""

import asyncio
from collections.abc import Awaitable
from typing import Any, TypeVar
from uuid import UUID

import structlog

from fastshop.contract.base import Done, IdReused
from fastshop.contract.payment_methods import (
    AddMethod,
    ListMethods,
    MethodKept,
    MethodNotFound,
    MethodRemoved,
    MethodSetup,
    MethodState,
    RemoveMethod,
    SavedMethod,
    SetDefaultMethod,
    TooManyMethods,
)
from fastshop.contract.payments import GatewayUnavailable, PaymentDeclined
from server.domains.payments.ports import Card, Setup, Wallets
from server.domains.payments.saved import hold, settle_default, tell
from server.domains.payments.throttle import Throttle
from server.kernel.caller import Caller
from server.kernel.clock import Clock
from server.kernel.database import Database, Transaction
from server.kernel.keyed import Keyed

logger = structlog.get_logger()

Answer = TypeVar("Answer")

_MOST = 20

_LIST = """
SELECT * FROM payment_methods WHERE user_id = $1 AND state = 'saved' ORDER BY is_default DESC, created_at DESC, id DESC
"""
_ONE = "SELECT * FROM payment_methods WHERE id = $1"
_COUNT = "SELECT count(*) FROM payment_methods WHERE user_id = $1 AND state = 'saved'"
_BEGIN = """
INSERT INTO payment_methods (id, user_id, state, method_key, is_default, created_at, updated_at)
VALUES ($1, $2, 'pending', $3, $4, $5, $5) ON CONFLICT (id) DO NOTHING
"""
_FAILED = """
UPDATE payment_methods SET state = 'failed', is_default = false, failure = $2, updated_at = $3
WHERE id = $1 AND state = 'pending'
"""
_SAVED = """
UPDATE payment_methods SET state = 'saved', is_default = false, reference = $2, card_key = $3, brand = $4, last4 = $5,
    exp_month = $6, exp_year = $7, updated_at = $8
WHERE id = $1
"""
# The same card, saved before. Where it is even the same thing at the gateway, nothing there may be forgotten.
_REPLACED = """
UPDATE payment_methods SET state = 'removed', is_default = false, updated_at = $5,
    reference = CASE WHEN reference = $4 THEN '' ELSE reference END
WHERE user_id = $1 AND card_key = $2 AND state = 'saved' AND id <> $3
RETURNING id, (SELECT is_default FROM payment_methods old WHERE old.id = payment_methods.id) AS was_default
"""
_REMOVED = """
UPDATE payment_methods SET state = 'removed', is_default = false, updated_at = $3
WHERE id = $1 AND user_id = $2 AND state IN ('saved', 'pending') RETURNING id
"""
_UNWANTED = "UPDATE payment_methods SET reference = $2 WHERE id = $1"
_BY_REFERENCE = "SELECT * FROM payment_methods WHERE reference = $1 AND state = 'saved'"
_RENEWED = "UPDATE payment_methods SET exp_month = $2, exp_year = $3, last4 = $4, updated_at = $5 WHERE id = $1"


class Methods:
    """What people have saved. ``patience`` is how long an answer waits for the gateway, in seconds."""

    def __init__(
        self,
        database: Database,
        wallets: Wallets,
        clock: Clock,
        keyed: Keyed,
        throttle: Throttle,
        public_key: str = "",
        patience: float = 5.0,
    ) -> None:
        self._database = database
        self._wallets = wallets
        self._clock = clock
        self._keyed = keyed
        self._throttle = throttle
        self._public_key = public_key
        self._patience = patience

    async def list(self, command: ListMethods, caller: Caller) -> tuple[SavedMethod, ...]:  # noqa: ARG002
        """The caller's methods."""
        return tuple(_method(row) for row in await self._database.fetch(_LIST, caller.person))

    async def add(self, command: AddMethod, caller: Caller) -> MethodSetup:
        """Save a method, or answer how that stands."""
        await self._throttle.spend(caller)
        row = await self._begun(command, caller.person)
        setup = None
        if row["state"] == MethodState.PENDING:
            setup = await self._asked(self._wallets.set_up(row["id"], row["user_id"], command.payment_method))
            row = await self._record(row["id"], setup)
        if row["state"] == "failed":
            raise PaymentDeclined(row["failure"])
        if row["state"] == "removed":
            raise MethodNotFound
        return self._told(row, setup)

    async def set_default(self, command: SetDefaultMethod, caller: Caller) -> SavedMethod:
        """Have a method offered first."""
        async with self._database.transaction() as transaction:
            await hold(transaction, caller.person)
            row = await transaction.connection.fetchrow(_ONE, command.method_id)
            if row is None or (row["user_id"], row["state"]) != (caller.person, MethodState.SAVED):
                raise MethodNotFound
            await settle_default(transaction, caller.person, command.method_id)
            tell(transaction, caller.person, self._clock.now())
        return _method(await self._one(command.method_id))

    async def remove(self, command: RemoveMethod, caller: Caller) -> Done:
        """Remove a method."""
        now = self._clock.now()
        async with self._database.transaction() as transaction:
            await hold(transaction, caller.person)
            removed = await transaction.connection.fetchval(_REMOVED, command.method_id, caller.person, now)
            if removed is not None:
                await settle_default(transaction, caller.person, None)
                transaction.emit(MethodRemoved(time=now, method_id=command.method_id))
                tell(transaction, caller.person, now)
        return Done()

    async def take_kept(self, event: MethodKept) -> None:
        """Save what a payment was made with."""
        row = await self._one(event.method_id)
        if row["state"] == MethodState.PENDING:
            card = await self._asked(self._wallets.kept(row["payment_id"]))
            await self._record(row["id"], Setup(card, failure="" if card else "not_kept"))

    async def forget(self, event: MethodRemoved) -> None:
        """Have the gateway forget a method that was removed."""
        reference = (await self._one(event.method_id))["reference"]
        if reference:
            await self._asked(self._wallets.forget(reference))

    async def conclude(self, method_id: UUID) -> None:
        """The browser may have completed the saving of a method. Nothing for a stranger's."""
        row = await self._database.fetch_one(_ONE, method_id)
        if row is not None and row["state"] == MethodState.PENDING:
            await self._record(method_id, await self._asked(self._wallets.set_up(method_id, row["user_id"], None)))

    async def look_at(self, reference: str) -> None:
        """Something happened at the gateway to a method: it was forgotten, or the bank has renewed the card."""
        row = await self._database.fetch_one(_BY_REFERENCE, reference)
        if row is None:
            return
        card = await self._asked(self._wallets.card(reference))
        if card is None:
            await self.remove(RemoveMethod(method_id=row["id"]), Caller(row["user_id"]))
            return
        now = self._clock.now()
        async with self._database.transaction() as transaction:
            renewed = (card.exp_month, card.exp_year, card.last4, now)
            await transaction.connection.execute(_RENEWED, row["id"], *renewed)
            tell(transaction, row["user_id"], now)

    async def _begun(self, command: AddMethod, person: UUID) -> Any:
        key = self._keyed.of("payment method", command.payment_method or "")
        async with self._database.transaction() as transaction:
            await hold(transaction, person)
            row = await transaction.connection.fetchrow(_ONE, command.method_id)
            if row is not None and (row["user_id"], row["method_key"]) != (person, key):
                raise IdReused
            if row is None and await transaction.connection.fetchval(_COUNT, person) >= _MOST:
                raise TooManyMethods(_MOST)
            values = (command.method_id, person, key, command.make_default, self._clock.now())
            await transaction.connection.execute(_BEGIN, *values)
        row = await self._one(command.method_id)
        if row["user_id"] != person:  # another person was quicker with the same id
            raise IdReused
        return row

    async def _record(self, method_id: UUID, setup: Setup) -> Any:
        if setup.card is not None:
            async with self._database.transaction() as transaction:
                await self._save(transaction, method_id, setup.card)
        elif setup.failure:
            await self._database.fetch(_FAILED, method_id, setup.failure, self._clock.now())
        return await self._one(method_id)

    async def _save(self, transaction: Transaction, method_id: UUID, card: Card) -> None:
        connection, now = transaction.connection, self._clock.now()
        row = await self._one(method_id)
        user_id = row["user_id"]
        await hold(transaction, user_id)
        row = await self._one(method_id)
        if row["state"] == "removed" and not row["reference"]:  # while the gateway was saving it
            await connection.execute(_UNWANTED, method_id, card.reference)
            transaction.emit(MethodRemoved(time=now, method_id=method_id))
        if row["state"] != MethodState.PENDING:
            return
        key = self._keyed.of("card", card.fingerprint or card.reference)
        replaced = await connection.fetch(_REPLACED, user_id, key, method_id, card.reference, now)
        facts = (card.reference, key, card.brand, card.last4, card.exp_month, card.exp_year)
        await connection.execute(_SAVED, method_id, *facts, now)
        inherits = row["is_default"] or any(each["was_default"] for each in replaced)
        await settle_default(transaction, user_id, method_id if inherits else None)
        for each in replaced:
            transaction.emit(MethodRemoved(time=now, method_id=each["id"]))
        tell(transaction, user_id, now)

    def _told(self, row: Any, setup: Setup | None) -> MethodSetup:
        if row["state"] == MethodState.SAVED or setup is None:
            return MethodSetup(MethodState.SAVED, _method(row), "", self._public_key, "")
        state = MethodState.NEEDS_ACTION if setup.action_url else MethodState.PENDING
        return MethodSetup(state, None, setup.client_secret, self._public_key, setup.action_url)

    async def _asked(self, asking: Awaitable[Answer]) -> Answer:
        try:
            async with asyncio.timeout(self._patience):
                return await asking
        except Exception as error:  # not what it says: it may quote the card
            logger.warning("the gateway does not say what is saved", error=type(error).__name__)
            raise GatewayUnavailable from None

    async def _one(self, method_id: UUID) -> Any:
        return await self._database.fetch_one(_ONE, method_id)


def _method(row: Any) -> SavedMethod:
    return SavedMethod(**{name: row[name] for name in SavedMethod.__struct_fields__})
