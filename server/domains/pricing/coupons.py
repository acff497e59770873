"""Coupons: made by the shop and by sellers, each for their own, and what became of them."""

import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import asyncpg
import msgspec

from fastshop.contract.accounts import Role
from fastshop.contract.base import Command, Done, IdReused, Money, Page
from fastshop.contract.catalog import NoShop
from fastshop.contract.promotions import (
    Coupon,
    CouponCodeTaken,
    CouponInUse,
    CouponNotFound,
    CouponPerformance,
    CouponUse,
    CreateCoupon,
    DeactivateCoupon,
    DeleteCoupon,
    EditCoupon,
    GenerateCoupons,
    GeneratedCodes,
    ListCoupons,
    ListCouponUses,
    ShowCoupon,
    ShowCouponPerformance,
    Terms,
)
from fastshop.ids import new_id
from server.domains.pricing import rows
from server.domains.pricing.queries import check_groups
from server.domains.pricing.rules import clear_terms, kind_and_value
from server.kernel.audit import note
from server.kernel.caller import Caller
from server.kernel.clock import Clock
from server.kernel.database import Database, Transaction
from server.kernel.money import from_numeric, to_numeric
from server.kernel.page import as_page, decode_cursor

# Without the letters and digits that are taken for one another.
_ALPHABET = "ABCDEFGHJKMNPQRSTVWXYZ23456789"
_RANDOM = 12

_INSERT = """
INSERT INTO coupons (id, code, name, type, value, currency, min_order, max_discount, valid_from, valid_until,
    usage_limit, per_customer_limit, stacking_group, priority, exclusive, automatic, terms, seller_id, batch_id,
    created_at)
SELECT id, code, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20
FROM unnest($1::uuid[], $2::text[]) AS new (id, code)
ON CONFLICT (id) DO NOTHING RETURNING *
"""
_UPDATE = """
UPDATE coupons SET name = $2, type = $3, value = $4, currency = $5, min_order = $6, max_discount = $7, valid_from = $8,
    valid_until = $9, usage_limit = $10, per_customer_limit = $11, stacking_group = $12, priority = $13,
    exclusive = $14, automatic = $15, terms = $16, active = $17
WHERE id = $1 RETURNING *
"""
_LIST = """
SELECT * FROM coupons WHERE ($1::uuid IS NULL OR seller_id = $1)
    AND ($2::timestamptz IS NULL OR (created_at, id) < ($2, $3))
ORDER BY created_at DESC, id DESC LIMIT $4
"""
_USES = """
SELECT * FROM coupon_usage WHERE coupon_id = $1 AND ($2::timestamptz IS NULL OR (used_at, id) < ($2, $3))
ORDER BY used_at DESC, id DESC LIMIT $4
"""
_PERFORMANCE = """
SELECT count(*) FILTER (WHERE given_back_at IS NULL) AS uses,
    count(DISTINCT user_id) FILTER (WHERE given_back_at IS NULL) AS customers,
    count(*) FILTER (WHERE given_back_at IS NOT NULL) AS given_back,
    min(used_at) FILTER (WHERE given_back_at IS NULL) AS first_use,
    max(used_at) FILTER (WHERE given_back_at IS NULL) AS last_use
FROM coupon_usage WHERE coupon_id = $1
"""
_DISCOUNTS = """
SELECT currency, sum(discount_amount) AS amount FROM coupon_usage
WHERE coupon_id = $1 AND given_back_at IS NULL GROUP BY currency ORDER BY currency
"""


