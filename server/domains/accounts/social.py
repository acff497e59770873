"""Signing in with an account elsewhere.

State, nonce and PKCE verifier are made from the row's id under keys of the shop's, so that the row holds none of them.
The row goes with its first use; the ticket ties it to who began (no login CSRF), the verifier the code to us.
"""

import secrets
from base64 import urlsafe_b64encode
from collections.abc import Collection
from datetime import timedelta
from hashlib import sha256
from hmac import compare_digest
from uuid import UUID

from fastshop.contract.accounts import Role, SignedIn
from fastshop.contract.social import (
    BeginSocial,
    FinishSocial,
    ListProviders,
    ProviderNotFound,
    Providers,
    SocialBegun,
    SocialEmailTaken,
    SocialFailed,
)
from fastshop.ids import new_id
from server.domains.accounts.letter_texts import Purpose
from server.domains.accounts.letters import Letters
from server.domains.accounts.passwords import Passwords
from server.domains.accounts.ports import Identity, IdentityProvider
from server.domains.accounts.service import Accounts
from server.domains.accounts.sessions import fingerprint
from server.domains.accounts.trying import Allowance, Trying
from server.kernel.caller import Caller
from server.kernel.clock import Clock
from server.kernel.database import Database, Transaction
from server.kernel.emails import normalised
from server.kernel.keyed import Keyed
from server.kernel.networks import network

_WITHIN = timedelta(minutes=10)
_BEGUN = Allowance("social", 60, 15 * 60)

_BEGIN = "INSERT INTO social_sign_ins (id, provider, ticket, expires_at) VALUES ($1, $2, $3, $4)"
_TAKE = "DELETE FROM social_sign_ins WHERE ticket = $1 AND provider = $2 AND expires_at > $3 RETURNING id"
# One after the other, whoever comes twice at once: otherwise both would open an account.
_HOLD = "SELECT pg_advisory_xact_lock(hashtextextended($1, 7273118222))"
_KNOWN = "SELECT user_id FROM social_identities WHERE provider = $1 AND subject = $2"
_BY_EMAIL = "SELECT id, email_verified_at FROM users WHERE email = $1 FOR UPDATE"
_LINK = "INSERT INTO social_identities (provider, subject, user_id, created_at) VALUES ($1, $2, $3, $4)"


class Social:
    """Signs people in whom somebody else knows."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        keyed: Keyed,
        trying: Trying,
        passwords: Passwords,
        letters: Letters,
        accounts: Accounts,
        providers: Collection[IdentityProvider],
        origin: str,
    ) -> None:
        self._database = database
        self._clock = clock
        self._keyed = keyed
        self._trying = trying
        self._passwords = passwords
        self._letters = letters
        self._accounts = accounts
        self._providers = {provider.name: provider for provider in providers}
        self._origin = origin

    async def list_providers(self, command: ListProviders, caller: Caller) -> Providers:  # noqa: ARG002
        """With whose accounts one can sign in."""
        return Providers(tuple(self._providers))

    async def begin(self, command: BeginSocial, caller: Caller) -> SocialBegun:
        """Where to send the person."""
        provider = self._provider(command.provider)
        await self._trying.spend(_BEGUN, network(caller.address))
        begun, ticket, expires_at = new_id(), secrets.token_urlsafe(32), self._clock.now() + _WITHIN
        challenge = urlsafe_b64encode(sha256(self._made("verifier", begun).encode()).digest()).rstrip(b"=").decode()
        state, nonce = self._made("state", begun), self._made("nonce", begun)
        url = await provider.address(self._redirect(provider), state, nonce, challenge)
        await self._database.fetch(_BEGIN, begun, provider.name, fingerprint(ticket), expires_at)
        return SocialBegun(url, ticket, expires_at)

    async def finish(self, command: FinishSocial, caller: Caller) -> SignedIn:
        """Sign in with what the provider sent back."""
        provider = self._provider(command.provider)
        values = (fingerprint(command.ticket), provider.name, self._clock.now())
        row = await self._database.fetch_one(_TAKE, *values)
        if row is None or not compare_digest(self._made("state", row["id"]).encode(), command.state.encode()):
            raise SocialFailed
        nonce, verifier = self._made("nonce", row["id"]), self._made("verifier", row["id"])
        identity = await provider.identity(command.code, self._redirect(provider), nonce, verifier)
        return await self._accounts.sign_in_as(await self._user_of(provider.name, identity), caller)

    async def sweep(self) -> float:
        """One round: forget what was never finished. Answers how long to rest, in seconds."""
        await self._database.fetch("DELETE FROM social_sign_ins WHERE expires_at <= $1", self._clock.now())
        return _WITHIN.total_seconds()

    def _provider(self, name: str) -> IdentityProvider:
        if name not in self._providers:
            raise ProviderNotFound(name)
        return self._providers[name]

    def _made(self, what: str, begun: UUID) -> str:
        return self._keyed.token(f"social {what}", begun)

    def _redirect(self, provider: IdentityProvider) -> str:
        return f"{self._origin}/account/social/{provider.name}"

    async def _user_of(self, provider: str, identity: Identity) -> UUID:
        # A password that nobody knows: it takes as long to be refused as any other, until a new one is chosen by mail.
        password_hash = await self._passwords.hash(secrets.token_urlsafe(32))
        async with self._database.transaction() as transaction:
            await transaction.connection.execute(_HOLD, f"{provider} {identity.subject}")
            known: UUID | None = await transaction.connection.fetchval(_KNOWN, provider, identity.subject)
            if known is not None:
                return known
            if not identity.email_verified:
                raise SocialFailed
            user_id = await self._by_email(transaction, identity, password_hash)
            await transaction.connection.execute(_LINK, provider, identity.subject, user_id, self._clock.now())
            return user_id

    async def _by_email(self, transaction: Transaction, identity: Identity, password_hash: str) -> UUID:
        """The person with the address that the provider vouches for, or a new one.

        Not if the address was never proven here: whoever registered it, to wait for its owner, would share the account.
        """
        email = normalised(identity.email)
        row = await transaction.connection.fetchrow(_BY_EMAIL, email)
        if row is None:
            return await self._opened(transaction, email, identity, password_hash)
        if row["email_verified_at"] is None:
            raise SocialEmailTaken
        await self._letters.write(transaction, row["id"], Purpose.SOCIAL_LINKED)
        user_id: UUID = row["id"]
        return user_id

    async def _opened(self, transaction: Transaction, email: str, identity: Identity, password_hash: str) -> UUID:
        user_id, now = new_id(), self._clock.now()
        name = "".join(letter for letter in identity.name if letter.isprintable()).strip()[:200]
        values = (password_hash, name or email.partition("@")[0], [Role.CUSTOMER], None, now, now)
        if not await self._accounts.insert(transaction, user_id, email, *values):
            raise SocialEmailTaken  # registered at the same moment
        return user_id
