"""The channels of one connection: what `subscribe` and its siblings do."""

from collections.abc import Callable
from typing import Union

import msgspec
from msgspec import UNSET, Raw, Struct

from fastshop.contract.base import ChannelKind
from fastshop.contract.codes import (
    ALREADY_SUBSCRIBED,
    BAD_REQUEST,
    LIMIT_EXCEEDED,
    NOT_AVAILABLE,
    PERMISSION_DENIED,
    UNRECOVERABLE_POSITION,
    CloseCode,
)
from server.kernel.caller import Caller
from server.kernel.channel import ChannelNotFound, Watch, Watches, logged
from server.kernel.decoding import decode
from server.realtime import frames
from server.realtime.feeds import Watcher
from server.realtime.frames import (
    ChannelRequest,
    ClientInfo,
    Empty,
    HistoryRequest,
    HistoryResult,
    Position,
    PresenceResult,
    PresenceStatsResult,
    PublishRequest,
    SubscribeRequest,
    SubscribeResult,
)
from server.realtime.history import History
from server.realtime.hub import Hub
from server.realtime.outbound import Outbound
from server.realtime.presence import Presence
from server.realtime.refusals import ProtocolError
from server.realtime.starting import Start

# A flag of `subscribe`: refuse rather than start afresh when the position cannot be recovered.
_REJECT_UNRECOVERED = 2
# A channel's name is a noun and an id; anything longer is none of ours.
_NAME_LENGTH = 255


class Channels(Struct, frozen=True):
    """What serves the channels of a node."""

    hub: Hub
    presence: Presence
    history: History
    publishing: "Publishing"
    subscriptions: int


class Publishing:
    """What clients may publish into passing channels: only the events that the channel says it has."""

    def __init__(self, watches: Watches) -> None:
        self._decoders = {
            watch.channel.prefix: msgspec.json.Decoder(Union[watch.channel.events])  # noqa: UP007 - computed
            for watch in watches
            if watch.publish is not None
        }
        self._encode = msgspec.json.Encoder().encode

    def checked(self, watch: Watch, data: Raw) -> bytes:
        """The event, as all will see it. Refused: `BadInput`."""
        return self._encode(decode(self._decoders[watch.channel.prefix], data))


class _Subscription:
    """``own``: given by the server, and kept when the client unsubscribes. ``asked``: the client subscribed."""

    __slots__ = ("asked", "key", "own", "watch", "watcher")

    def __init__(self, watcher: Watcher, watch: Watch, key: str, *, own: bool, asked: bool) -> None:
        self.watcher = watcher
        self.watch = watch
        self.key = key
        self.own = own
        self.asked = asked


