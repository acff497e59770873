"""Remembers what was sent: a job that runs twice sends one mail."""

from server.kernel.clock import Clock
from server.kernel.database import Database
from server.kernel.mail import Mail, Mailer

_KNOWN = "SELECT 1 FROM sent_mails WHERE id = $1"
_SENT = "INSERT INTO sent_mails (id, sent_at) VALUES ($1, $2) ON CONFLICT DO NOTHING"


class Once:
    """A `Mailer` in front of another.

    Who dies between the server's yes and the note of it sends the mail again; its Message-ID is the same.
    """

    def __init__(self, mailer: Mailer, database: Database, clock: Clock) -> None:
        self._mailer = mailer
        self._database = database
        self._clock = clock

    async def send(self, mail: Mail) -> None:
        """See the port."""
        if await self._database.fetch_one(_KNOWN, mail.id) is None:
            await self._mailer.send(mail)
            await self._database.fetch(_SENT, mail.id, self._clock.now())
