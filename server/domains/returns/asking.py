"""What customers ask of returns: to give units back, to send them, to keep them after all; and reading."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from fastshop.contract.accounts import Role
from fastshop.contract.base import IdReused, Money, NotAllowed, Page
from fastshop.contract.catalog import NoShop
from fastshop.contract.orders import SELLER, OrderNotFound
from fastshop.contract.returns import (
    RETURN,
    CancelReturn,
    CannotExchange,
    LineNotBought,
    LinesUnclear,
    ListGuestReturns,
    ListReturns,
    RequestReturn,
    Return,
    ReturnNotFound,
    ReturnRequested,
    ReturnSide,
    ReturnState,
    ReturnTooLate,
    SellersDiffer,
    SendReturn,
    ShowReturn,
    TooManyReturned,
    WantedReturn,
)
from server.domains.returns import matters, queries, rows
from server.domains.returns.asker import Asker, asker, guests_channels, order_of
from server.domains.returns.moving import Moving, wordless
from server.domains.returns.ports import Goods
from server.domains.returns.rules import CANCEL, SEND, BoughtLine, Replaced, until, worth
from server.kernel.caller import Caller
from server.kernel.clock import Clock
from server.kernel.database import Database, Transaction
from server.kernel.money import to_numeric
from server.kernel.page import decode_cursor, page_of

_INSERT = """
INSERT INTO returns (id, number, order_id, seller_id, customer_id, state, reason, words, currency, requested_at,
    updated_at)
VALUES ($1, 'RMA-' || nextval('return_numbers'), $2, $3, $4, 'requested', $5, $6, $7, $8, $8)
"""
_INSERT_LINE = """
INSERT INTO return_lines (return_id, line_id, variant_id, title, quantity, exchange_for, exchange_price, worth,
    replaced_in)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
"""
_LIST = f"""{rows.SELECT}
WHERE ($1::uuid IS NULL OR customer_id = $1) AND ($2::uuid IS NULL OR seller_id = $2)
    AND ($3::text IS NULL OR state = $3) AND ($4::uuid IS NULL OR order_id = $4)
    AND ($5::timestamptz IS NULL OR (requested_at, returns.id) < ($5, $6))
