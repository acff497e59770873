"""Carts that were left: who is written to, when and how often, the way back, and what it brought."""

import re
from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

import pytest

from actors.user.actor import ABANDONED_AFTER, TOLD_AFTER
from fastshop.contract.addresses import PostalAddress
from fastshop.contract.base import Money, NotAllowed, SignInNeeded
from fastshop.contract.cart_recovery import (
    MOST_LETTERS,
    CartLetter,
    CartLetterWritten,
    CartRecovery,
    ChooseReminders,
    RecoverCart,
    RestoreCart,
    ShowRecovery,
)
from fastshop.contract.carts import AddToCart, Cart, ClearCart, ListAbandoned, RemoveFromCart, ShowCart
from fastshop.contract.catalog import Product
from fastshop.contract.checkout import (
    BeginCheckout,
    CheckoutStatus,
    CompleteCheckout,
    SetCheckoutAddress,
    SetCheckoutShipping,
)
from fastshop.ids import new_id
from server.background.reminders import Reminders
from server.domains.carts.letters import END, CartLetters
from server.kernel.keyed import Keyed
from server.kernel.mail import Mail
from tests.domains.town import ADMIN, ANN, BOB, MANAGER, OWNER, Town

HERE, THERE = UUID(int=901), UUID(int=902)  # guests' carts on two devices
MORE = timedelta(minutes=1)
HOME = PostalAddress(name="Ann", street="Way 1", city="Bonn", postal_code="53111", country="DE")


class Left:
    """A shop in which carts are left."""

    def __init__(self, town: Town) -> None:
        self.town = town
        self._reminders = Reminders(town.database, town.clock, town.domains.owners.actors.remind)

    async def put(
        self, product: Product, who: UUID | None = ANN, cart_id: UUID | None = None, quantity: int = 1
    ) -> Cart:
        """Put goods into a cart."""
        variant_id = product.variants[0].id
        command = AddToCart(edit_id=new_id(), variant_id=variant_id, quantity=quantity, cart_id=cart_id)
        found = await self.town.ask(command, who)
        assert isinstance(found, Cart)
        return found

    async def wait(self, time: timedelta) -> Sequence[tuple[str, str, str]]:
        """Let time pass, and answer the mail about carts that it brought."""
        self.town.clock.turn(seconds=time.total_seconds())
        await self._reminders.deliver_due()
        return [mail for _ in range(2) for mail in await self.town.work() if "cart" in mail[1]]

    async def buy(self, who: UUID | None, cart_id: UUID | None = None, email: str | None = None) -> None:
        """Order what is in a cart."""
        checkout_id = await self.begin(who, cart_id, email)
        shown = await self.town.ask(SetCheckoutShipping(checkout_id=checkout_id, option="standard"), who)
        done = await self.town.ask(
            CompleteCheckout(
                checkout_id=checkout_id, payment_id=new_id(), payment_method="4242424242424242", total=shown.total
            ),
            who,
        )
        assert done.checkout.status is CheckoutStatus.COMPLETED

    async def begin(self, who: UUID | None, cart_id: UUID | None = None, email: str | None = None) -> UUID:
        """Begin a checkout, and say who one is."""
        checkout_id = new_id()
        await self.town.ask(BeginCheckout(checkout_id=checkout_id, cart_id=cart_id), who)
        await self.town.ask(SetCheckoutAddress(checkout_id=checkout_id, address=HOME, email=email), who)
        return checkout_id

    async def figures(self, **fields: int) -> CartRecovery:
        """What the office sees."""
        await self.town.domains.shopping.carts_recovered.round()
        await self.town.domains.shopping.carts_recovered.round()
        found = await self.town.ask(ShowRecovery(**fields), MANAGER)
        assert isinstance(found, CartRecovery)
        return found


@pytest.fixture
async def left(town: Town) -> Left:
    """Bob has a cart too, at an address that he has never confirmed: he is never written to."""
    await town.database.fetch("UPDATE users SET email_verified_at = $1 WHERE id <> $2", town.clock.now(), BOB)
    left = Left(town)
    await left.put(await town.product(), BOB)
    return left


def token_of(mail: tuple[str, str, str], page: str = "restore") -> str:
    found = re.search(rf"/cart/{page}#token=(\S+)", mail[2])
    assert found is not None
    return found[1]


async def test_a_cart_is_written_about_three_times_and_then_no_more(left: Left) -> None:
    await left.put(await left.town.product(), quantity=2)
    assert await left.wait(ABANDONED_AFTER - MORE) == []
    ((to, subject, text),) = await left.wait(MORE)
    assert (to, subject) == ("ann@example.com", "Your cart is waiting for you")
    assert "2 × Jumper: 20.00 EUR" in text
    before = ABANDONED_AFTER
    for after in TOLD_AFTER[1:]:
        assert await left.wait(after - before - MORE) == []
        assert len(await left.wait(MORE)) == 1
        before = after
    assert await left.wait(timedelta(days=20)) == []
    await left.put(await left.town.product())
    assert await left.wait(ABANDONED_AFTER) == []  # three in thirty days
    assert len(await left.wait(timedelta(days=30))) == 1


