"""Exemptions are granted by others than who has them, are read by whose they are, and every grant is written down."""

from datetime import timedelta
from typing import Any

import msgspec
import pytest

from fastshop.contract.base import IdReused, NotAllowed
from fastshop.contract.flash_sales import USER
from fastshop.contract.prices import Rate, SaveTaxZone
from fastshop.contract.tax_exemptions import (
    EXEMPTIONS,
    CheckVatNumber,
    ExemptionIsOver,
    ExemptionNotFound,
    ExemptionsMoved,
    GrantTaxExemption,
    ListOwnTaxExemptions,
    ListTaxExemptions,
    NoVatNumber,
    RevokeTaxExemption,
    TaxExemption,
    VatCheck,
    VatCheckAsked,
    VatNumberInvalid,
    VatStanding,
)
from fastshop.contract.users import UserNotFound
from fastshop.ids import new_id
from server.domains.pricing.channels import watches
from server.domains.pricing.exemptions import Exemptions
from server.domains.pricing.ports import RegisterAway
from server.kernel import log
from server.kernel.caller import GUEST
from server.kernel.channel import ChannelNotFound
from server.kernel.log import Publication
from tests.domains.pricing.conftest import ADMIN, CUSTOMER, MANAGER, OTHER, OURS, Shop
from tests.domains.pricing.shop import NOW

NUMBER = "DE136695976"


class Register:
    """Knows these numbers, while it is not away."""

    def __init__(self) -> None:
        self.known = {"ATU13585627"}
        self.away = False

    async def knows(self, number: str) -> bool:
        if self.away:
            raise RegisterAway
        return number in self.known


@pytest.fixture
def register() -> Register:
    return Register()


@pytest.fixture
def exemptions(shop: Shop, register: Register) -> Exemptions:
    shop.database.consume([VatCheckAsked])
    return Exemptions(shop.database, shop.clock, register)


def asked(**fields: Any) -> GrantTaxExemption:
    told: dict[str, Any] = {
        "exemption_id": new_id(),
        "user_id": CUSTOMER.person,
        "reason": "Resale",
        "document": "NY-1",
        "places": ("US-NY", "DE", "DE"),
    }
    return GrantTaxExemption(**(told | fields))


async def test_an_exemption_is_granted_once_and_revoked_once(shop: Shop, exemptions: Exemptions) -> None:
    others = await exemptions.grant(asked(user_id=OTHER.person), ADMIN)
    command = asked()
    granted = await exemptions.grant(command, MANAGER)
    shop.clock.turn(minutes=1)
    assert await exemptions.grant(command, MANAGER) == granted
    assert (granted.places, granted.valid_from, granted.revoked_at) == (("DE", "US-NY"), granted.granted_at, None)
    for changed in ({"document": "NY-2"}, {"places": ("DE",)}, {"user_id": OTHER.person}, {"reason": "Else"}):
        with pytest.raises(IdReused):
            await exemptions.grant(msgspec.structs.replace(command, **changed), MANAGER)
    assert (await exemptions.list_own(ListOwnTaxExemptions(), CUSTOMER)).items == (granted,)
    assert (await exemptions.list_own(ListOwnTaxExemptions(), OTHER)).items == (others,)
    revoked = await exemptions.revoke(RevokeTaxExemption(exemption_id=granted.id), ADMIN)
    shop.clock.turn(minutes=1)
    assert await exemptions.revoke(RevokeTaxExemption(exemption_id=granted.id), ADMIN) == revoked
    everybody = (await exemptions.list(ListTaxExemptions(), MANAGER)).items
    assert {each.id: each.revoked_at for each in everybody} == {granted.id: revoked.revoked_at, others.id: None}
    assert (await exemptions.list(ListTaxExemptions(user_id=CUSTOMER.person), MANAGER)).items == (revoked,)
    written = await shop.database.fetch("SELECT action, subject, facts FROM audit_logs ORDER BY number")
    assert [(row["action"], row["subject"]) for row in written] == [
        ("taxes.grant_exemption", f"user:{OTHER.person}"),
        ("taxes.grant_exemption", f"user:{CUSTOMER.person}"),
        ("taxes.revoke_exemption", f"user:{CUSTOMER.person}"),
    ]
    assert "NY-1" not in "".join(row["facts"] for row in written)


