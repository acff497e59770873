"""Groups of customers."""

from migrations.running import running

ID = "2026-11-21T11:31:37:000000"
VERSION = "1.38.0"
DESCRIPTION = "Groups of customers"

_STATEMENTS = (
    "CREATE TABLE customer_groups (name varchar(50) PRIMARY KEY, title varchar(200) NOT NULL)",
    """
CREATE TABLE customer_group_members (
    user_id uuid NOT NULL REFERENCES users ON DELETE CASCADE,
    group_name varchar(50) NOT NULL REFERENCES customer_groups,
    since timestamptz NOT NULL,
    PRIMARY KEY (user_id, group_name)
)
""",
    "CREATE INDEX customer_group_members_of_group ON customer_group_members (group_name, since DESC, user_id DESC)",
)

forwards = running(ID, DESCRIPTION, _STATEMENTS)
