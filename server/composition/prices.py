"""What goods cost whom: price lists, campaigns, coupons, taxes."""

from uuid import UUID

from server.adapters.tax.vies import Vies
from server.composition.area import Area
from server.composition.outside import Outside
from server.composition.people import People
from server.domains.groups.service import Groups
from server.domains.orders.service import Orders
from server.domains.pricing import channels, jobs, operations
from server.domains.pricing.campaigns import Campaigns
from server.domains.pricing.contained import ContainedTaxes
from server.domains.pricing.coupons import Coupons
from server.domains.pricing.engine.words import Customer
from server.domains.pricing.exemptions import Exemptions
from server.domains.pricing.lists import PriceLists
from server.domains.pricing.redeeming import Redeeming
from server.domains.pricing.service import Pricing
from server.domains.pricing.taxes import Taxes
from server.kernel.channel import Watch
from server.kernel.job import Job
from server.kernel.operation import Operation


class Buyers:
    """What prices depend on of people: whether they have bought before, and which groups they are in."""

    def __init__(self, orders: Orders, groups: Groups) -> None:
        self._orders = orders
        self._groups = groups

    async def customer(self, user_id: UUID | None) -> Customer:
        """See `server.domains.pricing.ports.Customers`. A guest may have bought before: nobody's first order."""
        if user_id is None:
            return Customer(guest=True)
        return Customer(groups=await self._groups.of(user_id), newcomer=not await self._orders.latest(user_id, 1))


class Prices(Area):
    """The prices."""

    def __init__(self, outside: Outside, people: People, orders: Orders) -> None:
        database, clock = outside.database, outside.clock
        self._clock = clock
        self.buyers = Buyers(orders, people.groups)
        self.pricing = Pricing(database, clock, self.buyers, outside.attempts)
        self.redeeming = Redeeming(clock)
        self.contained_taxes = ContainedTaxes(database)
        self._coupons = Coupons(database, clock)
        self._campaigns = Campaigns(database, clock)
        self._price_lists = PriceLists(database, clock)
        self._taxes = Taxes(database, clock)
        self._exemptions = Exemptions(database, clock, Vies(vies) if (vies := outside.settings.vies_url) else None)

    def operations(self) -> tuple[Operation, ...]:
        """See `Area`."""
        return operations.operations(
            self.pricing, self._coupons, self._campaigns, self._price_lists, self._taxes, self._exemptions
        )

    def watches(self) -> tuple[Watch, ...]:
        """See `Area`."""
        return channels.watches(self._clock)

    def jobs(self) -> tuple[Job, ...]:
        """See `Area`."""
        return jobs.jobs(self._exemptions)
