"""Who sells: applying, the store, its staff."""

from server.composition.area import Area
from server.composition.goods import Goods
from server.composition.outside import Outside
from server.composition.people import People
from server.composition.sales import Sales
from server.domains.catalog.sellers_goods import SellersGoods
from server.domains.sellers import channels, jobs, operations
from server.domains.sellers.applying import Applying
from server.domains.sellers.invitations import Tokens
from server.domains.sellers.letters import SellerLetters
from server.domains.sellers.staff import Staff
from server.domains.sellers.stores import Stores
from server.kernel.channel import Watch
from server.kernel.job import Job
from server.kernel.operation import Operation


class Sellers(Area):
    """The sellers. When one is suspended, their goods and sales follow."""

    def __init__(self, outside: Outside, people: People, goods: Goods, sales: Sales) -> None:
        database, clock, invited = outside.database, outside.clock, Tokens(outside.keyed)
        self._goods = SellersGoods(database, goods.browsing, goods.ratings, clock)
        self._calling_off = sales.calling_off
        self._applying = Applying(database, people.shopkeepers, clock)
        self._stores = Stores(database, self._goods, clock)
        self._staff = Staff(database, people.shopkeepers, invited, outside.attempts, clock)
        self.letters = SellerLetters(database, clock, invited, outside.mailer, outside.settings.own_origin)

    def operations(self) -> tuple[Operation, ...]:
        """See `Area`."""
        return operations.operations(self._applying, self._stores, self._staff)

    def watches(self) -> tuple[Watch, ...]:
        """See `Area`."""
        return channels.watches(self._applying)

    def jobs(self) -> tuple[Job, ...]:
        """See `Area`."""
        return jobs.jobs(self.letters, self._stores, self._goods, self._calling_off)
