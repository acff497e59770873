"""An actor that is not awake here: its letters wait until it is known who owns it, then it wakes here or they go there.

A group of letters travels at a time and the next one leaves after its answers, so that their order is kept whatever
happens on the way; the busier it is, the more letters travel together. What did not reach the owner, or not in time,
may be decided once more: every message is harmless when doubled.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from contextvars import Context
from typing import Any
from uuid import UUID

from actors.runtime.letter import Letter
from actors.runtime.ports import Elsewhere, Limits, Placement, Unanswered
from fastshop.contract.base import Busy

logger = logging.getLogger(__name__)

_ASK_AGAIN = 0.2
# In the place of an owner: nobody knows who it is.
UNKNOWN = ""

# Called at the end with the letters that are left, and whether the actor is to wake here.
Ended = Callable[["Courier", Sequence[Letter], bool], None]


class Courier:
    """The way to one actor, from the first message until it is known to live here, or nobody asks any more."""

    def __init__(
        self,
        address: tuple[str, UUID],
        placement: Placement,
        limits: Limits,
        on_end: Ended,
        letters: Iterable[Letter] = (),
    ) -> None:
        self.address = address
        self._placement = placement
        self._limits = limits
        self._on_end = on_end
        self._mailbox = deque(letters)
        # How many of them were sent last; they stay in the mailbox until they are answered.
        self._sent = 0
        self._asked = asyncio.Event()
        self._located = asyncio.Event()
        self._loop = asyncio.get_running_loop()
        self._task = self._loop.create_task(self._live(), name=f"courier to {address[1]}", context=Context())

    def put(self, message: Any) -> "asyncio.Future[Any]":
        """Leave a message; messages travel in the order of these calls. Refused with `Busy` when too many wait."""
        if len(self._mailbox) >= self._limits.mailbox:
            raise Busy
        answer = self._loop.create_future()
        self._mailbox.append(Letter(message, answer))
        self._asked.set()
        return answer

    async def located(self) -> None:
        """Wait until it is known who owns the actor."""
        await self._located.wait()

    async def end(self) -> None:
        """End at once; what waits is left to `on_end`."""
        while not self._task.done():
            self._task.cancel()
            # What carries the letters may take a cancellation for a timeout of its own: ask again.
            await asyncio.wait([self._task], timeout=_ASK_AGAIN)

    async def _live(self) -> None:
        here = False
        try:
            here = await self._travel()
        finally:
            self._located.set()
            self._on_end(self, self._mailbox, here)

    async def _travel(self) -> bool:
        """Carry letters. True when the actor is to wake here, False when nobody has asked for long."""
        owner = await self._locate()
        while owner is not None:
            trouble = await self._carry(owner)
            if trouble is None:
                return False
            before, owner = owner, await self._locate()
            if owner == before and isinstance(trouble, Elsewhere):
                # It should be there and cannot be asked: decided here all the same, for the version guards the commit.
                return True
            if owner == before:
                self._refuse_sent()
        return True

    async def _locate(self) -> str | None:
        """Who owns it; None for this node, also where that cannot be found out."""
        self._located.clear()
        try:
            return await owner_of(self._placement, self.address) or None
        finally:
            self._located.set()

    async def _carry(self, owner: str) -> Elsewhere | Unanswered | None:
        """Hand letters to the owner. Answers why that is over; None when nobody has asked for long."""
        while self._mailbox or await self._rest():
            group = [self._mailbox[i] for i in range(min(len(self._mailbox), self._limits.batch))]
            self._sent = len(group)
            try:
                outcomes = await self._placement.carry(owner, *self.address, [letter.message for letter in group])
            except (Elsewhere, Unanswered) as trouble:
                return trouble
            for _ in group:
                self._mailbox.popleft()
            left = [letter for letter, outcome in zip(group, outcomes, strict=True) if not _answer(letter, outcome)]
            if left:
                self._mailbox.extendleft(reversed(left))
                return Elsewhere()
        return None

    async def _rest(self) -> bool:
        """Wait for a message. False when none came for so long that the way may be forgotten."""
        self._asked.clear()
        try:
            async with asyncio.timeout(self._limits.idle):
                await self._asked.wait()
        except TimeoutError:
            pass
        return bool(self._mailbox)

    def _refuse_sent(self) -> None:
        for _ in range(self._sent):
            self._mailbox.popleft().refuse(Busy())


async def owner_of(placement: Placement, address: tuple[str, UUID]) -> str | None:
    """The node that owns an actor; None when it is this one, `UNKNOWN` where that cannot be found out."""
    try:
        return await placement.locate(*address)
    except Exception as error:  # whatever it was: the database is slow, or away
        logger.warning("who owns actor %s cannot be found out: %r", address[1], error)
        return UNKNOWN


def _answer(letter: Letter, outcome: Any) -> bool:
    """Answer a letter with what came of it. False when nothing did."""
    if isinstance(outcome, Elsewhere):
        return False
    if isinstance(outcome, Exception):
        letter.refuse(outcome)
    else:
        letter.reply(outcome)
    return True
