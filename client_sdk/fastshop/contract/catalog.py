"""Goods: the category tree, brands, products and their variants, with price and stock."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, ClassVar
from uuid import UUID

from msgspec import Meta, Struct

from fastshop.contract.back_in_stock import Restocked
from fastshop.contract.base import (
    DELETE,
    GET,
    POST,
    PUT,
    Channel,
    ChannelKind,
    Command,
    Conflict,
    Count,
    Cursor,
    Done,
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
from fastshop.contract.media import MediaAdded, MediaMade

Sku = Annotated[str, Meta(min_length=1, max_length=100)]
OptionName = Annotated[str, Meta(min_length=1, max_length=50)]
OptionValue = Annotated[str, Meta(min_length=1, max_length=100)]
ImageUrl = Annotated[str, Meta(pattern=r"^(https://|/)\S+$", max_length=2000, description="https, or a path of ours")]


Gtin = Annotated[
    str, Meta(pattern=r"^(?:[0-9]{8}|[0-9]{12,14})?$", description="GTIN-8, -12 (UPC), -13 (EAN) or -14; empty: none")
]
# The code of an attribute, and what a product has there: a text or a choice, yes or no, a number in its unit.
AttributeCode = Annotated[str, Meta(pattern=r"^[a-z0-9]+(?:-[a-z0-9]+)*$", max_length=50)]
AttributeText = Annotated[str, Meta(min_length=1, max_length=500)]
# What every reader of JSON keeps exactly.
AttributeInteger = Annotated[int, Meta(ge=-(10**15), le=10**15)]
AttributeNumber = Annotated[float, Meta(ge=-(10**15), le=10**15)]
AttributeValue = AttributeText | bool | AttributeInteger | AttributeNumber
AttributeValues = Annotated[dict[AttributeCode, AttributeValue], Meta(max_length=100)]
# How many units of a product one customer may buy in all; 0: as many as they like.
PurchaseLimit = Annotated[int, Meta(ge=0, le=1_000_000)]


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

    A seller asks for ``ACTIVE``, ``DRAFT``, ``UNPUBLISHED`` or ``ARCHIVED``. Where products are moderated, what was
    asked to be active is ``IN_REVIEW`` until a manager has approved it, or ``REJECTED`` until it is asked again.
    Nor are those, while their seller is suspended.
    """

    DRAFT = "draft"
    IN_REVIEW = "in_review"
    REJECTED = "rejected"
    ACTIVE = "active"
    UNPUBLISHED = "unpublished"
    ARCHIVED = "archived"


class Image(Struct, frozen=True, forbid_unknown_fields=True):
    """A picture of a product. ``alt`` is what a screen reader says.

    The address of one that was uploaded ends with its width in pixels (``/1280.webp``). It is there in each of the
    narrower `fastshop.contract.media.WIDTHS` too.
    """

    url: ImageUrl
    alt: Annotated[str, Meta(max_length=500)] = ""


class Variant(Struct, frozen=True):
    """One thing that can be bought. ``options`` tells it from its siblings, e.g. ``{"Size": "M"}``.

    ``gtin`` is the number under its bar code (GS1), empty where it is not known.
    """

    id: UUID
    product_id: UUID
    sku: str
    options: dict[str, str]
    price: Money
    compare_at_price: Money | None
    stock: int
    gtin: str = ""


class Rating(Struct, frozen=True):
    """What reviews say of a product. ``stars`` counts those with one star, with two, up to five.

    ``average`` is rounded to two decimals; 0 while there are none.
    """

    average: float = 0
    count: int = 0
    stars: tuple[int, ...] = (0, 0, 0, 0, 0)


class ProductCard(Struct, frozen=True):
    """A product in a list. ``price`` is the lowest of its variants.

    ``in_stock``: its seller has some or, in the list of all sellers' products, one of those who offer it.
    """

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
    """A product, whole. ``options`` are the names that its variants differ in, in display order.

    ``attributes`` are by code, see `catalog.list_attributes`. ``max_per_customer`` is how many units of it one customer
    may buy in all, 0: as many as they like.
    """

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
    attributes: dict[str, str | bool | int | float] = {}
    max_per_customer: int = 0


