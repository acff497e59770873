"""Counters of tries, in memory and without an end of their time."""

from collections import Counter


class Endless:
    """Tries without end."""

    async def spend(self, what: str, allowed: int, seconds: int) -> int:
        return 0


class Counted:
    """Tries that count for ever, but those that were given back."""

    def __init__(self) -> None:
        self.spent: Counter[str] = Counter()

    async def spend(self, what: str, allowed: int, seconds: int) -> int:
        self.spent[what] += 1
        return seconds if self.spent[what] > allowed else 0

    async def give_back(self, what: str) -> None:
        self.spent[what] -= 1


class Rationed:
    """So many tries, whatever they are for."""

    def __init__(self) -> None:
        self.left = 1000

    async def spend(self, what: str, allowed: int, seconds: int) -> int:
        self.left -= 1
        return 0 if self.left >= 0 else seconds
