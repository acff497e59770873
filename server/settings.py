"""What can be set from outside, read once, in the entry point."""

import os
import re
from collections.abc import Iterator, Mapping
from email.utils import parseaddr
from enum import StrEnum
from pathlib import Path
from urllib.parse import unquote, urlsplit

from msgspec import Struct
from stdnum import iban

from fastshop.contract.transfers import BankAccount


class SmtpSecurity(StrEnum):
    """How the connection to an SMTP server is encrypted."""

    AUTO = "auto"  # with STARTTLS if the server offers it
    STARTTLS = "starttls"
    TLS = "tls"
    NONE = "none"


class Smtp(Struct, frozen=True):
    """An SMTP server. Without ``user`` nobody signs in there."""

    host: str
    port: int
    user: str = ""
    password: str = ""
    security: SmtpSecurity = SmtpSecurity.AUTO


class S3(Struct, frozen=True):
    """A bucket of a store that speaks S3. ``endpoint`` is where it is, empty for Amazon's own in ``region``."""

    bucket: str
    access_key: str
    secret_key: str
    endpoint: str = ""
    region: str = "us-east-1"


class Stripe(Struct, frozen=True):
    """An account at Stripe. ``base`` is where its API is, empty for Stripe itself."""

    secret_key: str
    webhook_secret: str
    public_key: str = ""
    base: str = ""


class Oidc(Struct, frozen=True):
    """An OpenID Connect provider; ``name`` is what the shop calls it."""

    name: str
    issuer: str
    client_id: str
    client_secret: str


# Everybody can read it here: good enough for a demo, and refused in production.
_DEMO_SECRET = "a secret that everybody knows, for demos only"  # noqa: S105
_LEAST_SECRET = 32


class Settings(Struct, frozen=True, kw_only=True):
    """The shop's settings. Empty URLs mean the embedded service."""

    database_url: str = ""
    redis_url: str = ""
    data: Path = Path(".fastshop")
    host: str = "127.0.0.1"
    port: int = 8000
    production: bool = False
    # Where browsers find the shop from outside, e.g. https://shop.example. Its https decides on Secure cookies.
    public_url: str = ""
    # Further origins whose pages may open the WebSocket with a cookie.
    origins: tuple[str, ...] = ()
    # "direct" serves sockets below ASGI, "asgi" through it: slower, to compare with.
    socket: str = "direct"
    # How long a client may take for the head of a request, and in how many seconds it must send or read a kilobyte.
    head_within: int = 10
    pace_within: int = 30
    # Connections of one address at a time, sockets too; 0: any number. Whom FORWARDED_ALLOW_IPS trusts has no bound.
    connections_per_address: int = 1000
    # What one WebSocket may ask in the long run; three times as many at once.
    commands_per_second: int = 20
    # What one person, and one address without an account, may ask over HTTP in a minute; 0: any number.
    requests_per_minute: int = 0
    guest_requests_per_minute: int = 0
    worker_threads: int = 4
    # What proofs of work are signed with, and keyed hashes are made with. The same for all processes of a shop.
    secret: str = _DEMO_SECRET
    # Earlier ones, with which what is sealed can still be opened.
    old_secrets: tuple[str, ...] = ()
    # ISO 4217: what prices in files are in, which do not say.
    currency: str = "EUR"
    # How long a checkout reserves its units.
    checkout_seconds: int = 900
    # What the shop keeps of a sale where no rate is set, in basis points.
    commission: int = 1000
    # Where files are kept; None: in the folder.
    s3: S3 | None = None
    # How long after delivery goods may be returned, in days.
    return_days: int = 30
    # Who moves the money; None: the simulated gateway with its test cards.
    stripe: Stripe | None = None
    # Where customers may transfer money to; None: they cannot. How many days a transfer is waited for.
    bank_account: BankAccount | None = None
    transfer_days: int = 7
    # Where mail goes; None: into the outbox, which a page shows.
    smtp: Smtp | None = None
    # Where the EU's register of VAT numbers answers; empty: it is not asked.
    vies_url: str = ""
    # With whose accounts one can sign in.
    oidc: tuple[Oidc, ...] = ()
    # Whom mail comes from.
    mail_from: str = "FastShop <shop@localhost>"
    # The folder of the built browser pages.
    pages: Path = Path(__file__).parent.parent / "web" / "dist"

    @property
    def own_origin(self) -> str:
        """The origin of the shop's own pages."""
        return self.public_url.rstrip("/") or f"http://{self.host}:{self.port}"

    @property
    def files(self) -> Path:
        """The folder of uploaded files."""
        return self.data / "files"


class SettingsError(Exception):
    """A setting that cannot be; the sentence names the variable."""


