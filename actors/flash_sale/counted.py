"""A row of ones and zeros that knows how many ones are before any place, however long it grows (a Fenwick tree)."""

from msgspec import Struct, field


class Counted(Struct):
    """Places numbered from 1, each counted or not. No step takes longer than the logarithm of their number."""

    # The sums of the numbers (n - lowest bit of n, n], by n; the first is never used.
    sums: list[int] = field(default_factory=lambda: [0])

    def __len__(self) -> int:
        return len(self.sums) - 1

    def append(self, *, counted: bool) -> None:
        """One more place, at the end."""
        number = len(self.sums)
        total, below = int(counted), number - 1
        while below > number - (number & -number):
            total += self.sums[below]
            below &= below - 1
        self.sums.append(total)

    def strike(self, number: int) -> None:
        """Count a place no longer that was counted."""
        sums = self.sums
        while number < len(sums):
            sums[number] -= 1
            number += number & -number

    def before(self, number: int) -> int:
        """How many are counted before this place."""
        number, total = number - 1, 0
        while number:
            total += self.sums[number]
            number &= number - 1
        return total

    def nth(self, nth: int) -> int:
        """The number of the first, second ... counted place. There must be one."""
        sums, number = self.sums, 0
        step = 1 << (len(sums) - 1).bit_length()
        while step:
            further = number + step
            if further < len(sums) and sums[further] < nth:
                number = further
                nth -= sums[further]
            step >>= 1
        return number + 1
