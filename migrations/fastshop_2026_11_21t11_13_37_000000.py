"""Products that are reviewed, planned, described by attributes and offered by several sellers.

Why a product is not seen stands in ``stage``, beside a status that the previous release knows.
"""

from migrations.running import running

ID = "2026-11-21T11:13:37:000000"
VERSION = "1.38.0"
DESCRIPTION = "The catalog grown up"

_STATEMENTS = (
    """
ALTER TABLE products
    ADD stage varchar(20) NOT NULL DEFAULT '',
    ADD approved boolean NOT NULL DEFAULT false,
    ADD publish_at timestamptz,
    ADD unpublish_at timestamptz,
    ADD attributes jsonb NOT NULL DEFAULT '{}',
    ADD max_per_customer integer NOT NULL DEFAULT 0
        CONSTRAINT products_limit_not_negative CHECK (max_per_customer >= 0),
    ADD offer_of uuid REFERENCES products ON DELETE SET NULL
""",
    """
CREATE INDEX products_plans ON products ((least(publish_at, unpublish_at)))
    WHERE least(publish_at, unpublish_at) IS NOT NULL
""",
    "CREATE UNIQUE INDEX products_offers ON products (offer_of, seller_id) WHERE offer_of IS NOT NULL",
    """
ALTER TABLE product_variants
    ADD gtin varchar(14) NOT NULL DEFAULT '',
    ADD offer_of uuid REFERENCES product_variants ON DELETE SET NULL
""",
    "CREATE INDEX product_variants_gtin ON product_variants (lpad(gtin, 14, '0')) WHERE gtin <> ''",
    "CREATE UNIQUE INDEX product_variants_offers ON product_variants (offer_of, seller_id) WHERE offer_of IS NOT NULL",
    """
CREATE TABLE moderated_sellers (
    seller_id uuid PRIMARY KEY REFERENCES sellers ON DELETE CASCADE,
    moderated boolean NOT NULL
)
""",
    """
CREATE TABLE moderation (
    one boolean PRIMARY KEY DEFAULT true CONSTRAINT moderation_once CHECK (one),
    mode varchar(20) NOT NULL
)
""",
    """
CREATE TABLE product_submissions (
    product_id uuid PRIMARY KEY REFERENCES products ON DELETE CASCADE,
    number integer NOT NULL,
    state varchar(20) NOT NULL,
    content jsonb,
    reason varchar(500) NOT NULL DEFAULT '',
    submitted_at timestamptz NOT NULL,
    decided_at timestamptz,
    decided_by uuid
)
""",
    """
CREATE INDEX product_submissions_waiting ON product_submissions (submitted_at, product_id) WHERE state = 'waiting'
""",
    """
CREATE TABLE product_attributes (
    id uuid PRIMARY KEY,
    code varchar(50) NOT NULL UNIQUE,
    name varchar(200) NOT NULL,
    category_id uuid REFERENCES categories ON DELETE RESTRICT,
    kind varchar(20) NOT NULL,
    unit varchar(20) NOT NULL DEFAULT '',
    choices varchar(100)[] NOT NULL DEFAULT '{}',
    required boolean NOT NULL DEFAULT false,
    filterable boolean NOT NULL DEFAULT false
)
""",
)

forwards = running(ID, DESCRIPTION, _STATEMENTS)
