"""What the shop writes about returns and disputes. Pure.

What people said stands in one line each: nobody but the shop lays out a letter.
"""

from collections.abc import Sequence
from typing import NamedTuple

from fastshop.contract.disputes import OrderDispute
from fastshop.contract.returns import Return, ReturnSide
from server.kernel.writing import address_lines, amount, flat, in_blocks

_WHO = {ReturnSide.CUSTOMER: "The customer", ReturnSide.SELLER: "The seller", ReturnSide.MANAGER: "The shop"}


class Text(NamedTuple):
    """A letter's subject, and its blocks of lines."""

    subject: str
    blocks: Sequence[Sequence[str]]


def letter(text: Text, about: str, link: str) -> str:
    """The words of a letter, whole."""
    return in_blocks([*text.blocks, [about] if about else [], ["See it here:"], [link]])


def requested(rma: Return) -> Text:
    """To the customer: we have heard."""
    asked_for = ["You want to return this, and the seller is asked:"]
    return Text(f"Your return {rma.number}", [asked_for, _units(rma), ["Keep the goods until they have decided."]])


def asked(rma: Return) -> Text:
    """To the seller: they decide."""
    return Text(f"A return to decide: {rma.number}", [["A customer wants to return this:"], _units(rma)])


def approved(rma: Return) -> Text:
    """To the customer: send it."""
    todo = f"Pack the goods, write {rma.number} on the parcel, send it, and say so on its page."
    where = ["Send it to:", *address_lines(rma.send_to)] if rma.send_to else []
    return Text(f"Send us your return {rma.number}", [["The seller takes this back:"], _units(rma), [todo], where])


def rejected(rma: Return, why: str) -> Text:
    """To the customer: it is not taken back."""
    blocks = [["This is not taken back:"], _units(rma), ["The reason:", flat(why)]]
    return Text(f"Your return {rma.number} was refused", blocks)


def received(rma: Return) -> Text:
    """To the customer: it is there."""
    came = [f"{line.received} × {flat(line.title)}" for line in rma.lines if line.received]
    return Text(f"Your return {rma.number} has arrived", [["This has arrived at the seller's:"], came])


def exchanged(rma: Return) -> Text:
    """To the customer: what they get instead, and where it is."""
    if not rma.replacement_tracking:
        told = "What you get instead is set aside for you, and will be sent."
        return Text(f"Your return {rma.number} is exchanged", [[told]])
    told = f"What you get instead is on its way. Tracking number: {flat(rma.replacement_tracking)}"
    return Text(f"The exchange for your return {rma.number} is on its way", [[told]])


def opened(of: OrderDispute) -> Text:
    """To the customer: we have heard."""
    told = f"You have opened a dispute. The seller may answer until {_day(of)}; then the shop decides."
    return Text("Your dispute", [[told]])


def disputed(of: OrderDispute) -> Text:
    """To the seller: they are to answer."""
    told = f"A customer has opened a dispute. Answer until {_day(of)}: after that the shop may decide without you."
    return Text("A dispute to answer", [[told]])


def answered(side: ReturnSide) -> Text:
    """To the other side: read and answer."""
    return Text(f"{_WHO[side]} has answered in a dispute", [[f"{_WHO[side]} has said something in your dispute."]])


def decided(of: OrderDispute, why: str) -> Text:
    """To both sides: what was decided."""
    money = amount(of.refund.amount, of.refund.currency)
    goes_back = f"{money} goes back to where it was paid from." if of.refund.amount else "No money goes back."
    return Text("A dispute is decided", [[f"The shop has decided: {goes_back}"], ["The reason:", flat(why)]])


def _units(rma: Return) -> list[str]:
    return [f"{line.quantity} × {flat(line.title)}" for line in rma.lines]


def _day(of: OrderDispute) -> str:
    return f"{of.answer_by:%Y-%m-%d %H:%M} UTC"
