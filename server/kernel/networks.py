"""Network addresses."""

from collections.abc import Iterable
from ipaddress import IPv6Address, IPv6Network, ip_address, ip_network


def network(address: str) -> str:
    """What counts as one address: with IPv6 one person has a whole /64."""
    try:
        found = IPv6Address(address)
    except ValueError:
        return address
    return str(found.ipv4_mapped or IPv6Network((int(found), 64), strict=False).network_address)


def is_within(address: str, networks: Iterable[str]) -> bool:
    """Whether an address is in one of these networks. An IPv4 address that came over IPv6 is what it is."""
    try:
        found = ip_address(address)
    except ValueError:
        return False
    plain = getattr(found, "ipv4_mapped", None) or found
    return any(plain in ip_network(each) for each in networks)
