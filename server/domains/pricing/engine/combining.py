"""The best combination of the rules that a cart meets: the one that leaves the least to pay, and exactly that one.

What is left counts as prices are shown: before taxes where they come on top. The choice is made line by line. On a line
rules come in one order (`order`); of each group one lowers it at most; one that is exclusive lowers it alone. What a
rule takes off a line depends on what is left of that line and on nothing else, and of less it leaves less. So of all
ways to the same place the one that has left least is the best, and only those ways are told apart that differ in the
groups which later rules still need: that makes it quick.

Rules that are alone in the order are chosen between by branch and bound, against what the lines are worth without them.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from msgspec import Struct

from fastshop.contract.pricing import Exclusive
from server.domains.pricing.engine.cart import bits
from server.domains.pricing.engine.judging import Candidate

# Ways that are looked at on one line at the same time, at most. Only a tangle of ten and more groups has as many.
MOST_WAYS = 256


class Applied(NamedTuple):
    """A rule that was applied, and what it took off which slot."""

    candidate: Candidate
    cuts: Mapping[int, int]


class Combination(NamedTuple):
    """What is applied; ``best`` unless a line had more ways to look at than is looked at."""

    applied: tuple[Applied, ...]
    best: bool


class _Way(Struct, frozen=True, gc=False):
    """Some rules applied to a slot: what is left, and the last step of the way."""

    left: int
    last: "_Step | None" = None

    def cuts(self) -> Iterable[tuple[Candidate, int]]:
        """What each rule took off."""
        step = self.last
        while step is not None:
            yield step.candidate, step.cut
            step = step.before


class _Step(Struct, frozen=True, gc=False):
    candidate: Candidate
    cut: int
    before: "_Step | None"


def order(candidate: Candidate) -> tuple[int, str, int]:
    """By priority; then rules of one group are together."""
    rule = candidate.rule
    return -rule.stacking.priority, candidate.group, rule.id.int


def combine(amounts: Sequence[int], candidates: Iterable[Candidate], most_ways: int = MOST_WAYS) -> Combination:
    """The combination that leaves the least to pay; of equal ones always the same."""
    alone: list[Candidate] = []
    on_slot: list[list[Candidate]] = [[] for _ in amounts]
    for candidate in sorted(candidates, key=order):
        if candidate.rule.stacking.exclusive is Exclusive.ORDER:
            alone.append(candidate)
        else:
            for slot in candidate.cuts:
                on_slot[slot].append(candidate)
    found = [_best_way(amount, slot, on_slot[slot], most_ways) for slot, amount in enumerate(amounts)]
    ways = [way for way, _ in found]
    cuts: dict[int, tuple[Candidate, dict[int, int]]] = {}
    for chosen in _best_alone(amounts, [way.left for way in ways], alone):
        cuts[id(chosen)] = chosen, {slot: chosen.cut(slot, amounts[slot]) for slot in chosen.cuts}
        for slot in bits(chosen.claim):
            ways[slot] = _Way(amounts[slot])
    for slot, way in enumerate(ways):
        for candidate, cut in way.cuts():
            cuts.setdefault(id(candidate), (candidate, {}))[1][slot] = cut
    applied = (Applied(candidate, by_slot) for candidate, by_slot in cuts.values())
    # Where one is alone, too: it was chosen against what had been found for its slots.
    return Combination(tuple(applied), all(exact for _, exact in found))


def conflict(one: Candidate, other: Candidate) -> bool:
    """Whether two rules cannot both lower some slot."""
    if one.group and one.group == other.group and one.slots & other.slots:
        return True
    return bool(one.claim & (other.slots | other.claim) or one.slots & other.claim)


def _best_way(amount: int, slot: int, candidates: Sequence[Candidate], most_ways: int) -> tuple[_Way, bool]:
    """The best way through the rules for a slot; and whether all ways were looked at."""
    stacking = [candidate for candidate in candidates if not candidate.claim]
    best, exact = _best_stack(amount, slot, stacking, most_ways)
    for candidate in candidates:
        if candidate.claim:
            alone = _go(_Way(amount), slot, candidate)
            best = alone if alone.left < best.left else best
    return best, exact


def _best_stack(amount: int, slot: int, candidates: Sequence[Candidate], most_ways: int) -> tuple[_Way, bool]:
    """The best way through the rules that stack."""
    runs = _runs(candidates)
    ahead = Counter(group for group, _ in runs)
    rivals = {group: 1 << number for number, group in enumerate(ahead) if ahead[group] > 1}
    # The best way for each set of groups, as bits, that were used and that later rules are of.
    ways = {0: _Way(amount)}
    exact = True
    for group, run in runs:
        if not group:
            for candidate in run:
                ways = {used: _go(way, slot, candidate) for used, way in ways.items()}
            continue
        ahead[group] -= 1
        ways = _branched(ways, slot, run, rivals.get(group, 0), last=not ahead[group])
        if len(ways) > most_ways:
            exact = False
            ways = dict(sorted(ways.items(), key=lambda each: each[1].left)[:most_ways])
    return min(ways.values(), key=lambda way: way.left), exact


def _runs(candidates: Iterable[Candidate]) -> Sequence[tuple[str, list[Candidate]]]:
    """Rules that follow each other, by their groups."""
    runs: list[tuple[str, list[Candidate]]] = []
    for candidate in candidates:
        if runs and runs[-1][0] == candidate.group:
            runs[-1][1].append(candidate)
        else:
            runs.append((candidate.group, [candidate]))
    return runs


def _branched(
    ways: Mapping[int, _Way], slot: int, run: Sequence[Candidate], group: int, *, last: bool
) -> dict[int, _Way]:
    """Each way without these rules of one group and, where it is free, with the best of them.

    Where no later rule is of the group nothing is gained by going without.
    """
    found: dict[int, _Way] = {}
    for used, way in ways.items():
        best = way if used & group else _best_of(way, slot, run)
        options = ((used & ~group, best),) if last else ((used, way), (used | group, best))
        for key, option in options:
            known = found.get(key)
            if known is None or option.left < known.left:
                found[key] = option
    return found


def _best_of(way: _Way, slot: int, run: Sequence[Candidate]) -> _Way:
    """A way with the one of these rules that leaves the least."""
    most, best = 0, run[0]
    for candidate in run:
        cut = candidate.cut(slot, way.left)
        if cut > most:
            most, best = cut, candidate
    return _Way(way.left - most, _Step(best, most, way.last)) if most else way


def _go(way: _Way, slot: int, candidate: Candidate) -> _Way:
    cut = candidate.cut(slot, way.left)
    return _Way(way.left - cut, _Step(candidate, cut, way.last)) if cut else way


def _best_alone(amounts: Sequence[int], left: Sequence[int], alone: Sequence[Candidate]) -> Sequence[Candidate]:
    """Which rules that are alone in the order are worth more than what their claims would have saved otherwise."""
    worth: dict[int, tuple[int, Candidate]] = {}
    for candidate in alone:
        gain = candidate.saves - sum(amounts[slot] - left[slot] for slot in bits(candidate.claim))
        if gain > worth.get(candidate.claim, (0, None))[0]:
            worth[candidate.claim] = gain, candidate
    ranked = sorted(worth.values(), key=lambda each: -each[0])
    best: tuple[int, Sequence[Candidate]] = (0, ())
    waiting: list[tuple[int, int, int, Sequence[Candidate]]] = [(0, 0, 0, ())]
    while waiting:
        index, claimed, gained, chosen = waiting.pop()
        best = max(best, (gained, chosen), key=lambda each: each[0])
        if gained + sum(gain for gain, _ in ranked[index:]) <= best[0]:
            continue
        gain, candidate = ranked[index]
        waiting.append((index + 1, claimed, gained, chosen))
        if not claimed & candidate.claim:
            waiting.append((index + 1, claimed | candidate.claim, gained + gain, (*chosen, candidate)))
    return best[1]