def read_settings(environ: Mapping[str, str] = os.environ) -> Settings:
    """The settings from environment variables. Refuses what cannot be: `SettingsError`."""
    port = environ.get("PORT", "8000")
    if not port.isdecimal() or not 0 <= int(port) <= 65535:
        raise SettingsError(f"PORT must be a number up to 65535, not {port!r}")
    threads = environ.get("FASTSHOP_WORKER_THREADS", "4")
    if not threads.isdecimal() or int(threads) < 1:
        raise SettingsError(f"FASTSHOP_WORKER_THREADS must be a number above 0, not {threads!r}")
    mode = environ.get("FASTSHOP_MODE", "demo")
    if mode not in ("demo", "production"):
        raise SettingsError(f"FASTSHOP_MODE must be demo or production, not {mode!r}")
    socket = environ.get("FASTSHOP_SOCKET", "direct")
    if socket not in ("direct", "asgi"):
        raise SettingsError(f"FASTSHOP_SOCKET must be direct or asgi, not {socket!r}")
    secret = environ.get("FASTSHOP_SECRET", "") or _DEMO_SECRET
    production = mode == "production"
    if production:
        _check_production(environ, secret)
    return Settings(
        database_url=environ.get("DATABASE_URL", ""),
        redis_url=environ.get("REDIS_URL", ""),
        data=Path(environ.get("FASTSHOP_DATA", ".fastshop")).absolute(),
        host=environ.get("HOST", "127.0.0.1"),
        port=int(port),
        production=production,
        public_url=environ.get("PUBLIC_URL", ""),
        origins=tuple(origin.strip() for origin in environ.get("FASTSHOP_ORIGINS", "").split(",") if origin.strip()),
        socket=socket,
        head_within=_count(environ, "FASTSHOP_HEAD_SECONDS", 10, least=1),
        pace_within=_count(environ, "FASTSHOP_PACE_SECONDS", 30, least=1),
        connections_per_address=_count(environ, "FASTSHOP_CONNECTIONS_PER_ADDRESS", 1000),
        commands_per_second=_count(environ, "FASTSHOP_COMMANDS_PER_SECOND", 20, least=1),
        requests_per_minute=_count(environ, "FASTSHOP_REQUESTS_PER_MINUTE", 100 if production else 0),
        guest_requests_per_minute=_count(environ, "FASTSHOP_GUEST_REQUESTS_PER_MINUTE", 20 if production else 0),
        worker_threads=int(threads),
        secret=secret,
        old_secrets=tuple(old for old in environ.get("FASTSHOP_OLD_SECRETS", "").split(",") if old),
        currency=environ.get("FASTSHOP_CURRENCY", "EUR"),
        checkout_seconds=_count(environ, "FASTSHOP_CHECKOUT_SECONDS", 900, least=1),
        commission=_commission(environ),
        s3=_s3(environ),
        return_days=_count(environ, "FASTSHOP_RETURN_DAYS", 30),
        stripe=_stripe(environ),
        bank_account=_bank_account(environ),
        transfer_days=_count(environ, "FASTSHOP_TRANSFER_DAYS", 7, least=1),
        smtp=_smtp(environ),
        mail_from=_mail_from(environ),
        vies_url=_vies_url(environ),
        oidc=tuple(_oidc(environ)),
    )


def _check_production(environ: Mapping[str, str], secret: str) -> None:
    """Refuse to serve people in earnest with what is good enough for a demo only."""
    if secret == _DEMO_SECRET or len(secret) < _LEAST_SECRET:
        raise SettingsError(f"FASTSHOP_SECRET must be set in production, to {_LEAST_SECRET} random characters or more")
    if urlsplit(environ.get("PUBLIC_URL", "")).scheme != "https":
        raise SettingsError("PUBLIC_URL must be set in production, to an address such as https://shop.example")
    if not _stripe(environ) and environ.get("FASTSHOP_SIMULATED_GATEWAY") != "yes":
        raise SettingsError(
            "STRIPE_SECRET_KEY must be set in production: the simulated gateway gives goods for test cards. "
            "FASTSHOP_SIMULATED_GATEWAY=yes lets it all the same"
        )


def _count(environ: Mapping[str, str], name: str, otherwise: int, least: int = 0) -> int:
    said = environ.get(name, str(otherwise))
    if not said.isdecimal() or int(said) < least:
        raise SettingsError(f"{name} must be a number of at least {least}, not {said!r}")
    return int(said)


def _commission(environ: Mapping[str, str]) -> int:
    said = _count(environ, "FASTSHOP_COMMISSION", 1000)
    if said > 10_000:
        raise SettingsError(f"FASTSHOP_COMMISSION must be basis points, at most 10000, not {said}")
    return said


def _s3(environ: Mapping[str, str]) -> S3 | None:
    if not (bucket := environ.get("S3_BUCKET", "")):
        return None
    endpoint = environ.get("S3_ENDPOINT", "")
    if endpoint and not endpoint.startswith(("http://", "https://")):
        raise SettingsError(f"S3_ENDPOINT must be like https://host, not {endpoint!r}")
    access_key, secret_key = environ.get("S3_ACCESS_KEY_ID", ""), environ.get("S3_SECRET_ACCESS_KEY", "")
    if not access_key or not secret_key:
        raise SettingsError("S3_ACCESS_KEY_ID and S3_SECRET_ACCESS_KEY must be set with S3_BUCKET")
    return S3(bucket, access_key, secret_key, endpoint, environ.get("S3_REGION", "us-east-1"))


