"""Mail to who transfers money: how much, whereto, with which purpose, until when."""

from uuid import UUID, uuid5

from fastshop.contract.payments import PaymentNeedsAction
from fastshop.contract.transfers import BankAccount, Transfer, TransferState
from server.domains.payments.ports import BANK_TRANSFER, Guests, People
from server.domains.payments.transfers import Transfers
from server.kernel.mail import Mail, Mailer
from server.kernel.writing import amount, in_blocks


class TransferLetters:
    """Writes to customers and guests. Refused while mail cannot be sent: `MailDelayed`."""

    def __init__(self, transfers: Transfers, people: People, guests: Guests, mailer: Mailer, origin: str) -> None:
        self._transfers = transfers
        self._people = people
        self._guests = guests
        self._mailer = mailer
        self._origin = origin

    async def awaited(self, event: PaymentNeedsAction) -> None:
        """Say how a payment is transferred, where it is."""
        payment = event.payment
        if payment.payment_method != BANK_TRANSFER:
            return
        transfer = await self._transfers.get(payment.id)
        if transfer is None or transfer.account is None or transfer.state is not TransferState.AWAITED:
            return
        to = await self._whom(payment.id, payment.user_id)
        if to:
            text = instructions(transfer, transfer.account, f"{self._origin}/transfers/{payment.id}")
            await self._mailer.send(Mail(uuid5(payment.id, "transfer"), to, "How to pay for your order", text))

    async def _whom(self, payment_id: UUID, user_id: UUID | None) -> str:
        return await (self._guests.email(payment_id) if user_id is None else self._people.of(user_id))


def instructions(transfer: Transfer, account: BankAccount, link: str) -> str:
    """The letter's words."""
    until = f"{transfer.until:%d %B %Y}"
    return in_blocks(
        (
            [f"We keep what you ordered until {until}. It is sent as soon as your money is here."],
            [
                f"Amount: {amount(transfer.amount.amount, transfer.amount.currency)}",
                f"To: {account.holder}",
                f"IBAN: {account.iban}",
                *([f"BIC: {account.bic}"] if account.bic else []),
                f"Purpose: {transfer.reference}",
            ],
            ["Transfer exactly this amount, and give the purpose: it is how we know that the money is yours."],
            [link],
        )
    )