class Watching:
    """One connection's subscriptions."""

    def __init__(self, channels: Channels, client: str, outbound: Outbound, close: Callable[[CloseCode], None]) -> None:
        self._channels = channels
        self._hub = channels.hub
        self._client = client
        self._outbound = outbound
        self._close = close
        self._subscriptions: dict[str, _Subscription] = {}
        self._ended = False

    async def subscribe(self, request: SubscribeRequest, caller: Caller, *, own: bool = False) -> SubscribeResult:
        """Watch a channel. Send the result, then call `open`. Refused as the channel's own rule refuses."""
        subscription = self._reserve(request.channel, own=own)
        try:
            await subscription.watch.admit(subscription.key, caller)
            self._check_current(subscription)
            start = await self._start(subscription, request)
            self._check_current(subscription)
            return self._result(subscription, request, start)
        except BaseException:
            self._drop(subscription)
            raise

    def open(self, channel: str, result: SubscribeResult, caller: Caller) -> None:
        """Let the channel's news through, after the result was sent; let the others know who came."""
        subscription = self._subscriptions.get(channel)
        if subscription is None or subscription.watcher.opened:
            return
        subscription.watcher.open(result.offset)
        if subscription.watch.presence:
            self._channels.presence.enter(channel, self._info(caller))

    async def unsubscribe(self, request: ChannelRequest, _caller: Caller) -> Empty:
        """Watch no more. A channel that the server gave stays."""
        subscription = self._subscriptions.get(request.channel)
        if subscription is not None and subscription.own and subscription.watcher.opened:
            subscription.asked = False
        elif subscription is not None:
            self._drop(subscription)
        return Empty()

    async def publish(self, request: PublishRequest, caller: Caller) -> Empty:
        """Publish into a passing channel, where it lets its watchers."""
        subscription = self._subscribed(request.channel)
        if subscription.watch.publish is None:
            raise ProtocolError(PERMISSION_DENIED)
        await subscription.watch.publish(subscription.key, caller.within(subscription.watch.channel.scope))
        data = self._channels.publishing.checked(subscription.watch, request.data)
        push = frames.passing_push(frames.push_start(request.channel), data, self._info(caller))
        self._hub.pass_on(request.channel, push)
        return Empty()

    async def presence(self, request: ChannelRequest, _caller: Caller) -> PresenceResult:
        """Who is in the channel, on all nodes."""
        if not self._subscribed(request.channel).watch.presence:
            raise ProtocolError(NOT_AVAILABLE)
        return PresenceResult(await self._channels.presence.who(request.channel))

    async def presence_stats(self, request: ChannelRequest, caller: Caller) -> PresenceStatsResult:
        """How many are in the channel: connections, and people; guests are counted one by one."""
        who = (await self.presence(request, caller)).presence.values()
        return PresenceStatsResult(len(who), len({info.user or info.client for info in who}))

    async def history(self, request: HistoryRequest, _caller: Caller) -> HistoryResult:
        """What the log keeps of a channel."""
        subscription = self._subscribed(request.channel)
        if subscription.watch.channel.kind is not ChannelKind.LOG:
            raise ProtocolError(NOT_AVAILABLE)
        return await self._channels.history.of(subscription.watcher.logged, request, self._hub.epoch)

    async def sub_refresh(self, request: ChannelRequest, caller: Caller) -> Empty:
        """Ask the channel's rule anew; whom it refuses now watches no more."""
        subscription = self._subscribed(request.channel)
        try:
            await subscription.watch.admit(subscription.key, caller)
        except BaseException:
            self._drop(subscription)
            raise
        return Empty()

    def end(self) -> None:
        """Watch nothing any more, whatever is still under way."""
        self._ended = True
        self.drop_all()

    def drop_all(self) -> None:
        """Watch nothing for now."""
        for subscription in tuple(self._subscriptions.values()):
            self._drop(subscription)

    def _reserve(self, channel: str, *, own: bool) -> _Subscription:
        if not channel or self._ended:
            raise ProtocolError(BAD_REQUEST)
        if len(channel) > _NAME_LENGTH:
            raise ChannelNotFound
        known = self._subscriptions.get(channel)
        if known is not None and known.asked:
            raise ProtocolError(ALREADY_SUBSCRIBED)
        if known is None and len(self._subscriptions) >= self._channels.subscriptions:
            raise ProtocolError(LIMIT_EXCEEDED)
        watch, key = self._hub.find(channel)
        if known is not None:
            self._drop(known)
        watcher = Watcher(channel, self._outbound, self._close, logged(watch.channel, key))
        subscription = _Subscription(watcher, watch, key, own=own or known is not None, asked=not own)
        self._subscriptions[channel] = subscription
        return subscription

    async def _start(self, subscription: _Subscription, request: SubscribeRequest) -> Start:
        since = Position(request.offset, request.epoch) if request.recover else None
        start = await self._hub.join(subscription.watch, subscription.key, subscription.watcher, since)
        if since is not None and start.missed is None and request.flag & _REJECT_UNRECOVERED:
            raise ProtocolError(UNRECOVERABLE_POSITION)
        return start

    def _result(self, subscription: _Subscription, request: SubscribeRequest, start: Start) -> SubscribeResult:
        log = subscription.watch.channel.kind is ChannelKind.LOG
        return SubscribeResult(
            recoverable=log,
            positioned=log,
            epoch=self._hub.epoch if log else "",
            offset=start.offset,
            was_recovering=log and request.recover,
            recovered=start.missed is not None,
            publications=tuple(frames.publication(missed.seq, missed.data) for missed in start.missed or ()),
            data=UNSET if start.data is None else Raw(start.data),
        )

    def _subscribed(self, channel: str) -> _Subscription:
        subscription = self._subscriptions.get(channel)
        if subscription is None or not subscription.watcher.opened:
            raise ProtocolError(PERMISSION_DENIED)
        return subscription

    def _check_current(self, subscription: _Subscription) -> None:
        """The client unsubscribed, or is gone, while we were reading."""
        if self._subscriptions.get(subscription.watcher.channel) is not subscription:
            raise ProtocolError(BAD_REQUEST)

    def _drop(self, subscription: _Subscription) -> None:
        channel = subscription.watcher.channel
        self._hub.leave(subscription.watcher)
        if self._subscriptions.get(channel) is not subscription:
            return
        del self._subscriptions[channel]
        self._outbound.forget(channel)
        if subscription.watch.presence and subscription.watcher.opened:
            self._channels.presence.leave(channel, self._client)

    def _info(self, caller: Caller) -> ClientInfo:
        return ClientInfo(self._client, str(caller.user_id) if caller.user_id else "")
