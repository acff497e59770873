"""Who may ask for which papers."""

from fastshop.contract.accounts import Role
from fastshop.contract.invoices import NotInvoiced, NotPaid
from fastshop.contract.orders import OrderNotFound
from fastshop.contract.payments import PaymentNotFound
from server.domains.invoicing.service import Papers
from server.kernel.caller import SIGNED_IN, any_of
from server.kernel.operation import AsFile, Operation

_PDF = "application/pdf"


def operations(papers: Papers) -> tuple[Operation, ...]:
    """The operations of this domain."""
    return (
        Operation(papers.invoices, SIGNED_IN, (OrderNotFound, NotInvoiced), AsFile(_PDF, papers.invoices_file)),
        Operation(papers.receipt, SIGNED_IN, (PaymentNotFound, NotPaid), AsFile(_PDF, papers.receipt_file)),
        Operation(papers.packing_slip, any_of(Role.SELLER), (OrderNotFound,), AsFile(_PDF, papers.packing_slip_file)),
    )
