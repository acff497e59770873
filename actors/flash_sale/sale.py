"""A sale as it stands: what has happened in it, and what that adds up to."""

import heapq
from datetime import datetime
from hashlib import sha256
from uuid import UUID

from msgspec import Struct, field
from msgspec.structs import replace

from actors.flash_sale.line import WaitingLine
from actors.flash_sale.outlook import Outlook, outlook_of
from actors.flash_sale.terms import Goods, Terms, phase_of, shown_terms, terms_of
from fastshop.contract.base import Event
from fastshop.contract.flash_sales import (
    Claim,
    ClaimEvent,
    ClaimState,
    FlashSale,
    PaymentStarted,
    Phase,
    SaleCancelled,
    SaleClosed,
    SaleDesk,
    SaleDrawn,
    SaleEdited,
    SaleEnded,
    UnitsClaimed,
)
from fastshop.contract.lines import PlaceEvent, PlaceState, SaleLine
from fastshop.fairness import commitment_of

_NOBODY = SaleLine()


class Sale(Struct):
    """One sale. Only `apply` changes it, and `put`, by which it is read back.

    ``secret`` are random bytes that never leave the shop: from them come the seed of the draw, and the ids of claims
    that are made for places, which nobody can guess and take first. ``seed`` is empty until the lobby is drawn.
    """

    id: UUID
    goods: Goods
    terms: Terms
    cancelled: bool = False
    closed: bool = False
    last_place: int = 0
    held: int = 0
    sold: int = 0
    claims: dict[UUID, Claim] = field(default_factory=dict)
    units_of: dict[UUID, int] = field(default_factory=dict)
    # Held claims by expiry, the earliest first; entries whose claim has moved on are dropped when they surface.
    expiries: list[tuple[datetime, UUID]] = field(default_factory=list)
    line: WaitingLine = field(default_factory=WaitingLine)
    secret: bytes = b""
    commitment: str = ""
    seed: str = ""
    drawn: int = 0
    paying: int = 0
    lapsed: int = 0
    given_back: int = 0
    withdrawn: int = 0
    # How many claims of a customer lapsed or were given back.
    given_up: dict[UUID, int] = field(default_factory=dict)
    # What a claim's latest payment counts by besides its customer, and the units being paid or paid for by each.
    limit_keys: dict[UUID, tuple[str, ...]] = field(default_factory=dict)
    units_by_key: dict[str, int] = field(default_factory=dict)
    # How often a claim has changed, and what may come back as it was seen lately.
    changes: int = 0
    outlook: Outlook | None = None

    def __post_init__(self) -> None:
        self.commitment = self.commitment or commitment_of(self._own_seed())

    def apply(self, event: Event) -> None:
        """See `actors.runtime.ports.Actor`."""
        match event:
            case UnitsClaimed():
                self.put(event.claim)
                if event.claim.place_id is not None:
                    self._served(event.claim.place_id, event.claim)
            case PaymentStarted():
                self.limit_keys.pop(event.claim.id, None)  # those of a payment that failed
                self.put(event.claim, event.limit_keys)
            case SaleEdited() | SaleEnded():
                self.terms = terms_of(event.sale)
            case SaleDrawn():
                self.seed, self.drawn = event.seed, event.count
                self.line.draw(bytes.fromhex(event.seed))
            case SaleCancelled():
                self.cancelled = True
            case SaleClosed():
                self.closed = True
            case _ if isinstance(event, PlaceEvent):
                self.line.put(event.place)
            case _:
                assert isinstance(event, ClaimEvent)
                self.put(event.claim)

    def _served(self, place_id: UUID, claim: Claim) -> None:
        place = self.line.places[place_id]
        self.line.put(replace(place, state=PlaceState.SERVED, claim_id=claim.id))

    def put(self, claim: Claim, limit_keys: tuple[str, ...] = ()) -> None:
        """Keep a claim as it is now, and count it. ``limit_keys`` are those of its latest payment, where it is new."""
        self.changes += 1
        before = self.claims.get(claim.id)
        if before is not None:
            self._count(before, -1)
        if limit_keys:
            self.limit_keys[claim.id] = limit_keys
        self._count(claim, +1)
        self.claims[claim.id] = claim
        self.last_place = max(self.last_place, claim.place)
        if claim.state is ClaimState.HELD:
            heapq.heappush(self.expiries, (claim.expires_at, claim.id))

    def _count(self, claim: Claim, sign: int) -> None:
        state, units = claim.state, sign * claim.quantity
        if state is ClaimState.HELD:
            self.held += units
        elif state is ClaimState.PAYING:
            self.held += units
            self.paying += units
            self._count_keys(claim.id, units)
        elif state is ClaimState.PAID:
            self.sold += units
            self._count_keys(claim.id, units)
        else:
            self._count_back(claim, sign)
            return
        self.units_of[claim.customer_id] = self.units_of.get(claim.customer_id, 0) + units

    def _count_back(self, claim: Claim, sign: int) -> None:
        units = sign * claim.quantity
        if claim.state is ClaimState.WITHDRAWN:
            self.withdrawn += units
            return
        if claim.state is ClaimState.LAPSED:
            self.lapsed += units
        else:
            self.given_back += units
        self.given_up[claim.customer_id] = self.given_up.get(claim.customer_id, 0) + sign

    def _count_keys(self, claim_id: UUID, units: int) -> None:
        for key in self.limit_keys.get(claim_id, ()):
            self.units_by_key[key] = self.units_by_key.get(key, 0) + units

    @property
    def left(self) -> int:
        """Units that nobody holds or has bought."""
        return self.terms.quantity_limit - self.held - self.sold

    def phase(self, now: datetime) -> Phase:
        """Where the sale stands. A closed one stays over, even where a clock runs behind: its units are gone."""
        phase = phase_of(self.terms, now, cancelled=self.cancelled)
        return Phase.ENDED if self.closed and phase is not Phase.CANCELLED else phase

    def view(self, now: datetime) -> FlashSale:
        """The sale as everybody sees it."""
        return FlashSale(
            id=self.id,
            product_id=self.goods.product_id,
            variant_id=self.goods.variant_id,
            seller_id=self.goods.seller_id,
            title=self.goods.title,
            image_url=self.goods.image_url,
            held_count=self.held,
            sold_count=self.sold,
            left=self.left,
            phase=self.phase(now),
            commitment=self.commitment,
            seed=self.seed,
            **shown_terms(self.terms),
        )

    def shown_line(self, now: datetime) -> SaleLine:
        """The line as everybody sees it."""
        line = self.line
        if line.empty:
            return _NOBODY
        outlook = self._looking_out(now)
        return SaleLine(
            waiting=line.waiting,
            lobby=len(line.lobby),
            front=line.front,
            marks=line.marks(),
            returns=outlook.returns,
            unpaid=outlook.unpaid,
        )

    def desk(self, version: int, now: datetime) -> SaleDesk:
        """The sale as its seller sees it."""
        return SaleDesk(
            time=now,
            version=version,
            sale=self.view(now),
            line=self.shown_line(now),
            held=self.held - self.paying,
            paying=self.paying,
            sold=self.sold,
            lapsed=self.lapsed,
            given_back=self.given_back,
            withdrawn=self.withdrawn,
            revenue=self.terms.sale_price.times(self.sold),
        )

    def _looking_out(self, now: datetime) -> Outlook:
        """What may come back when. It goes through all that is held, so not for every change."""
        if self.outlook is None or not self.outlook.good_at(now, self.changes):
            held = {claim_id: self.claims[claim_id] for _, claim_id in self.expiries}
            self.outlook = outlook_of(held.values(), self.sold, self.lapsed + self.given_back, now, self.changes)
        return self.outlook

    def _next_lapse(self) -> datetime | None:
        while self.expiries:
            if self._lapses_at(*self.expiries[0]):
                return self.expiries[0][0]
            heapq.heappop(self.expiries)
        return None

    def _lapses_at(self, expires_at: datetime, claim_id: UUID) -> bool:
        claim = self.claims[claim_id]
        return claim.state is ClaimState.HELD and claim.expires_at == expires_at

    def _place_of(self, claim_id: UUID) -> int:
        return self.claims[claim_id].place

    def _own_seed(self) -> bytes:
        return sha256(b"draw" + self.secret).digest()
