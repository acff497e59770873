"""What happens after something moved in the catalog."""

from fastshop.contract.back_in_stock import Restocked
from server.domains.catalog.back_in_stock import Wishes
from server.kernel.job import Job


def jobs(wishes: Wishes) -> tuple[Job, ...]:
    """The jobs of this domain."""
    return (Job("back_in_stock.write", Restocked, wishes.write, retries=30, is_long=True),)
