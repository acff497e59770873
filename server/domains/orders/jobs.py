"""What orders do when something happened to the money that paid for them."""

from fastshop.contract.payments import PaymentDisputeLost, PaymentPartRefunded
from server.domains.orders.timeline import Timeline
from server.kernel.job import Job


def jobs(timeline: Timeline) -> tuple[Job, ...]:
    """The jobs of this domain."""
    return (
        Job("orders.refunded", PaymentPartRefunded, timeline.refunded),
        Job("orders.dispute_lost", PaymentDisputeLost, timeline.dispute_lost),
    )
