"""Accounts on real PostgreSQL and Valkey, with somebody else's account and session always there."""

import re
from collections.abc import AsyncIterator, Collection
from typing import NamedTuple
from uuid import UUID

import pytest
import redis.asyncio as redis

from fastshop.contract.accounts import LogIn, Register, SignedIn
from fastshop.contract.credentials import LetterWritten
from fastshop.ids import new_id
from server.adapters.identity.oidc import OidcProvider
from server.adapters.limits.valkey import ValkeyAttempts, ValkeySocketTokens
from server.domains.accounts.administration import Administration
from server.domains.accounts.api_keys import ApiKeys
from server.domains.accounts.believed import Believed
from server.domains.accounts.credentials import Credentials
from server.domains.accounts.ending import Ending
from server.domains.accounts.letters import Letters
from server.domains.accounts.passwords import Passwords
from server.domains.accounts.restricting import Restricting
from server.domains.accounts.roles import Roles
from server.domains.accounts.second_factor import SecondFactors
from server.domains.accounts.service import Accounts
from server.domains.accounts.sessions import Sessions
from server.domains.accounts.social import Social
from server.domains.accounts.trying import Trying
from server.kernel.caller import Caller
from server.kernel.database import Database
from server.kernel.keyed import Keyed
from server.kernel.mail import Mail
from server.kernel.sealed import Sealed
from server.settings import Oidc
from tests.domains.accounts.provider import CLIENT, CLIENT_SECRET, LocalProvider, providing
from tests.support import ManualClock

PASSWORD = "correct horse"
SECRET = "the secret of a test"
GUEST = Caller(address="192.0.2.1", device="a test")


class ClosedSockets:
    """Where sockets would be closed."""

    def __init__(self) -> None:
        self.ended: list[UUID] = []
        self.replaced: list[UUID] = []
        self.renewed: list[UUID] = []

    async def end_sessions(self, session_ids: Collection[UUID], *, replaced: bool = False) -> None:
        self.ended.extend(session_ids)
        self.replaced.extend(session_ids if replaced else ())

    async def renew_users(self, user_ids: Collection[UUID]) -> None:
        self.renewed.extend(user_ids)


class Post:
    """Where mail goes. ``sent`` is all of it."""

    def __init__(self) -> None:
        self.sent: list[Mail] = []

    async def send(self, mail: Mail) -> None:
        self.sent.append(mail)


class People(NamedTuple):
    """The accounts, and what they stand on."""

    accounts: Accounts
    credentials: Credentials
    second_factors: SecondFactors
    api_keys: ApiKeys
    roles: Roles
    administration: Administration
    restricting: Restricting
    social: Social
    provider: LocalProvider
    letters: Letters
    post: Post
    sessions: Sessions
    passwords: Passwords
    sockets: ClosedSockets
    database: Database
    clock: ManualClock

    async def register(self, email: str = "ann@example.com", user_id: UUID | None = None) -> SignedIn:
        command = Register(user_id=user_id or new_id(), email=email, password=PASSWORD, name="Ann")
        return await self.accounts.register(command, GUEST)

    async def log_in(self, email: str = "ann@example.com", password: str = PASSWORD, device: str = "") -> SignedIn:
        return await self.accounts.log_in(LogIn(email=email, password=password, device=device), GUEST)

    async def delivered(self) -> list[Mail]:
        """What the job sends of the letters that wait, in the order they were written."""
        rows = await self.database.fetch("SELECT data->>'letter_id' AS id FROM outbox ORDER BY id")
        await self.database.fetch("DELETE FROM outbox")
        before = len(self.post.sent)
        for row in rows:
            await self.letters.send(UUID(row["id"]))
        return self.post.sent[before:]

    async def caller(self, signed_in: SignedIn) -> Caller:
        found = await self.sessions.authenticate(signed_in.token)
        assert found is not None
        return found


@pytest.fixture(scope="session")
async def passwords() -> AsyncIterator[Passwords]:
    found = Passwords()
    yield found
    found.close()


@pytest.fixture(scope="session")
async def local_provider() -> AsyncIterator[LocalProvider]:
    async with providing() as found:
        yield found


@pytest.fixture
def provider(local_provider: LocalProvider) -> LocalProvider:
    """An identity provider that does what it should."""
    local_provider.reset()
    return local_provider


@pytest.fixture
async def people(
    database: Database, valkey: "redis.Redis", clock: ManualClock, passwords: Passwords, provider: LocalProvider
) -> People:
    tokens = ValkeySocketTokens(valkey)
    believed = Believed()
    sessions = Sessions(database, clock, tokens, believed)
    sockets = ClosedSockets()
    post = Post()
    keyed = Keyed(SECRET)
    letters = Letters(database, clock, keyed, post, "https://shop.test")
    ending, trying = Ending(believed, sockets), Trying(ValkeyAttempts(valkey))
    credentials = Credentials(database, clock, passwords, sessions, ending, trying, letters)
    second_factors = SecondFactors(database, clock, Sealed([SECRET]), credentials, letters, "A shop")
    accounts = Accounts(database, clock, passwords, sessions, ending, trying, tokens, letters, second_factors)
    api_keys = ApiKeys(database, clock, keyed, believed, credentials, ending, letters)
    roles = Roles(database, clock, ending)
    administration = Administration(database, clock, sessions, second_factors, ending)
    database.consume([LetterWritten])
    providers = [OidcProvider(Oidc("local", provider.issuer, CLIENT, CLIENT_SECRET))]
    social = Social(database, clock, keyed, trying, passwords, letters, accounts, providers, "https://shop.test")
    restricting = Restricting(database, credentials, accounts, ending)
    services = (accounts, credentials, second_factors, api_keys, roles, administration, restricting, social, provider)
    return People(*services, letters, post, sessions, passwords, sockets, database, clock)


def token_in(mail: Mail) -> str:
    """The token of the link in a mail."""
    found = re.search(r"#token=(\S+)", mail.text)
    assert found is not None
    return found[1]


@pytest.fixture
async def other(people: People) -> SignedIn:
    """Somebody else, signed in."""
    return await people.register("other@example.com")
