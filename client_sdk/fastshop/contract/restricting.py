"""From where an account can be used (AUT-11)."""

from dataclasses import dataclass
from typing import Annotated, ClassVar

from msgspec import Meta

from fastshop.contract.accounts import Me, Password
from fastshop.contract.base import PUT, Command, Forbidden, Invalid

Network = Annotated[
    str,
    Meta(min_length=2, max_length=50, description="an address, or a network such as `203.0.113.0/24`, `2001:db8::/32`"),
]
Networks = Annotated[tuple[Network, ...], Meta(max_length=20)]


class RestrictMe(Command[Me], frozen=True, tag="accounts.restrict"):
    """Let the caller's account be used from these networks only; with none, from anywhere.

    Elsewhere sessions and API keys count for nothing, and signing in is refused. Open sockets connect anew.
    """

    http: ClassVar = PUT("/me/ip-whitelist")
    networks: Networks
    password: Password


@dataclass(eq=False)
class NotFromHere(Forbidden):
    """Whoever has the account lets it be used from other networks only. Told only to who knows the password."""

    code: ClassVar[str] = "accounts.not_from_here"
    sentence: ClassVar[str] = "This account cannot be used from here."


@dataclass(eq=False)
class NetworkUnclear(Invalid):
    """Not a network address, or none with the address in it that the caller comes from."""

    code: ClassVar[str] = "accounts.network_unclear"
    sentence: ClassVar[str] = "{reason}"
    reason: str
    field: str = "networks"