async def test_what_makes_no_sense_is_refused(exemptions: Exemptions) -> None:
    for ends in (NOW - timedelta(days=400), NOW):
        with pytest.raises(ExemptionIsOver):
            await exemptions.grant(asked(valid_from=NOW, valid_until=ends), MANAGER)
    with pytest.raises(UserNotFound):
        await exemptions.grant(asked(user_id=new_id()), MANAGER)
    with pytest.raises(NotAllowed):
        await exemptions.grant(asked(user_id=MANAGER.person), MANAGER)
    with pytest.raises(ExemptionNotFound):
        await exemptions.revoke(RevokeTaxExemption(exemption_id=new_id()), MANAGER)
    assert not (await exemptions.list(ListTaxExemptions(), MANAGER)).items


async def test_a_quote_has_it_from_its_first_moment_to_its_last(shop: Shop, exemptions: Exemptions) -> None:
    zone = SaveTaxZone(
        zone_id=new_id(), name="Germany", places=("DE",), rates=(Rate(name="VAT", rate=190_000),), inclusive=False
    )
    await shop.taxes.save_zone(zone, ADMIN)
    begins, ends = (shop.clock.now() + timedelta(days=days) for days in (1, 2))
    await exemptions.grant(asked(valid_from=begins, valid_until=ends), MANAGER)
    found = []
    for _ in range(3):
        found.append([(await shop.best(who, country="DE")).totals.tax.amount for who in (CUSTOMER, OTHER)])
        shop.clock.turn(days=1)
    assert found == [[570, 570], [0, 570], [570, 570]]


async def own(exemptions: Exemptions) -> TaxExemption:
    (found,) = (await exemptions.list_own(ListOwnTaxExemptions(), CUSTOMER)).items
    return found


async def asked_for(shop: Shop) -> list[VatCheckAsked]:
    """What the jobs are made of."""
    rows = await shop.database.fetch("SELECT data::text AS data FROM outbox ORDER BY id")
    return [msgspec.json.decode(row["data"], type=VatCheckAsked) for row in rows]


async def test_a_vat_number_is_looked_up_by_a_job_and_nothing_waits_for_it(
    shop: Shop, exemptions: Exemptions, register: Register
) -> None:
    zone = SaveTaxZone(
        zone_id=new_id(), name="Germany", places=("DE",), rates=(Rate(name="VAT", rate=190_000),), inclusive=False
    )
    await shop.taxes.save_zone(zone, ADMIN)
    await exemptions.grant(asked(user_id=OTHER.person), ADMIN)
    command = asked(document=" de 136 695 976", is_vat_number=True)
    granted = await exemptions.grant(command, MANAGER)
    assert (granted.document, granted.vat) == (NUMBER, VatCheck(VatStanding.UNCHECKED, None))
    assert await exemptions.grant(command, MANAGER) == granted
    with pytest.raises(IdReused):
        await exemptions.grant(msgspec.structs.replace(command, document=NUMBER, is_vat_number=False), MANAGER)
    (job,) = await asked_for(shop)
    assert job.exemption_id == granted.id

    register.away = True
    with pytest.raises(RegisterAway):
        await exemptions.look_up(job)
    assert await own(exemptions) == granted
    register.away = False
    shop.clock.turn(minutes=1)
    await exemptions.look_up(job)
    assert (await own(exemptions)).vat == VatCheck(VatStanding.UNKNOWN, shop.clock.now())
    # People decide what follows from that.
    assert (await shop.best(CUSTOMER, country="DE")).totals.tax.amount == 0

    register.known.add(NUMBER)
    again = await exemptions.check(CheckVatNumber(exemption_id=granted.id), MANAGER)
    assert again == await own(exemptions)
    await exemptions.look_up((await asked_for(shop))[1])
    assert (await own(exemptions)).vat == VatCheck(VatStanding.REGISTERED, shop.clock.now())
    await exemptions.revoke(RevokeTaxExemption(exemption_id=granted.id), MANAGER)
    async with shop.database.reading() as connection:
        told = await log.after(connection, USER.of(CUSTOMER.person), 0, 100)
    assert len(told) == 4  # granted, looked up twice, revoked


