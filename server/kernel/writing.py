"""How amounts, addresses and articles stand on papers and in letters."""

from collections.abc import Iterable, Mapping, Sequence

from fastshop.contract.addresses import PostalAddress
from server.kernel.money import decimals


def amount(minor: int, currency: str) -> str:
    """An amount as it is written: 1,234.50 EUR."""
    places = decimals(currency)
    return f"{minor / 10**places:,.{places}f} {currency}"


def address_lines(address: PostalAddress) -> tuple[str, ...]:
    """An address as it stands on a letter."""
    town = " ".join(part for part in (address.postal_code, address.city, address.sorting_code) if part)
    lines = (address.name, address.company, *address.street.splitlines(), address.city_area, town)
    return tuple(line for line in (*lines, address.country_area, address.country) if line)


def described(options: Mapping[str, str], *further: str) -> str:
    """What tells a thing from its siblings."""
    return ", ".join([*(f"{name}: {value}" for name, value in options.items()), *further])


def flat(text: str) -> str:
    """What somebody typed, in one line."""
    return " ".join(text.split())


def in_blocks(blocks: Iterable[Sequence[str]]) -> str:
    """A letter: blocks of lines with a gap between."""
    return "\n\n".join("\n".join(block) for block in blocks if block) + "\n"
