"""Sellers: their applications, how they work, whether they are suspended, and who works for them."""

from migrations.running import running

ID = "2026-11-21T11:07:23:000000"
VERSION = "1.38.0"
DESCRIPTION = "Sellers and their staff"

_STATEMENTS = (
    """
ALTER TABLE sellers
    ADD COLUMN country varchar(2) NOT NULL DEFAULT '',
    ADD COLUMN tax_number varchar(40) NOT NULL DEFAULT '',
    ADD COLUMN contact_email varchar(254) NOT NULL DEFAULT '',
    ADD COLUMN contact_phone varchar(40) NOT NULL DEFAULT '',
    ADD COLUMN return_days integer NOT NULL DEFAULT 14,
    ADD COLUMN handling_days integer NOT NULL DEFAULT 2,
    ADD COLUMN low_stock_mail boolean NOT NULL DEFAULT true,
    ADD COLUMN suspended_at timestamptz,
    ADD COLUMN suspended_for varchar(200) NOT NULL DEFAULT ''
""",
    """
CREATE TABLE seller_applications (
    id uuid PRIMARY KEY,
    user_id uuid NOT NULL REFERENCES users ON DELETE CASCADE,
    name varchar(80) NOT NULL,
    slug varchar(100) NOT NULL,
    description text NOT NULL,
    country varchar(2) NOT NULL,
    tax_number varchar(40) NOT NULL,
    contact_email varchar(254) NOT NULL,
    contact_phone varchar(40) NOT NULL,
    state varchar(10) NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'approved', 'rejected')),
    reason varchar(200) NOT NULL DEFAULT '',
    created_at timestamptz NOT NULL,
    decided_at timestamptz,
    decided_by uuid
)
""",
    "CREATE UNIQUE INDEX seller_applications_one_open ON seller_applications (user_id) WHERE state = 'open'",
    "CREATE UNIQUE INDEX seller_applications_slug ON seller_applications (slug) WHERE state = 'open'",
    "CREATE INDEX seller_applications_of_user ON seller_applications (user_id, created_at DESC, id DESC)",
    "CREATE INDEX seller_applications_by_state ON seller_applications (state, created_at, id)",
    """
CREATE TABLE seller_staff (
    user_id uuid PRIMARY KEY REFERENCES users ON DELETE CASCADE,
    seller_id uuid NOT NULL REFERENCES sellers,
    rights varchar(20)[] NOT NULL,
    since timestamptz NOT NULL
)
""",
    "CREATE INDEX seller_staff_of_seller ON seller_staff (seller_id, since, user_id)",
    """
CREATE TABLE seller_invitations (
    id uuid PRIMARY KEY,
    seller_id uuid NOT NULL REFERENCES sellers,
    email varchar(254) NOT NULL,
    rights varchar(20)[] NOT NULL,
    invited_by uuid NOT NULL,
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    ended_at timestamptz,
    accepted_by uuid
)
""",
    "CREATE INDEX seller_invitations_open ON seller_invitations (seller_id, created_at, id) WHERE ended_at IS NULL",
)

forwards = running(ID, DESCRIPTION, _STATEMENTS)
