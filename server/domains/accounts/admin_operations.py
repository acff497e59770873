"""Who may ask what of people, their roles and what is granted to them."""

from fastshop.contract.accounts import Role
from fastshop.contract.acl import GranteeUnclear, GrantExists, GrantNotFound, NotGrantable, TooManyGrants
from fastshop.contract.base import IdReused
from fastshop.contract.restricting import NetworkUnclear
from fastshop.contract.roles import RoleFixed, RoleNotFound, RoleTaken, UnknownPermission
from fastshop.contract.users import LastAdmin, UserNotFound
from server.domains.accounts.access import Access
from server.domains.accounts.administration import Administration
from server.domains.accounts.roles import Roles
from server.kernel.caller import any_of
from server.kernel.operation import Operation


def operations(administration: Administration, roles: Roles, access: Access) -> tuple[Operation, ...]:
    """The operations of admins on people."""
    admin = any_of(Role.ADMIN)
    granting = (NotGrantable, GranteeUnclear, GrantExists, TooManyGrants)
    return (
        Operation(administration.list, admin),
        Operation(administration.find, any_of(Role.MANAGER, Role.ADMIN)),
        Operation(administration.show, admin, (UserNotFound,)),
        Operation(administration.edit, admin, (UserNotFound, NetworkUnclear)),
        Operation(administration.disable, admin, (UserNotFound, LastAdmin)),
        Operation(administration.enable, admin, (UserNotFound,)),
        Operation(administration.set_roles, admin, (UserNotFound, LastAdmin, RoleNotFound)),
        Operation(administration.reset_two_factor, admin, (UserNotFound,)),
        Operation(roles.list, admin),
        Operation(roles.list_permissions, admin),
        Operation(roles.create, admin, (RoleTaken, UnknownPermission)),
        Operation(roles.edit, admin, (RoleNotFound, RoleFixed, UnknownPermission)),
        Operation(access.list, admin),
        Operation(access.list_grantable, admin),
        Operation(access.grant, admin, (*granting, UserNotFound, RoleNotFound, IdReused)),
        Operation(access.revoke, admin, (GrantNotFound,)),
    )
