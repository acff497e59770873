"""The synchronous twin does the same for scripts."""

import asyncio

from fastshop import Happened, Snapshot, SyncShop, new_id
from fastshop.contract.flash_sales import SALE_LEDGER, ClaimUnits, SoldOut
from tests.sdk.samples import SALE_ID, claim, claimed, ledger
from tests.sdk.scripted import ScriptedShop

LEDGER = SALE_LEDGER.of(SALE_ID)


async def test_a_script_calls_and_is_refused(scripted: ScriptedShop) -> None:
    scripted.answer("flash_sales.claim", claim(1))

    def script() -> str:
        with SyncShop(scripted.url) as shop:
            assert shop.call(ClaimUnits(sale_id=SALE_ID, claim_id=new_id())) == claim(1)

            def refuse(_: object) -> None:
                raise SoldOut(left=0, held=1)

            scripted.answer("flash_sales.claim", refuse)
            try:
                shop.call(ClaimUnits(sale_id=SALE_ID, claim_id=new_id()))
            except SoldOut as refusal:
                return str(refusal)
        return ""

    assert await asyncio.to_thread(script) == "Sold out: 0 left, 1 held by others, 0 waiting in line."


async def test_a_script_watches(scripted: ScriptedShop) -> None:
    scripted.snapshots[LEDGER] = ledger()
    loop = asyncio.get_running_loop()

    def script() -> list[object]:
        seen: list[object] = []
        with SyncShop(scripted.url) as shop:
            for item in shop.watch(LEDGER):
                seen.append(item)
                if len(seen) == 3:
                    break
                number = len(seen)
                asyncio.run_coroutine_threadsafe(scripted.publish(LEDGER, claimed(number)), loop).result()
        return seen

    expected = [Snapshot(ledger()), Happened(claimed(1), 1), Happened(claimed(2), 2)]
    assert await asyncio.to_thread(script) == expected


async def test_closing_twice_and_leaving_a_watch_open_does_no_harm(scripted: ScriptedShop) -> None:
    scripted.snapshots[LEDGER] = ledger()

    def script() -> None:
        shop = SyncShop(scripted.url)
        items = shop.watch(LEDGER)
        next(items)
        shop.close()
        shop.close()
        items.close()  # type: ignore[attr-defined] # a generator in fact

    await asyncio.to_thread(script)
