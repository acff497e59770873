"""A node's way to the simulated database, for the services that run unchanged above it.

It knows the few statements that `Buying`, `Payments`, `Reminders` and the realtime hub send, by their words; any other
fails loudly. A transaction of theirs happens at one moment, which is what serialises them.
"""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from contextvars import ContextVar
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, TypeVar, cast
from uuid import UUID

import asyncpg

from actors.flash_sale import KIND
from fastshop.contract.flash_sales import Claim, ClaimState
from server.kernel.database import Database, Transaction
from server.kernel.log import Publication
from server.kernel.money import to_numeric
from server.simulation.books import EPOCH, Books, View
from server.simulation.loop import Process
from server.simulation.wire import Wire

T = TypeVar("T")

Rows = list[dict[str, Any]]

_UNDER_WAY = ("pending", "needs_action")


class UnknownStatement(Exception):
    """A service sent a statement that the simulation does not know yet: teach it (`server.simulation.database`)."""


class MemoryDatabase(Database):
    """Stands where `Database` stands, for one process."""

    def __init__(self, books: Books, wire: Wire, process: Process) -> None:
        self.books = books
        self._wire = wire
        self._process = process
        self._told: Callable[[Sequence[Publication]], None] = _nobody
        self._view: ContextVar[View | None] = ContextVar("view", default=None)

    def on_commit(self, announce: Callable[[Sequence[Publication]], None]) -> None:
        """See `Database`."""
        self._told = announce

    def announce(self, publications: Sequence[Publication]) -> None:
        """Tell what was committed through here."""
        self._told(publications)

    async def ask(self, perform: Callable[[], T], what: str = "") -> T:
        """Have one thing done in the database, at one moment."""
        return await self._wire.ask(self._process, perform, what)

    @property
    def view(self) -> View:
        """What the reading that is under way sees."""
        view = self._view.get()
        assert view is not None
        return view

    async def fetch(self, sql: str, *args: Any) -> Any:
        """See `Database`."""
        return await self.ask(lambda: _perform(self.books, sql, args))

    async def fetch_one(self, sql: str, *args: Any) -> Any:
        """See `Database`."""
        rows = await self.fetch(sql, *args)
        return rows[0] if rows else None

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Transaction]:
        """See `Database`. Its body must not wait for anything else."""
        await self.ask(_nothing)
        transaction = Transaction(cast("Any", _Connection(self.books)))
        yield transaction
        publications = self.books.tell(transaction)
        await self.ask(_nothing)  # the answer to COMMIT, which may be lost
        self.announce(publications)

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[Any]:
        """See `Database`."""
        view = await self.ask(self.books.view)
        token = self._view.set(view)
        try:
            yield _Reading(self, view)
        finally:
            self._view.reset(token)


class _Connection:
    """The connection of a transaction."""

    def __init__(self, books: Books) -> None:
        self._books = books

    async def fetchrow(self, sql: str, *args: Any) -> Any:
        rows = _perform(self._books, sql, args)
        return rows[0] if rows else None


class _Reading:
    """The connection of a consistent reading."""

    def __init__(self, database: MemoryDatabase, view: View) -> None:
        self._database = database
        self._view = view

    async def fetchval(self, sql: str, *args: Any) -> Any:
        if "FROM log_epoch" in sql:
            return EPOCH
        if "FROM channel_heads" in sql:
            return await self._database.ask(lambda: self._view.heads.get(args[0], 0))
        raise UnknownStatement(sql)

    async def fetch(self, sql: str, *args: Any) -> Rows:
        if "FROM event_log" not in sql or "seq > $2" not in sql:
            raise UnknownStatement(sql)
        channel, after, limit = args
        log = self._database.books.logs.get(channel, [])[: self._view.heads.get(channel, 0)]
        found = list(enumerate(log, 1))[after : after + limit]
        return await self._database.ask(lambda: [{"seq": seq, "data": data.decode()} for seq, data in found])


def _perform(books: Books, sql: str, args: Sequence[Any]) -> Rows:
    for words, does in _STATEMENTS.items():
        if words in sql:
            return does(books, *args)
    raise UnknownStatement(sql)


def _limits(books: Books, _sale: UUID) -> Rows:
    return [{"limit_by": ",".join(books.sale.terms.limit_by)}]


def _paying(books: Books) -> Rows:
    return [_claim_row(claim) for claim in books.claims.values() if claim.state is ClaimState.PAYING]


def _claim(books: Books, claim_id: UUID) -> Rows:
    claim = books.claims.get(claim_id)
    return [_claim_row(claim)] if claim else []


def _due(books: Books, now: datetime, _kinds: Any, _ids: Any, _names: Any, left_alone: Any, _limit: int) -> Rows:
    due = books.wake_at
    if due is None or due > now or due in left_alone:
        return []
    return [cast("dict[str, Any]", (KIND, books.sale.id, "wake", due))]


