"""The database as the domains see it: queries, a transaction that carries its events, a consistent read.

Piccolo owns the pool; its queries and the plain SQL here share the connection of the transaction they run in. A change
and the events that tell of it are written together or not at all (promise P5).
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from contextlib import asynccontextmanager, suppress
from contextvars import ContextVar
from typing import Any, cast

import asyncpg
import structlog
from piccolo.engine.postgres import PostgresEngine, PostgresTransaction

from fastshop.contract.base import Event
from server.kernel.log import Publication, Told, append

logger = structlog.get_logger()

Announce = Callable[[Sequence[Publication]], None]


class Transaction(Told):
    """A running transaction. What is emitted is logged with it and announced after its commit."""

    __slots__ = ("connection",)

    def __init__(self, connection: "asyncpg.Connection[Any]") -> None:
        super().__init__()
        self.connection = connection


class _Session(PostgresTransaction):
    """Piccolo's transaction, but its connection goes back to the pool whatever fails.

    Piccolo's own keeps it, and stays the current one, when beginning or ending it fails or is cancelled: every cut line
    would cost the pool a connection for good. Here such a connection is closed, for nobody knows what state it is in.
    """

    def __init__(self, engine: PostgresEngine, pool: Any) -> None:
        super().__init__(engine, allow_nested=False)
        self._pool = pool

    async def __aenter__(self) -> "_Session":
        self.connection = await self._pool.acquire()
        self.transaction = self.connection.transaction()
        try:
            await self.transaction.start()
        except BaseException:
            await self._close()
            raise
        self.context = self.engine.current_transaction.set(self)
        return self

    async def __aexit__(self, kind: object, error: BaseException | None, trace: object) -> bool:
        self.engine.current_transaction.reset(self.context)
        try:
            await (self.transaction.commit() if error is None else self.transaction.rollback())
        except BaseException as failure:
            await self._close()
            if error is None or not isinstance(failure, Exception):
                raise
            return False  # what went wrong inside is what went wrong
        await self._pool.release(self.connection)
        return False

    async def _close(self) -> None:
        with suppress(asyncpg.InterfaceError):  # asyncpg has noticed by itself that the line is gone
            self.connection.terminate()
        await self._pool.release(self.connection)


class Database:
    """PostgreSQL, through Piccolo's pool."""

    def __init__(self, engine: PostgresEngine) -> None:
        self._engine = engine
        self._current: ContextVar[Transaction | None] = ContextVar("transaction", default=None)
        self._announce: Announce = _nobody
        self._queued: Callable[[], None] = _nothing
        self._consumed: frozenset[str] = frozenset()
        self._releasing: set[asyncio.Future[None]] = set()

    async def open(self, url: str, *, size: int = 20) -> None:
        """Open the pool on the database at ``url``."""
        self._engine.config = {"dsn": url}
        # No session state is ever set outside a transaction, so the reset round trip after each use is saved.
        await self._engine.start_connection_pool(min_size=2, max_size=size, reset=_no_reset, command_timeout=60)

    async def close(self) -> None:
        """Close the pool, after what runs on it is done."""
        await self._engine.close_connection_pool()

    def on_commit(self, announce: Announce) -> None:
        """Have every commit's publications handed to ``announce``. It must not block or raise."""
        self._announce = announce

    def consume(self, events: Iterable[type[Event]], queued: Callable[[], None] | None = None) -> None:
        """Put events of these types into the outbox as well, because a job waits for them.

        ``queued`` is called after a commit that did so; it must not block or raise.
        """
        self._consumed = frozenset(event.tag() for event in events)
        self._queued = queued or _nothing

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Transaction]:
        """One transaction. Its events are written last, sorted by channel, so that two of them cannot deadlock there.

        Do not start tasks in it that outlive it, and call no vendor in it.
        """
        if self._current.get() is not None:
            raise RuntimeError("a transaction inside a transaction: hand the outer one down")
        async with _Session(self._engine, self._pool) as piccolo:
            transaction = Transaction(piccolo.connection)
            token = self._current.set(transaction)
            try:
                yield transaction
                seqs = await append(piccolo.connection, transaction, self._consumed)
            finally:
                self._current.reset(token)
        self._announced(transaction, seqs)

    async def write(self, sql: str, told: Told, *args: Any) -> asyncpg.Record | None:
        """Change and tell by one statement, all or nothing by itself: one way to the database instead of four.

        Its WITH contains `log.appending`, with the parameters after ``args``; its row has the ``seqs`` of ``heads``.
        Without a row nothing was written, and nothing is told.
        """
        pool, columns = self._pool, told.columns(self._consumed)
        connection = await pool.acquire()
        try:
            row = await connection.fetchrow(sql, *args, *columns)
        finally:
            self._give_back(pool, connection)
        if row is not None:
            # Not at once: whoever writes one after the other can send the next statement first.
            asyncio.get_running_loop().call_soon(self._announced, told, row["seqs"])
        return cast("asyncpg.Record | None", row)

    @asynccontextmanager
    async def reading(self) -> AsyncIterator["asyncpg.Connection[Any]"]:
        """One consistent view of everything (REPEATABLE READ): several queries see the same moment."""
        async with _Session(self._engine, self._pool) as piccolo:
            await piccolo.connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            yield piccolo.connection

    async def fetch(self, sql: str, *args: Any) -> list[asyncpg.Record]:
        """The rows of a query, in the transaction or reading that is under way, if one is."""
        current = self._engine.current_transaction.get()
        if current is not None:
            return cast("list[asyncpg.Record]", await current.connection.fetch(sql, *args))
        return cast("list[asyncpg.Record]", await self._pool.fetch(sql, *args))

    async def fetch_one(self, sql: str, *args: Any) -> asyncpg.Record | None:
        """The first row of a query."""
        rows = await self.fetch(sql, *args)
        return rows[0] if rows else None

    def _give_back(self, pool: Any, connection: Any) -> None:
        """Return a connection to the pool. That takes some turns of the loop, for which nobody needs to wait."""
        release = asyncio.ensure_future(pool.release(connection))
        self._releasing.add(release)
        release.add_done_callback(self._released)

    def _released(self, release: "asyncio.Future[None]") -> None:
        self._releasing.discard(release)
        if not release.cancelled() and release.exception() is not None:
            logger.warning("a connection could not be given back", exc_info=release.exception())

    def _announced(self, told: Told, seqs: Sequence[int]) -> None:
        self._announce(told.publications(seqs))
        if told.any_of(self._consumed):
            self._queued()

    @property
    def _pool(self) -> Any:
        if self._engine.pool is None:
            raise RuntimeError("the database is not open")
        return self._engine.pool


def _nobody(_publications: Sequence[Publication]) -> None:
    """Who is told of commits while nobody asked to be."""


def _nothing() -> None:
    """Who is told of queued jobs while nobody asked to be."""


async def _no_reset(_connection: Any) -> None:
    pass
