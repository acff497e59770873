"""What customers ask of returns: to give units back, to send them, to keep them after all; and reading."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from fastshop.contract.accounts import Role
from fastshop.contract.base import IdReused, Money, NotAllowed, Page
from fastshop.contract.catalog import NoShop
from fastshop.contract.orders import SELLER
from fastshop.contract.returns import (
    RETURN,
    CancelReturn,
    CannotExchange,
    LineNotBought,
    LinesUnclear,
    ListReturns,
    RequestReturn,
    Return,
    ReturnNotFound,
    ReturnRequested,
    ReturnSide,
    ReturnTooLate,
    SellersDiffer,
    SendReturn,
    ShowReturn,
    TooManyReturned,
    WantedReturn,
)
from server.domains.returns import queries, rows
from server.domains.returns.moving import Moving, wordless
from server.domains.returns.ports import Goods
from server.domains.returns.rules import CANCEL, SEND, BoughtLine, side_of, worth
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
INSERT INTO return_lines (return_id, line_id, variant_id, title, quantity, exchange_for, exchange_price, worth)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
"""
_LIST = """
SELECT * FROM returns
WHERE ($1::uuid IS NULL OR customer_id = $1) AND ($2::uuid IS NULL OR seller_id = $2)
    AND ($3::text IS NULL OR state = $3) AND ($4::uuid IS NULL OR order_id = $4)
    AND ($5::timestamptz IS NULL OR (requested_at, id) < ($5, $6))
ORDER BY requested_at DESC, id DESC LIMIT $7
"""


class Asking:
    """Returns as customers ask for them. ``window`` is how long after delivery they may."""

    def __init__(self, database: Database, goods: Goods, moving: Moving, clock: Clock, window: timedelta) -> None:
        self._database = database
        self._goods = goods
        self._moving = moving
        self._clock = clock
        self._window = window

    async def request(self, command: RequestReturn, caller: Caller) -> Return:
        """Ask to give units back."""
        if len({line.line_id for line in command.lines}) < len(command.lines):
            raise LinesUnclear("A line is named twice.")
        async with self._database.transaction() as transaction:
            await queries.take_turn(transaction, command.order_id)
            known = await rows.find(self._database, command.return_id)
            if known is not None:
                return _same(known, command, caller)
            lines = await queries.bought(self._database, [line.line_id for line in command.lines])
            for wanted in command.lines:
                self._check(wanted, lines.get(wanted.line_id), command.order_id, caller)
            if len({line.seller_id for line in lines.values()}) > 1:
                raise SellersDiffer
            await self._insert(transaction, command, lines, caller)
            rma = await rows.get(self._database, command.return_id)
            told = ReturnRequested(time=rma.requested_at, rma=wordless(rma))
            transaction.emit(told, RETURN.of(rma.id), SELLER.of(rma.seller_id))
        return rma

    async def cancel(self, command: CancelReturn, caller: Caller) -> Return:
        """Keep the goods after all."""
        return await self._moving.step(command.return_id, CANCEL, caller, (ReturnSide.CUSTOMER,))

    async def send(self, command: SendReturn, caller: Caller) -> Return:
        """The parcel is on its way."""
        allowed = (ReturnSide.CUSTOMER,)
        return await self._moving.step(command.return_id, SEND, caller, allowed, tracking=command.tracking)

    async def show(self, command: ShowReturn, caller: Caller) -> Return:
        """One return."""
        rma = await self.get(command.return_id)
        if side_of(caller, rma.customer_id, rma.seller_id) is None:
            raise ReturnNotFound
        return rma

    async def get(self, return_id: UUID) -> Return:
        """One return. Refused when there is none: `ReturnNotFound`."""
        return await rows.get(self._database, return_id)

    async def list(self, command: ListReturns, caller: Caller) -> Page[Return]:
        """The caller's returns."""
        after = decode_cursor(command.cursor, tuple[datetime, UUID]) or (None, None)
        whose = of_side(command.side, caller)
        found = await self._database.fetch(_LIST, *whose, command.state, command.order_id, *after, command.limit + 1)
        shown, following = page_of(found, command.limit, lambda row: (row["requested_at"], row["id"]))
        return Page(tuple(await rows.whole(self._database, shown)), following)

    def _check(self, wanted: WantedReturn, line: BoughtLine | None, order_id: UUID, caller: Caller) -> None:
        if line is None or (line.order_id, line.customer_id) != (order_id, caller.person):
            raise LineNotBought(wanted.line_id)
        free = line.delivered - line.returning if line.left or not line.paid else 0
        if wanted.quantity > free:
            raise TooManyReturned(wanted.line_id, max(free, 0))
        assert line.delivered_at is not None
        if self._clock.now() > line.delivered_at + self._window:
            raise ReturnTooLate(line.delivered_at + self._window)

    async def _insert(
        self, transaction: Transaction, command: RequestReturn, lines: Mapping[UUID, BoughtLine], caller: Caller
    ) -> None:
        of = next(iter(lines.values()))
        told = (command.reason, command.words, of.currency, self._clock.now())
        args = (command.return_id, of.order_id, of.seller_id, caller.person, *told)
        await transaction.connection.execute(_INSERT, *args)
        for wanted in command.lines:
            row = await self._row(wanted, lines[wanted.line_id])
            await transaction.connection.execute(_INSERT_LINE, command.return_id, *row)

    async def _row(self, wanted: WantedReturn, line: BoughtLine) -> Sequence[Any]:
        price = None if wanted.exchange_for is None else await self._price(wanted.exchange_for, line)
        # What it is worth exactly depends on what comes back before it, and is said when it is received.
        amount = Money(worth(line.paid, line.quantity, line.cancelled + line.returning, wanted.quantity), line.currency)
        told = (line.id, line.variant_id, line.title, wanted.quantity, wanted.exchange_for)
        return (*told, price and to_numeric(price), to_numeric(amount))

    async def _price(self, variant_id: UUID, line: BoughtLine) -> Money:
        """What the other goods cost in an exchange: as much as now, and the same goods as much as they did."""
        own = Money(line.unit_price, line.currency)
        if variant_id == line.variant_id:
            return own
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


def _same(known: Return, command: RequestReturn, caller: Caller) -> Return:
    """The answer to what was asked before, as it is now."""
    lines = {WantedReturn(line.line_id, line.quantity, line.exchange_for) for line in known.lines}
    was = (known.customer_id, known.order_id, known.reason, known.words, lines)
    if was != (caller.person, command.order_id, command.reason, command.words, set(command.lines)):
        raise IdReused
    return known