ORDER BY requested_at DESC, returns.id DESC LIMIT $7
"""


class Asking:
    """Returns as customers ask for them. ``days`` is how long after delivery they may at least, whoever sells."""

    def __init__(self, database: Database, goods: Goods, moving: Moving, clock: Clock, days: int) -> None:
        self._database = database
        self._goods = goods
        self._moving = moving
        self._clock = clock
        self._days = days

    async def request(self, command: RequestReturn, caller: Caller) -> Return:
        """Ask to give units back."""
        if len({line.line_id for line in command.lines}) < len(command.lines):
            raise LinesUnclear("A line is named twice.")
        customer = await asker(self._database, caller, command.order_key)
        async with self._database.transaction() as transaction:
            await queries.take_turn(transaction, command.order_id)
            known = await rows.find(self._database, command.return_id)
            if known is not None:
                return _same(known, command, customer)
            lines = await queries.bought(self._database, [line.line_id for line in command.lines])
            for wanted in command.lines:
                await self._check(wanted, lines.get(wanted.line_id), command.order_id, customer)
            if len({line.seller_id for line in lines.values()}) > 1:
                raise SellersDiffer
            await self._insert(transaction, command, lines)
            rma = await rows.get(self._database, command.return_id)
            told = ReturnRequested(time=rma.requested_at, rma=wordless(rma))
            guests = await guests_channels(self._database, rma)
            transaction.emit(told, RETURN.of(rma.id), SELLER.of(rma.seller_id), *guests)
            await matters.show(self._database, transaction, rma.requested_at)
        return rma

    async def cancel(self, command: CancelReturn, caller: Caller) -> Return:
        """Keep the goods after all."""
        customer = await asker(self._database, caller, command.order_key)
        return await self._moving.step(command, CANCEL, customer, (ReturnSide.CUSTOMER,))

    async def send(self, command: SendReturn, caller: Caller) -> Return:
        """The parcel is on its way."""
        customer, allowed = await asker(self._database, caller, command.order_key), (ReturnSide.CUSTOMER,)
        return await self._moving.step(command, SEND, customer, allowed, tracking=command.tracking)

    async def show(self, command: ShowReturn, caller: Caller) -> Return:
        """One return."""
        rma = await self.get(command.return_id)
        if (await asker(self._database, caller, command.order_key)).side_of(rma) is None:
            raise ReturnNotFound
        return rma

    async def get(self, return_id: UUID) -> Return:
        """One return. Refused when there is none: `ReturnNotFound`."""
        return await rows.get(self._database, return_id)

    async def list(self, command: ListReturns, caller: Caller) -> Page[Return]:
        """The caller's returns."""
        customer_id, seller_id = of_side(command.side, caller)
        which = (customer_id, seller_id or command.seller_id, command.state, command.order_id)
        return await self._page(which, command.cursor, command.limit)

    async def list_guest(self, command: ListGuestReturns, caller: Caller) -> Page[Return]:  # noqa: ARG002 - the key
        """The returns of a guest's order."""
        order_id = await order_of(self._database, command.order_key)
        if order_id is None:
            raise OrderNotFound
        return await self._page((None, None, None, order_id), command.cursor, command.limit)

    async def _page(
        self, which: tuple[UUID | None, UUID | None, ReturnState | None, UUID | None], cursor: str, limit: int
    ) -> Page[Return]:
        after = decode_cursor(cursor, tuple[datetime, UUID]) or (None, None)
        found = await self._database.fetch(_LIST, *which, *after, limit + 1)
        shown, following = page_of(found, limit, lambda row: (row["requested_at"], row["id"]))
        return Page(tuple(await rows.whole(self._database, shown)), following)

    async def _check(self, wanted: WantedReturn, line: BoughtLine | None, order_id: UUID, customer: Asker) -> None:
        if line is None or line.order_id != order_id or not customer.bought(order_id, line.customer_id):
            raise LineNotBought(wanted.line_id)
        replaced = await self._replaced(wanted)
        units = line.delivered - line.returning if replaced is None else replaced.quantity - replaced.returning
        free = units if line.left or not line.paid else 0
        if wanted.quantity > free:
            raise TooManyReturned(wanted.line_id, max(free, 0))
        last = until(line, self._days, replaced)
        if last is not None and self._clock.now() > last:
            raise ReturnTooLate(last)

    async def _replaced(self, wanted: WantedReturn) -> Replaced | None:
        if wanted.replaced_in is None:
            return None
        replaced = await queries.replaced(self._database, wanted.replaced_in, wanted.line_id)
        if replaced is None:
            raise TooManyReturned(wanted.line_id, 0)
        return replaced

    async def _insert(self, transaction: Transaction, command: RequestReturn, lines: Mapping[UUID, BoughtLine]) -> None:
        of = next(iter(lines.values()))
        told = (command.reason, command.words, of.currency, self._clock.now())
        args = (command.return_id, of.order_id, of.seller_id, of.customer_id, *told)
        await transaction.connection.execute(_INSERT, *args)
        for wanted in command.lines:
            row = await self._row(wanted, lines[wanted.line_id])
            await transaction.connection.execute(_INSERT_LINE, command.return_id, *row)

    async def _row(self, wanted: WantedReturn, line: BoughtLine) -> Sequence[Any]:
        replaced = await self._replaced(wanted)
        price = None if wanted.exchange_for is None else await self._price(wanted.exchange_for, line, replaced)
        # What it is worth exactly depends on what comes back before it, and is said when it is received.
        if replaced is None:
            amount = worth(line.paid, line.quantity, line.cancelled + line.returning, wanted.quantity)
        else:
            amount = worth(replaced.paid, replaced.quantity, replaced.returning, wanted.quantity)
        told = (line.id, replaced.variant_id if replaced else line.variant_id, line.title, wanted.quantity)
        sums = (price and to_numeric(price), to_numeric(Money(amount, line.currency)))
        return (*told, wanted.exchange_for, *sums, wanted.replaced_in)

    async def _price(self, variant_id: UUID, line: BoughtLine, replaced: Replaced | None) -> Money:
        """What the other goods cost in an exchange: as much as now, and the same goods as much as they did."""
        own = Money(line.unit_price, line.currency)
        if variant_id == (replaced.variant_id if replaced else line.variant_id):
            return own
        if replaced is not None:
            raise CannotExchange(variant_id, "replaced_before")
        offer = await self._goods.offer(variant_id)
        if offer is None or offer.product_id != line.product_id:
            raise CannotExchange(variant_id, "other_product")
        if not offer.visible or offer.price.currency != line.currency:
            raise CannotExchange(variant_id, "not_sold")
        if offer.price > own:
            raise CannotExchange(variant_id, "dearer")
        return offer.price


def of_side(side: ReturnSide, caller: Caller) -> tuple[UUID | None, UUID | None]:
    """Whose matters a list is of: a customer's, a seller's, or all. Refused: `NoShop`, `NotAllowed`."""
    if side is ReturnSide.CUSTOMER:
        return caller.person, None
    if side is ReturnSide.SELLER:
        if caller.seller_id is None:
            raise NoShop
        return None, caller.seller_id
    if not caller.is_any(Role.ADMIN, Role.MANAGER):
        raise NotAllowed
    return None, None


def _same(known: Return, command: RequestReturn, customer: Asker) -> Return:
    """The answer to what was asked before, as it is now."""
    lines = {WantedReturn(line.line_id, line.quantity, line.exchange_for, line.replaced_in) for line in known.lines}
    was = (known.order_id, known.reason, known.words, lines)
    told = (command.order_id, command.reason, command.words, set(command.lines))
    if was != told or not customer.bought(known.order_id, known.customer_id):
        raise IdReused
    return known
