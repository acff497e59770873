"""Mail: what an SMTP server took, and the outbox of a shop that has none."""

from migrations.running import running

ID = "2026-11-21T07:26:40:000000"
VERSION = "1.38.0"
DESCRIPTION = "Mail"

_STATEMENTS = (
    """
CREATE TABLE sent_mails (
    id uuid PRIMARY KEY,
    sent_at timestamptz NOT NULL
)
""",
    """
CREATE TABLE outbox_mails (
    id uuid PRIMARY KEY,
    recipient varchar(254) NOT NULL,
    subject varchar(200) NOT NULL,
    text text NOT NULL,
    sent_at timestamptz NOT NULL
)
""",
    "CREATE INDEX outbox_mails_latest ON outbox_mails (sent_at DESC, id DESC)",
)

forwards = running(ID, DESCRIPTION, _STATEMENTS)
