"""Promotions, price lists and taxes: what the pricing engine is fed with.

Whoever changes a price, its history is written by the database in the same transaction: nobody can forget it.
"""

from migrations.running import running

ID = "2026-11-21T09:33:17:000000"
VERSION = "1.38.0"
DESCRIPTION = "Promotions, price lists and taxes"

_STATEMENTS = (
    """
CREATE TABLE coupons (
    id uuid PRIMARY KEY,
    code varchar(40) NOT NULL CONSTRAINT coupons_code_key UNIQUE,
    name varchar(200) NOT NULL,
    type varchar(20) NOT NULL,
    value numeric(15, 2),
    currency varchar(3) NOT NULL DEFAULT '',
    min_order numeric(15, 2),
    max_discount numeric(15, 2),
    valid_from timestamptz,
    valid_until timestamptz,
    usage_limit integer,
    usage_count integer NOT NULL DEFAULT 0,
    per_customer_limit integer,
    stacking_group varchar(50) NOT NULL DEFAULT '',
    priority integer NOT NULL DEFAULT 0,
    exclusive varchar(10) NOT NULL DEFAULT 'no',
    automatic boolean NOT NULL DEFAULT false,
    terms jsonb NOT NULL,
    seller_id uuid REFERENCES sellers ON DELETE RESTRICT,
    batch_id uuid,
    active boolean NOT NULL DEFAULT true,
    created_at timestamptz NOT NULL,
    CONSTRAINT coupons_not_overused CHECK (usage_count >= 0 AND (usage_limit IS NULL OR usage_count <= usage_limit))
)
""",
    "CREATE INDEX coupons_newest ON coupons (created_at, id)",
    "CREATE INDEX coupons_seller ON coupons (seller_id, created_at, id)",
    "CREATE INDEX coupons_batch ON coupons (batch_id) WHERE batch_id IS NOT NULL",
    "CREATE INDEX coupons_automatic ON coupons (id) WHERE automatic AND active",
    """
CREATE TABLE coupon_usage (
    id uuid PRIMARY KEY,
    coupon_id uuid NOT NULL REFERENCES coupons ON DELETE RESTRICT,
    user_id uuid REFERENCES users ON DELETE RESTRICT,
    order_id uuid NOT NULL,
    discount_amount numeric(15, 2) NOT NULL CHECK (discount_amount >= 0),
    currency varchar(3) NOT NULL,
    used_at timestamptz NOT NULL,
    given_back_at timestamptz,
    CONSTRAINT coupon_usage_once UNIQUE (coupon_id, order_id)
)
""",
    "CREATE INDEX coupon_usage_customer ON coupon_usage (coupon_id, user_id) WHERE given_back_at IS NULL",
    "CREATE INDEX coupon_usage_order ON coupon_usage (order_id)",
    "CREATE INDEX coupon_usage_latest ON coupon_usage (coupon_id, used_at, id)",
    """
CREATE TABLE campaigns (
    id uuid PRIMARY KEY,
    name varchar(200) NOT NULL,
    description text NOT NULL DEFAULT '',
    banner_url varchar(2000) NOT NULL DEFAULT '',
    start_date timestamptz NOT NULL,
    end_date timestamptz NOT NULL,
    target_audience jsonb NOT NULL,
    terms jsonb NOT NULL,
    seller_id uuid REFERENCES sellers ON DELETE RESTRICT,
    created_at timestamptz NOT NULL,
    CONSTRAINT campaigns_end_after_start CHECK (start_date < end_date)
)
""",
    "CREATE INDEX campaigns_end ON campaigns (end_date, id)",
    """
CREATE TABLE price_tiers (
    id uuid PRIMARY KEY,
    variant_id uuid NOT NULL REFERENCES product_variants ON DELETE CASCADE,
    currency varchar(3) NOT NULL,
    customer_group varchar(50) NOT NULL DEFAULT '',
    min_quantity integer NOT NULL CHECK (min_quantity >= 1),
    price numeric(15, 2) NOT NULL CHECK (price >= 0),
    valid_from timestamptz,
    valid_until timestamptz
)
""",
    """
CREATE UNIQUE INDEX price_tiers_once ON price_tiers (variant_id, currency, customer_group, min_quantity, valid_from)
    NULLS NOT DISTINCT
""",
    """
CREATE TABLE price_history (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    variant_id uuid NOT NULL REFERENCES product_variants ON DELETE CASCADE,
    currency varchar(3) NOT NULL,
    price numeric(15, 2) NOT NULL,
    at timestamptz NOT NULL
)
""",
    "CREATE INDEX price_history_variant ON price_history (variant_id, at)",
    """
INSERT INTO price_history (variant_id, currency, price, at)
SELECT variant.id, variant.currency, variant.price, product.updated_at
FROM product_variants variant JOIN products product ON product.id = variant.product_id
""",
    """
CREATE FUNCTION note_price() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO price_history (variant_id, currency, price, at) VALUES (NEW.id, NEW.currency, NEW.price, now());
    RETURN NULL;
END $$
""",
    """
CREATE TRIGGER price_noted AFTER INSERT ON product_variants FOR EACH ROW EXECUTE FUNCTION note_price()
""",
    """
CREATE TRIGGER price_change_noted AFTER UPDATE OF price, currency ON product_variants FOR EACH ROW
    WHEN (OLD.price <> NEW.price OR OLD.currency <> NEW.currency) EXECUTE FUNCTION note_price()
""",
    """
CREATE TABLE tax_zones (
    id uuid PRIMARY KEY,
    name varchar(200) NOT NULL,
    inclusive boolean NOT NULL
)
""",
    """
CREATE TABLE tax_places (
    place varchar(6) CONSTRAINT tax_places_place_key PRIMARY KEY,
    zone_id uuid NOT NULL REFERENCES tax_zones ON DELETE CASCADE
)
""",
    """
CREATE TABLE tax_rates (
    id uuid PRIMARY KEY,
    zone_id uuid NOT NULL REFERENCES tax_zones ON DELETE CASCADE,
    position integer NOT NULL,
    name varchar(200) NOT NULL,
    rate integer NOT NULL CHECK (rate BETWEEN 0 AND 1000000),
    tax_class varchar(50) NOT NULL,
    valid_from timestamptz,
    valid_until timestamptz
)
""",
    "CREATE INDEX tax_rates_zone ON tax_rates (zone_id, position)",
    "ALTER TABLE categories ADD COLUMN tax_class varchar(50) NOT NULL DEFAULT ''",
)

forwards = running(ID, DESCRIPTION, _STATEMENTS)
