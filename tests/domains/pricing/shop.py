"""Small carts and rules for the engine: ids are small numbers, all in euro."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from fastshop.contract.catalog import Price
from fastshop.contract.pricing import PricedLine, PricedShipping, Quote, Reward, Tried
from server.domains.pricing.engine import quoting
from server.domains.pricing.engine.book import Book
from server.domains.pricing.engine.combining import MOST_WAYS
from server.domains.pricing.engine.words import Basket, Customer, Item, ListPrice, Rule, Shipment, TaxRate, TaxZone

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


def uid(number: int) -> UUID:
    return UUID(int=number)


def eur(amount: int) -> Price:
    return Price(amount, "EUR")


def item(number: int, amount: int = 1000, quantity: int = 1, seller: int = 1, **more: Any) -> Item:
    """Line and variant have the same number, the product that number and 100."""
    fields: dict[str, Any] = {
        "id": uid(number),
        "variant_id": uid(number),
        "product_id": uid(number + 100),
        "seller_id": uid(1000 + seller),
        "quantity": quantity,
        "prices": (ListPrice(eur(amount)),),
    }
    return Item(**(fields | more))


def basket(*items: Item, shipping: int = 0, **more: Any) -> Basket:
    """A cart at `NOW`; with shipping, each seller's costs that much."""
    sellers = sorted({each.seller_id for each in items}) if shipping else ()
    shipments = tuple(Shipment(seller, shipping) for seller in sellers)
    fields: dict[str, Any] = {"currency": "EUR", "at": NOW, "items": items, "shipments": shipments}
    return Basket(**(fields | more))


def rule(number: int, reward: Reward, **more: Any) -> Rule:
    """A rule for everybody; its name is ``R`` and its number."""
    fields: dict[str, Any] = {"id": uid(10_000 + number), "name": f"R{number}", "reward": reward}
    return Rule(**(fields | more))


def price(cart: Basket, rules: Iterable[Rule] = (), most_ways: int = MOST_WAYS) -> Quote:
    return quoting.price(cart, Book(rules), most_ways)


def charged(quote: Quote) -> Sequence[PricedLine | PricedShipping]:
    """All that something is paid for."""
    return [*quote.lines, *quote.shipping]


def line(quote: Quote, number: int) -> PricedLine:
    return next(each for each in quote.lines if each.line_id == uid(number))


def became(tried: tuple[Tried, ...]) -> dict[str, str]:
    """What became of each rule, by name."""
    return {each.name: each.code for each in tried}


GERMANY = TaxZone("Germany", frozenset({"DE"}), (TaxRate("VAT", 190_000), TaxRate("VAT", 70_000, "books")), True)
OREGON = TaxZone("Oregon", frozenset({"US-OR"}), (), False)
NEW_YORK = TaxZone("New York", frozenset({"US-NY"}), (TaxRate("State", 40_000), TaxRate("City", 48_750)), False)
GERMAN = Customer(country="DE")
