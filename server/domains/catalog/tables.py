"""Goods as rows. Money is NUMERIC(15,2) with its currency beside it."""

from piccolo.columns import (
    JSONB,
    UUID,
    Array,
    Boolean,
    ForeignKey,
    Integer,
    LazyTableReference,
    Numeric,
    Text,
    Timestamptz,
    Varchar,
)
from piccolo.columns.base import OnDelete
from piccolo.constraints import Check, Unique
from piccolo.table import Table


class CategoryRow(Table, tablename="categories"):
    """A node of the tree. ``path`` repeats the slugs from the root, so that a subtree is one indexed question."""

    id = UUID(primary_key=True, default=None)
    name = Varchar(length=200)
    slug = Varchar(length=100, unique=True)
    parent_id = ForeignKey("self", null=True, default=None, on_delete=OnDelete.restrict)
    path = Array(base_column=Varchar(length=100))
    tax_class = Varchar(length=50, default="")


class BrandRow(Table, tablename="brands"):
    """Who makes a product."""

    id = UUID(primary_key=True, default=None)
    name = Varchar(length=200)
    slug = Varchar(length=100, unique=True)


class ProductRow(Table, tablename="products"):
    """A product. ``slug`` is unique in the whole shop: it is its address. ``stars`` counts its reviews by stars.

    ``stage`` is why a ``draft`` is not seen, see `states`. ``approved``: what it says was on show or was approved.
    ``offer_of`` is the product of another seller of which it is an offer; a seller has one of each. ``lowest_price`` is
    what its cheapest variant costs: triggers keep it, so nothing writes it here.
    """

    id = UUID(primary_key=True, default=None)
    seller_id = ForeignKey(
        LazyTableReference("SellerRow", app_name="fastshop"), null=False, on_delete=OnDelete.restrict
    )
    category_id = ForeignKey(CategoryRow, null=True, default=None, on_delete=OnDelete.restrict)
    brand_id = ForeignKey(BrandRow, null=True, default=None, on_delete=OnDelete.restrict)
    slug = Varchar(length=100, unique=True)
    title = Varchar(length=200)
    description = Text(default="")
    status = Varchar(length=20)
    options = Array(base_column=Varchar(length=50))
    stars = Array(base_column=Integer(), default=[0, 0, 0, 0, 0])
    created_at = Timestamptz()
    updated_at = Timestamptz()
    stage = Varchar(length=20, default="")
    approved = Boolean(default=False)
    publish_at = Timestamptz(null=True, default=None)
    unpublish_at = Timestamptz(null=True, default=None)
    attributes = JSONB(default="{}")
    max_per_customer = Integer(default=0)
    offer_of = ForeignKey("self", null=True, default=None, on_delete=OnDelete.set_null)
    lowest_price = Numeric(digits=(15, 2), null=True, default=None)

    products_limit_not_negative = Check("max_per_customer >= 0")


class ProductMedia(Table, tablename="product_media"):
    """A picture of a product, in display order."""

    id = UUID(primary_key=True, default=None)
    product_id = ForeignKey(ProductRow, null=False, on_delete=OnDelete.cascade)
    url = Varchar(length=2000)
    alt = Varchar(length=500, default="")
    position = Integer()


class VariantRow(Table, tablename="product_variants"):
    """One thing that can be bought. The SKU is unique within its seller."""

    id = UUID(primary_key=True, default=None)
    product_id = ForeignKey(ProductRow, null=False, on_delete=OnDelete.cascade)
    seller_id = ForeignKey(
        LazyTableReference("SellerRow", app_name="fastshop"), null=False, on_delete=OnDelete.restrict
    )
    sku = Varchar(length=100)
    options = JSONB(default="{}")
    price = Numeric(digits=(15, 2))
    compare_at_price = Numeric(digits=(15, 2), null=True, default=None)
    currency = Varchar(length=3)
    position = Integer()
    gtin = Varchar(length=14, default="")
    offer_of = ForeignKey("self", null=True, default=None, on_delete=OnDelete.set_null)

    # Deferrable by migration, which Piccolo cannot say: an edit may swap two SKUs.
    variants_sku_unique = Unique(["seller_id", "sku"])
    variants_price_not_negative = Check("price >= 0 AND (compare_at_price IS NULL OR compare_at_price >= 0)")


class ProductAttribute(Table, tablename="product_attributes"):
    """Something that products of a category, and of all below it, say of themselves; without one all products do."""

    id = UUID(primary_key=True, default=None)
    code = Varchar(length=50, unique=True)
    name = Varchar(length=200)
    category_id = ForeignKey(CategoryRow, null=True, default=None, on_delete=OnDelete.restrict)
    kind = Varchar(length=20)
    unit = Varchar(length=20, default="")
    choices = Array(base_column=Varchar(length=100))
    required = Boolean(default=False)
    filterable = Boolean(default=False)


class ProductSubmissionRow(Table, tablename="product_submissions"):
    """What was last sent to review of a product: a revision, or without ``content`` the product itself."""

    product_id = ForeignKey(ProductRow, primary_key=True, null=False, on_delete=OnDelete.cascade)
    number = Integer()
    state = Varchar(length=20)
    content = JSONB(null=True, default=None)
    reason = Varchar(length=500, default="")
    submitted_at = Timestamptz()
    decided_at = Timestamptz(null=True, default=None)
    decided_by = UUID(null=True, default=None)


class ModerationRow(Table, tablename="moderation"):
    """Whose products are reviewed: one row, or none while nobody's are."""

    one = Boolean(primary_key=True, default=True)
    mode = Varchar(length=20)

    moderation_once = Check("one")


class ModeratedSeller(Table, tablename="moderated_sellers"):
    """A seller of whom it was said whether their products are reviewed, whatever the rule is."""

    seller_id = ForeignKey(
        LazyTableReference("SellerRow", app_name="fastshop"),
        primary_key=True,
        null=False,
        on_delete=OnDelete.cascade,
    )
    moderated = Boolean()


class InventoryLevel(Table, tablename="inventory_levels"):
    """Units of a variant on hand that nobody has been promised, wherever they are.

    An UPDATE says in ``movement`` why; a trigger writes that into `stock_movements` and clears it.
    """

    variant_id = ForeignKey(VariantRow, primary_key=True, null=False, on_delete=OnDelete.cascade)
    on_hand = Integer(default=0)
    movement = JSONB(null=True, default=None)

    inventory_levels_not_negative = Check("on_hand >= 0")


class BackInStockWishRow(Table, tablename="back_in_stock_wishes"):
    """Somebody who waits for a variant: a person, or a guest by ``email``. Told, it stays until its letter has left."""

    id = UUID(primary_key=True, default=None)
    variant_id = ForeignKey(VariantRow, null=False, on_delete=OnDelete.cascade)
    user_id = ForeignKey(
        LazyTableReference("User", app_name="fastshop"), null=True, default=None, on_delete=OnDelete.cascade
    )
    email = Varchar(length=254)
    asked_at = Timestamptz()
    told_at = Timestamptz(null=True, default=None)
