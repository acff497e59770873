"""All channels of this node: what was committed goes to the local watchers at once and to the other nodes by the bus.

The bus only wakes: whatever it loses is found by comparing with the database. A watcher's stream has no gap (promise
P5): it holds back what arrives while its starting point is read in one consistent view, and goes on right after it.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import suppress
from typing import Any, cast

import msgspec
import structlog

from fastshop.contract.base import ChannelKind, Event
from server.kernel import log
from server.kernel.channel import ChannelNotFound, Watch, Watches
from server.kernel.database import Database
from server.kernel.log import Publication
from server.realtime.feeds import Feed, LogFeed, StateFeed, Watcher
from server.realtime.frames import Position
from server.realtime.limits import Limits
from server.realtime.starting import Start, Starting
from server.realtime.tasks import Tasks

logger = structlog.get_logger()

# Announcements of two commits may cross on their way by a moment; a gap that lasts longer is read from the log.
_CROSSING = 0.02
_FILL = 500
_HEADS = "SELECT channel, seq FROM channel_heads WHERE channel = any($1::text[])"


class Hub:
    """The channels of a node. ``spread`` hands what happened here to the other nodes; it must not block or raise."""

    def __init__(
        self,
        database: Database,
        watches: Watches,
        limits: Limits,
        spread: Callable[[Sequence[Publication], Sequence[tuple[str, bytes]]], None],
    ) -> None:
        self._database = database
        self._watches = watches
        self._limits = limits
        self._spread = spread
        self._feeds: dict[str, Feed] = {}
        self._filling: set[str] = set()
        self._starting = Starting(database, limits)
        self._tasks = Tasks()

    async def start(self) -> None:
        """Begin to compare with the database from time to time."""
        await self._starting.open()
        self._tasks.every(self._limits.recheck_every, self.recheck, "channels are not compared with the log")
        self._tasks.run(self._reread_for_ever())

    async def stop(self) -> None:
        """End what runs."""
        await self._tasks.stop()
        for feed in self._feeds.values():
            if isinstance(feed, StateFeed):
                feed.stop()

    @property
    def epoch(self) -> str:
        """The name of the log's history."""
        return self._starting.epoch

    def announce(self, publications: Sequence[Publication]) -> None:
        """What was committed here. It neither blocks nor raises (see `Database.on_commit`)."""
        if publications:
            self.receive(publications)
            self._spread(publications, ())

    def receive(self, publications: Sequence[Publication]) -> None:
        """What was committed somewhere: of each channel in its order."""
        found: dict[str, list[Publication]] = {}
        feeds = self._feeds
        for publication in publications:
            if publication.channel in feeds:
                found.setdefault(publication.channel, []).append(publication)
        for channel, theirs in found.items():
            feed = feeds.get(channel)
            if feed is not None:
                feed.take(theirs)

    def pass_on(self, channel: str, push: bytes) -> None:
        """Give the channel's watchers on all nodes a push that may be lost."""
        self.receive_passing(channel, push)
        self._spread((), ((channel, push),))

    def receive_passing(self, channel: str, push: bytes) -> None:
        """A push that may be lost, from another node."""
        feed = self._feeds.get(channel)
        if feed is not None:
            feed.passing(push)

    def find(self, channel: str) -> tuple[Watch, str]:
        """How a channel is served, and the id in its name. Refused: `ChannelNotFound`."""
        return self._watches.find(channel)

    async def join(self, watch: Watch, key: str, watcher: Watcher, since: Position | None) -> Start:
        """Let somebody watch. What is answered is exactly where the watcher stands; then call `Watcher.open`.

        ``since`` is the place from which a watcher of a log channel wants to resume. Refused as the snapshot refuses.
        """
        feed = self._feed(watch, watcher)
        feed.watchers[watcher] = None
        try:
            return await self._start(feed, watch, key, watcher, since)
        except BaseException:
            self.leave(watcher)
            raise

    def leave(self, watcher: Watcher) -> None:
        """Let somebody watch no more. Nobody left, the channel is forgotten here."""
        feed = self._feeds.get(watcher.logged)
        if feed is None or watcher not in feed.watchers:
            return
        del feed.watchers[watcher]
        if not feed.watchers:
            del self._feeds[watcher.logged]
            if isinstance(feed, StateFeed):
                feed.stop()

    def watchers(self, channel: str) -> int:
        """How many watch a channel on this node."""
        feed = self._feeds.get(channel)
        return len(feed.watchers) if feed else 0

    def recheck_soon(self) -> None:
        """Compare with the database now: what other nodes told may have been lost."""
        self._tasks.run(self._guarded(self.recheck()))

    async def recheck(self) -> None:
        """Find the watched log channels that have more events than were told, and fill them."""
        behind = {feed.name: feed for feed in self._of(LogFeed) if feed.seq is not None}
        for row in await self._database.fetch(_HEADS, list(behind)) if behind else ():
            feed = behind[row["channel"]]
            if feed.seq is not None and row["seq"] > feed.seq:
                await self._fill(feed, row["seq"])

    async def _start(self, feed: Feed, watch: Watch, key: str, watcher: Watcher, since: Position | None) -> Start:
        if isinstance(feed, LogFeed):
            return await self._start_log(feed, watch, key, watcher, since)
        if isinstance(feed, StateFeed):
            return await self._start_state(feed, watch, key, watcher)
        return Start()

    async def _start_log(
        self, feed: LogFeed, watch: Watch, key: str, watcher: Watcher, since: Position | None
    ) -> Start:
        while True:
            known = feed.seq is not None
            watcher.restart()
            start = await self._starting.of_log(watch, key, feed.name, since)
            if feed.seq is None:
                feed.begin(start.offset)
                return start
            # Two that came first at the same time: the later place is the feed's, and who stands before it misses
            # what lies between. Events are held back for who came to a feed that had a place already.
            if known or start.offset >= feed.origin:
                return start

    async def _start_state(self, feed: StateFeed, watch: Watch, key: str, watcher: Watcher) -> Start:
        version, data = await self._state(feed, watch, key)
        if feed.version != version and feed.latest is not None:
            watcher.state(feed.push(feed.latest))
        return Start(data=data)

    async def _state(self, feed: StateFeed, watch: Watch, key: str) -> tuple[int, bytes]:
        """The state as it is now, read once for all who ask at the same time."""
        if feed.reading is None:
            feed.reading = asyncio.ensure_future(self._read_state(feed, watch, key))
            feed.reading.add_done_callback(lambda _: setattr(feed, "reading", None))
        return cast("tuple[int, bytes]", await asyncio.shield(feed.reading))

    async def _read_state(self, feed: StateFeed, watch: Watch, key: str) -> tuple[int, bytes]:
        version = feed.version
        data = (await self._starting.of_state(watch, key)).data
        assert data is not None
        if feed.version == version:
            # It is not older than the last one told, so that one may not be given out any more.
            feed.latest = data
        return version, data

    def _feed(self, watch: Watch, watcher: Watcher) -> Feed:
        feed = self._feeds.get(watcher.logged)
        if feed is None:
            feed = self._feeds[watcher.logged] = self._new_feed(watch.channel.kind, watcher)
        return feed

    def _new_feed(self, kind: ChannelKind, watcher: Watcher) -> Feed:
        if kind is ChannelKind.LOG:
            return LogFeed(watcher.logged, watcher.channel, self._fill_soon)
        if kind is ChannelKind.STATE:
            return StateFeed(watcher.channel, 1 / self._limits.state_per_second)
        return Feed(watcher.channel, watcher.channel)

    def _of(self, kind: type[Any]) -> Iterator[Any]:
        return (feed for feed in tuple(self._feeds.values()) if isinstance(feed, kind))

    def _fill_soon(self, feed: LogFeed) -> None:
        if feed.name not in self._filling:
            self._filling.add(feed.name)
            self._tasks.run(self._guarded(self._fill_after_a_moment(feed)))

    async def _fill_after_a_moment(self, feed: LogFeed) -> None:
        try:
            await asyncio.sleep(_CROSSING)
            while feed.gap and await self._fill_once(feed):
                pass
        finally:
            self._filling.discard(feed.name)

    async def _fill(self, feed: LogFeed, head: int) -> None:
        while feed.watchers and feed.seq is not None and feed.seq < head:
            if not await self._fill_once(feed):
                feed.lose()
                return

    async def _fill_once(self, feed: LogFeed) -> bool:
        """Read some of what is missing; False when there is nothing to read, or nobody to read it for."""
        if feed.seq is None or not feed.watchers:
            return False
        async with self._database.reading() as connection:
            found = await log.after(connection, feed.name, feed.seq, _FILL)
        if found:
            feed.fill(found)
        return bool(found)

    async def _reread_for_ever(self) -> None:
        while True:
            watched = [feed.name for feed in self._of(StateFeed)]
            pause = max(self._limits.reread_every / (len(watched) or 1), 1 / self._limits.rereads_per_second)
            for channel in watched or ("",):
                await asyncio.sleep(pause)
                await self._guarded(self.reread(channel))

    async def reread(self, channel: str) -> None:
        """Read a watched state channel's state again, and show it where it is not what was shown last."""
        feed = self._feeds.get(channel)
        if not isinstance(feed, StateFeed):
            return
        watch, key = self._watches.find(channel)
        before = feed.latest
        # A channel of something that is gone has no state any more; who watches it keeps the last.
        with suppress(ChannelNotFound):
            version, data = await self._state(feed, watch, key)
            if feed.version == version and not _same(before, data, watch.channel.snapshot):
                feed.take([Publication(channel, 0, data)])

    async def _guarded(self, work: Awaitable[None]) -> None:
        try:
            await work
        except Exception as error:
            logger.warning("a channel could not be compared with the database", error=repr(error))


def _same(one: bytes | None, other: bytes, kind: Any) -> bool:
    """Whether two states say the same, whenever they were taken."""
    if one is None:
        return False
    decoded = [msgspec.json.decode(data, type=kind) for data in (one, other)]
    if isinstance(decoded[0], Event):
        decoded = [msgspec.structs.replace(state, time=decoded[0].time) for state in decoded]
    return bool(decoded[0] == decoded[1])
