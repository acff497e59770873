"""Who may ask what of accounts."""

from fastshop.contract.accounts import (
    AccountDisabled,
    EmailInvalid,
    EmailTaken,
    PasswordWeak,
    SessionNotFound,
    WrongCredentials,
)
from fastshop.contract.api_keys import ApiKeyNotFound, TooManyApiKeys, UnknownScope
from fastshop.contract.base import Busy, IdReused, RateLimited
from fastshop.contract.credentials import TokenInvalid, WrongPassword
from fastshop.contract.restricting import NetworkUnclear, NotFromHere
from fastshop.contract.second_factor import (
    ChallengeInvalid,
    SecondFactorNeeded,
    TwoFactorOff,
    TwoFactorOn,
    WrongCode,
)
from fastshop.contract.social import ProviderDown, ProviderNotFound, SocialEmailTaken, SocialFailed
from server.domains.accounts.api_keys import ApiKeys
from server.domains.accounts.credentials import Credentials
from server.domains.accounts.linking import Linking
from server.domains.accounts.permitting import Permitting
from server.domains.accounts.restricting import Restricting
from server.domains.accounts.second_factor import SecondFactors
from server.domains.accounts.service import Accounts
from server.domains.accounts.social import Social
from server.kernel.caller import ANYONE, SIGNED_IN
from server.kernel.operation import Operation


def operations(
    accounts: Accounts,
    credentials: Credentials,
    second_factors: SecondFactors,
    api_keys: ApiKeys,
    social: Social,
    permitting: Permitting,
    restricting: Restricting,
    linking: Linking,
) -> tuple[Operation, ...]:
    """The operations of this domain."""
    signing_in = (WrongCredentials, AccountDisabled, NotFromHere, SecondFactorNeeded, RateLimited, Busy)
    finishing = (ProviderNotFound, ProviderDown, SocialFailed, SocialEmailTaken, WrongCredentials, NotFromHere)
    passing = (ChallengeInvalid, WrongCode, WrongCredentials, NotFromHere, RateLimited)
    proving = (WrongPassword, WrongCredentials, RateLimited, Busy)
    return (
        Operation(accounts.register, ANYONE, (EmailInvalid, EmailTaken, PasswordWeak, IdReused, *signing_in)),
        Operation(accounts.log_in, ANYONE, signing_in),
        Operation(accounts.log_out, SIGNED_IN),
        Operation(accounts.refresh, SIGNED_IN, (SessionNotFound,)),
        Operation(accounts.who_am_i, SIGNED_IN, (WrongCredentials,)),
        Operation(permitting.show, SIGNED_IN),
        Operation(accounts.list_sessions, SIGNED_IN),
        Operation(accounts.end_session, SIGNED_IN, (SessionNotFound,)),
        Operation(accounts.end_other_sessions, SIGNED_IN),
        Operation(accounts.issue_socket_token, SIGNED_IN, (WrongCredentials, Busy)),
        Operation(accounts.edit_me, SIGNED_IN, (WrongCredentials,)),
        Operation(credentials.send_verification, SIGNED_IN, (RateLimited,)),
        Operation(credentials.verify_email, ANYONE, (TokenInvalid, EmailTaken, RateLimited)),
        Operation(credentials.forget_password, ANYONE, (RateLimited,)),
        Operation(credentials.reset_password, ANYONE, (TokenInvalid, PasswordWeak, RateLimited, Busy)),
        Operation(credentials.change_password, SIGNED_IN, (PasswordWeak, *proving)),
        Operation(credentials.change_email, SIGNED_IN, (EmailInvalid, *proving)),
        Operation(restricting.restrict, SIGNED_IN, (NetworkUnclear, *proving)),
        Operation(accounts.log_in_with_code, ANYONE, passing),
        Operation(api_keys.create, SIGNED_IN, (UnknownScope, TooManyApiKeys, IdReused, *proving)),
        Operation(api_keys.list, SIGNED_IN),
        Operation(api_keys.revoke, SIGNED_IN, (ApiKeyNotFound,)),
        Operation(api_keys.list_scopes, SIGNED_IN),
        Operation(social.list_providers, ANYONE),
        Operation(linking.list, SIGNED_IN),
        Operation(linking.unlink, SIGNED_IN, proving),
        Operation(social.begin, ANYONE, (ProviderNotFound, ProviderDown, RateLimited)),
        Operation(social.finish, ANYONE, (*finishing, AccountDisabled, SecondFactorNeeded, EmailInvalid, Busy)),
        Operation(second_factors.set_up, SIGNED_IN, (TwoFactorOn, *proving)),
        Operation(second_factors.verify, SIGNED_IN, (TwoFactorOn, TwoFactorOff, WrongCode, RateLimited)),
        Operation(second_factors.disable, SIGNED_IN, (TwoFactorOff, WrongCode, *proving)),
        Operation(second_factors.renew_codes, SIGNED_IN, (TwoFactorOff, WrongCode, *proving)),
    )
