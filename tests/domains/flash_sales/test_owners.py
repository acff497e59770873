"""Who may write: two processes that both think the sale is theirs, and one that dies at the worst moment."""

import asyncio
import contextlib

import asyncpg
import pytest

from actors.flash_sale import Cancel, FlashSaleActor
from actors.runtime.ports import Change, Limits, Stale
from fastshop.contract.base import Busy
from fastshop.contract.flash_sales import Claim, ClaimState, SoldOut
from fastshop.ids import new_id
from server.domains.flash_sales.store import SaleStore
from server.embedded import EmbeddedServices
from tests.domains.flash_sales.market import ANN, BOB, SELLER, Market, changed, customer
from tests.kernel.test_database import LINE_IS_CUT
from tests.support import eventually


class Cut(SaleStore):
    """A store whose answers get lost: what it is told is stored, and nobody hears of it."""

    lost = 0

    async def commit(self, actor: FlashSaleActor, version: int, change: Change) -> int:
        stored = await super().commit(actor, version, change)
        if self.lost:
            self.lost -= 1
            raise ConnectionResetError
        return stored


async def test_p2_p4_two_owners_fight_over_a_sale_and_never_sell_more_than_there_is(market: Market) -> None:
    sale = await market.sale(quantity=25)
    twins = [market.shop, market.runtime(limits=Limits(batch=7))]
    ids = [new_id() for _ in range(120)]
    answers = await asyncio.gather(
        *(twins[n % 2].claim_until_answered(sale, customer(n), claim_id) for n, claim_id in enumerate(ids))
    )
    claims = [answer for answer in answers if isinstance(answer, Claim)]
    assert {type(answer) for answer in answers} == {Claim, SoldOut}
    assert await market.claims(sale) == tuple(sorted(claims, key=lambda claim: claim.place))
    assert len(claims) == 25
    again = await asyncio.gather(
        *(twins[1 - n % 2].claim_until_answered(sale, customer(n), claim_id) for n, claim_id in enumerate(ids))
    )
    assert [answer for answer in again if isinstance(answer, Claim)] == claims


async def test_p4_a_stale_owner_starts_again_from_what_is_true(market: Market) -> None:
    sale = await market.sale(quantity=3, per_customer_limit=3)
    stale, fresh = market.shop, market.runtime()
    first = await stale.claim(sale, ANN)
    assert (await fresh.claim(sale, BOB, 2)).place == 2
    with pytest.raises(SoldOut) as refused:
        await stale.claim(sale, customer(3))
    assert refused.value.facts() == {"left": 0, "held": 3, "waiting": 0}
    assert (await stale.pay(first)).claim.state is ClaimState.PAID
    with pytest.raises(SoldOut) as refused:
        await fresh.claim(sale, customer(3))
    assert refused.value.held == 2, "a refusal is not given from memory that is no longer true either"


async def test_p4_a_commit_on_an_old_version_is_refused_and_leaves_no_trace(market: Market) -> None:
    sale = await market.sale()
    store, now = market.store(), market.clock.now()
    changes = []
    for _ in range(2):
        actor, version, _ = await store.load(sale.id)
        decision = actor.decide(Cancel(), now)
        for event in decision.events:
            actor.apply(event)
        changes.append((actor, version, Change([decision], now, now)))
    assert await store.commit(*changes[0]) == 1
    before = await market.everything()
    with pytest.raises(Stale):
        await store.commit(*changes[1])
    assert await market.everything() == before


async def test_p3_a_crash_between_commit_and_answer_leaves_one_claim_and_its_answer(market: Market) -> None:
    sale = await market.sale()
    claim_id = new_id()
    dying = market.runtime()
    asking = asyncio.create_task(dying.claim(sale, ANN, claim_id=claim_id))

    async def stored() -> bool:
        return bool(await market.claims(sale))

    await eventually(stored)
    asking.cancel()
    born = market.runtime()
    answer = await born.claim(sale, ANN, claim_id=claim_id)
    assert await market.claims(sale) == (answer,)


async def test_p3_an_answer_lost_on_the_way_from_the_database_is_found_again(market: Market) -> None:
    store = market.store_of(Cut)
    runtime = market.runtime(store)
    sale = await market.sale(quantity=5, per_customer_limit=2)
    store.lost = 1
    claims = await asyncio.gather(*(runtime.claim(sale, customer(n)) for n in range(5)))
    assert await market.claims(sale) == tuple(claims)
    store.lost = 2  # the keeping for the payment, and its outcome
    assert (await runtime.pay(claims[0], customer(0))).claim.state is ClaimState.PAID
    store.lost = 1
    shown = await runtime.selling.edit(changed(sale, quantity_limit=8), SELLER)
    assert (shown.quantity_limit, await market.in_stock()) == (8, 1000 - 8)


async def test_an_owner_that_cannot_reach_the_database_says_busy_and_nothing_is_half_done(market: Market) -> None:
    store = market.store_of(Cut)
    runtime = market.runtime(store, Limits(attempts=1))
    sale = await market.sale()
    store.lost = 1
    claim_id = new_id()
    with pytest.raises(Busy):
        await runtime.claim(sale, ANN, claim_id=claim_id)
    (stored,) = await market.claims(sale)
    assert await runtime.claim(sale, ANN, claim_id=claim_id) == stored


async def test_all_lines_to_the_database_are_cut_while_people_claim(market: Market, services: EmbeddedServices) -> None:
    sale = await market.sale(quantity=40)
    ids = [new_id() for _ in range(120)]

    async def cut() -> None:
        for _ in range(3):
            await asyncio.sleep(0)
            connection = await asyncpg.connect(services.database_url)
            try:
                await connection.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                    " WHERE datname = current_database() AND usename = current_user AND pid <> pg_backend_pid()"
                )
            finally:
                await connection.close()

    answers, _ = await asyncio.gather(
        asyncio.gather(*(market.shop.claim_until_answered(sale, customer(n), key) for n, key in enumerate(ids))),
        cut(),
    )
    claims = [answer for answer in answers if isinstance(answer, Claim)]
    assert len(claims) == 40

    async def stored() -> bool:
        with contextlib.suppress(*LINE_IS_CUT):  # the pool may still have lines that were cut last
            return await market.claims(sale) == tuple(sorted(claims, key=lambda claim: claim.place))
        return False

    await eventually(stored)
