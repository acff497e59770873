"""Accounts elsewhere that sign somebody in: seen and taken away by their owner. `Social` adds them."""

from fastshop.contract.base import Done
from fastshop.contract.social import LinkedAccount, ListLinked, Unlink
from server.domains.accounts.credentials import Credentials
from server.kernel.caller import Caller
from server.kernel.database import Database

_LIST = "SELECT provider, created_at FROM social_identities WHERE user_id = $1 ORDER BY created_at, subject"
_UNLINK = "DELETE FROM social_identities WHERE user_id = $1 AND provider = $2"


class Linking:
    """Keeps people in charge of who signs in as them."""

    def __init__(self, database: Database, credentials: Credentials) -> None:
        self._database = database
        self._credentials = credentials

    async def list(self, command: ListLinked, caller: Caller) -> tuple[LinkedAccount, ...]:  # noqa: ARG002
        """The caller's."""
        return tuple(LinkedAccount(*row) for row in await self._database.fetch(_LIST, caller.person))

    async def unlink(self, command: Unlink, caller: Caller) -> Done:
        """Take those of a provider away."""
        await self._credentials.prove(caller, command.password)
        await self._database.fetch(_UNLINK, caller.person, command.provider)
        return Done()
