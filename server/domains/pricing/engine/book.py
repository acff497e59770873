"""The rules of a shop, ready to be tried on any number of carts."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from fastshop.contract.base import Money
from fastshop.contract.pricing import BuyGet, Scope, Tried
from server.domains.pricing.engine.sentences import sentence
from server.domains.pricing.engine.words import Rule

# Whose facts depend on the cart.
_OF_CART = frozenset({"applied", "other_country", "below_minimum", "too_few", "excluded"})


# What a scope asks for: of each of these sets, one at least. Ids are integers here: the hash of a UUID is slow.
Keys = Sequence[Sequence[int | str]]


class Entry(NamedTuple):
    """A rule, with what of it is the same for every cart; ``gets`` are the keys of the goods that it makes cheaper."""

    rule: Rule
    currency: str
    keys: Keys
    gets: Keys


class Book:
    """The rules in the order of their ids. Made once for a set of rules, it keeps what is said of each for any cart.

    ``absent`` is what is said of each where nothing in the cart is in its scope, as of most.
    """

    def __init__(self, rules: Iterable[Rule]) -> None:
        self.entries = [_entry(rule) for rule in sorted(rules, key=lambda rule: rule.id)]
        # Which rules there are for goods with a key; those without a scope are for everything.
        self._for_key: dict[int | str, list[int]] = defaultdict(list)
        self._for_all: list[int] = []
        self._for_code = {entry.rule.code: place for place, entry in enumerate(self.entries) if entry.rule.code}
        for place, entry in enumerate(self.entries):
            for key in entry.keys[0] if entry.keys else ():
                self._for_key[key].append(place)
            if not entry.keys:
                self._for_all.append(place)
        # By identity: the rules live as long as the book.
        self._always: dict[int, dict[str, Tried]] = {id(entry.rule): {} for entry in self.entries}

        self.absent = [self.tried(entry.rule, "out_of_scope") for entry in self.entries]

    def has(self, code: str) -> bool:
        """Whether a rule asks for this code."""
        return code in self._for_code

    def near(self, keys: Iterable[int | str], codes: Iterable[str]) -> Sequence[int]:
        """The places of the rules that there is more to say of: for goods with these keys, or with a code entered."""
        found = set(self._for_all)
        for key in keys:
            found.update(self._for_key.get(key, ()))
        found.update(self._for_code[code] for code in codes if code in self._for_code)
        return sorted(found)

    def tried(self, rule: Rule, code: str, facts: dict[str, Any] | None = None, saved: Money | None = None) -> Tried:
        """What became of a rule."""
        if code in _OF_CART:
            return _tried(rule, code, facts or {}, saved)
        known = self._always[id(rule)]
        found = known.get(code)
        if found is None:
            found = known[code] = _tried(rule, code, facts or {}, None)
        return found


def keys_of(scope: Scope) -> Keys:
    """What a scope asks for."""
    ids = (scope.sellers, scope.products, scope.variants)
    keys: Keys = [[each.int for each in named] for named in ids]
    return [any_of for any_of in (*keys, scope.categories) if any_of]


def _entry(rule: Rule) -> Entry:
    reward = rule.reward
    named = rule.min_order or getattr(reward, "at_most", None) or getattr(reward, "amount", None)
    gets = keys_of(reward.gets) if isinstance(reward, BuyGet) and reward.gets else ()
    return Entry(rule, named.currency if named else "", keys_of(rule.scope), gets)


def _tried(rule: Rule, code: str, facts: dict[str, Any], saved: Money | None) -> Tried:
    return Tried(rule.id, rule.name, code == "applied", code, sentence(code, facts), facts, saved)