class NewVariant(Struct, frozen=True, forbid_unknown_fields=True):
    """A variant to be created or, with the id of one that exists, to be changed.

    A ``gtin`` or ``stock`` left out stays as it is: what was sold meanwhile is not there again. A new one has none.
    """

    id: UUID
    sku: Sku
    price: Price
    options: dict[OptionName, OptionValue] = {}
    compare_at_price: Price | None = None
    stock: Count | None = None
    gtin: Gtin | None = None


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


class ShowCategory(Command[Category], frozen=True, tag="catalog.show_category"):
    """One category."""

    http: ClassVar = GET("/categories/{category_id}")
    category_id: UUID


class EditCategory(Command[Category], frozen=True, tag="catalog.edit_category"):
    """Rename a category, or hang it elsewhere with all below it. Its slug stays: promotions and addresses name it."""

    http: ClassVar = PUT("/categories/{category_id}")
    category_id: UUID
    name: Line
    parent_id: UUID | None = None


class DeleteCategory(Command[Done], frozen=True, tag="catalog.delete_category"):
    """Remove a category that nothing refers to."""

    http: ClassVar = DELETE("/categories/{category_id}")
    category_id: UUID


class ListBrands(Command[Page[Brand]], frozen=True, tag="catalog.list_brands"):
    """The brands, by name; with ``query`` those whose name has it somewhere, in capitals or not."""

    http: ClassVar = GET("/brands")
    query: Annotated[str, Meta(max_length=200)] = ""
    cursor: Cursor = ""
    limit: Limit = 50


class CreateBrand(Command[Brand], frozen=True, tag="catalog.create_brand"):
    """Add a brand. Sent again with the same id it answers the same."""

    http: ClassVar = POST("/brands")
    brand_id: UUID
    name: Line
    slug: Slug


class EditBrand(Command[Brand], frozen=True, tag="catalog.edit_brand"):
    """Change what a brand is called, and its address."""

    http: ClassVar = PUT("/brands/{brand_id}")
    brand_id: UUID
    name: Line
    slug: Slug


Having = Annotated[str, Meta(pattern=r"^(?:[a-z0-9-]+:[^,\x00]+(?:,[a-z0-9-]+:[^,\x00]+)*)?$", max_length=500)]


class ProductSort(StrEnum):
    """The order of a product list."""

    NEWEST = "newest"
    PRICE_UP = "price_up"
    PRICE_DOWN = "price_down"
    TITLE = "title"


class ListProducts(Command[Page[ProductCard]], frozen=True, tag="catalog.list_products"):
    """Products for sale. ``category`` is a slug and includes everything below it.

    ``having`` lets only those through that have all of these attributes, by code: ``color:red,vegan:true``. Of what
    several sellers offer only the product itself is listed, but for a list of one ``seller_id``.
    """

    http: ClassVar = GET("/products")
    category: Annotated[str, Meta(max_length=100)] = ""
    having: Having = ""
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
    """Add a product to the caller's shop. Sent again with the same id it answers the same.

    Where the shop's products are moderated, one that is asked to be active is in review until it is approved.
    """

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
    attributes: AttributeValues | None = None
    max_per_customer: PurchaseLimit | None = None


class EditProduct(Command[Product], frozen=True, tag="catalog.edit_product"):
    """Replace a product of the caller's shop. A variant that is left out is removed unless something refers to it.

    Attributes, purchase limit and pictures that are left out stay as they are. Where the shop's products are moderated,
    another title, description, category or other pictures of an active product wait for approval, its attributes with
    them: what is on show stays until then, see `catalog.show_standing`. All else, price and stock too, changes at once.

    An uploaded picture that is left out stays: `media.remove` takes it away.
    """

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
    images: Annotated[tuple[Image, ...], Meta(max_length=50)] | None = None
    attributes: AttributeValues | None = None
    max_per_customer: PurchaseLimit | None = None


