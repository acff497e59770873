"""Mail to who transfers money: how much, whereto, with which purpose, until when."""

from uuid import UUID, uuid5

from fastshop.contract.payments import PaymentNeedsAction
from fastshop.contract.transfers import BankAccount, Transfer, TransferCancelled, TransferState
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
        text = instructions(transfer, transfer.account, f"{self._origin}/transfers/{payment.id}")
        await self._send(payment.id, payment.user_id, "transfer", "How to pay for your order", text)

    async def cancelled(self, event: TransferCancelled) -> None:
        """Say that nothing is to be transferred any more."""
        transfer = await self._transfers.get(event.payment_id)
        if transfer is not None:
            text = farewell(transfer)
            await self._send(event.payment_id, event.user_id, "cancelled", "Your bank transfer was cancelled", text)

    async def _send(self, payment_id: UUID, user_id: UUID | None, name: str, subject: str, text: str) -> None:
        to = await (self._guests.email(payment_id) if user_id is None else self._people.of(user_id))
        if to:
            await self._mailer.send(Mail(uuid5(payment_id, name), to, subject, text))


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


def farewell(transfer: Transfer) -> str:
    """The words of the letter after which nothing is to be transferred."""
    due = amount(transfer.amount.amount, transfer.amount.currency)
    return in_blocks(
        (
            [f"We no longer wait for your transfer of {due} with the purpose {transfer.reference}: it was cancelled."],
            ["Please transfer nothing any more. If you have already, we send the money back as soon as it is here."],
        )
    )
