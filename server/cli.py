"""The command line: `fastshop run`, and what operators and integrators need besides."""

import asyncio
import logging
import secrets
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Annotated
from uuid import UUID

import structlog
import typer
from asyncpg import (
    ClientConfigurationError,
    InvalidAuthorizationSpecificationError,
    InvalidCatalogNameError,
    UndefinedColumnError,
    UndefinedTableError,
)
from rich.console import Console
from rich.markup import escape
from rich.padding import Padding
from rich.progress import Progress

from fastshop.contract.imports import Import, ImportRow
from fastshop.registry import contract
from piccolo_conf import DB
from server.app import Addresses, Shop, open_shop
from server.asgi import serve
from server.described import described
from server.documents.operations import rows
from server.documents.typescript import typescript
from server.domains.flash_sales.replaying import Outcome, Step, replay
from server.embedded import EmbeddedError, EmbeddedServices, Supervisor, find_running
from server.kernel.database import Database
from server.settings import Settings, SettingsError, read_settings
from server.simulation import Plan
from server.simulation import command as simulation
from server.worker import work

app = typer.Typer(no_args_is_help=True, add_completion=False, help="FastShop: a shop whose every page is live.")
importing = typer.Typer(no_args_is_help=True, help="Bring data in.")
app.add_typer(importing, name="import")
replaying = typer.Typer(no_args_is_help=True, help="Build something again from its log, step by step.")
app.add_typer(replaying, name="replay")

# What DATABASE_URL names is not there, or not for us.
_NO_SUCH_DATABASE = (InvalidCatalogNameError, InvalidAuthorizationSpecificationError, ClientConfigurationError)

_console = Console(stderr=True, highlight=False, soft_wrap=True)
_out = Console(highlight=False, soft_wrap=True)


def main() -> None:
    """The entry point. What the person at the terminal can mend is told in one sentence."""
    try:
        app()
    except (SettingsError, EmbeddedError, OSError, LookupError, *_NO_SUCH_DATABASE) as error:
        _console.print(f"[red]{escape(str(error))}")
        sys.exit(1)


@app.command()
def run() -> None:
    """Start the shop with everything it needs, and serve until Ctrl-C."""
    settings = read_settings()
    _log()
    with _services(settings) as addresses:
        serve(settings, addresses, _say_ready)
    _console.print("FastShop has stopped.")


@app.command()
def worker() -> None:
    """Work in the background only, beside servers that run elsewhere. Needs DATABASE_URL and REDIS_URL."""
    settings = read_settings()
    if not (settings.database_url and settings.redis_url):
        raise SettingsError("A worker of its own needs DATABASE_URL and REDIS_URL.")
    _log()
    asyncio.run(work(settings, Addresses(settings.database_url, settings.redis_url)))


@app.command()
def operations() -> None:
    """List everything that can be asked for: name, route, who may, what may be refused."""
    for row in rows(described(read_settings()).operations):
        _out.print(f"[bold]{row.tag}[/]  {row.route}", soft_wrap=True)
        more = Padding(f"{row.permission}: {row.refusals}", (0, 0, 0, 4), expand=False)
        _out.print(more, soft_wrap=False)


@app.command()
def openapi() -> None:
    """Print the OpenAPI document of the HTTP side."""
    sys.stdout.buffer.write(described(read_settings()).documents["openapi.json"]() + b"\n")


@app.command()
def asyncapi() -> None:
    """Print the AsyncAPI document of the WebSocket."""
    sys.stdout.buffer.write(described(read_settings()).documents["asyncapi.json"]() + b"\n")


@app.command(name="typescript")
def print_typescript() -> None:
    """Print the contract as TypeScript types: web/src/contract.ts."""
    sys.stdout.write(typescript(contract()))


@importing.command()
def products(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="A product export of Shopify, CSV.")],
    seller: Annotated[str, typer.Option(help="The seller's slug, or id.")],
    dry_run: Annotated[bool, typer.Option(help="Do everything but write.")] = False,
) -> None:
    """Import products into a seller's shop, row by row."""
    settings = read_settings()
    _log()
    with _shared_services(settings) as addresses:
        done, failed = asyncio.run(_import(settings, addresses, file, seller, dry_run))
    _tell_import(done, failed)
    sys.exit(1 if done.failed or done.reason else 0)


@app.command()
def simulate(
    seed: Annotated[int | None, typer.Option(help="The same seed is the same story. Drawn when none is given.")] = None,
    buyers: Annotated[int, typer.Option(min=1, help="How many come to the sale.")] = 6,
    nodes: Annotated[int, typer.Option(min=1, help="How many servers there are.")] = 2,
    units: Annotated[int, typer.Option(min=0, help="Units on sale; 0 for about half as many as buyers.")] = 0,
    schedules: Annotated[int, typer.Option(min=1, help="So many seeds, from this one on.")] = 1,
    quiet: Annotated[bool, typer.Option(help="Only say how it ended.")] = False,
) -> None:
    """Play a flash sale in which everything fails that can, from a seed. Exit code 1 where a promise breaks."""
    first = secrets.randbelow(1_000_000) if seed is None else seed
    plans = [Plan(first + nth, buyers, nodes, units) for nth in range(schedules)]
    sys.exit(0 if simulation.run(plans, _out, _console, quiet=quiet) else 1)


