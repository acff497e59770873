"""One schedule: a sale from before its start until everything has settled, under one seed."""

import asyncio
import gc
import logging
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from random import Random
from uuid import UUID

import msgspec
import structlog

from actors.flash_sale import End, FlashSaleActor, Goods, Terms
from fastshop.contract.base import Money
from fastshop.contract.flash_sales import LimitBy, PaymentStarted
from fastshop.contract.payments import PaymentState
from fastshop.registry import contract
from server.kernel.log import Publication
from server.simulation.bank import Bank, Card
from server.simulation.books import Books, Committed
from server.simulation.checks import Checks, Violation
from server.simulation.clockwork import Clockwork
from server.simulation.devices import LedgerStream, SaleStream, Stream
from server.simulation.loop import Stuck, VirtualLoop, moment
from server.simulation.network import Network
from server.simulation.node import Node, Outside, Parts
from server.simulation.people import Buyer, Seller, Town
from server.simulation.placing import Topics
from server.simulation.story import Line, Story
from server.simulation.telling import Telling
from server.simulation.weather import Weather
from server.simulation.wire import Wire

# In virtual seconds: the sale starts, nothing fails any more, the sale ends. Before that there is time for a payment
# that hangs to be given up (a hold and two minutes) and for its units to be sold to the next; less where none does.
_STARTS, _CALM, _ENDS_SOONER, _ENDS = 10.0, 75.0, 320.0, 480.0
_HOLD = 20
# All is settled so long after the end, or it hangs. Second nets have looked by then, several times.
_SETTLES, _LAST_LOOK = 600.0, 110.0

_NAMES = (
    "Ann Bob Cleo Dan Eve Finn Gus Hana Ivo Jane Kai Lea Max Nora Otto Pia Quin Rosa Sam Tess Uma Vic Wim Xia Yann Zoe"
)


class Plan(msgspec.Struct, frozen=True):
    """The size of a schedule; everything else is drawn from the seed. ``units`` 0: half as many as buyers."""

    seed: int
    buyers: int = 6
    nodes: int = 2
    units: int = 0


class Outcome(msgspec.Struct, frozen=True):
    """How a schedule went. ``violation`` is empty when all held; ``counts`` say what happened and what was looked at.

    ``seconds`` are virtual.
    """

    seed: int
    steps: int
    seconds: float
    violation: str
    story: Sequence[Line]
    counts: Counter[str]


def simulate(plan: Plan, parts: Parts | None = None, show: Callable[[Line], object] | None = None) -> Outcome:
    """Run one schedule to its end, or until something is found that must not be."""
    with _silence(), _no_collector():
        return _World(plan, parts or Parts(), show).run()


