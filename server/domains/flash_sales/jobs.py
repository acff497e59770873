"""What must happen after a payment was started, whoever died in the meantime."""

from datetime import timedelta

from fastshop.contract.base import Unavailable
from fastshop.contract.flash_sales import PaymentStarted
from server.domains.flash_sales.buying import Buying
from server.kernel.job import Job


class NoOutcomeYet(Unavailable):
    """The payment is still under way; the job asks again later."""

    code = "flash_sales.no_outcome_yet"
    sentence = "The payment has no outcome yet."


def jobs(buying: Buying) -> tuple[Job, ...]:
    """The jobs of this domain."""

    async def settle_payment(event: PaymentStarted) -> None:
        if not await buying.settle(event.claim):
            raise NoOutcomeYet

    # The delay is longer than the answer to `pay` waits for the gateway: until then, whoever asked settles it.
    # The retries outlast the longest hold and a day without the gateway: given up, the units would be lost for ever.
    return (
        Job("flash_sales.settle_payment", PaymentStarted, settle_payment, delay=timedelta(seconds=5), retries=3000),
    )
