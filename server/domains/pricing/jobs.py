"""What is found out about exemptions after they were granted."""

from fastshop.contract.tax_exemptions import VatCheckAsked
from server.domains.pricing.exemptions import Exemptions
from server.kernel.job import Job


def jobs(exemptions: Exemptions) -> tuple[Job, ...]:
    """The jobs of this domain."""
    return (Job("taxes.check_vat_number", VatCheckAsked, exemptions.look_up, retries=30),)
