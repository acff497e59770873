"""Why a price is what it is: what became of each rule, in the cart and on each line, and what would unlock the next."""

from collections.abc import Mapping, Sequence

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
    book: Book, cart: Cart, judged: Sequence[Candidate | Refused], applied: Sequence[Applied]
) -> tuple[Told, Sequence[Told]]:
    """What became of each rule in the cart; and on each line, of those that are for it or whose code was entered."""
    cuts = {id(each.candidate): each.cuts for each in applied}
    in_cart: list[Tried] = []
    on_lines: list[list[Tried]] = [[] for _ in cart.items]
    for each in judged:
        if isinstance(each, Candidate) and id(each) in cuts:
            told, of_lines = _of_applied(book, cart, each, cuts[id(each)], applied)
            for slot, said in of_lines.items():
                on_lines[slot].append(said)
        else:
            told = _of_refused(book, each, applied)
            for slot in bits(each.in_scope):
                on_lines[slot].append(told)
        in_cart.append(told)
        if each.rule.code and each.rule.code in cart.basket.codes:
            _say_where_not(book, each.rule, on_lines)
    return tuple(in_cart), [tuple(tried) for tried in on_lines]


def unlocks(cart: Cart, judged: Sequence[Candidate | Refused]) -> tuple[Unlock, ...]:
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


def _of_refused(book: Book, judged: Candidate | Refused, applied: Sequence[Applied]) -> Tried:
    if isinstance(judged, Refused):
        return book.tried(judged.rule, judged.code, judged.facts)
    return _kept_away(book, judged, applied)


def _of_applied(
    book: Book, cart: Cart, candidate: Candidate, cuts: Mapping[int, int], applied: Sequence[Applied]
) -> tuple[Tried, Mapping[int, Tried]]:
    rule, currency = candidate.rule, cart.basket.currency
    whole = book.tried(rule, "applied", saved=Money(sum(cuts.values()), currency))
    if not candidate.slots & cart.every_line:  # only shipping is lowered
        return whole, dict.fromkeys(bits(candidate.in_scope), whole)
    of_lines = {}
    for slot in bits((candidate.in_scope | candidate.slots) & cart.every_line):
        if cuts.get(slot):
            of_lines[slot] = book.tried(rule, "applied", saved=Money(cuts[slot], currency))
        else:
            of_lines[slot] = _not_on_line(book, cart, candidate, slot, applied)
    return whole, of_lines


def _not_on_line(book: Book, cart: Cart, candidate: Candidate, slot: int, applied: Sequence[Applied]) -> Tried:
    """Why a rule that was applied does not lower this line."""
    rule, bit = candidate.rule, 1 << slot
    if candidate.slots & bit:
        others = [each for each in applied if each.cuts.get(slot) and each.candidate is not candidate]
        return _kept_away(book, candidate, others)
    if not cart.lowerable & bit:
        return book.tried(rule, "flash_price")
    return book.tried(rule, "not_chosen" if isinstance(rule.reward, BuyGet) else "nothing_left")


def _kept_away(book: Book, candidate: Candidate, applied: Sequence[Applied]) -> Tried:
    by = [each.candidate.rule for each in applied if conflict(candidate, each.candidate)]
    if not by:
        return book.tried(candidate.rule, "nothing_left")
    names = ", ".join(f"“{rule.name}”" for rule in by)
    return book.tried(candidate.rule, "excluded", {"by": [rule.id for rule in by], "names": names})


def _say_where_not(book: Book, rule: Rule, on_lines: Sequence[list[Tried]]) -> None:
    """Who entered a code wants to know of each line why it is not lowered."""
    for said in on_lines:
        if not said or said[-1].rule_id is not rule.id:
            said.append(book.tried(rule, "out_of_scope"))


def _unlock_refused(refused: Refused) -> Unlock | None:
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