class ListVariants(Command[tuple[Variant, ...]], frozen=True, tag="catalog.list_variants"):
    """The variants of a product that is for sale or the caller's own, in display order."""

    http: ClassVar = GET("/products/{product_id}/variants")
    product_id: UUID


class AddVariant(Command[Variant], frozen=True, tag="catalog.add_variant"):
    """Add a variant to a product of the caller's shop, after the others. Sent again it answers the same."""

    http: ClassVar = POST("/products/{product_id}/variants")
    product_id: UUID
    variant: NewVariant


class EditVariant(Command[Variant], frozen=True, tag="catalog.edit_variant"):
    """Change what a variant of the caller's shop is called: SKU, options and GTIN. Price and stock stay."""

    http: ClassVar = PUT("/variants/{variant_id}")
    variant_id: UUID
    sku: Sku
    options: dict[OptionName, OptionValue]
    gtin: Gtin = ""


class RemoveVariant(Command[Done], frozen=True, tag="catalog.remove_variant"):
    """Remove a variant of the caller's shop that nothing refers to. A product keeps at least one."""

    http: ClassVar = DELETE("/variants/{variant_id}")
    variant_id: UUID


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


class ProductWithdrawn(Event, frozen=True, tag="catalog.product_withdrawn"):
    """A product is not for sale any more: nothing more is told here until it is again."""

    product_id: UUID


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
    "A product with its prices, stock and rating, live. Anybody may watch one that is for sale, and nobody another.",
    Product,
    (ProductChanged, VariantChanged, ProductRated, ProductWithdrawn, MediaAdded, MediaMade, Restocked),
)

PRODUCT_DESK = Channel(
    "product_desk:{product_id}",
    ChannelKind.LOG,
    "A product while it is not for sale, live, for its seller, managers and admins. One for sale is watched as such.",
    Product,
    (ProductChanged, VariantChanged, ProductRated, MediaAdded, MediaMade),
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
    """Two variants have the same options, a variant has other options than its product, or a GTIN is misspelt."""

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
class LastVariant(Conflict):
    """A product keeps at least one variant."""

    code: ClassVar[str] = "catalog.last_variant"
    sentence: ClassVar[str] = "A product keeps at least one variant. Put the product away instead."


@dataclass(eq=False)
class CategoryInUse(Conflict):
    """Products, categories, attributes or commission rates refer to the category."""

    code: ClassVar[str] = "catalog.category_in_use"
    sentence: ClassVar[str] = "Something refers to this category, so it cannot be removed."


@dataclass(eq=False)
class PurchaseLimitReached(Conflict):
    """One customer may buy ``limit`` units of the product in all; ``left`` more of them."""

    code: ClassVar[str] = "catalog.purchase_limit_reached"
    sentence: ClassVar[str] = "Everybody may buy {limit} of these, and you may buy {left} more."
    product_id: UUID
    limit: int
    left: int


@dataclass(eq=False)
class StatusUnclear(Invalid):
    """Only a manager rejects a product, and only one that is in review."""

    code: ClassVar[str] = "catalog.status_unclear"
    sentence: ClassVar[str] = "Only a review rejects a product."
    field: str = "status"


@dataclass(eq=False)
class AttributesUnclear(Invalid):
    """An attribute is not one of the product's category, has a value of another kind, or a required one is missing."""

    code: ClassVar[str] = "catalog.attributes_unclear"
    sentence: ClassVar[str] = "{reason}"
    reason: str
    field: str = "attributes"


@dataclass(eq=False)
class TooDeep(Invalid):
    """Categories nest eight levels at most, and none hangs below itself."""

    code: ClassVar[str] = "catalog.too_deep"
    sentence: ClassVar[str] = "Categories nest eight levels at most, and none hangs below itself."
    field: str = "parent_id"
