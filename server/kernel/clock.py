"""Time as something that is given, so that a test can turn it by hand."""

from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    """Whoever needs to know what time it is takes one of these."""

    def now(self) -> datetime:
        """The present moment, aware and in UTC."""
        ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """The present moment by the machine."""
        return datetime.now(UTC)
