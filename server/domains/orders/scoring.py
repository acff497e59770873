"""How a seller's figures become a score. Pure."""

_FULFILMENT, _ACCEPTANCE, _REVIEWS = 60, 20, 20


def rate(some: int, all_of_them: int) -> int | None:
    """A share in basis points, rounded down; None of nothing."""
    return some * 10_000 // all_of_them if all_of_them else None


def mean(stars: int, reviews: int) -> int | None:
    """The mean rating times 100; None without reviews."""
    return stars * 100 // reviews if reviews else None


def score(fulfilled: int | None, accepted: int | None, stars: int | None) -> int | None:
    """0 to 100: what is not known yet does not count, and the rest counts for more. None while nothing is known."""
    # One star is the least there is, five the most.
    liked = None if stars is None else (stars - 100) * 25
    known = [
        (weight, part)
        for weight, part in ((_FULFILMENT, fulfilled), (_ACCEPTANCE, accepted), (_REVIEWS, liked))
        if part is not None
    ]
    weights = sum(weight for weight, _ in known)
    return sum(weight * part for weight, part in known) // (100 * weights) if weights else None
