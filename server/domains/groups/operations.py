"""Who may ask what of groups of customers."""

from fastshop.contract.accounts import Role
from fastshop.contract.groups import GroupNotEmpty, GroupNotFound, GroupTaken
from fastshop.contract.users import UserNotFound
from server.domains.groups.service import Groups
from server.kernel.caller import any_of
from server.kernel.operation import Operation


def operations(groups: Groups) -> tuple[Operation, ...]:
    """The operations of this domain."""
    office = any_of(Role.MANAGER, Role.ADMIN)
    return (
        Operation(groups.list, any_of(Role.SELLER, Role.MANAGER, Role.ADMIN)),
        Operation(groups.create, office, (GroupTaken,)),
        Operation(groups.edit, office, (GroupNotFound,)),
        Operation(groups.delete, office, (GroupNotFound, GroupNotEmpty)),
        Operation(groups.list_members, office, (GroupNotFound,)),
        Operation(groups.add, office, (GroupNotFound, UserNotFound)),
        Operation(groups.remove, office, (GroupNotFound, UserNotFound)),
    )