@replaying.command()
def sale(
    sale_id: Annotated[UUID, typer.Argument(metavar="ID", help="The sale.")],
    step: Annotated[bool, typer.Option(help="Wait for Enter after each event.")] = False,
    until: Annotated[int | None, typer.Option(min=1, metavar="SEQ", help="Stop after this event.")] = None,
    quiet: Annotated[bool, typer.Option(help="Only say how it ended.")] = False,
) -> None:
    """Replay a flash sale from its log, and prove that this ends in what is stored. Exit code 1 where it does not."""

    def show(told: Step) -> None:
        if not quiet:
            _out.print(str(told), markup=False)
        if step:
            with suppress(EOFError):
                input()

    with _database_url(read_settings()) as url:
        outcome = asyncio.run(_replay(url, sale_id, show, until))
    _tell_replay(outcome)
    sys.exit(1 if outcome.differences else 0)


async def _replay(url: str, sale_id: UUID, show: Callable[[Step], object], until: int | None) -> Outcome:
    DB.config = {"dsn": url}
    database = Database(DB)
    try:
        await database.open(url)
    except OSError as error:
        raise LookupError(f"The database does not answer: {error}") from error
    try:
        return await replay(database, sale_id, show, until)
    except (UndefinedTableError, UndefinedColumnError) as error:
        raise LookupError("The database holds no shop of this release; start the shop on it once.") from error
    finally:
        await database.close()


def _tell_replay(outcome: Outcome) -> None:
    for difference in outcome.differences:
        _console.print(f"[red]{escape(difference)}")
    said = f"{outcome.events} events, {outcome.claims} claims, {outcome.places} places in line"
    if outcome.differences:
        _console.print(f"{said}: the log and what is stored differ.")
    elif outcome.compared:
        _console.print(f"{said}: the log ends in exactly what is stored.")
    else:
        _console.print(f"{said}. Stopped before the end, so nothing was compared.")


async def _import(
    settings: Settings, addresses: Addresses, file: Path, seller: str, dry_run: bool
) -> tuple[Import, Sequence[ImportRow]]:
    async with open_shop(settings, addresses) as shop:
        seller_id, user_id = await _seller(shop, seller)
        with Progress(console=_console) as progress:
            bar = progress.add_task(f"Importing {file.name}", total=None)

            def show(state: Import) -> None:
                done = state.created + state.updated + state.unchanged + state.failed
                progress.update(bar, total=state.total_rows, completed=done)

            return await shop.domains.intake.imports.run_file(file, seller_id, user_id, dry_run, show)


async def _seller(shop: Shop, seller: str) -> tuple[UUID, UUID]:
    """A seller and somebody who acts for them."""
    query = """
        SELECT sellers.id AS seller_id, users.id AS user_id FROM sellers JOIN users ON users.seller_id = sellers.id
        WHERE sellers.slug = $1 OR sellers.id::text = $1 LIMIT 1
    """
    row = await shop.database.fetch_one(query, seller)
    if row is None:
        raise LookupError(f"There is no seller “{seller}”, or nobody acts for them.")
    return row["seller_id"], row["user_id"]


def _tell_import(done: Import, failed: Sequence[ImportRow]) -> None:
    for row in failed:
        for column, reason in ((row.column, row.reason), *((each.column, each.reason) for each in row.further)):
            _out.print(f"line {row.line}, {column or 'row'}: {reason}")
    if done.reason:
        _console.print(f"[red]{done.reason}")
    said = f"{done.created} created, {done.updated} updated, {done.unchanged} unchanged, {done.failed} failed"
    _console.print(f"{said} (dry run: nothing was written)" if done.dry_run else said)


@contextmanager
def _services(settings: Settings) -> Iterator[Addresses]:
    """The services that are given, and embedded ones for the others."""
    supervisor = Supervisor(
        settings.data,
        postgres=not settings.database_url,
        valkey=not settings.redis_url,
        progress=lambda text: _console.print(text),
    )
    with supervisor as embedded:
        yield _addresses(settings, embedded)


@contextmanager
def _shared_services(settings: Settings) -> Iterator[Addresses]:
    """The services of the shop that runs on this data folder, if one does; else one's own."""
    running = find_running(settings.data)
    if running is not None:
        yield _addresses(settings, running)
        return
    with _services(settings) as addresses:
        yield addresses


@contextmanager
def _database_url(settings: Settings) -> Iterator[str]:
    """The database that is given, or the one of the shop on this data folder; Valkey is not needed."""
    running = None if settings.database_url else find_running(settings.data)
    if settings.database_url or running is not None:
        yield settings.database_url or (running.database_url if running else "")
        return
    if not settings.data.exists():
        raise LookupError(f"There is no shop in {settings.data}. Set FASTSHOP_DATA to its folder, or DATABASE_URL.")
    with Supervisor(settings.data, valkey=False, progress=_console.print) as embedded:
        yield embedded.database_url


def _addresses(settings: Settings, embedded: EmbeddedServices) -> Addresses:
    return Addresses(
        settings.database_url or embedded.database_url,
        settings.redis_url or embedded.redis_url,
    )


def _say_ready(shop: Shop) -> None:
    settings = shop.settings
    if not settings.production:
        emails, password = shop.demo_accounts()
        _console.print(f"Demo accounts, password {password}:\n  " + "\n  ".join(emails))
    _console.print(f"FastShop is ready: [bold]{settings.own_origin}")


def _log() -> None:
    """JSON lines on standard error: one for each thing that an operator may want to know."""
    logging.basicConfig(stream=sys.stderr, level=logging.WARNING, format="%(message)s")
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.dict_tracebacks,
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
