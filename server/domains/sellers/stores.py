"""Shops as everybody sees them, how they work, and whether they may sell."""

from typing import Any
from uuid import UUID

import msgspec

from fastshop.contract.accounts import Role
from fastshop.contract.addresses import PostalAddress
from fastshop.contract.base import NotAllowed, Page
from fastshop.contract.catalog import ProductCard, Seller, SellerNotFound
from fastshop.contract.orders import SELLER
from fastshop.contract.sellers import (
    EditSettings,
    EditStore,
    ListSellers,
    ListStoreProducts,
    ReinstateSeller,
    SellerContact,
    SellerIsSuspended,
    SellerReinstated,
    SellerSettings,
    SellerSuspended,
    SetSellerTaxation,
    ShowSettings,
    ShowStore,
    StorePage,
    SuspendSeller,
)
from fastshop.ids import new_id
from server.domains.sellers.contacts import checked_contact
from server.domains.sellers.ports import Goods
from server.domains.sellers.rules import checked_name, checked_tax_number, checked_text
from server.kernel.audit import note
from server.kernel.caller import Caller
from server.kernel.clock import Clock
from server.kernel.database import Database, Transaction
from server.kernel.decoding import as_id
from server.kernel.page import as_page, decode_cursor
from server.kernel.postal import checked

_LIST = """
SELECT id, name, slug, description, suspended_at IS NOT NULL AS suspended FROM sellers
WHERE ($1::text IS NULL OR (name, id) > ($1, $2)) AND ($3 OR suspended_at IS NULL)
    AND ($4::boolean IS NULL OR (suspended_at IS NOT NULL) = $4)
ORDER BY name, id LIMIT $5
"""
_FIND = "SELECT * FROM sellers WHERE id = $1 OR slug = $2 ORDER BY slug = $2 LIMIT 1"
_ONE = "SELECT * FROM sellers WHERE id = $1"
_EDIT = "UPDATE sellers SET name = $2, description = $3 WHERE id = $1"
_EDIT_SETTINGS = """
UPDATE sellers SET return_days = $2, handling_days = $3, low_stock_mail = $4,
    contact_email = coalesce($5, contact_email), contact_phone = coalesce($6, contact_phone),
    tax_number = coalesce($7, tax_number), invoice_address = coalesce($8::jsonb, invoice_address),
    new_order_mail = coalesce($9, new_order_mail)
WHERE id = $1
"""
_SUSPEND = "UPDATE sellers SET suspended_at = coalesce(suspended_at, $2), suspended_for = $3 WHERE id = $1"
_SET_TAXATION = "UPDATE sellers SET untaxed_for = $2 WHERE id = $1"
_REINSTATE = "UPDATE sellers SET suspended_at = NULL, suspended_for = '' WHERE id = $1"

_OFFICE = (Role.MANAGER, Role.ADMIN)


