"""Who works for a seller, and what they can do there: no more than was given to them, and not a moment longer."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from msgspec.structs import replace

from fastshop.contract.accounts import Role, WhoAmI
from fastshop.contract.base import Command, Refusal
from fastshop.contract.catalog import ListSellerProducts, SetPrice, SetStock, ShowProduct
from fastshop.contract.imports import ListImports
from fastshop.contract.inventory import ListWarehouses
from fastshop.contract.ledger import EARNINGS, ShowEarnings
from fastshop.contract.orders import SELLER, ListSellerOrders
from fastshop.contract.promotions import ListCoupons
from fastshop.contract.reviews import WriteReview
from fastshop.contract.rights import SellerRight, right_scopes
from fastshop.contract.roles import EditRole
from fastshop.contract.sellers import EditStore, ShowSettings, SuspendSeller
from fastshop.contract.staff import (
    AcceptInvitation,
    EditStaff,
    InviteStaff,
    LeaveSeller,
    ListInvitations,
    ListStaff,
    RemoveStaff,
    WithdrawInvitation,
)
from fastshop.ids import new_id
from server.described import described
from server.kernel.channel import ChannelNotFound
from server.settings import Settings
from tests.domains.town import ADMIN, ANN, BOB, MANAGER, OURS, OWNER, RIVAL, THEIRS, Town

PRODUCTS, STOCK, ORDERS, COUPONS, MONEY, STAFF = SellerRight
# What each right opens: something that only who acts for a seller can ask.
OPENS: dict[SellerRight, Command[Any]] = {
    PRODUCTS: ListImports(),
    STOCK: ListWarehouses(),
    ORDERS: ListSellerOrders(),
    COUPONS: ListCoupons(),
    MONEY: ShowEarnings(seller_id=OURS),
    STAFF: WithdrawInvitation(invitation_id=UUID(int=9)),
}
# Beside these the owner alone decides.
OWNERS = {
    *(
        "sellers.edit",
        "sellers.edit_settings",
        "shipping.set_rate",
        "shipping.remove_rate",
        "ledger.set_payout_account",
    ),
}


def invite(email: str = "ann@example.com", *rights: SellerRight) -> InviteStaff:
    return InviteStaff(invitation_id=new_id(), email=email, rights=rights or (STOCK,))


def test_every_operation_of_sellers_is_in_a_right_or_the_owners_own() -> None:
    everything = right_scopes(tuple(SellerRight))
    for operation in described(Settings()).operations:
        if Role.SELLER in operation.permission.roles:
            named = {operation.tag, operation.command.scope()}
            assert (operation.tag in OWNERS) is named.isdisjoint(everything), operation.tag


async def test_who_is_invited_and_accepts_works_for_the_seller(town: Town) -> None:
    command = invite("ANN@example.com", MONEY, ORDERS)
    invitation = await town.ask(command, OWNER)
    assert await town.ask(command, OWNER) == invitation
    assert (await town.ask(ListInvitations(), OWNER)).items == (invitation,)
    assert (await town.ask(ListInvitations(), RIVAL)).items == ()
    ((to, _, text),) = await town.work()
    assert to == "ann@example.com"
    assert "The shop Ours asks" in text
    token = town.invitation_token(invitation.id)
    assert f"#token={token}\n" in text
    member = await town.ask(AcceptInvitation(token=token), ANN)
    assert (member.user_id, member.rights) == (ANN, (MONEY, ORDERS))
    assert await town.ask(AcceptInvitation(token=token), ANN) == member
    assert (await town.ask(ListStaff(), OWNER)).items == (member,)
    assert (await town.ask(ListStaff(), RIVAL)).items == ()
    assert (await town.ask(ListInvitations(), OWNER)).items == ()
    assert town.sockets.people == [ANN]
    me = await town.ask(WhoAmI(), ANN)
    assert (me.seller_id, set(me.seller_rights), set(me.roles)) == (OURS, {MONEY, ORDERS}, {Role.CUSTOMER, Role.SELLER})


@pytest.mark.parametrize("right", SellerRight)
async def test_a_right_opens_its_part_and_no_other(town: Town, right: SellerRight) -> None:
    await town.employ(ANN, right)
    for each, command in OPENS.items():
        if each is right and right is STAFF:
            assert await town.refused(command, ANN) == "staff.invitation_not_found"
        elif each is right:
            await town.ask(command, ANN)
        else:
            assert await town.refused(command, ANN) == "not_allowed", each
    watches, caller = town.domains.watches(), await town.caller(ANN)
    for channel, needed in ((SELLER.of(OURS), ORDERS), (EARNINGS.of(OURS), MONEY)):
        watch, key = watches.find(channel)
        if right is needed:
            await watch.admit(key, caller)
        else:
            with pytest.raises(ChannelNotFound):
                await watch.admit(key, caller)


async def test_staff_with_every_right_is_no_owner_and_nobody_elsewhere(town: Town) -> None:
    product, teapot = await town.product(), await town.product(RIVAL)
    await town.employ(ANN, *SellerRight)
    assert await town.refused(EditStore(seller_id=OURS, name="Mine", description=""), ANN) == "not_allowed"
    assert (await town.ask(ShowSettings(seller_id=OURS), ANN)).seller_id == OURS
    assert await town.refused(ShowSettings(seller_id=THEIRS), ANN) == "catalog.seller_not_found"
    assert await town.refused(ShowEarnings(seller_id=THEIRS), ANN) == "ledger.seller_not_found"
    assert (await town.ask(SetStock(variant_id=product.variants[0].id, stock=1), ANN)).stock == 1
    assert await town.refused(SetStock(variant_id=teapot.variants[0].id, stock=1), ANN) == "catalog.variant_not_found"
    assert await town.refused(SuspendSeller(seller_id=THEIRS, reason="X"), ANN) == "not_allowed"


async def test_stock_keepers_set_stock_and_no_price(town: Town) -> None:
    variant = (await town.product()).variants[0]
    await town.employ(ANN, STOCK)
    assert (await town.ask(SetStock(variant_id=variant.id, stock=7), ANN)).stock == 7
    assert await town.refused(SetPrice(variant_id=variant.id, price=variant.price), ANN) == "not_allowed"  # type: ignore[arg-type]


async def test_nobody_reviews_what_they_sell_whatever_their_rights(town: Town) -> None:
    product = await town.product()
    await town.employ(ANN, MONEY)
    review = WriteReview(review_id=new_id(), product_id=product.id, stars=5, text="Best.")
    assert await town.refused(review, ANN) == "reviews.own_product"


async def test_what_an_admin_lets_sellers_do_limits_their_staff_too(town: Town) -> None:
    await town.employ(ANN, PRODUCTS, ORDERS)
    town.sockets.people.clear()
    await town.ask(EditRole(name="seller", title="Seller", permissions=("orders:read",)), ADMIN)
    assert sorted(town.sockets.people) == [OWNER, RIVAL, ANN]  # what they have open connects anew
    await town.ask(ListSellerOrders(), ANN)
    assert await town.refused(ListSellerProducts(), ANN) == "not_allowed"
    assert await town.refused(ListSellerOrders(), BOB) == "not_allowed"


async def test_who_is_removed_acts_no_longer_nor_do_those_they_invited(town: Town) -> None:
    await town.employ(ANN, STAFF, STOCK)
    asked = await town.ask(invite("bob@example.com", STOCK), ANN)
    town.sockets.people.clear()
    stale = await town.caller(ANN)
    await town.ask(RemoveStaff(user_id=ANN), OWNER)
    assert town.sockets.people == [ANN]
    assert (await town.caller(ANN)).seller_id is None
    assert await town.refused(ListWarehouses(), ANN) == "not_allowed"
    token = town.invitation_token(asked.id)
    assert await town.refused(AcceptInvitation(token=token), BOB) == "staff.invitation_invalid"
    with pytest.raises(Refusal, match="no shop"):  # believed a moment longer elsewhere
        await town.ask_as(invite("bob@example.com", STOCK), stale)
    assert await town.refused(RemoveStaff(user_id=ANN), OWNER) == "staff.not_found"
    assert (await town.ask(ListStaff(), OWNER)).items == ()


async def test_a_shop_s_name_stays_one_line_of_a_stranger_s_mail(town: Town) -> None:
    name = "Wool\n\nYour account is locked. Pay here:\nhttps://evil.example"
    await town.database.fetch("UPDATE sellers SET name = $2 WHERE id = $1", OURS, name)
    await town.ask(invite("stranger@example.com"), OWNER)
    ((to, _, text),) = await town.work()
    assert to == "stranger@example.com"
    assert text.startswith(f"The shop {' '.join(name.split())} asks you to work for it. ")


async def test_rights_change_at_once(town: Town) -> None:
    await town.employ(ANN, STOCK)
    edited = await town.ask(EditStaff(user_id=ANN, rights=(ORDERS, ORDERS)), OWNER)
    assert edited.rights == (ORDERS,)
    assert town.sockets.people == [ANN, ANN]
    assert await town.refused(ListWarehouses(), ANN) == "not_allowed"
    await town.ask(ListSellerOrders(), ANN)


async def test_nobody_gives_or_takes_what_they_have_not(town: Town) -> None:
    await town.employ(ANN, STAFF, STOCK)
    await town.employ(BOB, MONEY)
    assert await town.refused(invite("x@example.com", STOCK, MONEY), ANN) == "staff.right_not_yours"
    assert await town.refused(EditStaff(user_id=ANN, rights=tuple(SellerRight)), ANN) == "staff.right_not_yours"
    assert await town.refused(EditStaff(user_id=BOB, rights=(STOCK,)), ANN) == "staff.right_not_yours"
    assert await town.refused(RemoveStaff(user_id=BOB), ANN) == "staff.right_not_yours"
    assert (await town.ask(EditStaff(user_id=BOB, rights=(MONEY, STOCK)), ANN)).rights == (MONEY, STOCK)
    assert await town.refused(RemoveStaff(user_id=OWNER), ANN) == "staff.not_found"


async def test_an_invitation_works_once_for_its_address_within_a_week(town: Town) -> None:
    asked = await town.ask(invite(), OWNER)
    accept = AcceptInvitation(token=town.invitation_token(asked.id))
    assert await town.refused(accept, BOB) == "staff.invitation_invalid"
    for wrong in ("x", f"{asked.id.hex}.", accept.token[:-1], accept.token.replace(asked.id.hex, new_id().hex), "ü.ü"):
        assert await town.refused(AcceptInvitation(token=wrong), ANN) == "staff.invitation_invalid"
    town.clock.turn(days=7)
    assert await town.refused(accept, ANN) == "staff.invitation_invalid"
    assert await town.work() == []
    again = await town.ask(invite(), OWNER)
    await town.ask(WithdrawInvitation(invitation_id=again.id), OWNER)
    assert (
        await town.refused(AcceptInvitation(token=town.invitation_token(again.id)), ANN) == "staff.invitation_invalid"
    )
    assert (await town.caller(ANN)).seller_id is None


async def test_of_an_invitation_accepted_and_withdrawn_at_once_one_happens(town: Town) -> None:
    asked = await town.ask(invite(), OWNER)
    ann, owner = await town.caller(ANN), await town.caller(OWNER)
    accepting = [town.ask_as(AcceptInvitation(token=town.invitation_token(asked.id)), ann) for _ in range(3)]
    withdrawing = town.ask_as(WithdrawInvitation(invitation_id=asked.id), owner)
    found = await asyncio.gather(*accepting, withdrawing, return_exceptions=True)
    works = (await town.caller(ANN)).seller_id == OURS
    assert {type(each).__name__ for each in found[:3]} == {"StaffMember" if works else "InvitationInvalid"}
    assert len(await town.database.fetch("SELECT FROM seller_staff")) == works


async def test_a_person_works_for_one_seller(town: Town) -> None:
    ours, theirs = await town.ask(invite(), OWNER), await town.ask(invite(), RIVAL)
    ann = await town.caller(ANN)
    accepting = (town.ask_as(AcceptInvitation(token=town.invitation_token(each.id)), ann) for each in (ours, theirs))
    found = await asyncio.gather(*accepting, return_exceptions=True)
    assert sorted(type(each).__name__ for each in found) == ["AlreadySelling", "StaffMember"]
    other = await town.ask(invite("rival@example.com"), OWNER)
    accept = AcceptInvitation(token=town.invitation_token(other.id))
    assert await town.refused(accept, RIVAL) == "sellers.already_selling"


async def test_who_leaves_may_go_elsewhere_and_an_owner_stays(town: Town) -> None:
    await town.employ(ANN, STOCK)
    await town.ask(LeaveSeller(), ANN)
    assert (await town.caller(ANN)).seller_id is None
    await town.employ(ANN, STOCK, by=RIVAL)
    assert (await town.caller(ANN)).seller_id == THEIRS
    assert await town.refused(LeaveSeller(), OWNER) == "staff.not_found"


async def test_invitations_are_bounded_and_none_is_doubled(town: Town) -> None:
    command = invite()
    await town.ask(command, OWNER)
    assert await town.refused(invite(), OWNER) == "staff.already_invited"
    assert await town.refused(replace(command, rights=(MONEY,)), OWNER) == "id_reused"
    assert await town.refused(command, RIVAL) == "id_reused"
    assert await town.refused(invite("nowhere"), OWNER) == "accounts.email_invalid"
    for number in range(49):
        await town.ask(invite(f"{number}@example.com"), OWNER)
    assert await town.refused(invite("last@example.com"), OWNER) == "rate_limited"
    await town.ask(invite("first@example.com"), RIVAL)
    for number in range(50):
        await town.database.fetch(
            "INSERT INTO seller_invitations (id, seller_id, email, rights, invited_by, created_at, expires_at)"
            " VALUES ($1, $2, $3, '{stock}', $4, $5, $6)",
            *(
                new_id(),
                OURS,
                f"more{number}@example.com",
                OWNER,
                town.clock.now(),
                town.clock.now() + timedelta(days=1),
            ),
        )
    assert await town.refused(invite("last@example.com"), OWNER) == "staff.too_many"


async def test_a_suspended_seller_goes_on_working(town: Town) -> None:
    await town.ask(SuspendSeller(seller_id=OURS, reason="X"), MANAGER)
    product = await town.product()
    await town.employ(ANN, ORDERS, STOCK)
    await town.ask(ListSellerOrders(), ANN)
    assert (await town.ask(ShowProduct(product=product.slug), ANN)).id == product.id
    assert await town.refused(ShowProduct(product=product.slug), BOB) == "catalog.product_not_found"


@pytest.mark.parametrize("who", [None, ANN, MANAGER, RIVAL], ids=["guest", "customer", "manager", "rival"])
async def test_strangers_neither_see_nor_touch_the_staff(town: Town, who: UUID | None) -> None:
    await town.employ(BOB, STOCK)
    asked = await town.ask(invite(), OWNER)
    before = await town.database.fetch("SELECT * FROM seller_staff, seller_invitations")
    commands: dict[Command[Any], str] = {
        EditStaff(user_id=BOB, rights=(MONEY,)): "staff.not_found",
        RemoveStaff(user_id=BOB): "staff.not_found",
        WithdrawInvitation(invitation_id=asked.id): "staff.invitation_not_found",
    }
    for command, hidden in commands.items():
        expected = "sign_in_needed" if who is None else hidden if who == RIVAL else "not_allowed"
        assert await town.refused(command, who) == expected
    if who != RIVAL:
        for listing in (ListStaff(), ListInvitations(), invite("x@example.com")):
            assert await town.refused(listing, who) == ("sign_in_needed" if who is None else "not_allowed")
    assert await town.database.fetch("SELECT * FROM seller_staff, seller_invitations") == before