class Coupons:
    """Coupons as they are made, changed and looked at."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def create(self, command: CreateCoupon, caller: Caller) -> Coupon:
        """Add a coupon."""
        owner = owner_of(caller)
        terms = clear_terms(command.terms, command.valid_from, command.valid_until, owner)
        await check_groups(self._database, terms.audience.groups)
        try:
            async with self._database.transaction() as transaction:
                found = await self._insert({command.coupon_id: command.code}, command, terms, owner)
                if found:
                    await self._note(transaction, caller, command, command.coupon_id)
        except asyncpg.UniqueViolationError:
            raise CouponCodeTaken(command.code) from None
        return rows.coupon(found[0]) if found else await self._same(command, terms, owner)

    async def edit(self, command: EditCoupon, caller: Caller) -> Coupon:
        """Replace what a coupon gives. Its limit never falls below what was used: it is used up then."""
        async with self._database.transaction() as transaction:
            known = await self._own(command.coupon_id, caller, lock=True)
            terms = clear_terms(command.terms, command.valid_from, command.valid_until, known.seller_id)
            await check_groups(self._database, terms.audience.groups)
            limit = command.usage_limit
            row = await self._database.fetch_one(
                _UPDATE,
                known.id,
                command.name,
                *_columns(terms)[:5],
                command.valid_from,
                command.valid_until,
                None if limit is None else max(limit, known.usage_count),
                command.per_customer_limit,
                *_columns(terms)[5:],
                command.automatic,
                _json(terms),
                command.active,
            )
            await self._note(transaction, caller, command, known.id)
            return rows.coupon(row)

    async def generate(self, command: GenerateCoupons, caller: Caller) -> GeneratedCodes:
        """Make many coupons."""
        owner = owner_of(caller)
        terms = clear_terms(command.terms, command.valid_from, command.valid_until, owner)
        await check_groups(self._database, terms.audience.groups)
        async with self._database.transaction() as transaction:
            # Of two that ask for the same batch at once the second finds what the first has made.
            await transaction.connection.execute(
                "SELECT pg_advisory_xact_lock(hashtextextended($1, 0))", str(command.batch_id)
            )
            if known := await self._batch(command.batch_id):
                return _same_batch(known, command, terms, owner)
            codes = {new_id(): _code(command.prefix) for _ in range(command.count)}
            await self._insert(codes, command, terms, owner)
            await self._note(transaction, caller, command, command.batch_id)
            return GeneratedCodes(command.batch_id, tuple(sorted(codes.values())))

    async def list_all(self, command: ListCoupons, caller: Caller) -> Page[Coupon]:
        """The coupons of the caller's shop; an admin's or manager's are all."""
        after = decode_cursor(command.cursor, tuple[datetime, UUID]) or (None, None)
        owner = None if caller.is_any(Role.ADMIN, Role.MANAGER) else owner_of(caller)
        found = await self._database.fetch(_LIST, owner, *after, command.limit + 1)
        return as_page([rows.coupon(row) for row in found], command.limit, lambda each: (each.created_at, each.id))

    async def show(self, command: ShowCoupon, caller: Caller) -> Coupon:
        """One coupon."""
        return await self._own(command.coupon_id, caller)

    async def deactivate(self, command: DeactivateCoupon, caller: Caller) -> Coupon:
        """Switch a coupon off."""
        async with self._database.transaction() as transaction:
            known = await self._own(command.coupon_id, caller, lock=True)
            row = await self._database.fetch_one(
                "UPDATE coupons SET active = false WHERE id = $1 RETURNING *", known.id
            )
            await self._note(transaction, caller, command, known.id)
            return rows.coupon(row)

    async def delete(self, command: DeleteCoupon, caller: Caller) -> Done:
        """Remove a coupon that nobody has used."""
        try:
            async with self._database.transaction() as transaction:
                known = await self._own(command.coupon_id, caller, lock=True)
                await self._database.fetch("DELETE FROM coupons WHERE id = $1", known.id)
                await self._note(transaction, caller, command, known.id)
        except asyncpg.RestrictViolationError:
            raise CouponInUse from None
        return Done()

    async def list_uses(self, command: ListCouponUses, caller: Caller) -> Page[CouponUse]:
        """Who used a coupon."""
        await self._own(command.coupon_id, caller)
        after = decode_cursor(command.cursor, tuple[datetime, UUID]) or (None, None)
        found = await self._database.fetch(_USES, command.coupon_id, *after, command.limit + 1)
        page = as_page(found, command.limit, lambda row: (row["used_at"], row["id"]))
        return Page(tuple(rows.coupon_use(row) for row in page.items), page.next)

    async def show_performance(self, command: ShowCouponPerformance, caller: Caller) -> CouponPerformance:
        """What came of a coupon."""
        known = await self._own(command.coupon_id, caller)
        figures = await self._database.fetch_one(_PERFORMANCE, known.id)
        assert figures is not None
        discounts = await self._database.fetch(_DISCOUNTS, known.id)
        amounts = tuple(from_numeric(row["amount"], row["currency"]) for row in discounts)
        return CouponPerformance(coupon_id=known.id, discounts=amounts, **figures)

    async def _insert(
        self,
        codes: Mapping[UUID, str],
        command: CreateCoupon | GenerateCoupons,
        terms: Terms,
        owner: UUID | None,
    ) -> Sequence[Any]:
        """Add coupons with these ids and codes. Answers none where there is one with the id."""
        limits: tuple[int | None, int | None] = (1, None)
        automatic, batch_id = False, None
        if isinstance(command, CreateCoupon):
            limits, automatic = (command.usage_limit, command.per_customer_limit), command.automatic
        else:
            batch_id = command.batch_id
        columns = _columns(terms)
        return await self._database.fetch(
            _INSERT,
            list(codes),
            list(codes.values()),
            command.name,
            *columns[:5],
            command.valid_from,
            command.valid_until,
            *limits,
            *columns[5:],
            automatic,
            _json(terms),
            owner,
            batch_id,
            self._clock.now(),
        )

    async def _note(self, transaction: Transaction, caller: Caller, command: Command[Any], subject: UUID) -> None:
        await note(transaction, self._clock.now(), caller, command.tag(), f"coupon:{subject}")

    async def _own(self, coupon_id: UUID, caller: Caller, *, lock: bool = False) -> Coupon:
        """A coupon that the caller may see and change; locked until the transaction ends."""
        query = "SELECT * FROM coupons WHERE id = $1"
        row = await self._database.fetch_one(f"{query} FOR NO KEY UPDATE" if lock else query, coupon_id)
        if row is None or not is_theirs(row["seller_id"], caller):
            raise CouponNotFound
        return rows.coupon(row)

    async def _same(self, command: CreateCoupon, terms: Terms, owner: UUID | None) -> Coupon:
        """The answer to a creation that was sent again; `IdReused` when it is another one."""
        known = rows.coupon(await self._database.fetch_one("SELECT * FROM coupons WHERE id = $1", command.coupon_id))
        names = ("code", "name", "valid_from", "valid_until", "usage_limit", "per_customer_limit", "automatic")
        same = all(getattr(known, name) == getattr(command, name) for name in names)
        if not same or (known.terms, known.seller_id) != (terms, owner):
            raise IdReused
        return known

    async def _batch(self, batch_id: UUID) -> list[Coupon]:
        found = await self._database.fetch("SELECT * FROM coupons WHERE batch_id = $1 ORDER BY code", batch_id)
        return [rows.coupon(row) for row in found]


