"""Flash sales and their claims. The actor decides; the constraints here have the last word (promise P2)."""

from piccolo.columns import (
    JSONB,
    UUID,
    BigInt,
    Boolean,
    Bytea,
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


class FlashSaleRow(Table, tablename="flash_sales"):
    """A sale. ``version`` is what a commit builds on: a stale owner's write finds another one and changes nothing.

    ``secret`` is what the seed of the draw comes from; it never leaves the shop. ``line`` is the line as everybody was
    shown it last.
    """

    id = UUID(primary_key=True, default=None)
    product_id = ForeignKey(
        LazyTableReference("ProductRow", app_name="fastshop"), null=False, on_delete=OnDelete.restrict
    )
    variant_id = ForeignKey(
        LazyTableReference("VariantRow", app_name="fastshop"), null=False, on_delete=OnDelete.restrict
    )
    seller_id = ForeignKey(
        LazyTableReference("SellerRow", app_name="fastshop"), null=False, on_delete=OnDelete.restrict
    )
    title = Varchar(length=200)
    image_url = Varchar(length=2000, default="")
    sale_price = Numeric(digits=(15, 2))
    original_price = Numeric(digits=(15, 2))
    currency = Varchar(length=3)
    start_time = Timestamptz()
    end_time = Timestamptz()
    quantity_limit = Integer()
    held_count = Integer(default=0)
    sold_count = Integer(default=0)
    per_customer_limit = Integer()
    hold_seconds = Integer()
    last_place = Integer(default=0)
    version = BigInt(default=0)
    created_at = Timestamptz()
    cancelled_at = Timestamptz(null=True, default=None)
    closed_at = Timestamptz(null=True, default=None)
    secret = Bytea()
    seed = Text(default="")
    drawn_count = Integer(default=0)
    line = JSONB(default="{}")
    limit_by = Text(default="")
    proof_of_work = Boolean(default=False)

    flash_sales_not_oversold = Check(
        "held_count >= 0 AND sold_count >= 0 AND held_count + sold_count <= quantity_limit"
    )
    flash_sales_price_not_negative = Check("sale_price >= 0")


class FlashSaleClaim(Table, tablename="flash_sale_claims"):
    """A customer's units in a sale. The statement that writes claims makes sure of the sale by itself."""

    id = UUID(primary_key=True, default=None)
    sale_id = UUID(default=None)
    customer_id = UUID(default=None)
    place = Integer()
    quantity = Integer()
    total = Numeric(digits=(15, 2))
    state = Varchar(length=20)
    claimed_at = Timestamptz()
    expires_at = Timestamptz()
    payment_id = UUID(null=True, default=None)
    order_id = UUID(null=True, default=None)
    place_id = UUID(null=True, default=None)
    limit_keys = Text(default="")

    flash_sale_claims_place_unique = Unique(["sale_id", "place"])
    flash_sale_claims_quantity_positive = Check("quantity > 0")


class FlashSaleDelivery(Table, tablename="flash_sale_deliveries"):
    """Where a claim's units go, as said with a payment; deleted when the order has it, or nothing came of it."""

    claim_id = UUID(primary_key=True, default=None)
    sale_id = UUID(default=None, index=True)
    payment_id = UUID(default=None)
    address = JSONB()


class FlashSalePlace(Table, tablename="flash_sale_places"):
    """A customer's place in the line of a sale. A partial unique index lets them have one active one."""

    id = UUID(primary_key=True, default=None)
    sale_id = UUID(default=None)
    customer_id = UUID(default=None)
    quantity = Integer()
    state = Text()
    joined = Integer()
    joined_at = Timestamptz()
    number = Integer()
    claim_id = UUID(null=True, default=None)
    reason = Text(null=True, default=None)


class FlashSaleReminder(Table, tablename="flash_sale_reminders"):
    """Who wants to be reminded of a sale's start. ``reminded_for`` is the start that they were reminded of."""

    sale_id = ForeignKey(FlashSaleRow, null=False)
    customer_id = ForeignKey(LazyTableReference("User", app_name="fastshop"), null=False)
    asked_at = Timestamptz()
    reminded_for = Timestamptz(null=True, default=None)


class FlashSaleProof(Table, tablename="flash_sale_proofs"):
    """A proof of work that was used, and for which place or claim."""

    nonce = Text(primary_key=True)
    used_for = UUID(default=None)
    expires_at = Timestamptz()
