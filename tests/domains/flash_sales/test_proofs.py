"""Proofs of work: one solved challenge, one place or claim, for whom and for which sale it was made."""

import asyncio
import base64
import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from fastshop.contract.base import Refusal
from fastshop.contract.flash_sales import Claim, ClaimUnits, FlashSale, SaleNotFound
from fastshop.contract.lines import AskChallenge, PlaceState, ProofChallenge, ProofNeeded, ProofWrong
from fastshop.ids import new_id
from fastshop.proofs import solve
from server.domains.flash_sales.sweeping import Sweep
from server.kernel.caller import Caller
from server.kernel.keyed import Keyed
from tests.domains.flash_sales.lining import join
from tests.domains.flash_sales.market import ANN, BOB, SELLER, Market, changed


async def guarded(market: Market, **terms: Any) -> FlashSale:
    return await market.sale(proof_of_work=True, per_customer_limit=5, **terms)


async def challenge(market: Market, sale: FlashSale, who: Caller = ANN) -> ProofChallenge:
    return await market.shop.queueing.challenge(AskChallenge(sale_id=sale.id), who)


async def proof(market: Market, sale: FlashSale, who: Caller = ANN) -> str:
    return solve(await challenge(market, sale, who))


async def claim(market: Market, sale: FlashSale, proof: str, who: Caller = ANN, claim_id: Any = None) -> Claim:
    command = ClaimUnits(sale_id=sale.id, claim_id=claim_id or new_id(), proof=proof)
    return await market.shop.buying.claim(command, who)


async def wrong(market: Market, sale: FlashSale, sent: str, who: Caller = ANN) -> None:
    """It does not count, for a claim or for a place, and nothing is written."""
    before = await market.everything()
    with pytest.raises(ProofWrong):
        await claim(market, sale, sent, who)
    with pytest.raises(ProofWrong):
        await join(market.shop, sale, who, proof=sent)
    assert await market.everything() == before


def changed_proof(sent: str, **changes: Any) -> str:
    """The proof with other parameters, a signature or a solution of one's own."""
    said = json.loads(base64.b64decode(sent))
    for name, value in changes.items():
        part = {"signature": said["challenge"], "counter": said["solution"], "derivedKey": said["solution"]}
        part.get(name, said["challenge"]["parameters"])[name] = value
    return base64.b64encode(json.dumps(said).encode()).decode()


async def test_who_solves_the_challenge_gets_a_claim_and_another_one_a_place(market: Market) -> None:
    sale = await guarded(market)
    assert (await claim(market, sale, await proof(market, sale))).customer_id == ANN.person
    place = await join(market.shop, sale, BOB, proof=await proof(market, sale, BOB))
    assert place.state is PlaceState.SERVED


async def test_without_a_proof_there_is_neither_claim_nor_place(market: Market) -> None:
    sale = await guarded(market)
    with pytest.raises(ProofNeeded):
        await market.shop.claim(sale)
    with pytest.raises(ProofNeeded):
        await join(market.shop, sale)


async def test_a_sale_that_asks_for_none_takes_one_all_the_same(market: Market) -> None:
    sale = await market.sale(per_customer_limit=5)
    assert await market.shop.claim(sale)
    assert await claim(market, sale, await proof(market, sale))
    assert await claim(market, sale, "rubbish")


async def test_p3_a_proof_counts_again_for_the_same_id_and_for_no_other(market: Market) -> None:
    sale = await guarded(market)
    sent, claim_id = await proof(market, sale), new_id()
    first = await claim(market, sale, sent, claim_id=claim_id)
    assert await claim(market, sale, sent, claim_id=claim_id) == first
    assert await market.shop.claim(sale, claim_id=claim_id) == first, "what is there is there"
    await wrong(market, sale, sent)


async def test_a_proof_that_was_refused_its_claim_is_good_for_the_same_id_later(market: Market) -> None:
    sale = await guarded(market, starts_in=1)
    sent, claim_id = await proof(market, sale), new_id()
    with pytest.raises(Refusal):
        await claim(market, sale, sent, claim_id=claim_id)
    market.clock.turn(minutes=1)
    assert (await claim(market, sale, sent, claim_id=claim_id)).id == claim_id


async def test_one_proof_sent_for_many_ids_at_once_makes_one_claim(market: Market) -> None:
    sale = await guarded(market)
    sent = await proof(market, sale)
    answers = await asyncio.gather(*(claim(market, sale, sent) for _ in range(20)), return_exceptions=True)
    assert sorted(type(answer).__name__ for answer in answers) == ["Claim"] + ["ProofWrong"] * 19


async def test_somebody_elses_proof_does_not_count(market: Market) -> None:
    sale = await guarded(market)
    await wrong(market, sale, await proof(market, sale, ANN), BOB)


async def test_the_proof_of_another_sale_does_not_count(market: Market) -> None:
    sale, other = await guarded(market), await guarded(market)
    await wrong(market, sale, await proof(market, other))


async def test_a_proof_that_is_ten_minutes_old_does_not_count(market: Market) -> None:
    sale = await guarded(market)
    sent, late = await proof(market, sale), await proof(market, sale)
    market.clock.turn(minutes=9, seconds=59)
    assert await claim(market, sale, sent)
    market.clock.turn(seconds=1)
    await wrong(market, sale, late)


async def test_a_challenge_of_ones_own_does_not_count(market: Market) -> None:
    sale = await guarded(market)
    market.proofs._key = Keyed("another secret").key("proof of work")
    forged = await proof(market, sale)
    market.proofs._key = market.keyed.key("proof of work")
    await wrong(market, sale, forged)


