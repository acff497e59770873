"""What the gateway is asked for after a method was saved or removed."""

from fastshop.contract.payment_methods import MethodKept, MethodRemoved
from server.domains.payments.methods import Methods
from server.kernel.job import Job


def jobs(methods: Methods) -> tuple[Job, ...]:
    """The jobs of this domain. The retries outlast a day without the gateway."""
    return (
        Job("payments.take_kept_method", MethodKept, methods.take_kept, retries=3000),
        Job("payments.forget_method", MethodRemoved, methods.forget, retries=3000),
    )
