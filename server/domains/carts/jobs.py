"""What is done after a cart was left."""

from fastshop.contract.cart_recovery import CartLetterWritten
from fastshop.contract.carts import CartAbandoned
from server.domains.carts.letters import CartLetters
from server.domains.carts.recovering import Recovering
from server.kernel.job import Job


def jobs(recovering: Recovering, letters: CartLetters) -> tuple[Job, ...]:
    """The jobs of this domain."""
    return (
        Job("carts.write_letter", CartAbandoned, recovering.left),
        Job("carts.send_letter", CartLetterWritten, letters.send, retries=30),
    )