def owner_of(caller: Caller) -> UUID | None:
    """Whose promotions the caller makes: None for the shop's own. Refused without a shop: `NoShop`."""
    if caller.is_any(Role.ADMIN, Role.MANAGER):
        return None
    if caller.seller_id is None:
        raise NoShop
    return caller.seller_id


def is_theirs(seller_id: UUID | None, caller: Caller) -> bool:
    """Whether the caller may see and change a promotion of this seller, or of the shop."""
    if caller.is_any(Role.ADMIN, Role.MANAGER):
        return True
    return seller_id is not None and seller_id == caller.seller_id


def _columns(terms: Terms) -> tuple[Any, ...]:
    """What the columns repeat of the terms: type, value, currency, minimum, cap; then the stacking."""
    kind, value, cap = kind_and_value(terms)
    named = [money for money in (value, cap, terms.min_order) if isinstance(money, Money)]
    stacking = terms.stacking
    return (
        kind,
        _numeric(value),
        named[0].currency if named else "",
        to_numeric(terms.min_order) if terms.min_order else None,
        to_numeric(cap) if cap else None,
        stacking.group,
        stacking.priority,
        stacking.exclusive,
    )


def _numeric(value: int | Money | None) -> Decimal | None:
    """An amount, or a share in percent."""
    if isinstance(value, Money):
        return to_numeric(value)
    return None if value is None else Decimal(value).scaleb(-2)


def _same_batch(known: list[Coupon], command: GenerateCoupons, terms: Terms, owner: UUID | None) -> GeneratedCodes:
    first = known[0]
    told = (command.name, command.valid_from, command.valid_until, terms, owner, command.count)
    made = (first.name, first.valid_from, first.valid_until, first.terms, first.seller_id, len(known))
    if told != made or not first.code.startswith(command.prefix):
        raise IdReused
    return GeneratedCodes(command.batch_id, tuple(coupon.code for coupon in known))


def _code(prefix: str) -> str:
    return prefix + "".join(secrets.choice(_ALPHABET) for _ in range(_RANDOM))


def _json(terms: Terms) -> str:
    return msgspec.json.encode(terms).decode()
