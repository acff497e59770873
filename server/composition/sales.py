"""Flash sales, and the stream of what belongs to a person."""

from fastshop.contract.flash_sales import USER, Belongings
from server.composition.area import Area, Rounds
from server.composition.goods import Goods
from server.composition.outside import Outside
from server.composition.owners import Owners
from server.composition.treasury import Treasury
from server.domains.accounts.channels import permit_person
from server.domains.flash_sales import channels, jobs, operations
from server.domains.flash_sales.buying import Buying
from server.domains.flash_sales.calling_off import CallingOff
from server.domains.flash_sales.exporting import Exporting
from server.domains.flash_sales.proofs import Proofs
from server.domains.flash_sales.queueing import Queueing
from server.domains.flash_sales.reminding import Reminding
from server.domains.flash_sales.selling import Selling
from server.domains.flash_sales.sweeping import Sweep
from server.domains.flash_sales.tries import Tries
from server.domains.orders.service import Orders
from server.kernel.channel import Watch, key_id
from server.kernel.job import Job
from server.kernel.operation import Operation

# How many orders a person's stream starts with.
_LATEST_ORDERS = 20


class Sales(Area):
    """The sales."""

    def __init__(self, outside: Outside, goods: Goods, treasury: Treasury, owners: Owners, orders: Orders) -> None:
        database, clock, keyed, actors = outside.database, outside.clock, outside.keyed, owners.actors
        proofs, tries = Proofs(database, clock, keyed), Tries(outside.attempts)
        self._orders = orders
        self.selling = Selling(database, actors, goods.stock, clock)
        self.calling_off = CallingOff(database, actors, clock)
        self.buying = Buying(database, actors, treasury.payments, proofs, owners.delivering, tries, clock, keyed)
        self._queueing = Queueing(database, actors, proofs)
        self._reminding = Reminding(database, clock)
        self._sweep = Sweep(self.buying, proofs, clock)
        self.exporting = Exporting(database, self.selling)

    def operations(self) -> tuple[Operation, ...]:
        """See `Area`."""
        return operations.operations(self.selling, self.buying, self._queueing, self._reminding)

    def watches(self) -> tuple[Watch, ...]:
        """See `Area`."""
        return (*channels.watches(self.selling, self.buying), Watch(USER, permit_person, self._belongings))

    def jobs(self) -> tuple[Job, ...]:
        """See `Area`."""
        return jobs.jobs(self.buying)

    def rounds(self) -> Rounds:
        """See `Area`."""
        return {"sale reminders": self._reminding.tell_due, "payments under way": self._sweep.round}

    async def _belongings(self, key: str) -> Belongings:
        person = key_id(key)
        return Belongings(
            await self.buying.holding(person),
            await self._orders.latest(person, _LATEST_ORDERS),
            await self._queueing.active(person),
            await self._reminding.wanted_by(person),
        )
