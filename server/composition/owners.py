"""The kinds of actors, each the one owner of what many people fight over: a cart, a sale; and where they are kept.

They are apart from the areas that ask them, as all of them live in one directory, and that needs the stores of all.
"""

from typing import Any

from actors.flash_sale import KIND, messages
from actors.runtime.directory import Actors
from actors.runtime.ports import Store
from actors.user import KIND as USER_KIND
from actors.user import messages as user_messages
from server.adapters.pricing.sales import SaleTaxes
from server.composition.goods import Goods
from server.composition.outside import Outside
from server.composition.people import People
from server.composition.prices import Prices
from server.composition.treasury import Treasury
from server.domains.carts.store import UserStore
from server.domains.flash_sales.delivering import Delivering
from server.domains.flash_sales.store import SaleStore
from server.domains.orders.service import Orders

# The messages of each kind of actor, for those that travel to another process.
MESSAGES = {KIND: messages, USER_KIND: user_messages}


class Owners:
    """The actors, and where goes what the owner of a sale hands out."""

    def __init__(
        self, outside: Outside, people: People, goods: Goods, prices: Prices, treasury: Treasury, orders: Orders
    ) -> None:
        database, taxes = outside.database, SaleTaxes(prices.contained_taxes)
        self.delivering = Delivering(database, people.addresses)
        stores: dict[str, Store[Any]] = {
            KIND: SaleStore(database, orders, goods.stock, treasury.ledger, self.delivering, taxes),
            USER_KIND: UserStore(database, goods.stock),
        }
        self.actors = Actors(stores, outside.clock, placement=outside.placement)
