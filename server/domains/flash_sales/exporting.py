"""The ledger of a sale as a file: who, when, which place. Read and sent piece by piece, however long it is."""

import csv
import io
from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

from msgspec.json import decode

from fastshop.contract.flash_sales import SALE_LEDGER, Claim, LedgerEntry
from fastshop.contract.lines import Place
from server.domains.flash_sales.operations import READING
from server.domains.flash_sales.selling import Selling
from server.kernel.caller import Caller
from server.kernel.database import Database
from server.kernel.money import to_numeric

_PIECE = 1000
# The name is told of who bought: of the others the id is enough to tell them apart. A claim that was made for a place
# in line tells its number, which the lobby's places have only since the draw.
_PAGE = """
SELECT event.seq, event.data::text AS data, event.data->>'reason' AS reason, users.name AS buyer,
    place.number AS place_number
FROM event_log event LEFT JOIN users
    ON event.type = 'flash_sales.paid' AND users.id = (event.data->'claim'->>'customer_id')::uuid
LEFT JOIN flash_sale_places place ON place.id = (event.data->'claim'->>'place_id')::uuid
WHERE channel = $1 AND seq > $2 AND data ?| '{claim,place}' ORDER BY seq LIMIT $3
"""
_HEAD = (
    "number", "time", "event", "customer", "name", "state", "quantity", "total", "currency", "claim_number", "claim",
    "place_number", "place", "payment", "order", "reason",
)  # fmt: skip
# What a spreadsheet would take for a formula, in the wide letters of East Asian keyboards too.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")


class Exporting:
    """Files for sellers."""

    def __init__(self, database: Database, selling: Selling) -> None:
        self._database = database
        self._selling = selling

    async def ledger(self, sale_id: UUID, caller: Caller) -> AsyncIterator[bytes]:
        """The ledger as CSV (RFC 4180, UTF-8), by the permission of `flash_sales.ledger` and with its refusals."""
        READING.check(caller)
        await self._selling.check_reads_ledger(sale_id, caller)
        return self._pieces(SALE_LEDGER.of(sale_id))

    async def _pieces(self, channel: str) -> AsyncIterator[bytes]:
        yield _written([_HEAD])
        seq = 0
        while found := await self._database.fetch(_PAGE, channel, seq, _PIECE):
            yield _written([_line(row) for row in found])
            seq = found[-1]["seq"]


def _line(row: Any) -> tuple[object, ...]:
    entry = decode(row["data"], type=LedgerEntry)
    head = (row["seq"], entry.time.isoformat(), entry.type)
    if entry.claim is not None:
        return (*head, *_of_claim(entry.claim, row))
    return (*head, *(_of_place(entry.place) if entry.place is not None else ()))


def _of_claim(claim: Claim, row: Any) -> tuple[object, ...]:
    who = (claim.customer_id, row["buyer"], claim.state, claim.quantity)
    total = (to_numeric(claim.total), claim.total.currency)
    made = (claim.place, claim.id, row["place_number"], claim.place_id)
    return (*who, *total, *made, claim.payment_id, claim.order_id, row["reason"])


def _of_place(place: Place) -> tuple[object, ...]:
    numbers = (None, place.claim_id, place.number or None, place.id)
    return (place.customer_id, None, place.state, place.quantity, None, None, *numbers, None, None, place.reason)


def _written(lines: list[tuple[object, ...]]) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerows([[cell(value) for value in line] for line in lines])
    return text.getvalue().encode()


def cell(value: object) -> str:
    """A value as a cell that no spreadsheet takes for a formula."""
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(_FORMULA) else text
