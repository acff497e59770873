"""Flat rates of shipping: a seller's own, those of the shop for who set none, and two that need no setting."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any
from uuid import UUID

from fastshop.contract.accounts import Role
from fastshop.contract.addresses import PostalAddress
from fastshop.contract.base import Done, Money
from fastshop.contract.catalog import NoShop
from fastshop.contract.checkout import (
    DaysUnclear,
    ListShippingRates,
    RemoveShippingRate,
    SetShippingRate,
    ShippingOption,
    ShippingPart,
    ShippingRate,
)
from server.kernel.audit import note
from server.kernel.caller import Caller
from server.kernel.clock import Clock
from server.kernel.database import Database

_FOR = "SELECT * FROM shipping_rates WHERE currency = $1 AND (seller_id IS NULL OR seller_id = any($2::uuid[]))"
_LIST = "SELECT * FROM shipping_rates WHERE seller_id IS NULL OR seller_id = $1 ORDER BY seller_id, code, currency"
_SET = """
INSERT INTO shipping_rates (seller_id, code, currency, name, amount, days_least, days_most)
VALUES ($1, $2, $3, $4, $5, $6, $7)
ON CONFLICT ON CONSTRAINT shipping_rates_once DO UPDATE
    SET name = excluded.name, amount = excluded.amount, days_least = excluded.days_least, days_most = excluded.days_most
"""
_REMOVE = "DELETE FROM shipping_rates WHERE seller_id IS NOT DISTINCT FROM $1 AND code = $2 AND currency = $3"

# Code, name, price in minor units of whatever currency, days.
_BUILT_IN = (("standard", "Standard", 490, 2, 5), ("express", "Express", 1290, 1, 2))


class FlatRates:
    """`ShippingOptions` that ask nobody: the same wherever it goes."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def options(
        self,
        address: PostalAddress,  # noqa: ARG002 - as the port says
        currency: str,
        sellers: Collection[UUID],
    ) -> tuple[ShippingOption, ...]:
        """The ways of sending that all of the sellers have, the cheapest first."""
        rates: dict[tuple[UUID | None, str], ShippingRate] = {(None, rate.code): rate for rate in _built_in(currency)}
        for row in await self._database.fetch(_FOR, currency, list(sellers)):
            rates[row["seller_id"], row["code"]] = _rate(row)
        options = []
        for code in {code for _, code in rates}:
            of_each = {seller: rates.get((seller, code)) or rates.get((None, code)) for seller in sorted(sellers)}
            options.append(_option({seller: rate for seller, rate in of_each.items() if rate}, len(sellers)))
        return tuple(sorted((each for each in options if each), key=lambda option: (option.price, option.code)))

    async def list(self, command: ListShippingRates, caller: Caller) -> tuple[ShippingRate, ...]:  # noqa: ARG002
        """The caller's and those for all."""
        return tuple(_rate(row) for row in await self._database.fetch(_LIST, caller.seller_id))

    async def set(self, command: SetShippingRate, caller: Caller) -> ShippingRate:
        """Set one."""
        if command.days_most < command.days_least:
            raise DaysUnclear
        days, price = (command.days_least, command.days_most), command.price
        rate = ShippingRate(_whose(caller), command.code, command.name, Money(price.amount, price.currency), *days)
        values = (rate.seller_id, rate.code, price.currency, rate.name, price.amount, *days)
        await self._change(caller, command.tag(), _SET, *values)
        return rate

    async def remove(self, command: RemoveShippingRate, caller: Caller) -> Done:
        """Remove one. One that is not there is removed already."""
        await self._change(caller, command.tag(), _REMOVE, _whose(caller), command.code, command.currency)
        return Done()

    async def _change(
        self, caller: Caller, action: str, query: str, seller_id: UUID | None, code: str, currency: str, *values: object
    ) -> None:
        """Change one rate. What is done to the shop's own, which hold for all, is written down."""
        async with self._database.transaction() as transaction:
            await transaction.connection.execute(query, seller_id, code, currency, *values)
            if seller_id is None:
                await note(transaction, self._clock.now(), caller, action, f"shipping_rate:{code}", currency=currency)


def _whose(caller: Caller) -> UUID | None:
    """Whose rates the caller sets: an admin the shop's, a seller their own. Refused without one: `NoShop`."""
    if caller.is_any(Role.ADMIN):
        return None
    if caller.seller_id is None:
        raise NoShop
    return caller.seller_id


def _option(rates: Mapping[UUID, ShippingRate], sellers: int) -> ShippingOption | None:
    """A way of sending that all have; None where one has it not. It is named as the first names it."""
    if len(rates) < sellers:
        return None
    first, *_ = rates.values()
    return ShippingOption(
        code=first.code,
        name=first.name,
        price=Money(sum(rate.price.amount for rate in rates.values()), first.price.currency),
        days_least=max(rate.days_least for rate in rates.values()),
        days_most=max(rate.days_most for rate in rates.values()),
        parts=tuple(ShippingPart(seller, rate.price) for seller, rate in rates.items()),
    )


def _built_in(currency: str) -> Iterable[ShippingRate]:
    return (ShippingRate(None, code, name, Money(amount, currency), *days) for code, name, amount, *days in _BUILT_IN)


def _rate(row: Any) -> ShippingRate:
    price, days = Money(row["amount"], row["currency"]), (row["days_least"], row["days_most"])
    return ShippingRate(row["seller_id"], row["code"], row["name"], price, *days)
