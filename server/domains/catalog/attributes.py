"""Attributes of categories, inherited down the tree, and whether what products have there fits."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple
from uuid import UUID

import asyncpg

from fastshop.contract.attributes import (
    Attribute,
    AttributeKind,
    AttributeNotFound,
    CodeTaken,
    CreateAttribute,
    EditAttribute,
    ListAttributes,
)
from fastshop.contract.base import IdReused, Refusal
from fastshop.contract.catalog import AttributesUnclear, CategoryNotFound, CreateProduct, ProductStatus
from server.domains.catalog import rows
from server.domains.catalog.rules import check_choices, check_complete, check_values
from server.domains.catalog.states import is_wanted
from server.domains.catalog.writing import Asked, Locked
from server.kernel import audit
from server.kernel.caller import Caller
from server.kernel.clock import Clock
from server.kernel.database import Database, Transaction

_ALL = """
SELECT attribute.*, category.slug AS category FROM product_attributes attribute
    LEFT JOIN categories category ON category.id = attribute.category_id
ORDER BY cardinality(category.path) NULLS FIRST, attribute.name, attribute.id
"""
_INSERT = """
INSERT INTO product_attributes (id, code, name, category_id, kind, unit, choices, required, filterable)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (id) DO NOTHING RETURNING id
"""
_UPDATE = """
UPDATE product_attributes SET name = $2, unit = $3, choices = $4, required = $5, filterable = $6 WHERE id = $1
"""
_ONE = "SELECT * FROM product_attributes WHERE id = $1"
_PATHS = "SELECT id, path FROM categories WHERE id = any($1::uuid[])"
_HELD = "SELECT id, status, stage, category_id, attributes FROM products WHERE id = any($1::uuid[])"


class Attributes:
    """What is known of goods of a kind."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def list_attributes(self, command: ListAttributes, caller: Caller) -> tuple[Attribute, ...]:  # noqa: ARG002
        """The attributes, those of a category with what it inherits."""
        found = await self._database.fetch(_ALL)
        if command.category:
            row = await self._database.fetch_one("SELECT path FROM categories WHERE slug = $1", command.category)
            if row is None:
                raise CategoryNotFound
            return tuple(_here(found, row["path"]))
        return tuple(_attribute(each) for each in found)

    async def create_attribute(self, command: CreateAttribute, caller: Caller) -> Attribute:
        """Add an attribute."""
        check_choices(command.kind, command.choices)
        new = Attribute(
            id=command.attribute_id,
            code=command.code,
            name=command.name,
            kind=command.kind,
            category_id=command.category_id,
            unit=command.unit,
            choices=command.choices,
            required=command.required,
            filterable=command.filterable,
        )
        columns = (new.id, new.code, new.name, new.category_id, new.kind.value, new.unit, list(new.choices))
        try:
            async with self._database.transaction() as transaction:
                if await self._database.fetch(_INSERT, *columns, new.required, new.filterable):
                    await self._note(transaction, command, caller)
        except asyncpg.UniqueViolationError:
            raise CodeTaken(command.code) from None
        except asyncpg.ForeignKeyViolationError:
            raise CategoryNotFound from None
        if await self._one(new.id) != new:
            raise IdReused
        return new

    async def edit_attribute(self, command: EditAttribute, caller: Caller) -> Attribute:
        """Change an attribute. What products have there stays as it is until they are written again."""
        check_choices((await self._one(command.attribute_id)).kind, command.choices)
        values = command.name, command.unit, list(command.choices), command.required, command.filterable
        async with self._database.transaction() as transaction:
            await self._database.fetch(_UPDATE, command.attribute_id, *values)
            await self._note(transaction, command, caller)
        return await self._one(command.attribute_id)

    async def check(self, command: Asked, known: Locked | None) -> None:
        """Refuse a product whose attributes do not fit: `AttributesUnclear`."""
        held = {} if known is None else {command.product_id: Held.of(known)}
        refusals = await self._refusals([command], await self._database.fetch(_ALL), held)
        if refusals:
            raise refusals[command.product_id]

    async def refusals(self, commands: Sequence[CreateProduct]) -> dict[UUID, Refusal]:
        """Those of many products whose attributes do not fit, and why."""
        found = await self._database.fetch(_ALL)
        if not found and not any(command.attributes for command in commands):
            return {}
        known = await self._database.fetch(_HELD, [command.product_id for command in commands])
        held = {row["id"]: Held(rows.status(row), row["category_id"], rows.attributes(row)) for row in known}
        return await self._refusals(commands, found, held)

    async def check_complete(self, known: Locked) -> None:
        """Refuse to publish a product that lacks something required: `AttributesUnclear`."""
        found = await self._database.fetch(_ALL)
        if any(each["required"] for each in found):
            path = (await self._paths([known.content.category_id]))[known.content.category_id]
            check_complete(_here(found, path), known.content.attributes)

    async def _note(self, transaction: Transaction, command: CreateAttribute | EditAttribute, caller: Caller) -> None:
        subject = f"attribute:{command.attribute_id}"
        await audit.note(transaction, self._clock.now(), caller, command.tag(), subject)

    async def _refusals(
        self, commands: Sequence[Asked], found: Sequence[Any], held: "Mapping[UUID, Held]"
    ) -> dict[UUID, Refusal]:
        paths = await self._paths([command.category_id for command in commands])
        refused: dict[UUID, Refusal] = {}
        for command in commands:
            try:
                here = _here(found, paths.get(command.category_id, ()))
                _check(command, held.get(command.product_id), here)
            except AttributesUnclear as unclear:
                refused[command.product_id] = unclear
        return refused

    async def _paths(self, category_ids: Sequence[UUID | None]) -> Mapping[UUID | None, Sequence[str]]:
        found = await self._database.fetch(_PATHS, [each for each in category_ids if each])
        return {None: (), **{row["id"]: row["path"] for row in found}}

    async def _one(self, attribute_id: UUID) -> Attribute:
        row = await self._database.fetch_one(_ONE, attribute_id)
        if row is None:
            raise AttributeNotFound
        return _attribute(row)


class Held(NamedTuple):
    """A product as it is, as far as its attributes depend on it."""

    status: ProductStatus
    category_id: UUID | None
    values: Mapping[str, object]

    @classmethod
    def of(cls, known: Locked) -> "Held":
        """The same of a locked product."""
        return cls(known.status, known.content.category_id, known.content.attributes)


def _check(command: Asked, held: Held | None, here: Sequence[Attribute]) -> None:
    """A product that is on show in its category is not asked about what it does not change."""
    if command.attributes is not None:
        check_values(here, command.attributes)
    elif held is not None and held.status is ProductStatus.ACTIVE and held.category_id == command.category_id:
        return
    if is_wanted(command.status):
        kept = held.values if held else {}
        check_complete(here, kept if command.attributes is None else command.attributes)


def _here(found: Sequence[Any], path: Sequence[str]) -> list[Attribute]:
    """The attributes that hold at the end of a path of categories."""
    return [_attribute(row) for row in found if row["category"] is None or row["category"] in path]


def _attribute(row: Any) -> Attribute:
    return Attribute(
        id=row["id"],
        code=row["code"],
        name=row["name"],
        kind=AttributeKind(row["kind"]),
        category_id=row["category_id"],
        unit=row["unit"],
        choices=tuple(row["choices"]),
        required=row["required"],
        filterable=row["filterable"],
    )
