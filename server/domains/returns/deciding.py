"""What sellers decide about returns, or a manager for them: authorise, refuse, receive, refund, exchange."""

from collections.abc import Mapping
from uuid import UUID

from fastshop.contract.base import IdReused, Money
from fastshop.contract.returns import (
    ApproveReturn,
    CannotExchange,
    ExchangeReturn,
    LinesUnclear,
    ReceivedUnits,
    ReceiveReturn,
    RefundAboveReturn,
    RefundReturn,
    RejectReturn,
    Return,
    ReturnLine,
    ReturnSide,
    ReturnState,
    ShipReplacement,
)
from server.domains.returns import queries, rows
from server.domains.returns.asker import Asker
from server.domains.returns.giving_back import GivingBack
from server.domains.returns.moving import Moving, check_state
from server.domains.returns.ports import Goods, Orders
from server.domains.returns.rules import APPROVE, RECEIVE, REJECT, BoughtLine, Due, kept_for, worth
from server.kernel.caller import Caller
from server.kernel.clock import Clock
from server.kernel.database import Database, Transaction
from server.kernel.money import from_numeric, to_numeric

_CAME = "UPDATE return_lines SET received = $3, resellable = $4, worth = $5 WHERE return_id = $1 AND line_id = $2"
_GIVE = """
UPDATE returns SET state = $2, refund_id = $3, refunded = $4, refund_open = $5, failure = '', resumes = state,
    decided_by = $6, updated_at = $7
WHERE id = $1
"""
_SHIP = "UPDATE returns SET replacement_tracking = $2, updated_at = $3 WHERE id = $1"
_PRICES = "SELECT line_id, exchange_price FROM return_lines WHERE return_id = $1 AND exchange_price IS NOT NULL"

_DECIDING = (ReturnSide.SELLER, ReturnSide.MANAGER)
_RECEIVED = (ReturnState.RECEIVED,)


