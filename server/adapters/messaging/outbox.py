"""Mail of a shop that has no SMTP server: it is kept, and a page shows it."""

from typing import Any

from server.kernel.clock import Clock
from server.kernel.database import Database
from server.kernel.mail import Mail

# So many are shown.
_SHOWN = 100

_KEEP = """
INSERT INTO outbox_mails (id, recipient, subject, text, sent_at) VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING
"""
_LATEST = "SELECT recipient, subject, text, sent_at FROM outbox_mails ORDER BY sent_at DESC, id DESC LIMIT $1"


class Outbox:
    """A `Mailer` that keeps what it is given."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def send(self, mail: Mail) -> None:
        """See the port."""
        await self._database.fetch(_KEEP, mail.id, mail.to, mail.subject, mail.text, self._clock.now())

    async def latest(self) -> list[Any]:
        """The latest mails, the newest first."""
        return await self._database.fetch(_LATEST, _SHOWN)
