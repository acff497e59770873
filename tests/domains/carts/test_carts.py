"""Carts of people and guests: priced, merged, watched, shared, left; two owners; nobody else's."""

import asyncio
from datetime import UTC, datetime, timedelta
from uuid import UUID

import msgspec
import pytest

from actors.user import KIND, Line, Mark, MergeGuestCart
from actors.user.actor import ABANDONED_AFTER, EXPIRES_AFTER, MOST_JOINED
from fastshop.contract.base import BadInput, Busy, IdReused, Money
from fastshop.contract.carts import (
    CART,
    MOST_SHARES,
    AddToCart,
    Cart,
    CartAbandoned,
    CartEdit,
    CartEmpty,
    CartMoved,
    CartNeeded,
    CartNotFound,
    CartState,
    ClearCart,
    CopyCart,
    EditCart,
    EditKind,
    LeftOutReason,
    ListCartShares,
    MergeCart,
    Notice,
    RemoveFromCart,
    SetQuantity,
    ShareCart,
    ShareNotFound,
    ShowSharedCart,
    TooManyShares,
    UnshareCart,
)
from fastshop.contract.catalog import VariantNotFound
from fastshop.contract.flash_sales import USER
from fastshop.ids import new_id
from server.domains.carts import channels, operations
from server.domains.carts.recovered import Recovered
from server.domains.carts.recovering import Recovering
from server.kernel.caller import GUEST, Caller
from server.kernel.channel import ChannelNotFound
from server.kernel.keyed import Keyed
from server.kernel.log import Publication
from server.kernel.operation import Operations
from tests.domains.carts.shop import ANN, BOB, CUP, MINE, OTHERS, POT, Runtime, Shop


def units(cart: Cart) -> dict[UUID, int]:
    return {line.variant_id: line.quantity for line in cart.lines}


async def test_a_cart_is_priced_as_the_catalog_is_now(shop: Shop) -> None:
    await shop.main.add(ANN, CUP, 2)
    cart = await shop.main.add(ANN, POT)
    assert (cart.id, cart.units, cart.totals) == (ANN.person, 3, (Money(4000, "EUR"),))
    assert [(line.title, line.total, line.notices) for line in cart.lines] == [
        ("Cup · red", Money(1000, "EUR"), ()),
        ("Pot · red", Money(3000, "EUR"), ()),
    ]
    assert await shop.main.show() == cart == await shop.runtime().show()


async def test_goods_that_change_price_run_short_or_vanish_are_told(shop: Shop) -> None:
    await shop.main.add(ANN, CUP, 11)
    await shop.main.add(ANN, POT)
    await shop.run("UPDATE product_variants SET price = 6 WHERE id = $1", CUP)
    await shop.run("UPDATE products SET status = 'archived' WHERE id = $1", UUID(int=POT.int + 10))
    cup, pot = (await shop.main.show()).lines
    assert (cup.noted, cup.price, cup.notices) == (
        Money(500, "EUR"),
        Money(600, "EUR"),
        (Notice.PRICE_CHANGED, Notice.SHORT),
    )
    assert (pot.title, pot.price, pot.notices) == ("Pot · red", None, (Notice.GONE,))
    await shop.run("DELETE FROM inventory_levels WHERE variant_id = $1", POT)
    await shop.run("DELETE FROM product_variants WHERE id = $1", POT)
    cart = await shop.main.show()
    assert (cart.lines[1].notices, cart.units, cart.totals) == ((Notice.GONE,), 11, (Money(6600, "EUR"),))
    with pytest.raises(VariantNotFound):
        await shop.main.add(ANN, POT)
    await shop.run("UPDATE cart_items SET marks = jsonb_set(marks, '{0,price,amount}', '3000')")  # others' stay as told


async def test_sent_twice_it_counts_once_also_after_a_restart(shop: Shop) -> None:
    command = AddToCart(edit_id=new_id(), variant_id=CUP, quantity=2)
    first = await shop.main.editing.add(command, ANN)
    assert await shop.main.editing.add(command, ANN) == first == await shop.runtime().editing.add(command, ANN)


async def test_what_was_done_offline_comes_together_and_what_does_not_fit_is_told(shop: Shop) -> None:
    seen = (await shop.main.add(ANN, CUP, 2)).revision
    await shop.main.add(ANN, CUP, 1)
    now = shop.clock.now()
    edits = (
        CartEdit(new_id(), EditKind.REMOVE, CUP, now),
        CartEdit(new_id(), EditKind.ADD, POT, now, 4),
        CartEdit(new_id(), EditKind.ADD, UUID(int=77), now, 1),
        CartEdit(new_id(), EditKind.SET, POT, now - timedelta(days=1), 3),
    )
    for runtime in (shop.main, shop.runtime()):
        cart = await runtime.editing.edit(EditCart(edits=edits, seen=seen), ANN)
        assert units(cart) == {CUP: 1, POT: 3}
        assert [(left.edit_id, left.reason) for left in cart.left_out] == [(edits[2].id, LeftOutReason.GONE)]


