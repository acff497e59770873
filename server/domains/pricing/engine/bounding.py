"""The least that can be left to pay after the rules that are still to come: a bound, never above the truth.

A rule with rates takes at most its share of what is left on a slot, and of a group one at most is at a slot; so a slot
keeps at least the product of what the best rates of the groups leave. Any other rule takes at most what it takes alone,
and of rules that lower the same slots for the same group only one is applied. Either an exclusive rule is at a slot or
the others are. What rounding may add is allowed for.
"""

from collections.abc import Mapping, Sequence
from math import prod
from operator import mul
from typing import NamedTuple

from server.domains.pricing.engine.judging import Candidate
from server.domains.pricing.engine.state import State

_ALONE = "\0"
# For what floating point loses of the largest amounts.
_RELATIVE = 1e-12


def group_of(candidate: Candidate) -> str:
    """The group that a rule shares slots by: all exclusive ones are one; one without a group is a group by itself."""
    if candidate.claim:
        return _ALONE
    return candidate.rule.stacking.group or f"{_ALONE}{candidate.rule.id}"


class _Ahead(NamedTuple):
    """What is still to come.

    A slot keeps ``keep``; ``others`` where the group of the next rule has been. ``own`` is what those without rates in
    that group may save, ``fixed`` what those of the others may.
    """

    keep: Sequence[float]
    others: Sequence[float]
    fixed: float
    own: Mapping[int, int]
    group: int


class Bounds:
    """The bounds for one list of rules, in their order; ``groups`` are their groups, numbered."""

    def __init__(self, amounts: Sequence[int], members: Sequence[Candidate], groups: Sequence[int]) -> None:
        reach = 0
        for member in members:
            reach |= member.slots
        self._slots = [(slot, 1 << slot) for slot in range(len(amounts)) if reach >> slot & 1]
        self._aside = sum(amount for slot, amount in enumerate(amounts) if not reach >> slot & 1)
        self._slack = sum(amounts) * _RELATIVE
        self._ahead = _looked_ahead([slot for slot, _ in self._slots], members, groups)

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
    """What the rules of one group that are still to come can do."""

    def __init__(self, width: int) -> None:
        self.keep = [1.0] * width
        self.fixed: dict[int, int] = {}
        self.rounded = 0

    def add(self, member: Candidate, slots: Sequence[int]) -> None:
        """One more rule."""
        if member.rates is None:
            reach = member.claim or member.slots
            self.fixed = self.fixed | {reach: max(member.saves, self.fixed.get(reach, 0))}
            return
        self.rounded |= member.slots
        for index, slot in enumerate(slots):
            if slot in member.rates:
                self.keep[index] = min(self.keep[index], 1 - member.rates[slot])

    @property
    def slack(self) -> int:
        """What rounding may add, at most a unit for each slot: half a unit in all, and half a one from slot to slot."""
        return self.rounded.bit_count()

    @property
    def most(self) -> int:
        """What those without rates may take off, and what rounding may add."""
        return sum(self.fixed.values()) + self.slack


def _looked_ahead(slots: Sequence[int], members: Sequence[Candidate], groups: Sequence[int]) -> Sequence[_Ahead]:
    """For each position, and for the end, what is still to come."""
    coming = {group: _Group(len(slots)) for group in groups}
    nothing = [1.0] * len(slots)
    found = [_Ahead(nothing, nothing, 0, {}, groups[-1])]
    others, fixed, present = nothing, 0, -1
    for group, member in zip(reversed(groups), reversed(members), strict=True):
        if group != present:
            rest = [each for number, each in coming.items() if number != group]
            others = [prod(keep) for keep in zip(*(each.keep for each in rest), strict=True)] if rest else nothing
            fixed, present = sum(each.most for each in rest), group
        own = coming[group]
        own.add(member, slots)
        both = min if member.claim else mul
        keep = [both(one, other) for one, other in zip(own.keep, others, strict=True)]
        found.append(_Ahead(keep, others, fixed + own.slack, own.fixed, group))
    return found[::-1]
