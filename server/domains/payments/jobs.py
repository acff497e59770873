"""What the gateway is asked for after a method was saved or removed; how a payment is transferred."""

from fastshop.contract.payment_methods import MethodKept, MethodRemoved
from fastshop.contract.payments import PaymentNeedsAction
from fastshop.contract.transfers import TransferCancelled
from server.domains.payments.methods import Methods
from server.domains.payments.transfer_letters import TransferLetters
from server.kernel.job import Job


def jobs(methods: Methods) -> tuple[Job, ...]:
    """The jobs of this domain. The retries outlast a day without the gateway."""
    return (
        Job("payments.take_kept_method", MethodKept, methods.take_kept, retries=3000),
        Job("payments.forget_method", MethodRemoved, methods.forget, retries=3000),
    )


def of_transfers(letters: TransferLetters) -> tuple[Job, ...]:
    """The jobs of bank transfers by hand. A letter is tried for about a day."""
    return (
        Job("payments.mail_transfer", PaymentNeedsAction, letters.awaited, retries=1500),
        Job("payments.mail_transfer_cancelled", TransferCancelled, letters.cancelled, retries=1500),
    )
