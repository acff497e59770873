"""`make chaos`: a crowd over real sockets, two servers and PostgreSQL that are killed at random moments.

What must hold is checked after each round: P1 to P5 and P12 of the promises, and that the line keeps its order.
"""

import asyncio
import random
import shutil
import tempfile
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Any

import asyncpg
import typer
from msgspec.structs import replace
from rich.console import Console

from bench.sales import prepare_sale
from fastshop import Shop
from fastshop.contract.flash_sales import FlashSale
from fastshop.fairness import verify_draw
from server.embedded import EmbeddedError, EmbeddedServices, Supervisor
from tests.e2e.chaos_buyer import ChaosBuyer, Told
from tests.e2e.crowd import gather_crowd
from tests.shop_process import PROGRAM, ShopProcess, copy_data

# The sale opens when the early ones had time to come.
_OPENS_IN = 4.0
# How long all units may take to be sold, in seconds, disasters included.
_SOLD_WITHIN = 150.0

Connection = "asyncpg.Connection[asyncpg.Record]"


@dataclass(frozen=True)
class Report:
    """How a round went."""

    disasters: tuple[str, ...]
    sold: int
    told: Told
    seconds: float


class House:
    """Two servers on services of their own, each of which can be killed and comes back."""

    def __init__(self, folder: Path, supervisor: Supervisor, services: EmbeddedServices) -> None:
        self.folder = folder
        self.supervisor = supervisor
        self.services = services
        urls = {"DATABASE_URL": services.database_url, "REDIS_URL": services.redis_url}
        self.servers = [ShopProcess(folder / name, **urls) for name in ("first", "second")]

    def disasters(self) -> dict[str, Callable[[], None]]:
        """What may happen, by name."""
        first, second = self.servers
        return {
            "the first server": lambda: _again(first),
            "the second server": lambda: _again(second),
            "PostgreSQL": self._kill_postgres,
        }

    def _kill_postgres(self) -> None:
        with suppress(EmbeddedError):  # it is still down from the disaster before
            self.supervisor.kill("postgres")


def _again(server: ShopProcess) -> None:
    server.kill()
    server.start()


@asynccontextmanager
async def house(furnished: Path | None = None) -> AsyncIterator[House]:
    """A new house, gone afterwards; furnished like this one."""
    folder = Path(tempfile.mkdtemp(prefix="fastshop-chaos-"))
    supervisor = Supervisor(folder / "services")
    try:
        if furnished is not None:
            copy_data(furnished, folder / "services")
        built = House(folder, supervisor, await asyncio.to_thread(supervisor.start))
        try:
            for server in built.servers:
                await asyncio.to_thread(server.start)
            yield built
        finally:
            for server in built.servers:
                await asyncio.to_thread(server.stop)
    finally:
        await asyncio.to_thread(supervisor.stop)
        shutil.rmtree(folder, ignore_errors=True)


async def one_round(home: House, chance: random.Random, buyers: int, units: int, disasters: Sequence[str]) -> Report:
    """A sale that so many people want, and what is to happen in its middle. AssertionError where a promise broke."""
    began = asyncio.get_running_loop().time()
    people = await gather_crowd(home.folder / "services", buyers)
    async with Shop(home.servers[0].address) as seller:
        await seller.log_in("seller@demo.fastshop.test", "fastshop-demo")
        sale = await seller.call(await _terms(seller, units))
    told, opened, over = Told(), asyncio.Event(), asyncio.Event()
    crowd = [ChaosBuyer(buyer, sale, told, chance) for buyer in people]
    connection = await asyncpg.connect(home.services.database_url)
    try:
        async with asyncio.TaskGroup() as group:
            for number, buyer in enumerate(crowd):
                group.create_task(buyer.come(home.servers[number % 2].address, opened, over))
            await _until(sale.start_time)
            opened.set()
            for name in disasters:
                await asyncio.sleep(chance.uniform(0.2, 2.0))
                await asyncio.to_thread(home.disasters()[name])
            await _all_sold(home, sale)
            over.set()
        await connection.close()
        connection = await asyncpg.connect(home.services.database_url)
        await _check(connection, sale, told)
    finally:
        await connection.close()
    await _replayed(home, sale)
    return Report(tuple(disasters), units, told, asyncio.get_running_loop().time() - began)


async def _terms(seller: Shop, units: int) -> Any:
    start = datetime.now(UTC) + timedelta(seconds=_OPENS_IN)
    command = await prepare_sale(seller, units)
    return replace(command, start_time=start, per_customer_limit=1, hold_seconds=20)


async def _until(moment: datetime) -> None:
    await asyncio.sleep(max(0.0, (moment - datetime.now(UTC)).total_seconds()))


async def _all_sold(home: House, sale: FlashSale) -> None:
    """Demand lasts, so all of it is sold in the end, whatever happens."""
    query = "SELECT sold_count FROM flash_sales WHERE id = $1"
    async with asyncio.timeout(_SOLD_WITHIN):
        while True:
            await asyncio.sleep(0.5)
            try:
                connection = await asyncpg.connect(home.services.database_url)
                sold = await connection.fetchval(query, sale.id)
                await connection.close()
            except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
                continue
            if sold == sale.quantity_limit:
                return


