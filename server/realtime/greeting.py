"""`connect` and `refresh`: who the connection is, until when, and which channels it is given with the welcome."""

from collections.abc import Collection, Iterator
from math import ceil

from fastshop.contract.accounts import ADMIN, Role
from fastshop.contract.base import Refusal
from fastshop.contract.codes import TOKEN_EXPIRED, UNAUTHORIZED
from fastshop.contract.flash_sales import USER
from fastshop.contract.orders import SELLER
from server.kernel.caller import GUEST, Caller
from server.kernel.channel import ChannelNotFound
from server.realtime.frames import ConnectRequest, ConnectResult, RefreshResult, SubscribeRequest, SubscribeResult
from server.realtime.node import Node, Visitor
from server.realtime.refusals import ProtocolError
from server.realtime.watching import Watching


class Greeting:
    """Receives one visitor. ``caller`` is who they are, a guest at first."""

    def __init__(self, node: Node, visitor: Visitor, client: str, watching: Watching) -> None:
        self._node = node
        self._visitor = visitor
        self._client = client
        self._watching = watching
        self._by_token = False
        self.caller = self._at(GUEST)

    async def identify(self, token: str) -> None:
        """Learn who it is: by the token, else by the cookie; a guest if neither. Refused: a token that is not valid."""
        known = None
        if token:
            known = await self._authenticated(token)
        elif self._visitor.cookie:
            known = await self._known(self._visitor.cookie)
        self._by_token = bool(token)
        self.caller = known or self._at(GUEST)

    async def identify_again(self, token: str) -> Caller:
        """Who comes with a new token: the same person. Refused: somebody else, a token that is not valid."""
        known = await self._authenticated(token)
        if known.user_id != self.caller.user_id:
            raise ProtocolError(UNAUTHORIZED)
        return known

    def renew(self, caller: Caller) -> RefreshResult:
        """Go on as this caller."""
        self.caller = caller
        self._by_token = True
        return RefreshResult(self._client, self._node.version, *self._time_left())

    async def subscribe_own(self, request: ConnectRequest, asked: Collection[str]) -> dict[str, SubscribeResult]:
        """Subscribe the caller's own channels, and the one that the address asks for; that one may be refused.

        ``asked`` are channels that the client subscribes in the same breath. The JavaScript client hands what is
        recovered of a channel to its own subscription, even what that has seen: such a channel is left to it alone.
        """
        subs: dict[str, SubscribeResult] = {}
        for channel in _own_channels(self.caller):
            found = None if channel in asked else await self._subscribe_if_served(channel, request)
            if found is not None:
                subs[channel] = found
        addressed = self._visitor.channel
        if addressed and addressed not in subs and addressed not in asked:
            subs[addressed] = await self._subscribe_addressed(request)
        return subs

    def welcome(self, subs: dict[str, SubscribeResult]) -> ConnectResult:
        """The answer to `connect`."""
        expires, ttl = self._time_left()
        return ConnectResult(
            client=self._client,
            version=self._node.version,
            ping=ceil(self._node.limits.ping_every),
            pong=True,
            node=self._node.name,
            time=int(self._node.clock.now().timestamp() * 1000),
            expires=expires,
            ttl=ttl,
            subs=subs,
        )

    def over_time(self) -> float:
        """Seconds since the connection should have been refreshed; below 0, seconds until then."""
        expires_at = self.caller.expires_at
        if expires_at is None:
            return float("-inf")
        grace = self._node.limits.refresh_within if self._by_token else 0
        return (self._node.clock.now() - expires_at).total_seconds() - grace

    async def _authenticated(self, token: str) -> Caller:
        known = await self._known(token) if token else None
        if known is None:
            raise ProtocolError(TOKEN_EXPIRED)
        return known

    async def _known(self, token: str) -> Caller | None:
        """Whose token it is, where it may be used from here."""
        known = await self._node.authenticate(token)
        here = None if known is None else self._at(known)
        return None if here is None or here.user_id is None else here

    def _at(self, caller: Caller) -> Caller:
        return caller.at(self._visitor.address, self._visitor.device)

    def _time_left(self) -> tuple[bool, int]:
        """Whether the client must refresh, and when. Who came with a cookie cannot, and comes anew instead."""
        expires_at = self.caller.expires_at
        if expires_at is None or not self._by_token:
            return False, 0
        return True, max(int((expires_at - self._node.clock.now()).total_seconds()), 1)

    async def _subscribe_if_served(self, channel: str, request: ConnectRequest) -> SubscribeResult | None:
        try:
            return await self._subscribe(channel, request)
        except Refusal as refusal:
            if refusal.temporary:
                raise
            return None

    async def _subscribe_addressed(self, request: ConnectRequest) -> SubscribeResult:
        if self._visitor.person and self._visitor.person != str(self.caller.user_id):
            raise ChannelNotFound
        return await self._subscribe(self._visitor.channel, request)

    async def _subscribe(self, channel: str, request: ConnectRequest) -> SubscribeResult:
        wish = request.subs.get(channel) or SubscribeRequest()
        wish.channel = channel
        return await self._watching.subscribe(wish, self.caller, own=True)


def _own_channels(caller: Caller) -> Iterator[str]:
    """The channels that a person's every connection watches."""
    if caller.user_id is not None:
        yield USER.of(caller.user_id)
    if caller.seller_id is not None:
        yield SELLER.of(caller.seller_id)
    if caller.is_any(Role.ADMIN):
        yield ADMIN.of()
