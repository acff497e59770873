"""What of a payment may be kept, and how often it is tried to give one back."""

import re

# So many digits in a row, written together or apart, may be a card's number.
_NUMBER = re.compile(r"\d(?:[ -]?\d){11,}")
# ISO/IEC 7812 allows up to 19 digits, but these may as well be one of 16 and the code on the card's back.
_LONGEST = 16

# A refund that has failed so often has been tried for about an hour, each time twice as long after the last.
TRIES = 8


def masked(method: str) -> str:
    """A payment method as it may be kept: of a card's number the last four digits at most (PCI DSS 3.4.1).

    Where more is written than the number nothing is kept: it may be the code on the card's back (PCI DSS 3.3.1).
    """
    if not _NUMBER.search(method):
        return method
    digits = "".join(character for character in method if character.isdigit())
    alone = _NUMBER.fullmatch(method.strip()) and len(digits) <= _LONGEST
    return f"•••• {digits[-4:]}" if alone else "••••"