async def _check(connection: Any, sale: FlashSale, told: Told) -> None:
    rows = await connection.fetch("SELECT * FROM flash_sale_claims WHERE sale_id = $1 ORDER BY place", sale.id)
    paid = [row for row in rows if row["state"] == "paid"]
    assert sum(row["quantity"] for row in paid) == sale.quantity_limit, "sold is exactly what there was"
    assert not [row for row in rows if row["state"] in ("held", "paying")]
    assert [row["place"] for row in rows] == list(range(1, len(rows) + 1))
    assert len({row["customer_id"] for row in paid}) == len(paid), "nobody has two"
    claims = {row["id"]: row for row in rows}
    for claim in told.claims.values():
        assert claims[claim.id]["place"] == claim.place, "an acknowledged claim is there once"
    for claim in told.paid.values():
        row = claims[claim.id]
        assert (row["state"], row["order_id"]) == ("paid", claim.order_id), "an acknowledged payment is there once"
    await _check_money(connection, rows, paid)
    await _check_line(connection, sale, told, rows)


async def _check_money(connection: Any, rows: Sequence[Any], paid: Sequence[Any]) -> None:
    orders = await connection.fetchval("SELECT count(*) FROM orders WHERE id = ANY ($1)", [r["order_id"] for r in paid])
    assert orders == len(paid), "each paid claim has its order"
    charged = await connection.fetch(
        "SELECT id FROM simulated_charges WHERE status = 'succeeded' AND id = ANY ($1)"
        " AND id NOT IN (SELECT charge_id FROM simulated_refunds WHERE status = 'succeeded')",
        [row["payment_id"] for row in rows if row["payment_id"]],
    )
    assert {row["id"] for row in charged} == {row["payment_id"] for row in paid}, "who is charged has a unit"


async def _check_line(connection: Any, sale: FlashSale, told: Told, claims: Sequence[Any]) -> None:
    places = await connection.fetch("SELECT * FROM flash_sale_places WHERE sale_id = $1 ORDER BY number", sale.id)
    by_id = {row["id"]: row for row in places}
    for place in told.places.values():
        assert by_id[place.id]["joined"] == place.joined, "an acknowledged place is there once"
    assert not [row for row in places if row["state"] in ("lobby", "waiting")], "everybody was told how it ended"
    numbers = [by_id[claim["place_id"]]["number"] for claim in claims if claim["place_id"]]
    assert all(before < after for before, after in pairwise(numbers)), "the line keeps its order"
    row = await connection.fetchrow("SELECT seed, drawn_count FROM flash_sales WHERE id = $1", sale.id)
    drawn = [place["id"] for place in places if 0 < place["number"] <= row["drawn_count"]]
    # Where nobody came in time there is nothing to draw, and the seed stays secret.
    true = verify_draw(sale.commitment, row["seed"], drawn) if drawn else not row["seed"]
    assert true, "the lobby is as the seed draws it"


async def _replayed(home: House, sale: FlashSale) -> None:
    process = await asyncio.create_subprocess_exec(
        PROGRAM, "replay", "sale", str(sale.id), "--quiet",
        env={"DATABASE_URL": home.services.database_url, "PATH": ""},
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
    )  # fmt: skip
    said, _ = await process.communicate()
    assert process.returncode == 0, said.decode()


def main(
    rounds: Annotated[int, typer.Option(min=1)] = 20,
    buyers: Annotated[int, typer.Option(min=2)] = 1000,
    units: Annotated[int, typer.Option(min=1)] = 100,
    seed: Annotated[int | None, typer.Option(help="The moments and the disasters of an earlier run.")] = None,
) -> None:
    """Rounds of chaos, each with up to three disasters."""
    asyncio.run(_rounds(rounds, buyers, units, random.randrange(2**32) if seed is None else seed))


async def _rounds(rounds: int, buyers: int, units: int, seed: int) -> None:
    console, chance = Console(highlight=False), random.Random(seed)
    console.print(f"{rounds} rounds of {buyers} buyers for {units} units, seed {seed}")
    async with house() as home:
        for number in range(1, rounds + 1):
            disasters = chance.choices(list(home.disasters()), k=chance.randint(1, 3))
            console.print(f"{number:>3}  killing {', then '.join(disasters)} ...")
            report = await one_round(home, chance, buyers, units, disasters)
            told = report.told
            console.print(
                f"     sold {report.sold} of {units}; kept {len(told.claims)} claims, {len(told.paid)} payments,"
                f" {len(told.places)} places that were acknowledged; {told.unanswered} commands without an answer;"
                f" {report.seconds:.1f} s"
            )
    console.print(f"{rounds} rounds, no promise broken.")


if __name__ == "__main__":
    typer.run(main)
