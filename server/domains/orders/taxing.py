"""The taxes of an order that was placed before anybody had said where it goes.

Its price was agreed on as a whole and contains them: what is paid stays, but of it so much is the state's.
"""

import msgspec

from fastshop.contract.orders import Order, OrderLine, OrderShipping
from fastshop.contract.pricing import NoTax, Tax
from server.domains.orders.ports import Books, Taxes
from server.domains.orders.rules import share
from server.kernel.clock import Clock
from server.kernel.database import Transaction

_SAVE = "UPDATE order_items SET taxes = $2, untaxed = $3 WHERE id = $1"


class Taxing:
    """Says what of an order's price is tax, once it is known where it goes."""

    def __init__(self, taxes: Taxes, books: Books, clock: Clock) -> None:
        self._taxes = taxes
        self._books = books
        self._clock = clock

    async def settle(self, transaction: Transaction, order: Order) -> None:
        """Keep the taxes with the lines, and have the books know of them; in the transaction that says the address."""
        if order.payment_id is None or not _waits(order):
            return
        gone = {line.id: line.cancelled + line.returned for part in order.parts for line in part.lines}
        due = {}
        for line in order.lines:
            assert line.id is not None
            taxes = await self._save(transaction, order, line)
            tax = sum(each.amount.amount for each in taxes)
            # What went back of it before went back without tax.
            due[line.id] = tax - share(tax, line.quantity, gone[line.id])
        told = (order.id, order.payment_id, order.total.currency, due, self._clock.now())
        await self._books.taxed(transaction, *told)

    async def _save(self, transaction: Transaction, order: Order, line: OrderLine) -> tuple[Tax, ...]:
        assert order.customer_id is not None
        assert order.address is not None
        taxes, untaxed = await self._taxes.contained(order.customer_id, order.address, order.placed_at, line)
        await transaction.connection.execute(_SAVE, line.id, _json(taxes), untaxed and _json(untaxed))
        return taxes


def _waits(order: Order) -> bool:
    """Whether it was placed without an address, as after a sale, to which guests are not let."""
    parts: list[OrderLine | OrderShipping] = [*order.lines, *order.shipping]
    known = any(part.taxes or part.untaxed for part in parts)
    return order.taxes_included and order.customer_id is not None and not known


def _json(value: tuple[Tax, ...] | NoTax) -> str:
    return msgspec.json.encode(value).decode()
