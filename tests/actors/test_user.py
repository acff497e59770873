"""A cart edited from several devices, against a plain model of what people mean."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actors.runtime.ports import Message, Reminded
from actors.user import (
    REMEMBERED,
    Clear,
    Contents,
    Edit,
    EditLines,
    HandOver,
    Look,
    MergeGuestCart,
    UserActor,
)
from actors.user.actor import ABANDONED_AFTER, EXPIRES_AFTER, GUEST_EXPIRES_AFTER, TOLD_AFTER
from fastshop.contract.base import Money
from fastshop.contract.carts import (
    MOST_LINES,
    MOST_UNITS,
    CartAbandoned,
    CartExpired,
    CartMoved,
    CartNotFound,
    EditKind,
    LeftOutReason,
)

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
ANN, BOB, GUEST = UUID(int=1), UUID(int=2), UUID(int=3)
CUP, POT, PAN = UUID(int=11), UUID(int=12), UUID(int=13)
PRICE = Money(500, "EUR")


def ask(actor: UserActor, message: Message[Any], now: datetime = NOW) -> Any:
    decision = actor.decide(message, now)
    for event in decision.events:
        actor.apply(event)
    return decision.reply


def edit(
    number: int, kind: EditKind, variant_id: UUID = CUP, quantity: int = 1, at: int = 0, price: Money | None = PRICE
) -> Edit:
    return Edit(UUID(int=number), kind, variant_id, NOW - timedelta(hours=1) + timedelta(seconds=at), quantity, price)


def add(number: int, variant_id: UUID = CUP, quantity: int = 1, at: int = 0) -> Edit:
    return edit(number, EditKind.ADD, variant_id, quantity, at)


def units(cart: UserActor | Contents) -> dict[UUID, int]:
    lines = cart.lines.values() if isinstance(cart, UserActor) else cart.lines
    return {line.variant_id: line.quantity for line in lines}


def cart_of(owner: UUID | None, *edits: Edit) -> UserActor:
    actor = UserActor(owner or GUEST, owner)
    ask(actor, EditLines(owner, edits))
    return actor


KINDS, VARIANTS = st.sampled_from(EditKind), st.sampled_from([CUP, POT, PAN])
EDITS = st.lists(st.tuples(KINDS, VARIANTS, st.integers(1, 5), st.integers(0, 50)), max_size=8)


def numbered(rows: Sequence[tuple[EditKind, UUID, int, int]], first: int) -> tuple[Edit, ...]:
    return tuple(edit(first + n, *row) for n, row in enumerate(rows))


@given(EDITS)
def test_one_device_gets_what_a_plain_dictionary_gives(rows: list[tuple[EditKind, UUID, int, int]]) -> None:
    cart, plain = UserActor(ANN, ANN), dict[UUID, int]()
    for each in numbered(rows, 100):
        ask(cart, EditLines(ANN, (each,)))
        if each.kind is EditKind.REMOVE:
            plain.pop(each.variant_id, None)
        elif each.kind is EditKind.SET:
            plain[each.variant_id] = each.quantity
        else:
            plain[each.variant_id] = plain.get(each.variant_id, 0) + each.quantity
        assert units(cart) == plain


@given(EDITS)
def test_edits_sent_together_give_what_they_give_one_by_one(rows: list[tuple[EditKind, UUID, int, int]]) -> None:
    edits = numbered(rows, 100)
    together, single = UserActor(ANN, ANN), UserActor(ANN, ANN)
    ask(together, EditLines(ANN, edits, 0))
    for each in edits:
        ask(single, EditLines(ANN, (each,)))
    assert units(together) == units(single)


@given(EDITS, st.permutations([0, 1, 2]), st.lists(EDITS, min_size=3, max_size=3))
def test_offline_edits_of_three_devices_give_the_same_in_whatever_order_they_arrive(
    before: list[tuple[EditKind, UUID, int, int]],
    order: list[int],
    devices: list[list[tuple[EditKind, UUID, int, int]]],
) -> None:
    queues = [numbered(rows, 200 + 100 * device) for device, rows in enumerate(devices)]
    first, other = cart_of(ANN, *numbered(before, 100)), cart_of(ANN, *numbered(before, 100))
    seen = first.revision
    for device in range(3):
        ask(first, EditLines(ANN, queues[device], seen))
    for device in order:
        ask(other, EditLines(ANN, queues[device], seen))
        ask(other, EditLines(ANN, queues[device][:3], seen))  # sent twice, in part
    assert units(first) == units(other)
    assert {line.noted for line in first.lines.values()} <= {PRICE}
    revision = first.revision
    for device in order:
        ask(first, EditLines(ANN, queues[device], seen))
    assert (first.revision, units(first)) == (revision, units(other))


def test_adding_wins_over_a_removal_that_did_not_know_of_it() -> None:
    cart = cart_of(ANN, add(1, quantity=2))
    ask(cart, EditLines(ANN, (add(2, quantity=3),)))
    ask(cart, EditLines(ANN, (edit(3, EditKind.REMOVE, at=500),), 1))
    assert units(cart) == {CUP: 3}
    ask(cart, EditLines(ANN, (edit(4, EditKind.REMOVE),), cart.revision))
    assert units(cart) == {}


def test_of_two_quantities_the_later_by_the_devices_clocks_stays() -> None:
    cart = cart_of(ANN, add(1))
    ask(cart, EditLines(ANN, (edit(2, EditKind.SET, quantity=7, at=60),), 1))
    ask(cart, EditLines(ANN, (edit(3, EditKind.SET, quantity=4, at=30),), 1))
    assert units(cart) == {CUP: 7}


def test_whoever_edits_what_they_see_is_heard_even_where_their_clock_is_behind() -> None:
    cart = cart_of(ANN, edit(1, EditKind.SET, quantity=7, at=60))
    ask(cart, EditLines(ANN, (edit(2, EditKind.ADD, quantity=1, at=-9000),), 1))
    assert units(cart) == {CUP: 8}


def test_clocks_ahead_or_of_another_age_do_no_harm() -> None:
    cart = UserActor(ANN, ANN)
    far = (datetime.max.replace(tzinfo=UTC), datetime.min.replace(tzinfo=UTC))
    for n, at in enumerate(far, 1):
        ask(cart, EditLines(ANN, (Edit(UUID(int=n), EditKind.ADD, CUP, at, 1, PRICE),), 0))
    assert units(cart) == {CUP: 2}
    assert all(mark.at <= NOW for mark in cart.lines[CUP].marks)


def test_an_edit_counts_once_for_as_long_as_it_is_remembered_even_after_a_removal() -> None:
    cart = cart_of(ANN, add(1))
    ask(cart, Clear(ANN, UUID(int=2)))
    ask(cart, EditLines(ANN, (add(1),)))
    assert units(cart) == {}
    for n in range(REMEMBERED + 10):
        ask(cart, EditLines(ANN, (add(1000 + n),)))
    assert len(cart.known) == REMEMBERED
    assert units(cart) == {CUP: MOST_UNITS}


def test_many_edits_of_one_line_are_folded_and_nothing_is_lost() -> None:
    cart = cart_of(ANN, *(add(n, quantity=2) for n in range(1, 101)))
    assert units(cart) == {CUP: 200}
    assert len(cart.lines[CUP].marks) <= 32


def test_what_does_not_fit_is_left_out_and_told() -> None:
    cart = cart_of(ANN, *(add(n, UUID(int=1000 + n)) for n in range(MOST_LINES)))
    gone = edit(501, EditKind.ADD, PAN, price=None)
    reply = ask(cart, EditLines(ANN, (add(500), gone, add(502, UUID(int=1000)))))
    assert [(left.edit_id.int, left.reason) for left in reply.left_out] == [
        (500, LeftOutReason.FULL),
        (501, LeftOutReason.GONE),
    ]
    assert units(cart)[UUID(int=1000)] == 2
    assert len(cart.lines) == MOST_LINES


def test_signing_in_loses_nothing_and_counts_once() -> None:
    own = cart_of(ANN, add(1, CUP, 3), add(2, POT, 1))
    guest = cart_of(None, add(11, CUP, 2), add(12, POT, 4), add(13, PAN, 1))
    lines = ask(guest, Look(ANN)).lines
    for _ in range(2):
        ask(own, MergeGuestCart(ANN, lines))
    assert units(own) == {CUP: 3, POT: 4, PAN: 1}
    ask(own, EditLines(ANN, (edit(3, EditKind.REMOVE, PAN),)))
    ask(own, MergeGuestCart(ANN, lines))
    assert PAN not in units(own)


def full(owner: UUID | None, first: int) -> UserActor:
    return cart_of(owner, *(add(first + n, UUID(int=first + n), at=n) for n in range(MOST_LINES)))


def test_full_carts_join_until_no_more_fits_then_what_was_edited_last_does_and_the_rest_is_told() -> None:
    own = full(ANN, 1000)
    ask(own, MergeGuestCart(ANN, full(None, 2000).contents().lines))
    ask(own, EditLines(ANN, tuple(edit(600 + n, EditKind.REMOVE, UUID(int=1000 + n)) for n in range(2))))
    ask(own, MergeGuestCart(ANN, full(None, 3000).contents().lines))
    guest = cart_of(None, add(1, UUID(int=1050), 7), add(2, PAN), add(3, POT), add(4, CUP), add(5, PAN))
    lines = guest.contents().lines
    for _ in range(2):
        reply = ask(own, MergeGuestCart(ANN, lines))
        assert {(left.edit_id.int, left.variant_id, left.reason) for left in reply.left_out} == {
            (3, POT, LeftOutReason.FULL)
        }
        assert (len(reply.lines), units(reply)[CUP], units(reply)[UUID(int=1050)]) == (3 * MOST_LINES, 1, 7)
    ask(own, EditLines(ANN, (edit(700, EditKind.REMOVE, CUP),)))
    assert ask(own, MergeGuestCart(ANN, lines)).left_out == ()
    assert (POT in own.lines, CUP in own.lines) == (True, False)


def test_a_guest_s_cart_is_handed_over_whole_and_takes_no_more_edits() -> None:
    guest = cart_of(None, add(1))
    seen = guest.revision
    ask(guest, EditLines(None, (add(2),)))
    assert ask(guest, HandOver(ANN, seen)) is False
    assert ask(guest, HandOver(ANN, guest.revision)) is True
    assert ask(guest, HandOver(ANN, 0)) is True
    assert ask(guest, Look(ANN)).moved
    for message in (EditLines(None, (add(3),)), EditLines(ANN, (add(3),)), Look(BOB), HandOver(BOB, 2), Look(None)):
        with pytest.raises(CartMoved):
            ask(guest, message)


@pytest.mark.parametrize("by", [BOB, None])
def test_somebody_else_s_cart_is_refused_whatever_is_asked(by: UUID | None) -> None:
    cart = cart_of(ANN, add(1))
    messages: list[Message[Any]] = [Look(by), EditLines(by, (add(2),)), Clear(by, UUID(int=9)), HandOver(BOB, 1)]
    for message in messages:
        with pytest.raises(CartNotFound):
            cart.decide(message, NOW)


@pytest.mark.parametrize(("owner", "lasts"), [(ANN, EXPIRES_AFTER), (None, GUEST_EXPIRES_AFTER)])
def test_a_cart_left_is_told_of_three_times_and_emptied_in_the_end(owner: UUID | None, lasts: timedelta) -> None:
    cart = cart_of(owner, add(1), add(2, POT))
    assert cart.wake_at(NOW) == NOW + ABANDONED_AFTER
    assert cart.decide(Reminded(), NOW + ABANDONED_AFTER - timedelta(seconds=1)).events == ()
    (left,) = cart.decide(Reminded(), NOW + ABANDONED_AFTER).events
    assert left == CartAbandoned(time=NOW + ABANDONED_AFTER, cart_id=cart.id, user_id=owner, variants=(CUP, POT))
    cart.apply(left)
    for nth, after in enumerate(TOLD_AFTER[1:], 2):
        assert cart.decide(Reminded(), NOW + after - timedelta(seconds=1)).events == ()
        assert cart.wake_at(NOW) == NOW + after
        (again,) = cart.decide(Reminded(), NOW + after).events
        assert isinstance(again, CartAbandoned)
        assert again.nth == nth
        cart.apply(again)
    assert cart.abandoned_at == NOW + ABANDONED_AFTER
    assert cart.decide(Reminded(), NOW + TOLD_AFTER[-1]).events == ()
    assert cart.wake_at(NOW) == NOW + lasts
    (expired,) = cart.decide(Reminded(), NOW + lasts).events
    assert isinstance(expired, CartExpired)
    cart.apply(expired)
    assert (units(cart), cart.wake_at(NOW)) == ({}, None)


def test_what_was_missed_while_nobody_was_woken_is_told_at_once_and_of_an_old_cart_nothing() -> None:
    cart = cart_of(None, add(1))
    (left,) = cart.decide(Reminded(), NOW + timedelta(days=2)).events
    assert isinstance(left, CartAbandoned)
    assert left.nth == 2
    (expired,) = cart.decide(Reminded(), NOW + GUEST_EXPIRES_AFTER).events
    assert isinstance(expired, CartExpired)


def test_a_cart_taken_up_again_may_be_left_again() -> None:
    cart = cart_of(ANN, add(1))
    later = NOW + ABANDONED_AFTER
    ask(cart, Reminded(), later)
    ask(cart, EditLines(ANN, (add(2),)), later)
    assert cart.wake_at(later) == later + ABANDONED_AFTER
    ask(cart, Clear(ANN, UUID(int=3)), later)
    assert cart.wake_at(later) is None


def test_what_it_does_not_know_is_a_defect() -> None:
    with pytest.raises(TypeError):
        UserActor(ANN).decide(Message(), NOW)
    with pytest.raises(TypeError):
        UserActor(ANN).apply(object())  # type: ignore[arg-type]