def _heads(books: Books, channels: Sequence[str]) -> Rows:
    return [{"channel": channel, "seq": books.head(channel)} for channel in channels if books.head(channel)]


def _insert_payment(books: Books, *values: Any) -> Rows:
    names = ("id", "user_id", "amount", "currency", "status", "payment_method", "reference", "failure", "created_at")
    row = dict(zip((*names, "method_key", "method_id", "keep_method"), values, strict=True))
    row |= {"updated_at": row["created_at"], "action_url": "", "refund_id": None, "returned": Decimal()}
    row |= {"awaited_until": None, "refund_tries": 0}
    if row["id"] in books.payments:
        return []
    books.payments[row["id"]] = row
    return [dict(row)]


def _payment(books: Books, payment_id: UUID) -> Rows:
    row = books.payments.get(payment_id)
    return [dict(row)] if row else []


def _record_payment(
    books: Books, payment_id: UUID, status: str, _gateway: str, why: str, url: str, now: datetime, _lasts: timedelta
) -> Rows:
    row = books.payments.get(payment_id)
    if row is None or row["status"] not in _UNDER_WAY or row["status"] == status:
        return []
    row.update(status=status, failure=why, action_url=url, updated_at=now)
    return [dict(row)]


def _give_back(books: Books, payment_id: UUID, refund_id: UUID, now: datetime) -> Rows:
    row = books.payments.get(payment_id)
    if row is not None and row["status"] == "succeeded":
        row.update(status="refunding", refund_id=row["refund_id"] or refund_id, updated_at=now)
    return []


def _given_back(books: Books, payment_id: UUID, now: datetime, refund_id: UUID) -> Rows:
    row = books.payments.get(payment_id)
    if row is None or (row["status"], row["refund_id"]) != ("refunding", refund_id):
        return []
    row.update(status="refunded", updated_at=now)
    return [dict(row)]


def _giving_back(books: Books, until: datetime) -> Rows:
    return [dict(r) for r in books.payments.values() if r["status"] == "refunding" and r["updated_at"] <= until]


def _renew(books: Books, node: str, lifetime: float) -> Rows:
    if books.nodes.get(node, 0.0) <= books.time():
        return []
    books.nodes[node] = books.time() + lifetime
    return [{"id": node}]


def _enter(books: Books, node: str, lifetime: float, _name: str) -> Rows:
    _drop_leases(books, node)
    books.nodes[node] = books.time() + lifetime
    return []


def _leave(books: Books, node: str) -> Rows:
    _drop_leases(books, node)
    books.nodes.pop(node, None)
    return []


def _drop_leases(books: Books, node: str) -> None:
    books.leases = {address: owner for address, owner in books.leases.items() if owner != node}


def _take(books: Books, kind: str, actor_id: UUID, node: str) -> Rows:
    if node not in books.nodes:
        raise asyncpg.ForeignKeyViolationError("a lease of a node that has left")
    former = books.leases.get((kind, actor_id))
    lives = former is not None and books.nodes[former] > books.time()
    if not lives:
        books.leases[kind, actor_id] = node
    return [{"of_the_dead": not lives and former not in (None, node), "owner": books.leases[kind, actor_id]}]


def _give_lease_back(books: Books, kind: str, actor_id: UUID, node: str) -> Rows:
    if books.leases.get((kind, actor_id)) == node:
        del books.leases[kind, actor_id]
    return []


def _claim_row(claim: Claim) -> dict[str, Any]:
    row = {name: getattr(claim, name) for name in claim.__struct_fields__}
    return row | {"total": to_numeric(claim.total), "currency": claim.total.currency}


# By words that stand in one of the statements only.
_STATEMENTS: dict[str, Callable[..., Rows]] = {
    "SELECT limit_by FROM flash_sales": _limits,
    "WHERE claim.state = 'paying'": _paying,
    "WHERE claim.id = $1": _claim,
    "FROM actor_reminders WHERE due_at <= $1": _due,
    "FROM channel_heads WHERE channel = any": _heads,
    "INSERT INTO payments": _insert_payment,
    "SELECT id FROM payments WHERE status = 'refunding'": _giving_back,
    "SET status = 'refunding'": _give_back,
    "SET status = 'refunded'": _given_back,
    "SET status = $2, stripe_payment_id": _record_payment,
    "FROM payments WHERE id = $1": _payment,
    "UPDATE nodes SET expires_at": _renew,
    "INSERT INTO nodes": _enter,
    "DELETE FROM nodes WHERE id = $1": _leave,
    "INSERT INTO actor_leases": _take,
    "DELETE FROM actor_leases WHERE kind": _give_lease_back,
}


def _nothing() -> None:
    """Only the way there and back."""


def _nobody(_publications: Sequence[Publication]) -> None:
    """Who is told while nobody asked to be."""
