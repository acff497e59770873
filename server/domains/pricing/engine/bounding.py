"""The least that can be left to pay after the rules that are still to come: a bound, never above the truth.

A rule with rates takes at most its share of what is left on a slot, and of a group one at most is at a slot; so a slot
keeps at least the product of what the best rates of the groups leave. Any other rule takes at most what it takes alone;
of that, later rules with rates that have no rivals, and so are surely applied, would have taken their share anyway. Of
rules that lower the same slots for the same group only one is applied. Either an exclusive rule is at a slot or the
others are. What rounding may add is allowed for.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from math import prod
from operator import mul
from typing import NamedTuple

from server.domains.pricing.engine.cart import bits
from server.domains.pricing.engine.judging import Candidate
from server.domains.pricing.engine.state import State

_ALONE = "\0"
# For what floating point loses of the largest amounts.
_RELATIVE = 1e-12


def numbered(members: Sequence[Candidate]) -> Sequence[int]:
    """The group of each rule, by number: all exclusive ones are one; 0 is that of those without any."""
    numbers = {"": 0}
    names = (_ALONE if member.claim else member.rule.stacking.group for member in members)
    return [numbers.setdefault(name, len(numbers)) for name in names]


class _Ahead(NamedTuple):
    """What is still to come.

    A slot keeps ``keep``; ``others`` where the group of the next rule has been. ``own`` is what those without rates in
    that group may save, ``fixed`` what those of the others may.
    """

    keep: Sequence[float]
    others: Sequence[float]
    fixed: float
    own: Mapping[int, float]
    group: int


class Bounds:
    """The bounds for one list of rules, in their order.

    ``groups`` are their groups, numbered; ``sure`` says which of them have no rivals.
    """

    def __init__(
        self, amounts: Sequence[int], members: Sequence[Candidate], groups: Sequence[int], sure: Sequence[bool]
    ) -> None:
        reach = 0
        for member in members:
            reach |= member.slots
        self._slots = [(slot, 1 << slot) for slot in range(len(amounts)) if reach >> slot & 1]
        self._aside = sum(amount for slot, amount in enumerate(amounts) if not reach >> slot & 1)
        self._slack = sum(amounts) * _RELATIVE
        slots = [slot for slot, _ in self._slots]
        self._ahead = _looked_ahead(slots, members, groups, _matter(members, sure))

    def least(self, index: int, state: State) -> float:
        """The least that can be left once the rules from ``index`` on are through."""
        ahead = self._ahead[index]
        closed, taken = state.closed, state.taken[ahead.group]
        total = self._aside - self._slack - ahead.fixed
        left = state.left
        for (slot, bit), keep, others in zip(self._slots, ahead.keep, ahead.others, strict=True):
            if closed & bit:
                total += left[slot]
            elif taken & bit:
                total += left[slot] * others
            else:
                total += left[slot] * keep
        blocked = ~(closed | taken)
        for slots, saves in ahead.own.items():
            if slots & blocked:
                total -= saves
        return total


class _Group:
    """What the rules of one group that are still to come can do; of group 0, where none keeps another away."""

    def __init__(self, width: int, alone: bool) -> None:
        self.keep = [1.0] * width
        self.fixed: dict[int, float] = {}
        self.most = 0.0
        self._alone = alone
        self._rounded = 0

    def add(self, member: Candidate, slots: Sequence[int], matters: float) -> None:
        """One more rule; of what it takes off, the share ``matters`` in the end."""
        if member.rates is None:
            self._add_fixed(member, member.saves * matters)
            return
        # What rounding may add: half a unit in all, and half a one from slot to slot; so at most a unit for each.
        self.most += (member.slots if self._alone else member.slots & ~self._rounded).bit_count()
        self._rounded |= member.slots
        for index, slot in enumerate(slots):
            if slot in member.rates:
                left = 1 - member.rates[slot]
                self.keep[index] = self.keep[index] * left if self._alone else min(self.keep[index], left)

    def _add_fixed(self, member: Candidate, saves: float) -> None:
        reach = member.claim or member.slots
        known = self.fixed.get(reach, 0.0)
        more = saves if self._alone else max(saves - known, 0.0)
        self.fixed = self.fixed | {reach: known + more}
        self.most += more


def _matter(members: Sequence[Candidate], sure: Sequence[bool]) -> Sequence[float]:
    """How much of what each rule takes off a slot is not taken off by sure ones after it, at most."""
    found: list[float] = []
    keep: dict[int, float] = defaultdict(lambda: 1.0)
    for member, is_sure in zip(reversed(members), reversed(sure), strict=True):
        found.append(max(keep[slot] for slot in bits(member.slots)))
        if is_sure and member.rates is not None:
            for slot, rate in member.rates.items():
                keep[slot] *= 1 - rate
    return found[::-1]


def _looked_ahead(
    slots: Sequence[int], members: Sequence[Candidate], groups: Sequence[int], matter: Sequence[float]
) -> Sequence[_Ahead]:
    """For each position, and for the end, what is still to come."""
    coming = {group: _Group(len(slots), alone=not group) for group in groups}
    nothing = [1.0] * len(slots)
    found = [_Ahead(nothing, nothing, 0, {}, 0)]
    others, fixed, present = nothing, 0.0, -1
    for group, member, matters in zip(reversed(groups), reversed(members), reversed(matter), strict=True):
        if group != present:
            rest = [each for number, each in coming.items() if number != group]
            others = [prod(keep) for keep in zip(*(each.keep for each in rest), strict=True)] if rest else nothing
            fixed, present = sum(each.most for each in rest), group
        own = coming[group]
        own.add(member, slots, matters)
        both = min if member.claim else mul
        keep = [both(one, other) for one, other in zip(own.keep, others, strict=True)]
        own_slack = own.most - sum(own.fixed.values())
        found.append(_Ahead(keep, others, fixed + own_slack, own.fixed, group))
    return found[::-1]