class Stores:
    """Reads and edits shops."""

    def __init__(self, database: Database, goods: Goods, clock: Clock) -> None:
        self._database = database
        self._goods = goods
        self._clock = clock

    async def list(self, command: ListSellers, caller: Caller) -> Page[Seller]:
        """The sellers."""
        after = decode_cursor(command.cursor, tuple[str, UUID]) or (None, None)
        asked = (caller.is_any(*_OFFICE), command.suspended, command.limit + 1)
        rows = await self._database.fetch(_LIST, *after, *asked)
        return as_page([Seller(**row) for row in rows], command.limit, lambda seller: (seller.name, seller.id))

    async def show(self, command: ShowStore, caller: Caller) -> StorePage:
        """A shop's page."""
        return await self._page(await self._visible(command.seller, caller))

    async def list_products(self, command: ListStoreProducts, caller: Caller) -> Page[ProductCard]:
        """What a shop has for sale."""
        row = await self._visible(command.seller, caller)
        return await self._goods.for_sale(row["id"], command.cursor, command.limit)

    async def edit(self, command: EditStore, caller: Caller) -> StorePage:
        """Replace what a shop says of itself."""
        name, description = checked_name(command.name), checked_text(command.description)
        async with self._database.transaction() as transaction:
            row = await self._own(transaction, command.seller_id, caller)
            if row["suspended_at"] is not None and not caller.is_any(Role.ADMIN):
                raise SellerIsSuspended
            await transaction.connection.execute(_EDIT, command.seller_id, name, description)
            return await self._page(await transaction.connection.fetchrow(_ONE, command.seller_id))

    async def show_settings(self, command: ShowSettings, caller: Caller) -> SellerSettings:
        """How a seller works."""
        row = await self._database.fetch_one(_ONE, command.seller_id)
        if row is None or not _is_inside(command.seller_id, caller):
            raise SellerNotFound
        return _settings(row)

    async def edit_settings(self, command: EditSettings, caller: Caller) -> SellerSettings:
        """Say anew how a shop works."""
        async with self._database.transaction() as transaction:
            row = await self._own(transaction, command.seller_id, caller)
            contact = command.contact and await checked_contact(command.contact, row["country"])
            reached = (contact.email, contact.phone) if contact else (None, None)
            terms = (command.return_days, command.handling_days, command.low_stock_mail)
            named = await _on_invoices(command, row["country"])
            values = (*terms, *reached, *named, command.new_order_mail)
            await transaction.connection.execute(_EDIT_SETTINGS, command.seller_id, *values)
            return _settings(await transaction.connection.fetchrow(_ONE, command.seller_id))

    async def suspend(self, command: SuspendSeller, caller: Caller) -> SellerSettings:
        """Let nobody buy from a seller."""
        async with self._database.transaction() as transaction:
            row, now = await _locked(transaction, command.seller_id), self._clock.now()
            if row["suspended_at"] is not None and row["suspended_for"] == command.reason:
                return _settings(row)
            await transaction.connection.execute(_SUSPEND, command.seller_id, now, command.reason)
            told = SellerSuspended(time=now, seller_id=row["id"], notice_id=new_id(), reason=command.reason)
            transaction.emit(told, SELLER.of(row["id"]))
            await note(transaction, now, caller, command.tag(), f"seller:{row['id']}", reason=command.reason)
            return _settings(await transaction.connection.fetchrow(_ONE, command.seller_id))

    async def reinstate(self, command: ReinstateSeller, caller: Caller) -> SellerSettings:
        """Let a suspended seller sell again."""
        async with self._database.transaction() as transaction:
            row, now = await _locked(transaction, command.seller_id), self._clock.now()
            if row["suspended_at"] is None:
                return _settings(row)
            await transaction.connection.execute(_REINSTATE, command.seller_id)
            told = SellerReinstated(time=now, seller_id=row["id"], notice_id=new_id())
            transaction.emit(told, SELLER.of(row["id"]))
            await note(transaction, now, caller, command.tag(), f"seller:{row['id']}")
            return _settings(await transaction.connection.fetchrow(_ONE, command.seller_id))

    async def set_taxation(self, command: SetSellerTaxation, caller: Caller) -> SellerSettings:
        """Say why a seller charges no tax, or that it does."""
        reason = command.untaxed_for or ""
        if caller.seller_id == command.seller_id:
            raise NotAllowed  # nobody decides in their own cause
        async with self._database.transaction() as transaction:
            row = await _locked(transaction, command.seller_id)
            if row["untaxed_for"] == reason:
                return _settings(row)
            await transaction.connection.execute(_SET_TAXATION, command.seller_id, reason)
            now, subject = self._clock.now(), f"seller:{row['id']}"
            await note(transaction, now, caller, command.tag(), subject, untaxed_for=reason)
            return _settings(await transaction.connection.fetchrow(_ONE, command.seller_id))

    async def is_suspended(self, seller_id: UUID) -> bool:
        """Whether nobody may buy from a seller now."""
        row = await self._database.fetch_one(_ONE, seller_id)
        return row is not None and row["suspended_at"] is not None

    async def _visible(self, seller: str, caller: Caller) -> Any:
        """The shop of this id or slug. Refused where it is not there for the caller: `SellerNotFound`."""
        row = await self._database.fetch_one(_FIND, as_id(seller), seller)
        if row is None or (row["suspended_at"] is not None and not _is_inside(row["id"], caller)):
            raise SellerNotFound
        return row

    async def _own(self, transaction: Transaction, seller_id: UUID, caller: Caller) -> Any:
        """The caller's own shop, or any to an admin; locked. Refused otherwise: `SellerNotFound`."""
        if caller.seller_id != seller_id and not caller.is_any(Role.ADMIN):
            raise SellerNotFound
        return await _locked(transaction, seller_id)

    async def _page(self, row: Any) -> StorePage:
        return StorePage(
            id=row["id"],
            name=row["name"],
            slug=row["slug"],
            description=row["description"],
            country=row["country"],
            since=row["created_at"],
            rating=await self._goods.rating(row["id"]),
            return_days=row["return_days"],
            handling_days=row["handling_days"],
            suspended=row["suspended_at"] is not None,
        )


def _is_inside(seller_id: UUID, caller: Caller) -> bool:
    return seller_id == caller.seller_id or caller.is_any(*_OFFICE)


async def _locked(transaction: Transaction, seller_id: UUID) -> Any:
    row = await transaction.connection.fetchrow(f"{_ONE} FOR NO KEY UPDATE", seller_id)
    if row is None:
        raise SellerNotFound
    return row


async def _on_invoices(command: EditSettings, country: str) -> tuple[str | None, str | None]:
    """The tax number and the address as they are kept; None where they stay."""
    number, address = command.tax_number, command.invoice_address
    kept = None if address is None else msgspec.json.encode(await checked(address)).decode()
    return None if number is None else await checked_tax_number(country, number), kept


def _settings(row: Any) -> SellerSettings:
    address = row["invoice_address"]
    return SellerSettings(
        seller_id=row["id"],
        return_days=row["return_days"],
        handling_days=row["handling_days"],
        low_stock_mail=row["low_stock_mail"],
        new_order_mail=row["new_order_mail"],
        contact=SellerContact(row["contact_email"], row["contact_phone"]) if row["contact_email"] else None,
        tax_number=row["tax_number"],
        suspended_for=row["suspended_for"],
        untaxed_for=row["untaxed_for"],
        invoice_address=address and msgspec.json.decode(address, type=PostalAddress),
    )
