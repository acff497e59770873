"""From where an account can be used. Who would shut themself out is refused; an admin lets in again who has moved."""

from collections.abc import Iterable, Sequence
from ipaddress import ip_network

from fastshop.contract.accounts import Me, WhoAmI
from fastshop.contract.restricting import NetworkUnclear, RestrictMe
from server.domains.accounts.credentials import Credentials
from server.domains.accounts.ending import Ending
from server.domains.accounts.service import Accounts
from server.kernel.caller import Caller
from server.kernel.database import Database
from server.kernel.networks import is_within


class Restricting:
    """Lets people say where they come from."""

    def __init__(self, database: Database, credentials: Credentials, accounts: Accounts, ending: Ending) -> None:
        self._database = database
        self._credentials = credentials
        self._accounts = accounts
        self._ending = ending

    async def restrict(self, command: RestrictMe, caller: Caller) -> Me:
        """Let the caller's account be used from there only."""
        networks = checked(command.networks)
        if networks and not is_within(caller.address, networks):
            raise NetworkUnclear(f"You come from {caller.address}, which is in none of these networks.")
        await self._credentials.prove(caller, command.password)
        await self._database.fetch("UPDATE users SET ip_whitelist = $2 WHERE id = $1", caller.person, networks)
        await self._ending.changed([caller.person])
        return await self._accounts.who_am_i(WhoAmI(), caller)


def checked(networks: Iterable[str]) -> Sequence[str]:
    """Networks as they are kept, each once. Refused: `NetworkUnclear`."""
    return list(dict.fromkeys(_checked(each) for each in networks))


def _checked(written: str) -> str:
    try:
        return str(ip_network(written.strip(), strict=False))
    except ValueError:
        raise NetworkUnclear(f"{written} is no network address.") from None
