"""Editing carts: what it means is decided by the user's actor; here it is priced."""

from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from uuid import UUID, uuid5

from actors.runtime.ports import Asking
from actors.user import KIND, Clear, Contents, Edit, EditLines, HandOver, Line, Look, MergeGuestCart
from fastshop.contract.base import Busy
from fastshop.contract.carts import (
    MOST_LINES,
    AddToCart,
    Cart,
    CartEdit,
    CartFull,
    ClearCart,
    EditCart,
    EditKind,
    LeftOutReason,
    MergeCart,
    RemoveFromCart,
    SetQuantity,
)
from fastshop.contract.catalog import VariantNotFound
from fastshop.ids import new_id
from server.domains.carts import rules
from server.domains.carts.ports import Goods, Offer
from server.domains.carts.reading import address
from server.kernel.caller import Caller
from server.kernel.clock import Clock

# How often signing in looks again at a guest's cart that is edited at the same moment.
_LOOKS = 5


class Editing:
    """What is put into carts and taken out of them."""

    def __init__(self, actors: Asking, goods: Goods, clock: Clock) -> None:
        self._actors = actors
        self._goods = goods
        self._clock = clock

    async def add(self, command: AddToCart, caller: Caller) -> Cart:
        """Put units in."""
        edit = CartEdit(command.edit_id, EditKind.ADD, command.variant_id, self._clock.now(), command.quantity)
        return _whole(await self._edit(command.cart_id, caller, [edit], None))

    async def set_quantity(self, command: SetQuantity, caller: Caller) -> Cart:
        """Say how many there are."""
        at = command.edited_at or self._clock.now()
        edit = CartEdit(command.edit_id, EditKind.SET, command.variant_id, at, command.quantity)
        return _whole(await self._edit(command.cart_id, caller, [edit], command.seen))

    async def remove(self, command: RemoveFromCart, caller: Caller) -> Cart:
        """Take a variant out."""
        edit = CartEdit(command.edit_id, EditKind.REMOVE, command.variant_id, self._clock.now())
        return await self._edit(command.cart_id, caller, [edit], command.seen)

    async def clear(self, command: ClearCart, caller: Caller) -> Cart:
        """Take everything out."""
        message = Clear(caller.user_id, command.edit_id, command.seen)
        return await self._priced(await self._actors.ask(KIND, address(command.cart_id, caller), message))

    async def edit(self, command: EditCart, caller: Caller) -> Cart:
        """Work in what was done offline."""
        return await self._edit(command.cart_id, caller, command.edits, command.seen)

    async def merge(self, command: MergeCart, caller: Caller) -> Cart:
        """Bring a guest's cart into the caller's. It is closed only once all of it is there, and keeps what is not."""
        person = caller.person
        if command.cart_id == person:
            return await self._priced(await self._actors.ask(KIND, person, Look(person)))
        for _ in range(_LOOKS):
            guest = await self._actors.ask(KIND, command.cart_id, Look(person))
            own = await self._actors.ask(KIND, person, MergeGuestCart(person, guest.lines))
            if own.left_out:
                await self._take_joined(guest, own, person)
                return await self._priced(own)
            if not guest.revision or await self._actors.ask(KIND, command.cart_id, HandOver(person, guest.revision)):
                return await self._priced(own)
        raise Busy

    async def _take_joined(self, guest: Contents, own: Contents, person: UUID) -> None:
        """Take out of a guest's cart what is in the person's. What was put in since then stays."""
        beyond = {left.variant_id for left in own.left_out}
        now = self._clock.now()
        edits = tuple(
            Edit(new_id(), EditKind.REMOVE, line.variant_id, now)
            for line in guest.lines
            if line.variant_id not in beyond
        )
        await self._actors.ask(KIND, guest.id, EditLines(person, edits, guest.revision))

    async def take_out(self, units: Mapping[UUID, int], bought: UUID, person: UUID) -> None:
        """Take units that were bought out of a person's cart; what they have beyond them stays. Twice counts once."""
        own = await self._actors.ask(KIND, person, Look(person))
        left = {
            line.variant_id: line.quantity - units[line.variant_id] for line in own.lines if line.variant_id in units
        }
        edits = [self._leave(uuid5(bought, str(variant_id)), variant_id, rest) for variant_id, rest in left.items()]
        if edits:
            await self._edit(None, Caller(person), edits, own.revision)

    def _leave(self, edit_id: UUID, variant_id: UUID, rest: int) -> CartEdit:
        kind = EditKind.SET if rest > 0 else EditKind.REMOVE
        return CartEdit(edit_id, kind, variant_id, self._clock.now(), max(rest, 1))

    async def copy(self, lines: Iterable[Line], edit_ids: Iterable[UUID], cart_id: UUID | None, caller: Caller) -> Cart:
        """Put lines of another cart in, each under its edit id."""
        now = self._clock.now()
        edits = [
            CartEdit(edit_id, EditKind.ADD, line.variant_id, now, line.quantity)
            for line, edit_id in zip(lines, edit_ids, strict=True)
        ]
        return await self._edit(cart_id, caller, edits, None)

    async def _edit(self, cart_id: UUID | None, caller: Caller, edits: Sequence[CartEdit], seen: int | None) -> Cart:
        asked = address(cart_id, caller)
        offers = await self._goods.offers({edit.variant_id for edit in edits})
        worked = tuple(_edit(edit, offers.get(edit.variant_id)) for edit in edits)
        return await self._priced(await self._actors.ask(KIND, asked, EditLines(caller.user_id, worked, seen)), offers)

    async def _priced(self, contents: Contents, known: Mapping[UUID, Offer] = MappingProxyType({})) -> Cart:
        """The cart at its prices, of which some are ``known`` since a moment ago."""
        asked = [line.variant_id for line in contents.lines if line.variant_id not in known]
        return rules.cart(contents, {**known, **await self._goods.offers(asked)} if asked else known)


def _edit(edit: CartEdit, offer: Offer | None) -> Edit:
    price = offer.price if offer is not None and offer.visible else None
    return Edit(edit.id, edit.kind, edit.variant_id, edit.edited_at, edit.quantity, price)


def _whole(cart: Cart) -> Cart:
    """The answer of a single edit. Refused when it was left out: `VariantNotFound`, `CartFull`."""
    for left in cart.left_out:
        if left.reason is LeftOutReason.FULL:
            raise CartFull(MOST_LINES)
        raise VariantNotFound
    return cart
