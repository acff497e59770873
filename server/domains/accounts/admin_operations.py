"""Who may ask what of people and their roles."""

from fastshop.contract.accounts import Role
from fastshop.contract.roles import RoleFixed, RoleNotFound, RoleTaken, UnknownPermission
from fastshop.contract.users import LastAdmin, UserNotFound
from server.domains.accounts.administration import Administration
from server.domains.accounts.roles import Roles
from server.kernel.caller import any_of
from server.kernel.operation import Operation


def operations(administration: Administration, roles: Roles) -> tuple[Operation, ...]:
    """The operations of admins on people."""
    admin = any_of(Role.ADMIN)
    return (
        Operation(administration.list, admin),
        Operation(administration.show, admin, (UserNotFound,)),
        Operation(administration.edit, admin, (UserNotFound,)),
        Operation(administration.disable, admin, (UserNotFound, LastAdmin)),
        Operation(administration.enable, admin, (UserNotFound,)),
        Operation(administration.set_roles, admin, (UserNotFound, LastAdmin, RoleNotFound)),
        Operation(administration.reset_two_factor, admin, (UserNotFound,)),
        Operation(roles.list, admin),
        Operation(roles.list_permissions, admin),
        Operation(roles.create, admin, (RoleTaken, UnknownPermission)),
        Operation(roles.edit, admin, (RoleNotFound, RoleFixed, UnknownPermission)),
    )
