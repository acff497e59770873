"""Stripe's fields in our pages: in the checkout and in the account. Their script is played by one of our own."""

import json
import re
import shutil
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from playwright.async_api import Browser, Page, Route, expect

from fastshop.ids import new_id
from tests.shop_process import copy_data
from tests.stripe.fake import KEY, WEBHOOK_SECRET, FakeStripe, Refused
from tests.web.people import SELLER, Person, goods
from tests.web.server import running_shop

# What of Stripe.js the pages use. A test method's name is typed for a card.
_SCRIPT = """
const tell = async (kind, options, secret) => {
  const card = document.querySelector("[name=fields-card]").value;
  const said = JSON.stringify({ kind, card, secret, options });
  const answer = await fetch("https://api.stripe.com/fields", { method: "POST", body: said });
  return answer.json();
};
window.Stripe = () => ({
  elements: (options) => ({
    options,
    update: (changed) => Object.assign(options, changed),
    submit: async () => ({}),
    create: () => ({
      on(name, heard) { if (name === "ready") this.ready = heard; },
      mount(box) {
        box.innerHTML = "<label>Card <input name='fields-card'></label>";
        setTimeout(() => this.ready());
      },
    }),
  }),
  confirmPayment: ({ elements, clientSecret }) => tell("payment", elements.options, clientSecret),
  confirmSetup: ({ elements }) => tell("setup", elements.options, elements.options.clientSecret),
});
"""


class Visit(NamedTuple):
    """Somebody in a shop whose money Stripe moves."""

    fake: FakeStripe
    person: Person
    seller: Person


@pytest.fixture
async def visit(furnished: Path, browser: Browser) -> AsyncIterator[Visit]:
    fake = FakeStripe()
    await fake.start()
    folder = Path(tempfile.mkdtemp(prefix="fastshop-stripe-"))
    keys = {"STRIPE_SECRET_KEY": KEY, "STRIPE_WEBHOOK_SECRET": WEBHOOK_SECRET, "STRIPE_PUBLIC_KEY": "pk_test_fake"}
    try:
        copy_data(furnished, folder)
        with running_shop(folder, STRIPE_API_BASE=fake.url, **keys) as address:
            seller = await (await Person.arrives(browser, address)).signs_in(SELLER)
            person = await (await Person.arrives(browser, address)).registers()
            await _play(fake, person)
            yield Visit(fake, person, seller)
            for each in (seller, person):
                await each.context.close()
                # Ours says no version, which theirs wants to be of this year.
                assert [complaint for complaint in each.complaints if "stripejs-versioning" not in complaint] == []
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        await fake.stop()


async def _play(fake: FakeStripe, person: Person) -> None:
    async def told(route: Route) -> None:
        answer: dict[str, Any] = {}
        try:
            _complete(fake, json.loads(route.request.post_data or ""))
        except Refused as refused:
            answer = refused.body
        await route.fulfill(json=answer, headers={"access-control-allow-origin": "*"})

    async def script(route: Route) -> None:
        await route.fulfill(body=_SCRIPT, content_type="text/javascript")

    await person.context.route(re.compile("^https://js.stripe.com/"), script)
    await person.context.route(re.compile("^https://api.stripe.com/"), told)


def _complete(fake: FakeStripe, said: dict[str, Any]) -> None:
    """What fields do. They refuse what they were not told beforehand as the intent was."""
    things = fake.intents if said["kind"] == "payment" else fake.setups
    (thing,) = [each for each in things.values() if each["client_secret"] == said["secret"]]
    if said["kind"] == "setup":
        fake.complete_setup(thing["id"], said["card"])
        return
    options = said["options"]
    assert (options["amount"], options["currency"]) == (thing["amount"], thing["currency"])
    assert options.get("setupFutureUsage") == thing["setup_future_usage"]
    fake.confirm_in_browser(thing["id"], said["card"])


async def test_a_card_typed_into_stripes_fields_pays_is_kept_and_pays_again(visit: Visit) -> None:
    fake, person, seller = visit
    address = {"name": "Kim", "country": "DE", "street": "Lindenweg 1", "city": "Berlin", "postal_code": "10115"}
    await person.does("POST", "/me/addresses", address_id=new_id(), address=address)
    await person.puts_in_cart(await goods(seller, 2), 2)
    page = await person.opens("/cart")
    await _to_payment(page)
    await page.get_by_label("Card", exact=True).fill("pm_card_visa_chargeDeclined")
    await page.get_by_label("Keep this card").check()
    await page.get_by_role("button", name="Pay").click()
    await expect(page.get_by_role("alert")).to_contain_text("declined")
    await page.get_by_label("Card", exact=True).fill("pm_card_visa")
    await page.get_by_role("button", name="Pay").click()
    await expect(page.locator("main").get_by_text("Thank you for your order.")).to_be_visible()

    cards = await person.opens("/account/cards")
    await expect(cards.get_by_role("listitem").filter(has_text="Visa •••• 4242")).to_contain_text("Default")
    await cards.get_by_role("button", name="Add a card").click()
    await cards.get_by_label("Card", exact=True).fill("pm_card_mastercard")
    await cards.get_by_role("button", name="Save the card").click()
    await expect(cards.get_by_role("listitem").filter(has_text="Mastercard •••• 4444")).to_be_visible()

    await page.get_by_role("button", name="Order it again").click()
    await expect(page.locator(".cart-lines output")).to_have_text("2")
    await _to_payment(page)
    await expect(page.get_by_label("Visa •••• 4242")).to_be_checked()
    await expect(page.get_by_label("Card", exact=True)).to_have_count(0)
    await page.get_by_label("Mastercard •••• 4444").check()
    await page.get_by_role("button", name="Pay").click()
    await expect(page.locator("main").get_by_text("Thank you for your order.")).to_be_visible()
    paid = [each for each in fake.intents.values() if each["status"] == "succeeded"]
    assert len(paid) == 2
    assert len({each["amount_received"] for each in paid}) == 1


async def _to_payment(page: Page) -> None:
    await page.get_by_role("button", name="Go to checkout").click()
    await page.get_by_role("button", name="Deliver here").click()
    await page.get_by_label(re.compile("^Standard")).check()