async def test_quantities_are_set_lines_removed_and_carts_cleared(shop: Shop) -> None:
    await shop.main.add(ANN, CUP, 2)
    cart = await shop.main.editing.set_quantity(SetQuantity(variant_id=POT, edit_id=new_id(), quantity=5), ANN)
    assert units(cart) == {CUP: 2, POT: 5}
    seen = cart.revision
    cart = await shop.main.editing.remove(RemoveFromCart(variant_id=CUP, edit_id=new_id(), seen=seen), ANN)
    assert units(cart) == {POT: 5}
    cart = await shop.main.editing.clear(ClearCart(edit_id=new_id()), ANN)
    assert (cart.lines, cart.totals) == ((), ())
    assert await shop.main.show() == cart


async def test_p4_two_owners_lose_no_edit(shop: Shop) -> None:
    twins = (shop.main, shop.runtime())

    async def add(n: int) -> None:
        command = AddToCart(edit_id=UUID(int=9000 + n), variant_id=CUP)
        while True:
            try:
                await twins[n % 2].editing.add(command, ANN)
            except Busy:
                continue
            return

    await asyncio.gather(*(add(n) for n in range(40)))
    assert units(await shop.main.show()) == units(await twins[1].show()) == {CUP: 40}
    assert (await twins[0].add()).revision == 41
    assert (await twins[1].add()).revision == 42


async def test_a_guest_s_cart_joins_the_account_s_and_a_second_time_changes_nothing(shop: Shop) -> None:
    await shop.main.add(ANN, CUP, 2)
    await shop.main.add(GUEST, CUP, 3, MINE)
    await shop.main.add(GUEST, POT, 1, MINE)
    share = await shop.main.sharing.share(ShareCart(share_id=new_id(), cart_id=MINE), GUEST)
    merged = await shop.main.editing.merge(MergeCart(cart_id=MINE), ANN)
    assert units(merged) == {CUP: 3, POT: 1}
    assert await shop.runtime().editing.merge(MergeCart(cart_id=MINE), ANN) == merged
    left = await shop.main.show(GUEST, MINE)
    assert (left.moved, left.lines) == (True, ())
    with pytest.raises(CartMoved):
        await shop.main.add(GUEST, CUP, 1, MINE)
    with pytest.raises(CartMoved):
        await shop.main.editing.merge(MergeCart(cart_id=MINE), BOB)
    assert (await shop.main.sharing.shared(ShowSharedCart(share_id=share.id), GUEST)).units == 4


async def test_signing_in_while_another_tab_still_adds_loses_nothing(shop: Shop) -> None:
    await shop.main.add(GUEST, CUP, 1, MINE)
    other = shop.runtime()
    outcomes = await asyncio.gather(
        shop.main.editing.merge(MergeCart(cart_id=MINE), ANN),
        *(other.add(GUEST, POT, 1, MINE) for _ in range(5)),
        return_exceptions=True,
    )
    done = sum(isinstance(outcome, Cart) for outcome in outcomes[1:])
    cart = await shop.main.editing.merge(MergeCart(cart_id=MINE), ANN)
    assert units(cart).get(POT, 0) == done


async def test_what_finds_no_room_at_sign_in_stays_in_the_guest_s_cart_and_comes_along_when_there_is_some(
    shop: Shop,
) -> None:
    now, price = shop.clock.now(), Money(500, "EUR")
    filler = [UUID(int=9000 + n) for n in range(MOST_JOINED - 1)]
    marks = [Mark(now, new_id(), 1, 1, exact=True, price=price) for _ in filler]
    full = tuple(Line(variant, now, (mark,)) for variant, mark in zip(filler, marks, strict=True))
    await shop.main.actors.ask(KIND, ANN.person, MergeGuestCart(ANN.person, full))
    await shop.main.add(GUEST, CUP, 2, MINE)
    shop.clock.turn(seconds=1)
    await shop.main.add(GUEST, POT, 1, MINE)
    for runtime in (shop.main, shop.runtime()):
        merged = await runtime.editing.merge(MergeCart(cart_id=MINE), ANN)
        assert [(left.variant_id, left.reason) for left in merged.left_out] == [(CUP, LeftOutReason.FULL)]
        assert (POT in units(merged), len(merged.lines)) == (True, MOST_JOINED)
        kept = await shop.main.show(GUEST, MINE)
        assert (units(kept), kept.moved) == ({CUP: 2}, False)
    await shop.main.editing.remove(RemoveFromCart(variant_id=filler[0], edit_id=new_id()), ANN)
    merged = await shop.main.editing.merge(MergeCart(cart_id=MINE), ANN)
    assert (merged.left_out, units(merged)[CUP]) == ((), 2)
    assert (await shop.main.show(GUEST, MINE)).moved
    assert units(await shop.main.show(GUEST, OTHERS)) == {POT: 8}


