"""Getting into one's account, and out of it: mail, second steps, devices, accounts elsewhere."""

import re
from datetime import UTC, datetime, timedelta

import pyotp
from playwright.async_api import Page, Route, expect

from tests.domains.accounts.provider import LocalProvider
from tests.web.conftest import Arrives
from tests.web.people import PASSWORD

# Longer than one code of an app counts.
_STEP = timedelta(seconds=30)


async def test_who_registers_confirms_the_address_sets_a_second_step_up_and_signs_in_with_it(arrives: Arrives) -> None:
    person = await arrives(complains=True)  # a browser notes the 401 that asks for the code
    page = await person.opens("/sign-in?next=/account/security")
    await page.get_by_role("button", name="Create an account").click()
    await page.get_by_label("Your name").fill("Noor")
    await page.get_by_label("E-mail").fill("noor@web.test")
    await page.get_by_label("Password").fill(PASSWORD)
    await page.get_by_role("button", name="Create the account").click()
    await expect(page).to_have_url(re.compile("/account/security$"))

    letter = await person.opens_letter("noor@web.test", "Confirm your e-mail address")
    await letter.get_by_role("button", name="Confirm the address").click()
    await expect(letter.get_by_role("heading", name="Your address is confirmed")).to_be_visible()
    await letter.get_by_role("link", name="To your account").click()
    await expect(letter.get_by_text("Confirmed")).to_be_visible()
    await letter.go_back()
    await letter.get_by_role("button", name="Confirm the address").click()
    await expect(letter.get_by_role("alert")).to_contain_text("not valid any more")

    await page.bring_to_front()  # a browser takes its time with what is behind
    secret, codes = await _set_up(page)
    assert len(codes) == 10
    await letter.goto("/account/security")
    await expect(letter.get_by_text("On", exact=True)).to_be_visible()
    await _sign_out(page)

    # A code counts once: the next one is good already.
    await _sign_in(page, "noor@web.test")
    await expect(page.get_by_label("Code")).to_be_focused()
    await page.get_by_label("Code").fill("000000")
    await page.get_by_role("button", name="Sign in", exact=True).click()
    await expect(page.get_by_label("Code")).to_have_accessible_description(re.compile("not valid"))
    await page.get_by_label("Code").fill(pyotp.TOTP(secret).at(datetime.now(UTC) + _STEP))
    await page.get_by_role("button", name="Sign in", exact=True).click()
    await expect(page.get_by_role("button", name="Account of Noor")).to_be_visible()

    await _sign_out(page)
    await _sign_in(page, "noor@web.test")
    await page.get_by_role("button", name="Use a recovery code").click()
    await page.get_by_label("Recovery code").fill(codes[3])
    await page.get_by_role("button", name="Sign in", exact=True).click()
    await expect(page.get_by_role("button", name="Account of Noor")).to_be_visible()


async def test_a_forgotten_password_is_chosen_anew_by_mail_and_every_device_is_signed_out(arrives: Arrives) -> None:
    away = await (await arrives()).registers("Ravi")
    email = (await away.does("GET", "/me"))["email"]
    left_open = await away.opens("/orders")
    person = await arrives(complains=True)
    page = await person.opens("/sign-in")
    await page.get_by_role("link", name="Forgot your password?").click()
    await expect(page.get_by_role("heading", name="Choose a new password")).to_be_visible()
    await page.get_by_label("E-mail").fill(email)
    await page.get_by_role("button", name="Send the mail").click()
    await expect(page.get_by_text(f"If {email} has an account here, the mail is on its way.").first).to_be_visible()

    page = await person.opens_letter(email, "Choose a new password")
    await page.get_by_label("New password").fill("12345678")
    await page.get_by_role("button", name="Change the password").click()
    await expect(page.get_by_label("New password")).to_be_focused()
    await page.get_by_label("New password").fill("a few other words")
    await page.get_by_role("button", name="Change the password").click()
    await expect(page.get_by_role("heading", name="Your password is changed")).to_be_visible()
    await expect(left_open.get_by_text("You are signed out on this device.")).to_be_visible()

    await page.get_by_role("link", name="Sign in").last.click()
    await _fill(page, email, "a few other words")
    await expect(page.get_by_role("button", name="Account of Ravi")).to_be_visible()


async def test_the_longest_unused_device_is_told_kindly_why_it_was_signed_out(arrives: Arrives) -> None:
    first = await (await arrives()).registers()
    page = await first.opens("/")
    await expect(page.get_by_role("button", name="Account of Kim")).to_be_visible()
    email = (await first.does("GET", "/me"))["email"]
    others = [await arrives() for _ in range(3)]
    for other in others:
        await other.signs_in(email)
    await expect(page.get_by_text("because you signed in on another device")).to_be_visible()
    await expect(page.get_by_role("link", name="Sign in")).to_be_visible()
    still = await others[0].opens("/account/security")
    await expect(still.locator("section[aria-labelledby=devices] li")).to_have_count(3)


