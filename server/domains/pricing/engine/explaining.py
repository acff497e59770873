"""Why a price is what it is: what became of each rule, in the cart and on each line, and what would unlock the next."""

from collections.abc import Iterable, Mapping, Sequence

from fastshop.contract.base import Money
from fastshop.contract.pricing import BuyGet, Tiers, Tried, Unlock
from server.domains.pricing.engine.book import Book
from server.domains.pricing.engine.cart import Cart, bits
from server.domains.pricing.engine.combining import Applied, conflict
from server.domains.pricing.engine.judging import Candidate, Refused, units_in
from server.domains.pricing.engine.sentences import phrase, shown
from server.domains.pricing.engine.words import Rule

Told = tuple[Tried, ...]


def explain(
    book: Book, cart: Cart, judged: Mapping[int, Candidate | Refused], applied: Sequence[Applied]
) -> tuple[Told, Sequence[Told]]:
    """What became of each rule in the cart; and on each line, of those that are for it or whose code was entered.

    Of the rules some were judged, by their places; the others are for other goods.
    """
    explaining = _Explaining(book, cart, applied)
    in_cart = list(book.absent)
    for place, each in judged.items():
        in_cart[place] = explaining.tell(each)
    return tuple(in_cart), [tuple(said) for said in explaining.on_lines]


def unlocks(cart: Cart, judged: Iterable[Candidate | Refused]) -> tuple[Unlock, ...]:
    """What would make it cheaper, the nearest first: goods by their worth, then by their number, then lower tiers."""
    found = [_next_tier(cart, slot) for slot in range(len(cart.items))]
    for each in judged:
        if isinstance(each, Refused):
            found.append(_unlock_refused(each))
        else:
            found.append(_unlock_more(cart, each))
    kept = [unlock for unlock in found if unlock is not None]
    return tuple(
        sorted(kept, key=lambda unlock: (unlock.missing_units, unlock.missing.amount if unlock.missing else 0))
    )


class _Explaining:
    """Telling of one rule after the other; ``on_lines`` collects what is said on each line."""

    def __init__(self, book: Book, cart: Cart, applied: Sequence[Applied]) -> None:
        self.on_lines: list[list[Tried]] = [[] for _ in cart.items]
        self._book = book
        self._cart = cart
        self._applied = applied
        self._cuts = {id(each.candidate): each.cuts for each in applied}
        self._on_slot = [[each for each in applied if slot in each.cuts] for slot in range(len(cart.items))]
        self._said: dict[tuple[int, ...], Tried] = {}

    def tell(self, judged: Candidate | Refused) -> Tried:
        """What became of a rule in the cart."""
        rule = judged.rule
        if isinstance(judged, Refused):
            told = self._everywhere(judged, self._book.tried(rule, judged.code, judged.facts))
        elif id(judged) in self._cuts:
            told = self._of_applied(judged, self._cuts[id(judged)])
        else:
            told = self._everywhere(judged, self._kept_away(judged, self._applied))
        if rule.code and rule.code in self._cart.basket.codes:
            self._say_where_not(rule)
        return told

    def _everywhere(self, judged: Candidate | Refused, told: Tried) -> Tried:
        for slot in bits(judged.in_scope):
            self.on_lines[slot].append(told)
        return told

    def _of_applied(self, candidate: Candidate, cuts: Mapping[int, int]) -> Tried:
        rule, currency = candidate.rule, self._cart.basket.currency
        whole = self._book.tried(rule, "applied", saved=Money(sum(cuts.values()), currency))
        if not candidate.slots & self._cart.every_line:  # only shipping is lowered
            return self._everywhere(candidate, whole)
        for slot in bits((candidate.in_scope | candidate.slots) & self._cart.every_line):
            saved = cuts.get(slot)
            told = self._book.tried(rule, "applied", saved=Money(saved, currency)) if saved else None
            self.on_lines[slot].append(told or self._not_on_line(candidate, slot))
        return whole

    def _not_on_line(self, candidate: Candidate, slot: int) -> Tried:
        """Why a rule that was applied does not lower this line."""
        rule, bit = candidate.rule, 1 << slot
        if candidate.slots & bit:
            return self._kept_away(candidate, self._on_slot[slot])
        if not self._cart.lowerable & bit:
            return self._book.tried(rule, "flash_price")
        return self._book.tried(rule, "not_chosen" if isinstance(rule.reward, BuyGet) else "nothing_left")

    def _kept_away(self, candidate: Candidate, applied: Sequence[Applied]) -> Tried:
        by = [
            each.candidate.rule
            for each in applied
            if each.candidate is not candidate and conflict(candidate, each.candidate)
        ]
        if not by:
            return self._book.tried(candidate.rule, "nothing_left")
        key = (id(candidate), *map(id, by))
        if key not in self._said:
            facts = {"by": [rule.id for rule in by], "names": ", ".join(f"“{rule.name}”" for rule in by)}
            self._said[key] = self._book.tried(candidate.rule, "excluded", facts)
        return self._said[key]

    def _say_where_not(self, rule: Rule) -> None:
        """Who entered a code wants to know of each line why it is not lowered."""
        for said in self.on_lines:
            if not said or said[-1].rule_id is not rule.id:
                said.append(self._book.tried(rule, "out_of_scope"))


def _unlock_refused(refused: Refused) -> Unlock | None:
    if refused.code == "account_needed":
        told = f"Sign in for {phrase(refused.rule.reward)} (“{refused.rule.name}”)"
        return Unlock(refused.code, told, refused.rule.id)
    if refused.code not in ("below_minimum", "too_few"):
        return None
    rule, missing, units = refused.rule, refused.facts.get("missing"), refused.facts.get("missing_units", 0)
    more = shown(missing) if missing else units
    told = f"{more} more for {phrase(rule.reward)} (“{rule.name}”)"
    return Unlock(refused.code, told, rule.id, missing=missing, missing_units=units)


def _unlock_more(cart: Cart, candidate: Candidate) -> Unlock | None:
    """The next step of a promotion by quantity."""
    rule = candidate.rule
    if not isinstance(rule.reward, Tiers):
        return None
    units = units_in(cart, candidate.in_scope)
    has = max(step.share for step in rule.reward.steps if step.quantity <= units)
    better = [step for step in rule.reward.steps if step.quantity > units and step.share > has]
    if not better:
        return None
    step = min(better, key=lambda step: (step.quantity, -step.share))
    missing = step.quantity - units
    told = f"{missing} more for {step.share / 100:g} % off (“{rule.name}”)"
    return Unlock("next_step", told, rule.id, missing_units=missing)


def _next_tier(cart: Cart, slot: int) -> Unlock | None:
    item, following = cart.items[slot], cart.units[slot].next
    if following is None:
        return None
    missing = following.from_quantity - item.quantity
    told = f"{missing} more for {shown(following.price)} each"
    return Unlock("next_tier", told, line_id=item.id, missing_units=missing)
