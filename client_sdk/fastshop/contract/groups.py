"""Groups of customers, e.g. wholesale: price lists, coupons and campaigns can be for some of them only, by name."""

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from msgspec import Struct

from fastshop.contract.base import (
    DELETE,
    GET,
    POST,
    PUT,
    Command,
    Conflict,
    Cursor,
    Done,
    Event,
    Limit,
    Line,
    NotFound,
    Page,
    Time,
)
from fastshop.contract.pricing import GroupName


class CustomerGroup(Struct, frozen=True):
    """A group. Prices and promotions call it by its ``name``; people read its ``title``."""

    name: str
    title: str
    people: int


class GroupMember(Struct, frozen=True):
    """Somebody in a group."""

    user_id: UUID
    name: str
    email: str
    since: Time


class ListGroups(Command[Page[CustomerGroup]], frozen=True, tag="groups.list"):
    """The groups, by name, in one page. Sellers see which there are."""

    http: ClassVar = GET("/customer-groups")


class CreateGroup(Command[CustomerGroup], frozen=True, tag="groups.create"):
    """Make a group. Sent again with the same title it answers the same."""

    http: ClassVar = POST("/customer-groups")
    name: GroupName
    title: Line


class EditGroup(Command[CustomerGroup], frozen=True, tag="groups.edit"):
    """Call a group something else. Its name stays: prices go by it."""

    http: ClassVar = PUT("/customer-groups/{name}")
    name: GroupName
    title: Line


class DeleteGroup(Command[Done], frozen=True, tag="groups.delete"):
    """Remove a group with nobody in it. Prices and promotions that name it are for nobody then."""

    http: ClassVar = DELETE("/customer-groups/{name}")
    name: GroupName


class ListGroupMembers(Command[Page[GroupMember]], frozen=True, tag="groups.list_members"):
    """Who is in a group, the latest first."""

    http: ClassVar = GET("/customer-groups/{name}/members")
    name: GroupName
    cursor: Cursor = ""
    limit: Limit = 50


class AddToGroup(Command[GroupMember], frozen=True, tag="groups.add"):
    """Put somebody into a group: what they are quoted from now on has its prices. Again, it changes nothing."""

    http: ClassVar = PUT("/customer-groups/{name}/members/{user_id}")
    name: GroupName
    user_id: UUID


class RemoveFromGroup(Command[Done], frozen=True, tag="groups.remove"):
    """Take somebody out of a group. Who is not in it stays out."""

    http: ClassVar = DELETE("/customer-groups/{name}/members/{user_id}")
    name: GroupName
    user_id: UUID


class GroupsChanged(Event, frozen=True, tag="groups.changed"):
    """A person came into groups or left some: ``groups`` are all that they are in now. Prices may be others."""

    groups: tuple[str, ...]


@dataclass(eq=False)
class GroupNotFound(NotFound):
    """There is no such group."""

    code: ClassVar[str] = "groups.not_found"
    sentence: ClassVar[str] = "There is no group {name}."
    name: str


@dataclass(eq=False)
class GroupTaken(Conflict):
    """There is another group of this name."""

    code: ClassVar[str] = "groups.taken"
    sentence: ClassVar[str] = "There is a group {name} already."
    name: str


@dataclass(eq=False)
class GroupNotEmpty(Conflict):
    """Somebody is in the group. Take them out first."""

    code: ClassVar[str] = "groups.not_empty"
    sentence: ClassVar[str] = "There are people in this group."
