"""What is for sale: the catalog, its stock, and what buyers say of it."""

from server.composition.area import Area, Rounds
from server.composition.outside import Outside
from server.domains.catalog import channels, jobs, operations
from server.domains.catalog.attributes import Attributes
from server.domains.catalog.back_in_stock import Wishes
from server.domains.catalog.browsing import Browsing
from server.domains.catalog.editing import Editing
from server.domains.catalog.limits import PurchaseLimits
from server.domains.catalog.moderating import Moderating
from server.domains.catalog.offers import Offers
from server.domains.catalog.publishing import Publishing
from server.domains.catalog.ratings import Ratings
from server.domains.catalog.stock import Stock
from server.domains.catalog.submissions import Submissions
from server.domains.catalog.taxonomy import Taxonomy
from server.domains.catalog.variants import Variants
from server.domains.inventory import operations as inventory_operations
from server.domains.inventory.reading import Reading as InventoryReading
from server.domains.inventory.service import Inventory
from server.domains.orders.service import Orders
from server.domains.reviews import operations as review_operations
from server.domains.reviews.reading import Reading as ReviewReading
from server.domains.reviews.service import Reviews
from server.kernel.channel import Watch
from server.kernel.job import Job
from server.kernel.operation import Operation


class Goods(Area):
    """The goods. Reviews are for who has ordered them."""

    def __init__(self, outside: Outside, orders: Orders) -> None:
        database, clock = outside.database, outside.clock
        self.taxonomy = Taxonomy(database, clock)
        self.browsing = browsing = Browsing(database)
        self.editing = Editing(database, browsing, clock)
        self._publishing = Publishing(database, browsing, clock)
        self._wishes = Wishes(database, browsing, outside.attempts, outside.mailer, clock, outside.settings.own_origin)
        self._catalog = operations.Services(
            self.taxonomy,
            Attributes(database, clock),
            browsing,
            self.editing,
            self._publishing,
            Moderating(database, browsing, self._publishing, clock),
            Offers(database, browsing, clock),
            Variants(database, browsing, clock),
            self._wishes,
        )
        self._submissions = Submissions(database, clock)
        self.purchase_limits = PurchaseLimits(database)
        self.stock = Stock(database, clock)
        self._inventory_reading = InventoryReading(database)
        self._inventory = Inventory(database, self._inventory_reading, self.stock, clock)
        self.ratings = Ratings(database, clock)
        self._review_reading = ReviewReading(database, self.ratings)
        self._reviews = Reviews(database, self.ratings, orders, clock)

    def operations(self) -> tuple[Operation, ...]:
        """See `Area`."""
        return (
            *operations.operations(self._catalog),
            *inventory_operations.operations(self._inventory_reading, self._inventory),
            *review_operations.operations(self._review_reading, self._reviews),
        )

    def watches(self) -> tuple[Watch, ...]:
        """See `Area`."""
        return channels.watches(self.browsing, self._submissions)

    def jobs(self) -> tuple[Job, ...]:
        """See `Area`."""
        return jobs.jobs(self._wishes)

    def rounds(self) -> Rounds:
        """See `Area`."""
        return {"back-in-stock wishes": self._wishes.forget, "publishing": self._publishing.round}
