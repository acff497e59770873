"""The page counts to the shop's clock, whatever the machine's own says."""

import json
import re
from datetime import UTC, datetime, timedelta

from playwright.async_api import expect

from tests.web.conftest import Arrives
from tests.web.people import Person, new_sale, starts

# The machine's clock goes 47 minutes wrong: every way of asking it is moved.
_WRONG_CLOCK = """(() => {
  const wrong = 47 * 60_000, Real = Date;
  window.Date = class extends Real {
    constructor(...given) { if (given.length) super(...given); else super(Real.now() + wrong); }
    static now() { return Real.now() + wrong; }
  };
  window.realNow = () => Real.now();
})()"""
# Until the first click the page takes the start for two seconds earlier than it is. The click comes at once.
_TOO_EARLY = """(start) => {
  const parse = Date.parse;
  let early = 2000;
  Date.parse = (text) => parse(text) - (text === start ? early : 0);
  const observer = new MutationObserver(() => {
    const button = [...document.querySelectorAll("button")].find((it) => it.textContent.startsWith("Claim yours"));
    if (!button || button.disabled) return;
    early = 0;
    observer.disconnect();
    button.click();
  });
  observer.observe(document.body, { subtree: true, childList: true, attributes: true, characterData: true });
}"""
_LISTEN = """() => {
  const said = [], box = document.querySelector("[aria-live=polite]");
  const observer = new MutationObserver(() => said.push(box.textContent));
  observer.observe(box, { subtree: true, childList: true, characterData: true });
  return said;
}"""
# When the button became usable, by the true clock.
_WATCH_BUTTON = """() => {
  window.opened = new Promise((resolve) => {
    const look = () => {
      const button = [...document.querySelectorAll("button")].find((it) => it.textContent.startsWith("Claim yours"));
      if (button && !button.disabled) { observer.disconnect(); resolve(window.realNow()); }
    };
    const observer = new MutationObserver(look);
    observer.observe(document.body, { subtree: true, childList: true, attributes: true, characterData: true });
    look();
  });
}"""


async def test_the_button_opens_at_the_shops_clock_though_the_machines_is_wrong(
    arrives: Arrives, seller: Person
) -> None:
    sale = await new_sale(seller, units=2, opens_in=600)
    person = await (await arrives()).registers()
    await person.context.add_init_script(_WRONG_CLOCK)
    page = await person.opens(f"/sales/{sale}")
    await expect(page.get_by_role("timer")).to_have_accessible_name(re.compile(r"^Opens in (9|10) minutes"))
    await expect(page.get_by_role("button", name="Claim yours")).to_have_count(0)
    await page.evaluate(_WATCH_BUTTON)
    start = datetime.now(UTC) + timedelta(seconds=3)
    await starts(seller, sale, start)
    opened = datetime.fromtimestamp(await page.evaluate("opened") / 1000, UTC)
    # A quiet machine needs some 20 ms, a busy one as long as it likes, on the way there too, which shifts the clock.
    assert timedelta(seconds=-1) < opened - start < timedelta(seconds=20)
    await page.get_by_role("button", name="Claim yours").click()
    await expect(page.get_by_text("1 unit on hold for you")).to_be_visible()


async def test_a_click_that_is_a_blink_early_counts_at_the_start(arrives: Arrives, seller: Person) -> None:
    sale = await new_sale(seller, units=1, opens_in=600)
    person = await (await arrives()).registers()
    page = await person.context.new_page()
    claims: list[str] = []
    page.on("websocket", lambda socket: socket.on("framesent", lambda frame: claims.extend(_claims(str(frame)))))
    await page.goto(f"/sales/{sale}")
    await expect(page.get_by_role("timer")).to_be_visible()
    start = datetime.now(UTC).replace(microsecond=0) + timedelta(seconds=8)
    await page.evaluate(_TOO_EARLY, start.isoformat().replace("+00:00", "Z"))
    await starts(seller, sale, start)
    await expect(page.get_by_text("1 unit on hold for you")).to_be_visible()
    assert len(claims) > 1
    assert len(set(claims)) == 1


def _claims(frame: str) -> list[str]:
    commands = [json.loads(line) for line in frame.splitlines() if line.startswith("{")]
    return [it["rpc"]["data"]["claim_id"] for it in commands if it.get("rpc", {}).get("method") == "flash_sales.claim"]


async def test_who_listens_hears_milestones_and_not_every_second(arrives: Arrives, seller: Person) -> None:
    sale = await new_sale(seller, units=2, opens_in=29)
    page = await (await arrives()).opens(f"/sales/{sale}")
    await expect(page.get_by_role("timer")).to_be_visible()
    heard = await page.evaluate_handle(_LISTEN)
    await starts(seller, sale, datetime.now(UTC) + timedelta(seconds=14))
    await expect(page.get_by_role("link", name="Sign in to claim")).to_be_visible()
    await expect(page.get_by_text("Open now")).to_be_visible()
    said = await heard.json_value()
    assert "The sale opens in 10 seconds." in said
    assert "The sale is open." in said
    assert len(said) <= 4


async def test_a_sale_that_ends_is_over_on_the_page_at_once(arrives: Arrives, seller: Person) -> None:
    person = await (await arrives()).registers()
    sale = await new_sale(seller, units=2, opens_in=-1, lasts=12)
    page = await person.opens(f"/sales/{sale}")
    await expect(page.get_by_role("button", name="Claim yours")).to_be_enabled()
    await expect(page.get_by_text("This sale is over")).to_be_visible()
    await expect(page.get_by_role("button", name="Claim yours")).to_have_count(0)


async def test_a_cancelled_sale_says_so_at_once(arrives: Arrives, seller: Person) -> None:
    sale = await new_sale(seller, units=2)
    page = await (await arrives()).opens(f"/sales/{sale}")
    await expect(page.get_by_role("link", name="Sign in to claim")).to_be_visible()
    await seller.does("POST", f"/flash-sales/{sale}/cancel")
    await expect(page.get_by_text("This sale was cancelled by its seller")).to_be_visible()
