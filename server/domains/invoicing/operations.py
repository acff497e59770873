"""Who may ask for which papers."""

from fastshop.contract.accounts import Role
from fastshop.contract.invoices import NotInvoiced
from fastshop.contract.orders import OrderNotFound
from server.domains.invoicing.service import PDF, Papers
from server.kernel.caller import ANYONE, SIGNED_IN, any_of
from server.kernel.operation import AsFile, Operation


def operations(papers: Papers) -> tuple[Operation, ...]:
    """The operations of this domain."""
    return (
        Operation(papers.invoices, SIGNED_IN, (OrderNotFound, NotInvoiced), AsFile(PDF, papers.invoices_file)),
        Operation(papers.guest_invoices, ANYONE, (OrderNotFound, NotInvoiced), AsFile(PDF, papers.guest_invoices_file)),
        Operation(papers.packing_slip, any_of(Role.SELLER), (OrderNotFound,), AsFile(PDF, papers.packing_slip_file)),
    )
