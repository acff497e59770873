"""A flash sale: who holds its units, who bought them, who waits, decided by one mind in the order of arrival (P2, P12).

What always holds, and is checked by the tests after every step: units held and sold are never more than the sale has;
a claim is in one state; a unit that is being paid for is nobody else's until the payment's outcome is known; a
customer has one active place; units that come free go to the first in line, and nobody gets any while others wait.
"""

from actors.flash_sale.actor import FlashSaleActor
from actors.flash_sale.line import ACTIVE, WaitingLine
from actors.flash_sale.messages import (
    KIND,
    Cancel,
    Edit,
    End,
    Hold,
    Join,
    Leave,
    Proved,
    RecordPayment,
    Return,
    StartPayment,
    TellPosition,
)
from actors.flash_sale.terms import Goods, Terms, check_terms, phase_of, terms_of

__all__ = [
    "ACTIVE",
    "KIND",
    "Cancel",
    "Edit",
    "End",
    "FlashSaleActor",
    "Goods",
    "Hold",
    "Join",
    "Leave",
    "Proved",
    "RecordPayment",
    "Return",
    "StartPayment",
    "TellPosition",
    "Terms",
    "WaitingLine",
    "check_terms",
    "phase_of",
    "terms_of",
]
