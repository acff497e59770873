"""What became of mail."""

from piccolo.columns import UUID, Text, Timestamptz, Varchar
from piccolo.table import Table


class SentMail(Table, tablename="sent_mails"):
    """A mail that an SMTP server took, so that a job which runs twice sends it once."""

    id = UUID(primary_key=True, default=None)
    sent_at = Timestamptz()


class OutboxMail(Table, tablename="outbox_mails"):
    """A mail of a shop without an SMTP server, to be looked at."""

    id = UUID(primary_key=True, default=None)
    recipient = Varchar(length=254)
    subject = Varchar(length=200)
    text = Text()
    sent_at = Timestamptz()
