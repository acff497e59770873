"""Signing in with an account elsewhere: OpenID Connect, the authorisation code with PKCE.

`BeginSocial` answers where to send the person, and a ticket that only who began knows. The provider sends them back to
the shop's page ``/account/social/<provider>`` with a code and the state; with the ticket, those sign in.
"""

from dataclasses import dataclass
from typing import Annotated, ClassVar

from msgspec import Meta, Struct

from fastshop.contract.accounts import Password, SignedIn
from fastshop.contract.base import GET, POST, Command, Conflict, Done, NotFound, Time, Unauthenticated, Unavailable

ProviderName = Annotated[str, Meta(pattern="^[a-z0-9-]+$", max_length=40)]
_Said = Annotated[str, Meta(min_length=1, max_length=2000)]


class Providers(Struct, frozen=True):
    """With whose accounts one can sign in."""

    names: tuple[str, ...]


class SocialBegun(Struct, frozen=True):
    """``url`` is where the person signs in. Keep the ticket where no other page sees it."""

    url: str
    ticket: str
    expires_at: Time


class LinkedAccount(Struct, frozen=True):
    """An account elsewhere that signs the caller in. One can have several with a provider."""

    provider: str
    linked_at: Time


class ListLinked(Command[tuple[LinkedAccount, ...]], frozen=True, tag="accounts.list_linked"):
    """The accounts elsewhere that sign the caller in, the oldest first."""

    http: ClassVar = GET("/me/social")


class Unlink(Command[Done], frozen=True, tag="accounts.unlink"):
    """Let no account with a provider sign the caller in any more. It takes the password, with which they still can."""

    http: ClassVar = POST("/me/social/{provider}/unlink")
    provider: ProviderName
    password: Password


class ListProviders(Command[Providers], frozen=True, tag="accounts.list_providers"):
    """With whose accounts one can sign in here."""

    http: ClassVar = GET("/auth/social")


class BeginSocial(Command[SocialBegun], frozen=True, tag="accounts.begin_social"):
    """Begin to sign in with an account elsewhere. It is to be finished within ten minutes."""

    http: ClassVar = POST("/auth/social/{provider}")
    provider: ProviderName


class FinishSocial(Command[SignedIn], frozen=True, tag="accounts.finish_social"):
    """Sign in with what the provider sent back; opens a customer account for who has none. Works once."""

    http: ClassVar = POST("/auth/social/{provider}/callback")
    provider: ProviderName
    ticket: _Said
    state: _Said
    code: _Said


@dataclass(eq=False)
class ProviderNotFound(NotFound):
    """One cannot sign in with that here."""

    code: ClassVar[str] = "accounts.provider_not_found"
    sentence: ClassVar[str] = "You cannot sign in with {provider} here."
    provider: str


@dataclass(eq=False)
class ProviderDown(Unavailable):
    """The provider does not answer, or not as it should."""

    code: ClassVar[str] = "accounts.provider_down"
    sentence: ClassVar[str] = "{provider} does not answer now. Try again, or sign in with your password."
    provider: str


@dataclass(eq=False)
class SocialFailed(Unauthenticated):
    """It took too long, was done already, was begun elsewhere, or the provider does not vouch for the person."""

    code: ClassVar[str] = "accounts.social_failed"
    sentence: ClassVar[str] = "This did not work. Begin again."


@dataclass(eq=False)
class SocialEmailTaken(Conflict):
    """There is an account with this address, and nobody has proven that it is the same person's."""

    code: ClassVar[str] = "accounts.social_email_taken"
    sentence: ClassVar[str] = "There is an account with your address. Sign in to it and confirm the address first."