@pytest.mark.parametrize(
    "change",
    [
        {"counter": 0, "derivedKey": "00" * 32},
        {"counter": -1},
        {"counter": 2**70},
        {"counter": "1"},
        {"counter": None},
        {"derivedKey": ""},
        {"derivedKey": 5},
        {"signature": "00" * 32},
        {"signature": ""},
        {"signature": "é"},
        {"keyPrefix": ""},
        {"cost": 0},
        {"cost": 10**9},
        {"algorithm": "PBKDF2/SHA-256"},
        {"algorithm": ["SHA-256"]},
        {"nonce": "zz"},
        {"nonce": "00" * 16},
        {"salt": ""},
        {"keyLength": 10**9},
        {"memoryCost": 10**9},
        {"expiresAt": "soon"},
        {"data": {}},
        {"data": None},
        {"data": {"sale": "x", "person": "y", "expires": "never"}},
    ],
    ids=str,
)
async def test_a_proof_that_was_tampered_with_does_not_count(market: Market, change: dict[str, Any]) -> None:
    sale = await guarded(market)
    await wrong(market, sale, changed_proof(await proof(market, sale), **change))


@pytest.mark.parametrize("later", ["person", "nonce", "expires"])
async def test_a_proof_that_says_two_things_counts_for_neither(market: Market, later: str) -> None:
    """Two readers of one JSON may take different ones of two equal names: both must have been judged."""
    sale = await guarded(market)
    sent = json.loads(base64.b64decode(await proof(market, sale)))
    told = json.dumps(sent["challenge"]["parameters"])
    forged = json.loads(told)
    forged["nonce" if later == "nonce" else "data"] = (
        "00" * 16 if later == "nonce" else forged["data"] | {later: str(BOB.person)}
    )
    for order in ((told, json.dumps(forged)), (json.dumps(forged), told)):
        twice = f'{{"parameters":{order[0]},"parameters":{order[1]},"signature":"{sent["challenge"]["signature"]}"}}'
        said = f'{{"challenge":{twice},"solution":{json.dumps(sent["solution"])}}}'
        both = base64.b64encode(said.encode()).decode()
        with pytest.raises(ProofWrong):
            await claim(market, sale, both, BOB)
    assert await claim(market, sale, await proof(market, sale))


RUBBISH = [
    "x", "é" * 10, "====", "bnVsbA==", "W10=", "e30=", "\ud800", "\x01", "{}", "A" * 4000,
    base64.b64encode(b"[" * 2900).decode(),
    base64.b64encode(b'{"challenge":' * 200).decode(),
    base64.b64encode(b'{"challenge": {"parameters": {}}, "solution": {}}').decode(),
    base64.b64encode(b'{"challenge": null, "solution": null}').decode(),
    base64.b64encode(b"\xff\xfe").decode(),
]  # fmt: skip


@pytest.mark.parametrize("sent", RUBBISH, ids=range(len(RUBBISH)))
async def test_rubbish_does_not_count(market: Market, sent: str) -> None:
    await wrong(market, await guarded(market), sent)


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(sent=st.one_of(st.text(min_size=1), st.binary(min_size=1).map(lambda raw: base64.b64encode(raw).decode())))
async def test_nothing_that_can_be_sent_breaks_the_judging(market: Market, sent: str) -> None:
    proved = await market.proofs.judge(sent, new_id(), ANN.person, new_id())
    assert proved.name == "WRONG"


async def test_a_challenge_is_of_a_sale_that_there_is(market: Market) -> None:
    sale = await guarded(market)
    with pytest.raises(SaleNotFound):
        await challenge(market, replace(sale, id=new_id()))
    one, two = await challenge(market, sale), await challenge(market, sale)
    assert one.parameters.nonce != two.parameters.nonce
    assert one.parameters.salt != two.parameters.salt


async def test_a_solver_says_no_to_a_challenge_of_another_kind(market: Market) -> None:
    told = await challenge(market, await guarded(market))
    with pytest.raises(ValueError, match="SCRYPT"):
        solve(replace(told, parameters=replace(told.parameters, algorithm="SCRYPT")))
    with pytest.raises(ValueError, match="cost 9"):
        solve(replace(told, parameters=replace(told.parameters, cost=9)))


async def test_proofs_can_be_switched_on_while_the_sale_goes_on(market: Market) -> None:
    sale = await market.sale(per_customer_limit=5)
    mine = await market.shop.claim(sale)
    await market.shop.selling.edit(changed(sale, proof_of_work=True), SELLER)
    with pytest.raises(ProofNeeded):
        await market.shop.claim(sale)
    assert await market.shop.claim(sale, claim_id=mine.id) == mine


async def test_used_proofs_are_forgotten_when_they_would_not_count_any_more(market: Market) -> None:
    sale = await guarded(market)
    old, used = await proof(market, sale), "SELECT count(*) FROM flash_sale_proofs"
    await claim(market, sale, old)
    market.clock.turn(minutes=8)
    new = await proof(market, sale)
    await claim(market, sale, new)
    sweep = Sweep(market.shop.buying, market.proofs, market.clock)
    await sweep.round()
    market.clock.turn(minutes=2, seconds=1)
    await sweep.round()
    assert await market.number(used) == 2, "on a server whose clock is behind it would still count"
    market.clock.turn(minutes=1)
    await sweep.round()
    assert await market.number(used) == 1
    await wrong(market, sale, old)
    await wrong(market, sale, new)
