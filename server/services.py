"""The areas of the shop, joined: the order in which they stand here says who builds on whom."""

import redis.asyncio as redis

from actors.runtime.ports import Placement
from server.composition.area import Rounds
from server.composition.goods import Goods
from server.composition.house import House
from server.composition.intake import Intake
from server.composition.ordering import Ordering
from server.composition.outside import outside
from server.composition.owners import Owners
from server.composition.people import People
from server.composition.prices import Prices
from server.composition.sales import Sales
from server.composition.sellers import Sellers
from server.composition.shopping import Shopping
from server.composition.till import Till
from server.composition.treasury import Treasury
from server.domains.orders.service import Orders
from server.kernel.channel import Watches
from server.kernel.clock import Clock
from server.kernel.database import Database
from server.kernel.job import Job
from server.kernel.operation import Operations
from server.settings import Settings


class Domains:
    """All services, by area. An area takes those before it; where one needs what is made later, it is said here."""

    def __init__(
        self,
        settings: Settings,
        database: Database,
        clock: Clock,
        valkey: "redis.Redis",
        placement: Placement | None = None,
    ) -> None:
        self.outside = out = outside(settings, database, clock, valkey, placement)
        # Reviews, prices, carts and sales ask what was ordered; what becomes of orders builds on all of those.
        orders = Orders(database)
        # People are told which operations are for them: all are known only at the end.
        self.people = people = People(out, self.operations)
        self.goods = goods = Goods(out, orders)
        self.intake = intake = Intake(out, goods)
        self.prices = prices = Prices(out, people, orders)
        self.treasury = treasury = Treasury(out, people)
        # One directory has the actors of carts and of sales, and both areas ask it.
        self.owners = owners = Owners(out, people, goods, prices, treasury, orders)
        self.shopping = shopping = Shopping(out, people, goods, prices, treasury, owners, orders)
        self.sales = sales = Sales(out, goods, treasury, owners, orders)
        self.ordering = ordering = Ordering(out, people, goods, intake, prices, treasury, shopping, orders)
        self.sellers = sellers = Sellers(out, people, goods, sales)
        # Payments are the treasury's; paying knows, too, what is paid for.
        self.till = till = Till(out, people, treasury, owners, shopping, sales, ordering)
        self._areas = (people, goods, intake, prices, treasury, shopping, sales, ordering, sellers, till, House(out))

    def operations(self) -> Operations:
        """Everything that can be asked for."""
        return Operations(each for area in self._areas for each in area.operations())

    def watches(self) -> Watches:
        """Everything that can be watched."""
        return Watches(tuple(each for area in self._areas for each in area.watches()))

    def jobs(self) -> tuple[Job, ...]:
        """Everything that is done afterwards."""
        return tuple(each for area in self._areas for each in area.jobs())

    def rounds(self) -> Rounds:
        """Everything that is looked after again and again."""
        return {name: each for area in self._areas for name, each in area.rounds().items()}

    async def close(self) -> None:
        """Let go of connections to others."""
        self.people.passwords.close()
        await self.treasury.close()
