"""What becomes of orders: sending and changing them, their papers, returns."""

from server.adapters.pricing.orders import OrderTaxes
from server.adapters.storage.evidence import EvidencePictures
from server.composition.area import Area, Rounds
from server.composition.goods import Goods
from server.composition.intake import Intake
from server.composition.outside import Outside
from server.composition.people import People
from server.composition.prices import Prices
from server.composition.shopping import Shopping
from server.composition.treasury import Treasury
from server.domains.invoicing import operations as invoice_operations
from server.domains.invoicing.issuing import Issuing
from server.domains.invoicing.service import Papers
from server.domains.orders import channels as order_channels
from server.domains.orders import jobs as order_jobs
from server.domains.orders import operations as order_operations
from server.domains.orders.changing import Changing
from server.domains.orders.fulfilling import Fulfilling
from server.domains.orders.letters import OrderLetters
from server.domains.orders.queries import Performance
from server.domains.orders.reordering import Reordering
from server.domains.orders.service import Orders
from server.domains.orders.taxing import Taxing
from server.domains.orders.timeline import Timeline
from server.domains.returns import channels as return_channels
from server.domains.returns import jobs as return_jobs
from server.domains.returns import operations as return_operations
from server.domains.returns.asking import Asking
from server.domains.returns.deciding import Deciding
from server.domains.returns.disputes import OrderDisputes
from server.domains.returns.evidence import Exhibits
from server.domains.returns.giving_back import GivingBack
from server.domains.returns.letters import ReturnLetters
from server.domains.returns.moving import Moving
from server.kernel.channel import Watch
from server.kernel.job import Job
from server.kernel.operation import Operation


class Ordering(Area):
    """The orders, from when they are placed."""

    def __init__(
        self,
        outside: Outside,
        people: People,
        goods: Goods,
        intake: Intake,
        prices: Prices,
        treasury: Treasury,
        shopping: Shopping,
        orders: Orders,
    ) -> None:
        settings, database, clock, refunds = outside.settings, outside.database, outside.clock, treasury.refunds
        self.orders = orders
        taxing = Taxing(OrderTaxes(prices.contained_taxes), treasury.ledger, clock)
        changing = Changing(database, orders, goods.stock, prices.redeeming, refunds, taxing, clock)
        self._fulfilling = Fulfilling(orders, changing, clock)
        self._timeline = Timeline(database, orders, clock)
        self._reordering = Reordering(orders, shopping.cart_editing, clock)
        self._performance = Performance(database, clock)
        self.letters = OrderLetters(
            database, orders, people.emails, shopping.checkout_rows, outside.mailer, settings.own_origin
        )

        self._issuing = Issuing(database, orders, clock)
        self.papers = Papers(database, self._issuing, orders, refunds, outside.shop_name)

        moving = Moving(database, clock)
        self._giving_back = GivingBack(database, refunds, moving, clock)
        self._asking = Asking(database, goods.stock, moving, clock, settings.return_days)
        self._deciding = Deciding(database, changing, goods.stock, moving, self._giving_back, clock)
        self._disputes = OrderDisputes(database, moving, self._giving_back, clock)
        self._exhibits = Exhibits(database, EvidencePictures(intake.files), intake.uploads, outside.attempts, clock)
        self._return_letters = ReturnLetters(database, people.emails, outside.mailer, settings.own_origin)

    def operations(self) -> tuple[Operation, ...]:
        """See `Area`."""
        return (
            *invoice_operations.operations(self.papers),
            *order_operations.operations(
                self.orders, self._fulfilling, self._timeline, self._reordering, self._performance
            ),
            *return_operations.operations(self._asking, self._deciding, self._disputes, self._exhibits),
        )

    def watches(self) -> tuple[Watch, ...]:
        """See `Area`."""
        return (*order_channels.watches(self.orders), *return_channels.watches(self._asking, self._disputes))

    def jobs(self) -> tuple[Job, ...]:
        """See `Area`."""
        return (*order_jobs.jobs(self._timeline, self.letters), *return_jobs.jobs(self._return_letters, self._exhibits))

    def rounds(self) -> Rounds:
        """See `Area`."""
        return {"invoices": self._issuing.round, "refunds of returns": self._giving_back.round}
