"""A channel as it is served: who may watch it, and from which state a watcher starts."""

import hashlib
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from uuid import UUID

from msgspec import Struct

from fastshop.contract.acl import WATCHABLE
from fastshop.contract.base import Channel, NotFound
from server.kernel.caller import Caller

Permit = Callable[[str, Caller], Awaitable[None]]
Snapshot = Callable[[str], Awaitable[Struct]]


@dataclass(eq=False)
class ChannelNotFound(NotFound):
    """There is no such channel, or not for this caller. Which of the two is not told."""

    code = "channel_not_found"
    sentence = "There is no such channel."


@dataclass(frozen=True, slots=True)
class Watch:
    """How a channel of the contract is served.

    ``permit`` is asked once, when somebody subscribes, with the id in the channel's name; it raises a refusal or
    returns. ``snapshot`` runs inside `Database.reading`, so that what it reads and the channel's offset fit together
    exactly. ``presence`` lets watchers see each other; ``publish`` says who may publish into a passing channel.
    """

    channel: Channel
    permit: Permit
    snapshot: Snapshot
    presence: bool = False
    publish: Permit | None = None

    async def admit(self, key: str, caller: Caller) -> None:
        """Refuse the caller as the channel's rule refuses, or return. A key needs the channel's scope for that rule.

        To whom it is granted, the rule is not asked.
        """
        counted, scope = caller.within(self.channel.scope), self.channel.scope
        if not (counted.grants and scope in WATCHABLE and (scope, key_id(key)) in counted.grants):
            await self.permit(key, counted)


def hashed(key: object) -> str:
    """What is kept of a key that opens something to whoever knows it.

    It has some 122 random bits: too many to find by trying out a plain hash.
    """
    return hashlib.sha256(str(key).encode()).hexdigest()


def logged(channel: Channel, key: object) -> str:
    """What the log and the nodes call the channel of one thing: by its name, or by a hash where that is a secret."""
    return channel.of(hashed(key) if channel.is_secret else key)


class Watches:
    """All channels by name."""

    def __init__(self, watches: tuple[Watch, ...]) -> None:
        self._by_prefix = {watch.channel.prefix: watch for watch in watches}
        if len(self._by_prefix) != len(watches):
            raise ValueError("two channels have the same name")

    def __iter__(self) -> Iterator[Watch]:
        return iter(self._by_prefix.values())

    def find(self, name: str) -> tuple[Watch, str]:
        """The channel of this name and the id in it. Refused where there is none: `ChannelNotFound`."""
        noun, colon, key = name.partition(":")
        watch = self._by_prefix.get(noun + colon)
        if watch is None or bool(colon) != bool(key):
            raise ChannelNotFound
        return watch, key


async def anyone(_key: str, _caller: Caller) -> None:
    """The `Permit` of a public channel."""


def key_id(key: str) -> UUID:
    """The id in a channel's name. Refused where it is not written as ids are: `ChannelNotFound`."""
    try:
        value = UUID(key)
    except ValueError:
        raise ChannelNotFound from None
    if str(value) != key:
        raise ChannelNotFound
    return value