class _World:
    """Everything there is in a schedule."""

    def __init__(self, plan: Plan, parts: Parts, show: Callable[[Line], object] | None) -> None:
        self._plan = plan
        self._chance = chance = Random(plan.seed)  # noqa: S311 - it is meant to be repeatable
        self._loop = loop = VirtualLoop(chance)  # type: ignore[abstract] # asyncio's own class is not, when it runs
        self._story = Story(loop, show)
        self._network = Network(loop, chance, self._story)
        self._bank = Bank(loop)
        self._names: dict[UUID, str] = {}
        self._streams: list[Stream] = []
        self._nodes: list[Node] = []
        # Which node should own the sale; whoever asks may have heard of another.
        self._owner = 0
        # Either nodes live by leases, or each owns the sale whenever it is asked, and payments may hang.
        self._leases = chance.random() < 0.5
        self._ends = _ENDS_SOONER if self._leases else _ENDS
        sale = self._sale()
        self._books = Books(sale, sale.terms.quantity_limit + chance.randint(0, 4), loop.time)
        self._books.consumed = frozenset({PaymentStarted.tag()})
        self._checks = Checks(self._books, self._bank, loop.fail, Telling(self._story, self._names))
        self._books.on_commit = self._committed
        self._wires = (
            Wire("database", loop, chance, 0.004, self._story),
            Wire("bank", loop, chance, 0.15, self._story),
        )
        place = Topics(self._network, contract().refusals).place if self._leases else None
        outside = Outside(loop, chance, self._books, self._bank, *self._wires, place, self._spread, self._defect)
        self._nodes += (Node(f"node-{n}", outside, parts) for n in range(1, plan.nodes + 1))
        self._weather = Weather(loop, chance, self._nodes, self._network, self._wires, self._story)
        self._clockwork = Clockwork(loop, chance, self._books, self._nodes)

    def run(self) -> Outcome:
        """Live through it."""
        violation = ""
        try:
            self._loop.run(self._live())
        except Exception as found:
            violation = str(found) if isinstance(found, Violation | Stuck) else f"a defect: {found!r}"
        counts = self._checks.counts + self._network.counts
        return Outcome(self._plan.seed, self._loop.steps, self._loop.time(), violation, self._story.lines, counts)

    async def _live(self) -> None:
        town = Town(
            sale_id=self._books.sale.id,
            network=self._network,
            route=self._route,
            checks=self._checks,
            story=self._story,
            chance=self._chance,
            new_id=self._id,
            starts=_STARTS,
            settled=_CALM + 25,
        )
        for node in self._nodes:
            node.start()
        buyers = self._buyers(town)
        self._clockwork.committed()
        seller = Seller(town, self._books.sale.goods.seller_id, self._books.sale.terms)
        sale = self._books.sale.id
        self._streams += (buyer.stream for buyer in buyers if buyer.patient)
        self._streams += (LedgerStream(self._network, self._route, sale), SaleStream(self._network, self._route, sale))
        lives = [buyer.live() for buyer in buyers] + [seller.live(), *(stream.live() for stream in self._streams[-2:])]
        tasks = [asyncio.create_task(life) for life in lives]
        for task in tasks:
            task.add_done_callback(self._died)
        await self._weather.storm(_CALM)
        self._weather.clear_up()
        self._clockwork.sloppy = 0.0
        await self._sell_out(seller)
        await self._settle()
        self._end(buyers)

    async def _sell_out(self, seller: Seller) -> None:
        """Wait until the sale ends, or is over otherwise. At most times its seller ends it once all units are sold."""
        ends_it, fold = self._chance.random() < 0.7, self._checks.fold
        while self._loop.time() < self._ends and not fold.closed:
            await asyncio.sleep(5)
            if ends_it and fold.sold_out and not fold.waiting:
                await seller.call(End())
                return

    async def _settle(self) -> None:
        """Wait until everything is over."""
        until = self._ends + _SETTLES
        while hanging := self._checks.hanging():
            if self._loop.time() > until:
                raise Violation(f"left hanging: {hanging}")
            await asyncio.sleep(5)
        await asyncio.sleep(_LAST_LOOK)

    def _end(self, buyers: Sequence[Buyer]) -> None:
        wanted = sum(buyer.quantity for buyer in buyers if buyer.patient)
        self._checks.at_end(demand=wanted >= self._books.sale.terms.quantity_limit)
        view = self._books.view()
        for stream in self._streams:
            self._checks.counts["streams"] += 1
            if not stream.same(view):
                raise Violation(f"{stream} adds up to something else than what is stored")

    def _buyers(self, town: Town) -> Sequence[Buyer]:
        count = self._plan.buyers
        patient = max(1, count * 2 // 3)
        return [self._buyer(town, nth, patient=nth < patient) for nth in range(count)]

    def _buyer(self, town: Town, nth: int, *, patient: bool) -> Buyer:
        chance, names = self._chance, _NAMES.split()
        name = names[nth] if nth < len(names) else f"buyer-{nth + 1}"
        person = self._id()
        self._names[person] = name
        shared = f"shared card {nth // 3}"
        kinds = (
            Card(f"declined card of {name}", PaymentState.FAILED, failure="card_declined"),
            Card(f"slow card of {name}", after=chance.uniform(1, 40)),
            Card(f"bank asks {name}", after=chance.choice((30.0 if self._leases else None, 30.0))),
            Card(shared),
        )
        own = Card(f"card of {name}")
        cards = [chance.choice(kinds), own] if chance.random() < 0.4 else [own]
        self._bank.cards |= {card.number: card for card in cards}
        return Buyer(town, name, person, cards, patient=patient)

    def _sale(self) -> FlashSaleActor:
        chance, plan = self._chance, self._plan
        units = plan.units or max(1, plan.buyers // 2 + chance.randint(-1, 1))
        limit = 1 if units == 1 else chance.choice((1, 1, 2))
        terms = Terms(
            sale_price=Money(900, "EUR"),
            original_price=Money(1500, "EUR"),
            start_time=moment(_STARTS),
            end_time=moment(self._ends),
            quantity_limit=units,
            per_customer_limit=limit,
            hold_seconds=_HOLD,
            limit_by=(LimitBy.CARD,) if chance.random() < 0.25 else (),
        )
        goods = Goods(self._id(), self._id(), self._id(), "Kettle", "")
        return FlashSaleActor(self._id(), goods, terms, secret=chance.randbytes(32))

    def _id(self) -> UUID:
        return UUID(int=self._chance.getrandbits(128), version=4)

    def _route(self) -> Node:
        """Where somebody asks: at the owner's, at most times."""
        chance = self._chance
        if chance.random() < 0.02:
            self._owner = chance.randrange(len(self._nodes))
        return self._nodes[self._owner] if chance.random() < 0.8 else chance.choice(self._nodes)

    def _spread(self, origin: Node, publications: Sequence[Publication]) -> None:
        for node in self._nodes:
            if node is not origin:
                self._network.tell(node, publications)

    def _committed(self, committed: Committed) -> None:
        self._checks.committed(committed)
        self._clockwork.committed()

    def _died(self, task: "asyncio.Task[None]") -> None:
        if not task.cancelled() and task.exception() is not None:
            self._defect("a person", task.exception() or RuntimeError())

    def _defect(self, who: str, error: BaseException) -> None:
        self._story.tell(who, f"a defect: {error!r}")
        self._loop.fail(error)


@contextmanager
def _no_collector() -> Iterator[None]:
    """Collecting cycles in the middle of it would cost a quarter of the time."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


@contextmanager
def _silence() -> Iterator[None]:
    """What the shop logs of accidents is no news here, and telling it would take most of the time."""
    before, config = logging.root.manager.disable, structlog.get_config()
    logging.disable(logging.CRITICAL)
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    try:
        yield
    finally:
        logging.disable(before)
        structlog.configure(**config)
