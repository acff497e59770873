"""From the cart to the order: carts and checkout."""

from datetime import timedelta

from server.adapters.pricing.checkout import CheckoutPrices
from server.composition.area import Area, Rounds
from server.composition.goods import Goods
from server.composition.outside import Outside
from server.composition.owners import Owners
from server.composition.people import People
from server.composition.prices import Prices
from server.composition.treasury import Treasury
from server.domains.carts import channels as cart_channels
from server.domains.carts import jobs
from server.domains.carts import operations as cart_operations
from server.domains.carts.editing import Editing
from server.domains.carts.letters import CartLetters
from server.domains.carts.reading import Reading
from server.domains.carts.recovered import Recovered
from server.domains.carts.recovering import Recovering
from server.domains.carts.sharing import Sharing
from server.domains.checkout import channels as checkout_channels
from server.domains.checkout import operations as checkout_operations
from server.domains.checkout.codes import Codes
from server.domains.checkout.lapsing import Lapsing
from server.domains.checkout.limits import Limits
from server.domains.checkout.paying import Paying
from server.domains.checkout.rates import FlatRates
from server.domains.checkout.rows import Rows
from server.domains.checkout.service import Checkouts
from server.domains.checkout.totals import Totals
from server.domains.checkout.tries import Tries
from server.domains.orders.service import Orders
from server.kernel.channel import Watch
from server.kernel.emails import normalised
from server.kernel.job import Job
from server.kernel.operation import Operation


class Shopping(Area):
    """Carts, and how they are checked out."""

    def __init__(
        self,
        outside: Outside,
        people: People,
        goods: Goods,
        prices: Prices,
        treasury: Treasury,
        owners: Owners,
        orders: Orders,
    ) -> None:
        settings, database, clock, keyed = outside.settings, outside.database, outside.clock, outside.keyed
        self._clock = clock
        actors, stock = owners.actors, goods.stock
        self._carts = carts = Reading(database, stock, clock)
        self.cart_editing = editing = Editing(actors, stock, clock)
        self._sharing = Sharing(database, carts, editing, stock, clock)
        self.recovering = Recovering(database, actors, carts, keyed, clock)
        self.carts_recovered = Recovered(database, clock)
        self._letters = CartLetters(database, self.recovering, stock, outside.mailer, keyed, clock, settings.own_origin)

        self.checkout_rows = rows = Rows(database, clock)
        self._flat_rates, codes = FlatRates(database, clock), Codes(database)
        charged = CheckoutPrices(prices.pricing, prices.buyers, prices.redeeming)
        limits, tries = Limits(database, goods.purchase_limits), Tries(outside.attempts)
        self._checkouts = Checkouts(
            database,
            rows,
            carts,
            codes,
            people.addresses,
            normalised,
            charged,
            stock,
            self._flat_rates,
            limits,
            tries,
            clock,
            timedelta(seconds=settings.checkout_seconds),
        )
        self._totals = Totals(carts, codes, charged, self._checkouts)
        self.paying = Paying(
            database,
            rows,
            self._checkouts,
            editing,
            codes,
            charged,
            stock,
            treasury.payments,
            orders,
            treasury.ledger,
            limits,
            tries,
            clock,
            transfers=bool(settings.bank_account or settings.stripe),
        )
        self.lapsing = Lapsing(database, rows, self.paying, clock)

    def operations(self) -> tuple[Operation, ...]:
        """See `Area`."""
        return (
            *cart_operations.operations(
                self._carts, self.cart_editing, self._sharing, self.recovering, self.carts_recovered
            ),
            *checkout_operations.operations(self._checkouts, self.paying, self._totals, self._flat_rates),
        )

    def watches(self) -> tuple[Watch, ...]:
        """See `Area`."""
        return (
            *cart_channels.watches(self._carts),
            *checkout_channels.watches(self.checkout_rows, self._clock),
        )

    def jobs(self) -> tuple[Job, ...]:
        """See `Area`."""
        return jobs.jobs(self.recovering, self._letters)

    def rounds(self) -> Rounds:
        """See `Area`."""
        return {"carts recovered": self.carts_recovered.round, "checkouts": self.lapsing.round}
