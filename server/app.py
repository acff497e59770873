"""The composition root: the one place that knows which adapter stands behind which port.

`open_shop` opens everything in order and closes it in reverse; nothing runs before it, nothing is left after it.
"""

from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import Any

import redis.asyncio as redis
from prometheus_client import CollectorRegistry

from fastshop.contract.flash_sales import ShowLedger
from fastshop.contract.ledger import ListEarnings
from fastshop.registry import contract
from piccolo_conf import DB
from server import schema
from server.adapters.messaging.outbox import Outbox
from server.adapters.messaging.outbox_page import outbox_page
from server.adapters.placement.metrics import ActorsCollector
from server.adapters.placement.nodes import Nodes
from server.background.jobs import Jobs
from server.background.loops import Loop
from server.background.relay import Relay
from server.background.reminders import Reminders
from server.composition.owners import MESSAGES
from server.demo.accounts import PASSWORD, people
from server.demo.filling import Demo, Yesterday
from server.demo.pages import demo_images
from server.documents.files import documents
from server.domains.carts.letters import CHOICE, END
from server.domains.flash_sales.selling import Selling
from server.http.application import Parts
from server.http.downloads import csv_download
from server.http.media import media
from server.http.one_click import one_click
from server.http.problems import problem
from server.http.sign_in import SignIn
from server.http.throttle import Throttle
from server.http.webhooks import webhooks
from server.kernel.clock import Clock, SystemClock
from server.kernel.database import Database
from server.realtime.limits import Limits
from server.realtime.service import Needs, Realtime
from server.services import Domains
from server.settings import Settings


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where the services are that the shop runs on."""

    database_url: str
    redis_url: str


@dataclass(slots=True)
class Shop:
    """An open shop."""

    settings: Settings
    database: Database
    valkey: "redis.Redis"
    domains: Domains
    realtime: Realtime
    registry: CollectorRegistry
    sign_in: SignIn
    draining: bool = False

    def http_parts(self) -> Parts:
        """What the HTTP application is made of."""
        operations, watches = self.domains.operations(), self.domains.watches()
        return Parts(
            operations=operations,
            sign_in=self.sign_in,
            receive=self.domains.intake.imports.receive,
            checks={"serving": self._serving, "database": self._database, "valkey": self._valkey},
            registry=self.registry,
            documents=documents(operations, watches, self.sign_in.cookie_name),
            pages=self.settings.pages,
            further=[
                *self.realtime.handlers,
                *self.domains.till.bank_pages(),
                *self._demo_pages(),
                *self._outbox_pages(),
                *one_click(END, CHOICE, self.domains.shopping.recovering.end),
                webhooks(self.domains.till.telling.hear),
                *self._files(),
                media(self.domains.intake.files.read),
            ],
            stripe=bool(self.settings.stripe and self.settings.stripe.public_key),
        )

    async def drain(self, seconds: float) -> None:
        """Take no new work; tell live sockets to come back elsewhere, spread over so many seconds (promise P9)."""
        self.draining = True
        await self.realtime.drain(seconds)

    async def fill_demo(self) -> None:
        """Fill the shop with the demo. Refused in production: `RuntimeError`."""
        if self.settings.production:
            raise RuntimeError("the demo shop is not for production")
        domains = self.domains
        yesterday = Selling(self.database, domains.owners.actors, domains.goods.stock, Yesterday(domains.outside.clock))
        demo = Demo(
            self.database,
            domains.outside.clock,
            domains.people.passwords,
            domains.people.accounts,
            domains.goods.taxonomy,
            domains.goods.editing,
            domains.sales.selling,
            yesterday,
        )
        await demo.fill()

    def demo_accounts(self) -> tuple[Sequence[str], str]:
        """The e-mail addresses of the demo shop and their password."""
        return [person.email for person in people()], PASSWORD

    def _files(self) -> Sequence[Any]:
        ledger, statement = self.domains.sales.exporting.ledger, self.domains.treasury.earnings.statement
        return (
            csv_download("/flash-sales/{id}/ledger.csv", ledger, self.sign_in, ShowLedger),
            csv_download("/sellers/{id}/statement.csv", statement, self.sign_in, ListEarnings),
        )

    def _demo_pages(self) -> Sequence[Any]:
        return [] if self.settings.production else [demo_images]

    def _outbox_pages(self) -> Sequence[Any]:
        mailer = self.domains.outside.mailer
        if not isinstance(mailer, Outbox):
            return ()
        return outbox_page(mailer, self.sign_in.caller, demo=not self.settings.production)

    async def _serving(self) -> str:
        return "draining" if self.draining else ""

    async def _database(self) -> str:
        waiting = await schema.pending()
        return f"{waiting} migrations have not run" if waiting else ""

    async def _valkey(self) -> str:
        await self.valkey.ping()
        return ""


@asynccontextmanager
async def open_shop(settings: Settings, addresses: Addresses, clock: Clock | None = None) -> AsyncIterator[Shop]:
    """Open the shop on its services: migrate, start what runs beside, and hand it over."""
    clock = clock or SystemClock()
    registry = CollectorRegistry()
    async with AsyncExitStack() as stack:
        database = await _database(stack, addresses.database_url)
        valkey = redis.Redis.from_url(addresses.redis_url, protocol=3, socket_timeout=2, socket_connect_timeout=2)
        stack.push_async_callback(valkey.aclose)
        nodes = Nodes(database, addresses.redis_url, MESSAGES, contract().refusals)
        domains = Domains(settings, database, clock, valkey, nodes)
        stack.push_async_callback(domains.close)
        limits = {"signed_in": settings.requests_per_minute, "guests": settings.guest_requests_per_minute}
        throttle = Throttle(domains.outside.attempts, **limits)
        sign_in = SignIn(domains.people.bearers.authenticate, settings, throttle)
        realtime = await _realtime(stack, settings, domains, database, addresses, sign_in, registry)
        stack.push_async_callback(nodes.stop)
        await nodes.start(domains.owners.actors)
        stack.push_async_callback(domains.owners.actors.stop)
        ActorsCollector(domains.owners.actors, nodes, registry)
        await _background(stack, settings, domains, database, addresses, registry)
        yield Shop(settings, database, valkey, domains, realtime, registry, sign_in)


async def _database(stack: AsyncExitStack, url: str) -> Database:
    DB.config = {"dsn": url}
    await schema.migrate(url)
    database = Database(DB)
    await database.open(url)
    stack.push_async_callback(database.close)
    return database


async def _realtime(
    stack: AsyncExitStack,
    settings: Settings,
    domains: Domains,
    database: Database,
    addresses: Addresses,
    sign_in: SignIn,
    registry: CollectorRegistry,
) -> Realtime:
    realtime = Realtime(
        Needs(
            operations=domains.operations(),
            watches=domains.watches(),
            database=database,
            authenticate=domains.people.bearers.authenticate_socket,
            still_valid=domains.people.bearers.still_valid,
            problem=problem,
            clock=domains.outside.clock,
            valkey_url=addresses.redis_url,
            cookie_name=sign_in.cookie_name,
            origins=sign_in.origins,
            registry=registry,
            limits=Limits(
                commands_per_second=settings.commands_per_second, commands_burst=3 * settings.commands_per_second
            ),
        )
    )
    database.on_commit(realtime.hub.announce)
    domains.outside.sockets.attach(realtime)
    await realtime.start()
    stack.push_async_callback(realtime.stop)
    return realtime


async def _background(
    stack: AsyncExitStack,
    settings: Settings,
    domains: Domains,
    database: Database,
    addresses: Addresses,
    registry: CollectorRegistry,
) -> None:
    jobs = Jobs(addresses.redis_url, domains.jobs(), registry)
    relay = Relay(database, jobs)
    database.consume(jobs.events, relay.wake)
    stack.push_async_callback(jobs.stop)
    await jobs.start(settings.worker_threads)
    relay.start()
    stack.push_async_callback(relay.stop)
    reminders = Reminders(database, domains.outside.clock, domains.owners.actors.remind)
    reminders.start()
    stack.push_async_callback(reminders.stop)
    for name, round_ in domains.rounds().items():
        loop = Loop(name, round_)
        loop.start()
        stack.push_async_callback(loop.stop)
