"""A step of a return, in its own transaction, told to whoever watches."""

from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from typing import Protocol
from uuid import UUID

import asyncpg
from msgspec.structs import replace

from fastshop.contract.base import IdReused
from fastshop.contract.orders import SELLER
from fastshop.contract.returns import (
    RETURN,
    Return,
    ReturnMoved,
    ReturnNotFound,
    ReturnSide,
    ReturnStands,
    ReturnState,
)
from server.domains.returns import matters, queries, rows
from server.domains.returns.asker import Asker, guests_channels
from server.domains.returns.rules import Step
from server.kernel import audit
from server.kernel.clock import Clock
from server.kernel.database import Database, Transaction

_MOVE = """
UPDATE returns SET state = $2, updated_at = $3, decision = coalesce($4, decision),
    decided_by = coalesce($5, decided_by), tracking = coalesce($6, tracking)
WHERE id = $1
"""


class StepOfReturn(Protocol):
    """A command that does something with one return."""

    @property
    def return_id(self) -> UUID:
        """Which."""
        ...

    @classmethod
    def tag(cls) -> str:
        """What it is called."""
        ...


class Moving:
    """Moves returns from state to state. The order's turn is taken before the return's row, always."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    @asynccontextmanager
    async def turn(
        self, command: StepOfReturn, asker: Asker, allowed: Collection[ReturnSide]
    ) -> AsyncIterator[tuple[Transaction, Return]]:
        """A transaction in which nobody else changes the return, or other returns of its order.

        What somebody of the shop changes is in the audit log. Refused: `ReturnNotFound`, and `IdReused` where the id of
        a refund is another's.
        """
        try:
            async with self._database.transaction() as transaction:
                before = await rows.get(self._database, command.return_id)
                side = asker.side_of(before)
                if side not in allowed:
                    raise ReturnNotFound
                await queries.take_turn(transaction, before.order_id)
                before = await rows.get(self._database, command.return_id, lock=True)
                yield transaction, before
                if side is ReturnSide.MANAGER and await rows.get(self._database, before.id) != before:
                    now, subject = self._clock.now(), f"return:{before.id}"
                    await audit.note(transaction, now, asker.caller, command.tag(), subject)
        except asyncpg.UniqueViolationError:
            raise IdReused from None

    async def step(
        self,
        command: StepOfReturn,
        step: Step,
        asker: Asker,
        allowed: Collection[ReturnSide],
        *,
        decision: str | None = None,
        tracking: str | None = None,
    ) -> Return:
        """One step; taken again in the same way it changes nothing. Refused: `ReturnNotFound`, `ReturnStands`."""
        async with self.turn(command, asker, allowed) as (transaction, rma):
            if rma.state is step[1] and decision in (None, rma.decision) and tracking in (None, rma.tracking):
                return rma
            check_state(rma, step[0])
            decided_by = None if ReturnSide.CUSTOMER in allowed else asker.person
            return await self.move(transaction, rma.id, step[1], decided_by, decision, tracking)

    async def move(
        self,
        transaction: Transaction,
        return_id: UUID,
        state: ReturnState,
        decided_by: UUID | None,
        decision: str | None = None,
        tracking: str | None = None,
    ) -> Return:
        """Put a return into a state, and tell of it. What is None stays as it is."""
        args = (return_id, state, self._clock.now(), decision, decided_by, tracking)
        await transaction.connection.execute(_MOVE, *args)
        return await self.tell(transaction, return_id)

    async def tell(self, transaction: Transaction, return_id: UUID) -> Return:
        """Tell how a return is now."""
        rma = await rows.get(self._database, return_id)
        guests = await guests_channels(self._database, rma)
        told = ReturnMoved(time=rma.updated_at, rma=wordless(rma))
        transaction.emit(told, RETURN.of(rma.id), SELLER.of(rma.seller_id), *guests)
        await matters.show(self._database, transaction, rma.updated_at)
        return rma


def wordless(rma: Return) -> Return:
    """A return as the log has it: without anybody's words and address, for the log is never forgotten."""
    return replace(rma, words="", decision="", send_to=None)


def check_state(rma: Return, allowed: Collection[ReturnState]) -> None:
    """Refuse (`ReturnStands`) what cannot be done with a return in its state."""
    if rma.state not in allowed:
        raise ReturnStands(rma.state)
