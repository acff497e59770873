"""The rules of a shop, ready to be tried on any number of carts."""

from collections.abc import Iterable
from typing import Any

from fastshop.contract.base import Money
from fastshop.contract.pricing import Tried
from server.domains.pricing.engine.sentences import sentence
from server.domains.pricing.engine.words import Rule

# Whose facts depend on the cart.
_OF_CART = frozenset({"applied", "other_country", "below_minimum", "too_few", "excluded"})


class Book:
    """The rules in the order of their ids. Made once for a set of rules, it keeps what is said of each for any cart."""

    def __init__(self, rules: Iterable[Rule]) -> None:
        self.rules = sorted(rules, key=lambda rule: rule.id)
        # By identity: the hash of an id is slow, and the rules live as long as the book.
        self._always: dict[int, dict[str, Tried]] = {id(rule): {} for rule in self.rules}

    def tried(self, rule: Rule, code: str, facts: dict[str, Any] | None = None, saved: Money | None = None) -> Tried:
        """What became of a rule."""
        if code in _OF_CART:
            return _tried(rule, code, facts or {}, saved)
        known = self._always[id(rule)]
        found = known.get(code)
        if found is None:
            found = known[code] = _tried(rule, code, facts or {}, None)
        return found


def _tried(rule: Rule, code: str, facts: dict[str, Any], saved: Money | None) -> Tried:
    return Tried(rule.id, rule.name, code == "applied", code, sentence(code, facts), facts, saved)
