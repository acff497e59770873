"""An account that is used from some networks only counts for nothing elsewhere (AUT-11)."""

import pytest

from fastshop.contract.accounts import LogIn, Role, SignedIn
from fastshop.contract.api_keys import CreateApiKey
from fastshop.contract.credentials import WrongPassword
from fastshop.contract.restricting import NetworkUnclear, NotFromHere, RestrictMe
from fastshop.contract.users import EditUser
from fastshop.ids import new_id
from server.kernel.caller import Caller
from server.kernel.networks import is_within
from tests.domains.accounts.conftest import GUEST, PASSWORD, People

HERE, THERE = GUEST.address, "203.0.113.9"
AROUND = "192.0.2.0/24"


async def restricted(people: People, *networks: str) -> SignedIn:
    signed_in = await people.register()
    caller = (await people.caller(signed_in)).at(HERE, "")
    me = await people.restricting.restrict(RestrictMe(networks=networks or (AROUND,), password=PASSWORD), caller)
    assert me.ip_whitelist == (networks or (AROUND,))
    return signed_in


async def test_elsewhere_a_session_and_a_key_are_a_guests(people: People, other: SignedIn) -> None:
    ann = await restricted(people)
    command = CreateApiKey(key_id=new_id(), name="till", scopes=("orders:read",), password=PASSWORD)
    key = await people.api_keys.create(command, (await people.caller(ann)).at(HERE, ""))
    by_key = await people.api_keys.authenticate(key.secret)
    assert by_key is not None
    for caller in (await people.caller(ann), by_key):
        assert caller.at(HERE, "").user_id == ann.me.id
        elsewhere = caller.at(THERE, "a phone")
        assert elsewhere == Caller(address=THERE, device="a phone")
    assert (await people.caller(other)).at(THERE, "").user_id == other.me.id
    assert people.sockets.renewed == [ann.me.id]


async def test_elsewhere_nobody_signs_in_and_only_who_knows_the_password_is_told_why(
    people: People, other: SignedIn
) -> None:
    await restricted(people)
    command = LogIn(email="ann@example.com", password=PASSWORD)
    with pytest.raises(NotFromHere):
        await people.accounts.log_in(command, Caller(address=THERE))
    assert await people.accounts.log_in(command, Caller(address="192.0.2.77"))
    assert await people.accounts.log_in(LogIn(email="other@example.com", password=PASSWORD), Caller(address=THERE))


@pytest.mark.parametrize("networks", [("203.0.113.0/24",), ("rubbish",), ("192.0.2.0/33",), (AROUND, "x")])
async def test_nobody_shuts_themself_out(people: People, networks: tuple[str, ...]) -> None:
    ann = await people.register()
    caller, command = (await people.caller(ann)).at(HERE, ""), RestrictMe(networks=networks, password=PASSWORD)
    with pytest.raises(NetworkUnclear):
        await people.restricting.restrict(command, caller)
    people.sessions.forget([ann.session_id])
    assert (await people.caller(ann)).at(THERE, "").user_id == ann.me.id


async def test_it_takes_the_password(people: People) -> None:
    caller = (await people.caller(await people.register())).at(HERE, "")
    with pytest.raises(WrongPassword):
        await people.restricting.restrict(RestrictMe(networks=(AROUND,), password="wrong password"), caller)


async def test_an_admin_lets_in_again_who_has_moved(people: People) -> None:
    ann, admin = await restricted(people), new_id()
    await people.accounts.create(admin, "root@example.com", PASSWORD, "Root", (Role.ADMIN,), None)
    root = await people.caller(await people.log_in("root@example.com"))
    edit = EditUser(user_id=ann.me.id, name="Anna", session_limit=3)
    assert (await people.administration.edit(edit, root)).ip_whitelist == (AROUND,)
    edit = EditUser(user_id=ann.me.id, name="Anna", session_limit=3, ip_whitelist=())
    assert (await people.administration.edit(edit, root)).ip_whitelist == ()
    assert (await people.caller(ann)).at(THERE, "").user_id == ann.me.id
    assert people.sockets.renewed == [ann.me.id] * 2


@pytest.mark.parametrize(
    ("address", "inside"),
    [
        ("192.0.2.255", True),
        ("::ffff:192.0.2.1", True),
        ("192.0.3.0", False),
        ("2001:db8:0:1::5", True),
        ("2001:db9::1", False),
        ("::c000:201", False),
        ("", False),
        ("testclient", False),
    ],
)
def test_an_address_is_in_a_network_or_not(address: str, inside: bool) -> None:
    assert is_within(address, (AROUND, "2001:db8::/32")) is inside
