"""What a caller may do, told to who draws pages for them. Nothing rests on it: every operation checks for itself."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import cached_property

from fastshop.contract.accounts import Opened, Permissions, ShowPermissions
from server.kernel.caller import Caller
from server.kernel.operation import Operation


class Permitting:
    """Tells what operations are for whom. They are asked for when somebody first wants to know."""

    def __init__(self, operations: Callable[[], Iterable[Operation]]) -> None:
        self._operations = operations

    async def show(self, command: ShowPermissions, caller: Caller) -> Permissions:  # noqa: ARG002
        """What the caller may do."""
        # Roles with limits count in what they name, so not here; which of the rest they name is the question.
        whole = replace(caller, roles=caller.roles | {role for role, _ in caller.limits})
        tags = (operation.tag for operation in self._for_some if operation.includes(whole))
        opened = (Opened(operation, thing) for operation, thing in sorted(caller.grants))
        return Permissions(tuple(tags), tuple(opened))

    @cached_property
    def _for_some(self) -> tuple[Operation, ...]:
        return tuple(operation for operation in self._operations() if operation.permission.roles)
