"""Books of addresses: whose they are, as their country writes them, one default and never two."""

import asyncio
from typing import Any
from uuid import UUID

import pytest
from msgspec.structs import replace

from fastshop.contract.addresses import (
    AddAddress,
    Address,
    AddressInvalid,
    AddressNotFound,
    ChangeAddress,
    CountryUnknown,
    DescribeAddress,
    ListAddresses,
    PhoneInvalid,
    PostalAddress,
    RemoveAddress,
    ShowAddress,
    TooManyAddresses,
)
from fastshop.contract.base import IdReused
from fastshop.ids import new_id
from server.domains.addresses.service import Addresses
from server.kernel.caller import GUEST, Caller
from server.kernel.database import Database
from tests.support import ManualClock

ANN, BOB = Caller(UUID(int=1)), Caller(UUID(int=2))
BERLIN = PostalAddress(
    name="Ann Example", country="DE", street="Unter den Linden 1", postal_code="10117", city="Berlin"
)
_USER = "INSERT INTO users (id, email, name, password_hash, roles, created_at) VALUES ($1, $2, '', '', '{}', now())"


class Book:
    """Ann's book, with one of Bob's beside it."""

    def __init__(self, database: Database, clock: ManualClock) -> None:
        self.addresses = Addresses(database, clock)
        self.clock = clock

    async def add(
        self,
        address: PostalAddress = BERLIN,
        who: Caller = ANN,
        *,
        address_id: UUID | None = None,
        make_default: bool = False,
    ) -> Address:
        self.clock.turn(seconds=1)
        command = AddAddress(address_id=address_id or new_id(), address=address, make_default=make_default)
        return await self.addresses.add(command, who)

    async def list(self, who: Caller = ANN) -> list[Address]:
        return list((await self.addresses.list(ListAddresses(), who)).items)

    async def default(self, who: Caller = ANN) -> UUID:
        (found,) = [address.id for address in await self.list(who) if address.is_default]
        return found


@pytest.fixture
async def book(database: Database, clock: ManualClock) -> Book:
    for who in (ANN, BOB):
        await database.fetch(_USER, who.person, f"{who.person}@example.com")
    book = Book(database, clock)
    await book.add(replace(BERLIN, name="Bob"), BOB)
    return book


async def test_an_address_is_its_owner_s_alone(book: Book) -> None:
    (theirs,) = await book.list(BOB)
    for ask in (
        book.addresses.show(ShowAddress(address_id=theirs.id), ANN),
        book.addresses.change(ChangeAddress(address_id=theirs.id, address=BERLIN), ANN),
    ):
        with pytest.raises(AddressNotFound):
            await ask
    with pytest.raises(IdReused):
        await book.add(address_id=theirs.id)
    await book.addresses.remove(RemoveAddress(address_id=theirs.id), ANN)
    assert await book.list(BOB) == [theirs]
    assert await book.list() == []


async def test_the_first_is_the_default_until_another_is_made_it(book: Book) -> None:
    first, second = await book.add(), await book.add()
    assert (first.is_default, second.is_default) == (True, False)
    third = await book.add(make_default=True)
    assert await book.default() == third.id
    await book.addresses.change(ChangeAddress(address_id=first.id, address=BERLIN, make_default=True), ANN)
    assert [address.id for address in await book.list()] == [first.id, third.id, second.id]
    assert (await book.list(BOB))[0].is_default


async def test_when_the_default_goes_the_newest_of_the_others_is_it(book: Book) -> None:
    first, _second, third = [await book.add() for _ in range(3)]
    for _ in range(2):
        await book.addresses.remove(RemoveAddress(address_id=first.id), ANN)
        assert await book.default() == third.id


async def test_of_twenty_defaults_at_once_one_remains(book: Book) -> None:
    await asyncio.gather(*(book.add(make_default=True) for _ in range(20)))
    assert len(await book.list()) == 20
    assert await book.default()


