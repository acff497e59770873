"""Strangers: whatever they ask, with whosever ids, they learn nothing of others and change nothing that is theirs.

It goes over every operation and every channel that there is, so one that is added later is asked too. Commands are made
up: each field has the first value that it may have, and each id is that of somebody else's thing. What others keep to
themselves has a word in it that no answer to a stranger may have.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import timedelta
from typing import Any
from uuid import UUID

import msgspec
import pytest
from msgspec import inspect

from fastshop.contract.addresses import AddAddress, PostalAddress
from fastshop.contract.base import Command, Refusal
from fastshop.contract.carts import AddToCart
from fastshop.contract.catalog import Price, Product
from fastshop.contract.flash_sales import CreateSale
from fastshop.contract.inventory import CreateWarehouse
from fastshop.contract.payment_methods import AddMethod
from fastshop.contract.prices import CreatePriceTier
from fastshop.contract.promotions import CreateCampaign, CreateCoupon, Terms
from fastshop.contract.publishing import UnpublishProduct
from fastshop.contract.rights import SellerRight
from fastshop.contract.staff import InviteStaff
from fastshop.ids import new_id
from tests.domains.returns.test_letters import arrived, asked
from tests.domains.town import ANN, BOB, OURS, OWNER, RIVAL, THEIRS, Town, application

# What others keep to themselves has it, in some case.
MARK = "keptsecret"
CLERK = UUID(int=190)
STRANGERS: Mapping[str, UUID | None] = {"customer": BOB, "seller": RIVAL, "clerk of a seller": CLERK, "guest": None}
_NEVER = UUID(int=9_999)
# Texts of a form that cannot be guessed from their bounds.
_TEXTS = {
    "^[A-Z]{2}$": "DE",
    "^[A-Z]{3}$": "EUR",
    r"^[A-Z]{2}(-[A-Z0-9]{1,3})?$": "DE",
    r"^(https://|/)\S+$": "/picture.webp",
    r"^[a-z_]+:[a-z_-]+$": "orders:read",
    r"^[a-z_]+[:.][a-z_-]+$": "orders.show",
    "^[A-Z0-9][A-Z0-9_-]*$": "STRANGE",
    r"^[a-z_]{1,30}:[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$": f"checkout:{_NEVER}",
}


def commands_of(kind: type[Command[Any]], ids: Mapping[str, UUID]) -> Iterator[Command[Any]]:
    """The command with what it must have, and with every id that it may have."""
    shape = inspect.type_info(kind)
    assert isinstance(shape, inspect.StructType)
    required = {field.name: _made(field.type, field.name, ids) for field in shape.fields if field.required}
    named = {field.name: ids[field.name] for field in shape.fields if not field.required and field.name in ids}
    yield msgspec.convert(required, kind, strict=False)
    if named:
        yield msgspec.convert(required | named, kind, strict=False)


def _made(kind: inspect.Type, name: str, ids: Mapping[str, UUID]) -> Any:
    match kind:
        case inspect.Metadata(type=inner):
            return _made(inner, name, ids)
        case inspect.UUIDType():
            return ids.get(name, _NEVER)
        case inspect.UnionType(types=types):
            return _made(types[0], name, ids)
        case inspect.StrType(pattern=pattern, min_length=least):
            known = _TEXTS.get(pattern or "")
            return known or "x" * max(least or 0, 2)
        case inspect.IntType(ge=least) | inspect.FloatType(ge=least):
            return max(least or 0, 1)
        case inspect.BoolType():
            return True
        case inspect.DateTimeType():
            return "2027-01-01T00:00:00Z"
        case inspect.EnumType(cls=cls):
            return next(iter(cls)).value
        case inspect.LiteralType(values=values):
            return values[0]
        case inspect.StructType(tag=tag, tag_field=tag_field, fields=fields):
            made = {field.name: _made(field.type, field.name, ids) for field in fields if field.required}
            return made | ({tag_field: tag} if tag_field else {})
        case inspect.VarTupleType(item_type=item) | inspect.ListType(item_type=item) | inspect.SetType(item_type=item):
            return [_made(item, name.removesuffix("s"), ids)]
        case inspect.DictType():
            return {}
        case _:
            raise AssertionError(f"nobody has said what {name} could be: {kind}")


class Others:
    """What others have, and how it looks."""

    def __init__(self, town: Town, ids: Mapping[str, UUID], private: Sequence[UUID]) -> None:
        self.town = town
        self.ids = ids
        self._marks = [f"%{MARK}%", *(f"%{each}%" for each in private)]

    async def rows(self) -> set[str]:
        """Every row that tells of others, in all tables."""
        tables = await self.town.database.fetch(
            "SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'public'"
        )
        each = (f"SELECT '{row['name']} ' || one::text AS row FROM {row['name']} one" for row in tables)
        query = f"SELECT row FROM ({' UNION ALL '.join(each)}) every WHERE row ILIKE any($1)"
        return {row["row"] for row in await self.town.database.fetch(query, self._marks)}


@pytest.fixture
async def others(town: Town) -> Others:
    """Ann with an account, a guest, and a seller; each with everything there is to have."""
    await town.database.fetch("UPDATE users SET email = $2 WHERE id = $1", ANN, f"{MARK}@example.com")
    await town.database.fetch(
        "INSERT INTO users (id, email, name, password_hash, roles, custom_roles, created_at)"
        " VALUES ($1, 'clerk@example.com', 'clerk', '!', '{customer}', '{}', $2)",
        *(CLERK, town.clock.now()),
    )
    await town.database.fetch(
        "INSERT INTO seller_staff (user_id, seller_id, rights, since) VALUES ($1, $2, $3, $4)",
        *(CLERK, THEIRS, [*SellerRight], town.clock.now()),
    )
    ids = await _belongings(town)
    await town.database.fetch("UPDATE orders SET address = jsonb_set(address, '{name}', $1)", f'"{MARK}"')
    public = {"seller_id", "product_id", "variant_id", "sale_id"}
    return Others(town, ids, [each for name, each in ids.items() if name not in public])


async def _belongings(town: Town) -> dict[str, UUID]:
    order, _ = await arrived(town, ANN)
    rma = await asked(town, order, None, ANN)
    product, draft = await town.product(), await _draft(town)
    applied = application(name=MARK)
    ids = {name: new_id() for name in ("address_id", "method_id", "coupon_id", "campaign_id", "tier_id")}
    ids |= {name: new_id() for name in ("warehouse_id", "sale_id", "invitation_id")}
    home = PostalAddress(name=MARK, street="Way 1", city="Bonn", postal_code="53111", country="DE")
    of_ann: tuple[Command[Any], ...] = (
        AddAddress(address_id=ids["address_id"], address=home),
        AddToCart(edit_id=new_id(), variant_id=product.variants[0].id, quantity=1),
        AddMethod(method_id=ids["method_id"], payment_method="4242424242424242"),
        applied,
    )
    for command in of_ann:
        await town.ask(command, ANN)
    for command in _of_owner(town, ids, product.variants[0].id):
        await town.ask(command, OWNER)
    return ids | {
        "order_id": order.id,
        "line_id": order.lines[0].id or _NEVER,
        "payment_id": order.payment_id or _NEVER,
        "return_id": rma.id,
        "product_id": draft.id,
        "variant_id": draft.variants[0].id,
        "application_id": applied.application_id,
        "session_id": (await town.caller(ANN)).session_id or _NEVER,
        "cart_id": ANN,
        "user_id": ANN,
        "customer_id": ANN,
        "seller_id": OURS,
    }


def _of_owner(town: Town, ids: Mapping[str, UUID], variant_id: UUID) -> Iterator[Command[Any]]:
    """What a seller keeps to themself, and a sale that everybody sees."""
    terms = msgspec.convert(_made(inspect.type_info(Terms), "terms", {}), Terms)
    begins = town.clock.now() + timedelta(days=2)
    ends, price = begins + timedelta(days=1), Price(500, "EUR")
    email = f"{MARK}@example.com"
    yield CreateWarehouse(warehouse_id=ids["warehouse_id"], name=MARK)
    yield CreateCoupon(coupon_id=ids["coupon_id"], code=MARK.upper(), name=MARK, terms=terms)
    yield CreatePriceTier(tier_id=ids["tier_id"], variant_id=variant_id, price=price, min_quantity=5)
    yield InviteStaff(invitation_id=ids["invitation_id"], email=email, rights=(SellerRight.STOCK,))
    yield CreateCampaign(campaign_id=ids["campaign_id"], name=MARK, terms=terms, start_date=begins, end_date=ends)
    yield CreateSale(
        sale_id=ids["sale_id"],
        variant_id=variant_id,
        sale_price=price,
        quantity_limit=1,
        start_time=begins,
        end_time=ends,
    )


async def _draft(town: Town) -> Product:
    """A product that is not on show."""
    draft = await town.product()
    await town.database.fetch("UPDATE products SET title = $2 WHERE id = $1", draft.id, MARK)
    await town.ask(UnpublishProduct(product_id=draft.id), OWNER)
    return draft


@pytest.mark.parametrize("who", STRANGERS)
async def test_nobody_sees_or_changes_what_is_anothers(others: Others, who: str) -> None:
    town, seen, changed = others.town, [], []
    caller, before = await town.caller(STRANGERS[who]), await others.rows()
    assert len(before) > 20
    for operation in town.domains.operations():
        for command in commands_of(operation.command, others.ids):
            try:
                answer = await town.ask_as(command, caller)
            except Refusal:
                continue
            if MARK in msgspec.json.encode(answer).decode().lower():
                seen.append(command)
            if operation.command.http.verb != "GET" and not before <= await others.rows():
                changed.append((command, before - await others.rows()))
                before = await others.rows()
    assert (seen, changed) == ([], [])


async def test_whose_it_is_sees_it(others: Others) -> None:
    """Otherwise the test above would not be one."""
    seen = set()
    for person in (ANN, OWNER):
        caller = await others.town.caller(person)
        for operation in others.town.domains.operations():
            if operation.command.http.verb == "GET":
                for command in commands_of(operation.command, others.ids):
                    with suppress(Refusal):
                        answer = await others.town.ask_as(command, caller)
                        if MARK in msgspec.json.encode(answer).decode().lower():
                            seen.add(operation.tag)
    assert len(seen) > 15, seen


@pytest.mark.parametrize("who", STRANGERS)
async def test_nobody_watches_what_is_anothers(others: Others, who: str) -> None:
    caller, seen = await others.town.caller(STRANGERS[who]), []
    for watch in others.town.domains.watches():
        key = str(others.ids.get(watch.channel.key, _NEVER))
        try:
            await watch.admit(key, caller)
            state = await watch.snapshot(key)
        except Refusal:
            continue
        if MARK in msgspec.json.encode(state).decode().lower():
            seen.append(watch.channel.of(key))
    assert seen == []
