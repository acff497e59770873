"""The demo's catalogue: large and varied enough to look at, and the same on every machine."""

import hashlib
import subprocess
import sys
from xml.etree import ElementTree as ET

import msgspec
import pytest

from fastshop.contract.catalog import CreateBrand, CreateCategory, CreateProduct
from server.demo.accounts import people
from server.demo.generator import brands, categories, products, sellers
from server.demo.goods import SHELVES
from server.demo.pictures import picture

PRODUCTS = [product for shelf in SHELVES for product in products(shelf)]

_FINGERPRINT = """
import hashlib, msgspec
from server.demo.generator import products
from server.demo.goods import SHELVES
made = msgspec.json.encode([product for shelf in SHELVES for product in products(shelf)])
print(hashlib.sha256(made).hexdigest())
"""


def test_there_is_enough_to_look_at() -> None:
    assert len(list(sellers())) >= 6
    assert len(PRODUCTS) >= 220
    assert {len(product.options) for product in PRODUCTS} == {0, 1, 2}
    stocks = [variant.stock or 0 for product in PRODUCTS for variant in product.variants]
    assert 0 in stocks
    assert sum(stock > 0 for stock in stocks) > len(stocks) * 0.8
    assert any(variant.compare_at_price for product in PRODUCTS for variant in product.variants)
    for product in PRODUCTS:
        for variant in product.variants:
            assert variant.compare_at_price is None or variant.compare_at_price > variant.price


def test_categories_are_three_levels_deep_and_every_product_lies_on_the_third() -> None:
    levels: dict[object, int] = {None: 0}
    for category in categories():
        levels[category.category_id] = levels[category.parent_id] + 1
    assert set(levels.values()) == {0, 1, 2, 3}
    assert {levels[product.category_id] for product in PRODUCTS} == {3}


def test_nothing_has_the_id_or_the_address_of_another() -> None:
    variants = [variant for product in PRODUCTS for variant in product.variants]
    ids = [product.product_id for product in PRODUCTS] + [variant.id for variant in variants]
    ids += [category.category_id for category in categories()] + [brand.brand_id for brand in brands()]
    ids += [seller.id for seller in sellers()] + [person.id for person in people()]
    assert len(set(ids)) == len(ids)
    for slugs in ([product.slug for product in PRODUCTS], [category.slug for category in categories()]):
        assert len(set(slugs)) == len(slugs)
    assert len({product.title for product in PRODUCTS}) == len(PRODUCTS)
    assert len({variant.sku for variant in variants}) == len(variants)


def test_all_of_it_could_be_sent_by_a_seller() -> None:
    for command in [*PRODUCTS, *categories(), *brands()]:
        assert isinstance(command, CreateProduct | CreateCategory | CreateBrand)
        assert msgspec.json.decode(msgspec.json.encode(command), type=type(command)) == command


def test_another_process_makes_the_very_same_goods() -> None:
    made = hashlib.sha256(msgspec.json.encode(PRODUCTS)).hexdigest()
    other = subprocess.run([sys.executable, "-c", _FINGERPRINT], capture_output=True, text=True, check=True)
    assert other.stdout.strip() == made


@pytest.mark.parametrize("shelf", SHELVES, ids=lambda shelf: shelf.path[-1])
def test_every_product_has_a_picture_that_needs_nothing_from_elsewhere(shelf: object) -> None:
    for product in products(shelf):  # type: ignore[arg-type]
        (image,) = product.images
        _, folder, shape, file = image.url.split("/")
        assert folder == "demo-images"
        drawn = picture(shape, file)
        assert drawn is not None
        assert drawn == picture(shape, file)
        ET.fromstring(drawn)
        assert "{" not in drawn
        assert drawn.count("http") == 1, "the name of SVG itself"
        assert image.alt


@pytest.mark.parametrize("shape", ["", "nothing", "../lamp", "{m}"])
def test_there_is_no_picture_of_an_unknown_shape(shape: str) -> None:
    assert picture(shape, "x.svg") is None


def test_a_picture_cannot_be_made_to_say_what_its_address_says() -> None:
    drawn = picture("lamp", "<script>alert(1)</script>{shape}")
    assert drawn is not None
    assert "script" not in drawn