def _stripe(environ: Mapping[str, str]) -> Stripe | None:
    secret_key = environ.get("STRIPE_SECRET_KEY", "") or environ.get("STRIPE_API_KEY", "")
    webhook_secret = environ.get("STRIPE_WEBHOOK_SECRET", "")
    if not secret_key:
        return None
    if not webhook_secret:
        raise SettingsError(
            "STRIPE_WEBHOOK_SECRET must be set with STRIPE_SECRET_KEY: what banks decide comes by webhook"
        )
    return Stripe(secret_key, webhook_secret, environ.get("STRIPE_PUBLIC_KEY", ""), environ.get("STRIPE_API_BASE", ""))


def _bank_account(environ: Mapping[str, str]) -> BankAccount | None:
    if not (said := environ.get("FASTSHOP_BANK_ACCOUNT", "")):
        return None
    holder, code, bic = ([part.strip() for part in said.split(",")] + ["", ""])[:3]
    if said.count(",") > 2 or not holder or not iban.is_valid(code) or (bic and not _BIC.fullmatch(bic)):
        raise SettingsError(f"FASTSHOP_BANK_ACCOUNT must be like Shop Ltd, DE89370400440532013000, BIC, not {said!r}")
    return BankAccount(holder, iban.compact(code), bic)


# ISO 9362.
_BIC = re.compile("[A-Z0-9]{4}[A-Z]{2}[A-Z0-9]{2}(?:[A-Z0-9]{3})?")
_SMTP_URL = "SMTP_URL must be like smtp://user:password@host:587 or smtps://user:password@host"
_SMTP_PORTS = {SmtpSecurity.TLS: 465, SmtpSecurity.NONE: 25}


def _oidc(environ: Mapping[str, str]) -> Iterator[Oidc]:
    """Google by GOOGLE_CLIENT_ID, any other by OIDC_ISSUER, OIDC_CLIENT_ID and OIDC_NAME; each has its _SECRET."""
    if client_id := environ.get("GOOGLE_CLIENT_ID", ""):
        yield Oidc("google", "https://accounts.google.com", client_id, environ.get("GOOGLE_CLIENT_SECRET", ""))
    if issuer := environ.get("OIDC_ISSUER", ""):
        name, client_id = environ.get("OIDC_NAME", "sso"), environ.get("OIDC_CLIENT_ID", "")
        parts = urlsplit(issuer)
        if parts.scheme != "https" and parts.hostname not in ("127.0.0.1", "localhost", "::1"):
            raise SettingsError(f"OIDC_ISSUER must be an https address, not {issuer!r}")
        if not re.fullmatch("[a-z0-9-]{1,40}", name) or name == "google" or not client_id:
            raise SettingsError("OIDC_ISSUER needs OIDC_CLIENT_ID, and an OIDC_NAME of small letters")
        yield Oidc(name, issuer, client_id, environ.get("OIDC_CLIENT_SECRET", ""))


def _smtp(environ: Mapping[str, str]) -> Smtp | None:
    """An SMTP server by SMTP_URL (smtp://user:password@host:587, smtps://...), or by SMTP_HOST and its kin."""
    if not (url := environ.get("SMTP_URL", "")):
        return _smtp_by_parts(environ)
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise SettingsError(_SMTP_URL) from None
    if parts.scheme not in ("smtp", "smtps") or not parts.hostname:
        raise SettingsError(_SMTP_URL)
    security = SmtpSecurity.TLS if parts.scheme == "smtps" else _smtp_security(environ)
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    return Smtp(parts.hostname, port or _SMTP_PORTS.get(security, 587), user, password, security)


def _smtp_by_parts(environ: Mapping[str, str]) -> Smtp | None:
    if not (host := environ.get("SMTP_HOST", "")):
        return None
    security = _smtp_security(environ)
    port = _count(environ, "SMTP_PORT", _SMTP_PORTS.get(security, 587), least=1)
    return Smtp(host, port, environ.get("SMTP_USER", ""), environ.get("SMTP_PASSWORD", ""), security)


def _smtp_security(environ: Mapping[str, str]) -> SmtpSecurity:
    said = environ.get("SMTP_SECURITY", "auto")
    if said not in set(SmtpSecurity):
        raise SettingsError(f"SMTP_SECURITY must be auto, starttls, tls or none, not {said!r}")
    return SmtpSecurity(said)


def _vies_url(environ: Mapping[str, str]) -> str:
    said = environ.get("VIES_URL", "")
    if said and not said.startswith(("http://", "https://")):
        raise SettingsError(f"VIES_URL must be like https://ec.europa.eu/taxation_customs/vies/rest-api, not {said!r}")
    return said.rstrip("/")


def _mail_from(environ: Mapping[str, str]) -> str:
    said = environ.get("MAIL_FROM", "FastShop <shop@localhost>")
    if "@" not in parseaddr(said)[1] or not said.isprintable():
        raise SettingsError(f"MAIL_FROM must be like Shop <shop@example.com>, not {said!r}")
    return said
