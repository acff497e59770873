"""The best combination of the rules that a cart meets.

The rules are gone through in one order (`order`). Each lowers what earlier ones have left it: not the slots where one
of its group has been, not those that an exclusive one keeps for itself. So a set of rules has one outcome, and the set
with the lowest is looked for. A rule is left out only to make room: for a later one that is applied and cannot be
combined with it. So nobody is refused without a reason that can be named.

Rules that share no slot do not matter to each other and are searched for apart. The search is a branch and bound: a
branch is left when even the most that it could still save (`server.domains.pricing.engine.bounding`) is not enough.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from fastshop.contract.pricing import Exclusive
from server.domains.pricing.engine.bounding import Bounds, numbered
from server.domains.pricing.engine.cart import bits
from server.domains.pricing.engine.judging import Candidate
from server.domains.pricing.engine.state import State, Trail

# Looked at in one cart, at most; then the best that was found has to do. Some 10 ms.
MOST_NODES = 1_000


class Applied(NamedTuple):
    """A rule that was applied, and what it took off which slot."""

    candidate: Candidate
    cuts: dict[int, int]


class Combination(NamedTuple):
    """What is applied, in order; ``best`` unless there were too many combinations to look at all of them."""

    applied: tuple[Applied, ...]
    best: bool


def order(candidate: Candidate) -> tuple[bool, int, str, int, bytes]:
    """Exclusive ones first, then by priority; of one group, those for fewer slots first."""
    rule, stacking = candidate.rule, candidate.rule.stacking
    stacks = stacking.exclusive is Exclusive.NO
    return stacks, -stacking.priority, stacking.group, candidate.slots.bit_count(), rule.id.bytes


def combine(amounts: Sequence[int], candidates: Iterable[Candidate], most_nodes: int = MOST_NODES) -> Combination:
    """The combination that leaves the least to pay; of equal ones always the same."""
    applied: list[Applied] = []
    best = True
    for members in _components(sorted(candidates, key=order)):
        search = _Search(amounts, members, most_nodes)
        best = search.run() and best
        applied.extend(search.applied())
    return Combination(tuple(applied), best)


def conflict(one: Candidate, other: Candidate) -> bool:
    """Whether two rules cannot both lower some slot."""
    group = one.rule.stacking.group
    same_group = bool(group) and group == other.rule.stacking.group and one.slots & other.slots
    return bool(same_group or one.claim & (other.slots | other.claim) or one.slots & other.claim)


def _components(candidates: Sequence[Candidate]) -> Iterable[Sequence[Candidate]]:
    """Rules that share slots, in the same order; rules of different components share none."""
    merged: list[tuple[int, list[Candidate]]] = []
    for candidate in candidates:
        reach, members, apart = candidate.slots | candidate.claim, [candidate], []
        for known in merged:
            if known[0] & reach:
                reach, members = reach | known[0], known[1] + members
            else:
                apart.append(known)
        merged = [*apart, (reach, members)]
    return (sorted(members, key=order) for _, members in merged)


class _Search:
    """The search in one component."""

    def __init__(self, amounts: Sequence[int], members: Sequence[Candidate], most_nodes: int) -> None:
        self._members = members
        self._group = numbered(members)
        self._rivals = _later_rivals(members)
        self._sure = _sure(members, self._rivals)
        self._start = State(amounts, taken=[0] * (max(self._group) + 1))
        self._most_nodes = most_nodes
        self._best = self._all()
        self._least = sum(self._best.left)

    def run(self) -> bool:
        """Look for the best; False when it took too long and there may be a better one."""
        if all(self._sure):
            return True
        bounds = Bounds(self._start.left, self._members, self._group, self._sure)
        waiting = [(0.0, 0, self._start)]
        nodes = 0
        while waiting:
            bound, index, state = waiting.pop()
            if bound >= self._least:
                continue
            nodes += 1
            if nodes > self._most_nodes:
                return False
            index, state = self._go_on(index, state)
            if index == len(self._members):
                self._arrive(state)
            else:
                waiting.extend(self._branches(bounds, index, state))
        return True

    def applied(self) -> Iterable[Applied]:
        """What the best combination takes off which slot."""
        for index, slots, cuts, _ in self._best.applied():
            yield Applied(self._members[index], dict(zip(slots, cuts, strict=True)))

    def _all(self) -> State:
        state = self._start
        for index in range(len(self._members)):
            state = self._step(state, index, self._free(state, index)) or state
        return state

    def _go_on(self, index: int, state: State) -> tuple[int, State]:
        """Past the rules where there is nothing to decide: those that would make room for nobody."""
        while index < len(self._members):
            free = self._free(state, index)
            if free and not self._sure[index] and self._makes_room(index, free):
                break
            state = (free and self._step(state, index, free)) or state
            index += 1
        return index, state

    def _makes_room(self, index: int, free: int) -> bool:
        rivals = self._rivals[index]
        return bool(free & rivals.slots or self._members[index].claim & rivals.claim)

    def _branches(self, bounds: Bounds, index: int, state: State) -> Sequence[tuple[float, int, State]]:
        """What can be done with a rule; the most promising last."""
        taken = self._step(state, index, self._free(state, index))
        if taken is None:
            return [(bounds.least(index + 1, state), index + 1, state)]
        dropped = state._replace(dropped=state.dropped | 1 << index)
        both = [(bounds.least(index + 1, after), index + 1, after) for after in (dropped, taken)]
        return sorted((branch for branch in both if branch[0] < self._least), key=lambda branch: -branch[0])

    def _arrive(self, state: State) -> None:
        total = sum(state.left)
        if total < self._least and self._has_reasons(state):
            self._best, self._least = state, total

    def _has_reasons(self, state: State) -> bool:
        """Whether each rule that was left out made room for a later one."""
        applied = [trail.number for trail in state.applied()]
        return all(
            any(index < other and conflict(self._members[index], self._members[other]) for other in applied)
            for index in bits(state.dropped)
        )

    def _step(self, state: State, index: int, free: int) -> State | None:
        """Apply a rule to what it may lower; None when that is nothing."""
        member, named, left = self._members[index], bits(free), list(state.left)
        cuts = member.cuts(named, [left[slot] for slot in named])
        if not any(cuts):
            return None
        for slot, cut in zip(named, cuts, strict=True):
            left[slot] -= cut
        taken, closed, group, claim = state.taken, state.closed, self._group[index], member.claim
        if group:
            taken = [*taken[:group], taken[group] | free, *taken[group + 1 :]]
        if claim:
            closed |= claim if claim & ~member.slots else claim & free
        return State(left, state.used | free, closed, taken, state.dropped, Trail(index, named, cuts, state.trail))

    def _free(self, state: State, index: int) -> int:
        """The slots that a rule may lower."""
        member = self._members[index]
        free = member.slots & ~state.closed
        if not member.claim:
            return free & ~state.taken[self._group[index]]
        if member.rule.stacking.exclusive is Exclusive.LINES:
            return free & ~state.used
        return 0 if member.claim & (state.used | state.closed) else free


class _Rivals(NamedTuple):
    """Where later rules want to be that cannot be combined with one: on its ``slots``, in what it claims."""

    slots: int
    claim: int


def _later_rivals(members: Sequence[Candidate]) -> Sequence[_Rivals]:
    """The later rivals of each rule."""
    found = []
    by_group: dict[str, int] = {}
    reached = claimed = 0
    for member in reversed(members):
        group = member.rule.stacking.group
        found.append(_Rivals(claimed | (by_group.get(group, 0) if group else 0), reached))
        by_group[group] = by_group.get(group, 0) | member.slots
        reached |= member.slots | member.claim
        claimed |= member.claim
    return found[::-1]


def _sure(members: Sequence[Candidate], later: Sequence[_Rivals]) -> Sequence[bool]:
    """Which rules have no rivals at all: they are always applied."""
    earlier = reversed(_later_rivals(members[::-1]))
    return [
        not (member.slots & (one.slots | other.slots) or member.claim & (one.claim | other.claim))
        for member, one, other in zip(members, later, earlier, strict=True)
    ]
