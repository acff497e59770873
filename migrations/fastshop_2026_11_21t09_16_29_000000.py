"""Books of addresses."""

from migrations.running import running

ID = "2026-11-21T09:16:29:000000"
VERSION = "1.38.0"
DESCRIPTION = "Books of addresses"

_STATEMENTS = (
    """
CREATE TABLE addresses (
    id uuid PRIMARY KEY,
    user_id uuid NOT NULL REFERENCES users ON DELETE CASCADE,
    name varchar(200) NOT NULL,
    country varchar(2) NOT NULL,
    street varchar(300) NOT NULL,
    city varchar(100) NOT NULL,
    postal_code varchar(20) NOT NULL,
    country_area varchar(100) NOT NULL,
    city_area varchar(100) NOT NULL,
    sorting_code varchar(20) NOT NULL,
    company varchar(100) NOT NULL,
    phone varchar(40) NOT NULL,
    is_default boolean NOT NULL DEFAULT false,
    created_at timestamptz NOT NULL,
    updated_at timestamptz
)
""",
    "CREATE INDEX addresses_user ON addresses (user_id, created_at DESC, id DESC)",
    "CREATE UNIQUE INDEX addresses_one_default ON addresses (user_id) WHERE is_default",
)

forwards = running(ID, DESCRIPTION, _STATEMENTS)
