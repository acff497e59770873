"""Who may ask what of the audit log."""

from fastshop.contract.accounts import Role
from server.domains.audit.service import Audit
from server.kernel.caller import any_of
from server.kernel.operation import Operation


def operations(audit: Audit) -> tuple[Operation, ...]:
    """The operations of this domain."""
    return (Operation(audit.list, any_of(Role.ADMIN)), Operation(audit.check, any_of(Role.ADMIN)))