async def test_adding_it_again_has_the_same_answer_and_something_else_is_refused(book: Book) -> None:
    address_id = new_id()
    outcomes = await asyncio.gather(*(book.add(address_id=address_id) for _ in range(8)))
    assert len({outcome.id for outcome in outcomes}) == 1
    assert len(await book.list()) == 1
    with pytest.raises(IdReused):
        await book.add(replace(BERLIN, city="Bonn"), address_id=address_id)


async def test_a_book_holds_fifty(book: Book) -> None:
    for _ in range(48):
        await book.add()
    outcomes: list[Any] = await asyncio.gather(*(book.add() for _ in range(5)), return_exceptions=True)
    assert sum(isinstance(outcome, Address) for outcome in outcomes) == 2
    assert sum(isinstance(outcome, TooManyAddresses) for outcome in outcomes) == 3


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        (BERLIN, BERLIN),
        (replace(BERLIN, street="  Unter  den Linden 1 \n\n 2. Hof ", phone="030 901820"),
         replace(BERLIN, street="Unter den Linden 1\n2. Hof", phone="+4930901820")),
        (PostalAddress(name="A", country="US", street="1 Way", city="Reno", postal_code="89501", country_area="nevada"),
         PostalAddress(name="A", country="US", street="1 Way", city="Reno", country_area="NV", postal_code="89501")),
        (PostalAddress(name="A", country="GB", street="1 Main St", city="London", postal_code="sw1a 1aa"),
         PostalAddress(name="A", country="GB", street="1 Main St", city="London", postal_code="SW1A 1AA")),
        (PostalAddress(name="A", country="IE", street="1 Main St", city="Dublin"),) * 2,
        (replace(BERLIN, phone="+1 650 253 0000"), replace(BERLIN, phone="+16502530000")),
    ],
    ids=["as it is", "tidied", "a state by name", "a post code in small letters", "no post code", "a foreign phone"],
)  # fmt: skip
async def test_an_address_is_kept_as_its_country_writes_it(
    book: Book, said: PostalAddress, kept: PostalAddress
) -> None:
    assert (await book.add(said)).address == kept
    assert (await book.list())[0].address == kept


@pytest.mark.parametrize(
    ("address", "errors"),
    [
        (replace(BERLIN, postal_code="1011"), {"postal_code": "invalid"}),
        (replace(BERLIN, postal_code="", city=""), {"city": "required", "postal_code": "required"}),
        (replace(BERLIN, street="\n \n"), {"street": "required"}),
        (replace(BERLIN, country="XX"), {"country": "invalid"}),
        (PostalAddress(name="A", country="US", street="1 Way", city="Austin", country_area="XX", postal_code="78701"),
         {"country_area": "invalid"}),
        (PostalAddress(name="A", country="US", street="1 Way", city="Austin", postal_code="78701"),
         {"country_area": "required"}),
    ],
    ids=["post code", "nothing but a street", "no street", "no country", "no state", "a state is needed"],
)  # fmt: skip
async def test_what_is_no_address_is_refused_field_by_field(
    book: Book, address: PostalAddress, errors: dict[str, str]
) -> None:
    with pytest.raises(AddressInvalid) as refused:
        await book.add(address)
    assert refused.value.errors == errors
    assert refused.value.field in errors
    assert await book.list() == []


@pytest.mark.parametrize("phone", ["x", "12", "0000000000", "+", "+49 1", "🎈", "9" * 40])
async def test_what_is_no_telephone_number_is_refused(book: Book, phone: str) -> None:
    with pytest.raises(PhoneInvalid):
        await book.add(replace(BERLIN, phone=phone))


async def test_a_form_learns_what_a_country_needs(book: Book) -> None:
    rules = await book.addresses.describe(DescribeAddress(country="US"), GUEST)
    assert rules.required == ("name", "street", "city", "country_area", "postal_code")
    assert ("CA", "California") in [(area.code, area.name) for area in rules.country_areas]
    ireland = await book.addresses.describe(DescribeAddress(country="IE"), GUEST)
    assert "postal_code" not in ireland.required
    for country in ("XX", "ZZ"):
        with pytest.raises(CountryUnknown):
            await book.addresses.describe(DescribeAddress(country=country), GUEST)