async def test_merging_one_s_own_cart_or_one_that_never_was_changes_nothing(shop: Shop) -> None:
    cart = await shop.main.add()
    for cart_id in (ANN.person, UUID(int=12345)):
        assert await shop.main.editing.merge(MergeCart(cart_id=cart_id), ANN) == cart
    assert not (await shop.main.show(GUEST, UUID(int=12345))).moved


@pytest.mark.parametrize("who", [ANN, GUEST], ids=["ann", "guest"])
async def test_somebody_else_s_cart_is_refused_whatever_is_asked(shop: Shop, who: Caller) -> None:
    bobs, edit = BOB.person, new_id()
    asked = [
        shop.main.show(who, bobs),
        shop.main.add(who, CUP, 1, bobs),
        shop.main.editing.remove(RemoveFromCart(variant_id=POT, edit_id=edit, cart_id=bobs), who),
        shop.main.editing.clear(ClearCart(edit_id=edit, cart_id=bobs), who),
        shop.main.editing.merge(MergeCart(cart_id=bobs), ANN),
        shop.main.sharing.share(ShareCart(share_id=edit, cart_id=bobs), who),
        shop.main.sharing.shares(ListCartShares(cart_id=bobs), who),
        shop.main.sharing.unshare(UnshareCart(share_id=edit, cart_id=bobs), who),
    ]
    for each in asked:
        with pytest.raises(CartNotFound):
            await each
    (watch,) = channels.watches(shop.main.reading)
    with pytest.raises(ChannelNotFound):
        await watch.permit(str(bobs), who)
    with pytest.raises(ChannelNotFound):
        await watch.permit("rubbish", who)
    await watch.permit(str(bobs), BOB)
    await watch.permit(str(OTHERS), who)


async def test_a_guest_names_a_cart(shop: Shop) -> None:
    for asked in (shop.main.show(GUEST), shop.main.add(GUEST)):
        with pytest.raises(CartNeeded):
            await asked


async def test_every_change_shows_the_whole_cart_to_who_watches(shop: Shop) -> None:
    shown: list[Publication] = []
    shop.database.on_commit(shown.extend)
    cart = await shop.main.add(ANN, CUP, 2)
    (publication,) = shown
    assert publication.channel == CART.of(ANN.person)
    state = msgspec.json.decode(publication.data, type=CartState)
    assert state.cart == cart
    (watch,) = channels.watches(shop.main.reading)
    async with shop.database.reading():
        assert await watch.snapshot(str(ANN.person)) == state


async def test_a_link_shows_the_cart_and_lets_others_copy_it_until_it_ends(shop: Shop) -> None:
    with pytest.raises(CartEmpty):
        await shop.main.sharing.share(ShareCart(share_id=new_id()), ANN)
    await shop.main.add(ANN, CUP, 2)
    make = ShareCart(share_id=new_id())
    share = await shop.main.sharing.share(make, ANN)
    assert await shop.main.sharing.share(make, ANN) == share
    with pytest.raises(IdReused):
        await shop.main.sharing.share(msgspec.structs.replace(make, cart_id=OTHERS), GUEST)
    await shop.main.add(ANN, POT)
    seen = await shop.main.sharing.shared(ShowSharedCart(share_id=share.id), GUEST)
    assert (seen.units, seen.totals) == (3, (Money(4000, "EUR"),))
    copy = CopyCart(share_id=share.id, copy_id=new_id(), cart_id=MINE)
    for _ in range(2):
        assert units(await shop.main.sharing.copy(copy, GUEST)) == {CUP: 2, POT: 1}
    end = UnshareCart(share_id=share.id)
    with pytest.raises(ShareNotFound):
        await shop.main.sharing.unshare(end, BOB)
    assert await shop.main.sharing.unshare(end, ANN) == share
    with pytest.raises(ShareNotFound):
        await shop.main.sharing.shared(ShowSharedCart(share_id=share.id), GUEST)


