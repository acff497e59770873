"""What the engine says to people: a sentence for each code. Pages may say it in other words, by code and facts."""

from collections.abc import Mapping
from typing import Any

from fastshop.contract.base import Money
from fastshop.contract.pricing import BuyGet, FixedAmount, FreeShipping, Percent, Reward
from server.kernel.money import decimals

_SENTENCES = {
    "applied": "Applied.",
    "not_begun": "Begins at {starts:%Y-%m-%d %H:%M} UTC.",
    "over": "Ended at {ends:%Y-%m-%d %H:%M} UTC.",
    "code_needed": "Needs its code.",
    "used_up": "Has been used as often as it may be.",
    "used_up_by_you": "You have used it as often as you may.",
    "account_needed": "Is for people with an account: sign in to use it.",
    "other_group": "Is for other customers.",
    "other_country": "Is not for deliveries to this country.",
    "newcomers_only": "Is for the first order.",
    "other_currency": "Is for carts in {currency}.",
    "out_of_scope": "Is for other goods.",
    "flash_price": "Does not lower the price of a flash sale.",
    "below_minimum": "Add {missing} more.",
    "too_few": "Add {missing_units} more.",
    "not_chosen": "Lowers other units of the cart.",
    "no_shipping": "There is no shipping to pay.",
    "nothing_left": "Nothing is left that it could lower.",
    "excluded": "Cannot be combined with {names}.",
}


def sentence(code: str, facts: Mapping[str, Any]) -> str:
    """The sentence of a code, with its facts."""
    told = _SENTENCES[code]
    if "{" not in told:
        return told
    return told.format_map({name: shown(fact) if isinstance(fact, Money) else fact for name, fact in facts.items()})


def shown(money: Money) -> str:
    """An amount for people: ``12.00 EUR``."""
    places = decimals(money.currency)
    if not places:
        return f"{money.amount} {money.currency}"
    whole, rest = divmod(money.amount, 10**places)
    return f"{whole}.{rest:0{places}} {money.currency}"


def phrase(reward: Reward) -> str:
    """What a promotion gives, in a few words."""
    match reward:
        case Percent():
            return f"{_percent(reward.share)} off"
        case FixedAmount():
            return f"{shown(reward.amount)} off"
        case FreeShipping():
            return "free shipping"
        case BuyGet():
            what = "free" if reward.share == 10_000 else f"{_percent(reward.share)} off"
            return f"{reward.get} {what} when buying {reward.buy}"
        case _:
            return f"up to {_percent(max(step.share for step in reward.steps))} off"


def _percent(share: int) -> str:
    return f"{share / 100:g} %"
