"""One awake actor: its mailbox and its turns.

A turn closes the group of what was decided and applied in memory, commits it at once, then answers everybody. While a
commit is under way the next group is decided as letters arrive: the busier it is, the more share a commit. Nothing is
answered before its commit, a refusal neither: it may rest on what that commit writes. A turn that changes nothing asks
the store instead whether its memory is still true, for another process may own the same actor and have written since.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from contextvars import Context
from typing import Any
from uuid import UUID

from actors.runtime.letter import Letter
from actors.runtime.ports import Actor, Change, Clock, Decision, Limits, Loaded, Overruled, Reminded, Stale, Store
from fastshop.contract.base import Busy, Refusal

logger = logging.getLogger(__name__)


class Activation:
    """An actor in memory, from its first message until it falls asleep."""

    def __init__(
        self,
        address: tuple[str, UUID],
        store: Store[Any],
        clock: Clock,
        limits: Limits,
        on_sleep: Callable[["Activation", Sequence[Letter]], None],
        on_stale: Callable[["Activation"], None],
        letters: Iterable[Letter] = (),
    ) -> None:
        self.address = address
        self.actor_id = address[1]
        self._store = store
        self._clock = clock
        self._limits = limits
        self._on_sleep = on_sleep
        self._on_stale = on_stale
        self._mailbox = deque(letters)
        self._loaded: Loaded[Any] | None = None
        # What was decided and applied since the last commit began, in its order.
        self._group: list[tuple[Letter, Decision | Exception]] = []
        # Whether letters may be decided as they arrive: while a commit is under way that has seen all it needs.
        self._ahead = False
        # What memory cannot be believed for any more.
        self._spoilt: Exception | None = None
        self._failures = 0
        self._ending = False
        self._wake: asyncio.Future[None] | None = None
        self._loop = asyncio.get_running_loop()
        # When it woke, by the loop's clock.
        self.since = self._loop.time()
        # A context of its own: whoever happens to wake it may be inside a transaction, which is not the actor's.
        self._task = self._loop.create_task(self._live(), name=f"actor {self.actor_id}", context=Context())

    def put(self, message: Any) -> "asyncio.Future[Any]":
        """Leave a message; messages are taken in the order of these calls. Refused with `Busy` when it is full."""
        if len(self._mailbox) >= self._limits.mailbox:
            raise Busy
        answer = self._loop.create_future()
        self._mailbox.append(Letter(message, answer))
        if self._ahead:
            self._decide_waiting()
        elif self._wake is not None and not self._wake.done():
            self._wake.set_result(None)
        return answer

    def finish(self) -> None:
        """Have it sleep after the turn that is under way; what is unread is left to `on_sleep`."""
        self._ending = True
        if self._wake is not None and not self._wake.done():
            self._wake.set_result(None)

    async def end(self) -> None:
        """Finish, and wait until it sleeps."""
        self.finish()
        await asyncio.wait([self._task])

    async def _live(self) -> None:
        try:
            while (self._group or not self._ending) and (self._group or self._mailbox or await self._rest()):
                await self._turn()
        finally:
            self._on_sleep(self, self._mailbox)

    async def _rest(self) -> bool:
        """Wait for a message. False when none came for so long that it may sleep, or there is nothing to keep awake."""
        if self._loaded is None:
            return False
        self._wake = self._loop.create_future()
        timer = self._loop.call_later(self._limits.idle, self._wake.cancel)
        try:
            await self._wake
        except asyncio.CancelledError:
            if self._task.cancelling():
                raise
            return bool(self._mailbox)
        finally:
            timer.cancel()
            self._wake = None
        return bool(self._mailbox)

    async def _turn(self) -> None:
        group: list[tuple[Letter, Decision | Exception]] = []
        try:
            fresh = self._loaded is None
            loaded = self._loaded or await self._wake_up()
            if loaded is None:
                return
            self._decide_waiting()
            group, self._group = self._group, []
            await self._keep(loaded, group, fresh=fresh)
        except Overruled as overruled:
            group.pop(overruled.position)[0].refuse(overruled.refusal)
            self._forget(group)
        except Exception as error:
            self._forget(group)
            self._again(len(group) or len(self._mailbox), error)
        else:
            self._failures = 0
            for letter, outcome in group:
                _answer(letter, outcome)

    async def _wake_up(self) -> Loaded[Any] | None:
        """Remember what the store has. None where there is no such actor: then everybody is told so."""
        try:
            self._loaded = await self._store.load(self.actor_id)
        except Refusal as refusal:
            while self._mailbox:
                self._mailbox.popleft().refuse(refusal)
        return self._loaded

    async def _keep(
        self, loaded: Loaded[Any], group: list[tuple[Letter, Decision | Exception]], *, fresh: bool
    ) -> None:
        """Commit what was decided. Where nothing is to be written, make sure that the memory it rests on is true."""
        if self._spoilt is not None:
            raise self._spoilt
        actor, version, stored_wake_at = loaded
        now = self._clock.now()
        decisions = [outcome if isinstance(outcome, Decision) else _NOTHING for _, outcome in group]
        wake_at = actor.wake_at(now)
        if wake_at is not None and stored_wake_at is not None and stored_wake_at <= now and not _reminded(group):
            # It is on its way: whoever asks something in the meantime must not put it off, for there may always be one.
            wake_at = min(wake_at, stored_wake_at)
        try:
            if wake_at != stored_wake_at or any(decision.events for decision in decisions):
                version = await self._store.commit(actor, version, Change(decisions, wake_at, now, self._go_ahead))
                self._loaded = Loaded(actor, version, wake_at)
            elif not fresh:
                await self._store.confirm(actor, version)
        finally:
            self._ahead = False

    def _go_ahead(self) -> None:
        self._ahead = True
        self._decide_waiting()

    def _decide_waiting(self) -> None:
        """Decide what waits, as long as the group has room."""
        assert self._loaded is not None
        actor, mailbox, group = self._loaded.actor, self._mailbox, self._group
        while mailbox and len(group) < self._limits.batch:
            letter = mailbox.popleft()
            group.append((letter, self._decide(actor, letter)))

    def _decide(self, actor: Actor, letter: Letter) -> Decision | Exception:
        try:
            decision = actor.decide(letter.message, self._clock.now())
        except Refusal as refusal:
            return refusal
        except Exception as error:  # a defect: it changed nothing, so only this message fails
            logger.exception("actor %s could not decide %s", self.actor_id, type(letter.message).__name__)
            return error
        try:
            for event in decision.events:
                actor.apply(event)
        except Exception as error:  # a worse one: half of it may have changed, so all of memory goes
            self._spoilt = error
        return decision

    def _forget(self, group: list[tuple[Letter, Decision | Exception]]) -> None:
        """Lose the memory, and have what rested on it decided again: the group, and what was decided on top of it."""
        self._loaded = self._spoilt = None
        again, self._group = [*group, *self._group], []
        self._mailbox.extendleft(letter for letter, _ in reversed(again))

    def _again(self, count: int, error: Exception) -> None:
        """Decide them once more from what the store holds. What was stored all the same answers as it did then."""
        self._failures += 1
        if isinstance(error, Stale):
            logger.info("actor %s was written by another owner", self.actor_id)
            self._on_stale(self)
        else:
            logger.warning("actor %s could not commit", self.actor_id, exc_info=error)
        if self._failures >= self._limits.attempts:
            self._failures = 0
            for _ in range(count):
                self._mailbox.popleft().refuse(Busy())


_NOTHING = Decision(None)


def _reminded(group: list[tuple[Letter, Decision | Exception]]) -> bool:
    return any(isinstance(letter.message, Reminded) for letter, _ in group)


def _answer(letter: Letter, outcome: Decision | Exception) -> None:
    if isinstance(outcome, Decision):
        letter.reply(outcome.reply)
    else:
        letter.refuse(outcome)
