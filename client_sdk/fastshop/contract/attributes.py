"""What is known of goods of a kind: the attributes of categories, inherited down the tree."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, ClassVar
from uuid import UUID

from msgspec import Meta, Struct

from fastshop.contract.base import GET, POST, PUT, Command, Conflict, Invalid, Line, NotFound
from fastshop.contract.catalog import AttributeCode

Unit = Annotated[str, Meta(max_length=20, description="what a number counts: cm, kg, W")]
Choices = Annotated[tuple[Annotated[str, Meta(min_length=1, max_length=100)], ...], Meta(max_length=500)]


class AttributeKind(StrEnum):
    """What may be said: a text, a number in the attribute's unit, one of its choices, or true and false."""

    TEXT = "text"
    NUMBER = "number"
    CHOICE = "choice"
    YES_NO = "yes_no"


class Attribute(Struct, frozen=True):
    """Something that products of a category, and of all below it, say of themselves; without one all products do.

    ``code`` is its stable name. A product without what is ``required`` cannot be published. ``filterable``: lists of
    products can be narrowed by it.
    """

    id: UUID
    code: str
    name: str
    kind: AttributeKind
    category_id: UUID | None
    unit: str
    choices: tuple[str, ...]
    required: bool
    filterable: bool


class ListAttributes(Command[tuple[Attribute, ...]], frozen=True, tag="catalog.list_attributes"):
    """All attributes, or with a ``category`` (a slug) its own and those that it inherits, the general ones first."""

    http: ClassVar = GET("/attributes")
    category: Annotated[str, Meta(max_length=100)] = ""


class CreateAttribute(Command[Attribute], frozen=True, tag="catalog.create_attribute"):
    """Add an attribute. Sent again with the same id it answers the same."""

    http: ClassVar = POST("/attributes")
    attribute_id: UUID
    code: AttributeCode
    name: Line
    kind: AttributeKind
    category_id: UUID | None = None
    unit: Unit = ""
    choices: Choices = ()
    required: bool = False
    filterable: bool = False


class EditAttribute(Command[Attribute], frozen=True, tag="catalog.edit_attribute"):
    """Change an attribute; its code, kind and category stay. What products say already stays until they are written."""

    http: ClassVar = PUT("/attributes/{attribute_id}")
    attribute_id: UUID
    name: Line
    unit: Unit = ""
    choices: Choices = ()
    required: bool = False
    filterable: bool = False


@dataclass(eq=False)
class AttributeNotFound(NotFound):
    """There is no such attribute."""

    code: ClassVar[str] = "catalog.attribute_not_found"
    sentence: ClassVar[str] = "There is no such attribute."


@dataclass(eq=False)
class CodeTaken(Conflict):
    """Another attribute has this code."""

    code: ClassVar[str] = "catalog.code_taken"
    sentence: ClassVar[str] = "The code “{taken}” is another attribute's."
    taken: str
    field: str = "code"


@dataclass(eq=False)
class ChoicesUnclear(Invalid):
    """A choice attribute has at least one choice, each once; others have none."""

    code: ClassVar[str] = "catalog.choices_unclear"
    sentence: ClassVar[str] = "A choice attribute has choices, each once; others have none."
    field: str = "choices"