class Deciding:
    """Returns as their sellers decide them."""

    def __init__(
        self,
        database: Database,
        orders: Orders,
        goods: Goods,
        moving: Moving,
        giving_back: GivingBack,
        clock: Clock,
    ) -> None:
        self._database = database
        self._orders = orders
        self._goods = goods
        self._moving = moving
        self._giving_back = giving_back
        self._clock = clock

    async def approve(self, command: ApproveReturn, caller: Caller) -> Return:
        """Authorise a return."""
        return await self._moving.step(command, APPROVE, Asker(caller), _DECIDING)

    async def reject(self, command: RejectReturn, caller: Caller) -> Return:
        """Refuse a return."""
        return await self._moving.step(command, REJECT, Asker(caller), _DECIDING, decision=command.reason)

    async def receive(self, command: ReceiveReturn, caller: Caller) -> Return:
        """Say what came."""
        async with self._moving.turn(command, Asker(caller), _DECIDING) as (transaction, rma):
            came = _came(rma, command)
            if rma.state is ReturnState.RECEIVED and came == _noted(rma):
                return rma
            check_state(rma, RECEIVE[0])
            lines = await queries.bought(self._database, came)
            for back in sorted(rma.lines, key=lambda back: (back.variant_id, back.line_id)):
                await self._take_in(transaction, rma.id, lines[back.line_id], back, came[back.line_id])
            # What came in an exchange was not ordered: the units that were have been counted.
            units = {back.line_id: came[back.line_id].quantity for back in rma.lines if back.replaced_in is None}
            if units := {line_id: quantity for line_id, quantity in units.items() if quantity}:
                await self._orders.returned(transaction, rma.id, rma.order_id, rma.seller_id, units, caller.person)
            return await self._moving.move(transaction, rma.id, RECEIVE[1], caller.person)

    async def refund(self, command: RefundReturn, caller: Caller) -> Return:
        """Give money back for what was received."""
        async with self._moving.turn(command, Asker(caller), _DECIDING) as (transaction, rma):
            if rma.refund_id != command.refund_id:
                check_state(rma, _RECEIVED)
                due = await self._due(rma)
                amount = command.amount or Money(due.whole, rma.worth.currency)
                _check_amount(command.amount, due.whole, rma.worth.currency)
                await self._give(transaction, rma, ReturnState.REFUNDED, command.refund_id, amount, due, caller)
            elif command.amount not in (None, rma.refunded) and not rma.failure:
                raise IdReused
        return await self._settled(command.return_id, command.refund_id)

    async def exchange(self, command: ExchangeReturn, caller: Caller) -> Return:
        """Set the other goods aside, and give a difference back."""
        async with self._moving.turn(command, Asker(caller), _DECIDING) as (transaction, rma):
            if rma.refund_id != command.refund_id:
                check_state(rma, _RECEIVED)
                await self._take(transaction, rma)
                lines = await queries.bought(self._database, _received(rma))
                due = Due(lines, await self._differences(rma, lines))
                amount = Money(due.whole, rma.worth.currency)
                await self._give(transaction, rma, ReturnState.EXCHANGED, command.refund_id, amount, due, caller)
            elif rma.state is not ReturnState.EXCHANGED:
                raise IdReused
        return await self._settled(command.return_id, command.refund_id)

    async def ship_replacement(self, command: ShipReplacement, caller: Caller) -> Return:
        """The other goods are on their way."""
        async with self._moving.turn(command, Asker(caller), _DECIDING) as (transaction, rma):
            check_state(rma, (ReturnState.EXCHANGED,))
            if rma.replacement_tracking == command.tracking:
                return rma
            await transaction.connection.execute(_SHIP, rma.id, command.tracking, self._clock.now())
            return await self._moving.tell(transaction, rma.id)

    async def _take_in(
        self, transaction: Transaction, return_id: UUID, line: BoughtLine, back: ReturnLine, came: ReceivedUnits
    ) -> None:
        amount = Money(await self._worth(line, back, came.quantity), line.currency)
        args = (return_id, line.id, came.quantity, came.resellable, to_numeric(amount))
        await transaction.connection.execute(_CAME, *args)
        await self._goods.put_back(transaction, back.variant_id, came.resellable)

    async def _worth(self, line: BoughtLine, back: ReturnLine, count: int) -> int:
        """What was paid for so many units that came."""
        if back.replaced_in is None:
            return worth(line.paid, line.quantity, line.cancelled + line.came_back, count)
        replaced = await queries.replaced(self._database, back.replaced_in, line.id)
        assert replaced is not None
        return worth(replaced.paid, replaced.quantity, replaced.came_back, count)

    async def _take(self, transaction: Transaction, rma: Return) -> None:
        """The other goods leave the stock."""
        wanted = [line for line in rma.lines if line.exchange_for is not None and line.received]
        if not wanted:
            raise CannotExchange(rma.lines[0].variant_id, "not_asked")
        for line in sorted(wanted, key=lambda line: (line.exchange_for, line.line_id)):
            assert line.exchange_for is not None
            assert line.received is not None
            if not await self._goods.take(transaction, line.exchange_for, line.received):
                raise CannotExchange(line.exchange_for, "out_of_stock")

    async def _due(self, rma: Return) -> Due:
        """What can go back for what was received, and for sending where the customer has withdrawn from all of it."""
        lines = await queries.bought(self._database, _received(rma))
        worths = {line.line_id: line.worth.amount for line in rma.lines}
        most = {line_id: min(worths[line_id], line.left) for line_id, line in lines.items()}
        units = {line.line_id: line.received or 0 for line in rma.lines}
        return Due(lines, most, units, await queries.withdrawn(self._database, rma.order_id, rma.seller_id))

    async def _differences(self, rma: Return, lines: Mapping[UUID, BoughtLine]) -> dict[UUID, int]:
        """What goes back for each line in an exchange: all for one that is not exchanged."""
        found = await self._database.fetch(_PRICES, rma.id)
        currency = rma.worth.currency
        prices = {row["line_id"]: from_numeric(row["exchange_price"], currency).amount for row in found}
        worths = {line.line_id: line.worth.amount for line in rma.lines}
        for line_id, price in prices.items():
            if line_id in lines:
                worths[line_id] -= kept_for(worths[line_id], lines[line_id].unit_price, price)
        return {line_id: min(worths[line_id], line.left) for line_id, line in lines.items()}

    async def _give(
        self,
        transaction: Transaction,
        rma: Return,
        end: ReturnState,
        refund_id: UUID,
        amount: Money,
        due: Due,
        caller: Caller,
    ) -> None:
        is_open = amount.amount > 0
        state = ReturnState.REFUNDING if is_open and end is ReturnState.REFUNDED else end
        args = (rma.id, state, refund_id, to_numeric(amount), is_open, caller.person, self._clock.now())
        await transaction.connection.execute(_GIVE, *args)
        if is_open or end is ReturnState.REFUNDED:
            asked = (refund_id, amount, due, f"return {rma.number}", caller.person)
            await self._giving_back.begin(transaction, *asked)
        await self._moving.tell(transaction, rma.id)

    async def _settled(self, return_id: UUID, refund_id: UUID) -> Return:
        rma = await rows.get(self._database, return_id)
        if rma.refunded.amount:
            await self._giving_back.settle(refund_id)
            rma = await rows.get(self._database, return_id)
        return rma


def _came(rma: Return, command: ReceiveReturn) -> dict[UUID, ReceivedUnits]:
    """What came of every line. Refused where that cannot be: `LinesUnclear`."""
    told = {line.line_id: line for line in command.lines}
    wanted = {line.line_id: line.quantity for line in rma.lines}
    if len(told) < len(command.lines) or not set(told) <= set(wanted):
        raise LinesUnclear("A line is named twice, or is not one of this return.")
    came = {line_id: told.get(line_id, ReceivedUnits(line_id, count)) for line_id, count in wanted.items()}
    if any(each.quantity > wanted[line_id] or each.resellable > each.quantity for line_id, each in came.items()):
        raise LinesUnclear("More came than was to come, or can be sold again than came.")
    if not any(each.quantity for each in came.values()):
        raise LinesUnclear("Nothing came: refuse the return instead.")
    return came


def _noted(rma: Return) -> dict[UUID, ReceivedUnits]:
    return {line.line_id: ReceivedUnits(line.line_id, line.received or 0, line.resellable) for line in rma.lines}


def _received(rma: Return) -> list[UUID]:
    return [line.line_id for line in rma.lines if line.received]


def _check_amount(asked: Money | None, whole: int, currency: str) -> None:
    if asked is not None and (asked.currency != currency or not 0 < asked.amount <= whole):
        raise RefundAboveReturn(whole, currency)
