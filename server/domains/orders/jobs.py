"""What is done after something happened to an order, or to the money that paid for it."""

from fastshop.contract.orders import OrderPlaced
from fastshop.contract.payments import PaymentDisputeLost, PaymentPartRefunded, PaymentRefunded, PaymentRefundFailed
from fastshop.contract.seller_orders import OrderMoved
from server.domains.orders.letters import OrderLetters
from server.domains.orders.timeline import Timeline
from server.kernel.job import Job

# A guest without the letter has lost the way to their order: it is tried for about a day.
_DAY = 1500


def jobs(timeline: Timeline, letters: OrderLetters) -> tuple[Job, ...]:
    """The jobs of this domain."""
    return (
        Job("orders.refunded", PaymentPartRefunded, timeline.refunded),
        Job("orders.dispute_lost", PaymentDisputeLost, timeline.dispute_lost),
        Job("orders.mail_placed", OrderPlaced, letters.placed, retries=_DAY),
        Job("orders.mail_moved", OrderMoved, letters.moved, retries=_DAY),
        Job("orders.mail_part_refunded", PaymentPartRefunded, letters.part_refunded, retries=_DAY),
        Job("orders.mail_refund_failed", PaymentRefundFailed, letters.refund_failed, retries=_DAY),
        Job("orders.mail_refunded", PaymentRefunded, letters.refunded, retries=_DAY),
    )
