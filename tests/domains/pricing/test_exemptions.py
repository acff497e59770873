"""Exemptions are granted by others than who has them, are read by whose they are, and every grant is written down."""

from datetime import timedelta
from typing import Any

import msgspec
import pytest

from fastshop.contract.base import IdReused, NotAllowed
from fastshop.contract.prices import Rate, SaveTaxZone
from fastshop.contract.tax_exemptions import (
    ExemptionIsOver,
    ExemptionNotFound,
    GrantTaxExemption,
    ListOwnTaxExemptions,
    ListTaxExemptions,
    RevokeTaxExemption,
)
from fastshop.contract.users import UserNotFound
from fastshop.ids import new_id
from server.domains.pricing.exemptions import Exemptions
from tests.domains.pricing.conftest import ADMIN, CUSTOMER, MANAGER, OTHER, Shop
from tests.domains.pricing.shop import NOW


@pytest.fixture
def exemptions(shop: Shop) -> Exemptions:
    return Exemptions(shop.database, shop.clock)


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
