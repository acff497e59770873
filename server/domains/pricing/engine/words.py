"""What the engine is given. Amounts are minor units of the basket's currency where nothing else is said."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from msgspec import Struct

from fastshop.contract.base import Money
from fastshop.contract.pricing import Audience, Reward, Scope, Stacking

STANDARD = "standard"


class Window(Struct, frozen=True):
    """From ``starts`` until just before ``ends``; None is for ever."""

    starts: datetime | None = None
    ends: datetime | None = None

    def holds(self, at: datetime) -> bool:
        """Whether the moment is inside."""
        return (self.starts is None or self.starts <= at) and (self.ends is None or at < self.ends)


ALWAYS = Window()


class ListPrice(Struct, frozen=True):
    """A unit's price from so many units on, for everybody or for one group of customers."""

    price: Money
    group: str = ""
    from_quantity: int = 1
    window: Window = ALWAYS


class FlashPrice(Struct, frozen=True):
    """A unit's price in a flash sale, for units that the customer holds there.

    Unless it ``stacks``, no promotion lowers it.
    """

    sale_id: UUID
    price: Money
    window: Window
    stacks: bool = False


class Item(Struct, frozen=True):
    """A line of the cart. ``categories`` are the slugs from the root down to the product's own."""

    id: UUID
    variant_id: UUID
    product_id: UUID
    seller_id: UUID
    quantity: int
    prices: tuple[ListPrice, ...]
    categories: tuple[str, ...] = ()
    flash: FlashPrice | None = None
    tax_class: str = STANDARD


class Shipment(Struct, frozen=True):
    """What a seller's shipping costs; one a seller."""

    seller_id: UUID
    amount: int
    tax_class: str = STANDARD


class Exemption(Struct, frozen=True):
    """What frees a customer from taxes in some countries or regions, and why."""

    id: UUID
    reason: str
    places: frozenset[str]
    window: Window = ALWAYS


class Customer(Struct, frozen=True):
    """Who buys, and where it goes. A ``guest`` has no account. ``region`` is ISO 3166-2, e.g. ``US-CA``."""

    guest: bool = False
    groups: frozenset[str] = frozenset()
    country: str = ""
    region: str = ""
    newcomer: bool = False
    exemptions: tuple[Exemption, ...] = ()


class Rule(Struct, frozen=True):
    """A coupon or a campaign. One with a ``code`` asks for it unless it is ``automatic``.

    ``min_order`` is what the goods in scope must be worth before discounts. ``seller_id`` is whose promotion it is.
    ``counts_customers``: each customer may use it so often only, so it is not for guests.
    """

    id: UUID
    name: str
    reward: Reward
    code: str = ""
    automatic: bool = False
    counts_customers: bool = False
    scope: Scope = Scope()
    audience: Audience = Audience()
    window: Window = ALWAYS
    min_order: Money | None = None
    stacking: Stacking = Stacking()
    seller_id: UUID | None = None


class TaxRate(Struct, frozen=True):
    """A tax on goods of a class, in millionths. Several that hold are added up."""

    name: str
    rate: int
    tax_class: str = STANDARD
    window: Window = ALWAYS


class TaxZone(Struct, frozen=True):
    """Where the same taxes hold: countries or regions. ``inclusive``: prices contain them."""

    name: str
    places: frozenset[str]
    rates: tuple[TaxRate, ...]
    inclusive: bool


class Used(Struct, frozen=True):
    """A limit of a coupon that is reached: its own, or ``by_you`` the customer's."""

    by_you: bool


class Basket(Struct, frozen=True):
    """All that a price depends on, but the rules.

    ``used`` are coupons whose limits are reached; ``untaxed_sellers`` charge no tax, for these reasons.
    """

    currency: str
    at: datetime
    items: tuple[Item, ...]
    customer: Customer = Customer()
    codes: frozenset[str] = frozenset()
    shipments: tuple[Shipment, ...] = ()
    zones: tuple[TaxZone, ...] = ()
    untaxed_sellers: Mapping[UUID, str] = {}
    used: Mapping[UUID, Used] = {}