async def test_name_address_and_password_are_changed(arrives: Arrives) -> None:
    person = await (await arrives()).registers("Old Name")
    other, page = await person.opens("/orders"), await person.opens("/account")
    await page.get_by_role("textbox", name="Name", exact=True).fill("New Name")
    await page.get_by_role("button", name="Save").click()
    await expect(other.get_by_role("button", name="Account of New Name")).to_be_visible()

    await page.get_by_label("New e-mail").fill("moved@web.test")
    await page.get_by_label("Your password").fill("not mine")
    await page.get_by_role("button", name="Send the mail").click()
    await expect(page.get_by_label("Your password")).to_be_focused()
    await page.get_by_label("Your password").fill(PASSWORD)
    await page.get_by_role("button", name="Send the mail").click()
    await expect(page.get_by_text("A mail is on its way to moved@web.test").first).to_be_visible()
    letter = await person.opens_letter("moved@web.test", "Confirm your new e-mail address")
    await letter.get_by_role("button", name="Confirm the address").click()
    await expect(page.get_by_text("moved@web.test Confirmed")).to_be_visible()
    await letter.close()

    laptop = await (await arrives()).signs_in("moved@web.test")
    left_open = await laptop.opens("/orders")
    await expect(left_open.get_by_role("heading", name="My orders")).to_be_visible()
    await page.get_by_role("link", name="Security").click()
    await page.get_by_label("Current password").fill(PASSWORD)
    await page.get_by_label("New password").fill("a few other words")
    await page.get_by_role("button", name="Change the password").click()
    await expect(page.get_by_text("Your password is changed.").first).to_be_visible()
    await expect(left_open.get_by_text("You are signed out on this device.")).to_be_visible()

    for networks, told in (
        ("192.0.2.0/24", "You come from 127.0.0.1, which is in none of these networks."),
        ("127.0.0.0/8\n2001:db8::/32", "Your account works from there only now."),
    ):
        await page.get_by_label("Networks", exact=True).fill(networks)
        await page.get_by_label("Confirm with password").fill("a few other words")
        await page.get_by_role("button", name="Save the networks").click()
        await expect(page.get_by_text(told).first).to_be_visible()
    tablet = await arrives()
    await tablet.does("POST", "/auth/login", email="moved@web.test", password="a few other words")
    await page.reload()
    await page.get_by_role("button", name="Sign out everywhere else").click()
    await expect((await tablet.opens("/orders")).get_by_role("link", name="Sign in")).to_be_visible()


async def test_one_signs_in_with_an_account_elsewhere_and_is_back_where_one_was(
    arrives: Arrives, provider: LocalProvider
) -> None:
    person = await arrives()

    async def asked(route: Route) -> None:
        code, state = provider.sign_in(route.request.url, "ann", "ann@elsewhere.test")
        back = f"{person.address}/account/social/elsewhere?code={code}&state={state}"
        await route.fulfill(status=302, headers={"location": back})

    await person.context.route(f"{provider.issuer}/authorize**", asked)
    page = await person.opens("/orders")
    await page.get_by_role("button", name="Continue with Elsewhere").click()
    await expect(page.get_by_role("heading", name="My orders")).to_be_visible()
    await expect(page.get_by_role("button", name="Account of Ann from elsewhere")).to_be_visible()

    # What was sent back works once, and only for who began.
    again = await (await arrives()).opens("/account/social/elsewhere?code=code-0&state=any")
    await expect(again.get_by_role("heading", name="That did not work")).to_be_visible()


async def _set_up(page: Page) -> tuple[str, list[str]]:
    await page.get_by_role("button", name="Set it up").click()
    await page.get_by_label("Your password").fill(PASSWORD)
    await page.get_by_role("button", name="Go on").click()
    await expect(page.get_by_role("img", name="Picture for your authenticator app")).to_be_visible()
    uri = await page.get_by_role("link", name="Open the app").get_attribute("href")
    secret = (await page.locator("code.key").inner_text()).replace(" ", "")
    assert uri is not None
    assert pyotp.parse_uri(uri).secret == secret
    await page.get_by_label("Code").fill(pyotp.TOTP(secret).now())
    await page.get_by_role("button", name="Turn it on").click()
    codes = page.get_by_role("group", name="Your recovery codes")
    await expect(codes).to_be_focused()
    async with page.expect_download() as kept:
        await codes.get_by_role("button", name="Download").click()
    told = await codes.locator("code").all_inner_texts()
    assert (await (await kept.value).path()).read_text().split() == told
    await codes.get_by_role("button", name="I have kept it").click()
    await expect(page.get_by_role("button", name="New recovery codes")).to_be_visible()
    return secret, told


async def _sign_out(page: Page) -> None:
    await page.get_by_role("button", name="Account of").click()
    await page.get_by_role("button", name="Sign out", exact=True).last.click()
    await expect(page.get_by_role("link", name="Sign in")).to_be_visible()


async def _sign_in(page: Page, email: str) -> None:
    await page.goto("/sign-in")
    await _fill(page, email, PASSWORD)


async def _fill(page: Page, email: str, password: str) -> None:
    await page.get_by_label("E-mail").fill(email)
    await page.get_by_label("Password").fill(password)
    await page.get_by_role("button", name="Sign in", exact=True).click()
