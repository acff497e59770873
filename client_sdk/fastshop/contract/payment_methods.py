"""Saved payment methods: cards that the gateway keeps for a person, so that they need not be typed again.

A card itself never comes here (PCI DSS): there is the gateway's name for it, its brand, last four digits and expiry.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from msgspec import Struct

from fastshop.contract.base import DELETE, GET, POST, PUT, Command, Conflict, Done, Event, NotFound, Time
from fastshop.contract.payments import PaymentMethod


class MethodState(StrEnum):
    """Where the saving of a method stands. ``PENDING``: the browser, or the gateway, is not done with it."""

    PENDING = "pending"
    NEEDS_ACTION = "needs_action"
    SAVED = "saved"


class SavedMethod(Struct, frozen=True):
    """A card that the gateway keeps for a person; here is only what tells it from their others.

    It is good until the end of the month ``exp_month`` of ``exp_year``. ``is_default``: it is the one offered first.
    """

    id: UUID
    brand: str
    last4: str
    exp_month: int
    exp_year: int
    is_default: bool
    created_at: Time


class MethodSetup(Struct, frozen=True):
    """How saving a method stands; ``method`` is what was saved, null until then.

    While it is pending the browser completes it with the gateway's own page elements, which are given
    ``client_secret`` and ``public_key``. While it needs that, the customer confirms it with their bank at
    ``action_url``.
    """

    state: MethodState
    method: SavedMethod | None
    client_secret: str
    public_key: str
    action_url: str


class ListMethods(Command[tuple[SavedMethod, ...]], frozen=True, tag="payments.list_methods"):
    """The caller's saved methods, the default one first, then the newest."""

    http: ClassVar = GET("/payments/methods")


class AddMethod(Command[MethodSetup], frozen=True, tag="payments.add_method"):
    """Save a method for next time. The first is the default, whatever is said; a card saved again replaces itself.

    Without a ``payment_method`` the browser says it to the gateway. Sent again it answers how it stands by then, and
    takes what the browser has completed.
    """

    http: ClassVar = POST("/payments/methods")
    method_id: UUID
    payment_method: PaymentMethod | None = None
    make_default: bool = False


class SetDefaultMethod(Command[SavedMethod], frozen=True, tag="payments.set_default_method"):
    """Have one of the caller's saved methods offered first."""

    http: ClassVar = PUT("/payments/methods/{method_id}/default")
    method_id: UUID


class RemoveMethod(Command[Done], frozen=True, tag="payments.remove_method"):
    """Remove a saved method, here and at the gateway. If it was the default, the newest of the others is.

    A payment with it that is under way goes on where the gateway has been asked already. One that is not there is
    removed already.
    """

    http: ClassVar = DELETE("/payments/methods/{method_id}")
    method_id: UUID


class MethodKept(Event, frozen=True, tag="payments.method_kept"):
    """A payment came whose method is to be saved. Told to what asks the gateway for it."""

    method_id: UUID


class MethodsChanged(Event, frozen=True, tag="payments.methods_changed"):
    """A person's saved methods are others than they were: they are read anew."""


class MethodRemoved(Event, frozen=True, tag="payments.method_removed"):
    """A method was removed. Told to what has the gateway forget it."""

    method_id: UUID


@dataclass(eq=False)
class MethodNotFound(NotFound):
    """The caller has saved no such method."""

    code: ClassVar[str] = "payments.method_not_found"
    sentence: ClassVar[str] = "You have no such payment method saved."


@dataclass(eq=False)
class MethodExpired(Conflict):
    """The saved card was good until the end of ``month`` of ``year``. Nothing was charged."""

    code: ClassVar[str] = "payments.method_expired"
    sentence: ClassVar[str] = "This card expired in {month}/{year}. Pay with another one."
    month: int
    year: int


@dataclass(eq=False)
class TooManyMethods(Conflict):
    """A person has so many methods saved at most."""

    code: ClassVar[str] = "payments.too_many_methods"
    sentence: ClassVar[str] = "You have {most} cards saved. Remove one first."
    most: int