async def test_the_office_is_told_of_each_change_and_nobody_else_may_watch(
    shop: Shop, exemptions: Exemptions, register: Register
) -> None:
    (watch,) = watches(shop.clock)
    for stranger in (CUSTOMER, OURS, GUEST):
        with pytest.raises(ChannelNotFound):
            await watch.permit("", stranger)
    for who in (MANAGER, ADMIN):
        await watch.permit("", who)
    assert await watch.snapshot("") == ExemptionsMoved(time=shop.clock.now())
    shown: list[Publication] = []
    shop.database.on_commit(shown.extend)

    def told() -> int:
        count = sum(each.channel == EXEMPTIONS.of() for each in shown)
        shown.clear()
        return count

    command = asked(document=NUMBER, is_vat_number=True)
    for expected in (1, 0):
        await exemptions.grant(command, MANAGER)
        assert told() == expected
    register.away = True
    with pytest.raises(RegisterAway):
        await exemptions.look_up(VatCheckAsked(time=NOW, exemption_id=command.exemption_id))
    assert told() == 0
    register.away = False
    await exemptions.look_up(VatCheckAsked(time=NOW, exemption_id=command.exemption_id))
    assert told() == 1
    for expected in (1, 0):
        await exemptions.revoke(RevokeTaxExemption(exemption_id=command.exemption_id), ADMIN)
        assert told() == expected


async def test_without_a_register_a_number_stays_unchecked(shop: Shop) -> None:
    exemptions = Exemptions(shop.database, shop.clock)
    shop.database.consume([VatCheckAsked])
    await exemptions.grant(asked(document=NUMBER, is_vat_number=True), MANAGER)
    await exemptions.look_up((await asked_for(shop))[0])
    assert (await own(exemptions)).vat == VatCheck(VatStanding.UNCHECKED, None)


async def test_only_numbers_that_the_register_may_know_are_looked_up(shop: Shop, exemptions: Exemptions) -> None:
    swiss = await exemptions.grant(asked(document="CHE-107.787.577 IVA", is_vat_number=True), MANAGER)
    assert (swiss.document, swiss.vat) == ("CHE107787577IVA", VatCheck(VatStanding.UNCHECKED, None))
    greek = await exemptions.grant(asked(exemption_id=new_id(), document="GR 094259216", is_vat_number=True), MANAGER)
    assert (greek.document, [each.exemption_id for each in await asked_for(shop)]) == ("EL094259216", [greek.id])
    certificate = await exemptions.grant(asked(exemption_id=new_id()), MANAGER)
    for one in (swiss, certificate):
        with pytest.raises(NoVatNumber):
            await exemptions.check(CheckVatNumber(exemption_id=one.id), MANAGER)
    with pytest.raises(ExemptionNotFound):
        await exemptions.check(CheckVatNumber(exemption_id=new_id()), MANAGER)
    assert len(await asked_for(shop)) == 1


@pytest.mark.parametrize(
    "number", ["DE136695977", "136695976", "DE", "d", "XX123", "GR094259217", "D\u00cb1", "\U0001f389 1"]
)
async def test_what_is_no_vat_number_is_refused(exemptions: Exemptions, number: str) -> None:
    with pytest.raises(VatNumberInvalid):
        await exemptions.grant(asked(document=number, is_vat_number=True), MANAGER)
