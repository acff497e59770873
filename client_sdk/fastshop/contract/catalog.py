"""Goods: the category tree, brands, products and their variants, with price and stock."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, ClassVar
from uuid import UUID

from msgspec import Meta, Struct

from fastshop.contract.base import (
    GET,
    POST,
    PUT,
    Channel,
    ChannelKind,
    Command,
    Conflict,
    Count,
    Cursor,
    Event,
    Forbidden,
    Invalid,
    Limit,
    Line,
    Money,
    NotFound,
    Page,
    Slug,
    Text,
    Time,
)

Sku = Annotated[str, Meta(min_length=1, max_length=100)]
OptionName = Annotated[str, Meta(min_length=1, max_length=50)]
OptionValue = Annotated[str, Meta(min_length=1, max_length=100)]
ImageUrl = Annotated[str, Meta(pattern=r"^(https://|/)\S+$", max_length=2000, description="https, or a path of ours")]


class Price(Money, frozen=True, forbid_unknown_fields=True):
    """What something costs: never below zero."""

    # What NUMERIC(15,2) holds of a currency without decimals.
    amount: Annotated[int, Meta(ge=0, le=10**13 - 1)]


class Seller(Struct, frozen=True):
    """A shop in the marketplace, as everybody sees it. While it is ``suspended`` nothing of it is for sale."""

    id: UUID
    name: str
    slug: str
    description: str
    suspended: bool = False


class Category(Struct, frozen=True):
    """A node of the category tree. ``path`` are the slugs from the root down to itself."""

    id: UUID
    name: str
    slug: str
    parent_id: UUID | None
    path: tuple[str, ...]


class Brand(Struct, frozen=True):
    """Who makes a product."""

    id: UUID
    name: str
    slug: str


class ProductStatus(StrEnum):
    """Whether a product is for sale. Only ``ACTIVE`` ones are seen by others than their seller.

    Nor are those, while their seller is suspended.
    """

    DRAFT = "draft"
    ACTIVE = "active"
    ARCHIVED = "archived"


class Image(Struct, frozen=True, forbid_unknown_fields=True):
    """A picture of a product. ``alt`` is what a screen reader says."""

    url: ImageUrl
    alt: Annotated[str, Meta(max_length=500)] = ""


class Variant(Struct, frozen=True):
    """One thing that can be bought. ``options`` tells it from its siblings, e.g. ``{"Size": "M"}``."""

    id: UUID
    product_id: UUID
    sku: str
    options: dict[str, str]
    price: Money
    compare_at_price: Money | None
    stock: int


class Rating(Struct, frozen=True):
    """What reviews say of a product. ``stars`` counts those with one star, with two, up to five.

    ``average`` is rounded to two decimals; 0 while there are none.
    """

    average: float = 0
    count: int = 0
    stars: tuple[int, ...] = (0, 0, 0, 0, 0)


class ProductCard(Struct, frozen=True):
    """A product in a list. ``price`` is the lowest of its variants."""

    id: UUID
    slug: str
    title: str
    seller: Seller
    category_id: UUID | None
    image: Image | None
    price: Money
    compare_at_price: Money | None
    in_stock: bool
    rating: Rating = Rating()


class Product(Struct, frozen=True):
    """A product, whole. ``options`` are the names that its variants differ in, in display order."""

    id: UUID
    slug: str
    title: str
    description: str
    status: ProductStatus
    seller: Seller
    category_id: UUID | None
    brand: Brand | None
    options: tuple[str, ...]
    images: tuple[Image, ...]
    variants: tuple[Variant, ...]
    created_at: Time
    updated_at: Time
    rating: Rating = Rating()


class NewVariant(Struct, frozen=True, forbid_unknown_fields=True):
    """A variant to be created or, with the id of one that exists, to be changed."""

    id: UUID
    sku: Sku
    price: Price
    options: dict[OptionName, OptionValue] = {}
    compare_at_price: Price | None = None
    stock: Count = 0


class ListCategories(Command[tuple[Category, ...]], frozen=True, tag="catalog.list_categories"):
    """The whole category tree, parents before their children."""

    http: ClassVar = GET("/categories")


class CreateCategory(Command[Category], frozen=True, tag="catalog.create_category"):
    """Add a category below another, or at the root. Sent again with the same id it answers the same."""

    http: ClassVar = POST("/categories")
    category_id: UUID
    name: Line
    slug: Slug
    parent_id: UUID | None = None


class ListBrands(Command[Page[Brand]], frozen=True, tag="catalog.list_brands"):
    """The brands, by name."""

    http: ClassVar = GET("/brands")
    cursor: Cursor = ""
    limit: Limit = 50


class CreateBrand(Command[Brand], frozen=True, tag="catalog.create_brand"):
    """Add a brand. Sent again with the same id it answers the same."""

    http: ClassVar = POST("/brands")
    brand_id: UUID
    name: Line
    slug: Slug


class ProductSort(StrEnum):
    """The order of a product list."""

    NEWEST = "newest"
    PRICE_UP = "price_up"
    PRICE_DOWN = "price_down"
    TITLE = "title"


class ListProducts(Command[Page[ProductCard]], frozen=True, tag="catalog.list_products"):
    """Products for sale. ``category`` is a slug and includes everything below it."""

    http: ClassVar = GET("/products")
    category: Annotated[str, Meta(max_length=100)] = ""
    seller_id: UUID | None = None
    sort: ProductSort = ProductSort.NEWEST
    cursor: Cursor = ""
    limit: Limit = 24


class ListSellerProducts(Command[Page[ProductCard]], frozen=True, tag="catalog.list_seller_products"):
    """All products of the caller's own shop, drafts and archived ones too; the newest first."""

    http: ClassVar = GET("/seller/products")
    cursor: Cursor = ""
    limit: Limit = 24


