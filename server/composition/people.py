"""Who comes to the shop: accounts, addresses, groups, and the audit of what was done."""

from collections.abc import Callable

from server.adapters.identity.oidc import OidcProvider
from server.adapters.limits.valkey import ValkeySocketTokens
from server.composition.area import Area, Rounds
from server.composition.outside import Outside
from server.domains.accounts import admin_operations, channels, jobs, operations
from server.domains.accounts.access import Access
from server.domains.accounts.administration import Administration
from server.domains.accounts.api_keys import ApiKeys
from server.domains.accounts.bearers import Bearers
from server.domains.accounts.believed import Believed
from server.domains.accounts.confirming import Confirming
from server.domains.accounts.credentials import Credentials
from server.domains.accounts.emails import Emails
from server.domains.accounts.ending import Ending
from server.domains.accounts.letters import Letters
from server.domains.accounts.linking import Linking
from server.domains.accounts.passwords import Passwords
from server.domains.accounts.permitting import Permitting
from server.domains.accounts.restricting import Restricting
from server.domains.accounts.roles import Roles
from server.domains.accounts.second_factor import SecondFactors
from server.domains.accounts.service import Accounts
from server.domains.accounts.sessions import Sessions
from server.domains.accounts.shopkeepers import Shopkeepers
from server.domains.accounts.social import Social
from server.domains.accounts.trying import Trying
from server.domains.addresses import operations as address_operations
from server.domains.addresses.service import Addresses
from server.domains.audit import operations as audit_operations
from server.domains.audit.service import Audit
from server.domains.groups import operations as group_operations
from server.domains.groups.service import Groups
from server.kernel.channel import Watch
from server.kernel.job import Job
from server.kernel.operation import Operation, Operations


class People(Area):
    """The people. They are told which of ``all_operations`` are for them, so those are asked for when all are made."""

    def __init__(self, outside: Outside, all_operations: Callable[[], Operations]) -> None:
        settings, database, clock, keyed = outside.settings, outside.database, outside.clock, outside.keyed
        believed, tokens = Believed(), ValkeySocketTokens(outside.valkey)
        ending, trying = Ending(believed, outside.sockets), Trying(outside.attempts)
        self.passwords = passwords = Passwords()
        self.sessions = sessions = Sessions(database, clock, tokens, believed)
        self._letters = letters = Letters(database, clock, keyed, outside.mailer, settings.own_origin)
        self._credentials = Credentials(database, clock, passwords, sessions, ending, trying, letters)
        self._second_factors = SecondFactors(
            database, clock, outside.sealed, self._credentials, letters, outside.shop_name
        )
        self.accounts = Accounts(
            database, clock, passwords, sessions, ending, trying, tokens, letters, self._second_factors
        )
        self._api_keys = ApiKeys(database, clock, keyed, believed, self._credentials, ending, letters)
        providers = [OidcProvider(each) for each in settings.oidc]
        self._social = Social(
            database, clock, keyed, trying, passwords, letters, self.accounts, providers, settings.own_origin
        )
        self._permitting = Permitting(all_operations)
        self.confirming = Confirming(self._credentials, letters)
        self._linking = Linking(database, self._credentials)
        self._restricting = Restricting(database, self._credentials, self.accounts, ending)
        self.bearers = Bearers(sessions, self._api_keys)
        self._roles = Roles(database, clock, ending)
        self._access = Access(database, clock, ending)
        self._administration = Administration(database, clock, sessions, self._second_factors, ending)
        self.shopkeepers = Shopkeepers(ending)
        self.emails = Emails(database)
        self.addresses = Addresses(database, clock)
        self._audit = Audit(database)
        self.groups = Groups(database, clock)

    def operations(self) -> tuple[Operation, ...]:
        """See `Area`."""
        return (
            *operations.operations(
                self.accounts,
                self._credentials,
                self._second_factors,
                self._api_keys,
                self._social,
                self._permitting,
                self._restricting,
                self._linking,
            ),
            *admin_operations.operations(self._administration, self._roles, self._access),
            *address_operations.operations(self.addresses),
            *audit_operations.operations(self._audit),
            *group_operations.operations(self.groups),
        )

    def watches(self) -> tuple[Watch, ...]:
        """See `Area`."""
        return channels.watches()

    def jobs(self) -> tuple[Job, ...]:
        """See `Area`."""
        return jobs.jobs(self._letters)

    def rounds(self) -> Rounds:
        """See `Area`."""
        return {
            "letters": self._letters.sweep,
            "sign-in challenges": self._second_factors.sweep,
            "sign-ins elsewhere": self._social.sweep,
        }