async def test_nobody_is_written_to_about_what_they_took_out_or_ordered(left: Left) -> None:
    town, product = left.town, await left.town.product()
    await left.put(product)
    await left.buy(ANN)
    assert await left.wait(ABANDONED_AFTER) == []
    await left.put(product)
    town.clock.turn(seconds=ABANDONED_AFTER.total_seconds())
    await left._reminders.deliver_due()
    await town.ask(ClearCart(edit_id=new_id()), ANN)  # after it was told, before the letter is sent
    assert await left.wait(MORE) == []
    await left.put(product)
    await town.database.fetch("UPDATE users SET disabled_at = $1 WHERE id = $2", town.clock.now(), ANN)
    assert await left.wait(ABANDONED_AFTER) == []


async def test_a_letter_brings_the_cart_back_on_any_device(left: Left) -> None:
    town, product = left.town, await left.town.product()
    variant_id = product.variants[0].id
    await left.put(product, quantity=3)
    (mail,) = await left.wait(ABANDONED_AFTER)
    restore = RestoreCart(token=token_of(mail), cart_id=HERE)
    await left.put(product, None, HERE)
    for _ in range(2):
        cart = await town.ask(restore, None)
        assert [(line.variant_id, line.quantity) for line in cart.lines] == [(variant_id, 3)]
    await town.ask(RemoveFromCart(variant_id=variant_id, edit_id=new_id(), cart_id=HERE), None)
    assert (await town.ask(restore, None)).lines == ()  # what was taken out stays out
    own = await town.ask(RestoreCart(token=token_of(mail)), ANN)
    assert own == await town.ask(ShowCart(), ANN)
    assert (await left.figures()).restored == 1
    assert await town.refused(RestoreCart(token=token_of(mail), cart_id=ANN), None) == "carts.not_found"
    assert await town.refused(RestoreCart(token=token_of(mail)), None) == "carts.needed"


async def test_only_a_letter_s_own_link_opens_a_cart_and_not_for_ever(left: Left) -> None:
    town = left.town
    await left.put(await town.product())
    (mail,) = await left.wait(ABANDONED_AFTER)
    token = token_of(mail)
    letter_id = token.partition(".")[0]
    forged = Keyed("another").named("cart letter", UUID(hex=letter_id))
    other = Keyed(town.settings.secret).named("invitation", UUID(hex=letter_id))
    unknown = Keyed(town.settings.secret).named("cart letter", new_id())
    for wrong in ("x", letter_id, f"{token}x", forged, other, unknown, "é.ü"):
        assert await town.refused(RestoreCart(token=wrong, cart_id=HERE), None) == "carts.letter_invalid"
        assert await town.refused(ChooseReminders(token=wrong, wanted=False), None) == "carts.letter_invalid"
    town.clock.turn(seconds=timedelta(days=30).total_seconds())
    assert await town.refused(RestoreCart(token=token, cart_id=HERE), None) == "carts.letter_invalid"


async def test_a_guest_is_written_to_where_the_checkout_says_and_may_end_that(left: Left) -> None:
    town, product = left.town, await left.town.product(stock=50)
    await left.put(product, None, HERE)
    await left.put(product, None, THERE)  # who never said where
    await left.begin(None, HERE, "guest@example.com")
    town.clock.turn(minutes=20)
    await town.domains.shopping.lapsing.round()
    (mail,) = await left.wait(ABANDONED_AFTER)
    assert mail[0] == "guest@example.com"
    stop = ChooseReminders(token=token_of(mail, "reminders"), wanted=False)
    for _ in range(2):
        assert not (await town.ask(stop, None)).wanted
    assert await left.wait(timedelta(days=3)) == []
    assert (await left.figures()).refusals == 1
    (row,) = await town.database.fetch("SELECT addressee FROM cart_letter_refusals")
    assert "guest" not in row["addressee"]
    # The refusal is the address's, whichever cart it comes with; ending it counts again.
    await left.begin(None, THERE, "guest@example.com")
    town.clock.turn(minutes=20)
    await town.domains.shopping.lapsing.round()
    assert await left.wait(timedelta(days=1)) == []
    await town.ask(ChooseReminders(token=token_of(mail, "reminders"), wanted=True), None)
    await left.put(product, None, THERE)
    assert [to for to, _, _ in await left.wait(ABANDONED_AFTER)] == ["guest@example.com"]


class Post:
    """A mailer that keeps what it is given."""

    def __init__(self) -> None:
        self.sent: list[Mail] = []

    async def send(self, mail: Mail) -> None:
        self.sent.append(mail)