class ShowProduct(Command[Product], frozen=True, tag="catalog.show_product"):
    """One product, whole. ``product`` is its id or its slug."""

    http: ClassVar = GET("/products/{product}")
    product: Annotated[str, Meta(min_length=1, max_length=100)]


class CreateProduct(Command[Product], frozen=True, tag="catalog.create_product"):
    """Add a product to the caller's shop. Sent again with the same id it answers the same."""

    http: ClassVar = POST("/products")
    product_id: UUID
    title: Line
    slug: Slug
    variants: Annotated[tuple[NewVariant, ...], Meta(min_length=1, max_length=200)]
    description: Text = ""
    status: ProductStatus = ProductStatus.ACTIVE
    category_id: UUID | None = None
    brand_id: UUID | None = None
    options: Annotated[tuple[OptionName, ...], Meta(max_length=3)] = ()
    images: Annotated[tuple[Image, ...], Meta(max_length=50)] = ()


class EditProduct(Command[Product], frozen=True, tag="catalog.edit_product"):
    """Replace a product of the caller's shop. A variant that is left out is removed unless something refers to it."""

    http: ClassVar = PUT("/products/{product_id}")
    product_id: UUID
    title: Line
    slug: Slug
    variants: Annotated[tuple[NewVariant, ...], Meta(min_length=1, max_length=200)]
    description: Text = ""
    status: ProductStatus = ProductStatus.ACTIVE
    category_id: UUID | None = None
    brand_id: UUID | None = None
    options: Annotated[tuple[OptionName, ...], Meta(max_length=3)] = ()
    images: Annotated[tuple[Image, ...], Meta(max_length=50)] = ()


class SetPrice(Command[Variant], frozen=True, tag="catalog.set_price"):
    """Change what a variant of the caller's shop costs. Everyone who looks at it sees it at once."""

    http: ClassVar = PUT("/variants/{variant_id}/price")
    variant_id: UUID
    price: Price
    compare_at_price: Price | None = None


