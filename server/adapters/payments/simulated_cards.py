"""The test cards of the simulated gateway: what each does when it is charged."""

from datetime import timedelta
from hashlib import sha256
from typing import NamedTuple

from fastshop.contract.payments import PaymentState

# How long the slow card takes. Longer than an answer to the customer waits.
SLOW = timedelta(seconds=5)

_NOW = timedelta()


class Outcome(NamedTuple):
    """How a charge goes, why it fails, and how long that takes."""

    state: PaymentState
    failure: str = ""
    delay: timedelta = _NOW


_CARDS = {
    "4242424242424242": Outcome(PaymentState.SUCCEEDED),
    "4000000000000002": Outcome(PaymentState.FAILED, "card_declined"),
    "4000000000009995": Outcome(PaymentState.FAILED, "insufficient_funds"),
    "4000002500003155": Outcome(PaymentState.NEEDS_ACTION),
    "4000000000000259": Outcome(PaymentState.SUCCEEDED, delay=SLOW),
}
_BY_LAST4 = {number[-4:]: outcome for number, outcome in _CARDS.items()}
_UNKNOWN = Outcome(PaymentState.FAILED, "invalid_number")


def outcome(method: str) -> Outcome:
    """What a card does, by its number."""
    return _CARDS.get(method.replace(" ", ""), _UNKNOWN)


def outcome_of_saved(last4: str) -> Outcome:
    """What a card does of which no more than the last four digits is kept."""
    return _BY_LAST4.get(last4, _UNKNOWN)


def fingerprint(method: str) -> str:
    """The same for each writing of a card's number; empty for what has no digits."""
    digits = "".join(character for character in method if character.isdigit())
    return f"sim_{sha256(digits.encode()).hexdigest()[:16]}" if digits else ""
