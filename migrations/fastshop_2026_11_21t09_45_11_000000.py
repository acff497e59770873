"""Reviews, and their stars with the product. The previous release writes products as before: the stars have a default."""

from migrations.running import running

ID = "2026-11-21T09:45:11:000000"
VERSION = "1.38.0"
DESCRIPTION = "Reviews"

_STATEMENTS = (
    "ALTER TABLE products ADD COLUMN stars integer[] NOT NULL DEFAULT '{0,0,0,0,0}'",
    """
CREATE TABLE reviews (
    id uuid PRIMARY KEY,
    product_id uuid NOT NULL REFERENCES products ON DELETE CASCADE,
    customer_id uuid NOT NULL REFERENCES users,
    stars integer NOT NULL CHECK (stars BETWEEN 1 AND 5),
    text text NOT NULL,
    verified boolean NOT NULL,
    helpful integer NOT NULL DEFAULT 0 CHECK (helpful >= 0),
    state text NOT NULL DEFAULT 'shown' CHECK (state IN ('shown', 'hidden')),
    reason text NOT NULL DEFAULT '',
    moderated_by uuid REFERENCES users,
    moderated_at timestamptz,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    CONSTRAINT reviews_once UNIQUE (product_id, customer_id)
)
""",
    "CREATE INDEX reviews_newest ON reviews (product_id, created_at, id) WHERE state = 'shown'",
    "CREATE INDEX reviews_helpful ON reviews (product_id, helpful, id) WHERE state = 'shown'",
    "CREATE INDEX reviews_stars ON reviews (product_id, stars, id) WHERE state = 'shown'",
    """
CREATE TABLE review_votes (
    review_id uuid NOT NULL REFERENCES reviews ON DELETE CASCADE,
    voter_id uuid NOT NULL REFERENCES users,
    PRIMARY KEY (review_id, voter_id)
)
""",
    """
CREATE TABLE review_reports (
    review_id uuid NOT NULL REFERENCES reviews ON DELETE CASCADE,
    reporter_id uuid NOT NULL REFERENCES users,
    reason text NOT NULL,
    created_at timestamptz NOT NULL,
    decided_at timestamptz,
    PRIMARY KEY (review_id, reporter_id)
)
""",
    "CREATE INDEX review_reports_open ON review_reports (review_id) WHERE decided_at IS NULL",
)

forwards = running(ID, DESCRIPTION, _STATEMENTS)
