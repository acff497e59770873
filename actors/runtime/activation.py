"""One awake actor: its mailbox and its turns.

A turn takes what waits, decides and applies it one after another in memory, commits once, then answers everybody.
While a commit is under way the mailbox fills: the busier it is, the more share a commit. Nothing is answered before
the commit, a refusal neither: it may rest on what that commit writes. A turn that changes nothing asks the store
instead whether its memory is still true, for another process may own the same actor and have written since.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Callable
from contextvars import Context
from typing import Any
from uuid import UUID

from msgspec import Struct

from actors.runtime.ports import Actor, Change, Clock, Decision, Limits, Loaded, Overruled, Stale, Store
from fastshop.contract.base import Busy, Refusal

logger = logging.getLogger(__name__)


class Letter(Struct, frozen=True, gc=False):
    """A message and where its answer goes."""

    message: Any
    answer: "asyncio.Future[Any]"


class Activation:
    """An actor in memory, from its first message until it falls asleep."""

    def __init__(
        self, actor_id: UUID, store: Store[Any], clock: Clock, limits: Limits, on_sleep: Callable[["Activation"], None]
    ) -> None:
        self.actor_id = actor_id
        self._store = store
        self._clock = clock
        self._limits = limits
        self._on_sleep = on_sleep
        self._mailbox: deque[Letter] = deque()
        self._loaded: Loaded[Any] | None = None
        self._failures = 0
        self._ending = False
        self._wake: asyncio.Future[None] | None = None
        self._loop = asyncio.get_running_loop()
        # A context of its own: whoever happens to wake it may be inside a transaction, which is not the actor's.
        self._task = self._loop.create_task(self._live(), name=f"actor {actor_id}", context=Context())

    def put(self, message: Any) -> "asyncio.Future[Any]":
        """Leave a message; messages are taken in the order of these calls. Refused with `Busy` when it is full."""
        if len(self._mailbox) >= self._limits.mailbox:
            raise Busy
        answer = self._loop.create_future()
        self._mailbox.append(Letter(message, answer))
        if self._wake is not None and not self._wake.done():
            self._wake.set_result(None)
        return answer

    async def end(self) -> None:
        """Finish the turn that is under way, answer what is unread with `Busy`, and sleep."""
        self._ending = True
        if self._wake is not None and not self._wake.done():
            self._wake.set_result(None)
        await asyncio.wait([self._task])

    async def _live(self) -> None:
        try:
            while not self._ending and (self._mailbox or await self._rest()):
                await self._turn()
        finally:
            self._on_sleep(self)
            while self._mailbox:
                _refuse(self._mailbox.popleft(), Busy())

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
        letters = [self._mailbox.popleft() for _ in range(min(len(self._mailbox), self._limits.batch))]
        try:
            await self._take(letters)
        except Refusal as refusal:  # there is no such actor
            self._forget()
            _refuse_all(letters, refusal)
        except Overruled as overruled:
            self._forget()
            _refuse(letters.pop(overruled.position), overruled.refusal)
            self._mailbox.extendleft(reversed(letters))
        except Exception as error:
            self._forget()
            self._again(letters, error)
        else:
            self._failures = 0

    async def _take(self, letters: list[Letter]) -> None:
        fresh = self._loaded or await self._store.load(self.actor_id)
        known, self._loaded = self._loaded, fresh
        actor, version, stored_wake_at = fresh
        now = self._clock.now()
        outcomes = [self._decide(actor, letter, now) for letter in letters]
        decisions = [outcome if isinstance(outcome, Decision) else _NOTHING for outcome in outcomes]
        wake_at = actor.wake_at(now)
        if wake_at != stored_wake_at or any(decision.events for decision in decisions):
            version = await self._store.commit(actor, version, Change(decisions, wake_at, now))
            self._loaded = Loaded(actor, version, wake_at)
        elif known is not None:
            await self._store.confirm(actor, version)
        for letter, outcome in zip(letters, outcomes, strict=True):
            _answer(letter, outcome)

    def _decide(self, actor: Actor, letter: Letter, now: Any) -> Decision | Exception:
        try:
            decision = actor.decide(letter.message, now)
        except Refusal as refusal:
            return refusal
        except Exception as error:  # a defect: it changed nothing, so only this message fails
            logger.exception("actor %s could not decide %s", self.actor_id, type(letter.message).__name__)
            return error
        for event in decision.events:
            actor.apply(event)
        return decision

    def _forget(self) -> None:
        self._loaded = None

    def _again(self, letters: list[Letter], error: Exception) -> None:
        """Decide them once more from what the store holds. What was stored all the same answers as it did then."""
        self._failures += 1
        if isinstance(error, Stale):
            logger.info("actor %s was written by another owner", self.actor_id)
        else:
            logger.warning("actor %s could not commit", self.actor_id, exc_info=error)
        if self._failures >= self._limits.attempts:
            self._failures = 0
            _refuse_all(letters, Busy())
        else:
            self._mailbox.extendleft(reversed(letters))


_NOTHING = Decision(None)


def _answer(letter: Letter, outcome: Decision | Exception) -> None:
    if letter.answer.done():  # whoever asked has gone
        return
    if isinstance(outcome, Decision):
        letter.answer.set_result(outcome.reply)
    else:
        letter.answer.set_exception(outcome)


def _refuse(letter: Letter, refusal: Refusal) -> None:
    _answer(letter, refusal)


def _refuse_all(letters: list[Letter], refusal: Refusal) -> None:
    for letter in letters:
        _refuse(letter, refusal)