class SetStock(Command[Variant], frozen=True, tag="catalog.set_stock"):
    """Say how many units of a variant of the caller's shop are on hand."""

    http: ClassVar = PUT("/inventory/{variant_id}")
    variant_id: UUID
    stock: Count


class ProductChanged(Event, frozen=True, tag="catalog.product_changed"):
    """A product was created or edited: texts, pictures, status, variants."""

    product: Product


class VariantChanged(Event, frozen=True, tag="catalog.variant_changed"):
    """The price or the stock of a variant moved."""

    variant: Variant


class ProductRated(Event, frozen=True, tag="catalog.product_rated"):
    """What reviews say of a product moved."""

    product_id: UUID
    rating: Rating


class StockLow(Event, frozen=True, tag="catalog.stock_low"):
    """A variant's stock fell to its threshold or below. Told once, until it was above again."""

    variant_id: UUID
    sku: str
    on_hand: int
    threshold: int


PRODUCT = Channel(
    "product:{product_id}",
    ChannelKind.LOG,
    "A product with its prices, stock and rating, live. Anybody may watch one that is for sale.",
    Product,
    (ProductChanged, VariantChanged, ProductRated),
)


@dataclass(eq=False)
class ProductNotFound(NotFound):
    """There is no such product, or it is not for sale and not the caller's."""

    code: ClassVar[str] = "catalog.product_not_found"
    sentence: ClassVar[str] = "There is no such product."


@dataclass(eq=False)
class VariantNotFound(NotFound):
    """There is no such variant, or it is not the caller's."""

    code: ClassVar[str] = "catalog.variant_not_found"
    sentence: ClassVar[str] = "There is no such variant."


@dataclass(eq=False)
class CategoryNotFound(NotFound):
    """There is no such category."""

    code: ClassVar[str] = "catalog.category_not_found"
    sentence: ClassVar[str] = "There is no such category."


@dataclass(eq=False)
class BrandNotFound(NotFound):
    """There is no such brand."""

    code: ClassVar[str] = "catalog.brand_not_found"
    sentence: ClassVar[str] = "There is no such brand."


@dataclass(eq=False)
class SellerNotFound(NotFound):
    """There is no such seller."""

    code: ClassVar[str] = "catalog.seller_not_found"
    sentence: ClassVar[str] = "There is no such seller."


@dataclass(eq=False)
class NoShop(Forbidden):
    """The caller has the role but acts for no seller."""

    code: ClassVar[str] = "catalog.no_shop"
    sentence: ClassVar[str] = "You have no shop yet."


@dataclass(eq=False)
class SlugTaken(Conflict):
    """Something of the same kind has this slug."""

    code: ClassVar[str] = "catalog.slug_taken"
    sentence: ClassVar[str] = "The address “{slug}” is taken."
    slug: str
    field: str = "slug"


@dataclass(eq=False)
class SkuTaken(Conflict):
    """Another variant of the same seller has this SKU."""

    code: ClassVar[str] = "catalog.sku_taken"
    sentence: ClassVar[str] = "The SKU “{sku}” is used by another of your variants."
    sku: str
    field: str = "sku"


@dataclass(eq=False)
class VariantsUnclear(Invalid):
    """Two variants have the same options, or a variant has other options than its product."""

    code: ClassVar[str] = "catalog.variants_unclear"
    sentence: ClassVar[str] = "{reason}"
    reason: str
    field: str = "variants"


@dataclass(eq=False)
class VariantInUse(Conflict):
    """An order or a flash sale refers to the variant, so it cannot be removed."""

    code: ClassVar[str] = "catalog.variant_in_use"
    sentence: ClassVar[str] = "The variant “{sku}” is part of an order or a sale and cannot be removed."
    sku: str


@dataclass(eq=False)
class TooDeep(Invalid):
    """Categories nest eight levels at most."""

    code: ClassVar[str] = "catalog.too_deep"
    sentence: ClassVar[str] = "Categories nest eight levels at most."
    field: str = "parent_id"
