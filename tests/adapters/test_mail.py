"""Mail to a real SMTP server in this process, into the outbox, and onto its page."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from email import message_from_bytes, policy
from typing import Any
from uuid import UUID

import aiohttp
import pytest
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword
from msgspec import structs
from structlog.testing import capture_logs

from fastshop.contract.accounts import Role
from fastshop.contract.base import CrossSite
from server.adapters.messaging.once import Once
from server.adapters.messaging.outbox import Outbox
from server.adapters.messaging.outbox_page import outbox_page
from server.adapters.messaging.smtp import SmtpMailer
from server.kernel.caller import GUEST, Caller
from server.kernel.database import Database
from server.kernel.mail import Mail, MailDelayed
from server.settings import SettingsError, Smtp, SmtpSecurity, read_settings
from tests.http.support import edge
from tests.support import ManualClock

MAIL = Mail(UUID(int=1), "ann@example.com", "Grüße", "Hello Ann,\n\nhttps://shop.example/x#token=abc\n")
OTHER = Mail(UUID(int=2), "bob@example.com", "Hello", "Hello Bob")


class Server:
    """An SMTP server that answers what a test says."""

    def __init__(self) -> None:
        self.port = 0
        self.taken: list[Envelope] = []
        self.answers: list[str] = []
        self.refuses_recipient = ""

    async def handle_RCPT(self, server: Any, session: Any, envelope: Envelope, address: str, options: Any) -> str:  # noqa: N802
        if self.refuses_recipient:
            return self.refuses_recipient
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Envelope) -> str:  # noqa: N802
        answer = self.answers.pop(0) if self.answers else "250 OK"
        if answer.startswith("250"):
            self.taken.append(envelope)
        return answer

    def smtp(self, user: str = "", password: str = "") -> Smtp:
        return Smtp("127.0.0.1", self.port, user, password, SmtpSecurity.AUTO)


@asynccontextmanager
async def listening(**options: Any) -> AsyncIterator[Server]:
    handler = Server()
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(handler, loop=loop, **options), "127.0.0.1", 0)
    handler.port = server.sockets[0].getsockname()[1]
    yield handler
    server.close()


@pytest.fixture
async def server() -> AsyncIterator[Server]:
    async with listening(enable_SMTPUTF8=True) as found:
        yield found


def mailer(server: Server, clock: ManualClock) -> SmtpMailer:
    return SmtpMailer(server.smtp(), "Shop <shop@example.com>", clock)


async def test_a_mail_arrives_as_it_was_written(server: Server, clock: ManualClock) -> None:
    await mailer(server, clock).send(MAIL)
    (envelope,) = server.taken
    assert isinstance(envelope.content, bytes)
    message = message_from_bytes(envelope.content, policy=policy.default)
    assert (envelope.mail_from, envelope.rcpt_tos) == ("shop@example.com", ["ann@example.com"])
    assert (message["from"], message["to"], message["subject"]) == ("Shop <shop@example.com>", MAIL.to, MAIL.subject)
    assert message.get_content().replace("\r\n", "\n") == MAIL.text
    assert message["message-id"] == f"<{MAIL.id}@example.com>"


async def test_a_mail_that_one_need_not_have_names_where_a_click_ends_it(server: Server, clock: ManualClock) -> None:
    end = f"https://shop.example/end/{'x' * 120}"
    await mailer(server, clock).send(structs.replace(MAIL, end=end))
    await mailer(server, clock).send(OTHER)
    contents = [each.content for each in server.taken if isinstance(each.content, bytes)]
    ended, other = (message_from_bytes(content, policy=policy.default) for content in contents)
    assert f"List-Unsubscribe: <{end}>\r\n".encode() in contents[0], "no program reads it in pieces"
    assert ended["list-unsubscribe-post"] == "List-Unsubscribe=One-Click"
    assert (other["list-unsubscribe"], other["list-unsubscribe-post"]) == (None, None)


async def test_p10_a_server_that_is_down_delays_the_mail(clock: ManualClock) -> None:
    async with listening() as server:
        gone = mailer(server, clock)
    with pytest.raises(MailDelayed):
        await gone.send(MAIL)


@pytest.mark.parametrize("answer", ["451 later", "421 closing"])
async def test_a_server_that_is_busy_delays_the_mail(server: Server, clock: ManualClock, answer: str) -> None:
    server.answers = [answer]
    with pytest.raises(MailDelayed):
        await mailer(server, clock).send(MAIL)
    await mailer(server, clock).send(MAIL)
    assert len(server.taken) == 1


async def test_a_mail_that_nobody_will_ever_take_is_given_up_and_logged(server: Server, clock: ManualClock) -> None:
    with capture_logs() as logged:
        server.refuses_recipient = "550 no such person"
        await mailer(server, clock).send(MAIL)
        server.refuses_recipient = ""
        server.answers = ["554 spam"]
        await mailer(server, clock).send(MAIL)
    assert [entry["event"] for entry in logged] == ["a mail was refused"] * 2
    assert "ann@example.com" not in str(logged)


async def test_a_recipient_that_is_greylisted_gets_it_later(server: Server, clock: ManualClock) -> None:
    server.refuses_recipient = "450 come back"
    with pytest.raises(MailDelayed):
        await mailer(server, clock).send(MAIL)


async def test_an_account_at_the_server_is_used_and_a_wrong_one_only_delays(clock: ManualClock) -> None:
    def check(_server: Any, _session: Any, _envelope: Any, _mechanism: str, data: LoginPassword) -> AuthResult:
        right = (data.login, data.password) == (b"shop", b"s3cret")
        return AuthResult(success=right, handled=False)

    async with listening(authenticator=check, auth_required=True, auth_require_tls=False) as server:
        await SmtpMailer(server.smtp("shop", "s3cret"), "shop@example.com", clock).send(MAIL)
        with pytest.raises(MailDelayed):
            await SmtpMailer(server.smtp("shop", "wrong"), "shop@example.com", clock).send(MAIL)
        with pytest.raises(MailDelayed):
            await SmtpMailer(server.smtp(), "shop@example.com", clock).send(MAIL)
    assert len(server.taken) == 1


async def test_starttls_that_is_asked_for_is_never_left_out(server: Server, clock: ManualClock) -> None:
    smtp = Smtp("127.0.0.1", server.port, security=SmtpSecurity.STARTTLS)
    with pytest.raises(MailDelayed):
        await SmtpMailer(smtp, "shop@example.com", clock).send(MAIL)
    assert server.taken == []


async def test_no_header_can_be_smuggled_in(server: Server, clock: ManualClock) -> None:
    with pytest.raises(ValueError, match="linefeed"):
        await mailer(server, clock).send(Mail(UUID(int=3), "ann@example.com", "x\r\nBcc: eve@example.com", ""))
    assert server.taken == []


async def test_a_job_that_runs_twice_sends_once_and_one_that_failed_sends_again(
    server: Server, clock: ManualClock, database: Database
) -> None:
    once = Once(mailer(server, clock), database, clock)
    server.answers = ["451 later"]
    with pytest.raises(MailDelayed):
        await once.send(MAIL)
    for _ in range(3):
        await once.send(MAIL)
    await once.send(OTHER)
    assert [envelope.rcpt_tos for envelope in server.taken] == [[MAIL.to], [OTHER.to]]


async def test_the_outbox_keeps_each_mail_once_the_newest_first(clock: ManualClock, database: Database) -> None:
    outbox = Outbox(database, clock)
    for mail in (MAIL, MAIL, OTHER):
        await outbox.send(mail)
        clock.turn(seconds=1)
    assert [row["recipient"] for row in await outbox.latest()] == [OTHER.to, MAIL.to]


@asynccontextmanager
async def page_of(outbox: Outbox, caller: Caller | None, *, demo: bool) -> AsyncIterator[aiohttp.ClientSession]:
    async def caller_of(_request: Any) -> Caller:
        if caller is None:
            raise CrossSite
        return caller

    async with edge(further=outbox_page(outbox, caller_of, demo=demo)) as running:
        yield running.http


async def test_the_page_shows_mail_as_text_with_links_that_can_be_followed(
    clock: ManualClock, database: Database
) -> None:
    outbox = Outbox(database, clock)
    await outbox.send(MAIL)
    await outbox.send(
        Mail(UUID(int=9), "<b>@example.com", "<script>x</script>", '"><img src=x> & https://a.b/?c=1&d="')
    )
    async with page_of(outbox, GUEST, demo=True) as http, http.get("/outbox") as response:
        text = await response.text()
        assert response.status == 200
        assert "script-src 'self'" in response.headers["content-security-policy"]
        assert "no-store" in response.headers["cache-control"]
    assert '<a href="https://shop.example/x#token=abc">' in text
    assert '<a href="https://a.b/?c=1&amp;d=">' in text
    assert "<script" not in text
    assert "<img" not in text
    assert "<b>" not in text


@pytest.mark.parametrize(
    ("caller", "status"),
    [
        (Caller(user_id=UUID(int=1), roles=frozenset({Role.ADMIN})), 200),
        (Caller(user_id=UUID(int=1), roles=frozenset(set(Role) - {Role.ADMIN})), 404),
        (GUEST, 404),
        (None, 404),
    ],
)
async def test_outside_of_a_demo_only_admins_see_the_page(
    clock: ManualClock, database: Database, caller: Caller | None, status: int
) -> None:
    outbox = Outbox(database, clock)
    await outbox.send(MAIL)
    async with page_of(outbox, caller, demo=False) as http, http.get("/outbox") as response:
        assert response.status == status
        assert ("ann@" in await response.text()) is (status == 200)


@pytest.mark.parametrize(
    ("environ", "smtp"),
    [
        ({}, None),
        ({"SMTP_URL": "smtp://mail.example"}, Smtp("mail.example", 587)),
        (
            {"SMTP_URL": "smtps://me%40x:p%3Aw@mail.example"},
            Smtp("mail.example", 465, "me@x", "p:w", SmtpSecurity.TLS),
        ),
        ({"SMTP_URL": "smtp://mail.example:2525"}, Smtp("mail.example", 2525)),
        (
            {"SMTP_HOST": "mail.example", "SMTP_USER": "me", "SMTP_PASSWORD": "pw", "SMTP_SECURITY": "starttls"},
            Smtp("mail.example", 587, "me", "pw", SmtpSecurity.STARTTLS),
        ),
        ({"SMTP_HOST": "localhost", "SMTP_SECURITY": "none"}, Smtp("localhost", 25, security=SmtpSecurity.NONE)),
        ({"SMTP_HOST": "localhost", "SMTP_PORT": "1025"}, Smtp("localhost", 1025)),
    ],
)
def test_the_server_is_named_by_url_or_in_parts(environ: dict[str, str], smtp: Smtp | None) -> None:
    assert read_settings(environ).smtp == smtp


@pytest.mark.parametrize(
    "environ",
    [
        {"SMTP_URL": "mail.example"},
        {"SMTP_URL": "http://mail.example"},
        {"SMTP_URL": "smtp://mail.example:x"},
        {"SMTP_URL": "smtp://[x"},
        {"SMTP_HOST": "x", "SMTP_PORT": "0"},
        {"SMTP_HOST": "x", "SMTP_SECURITY": "perhaps"},
        {"MAIL_FROM": "nobody"},
        {"MAIL_FROM": "a\n <b@c.de>"},
    ],
)
def test_a_setting_that_cannot_be_is_refused_by_its_name(environ: dict[str, str]) -> None:
    with pytest.raises(SettingsError, match=r"SMTP_|MAIL_FROM"):
        read_settings(environ)
