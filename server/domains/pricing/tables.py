"""Promotions, price lists, the history of prices and taxes as rows. The limits of coupons have the last word here."""

from piccolo.columns import (
    JSONB,
    UUID,
    Array,
    BigInt,
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


class CouponRow(Table, tablename="coupons"):
    """A coupon. ``terms`` are what counts; type, value, minimum, cap and stacking repeat them for reports."""

    id = UUID(primary_key=True, default=None)
    code = Varchar(length=40, unique=True)
    name = Varchar(length=200)
    type = Varchar(length=20)
    value = Numeric(digits=(15, 2), null=True, default=None)
    currency = Varchar(length=3, default="")
    min_order = Numeric(digits=(15, 2), null=True, default=None)
    max_discount = Numeric(digits=(15, 2), null=True, default=None)
    valid_from = Timestamptz(null=True, default=None)
    valid_until = Timestamptz(null=True, default=None)
    usage_limit = Integer(null=True, default=None)
    usage_count = Integer(default=0)
    per_customer_limit = Integer(null=True, default=None)
    stacking_group = Varchar(length=50, default="")
    priority = Integer(default=0)
    exclusive = Varchar(length=10, default="no")
    automatic = Boolean(default=False)
    terms = JSONB()
    seller_id = ForeignKey(
        LazyTableReference("SellerRow", app_name="fastshop"), null=True, default=None, on_delete=OnDelete.restrict
    )
    batch_id = UUID(null=True, default=None)
    active = Boolean(default=True)
    created_at = Timestamptz()

    coupons_not_overused = Check("usage_count >= 0 AND (usage_limit IS NULL OR usage_count <= usage_limit)")


class CouponUsage(Table, tablename="coupon_usage"):
    """An order that used a coupon: once. A cancelled one gives the use back and stays here."""

    id = UUID(primary_key=True, default=None)
    coupon_id = ForeignKey(CouponRow, null=False, on_delete=OnDelete.restrict)
    user_id = ForeignKey(
        LazyTableReference("User", app_name="fastshop"), null=True, default=None, on_delete=OnDelete.restrict
    )
    order_id = UUID(default=None)
    discount_amount = Numeric(digits=(15, 2))
    currency = Varchar(length=3)
    used_at = Timestamptz()
    given_back_at = Timestamptz(null=True, default=None)

    coupon_usage_once = Unique(["coupon_id", "order_id"])


class CampaignRow(Table, tablename="campaigns"):
    """A campaign. ``target_audience`` repeats the audience of its terms for whoever reads tables."""

    id = UUID(primary_key=True, default=None)
    name = Varchar(length=200)
    description = Text(default="")
    banner_url = Varchar(length=2000, default="")
    start_date = Timestamptz()
    end_date = Timestamptz()
    target_audience = JSONB()
    terms = JSONB()
    seller_id = ForeignKey(
        LazyTableReference("SellerRow", app_name="fastshop"), null=True, default=None, on_delete=OnDelete.restrict
    )
    created_at = Timestamptz()

    campaigns_end_after_start = Check("start_date < end_date")


class PriceTierRow(Table, tablename="price_tiers"):
    """A price of a list. ``customer_group`` is empty for everybody."""

    id = UUID(primary_key=True, default=None)
    variant_id = ForeignKey(LazyTableReference("VariantRow", app_name="fastshop"), null=False)
    currency = Varchar(length=3)
    customer_group = Varchar(length=50, default="")
    min_quantity = Integer()
    price = Numeric(digits=(15, 2))
    valid_from = Timestamptz(null=True, default=None)
    valid_until = Timestamptz(null=True, default=None)


class PriceHistoryRow(Table, tablename="price_history"):
    """What a variant cost from a moment on. A trigger on the variants writes it."""

    id = BigInt(primary_key=True, default=None)
    variant_id = ForeignKey(LazyTableReference("VariantRow", app_name="fastshop"), null=False)
    currency = Varchar(length=3)
    price = Numeric(digits=(15, 2))
    at = Timestamptz()


class TaxZoneRow(Table, tablename="tax_zones"):
    """Where the same taxes hold."""

    id = UUID(primary_key=True, default=None)
    name = Varchar(length=200)
    inclusive = Boolean()


class TaxPlace(Table, tablename="tax_places"):
    """A country or region, and its zone: only one."""

    place = Varchar(length=6, primary_key=True)
    zone_id = ForeignKey(TaxZoneRow, null=False)


class TaxExemptionRow(Table, tablename="tax_exemptions"):
    """What frees a person from taxes in some places. Only ``revoked_at`` ever changes, and what a register says.

    ``vat_standing`` is empty where the document is no VAT number.
    """

    id = UUID(primary_key=True, default=None)
    user_id = ForeignKey(LazyTableReference("User", app_name="fastshop"), null=False, on_delete=OnDelete.restrict)
    reason = Varchar(length=200)
    document = Varchar(length=100)
    places = Array(base_column=Varchar(length=6))
    valid_from = Timestamptz()
    valid_until = Timestamptz(null=True, default=None)
    granted_at = Timestamptz()
    revoked_at = Timestamptz(null=True, default=None)
    vat_standing = Varchar(length=12, default="")
    vat_checked_at = Timestamptz(null=True, default=None)

    tax_exemptions_end_after_begin = Check("valid_until > valid_from")


class TaxRateRow(Table, tablename="tax_rates"):
    """A tax of a zone."""

    id = UUID(primary_key=True, default=None)
    zone_id = ForeignKey(TaxZoneRow, null=False)
    position = Integer()
    name = Varchar(length=200)
    rate = Integer()
    tax_class = Varchar(length=50)
    valid_from = Timestamptz(null=True, default=None)
    valid_until = Timestamptz(null=True, default=None)