async def test_links_are_listed_and_those_that_were_made_as_a_guest_can_be_ended_too(shop: Shop) -> None:
    sharing = shop.main.sharing
    await shop.main.add(GUEST, CUP, 1, MINE)
    made = await sharing.share(ShareCart(share_id=new_id(), cart_id=MINE), GUEST)
    assert await sharing.shares(ListCartShares(cart_id=MINE), GUEST) == (made,)
    await shop.main.add(ANN, POT)
    shop.clock.turn(minutes=1)
    own = await sharing.share(ShareCart(share_id=new_id()), ANN)
    await shop.main.editing.merge(MergeCart(cart_id=MINE), ANN)
    assert await sharing.shares(ListCartShares(), ANN) == (own, made)
    assert await sharing.shares(ListCartShares(), BOB) == ()
    # The link shows Ann's cart now: who knows the guest's cart is not told of it any more.
    assert await sharing.shares(ListCartShares(cart_id=MINE), GUEST) == ()
    with pytest.raises(ShareNotFound):
        await sharing.unshare(UnshareCart(share_id=made.id, cart_id=MINE), GUEST)
    assert await sharing.unshare(UnshareCart(share_id=made.id), ANN) == made
    with pytest.raises(ShareNotFound):
        await sharing.shared(ShowSharedCart(share_id=made.id), GUEST)
    assert await sharing.shares(ListCartShares(), ANN) == (own,)


async def test_so_many_links_show_a_cart_and_no_more(shop: Shop) -> None:
    await shop.main.add(ANN, CUP)
    links = [ShareCart(share_id=new_id()) for _ in range(MOST_SHARES)]
    for link in links:
        await shop.main.sharing.share(link, ANN)
    with pytest.raises(TooManyShares):
        await shop.main.sharing.share(ShareCart(share_id=new_id()), ANN)
    assert (await shop.main.sharing.share(links[0], ANN)).id == links[0].share_id


async def test_a_cart_left_is_told_once_and_expires_in_the_end(shop: Shop) -> None:
    shop.clock.turn(minutes=1)
    await shop.main.add(ANN, CUP)
    shop.clock.turn(seconds=ABANDONED_AFTER.total_seconds())
    for _ in range(3):
        await shop.main.reminders.deliver_due()
    told = [each for each in await shop.logged(USER.of(ANN.person)) if b"cart.abandoned" in each]
    assert msgspec.json.decode(told[0], type=CartAbandoned).variants == (CUP,)
    assert len(told) == 1
    first = await shop.abandoned(limit=2)
    rest = await shop.abandoned(limit=2, cursor=first.next)
    assert {(each.user_id, each.lines) for each in (*first.items, *rest.items)} == {
        (ANN.person, 1),
        (BOB.person, 1),
        (None, 1),
    }
    fresh: Runtime = shop.runtime()
    await shop.run("UPDATE actor_reminders SET due_at = due_at + interval '999 days' WHERE actor_id <> $1", ANN.person)
    shop.clock.turn(seconds=EXPIRES_AFTER.total_seconds())
    await fresh.reminders.deliver_due()
    assert (await fresh.show()).lines == ()
    assert len(await shop.logged(USER.of(ANN.person))) == 2
    assert {each.user_id for each in (await shop.abandoned()).items} == {BOB.person, None}


async def test_rubbish_is_refused(shop: Shop) -> None:
    with pytest.raises(BadInput):
        await shop.abandoned(cursor="rubbish")
    edit = {"id": str(new_id()), "kind": "add", "variant_id": str(CUP), "edited_at": "2026-11-21T12:00:00Z"}
    for wrong in ({"quantity": 0}, {"quantity": 1000}, {"kind": "steal"}, {"edited_at": "yesterday"}, {"more": 1}):
        with pytest.raises(msgspec.ValidationError):
            msgspec.convert({"edits": [edit | wrong]}, EditCart)
    for count in (0, 201):
        with pytest.raises(msgspec.ValidationError):
            msgspec.convert({"edits": [edit] * count}, EditCart)
    far = (datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC))
    edits = tuple(CartEdit(new_id(), EditKind.ADD, CUP, at) for at in far)
    assert units(await shop.main.editing.edit(EditCart(edits=edits, seen=2**53), ANN)) == {CUP: 2}


def test_only_those_who_run_the_shop_see_who_left_a_cart(shop: Shop) -> None:
    main = shop.main
    recovering = Recovering(shop.database, main.actors, main.reading, Keyed("secret"), shop.clock)
    recovered = Recovered(shop.database, shop.clock)
    found = Operations(operations.operations(main.reading, main.editing, main.sharing, recovering, recovered))
    names = {operation.tag: operation.permission.name for operation in found}
    for name in ("carts.abandoned", "carts.recover", "carts.recovery"):
        assert names.pop(name) == "admin or manager"
    assert names.pop("carts.merge") == "signed in"
    assert set(names.values()) == {"anyone"}
