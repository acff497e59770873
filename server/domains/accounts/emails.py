"""Where people are written to."""

from uuid import UUID

from server.kernel.database import Database

_EMAIL = "SELECT email FROM users WHERE id = $1"


class Emails:
    """The e-mail addresses of accounts, as they are now."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def of(self, user_id: UUID) -> str:
        """A person's; empty where there is no such account."""
        row = await self._database.fetch_one(_EMAIL, user_id)
        return "" if row is None else str(row["email"])
