"""Shops with one thing wrong each. The simulation has to find it, or it proves nothing."""

import asyncio
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from msgspec.structs import replace

from actors.flash_sale import FlashSaleActor, Hold, WaitingLine
from actors.runtime.activation import Activation
from actors.runtime.directory import Actors
from actors.runtime.letter import Letter
from actors.runtime.ports import Change, Decision
from fastshop.contract.flash_sales import Claim, ClaimLapsed, ClaimState, UnitsClaimed
from fastshop.contract.lines import Place
from server.domains.flash_sales.buying import Buying
from server.kernel.log import Publication
from server.realtime.feeds import LogFeed
from server.realtime.hub import Hub
from server.simulation.books import Books, Writes
from server.simulation.node import Parts
from server.simulation.store import MemorySaleStore


class Unversioned(MemorySaleStore):
    """Writes on top of whatever is there."""

    def write(self, books: Books, version: int, writes: Writes) -> Sequence[Publication]:
        return books.write(writes)


class Unconfirmed(MemorySaleStore):
    """Answers from memory without looking whether it is still true."""

    async def confirm(self, actor: FlashSaleActor, version: int) -> None:
        await asyncio.sleep(0)


class Forgetful(MemorySaleStore):
    """Sets no reminder."""

    async def commit(self, actor: FlashSaleActor, version: int, change: Change) -> int:
        return await super().commit(actor, version, change._replace(wake_at=None))


class Hasty(Activation):
    """Answers what is decided, and writes it after that."""

    def _decide(self, actor: Any, letter: Letter) -> Decision | Exception:
        outcome = super()._decide(actor, letter)
        if isinstance(outcome, Decision):
            letter.answer.set_result(outcome.reply)
        return outcome


class HastyActors(Actors):
    """Wakes hasty ones."""

    def _activate(self, address: tuple[str, UUID], letters: Iterable[Letter] = ()) -> Activation:
        activation = Hasty(
            address, self._stores[address[0]], self._clock, self._limits, self._asleep, self._overtaken, letters
        )
        self._homes[address] = activation
        return activation


class LapsesPayments(FlashSaleActor):
    """Forgets that a unit that is being paid for is kept."""

    def _lapses(self, now: datetime) -> tuple[ClaimLapsed, ...]:
        paying = [c for c in self.claims.values() if c.state is ClaimState.PAYING and c.expires_at <= now]
        lapsed = (ClaimLapsed(time=now, claim=replace(claim, state=ClaimState.LAPSED)) for claim in paying)
        return (*super()._lapses(now), *lapsed)


class ServesFriends(FlashSaleActor):
    """Serves who came last first, where two can be served."""

    def _serve(self, *args: Any) -> Any:
        self.line = _Reversed.of(self.line.places.values())
        return super()._serve(*args)


class _Reversed(WaitingLine):
    def in_order(self) -> Iterable[Place]:  # type: ignore[override]
        return reversed(list(super().in_order()))


class LetsPast(FlashSaleActor):
    """Lets who asks for units have them while others wait."""

    def _hold(self, message: Hold, now: datetime) -> Decision:
        line, self.line = self.line, WaitingLine()
        try:
            return super()._hold(message, now)
        finally:
            self.line = line


class HoldsAgain(FlashSaleActor):
    """Takes a claim that was sent again for a new one."""

    def _hold(self, message: Hold, now: datetime) -> Decision:
        again = self.claims.get(message.claim_id)
        if again is None:
            return super()._hold(message, now)
        claim = replace(again, state=ClaimState.HELD, payment_id=None, order_id=None)
        return Decision(claim, (UnitsClaimed(time=now, claim=claim),))


class GuessesFailure(Buying):
    """Takes a payment that hangs for one that failed, without asking the bank to end it."""

    async def settle(self, claim: Claim) -> bool:
        if claim.payment_id is not None:
            await self._fail(claim, claim.payment_id, "timeout")
        return True


class SkipsGaps(Hub):
    """Goes on over a gap in a stream as if nothing had been missed."""

    def _fill_soon(self, feed: LogFeed) -> None:
        feed.seq = min(feed._ahead) - 1
        for watcher in feed.watchers:
            watcher.seq = feed.seq
        feed._go_on()


class NeverLooks(Hub):
    """Believes that the other nodes tell everything."""

    async def recheck(self) -> None:
        await asyncio.sleep(0)


BROKEN = {
    "the version check is undone": Parts(store=Unversioned),
    "answers leave before the commit": Parts(actors=HastyActors),
    "a memory that may be old is believed": Parts(store=Unconfirmed),
    "the reminder is lost": Parts(store=Forgetful),
    "units that are being paid for lapse": Parts(sale=LapsesPayments),
    "the line is served out of order": Parts(sale=ServesFriends),
    "claims get past the line": Parts(sale=LetsPast),
    "a claim that is sent again is a new one": Parts(sale=HoldsAgain),
    "a payment that hangs is taken for failed": Parts(buying=GuessesFailure),
    "a gap in a stream is passed over": Parts(hub=SkipsGaps),
    "what other nodes did not tell is never looked for": Parts(hub=NeverLooks),
}
