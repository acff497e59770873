"""Who works for a seller besides its owner, and what they may do there: invited by mail, removed at once."""

from dataclasses import dataclass
from typing import Annotated, ClassVar
from uuid import UUID

from msgspec import Meta, Struct

from fastshop.contract.accounts import Email
from fastshop.contract.base import (
    DELETE,
    GET,
    POST,
    PUT,
    Command,
    Conflict,
    Done,
    Event,
    Forbidden,
    Invalid,
    NotFound,
    Page,
    Time,
)
from fastshop.contract.rights import SellerRight

SellerRights = Annotated[tuple[SellerRight, ...], Meta(min_length=1, max_length=6)]


class StaffMember(Struct, frozen=True):
    """Somebody who works for the caller's seller. The owner is not among them."""

    user_id: UUID
    name: str
    email: str
    rights: tuple[SellerRight, ...]
    since: Time


class StaffInvitation(Struct, frozen=True):
    """Somebody who was asked by mail to work for the caller's seller."""

    id: UUID
    email: str
    rights: tuple[SellerRight, ...]
    invited_at: Time
    expires_at: Time


class ListStaff(Command[Page[StaffMember]], frozen=True, tag="staff.list"):
    """Who works for the caller's seller, in one page."""

    http: ClassVar = GET("/seller/staff")


class ListInvitations(Command[Page[StaffInvitation]], frozen=True, tag="staff.list_invitations"):
    """The invitations of the caller's seller that can still be accepted, in one page."""

    http: ClassVar = GET("/seller/staff/invitations")


class InviteStaff(Command[StaffInvitation], frozen=True, tag="staff.invite"):
    """Ask somebody by mail to work for the caller's seller, within a week. Nobody gives a right that they have not.

    Sent again with the same id it answers the same, and no second mail leaves.
    """

    http: ClassVar = POST("/seller/staff/invitations")
    invitation_id: UUID
    email: Email
    rights: SellerRights


class WithdrawInvitation(Command[Done], frozen=True, tag="staff.withdraw"):
    """Make an invitation worthless. Withdrawn again it answers the same."""

    http: ClassVar = DELETE("/seller/staff/invitations/{invitation_id}")
    invitation_id: UUID


class AcceptInvitation(Command[StaffMember], frozen=True, tag="staff.accept"):
    """Work for a seller from now on. ``token`` is the one in the mail; the caller's account has that mail's address.

    Accepted again by the same person it answers the same.
    """

    http: ClassVar = POST("/seller/staff/accept")
    token: Annotated[str, Meta(min_length=1, max_length=100)]


class EditStaff(Command[StaffMember], frozen=True, tag="staff.edit"):
    """Give somebody who works for the caller's seller these rights and no others, on all their devices at once.

    Who is no owner can neither give nor take a right that they have not.
    """

    http: ClassVar = PUT("/seller/staff/{user_id}")
    user_id: UUID
    rights: SellerRights


class RemoveStaff(Command[Done], frozen=True, tag="staff.remove"):
    """Let somebody work for the caller's seller no longer, on all their devices at once; nor whom they invited."""

    http: ClassVar = DELETE("/seller/staff/{user_id}")
    user_id: UUID


class LeaveSeller(Command[Done], frozen=True, tag="staff.leave"):
    """Work for a seller no longer. An owner cannot leave."""

    http: ClassVar = POST("/seller/staff/leave")


class StaffInvited(Event, frozen=True, tag="staff.invited"):
    """Somebody was asked to work for a seller. Told to nobody but the job that writes the mail."""

    invitation_id: UUID


@dataclass(eq=False)
class StaffNotFound(NotFound):
    """Nobody of this id works for the caller's seller; for `staff.leave`, the caller works for none."""

    code: ClassVar[str] = "staff.not_found"
    sentence: ClassVar[str] = "Nobody like that works for this shop."


@dataclass(eq=False)
class InvitationNotFound(NotFound):
    """The caller's seller has no such invitation."""

    code: ClassVar[str] = "staff.invitation_not_found"
    sentence: ClassVar[str] = "There is no such invitation."


@dataclass(eq=False)
class InvitationInvalid(Invalid):
    """The token was never given out, is used up, withdrawn or over, or was sent to another address."""

    code: ClassVar[str] = "staff.invitation_invalid"
    sentence: ClassVar[str] = "This invitation does not work, or was sent to another address than your account's."


@dataclass(eq=False)
class RightNotYours(Forbidden):
    """Nobody gives or takes a right that they have not themselves."""

    code: ClassVar[str] = "staff.right_not_yours"
    sentence: ClassVar[str] = "You do not have the right “{right}” yourself."
    right: str


@dataclass(eq=False)
class AlreadyInvited(Conflict):
    """An invitation to this address waits for its answer."""

    code: ClassVar[str] = "staff.already_invited"
    sentence: ClassVar[str] = "This address is invited already."
    field: str = "email"


@dataclass(eq=False)
class TooManyStaff(Conflict):
    """A seller has a hundred people and open invitations at most."""

    code: ClassVar[str] = "staff.too_many"
    sentence: ClassVar[str] = "A shop has {most} people at most, invitations included."
    most: int