async def test_a_click_in_the_mail_program_ends_the_letters_of_this_person_alone(left: Left) -> None:
    town, post = left.town, Post()
    await left.put(await town.product())
    await left.wait(ABANDONED_AFTER)
    (letter,) = await town.database.fetch("UPDATE cart_letters SET sent_at = NULL RETURNING id")
    recovering, keyed = town.domains.shopping.recovering, Keyed(town.settings.secret)
    stock, origin = town.domains.goods.stock, "https://shop.test"
    letters = CartLetters(town.database, recovering, stock, post, keyed, town.clock, origin)
    await letters.send(CartLetterWritten(time=town.clock.now(), letter_id=letter["id"]))
    (mail,) = post.sent
    address, _, token = mail.end.rpartition("/")
    assert address == f"{origin}{END}"
    await recovering.end(token)
    assert (await left.figures()).refusals == 1
    assert await left.wait(timedelta(days=3)) == []


async def test_a_manager_reminds_by_hand_once_for_an_id_and_not_without_end(left: Left) -> None:
    town = left.town
    await left.put(await town.product())
    first = RecoverCart(cart_id=ANN, letter_id=new_id())
    assert await town.refused(first, MANAGER) == "carts.in_use"
    await left.wait(ABANDONED_AFTER)
    written = await town.ask(first, MANAGER)
    assert isinstance(written, CartLetter)
    assert (await town.ask(first, MANAGER)).id == written.id
    assert await town.refused(RecoverCart(cart_id=BOB, letter_id=first.letter_id), MANAGER) == "id_reused"
    assert len(await left.wait(MORE)) == 1
    assert (await town.ask(first, MANAGER)).sent_at is not None
    await town.ask(RecoverCart(cart_id=ANN, letter_id=new_id()), ADMIN)
    assert await town.refused(RecoverCart(cart_id=ANN, letter_id=new_id()), MANAGER) == "carts.enough_letters"
    assert await town.refused(RecoverCart(cart_id=BOB, letter_id=new_id()), MANAGER) == "carts.nobody_to_remind"
    assert await town.refused(RecoverCart(cart_id=new_id(), letter_id=new_id()), MANAGER) == "carts.not_found"
    listed = {each.user_id: each for each in (await town.ask(ListAbandoned(), MANAGER)).items}
    assert (listed[ANN].name, listed[ANN].letters, listed[BOB].letters) == ("ann", MOST_LETTERS, 0)


async def test_the_id_of_a_guest_s_cart_is_no_key_for_a_manager(left: Left) -> None:
    await left.put(await left.town.product(), None, HERE)
    await left.begin(None, HERE, "guest@example.com")
    left.town.clock.turn(minutes=20)
    await left.town.domains.shopping.lapsing.round()
    await left.wait(ABANDONED_AFTER)
    assert await left.town.refused(RecoverCart(cart_id=HERE, letter_id=new_id()), MANAGER) == "carts.not_found"


@pytest.mark.parametrize("who", [OWNER, BOB, None])
async def test_letters_and_figures_are_the_office_s(left: Left, who: UUID | None) -> None:
    for command in (RecoverCart(cart_id=ANN, letter_id=new_id()), ShowRecovery(), ListAbandoned()):
        with pytest.raises((NotAllowed, SignInNeeded)):
            await left.town.ask(command, who)


async def test_an_order_counts_once_for_the_letter_before_it_wherever_it_was_made(left: Left) -> None:
    town, product = left.town, await left.town.product(stock=50)
    await left.put(product, BOB)
    await left.buy(BOB)  # nobody wrote to him
    await left.put(product, quantity=2)
    (mail,) = await left.wait(ABANDONED_AFTER)
    await left.wait(timedelta(days=1) - ABANDONED_AFTER)
    before = await left.figures()
    assert (before.carts, before.letters, before.orders, before.revenue) == (1, 2, 0, ())
    await town.ask(RestoreCart(token=token_of(mail), cart_id=HERE), None)
    await left.buy(None, HERE, "ann@example.com")
    after = await left.figures()
    assert (after.carts, after.letters, after.restored, after.orders) == (1, 2, 1, 1)
    (order,) = await town.database.fetch("SELECT total, currency FROM orders WHERE customer_id IS NULL")
    assert after.revenue == (Money(int(order["total"] * 100), order["currency"]),)
    assert await left.wait(timedelta(days=2)) == []  # it was ordered elsewhere: no third letter
    assert (await left.figures(days=1)).letters == 0
    await left.buy(ANN)  # the cart is still there, but the letters have had their order
    assert (await left.figures()).orders == 1


async def test_an_order_long_after_a_letter_is_not_its_work(left: Left) -> None:
    await left.put(await left.town.product())
    await left.wait(ABANDONED_AFTER)
    left.town.clock.turn(seconds=timedelta(days=8).total_seconds())
    await left.buy(ANN)
    assert (await left.figures()).orders == 0
