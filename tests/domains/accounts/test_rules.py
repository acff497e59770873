"""What several roles come to."""

import pytest

from fastshop.contract.accounts import Role
from server.domains.accounts.rules import Held, rights

READ, WRITE = frozenset({"orders:read"}), frozenset({"orders:write"})


@pytest.mark.parametrize(
    ("held", "roles", "limits"),
    [
        ([], set(), ()),
        ([Held(Role.CUSTOMER, None)], {Role.CUSTOMER}, ()),
        ([Held(Role.MANAGER, READ)], {Role.MANAGER}, ((Role.MANAGER, READ),)),
        ([Held(Role.MANAGER, READ), Held(Role.MANAGER, WRITE)], {Role.MANAGER}, ((Role.MANAGER, READ | WRITE),)),
        ([Held(Role.MANAGER, READ), Held(Role.MANAGER, None)], {Role.MANAGER}, ()),
        ([Held(Role.MANAGER, None), Held(Role.MANAGER, READ)], {Role.MANAGER}, ()),
        ([Held(Role.MANAGER, None), Held(Role.ADMIN, READ)], {Role.MANAGER, Role.ADMIN}, ((Role.ADMIN, READ),)),
        ([Held(Role.AGENT, frozenset())], {Role.AGENT}, ((Role.AGENT, frozenset()),)),
    ],
    ids=["none", "unlimited", "limited", "two limited", "limited then not", "not then limited", "two bases", "nothing"],
)
def test_no_role_takes_away_what_another_gives(
    held: list[Held], roles: set[Role], limits: tuple[tuple[Role, frozenset[str]], ...]
) -> None:
    found = rights(held)
    assert (set(found.roles), found.limits) == (roles, limits)
