"""Users and their sessions."""

from piccolo.columns import (
    UUID,
    Array,
    BigInt,
    Bytea,
    ForeignKey,
    Integer,
    LazyTableReference,
    Text,
    Timestamptz,
    Varchar,
)
from piccolo.columns.base import OnDelete
from piccolo.table import Table


class User(Table, tablename="users"):
    """A person. ``email`` is kept as it is compared: normalised and in lower case."""

    id = UUID(primary_key=True, default=None)
    email = Varchar(length=254, unique=True)
    name = Varchar(length=200)
    password_hash = Text(secret=True)
    roles = Array(base_column=Varchar(length=20))
    seller_id = ForeignKey(
        LazyTableReference("SellerRow", app_name="fastshop"), null=True, default=None, on_delete=OnDelete.restrict
    )
    session_limit = Integer(default=3)
    disabled_at = Timestamptz(null=True, default=None)
    created_at = Timestamptz()
    email_verified_at = Timestamptz(null=True, default=None)
    custom_roles = Array(base_column=Varchar(length=40))
    ip_whitelist = Array(base_column=Varchar(length=50))


class RoleRow(Table, tablename="roles"):
    """A role that an admin made, or a built-in one that was edited. ``permissions`` null: all of its base."""

    name = Varchar(length=40, primary_key=True)
    title = Varchar(length=200)
    base = Varchar(length=20)
    permissions = Array(base_column=Varchar(length=60), null=True, default=None)


class ActiveSession(Table, tablename="active_sessions"):
    """A device that is signed in. ``token`` is the SHA-256 of the bearer token: the table opens no door."""

    id = UUID(primary_key=True, default=None)
    user_id = ForeignKey(User, null=False, on_delete=OnDelete.cascade)
    token = Varchar(length=64, unique=True, secret=True)
    ip_address = Varchar(length=45)
    device = Varchar(length=200)
    location = Varchar(length=200, default="")
    created_at = Timestamptz()
    last_activity = Timestamptz()
    expires_at = Timestamptz()
    ended_at = Timestamptz(null=True, default=None)


class AccountLetter(Table, tablename="account_letters"):
    """A mail about an account. ``token`` is the SHA-256 of the token in it, null where it carries none."""

    id = UUID(primary_key=True, default=None)
    user_id = ForeignKey(User, null=False, on_delete=OnDelete.cascade)
    purpose = Varchar(length=30)
    email = Varchar(length=254)
    token = Varchar(length=64, null=True, default=None, unique=True, secret=True)
    created_at = Timestamptz()
    expires_at = Timestamptz(null=True, default=None)
    used_at = Timestamptz(null=True, default=None)


class SecondFactor(Table, tablename="second_factors"):
    """What somebody's app makes codes from. ``secret`` is sealed, ``last_step`` that of the last code taken."""

    user_id = ForeignKey(User, primary_key=True, null=False, on_delete=OnDelete.cascade)
    secret = Bytea(secret=True)
    created_at = Timestamptz()
    confirmed_at = Timestamptz(null=True, default=None)
    last_step = BigInt(default=0)
    failures = Integer(default=0)
    lockouts = Integer(default=0)
    locked_until = Timestamptz(null=True, default=None)


class RecoveryCode(Table, tablename="recovery_codes"):
    """A code for who has lost the app: its SHA-256 with the person's id. The key is both columns."""

    user_id = ForeignKey(User, null=False, on_delete=OnDelete.cascade)
    code = Varchar(length=64, primary_key=True, secret=True)
    used_at = Timestamptz(null=True, default=None)


class SocialSignIn(Table, tablename="social_sign_ins"):
    """A sign-in with an account elsewhere that is under way. ``ticket`` is the SHA-256 of what its beginner holds."""

    id = UUID(primary_key=True, default=None)
    provider = Varchar(length=40)
    ticket = Varchar(length=64, unique=True, secret=True)
    expires_at = Timestamptz()


class SocialIdentity(Table, tablename="social_identities"):
    """An account elsewhere that somebody signs in with. The key is provider and subject."""

    provider = Varchar(length=40)
    subject = Varchar(length=255, primary_key=True)
    user_id = ForeignKey(User, null=False, on_delete=OnDelete.cascade)
    created_at = Timestamptz()


class ApiKeyRow(Table, tablename="api_keys"):
    """A key that acts for its owner. ``key`` is its SHA-256, ``prefix`` what it begins with."""

    id = UUID(primary_key=True, default=None)
    user_id = ForeignKey(User, null=False, on_delete=OnDelete.cascade)
    name = Varchar(length=200)
    prefix = Varchar(length=12)
    key = Varchar(length=64, unique=True, secret=True)
    scopes = Array(base_column=Varchar(length=60))
    created_at = Timestamptz()
    last_used_at = Timestamptz(null=True, default=None)
    expires_at = Timestamptz(null=True, default=None)
    revoked_at = Timestamptz(null=True, default=None)


class SignInChallenge(Table, tablename="sign_in_challenges"):
    """Somebody who knew the password and owes the code. ``token`` is the SHA-256 of the challenge."""

    token = Varchar(length=64, primary_key=True, secret=True)
    user_id = ForeignKey(User, null=False, on_delete=OnDelete.cascade)
    device = Varchar(length=200)
    expires_at = Timestamptz()


class AccessGrant(Table, tablename="access_grants"):
    """An operation on one thing, opened to one person or to one role."""

    id = UUID(primary_key=True, default=None)
    operation = Varchar(length=60)
    resource_id = UUID(null=False)
    user_id = ForeignKey(User, null=True, default=None, on_delete=OnDelete.cascade)
    role = Varchar(length=40, null=True, default=None)
    created_at = Timestamptz()
