"""The demo shop's catalogue. Everything comes from names, so that it is the same on every machine, ids too."""

import random
from collections.abc import Iterator
from itertools import islice
from itertools import product as combinations
from uuid import NAMESPACE_DNS, UUID, uuid5

from fastshop.contract.base import Money
from fastshop.contract.catalog import CreateBrand, CreateCategory, CreateProduct, Image, NewVariant, Price, Seller
from server.demo.goods import ADJECTIVES, BRANDS, ON_A_SHELF, SELLERS, SHELVES, Shelf

_SPACE = uuid5(NAMESPACE_DNS, "demo.fastshop.test")
# A product with more variants than this is a burden on a phone.
_MOST_VARIANTS = 10
# What costs more than the first of its siblings, in percent of its price.
_DEARER = {"1 kg": 350, "0.75 l": 120, "1 l": 140, "24 cm": 125, "28 cm": 155}


def demo_id(*names: str) -> UUID:
    """The id of a thing of the demo shop."""
    return uuid5(_SPACE, "/".join(names))


def slug(*names: str) -> str:
    """A name as it stands in an address."""
    kept = "".join(character if character.isascii() and character.isalnum() else "-" for character in " ".join(names))
    return "-".join(part for part in kept.lower().split("-") if part)


def sellers() -> Iterator[Seller]:
    """The sellers."""
    for name, about in SELLERS.items():
        yield Seller(demo_id("seller", name), name, slug(name), about)


def brands() -> Iterator[CreateBrand]:
    """The brands."""
    for name in BRANDS:
        yield CreateBrand(brand_id=demo_id("brand", name), name=name, slug=slug(name))


def categories() -> Iterator[CreateCategory]:
    """The categories, parents before their children, three levels deep."""
    seen = set()
    for shelf in SHELVES:
        for depth in (1, 2, 3):
            path = shelf.path[:depth]
            if path not in seen:
                seen.add(path)
                above = demo_id("category", *path[:-1]) if depth > 1 else None
                yield CreateCategory(
                    category_id=demo_id("category", *path), name=path[-1], slug=slug(*path[-2:]), parent_id=above
                )


def products(shelf: Shelf) -> Iterator[CreateProduct]:
    """The products of a shelf."""
    chance = random.Random("/".join(shelf.path))  # noqa: S311 - it is to be predictable
    names = [f"{adjective} {noun}" for adjective, noun in combinations(ADJECTIVES, shelf.nouns)]
    chance.shuffle(names)
    for name in islice(names, ON_A_SHELF):
        yield _product(shelf, name, chance)


def _product(shelf: Shelf, name: str, chance: random.Random) -> CreateProduct:
    brand = chance.choice(BRANDS)
    title = f"{brand} {name}"
    address = slug(title, shelf.path[1])
    price = _rounded(chance.randrange(shelf.price[0], shelf.price[1], 100))
    compare_at = price * chance.choice((115, 120, 130)) // 100 // 100 * 100 if chance.random() < 0.3 else None
    return CreateProduct(
        product_id=demo_id("product", *shelf.path, name),
        title=title,
        slug=address,
        description=f"<p>{shelf.about}</p><p>From {brand}, for {shelf.path[1].lower()} that is used every day.</p>",
        category_id=demo_id("category", *shelf.path),
        brand_id=demo_id("brand", brand),
        options=tuple(shelf.options),
        images=(Image(f"/demo-images/{shelf.shape}/{address}.svg", f"{title}, drawn"),),
        variants=tuple(_variants(shelf, name, address, price, compare_at, chance)),
    )


def _variants(
    shelf: Shelf, name: str, address: str, price: int, compare_at: int | None, chance: random.Random
) -> Iterator[NewVariant]:
    for values in islice(combinations(*shelf.options.values()), _MOST_VARIANTS):
        percent = max((_DEARER.get(value, 100) for value in values), default=100)
        its_price, before = _rounded(price * percent // 100), (compare_at or 0) * percent // 100 // 100 * 100
        stock = 0 if chance.random() < 0.06 else chance.randrange(3, 120)
        yield NewVariant(
            id=demo_id("variant", *shelf.path, name, *values),
            sku=slug(address, *values).upper()[:100],
            price=Price(its_price, "EUR"),
            compare_at_price=Price(before, "EUR") if before > its_price else None,
            options=dict(zip(shelf.options, values, strict=True)),
            stock=stock,
        )


def _rounded(price: int) -> int:
    """A price as shops write it: 14.90, 129.90."""
    step = 100 if price < 3000 else 1000
    return price // step * step + step - 10


def half(price: Money) -> Price:
    """A price that makes people set an alarm."""
    return Price(price.amount // 2 // 100 * 100 + 99, price.currency)
